"""Σ_i (r_i − r̄) = 0 in every group, for any real rewards.

The card lists the mean-only normalisation A_i = r_i − r̄. Its advantages add up to Σ r_i − G·r̄, which is zero by the
definition of the mean; nothing is asked of the rewards.
"""

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import hypothesis
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.ledger.rewards import reward_points
from grpo_theory.symbols import G, i, j

reward, mean = sp.Function("r")(i), sp.Symbol("mean", real=True)
MEAN = Given(sp.Sum(reward, (i, 1, G)) / G, mean)
DOMAIN = Domain((natural(G, 2), real(mean)), "any real rewards r_1 … r_G", (MEAN,))
advantages = sp.Sum(reward - mean, (i, 1, G))
constant = by_induction(sp.Sum(mean, (i, 1, G)), mean * j, j)
rewards = sp.Sum(reward, (i, 1, G))


def literal(point: Point) -> Surd:
    """The sum of the rule's advantages, taken over the vector."""
    return sum(rule("mean_only").on_rewards(point["rewards"]), Surd.of(0))


claim = Claim(
    name="mean-only-centred",
    source="card",
    label="1. Optimal Normalization, mean-only",
    says="Σ (r_i − r̄) = 0 for any real rewards",
    statements=(
        Statement(
            Side(advantages, literal),
            Relation.EQUAL,
            Side(sp.S(0)),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(rewards - G * mean, "the mean is taken away G times", using=((constant, sp.S(-1)),)),
                        Step(sp.S(0), "G·r̄ is the sum of the rewards", using=((hypothesis(MEAN), G),)),
                    )
                ),
                Enumeration(reward_points),
            ),
        ),
    ),
)
