"""h′(p) = −h(1−h)(1−2p)/(2β(p(1−p)+ε)^{3/2}): the slope of the map of the success probability.

The chain rule through σ′ = σ(1−σ) and Ω_ε′ = −(1−2p)/(2(p(1−p)+ε)^{3/2}). As a second road the slope is compared with
central differences of h, which approach it with the square of their step.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.arithmetic.precise import logit, precisely, root, sigmoid
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Convergence
from grpo_theory.ledger.facts import differentiated
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.symbols import beta, epsilon, p, p_ref

spread = p * (1 - p) + epsilon
h = 1 / (1 + (1 - p_ref) / p_ref * sp.exp(-1 / (beta * sp.sqrt(spread))))
slope = -h * (1 - h) * (1 - 2 * p) / (2 * beta * spread ** sp.Rational(3, 2))


@precisely
def following(point: Point, chance: Fraction) -> flint.arb:
    """h at a probability, through log-odds."""
    weight = 1 / root(chance * (1 - chance) + point["epsilon"])
    return sigmoid(logit(point["p_ref"]) + weight / as_ball(point["beta"]))


@precisely
def difference_quotient(point: Point) -> flint.arb:
    """(h(p+δ) − h(p−δ))/(2δ) with δ = 1/n."""
    step = Fraction(1, point["n"])
    ahead, behind = (following(point, point["p"] + way * step) for way in (1, -1))
    return (ahead - behind) / as_ball(2 * step)


def distance(point: Point) -> Fraction:
    """1000/n², which covers a sixth of the third derivative at the points."""
    return Fraction(1000, point["n"] ** 2)


def points(_: int) -> Iterator[Point]:
    """Steps of one hundredth, a ten-thousandth and a millionth."""
    return grid(
        n=(100, 10**4, 10**6),
        p=PROBABILITIES[:4],
        p_ref=(Fraction(1, 3), Fraction(9, 10)),
        beta=(Fraction(1, 2), Fraction(3)),
        epsilon=(Fraction(0), Fraction(1, 100)),
    )


claim = Claim(
    name="map-slope",
    source="mroueh-2503",
    label="derivative of h",
    says="h′(p) = −h(p)(1−h(p))(1−2p)/(2β(p(1−p)+ε)^{3/2}) for p and p_ref in (0, 1), β > 0, ε ≥ 0",
    statements=(
        Statement(
            Side(sp.Derivative(h, p, evaluate=False)),
            Relation.EQUAL,
            Side(slope),
            Domain((real(p, 0, 1), real(p_ref, 0, 1), real(beta, 0), real(epsilon, 0, closed="lower"))),
            (
                Derivation(
                    (
                        Step(
                            slope,
                            "the chain rule, with σ′ = σ(1−σ)",
                            rewriting=(differentiated(h, p),),
                        ),
                    )
                ),
                Convergence(difference_quotient, distance, points),
            ),
        ),
    ),
)
