"""The mirror map f(p) = σ(z + Ω_ε(p)/β) has no fixed point in (0, 1), whatever β > 0 and ε ≥ 0.

Its log-odds exceed z by Ω_ε/β > 0: f(p) − p is p(1−p)(e^{Ω_ε/β} − 1) over p·e^{Ω_ε/β} + 1 − p, never zero.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.policies.tilts import reward_mean, smoothed_advantages, tilted
from grpo_theory.symbols import beta, epsilon, p

grown = sp.exp(1 / (beta * sp.sqrt(p * (1 - p) + epsilon)))
after = 1 / (1 + sp.exp(-(sp.log(p / (1 - p)) + 1 / (beta * sp.sqrt(p * (1 - p) + epsilon)))))


@precisely
def literal(point: Point) -> flint.arb:
    """The success probability of the tilt of a policy with two successes and two failures of unequal sizes."""
    chance = Fraction(point["p"])
    policy = (chance / 3, (1 - chance) / 4, 2 * chance / 3, 3 * (1 - chance) / 4)
    rewards = (1, 0, 1, 0)
    advantages = smoothed_advantages(policy, rewards, point["epsilon"])
    return reward_mean(tilted(policy, [advantage / as_ball(point["beta"]) for advantage in advantages]), rewards)


def points(_: int) -> Iterator[Point]:
    """Success probabilities on both sides of one half, strong and weak penalties, ε = 0 included."""
    return grid(p=PROBABILITIES, beta=(Fraction(1, 5), 1, 20), epsilon=(0, Fraction(1, 100), 2))


claim = Claim(
    name="mirror-no-interior-fixed-point",
    source="mroueh-2503",
    label="Mirror-GRPO, fixed points",
    says="σ(z + Ω_ε(p)/β) ≠ p, z = log(p/(1−p)), for every p in (0, 1), β > 0, ε ≥ 0",
    statements=(
        Statement(
            Side(after, literal),
            Relation.UNEQUAL,
            Side(p),
            Domain((real(p, 0, 1), real(beta, 0), real(epsilon, 0, closed="lower"))),
            (
                Derivation(
                    (
                        Step(p * grown / (p * grown + 1 - p), "the odds are multiplied by e^{Ω_ε/β}"),
                        Step(p, "e^{Ω_ε/β} > 1 because Ω_ε/β > 0", Relation.GREATER),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
