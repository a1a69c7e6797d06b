"""(r_i − r̄)/σ has mean 0 and variance 1 over every group whose rewards are not all equal (ddof = 0, ε = 0).

The card calls the normalisation by mean and deviation one of unit variance. With both statistics taken over the group,
Σ(r_i − r̄) = 0 and Σ(r_i − r̄)² = Gσ², for any real rewards; binary rewards are not needed.
"""

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import hypothesis
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.ledger.rewards import reward_points
from grpo_theory.symbols import G, i, j

reward = sp.Function("r")(i)
mean, deviation = sp.Symbol("mean", real=True), sp.Symbol("deviation", nonnegative=True)


def over_group(summand: sp.Expr) -> sp.Sum:
    """Σ over the rollouts."""
    return sp.Sum(summand, (i, 1, G))


MEAN = Given(over_group(reward) / G, mean)
DEVIATION = Given(over_group((reward - mean) ** 2) / G, deviation**2)
DOMAIN = Domain(
    (natural(G, 2), real(mean), real(deviation, 0)),
    "any real rewards r_1 … r_G that are not all equal, so that their deviation is positive",
    (MEAN, DEVIATION),
)
advantage = (reward - mean) / deviation
average = over_group(advantage) / G
spread = over_group(advantage**2) / G - average**2
constant = by_induction(over_group(mean), mean * j, j)
centred = chain(
    average,
    Step(
        (over_group(reward) / G - mean) / deviation,
        "the deviation and G times the mean stand outside",
        using=((constant, -1 / (G * deviation)),),
    ),
    Step(sp.S(0), "the mean is that of the rewards", using=((hypothesis(MEAN), 1 / deviation),)),
)


def moments(point: Point) -> tuple[Surd, Surd]:
    """The mean and the variance of the rule's advantages, taken over the vector."""
    advantages = rule("grpo").on_rewards(point["rewards"])
    middle = sum(advantages, Surd.of(0)) / len(advantages)
    return middle, sum(((a - middle) ** 2 for a in advantages), Surd.of(0)) / len(advantages)


claim = Claim(
    name="mean-std-unit-variance",
    source="card",
    label="1. Optimal Normalization, mean + std",
    says="the advantages (r_i − r̄)/σ of a group whose rewards are not all equal have mean 0 and variance 1 "
    "(ddof = 0, ε = 0)",
    statements=(
        Statement(
            Side(average, lambda point: moments(point)[0]),
            Relation.EQUAL,
            Side(sp.S(0)),
            DOMAIN,
            (Derivation((Step(sp.S(0), "Σ(r_i − r̄) = 0", using=(centred,)),)), Enumeration(reward_points)),
        ),
        Statement(
            Side(spread, lambda point: moments(point)[1]),
            Relation.EQUAL,
            Side(sp.S(1)),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(over_group(advantage**2) / G, "the mean is zero", using=((centred, -average),)),
                        Step(sp.S(1), "Σ(r_i − r̄)² = Gσ²", using=((hypothesis(DEVIATION), 1 / deviation**2),)),
                    )
                ),
                Enumeration(reward_points),
            ),
        ),
    ),
)
