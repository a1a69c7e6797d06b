"""−Σ Â_i log π(o_i) = −[Σ_{r_i > r̄} w_i⁺ log π(o_i) + Σ_{r_j < r̄} w_j⁻ log π(o_j)] with w^± = Â_i, any real rewards.

A rollout whose reward is exactly the mean has advantage 0 and may be left out of both sums. In a group whose rewards
are all equal the advantages count as 0 and both sums are empty. Group by group, so the expectations agree as well.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.arithmetic.precise import log, precisely
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import hypothesis, summed
from grpo_theory.ledger.rewards import reward_point, reward_points
from grpo_theory.symbols import G, i

reward, likelihood = sp.Function("r")(i), sp.Function("pi")(i)
mean, deviation = sp.Symbol("mean", real=True), sp.Symbol("deviation", nonnegative=True)


def over_group(summand: sp.Expr) -> sp.Sum:
    """Σ over the rollouts."""
    return sp.Sum(summand, (i, 1, G))


MEAN = Given(over_group(reward) / G, mean)
DEVIATION = Given(over_group((reward - mean) ** 2) / G, deviation**2)
EQUAL_REWARDS = Given(reward, mean, i, sp.S(1), G)
MIXED = Domain(
    (
        natural(G, 2),
        real(mean),
        real(deviation, 0),
        real(reward, breaks=(mean,)),
        real(likelihood, 0, 1, closed="upper"),
    ),
    "any real rewards that are not all equal, any likelihoods",
    (MEAN, DEVIATION),
)
SILENT = Domain(
    (natural(G, 2), real(mean), real(likelihood, 0, 1, closed="upper")),
    "rewards that are all equal: their advantages count as 0",
    (EQUAL_REWARDS,),
)
loss = -over_group((reward - mean) / deviation * sp.log(likelihood))
# Σ over {r_i > r̄} of a multiple of r_i − r̄ is Σ over all i of that multiple of max(r_i − r̄, 0).
above = over_group(sp.Max(reward - mean, 0) / deviation * sp.log(likelihood))
below = over_group(sp.Min(reward - mean, 0) / deviation * sp.log(likelihood))
# No deviation to divide by: the advantage is 0, any multiple of r_i − r̄ = 0.
silent_loss = -over_group((reward - mean) * sp.log(likelihood))


@precisely
def standard(point: Point) -> flint.arb:
    """−Σ Â_i log π(o_i) with the rule's advantages, silent groups' being 0."""
    advantages = rule("grpo").on_rewards(point["rewards"])
    terms = (-as_ball(a) * log(point["pi"](at)) for at, a in enumerate(advantages, 1))
    return sum(terms, flint.arb(0))


@precisely
def contrast(point: Point) -> flint.arb:
    """The positives, whose reward lies above the mean, and the negatives, below it, each with its weight."""
    rewards, advantages = point["rewards"], rule("grpo").on_rewards(point["rewards"])
    positive = [at for at, r in enumerate(rewards) if r > point["mean"]]
    negative = [at for at, r in enumerate(rewards) if r < point["mean"]]
    gain = sum((as_ball(advantages[at]) * log(point["pi"](at + 1)) for at in positive), flint.arb(0))
    loss = sum((as_ball(advantages[at]) * log(point["pi"](at + 1)) for at in negative), flint.arb(0))
    return -(gain + loss)


def chances(at: int) -> Fraction:
    """Likelihoods that follow no pattern of the rewards."""
    return Fraction(at * at + 1, at * at + 2 * at + 5)


def points(max_group: int) -> Iterator[Point]:
    """Real rewards, with ties at the mean; distinct likelihoods."""
    yield from (point | {"pi": chances} for point in reward_points(max_group))


def silent_points(_: int) -> Iterator[Point]:
    """Groups with one reward for all."""
    for rewards in ((1, 1), (0, 0, 0), (Fraction(-5, 2),) * 4):
        yield reward_point(rewards) | {"pi": chances}


claim = Claim(
    name="contrastive-view",
    source="card",
    label="Contrastive View",
    says="−Σ Â_i log π(o_i) = −[Σ_{r_i > r̄} w_i⁺ log π(o_i) + Σ_{r_j < r̄} w_j⁻ log π(o_j)] with w^± = Â_i, for any "
    "real rewards, ties at the mean included",
    statements=(
        Statement(
            Side(loss, standard),
            Relation.EQUAL,
            Side(-(above + below), contrast),
            MIXED,
            (
                Derivation((Step(-(above + below), "x = max(x, 0) + min(x, 0) at x = r_i − r̄"),)),
                Enumeration(points),
            ),
        ),
        Statement(
            Side(silent_loss, standard),
            Relation.EQUAL,
            Side(sp.S(0), contrast),
            SILENT,
            (
                Derivation(
                    (
                        Step(
                            sp.S(0),
                            "every reward is the mean",
                            using=((summed(hypothesis(EQUAL_REWARDS), sp.log(likelihood), i, sp.S(1), G), -sp.S(1)),),
                        ),
                    )
                ),
                Enumeration(silent_points),
            ),
        ),
    ),
)
