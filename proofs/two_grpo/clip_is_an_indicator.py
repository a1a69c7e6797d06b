"""∂/∂ρ min[ρA, clip(ρ, 1−c, 1+c)·A] = 0 whenever ρ lies outside [1−c, 1+c], and the true rule by the sign of A.

Appendix A.1 leaves clipping out because the gradient is said to vanish out of range; ∇ reaches the parameters through ρ
only. The minimum undoes the clipping where that lowers the product: a ratio above 1+c with A < 0, or below 1−c with
A > 0, keeps its whole gradient A·∇ρ. The slope is 0 exactly beyond the kink on the side of A's sign, else A.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Variable, choice, real
from grpo_theory.ledger.calculus import both_differentiated
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.facts import algebra, differentiated
from grpo_theory.ledger.points import grid, rationals
from grpo_theory.losses.clipping import clipped_slope
from grpo_theory.symbols import A, clip, rho

clipped = sp.Min(sp.Max(rho, 1 - clip), 1 + clip)
product = sp.Min(rho * A, clipped * A, evaluate=False)
slope = sp.Derivative(product, rho, evaluate=False)
RADIUS = real(clip, 0, 1)
ABOVE, BELOW = real(rho, 1 + clip), real(rho, 0, 1 - clip)
UNDER_THE_TOP, OVER_THE_BOTTOM = real(rho, 0, 1 + clip, breaks=(1 - clip,)), real(rho, 1 - clip, breaks=(1 + clip,))
GAIN, LOSS, NOTHING = real(A, 0), real(A, None, 0), choice(A, 0)


def literal(point: Point) -> object:
    """The difference quotient of the product on the linear piece around ρ."""
    return clipped_slope(point["rho"], point["A"], point["clip"])


def value(ratio: Fraction, advantage: Fraction, radius: Fraction) -> Fraction:
    """The product itself, with the clipping written as the median of three numbers."""
    return min(ratio * advantage, sorted((ratio, 1 - radius, 1 + radius))[1] * advantage)


def stays_put(point: Point) -> bool:
    """Whether the product is the same at ρ and a tenth of the way to the nearer end of the clipping range."""
    ratio, advantage, radius = point["rho"], point["A"], point["clip"]
    end = 1 + radius if ratio > 1 else 1 - radius
    return value(ratio, advantage, radius) == value(ratio + (end - ratio) / 10, advantage, radius)


def search(ratios: tuple[Fraction, ...]) -> Iterator[Point]:
    """Advantages of either sign at ratios out of range, small numbers first."""
    return grid(clip=tuple(rationals(4)), rho=ratios, A=(Fraction(1), Fraction(-1)))


def points(_: int) -> Iterator[Point]:
    """Ratios in and out of range, none of them at an end of it, for two clipping radii."""
    ratios = tuple(Fraction(number, 20) for number in (1, 9, 13, 19, 21, 27, 37, 90))
    for point in grid(clip=(Fraction(1, 5), Fraction(1, 2)), rho=ratios, A=tuple(map(Fraction, (-3, -1, 0, 1, 2)))):
        if abs(point["rho"] - 1) != point["clip"]:
            yield point


def refuted(variable: Variable, *ratios: Fraction) -> Statement:
    """The slope is 0 at every ratio of one range, whatever the advantage."""
    evidence = Counterexample(lambda: search(ratios), stays_put)
    return Statement(
        Side(slope, literal), Relation.EQUAL, Side(sp.S(0)), Domain((RADIUS, variable, real(A))), (evidence,)
    )


def proved(advantage: Variable, variable: Variable, form: sp.Expr, value: sp.Expr, why: str) -> Statement:
    """On one range the product equals a form linear in ρ, whose slope is the given value."""
    steps = (
        Step(sp.Derivative(form, rho, evaluate=False), why, using=(both_differentiated(algebra(product, form), rho),)),
        Step(value, "the slope of a linear function", using=(differentiated(form, rho),)),
    )
    domain = Domain((RADIUS, advantage, variable))
    return Statement(
        Side(slope, literal), Relation.EQUAL, Side(value), domain, (Derivation(steps), Enumeration(points))
    )


claim = Claim(
    name="clip-is-an-indicator",
    source="two-grpo",
    label="App. A.1",
    says="∇min[ρA, clip(ρ, 1−c, 1+c)·A] = 0 whenever ρ > 1+c, and whenever ρ < 1−c, for every A",
    statements=(
        refuted(ABOVE, Fraction(2), Fraction(3)),
        refuted(BELOW, Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)),
    ),
    repair=Claim(
        name="clip-is-an-indicator-repaired",
        source="two-grpo",
        label="App. A.1",
        says=(
            "∂/∂ρ min[ρA, clip(ρ, 1−c, 1+c)·A] is 0 if A > 0 and ρ > 1+c, or A < 0 and ρ < 1−c; off these kinks it is "
            "A in every other case, out of range too"
        ),
        statements=(
            proved(GAIN, ABOVE, (1 + clip) * A, sp.S(0), "above the range a gain is clipped"),
            proved(LOSS, BELOW, (1 - clip) * A, sp.S(0), "below the range a loss is clipped"),
            proved(GAIN, UNDER_THE_TOP, rho * A, A, "a gain below 1+c is not clipped, the minimum taking ρA"),
            proved(LOSS, OVER_THE_BOTTOM, rho * A, A, "a loss above 1−c is not clipped, the minimum taking ρA"),
            proved(NOTHING, real(rho, 0, breaks=(1 - clip, 1 + clip)), rho * A, A, "no advantage, no product"),
        ),
    ),
)
