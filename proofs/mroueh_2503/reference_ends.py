"""p_ref = 0 gives h ≡ 0 and p* = 0; p_ref = 1 gives h ≡ 1 and p* = 1: a tilt creates no mass where there is none.

At these ends the map is constant, so its only fixed point is the end itself, reached after one step.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, choice, real
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.points import grid
from grpo_theory.policies.tilts import reward_mean, smoothed_advantages, tilted
from grpo_theory.symbols import beta, epsilon, p, p_ref

growth = sp.exp(1 / (beta * sp.sqrt(p * (1 - p) + epsilon)))
h = p_ref * growth / (p_ref * growth + 1 - p_ref)


@precisely
def literal(point: Point) -> flint.arb:
    """The success probability after a tilt of three outcomes that all succeed or all fail."""
    chance, reward = point["p"], point["p_ref"]
    won, lost = smoothed_advantages((chance, 1 - chance), (1, 0), point["epsilon"])
    gain = (won if reward else lost) / as_ball(point["beta"])
    return reward_mean(tilted(("1/2", "1/3", "1/6"), (gain,) * 3), (reward,) * 3)


def points(_: int) -> Iterator[Point]:
    """Both ends, at several last policies."""
    return grid(
        p_ref=(0, 1),
        p=(Fraction(0), Fraction(1, 3), Fraction(9, 10), Fraction(1)),
        beta=(Fraction(1, 5), Fraction(2)),
        epsilon=(Fraction(1, 100), Fraction(3)),
    )


claim = Claim(
    name="reference-ends",
    source="mroueh-2503",
    label="remark on p_ref in {0, 1}",
    says="p_ref = 0 gives p* = 0 and p_ref = 1 gives p* = 1: h(p) = p_ref for every p in [0, 1], β > 0, ε > 0",
    statements=(
        Statement(
            Side(h, literal),
            Relation.EQUAL,
            Side(p_ref),
            Domain((choice(p_ref, 0, 1), real(p, 0, 1, closed="both"), real(beta, 0), real(epsilon, 0))),
            (Derivation((Step(p_ref, "one of the two classes has no mass"),)), Enumeration(points)),
        ),
    ),
)
