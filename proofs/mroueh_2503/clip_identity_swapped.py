"""min(xy, clip(x, 1−c, 1+c)·y) = x·min(y, 1+c) for a ratio x and an advantage y > 0, as printed: the two are swapped.

What the surrogate bounds is the ratio, so the identity reads y·min(x, 1+c). The printed line already fails at the ratio
x = 2 with y = 1, where clipping caps the value at 1+c and the print leaves it at 2.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.points import grid
from grpo_theory.losses.clipping import clipped
from grpo_theory.symbols import A, clip, rho

kept = sp.Min(sp.Max(rho, 1 - clip), 1 + clip)
surrogate = sp.Min(rho * A, kept * A)
printed = rho * sp.Min(A, 1 + clip)
repaired = A * sp.Min(rho, 1 + clip)
POSITIVE = Domain((real(clip, 0, 1), real(A, 0), real(rho, 0, breaks=(1 - clip, 1 + clip))))


def literal(point: Point) -> object:
    """The clipped surrogate of one ratio and one advantage."""
    return clipped(point["rho"], point["A"], point["clip"])


def search() -> Iterator[Point]:
    """Small ratios and advantages, with a radius of one half first."""
    sizes = (Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3))
    return grid(clip=(Fraction(1, 2), Fraction(1, 3)), A=sizes, rho=sizes)


def points(_: int) -> Iterator[Point]:
    """The same points, and ratios on both ends of the clipping."""
    yield from search()
    yield from grid(clip=(Fraction(1, 5),), A=(Fraction(5, 2), Fraction(1, 7)), rho=(Fraction(4, 5), Fraction(6, 5)))


def agrees(point: Point) -> bool:
    """The printed identity again, by cases on where the ratio lies; an advantage y > 0 keeps the order."""
    x, y, top = point["rho"], point["A"], 1 + point["clip"]
    surrogate_value = top * y if x > top else x * y
    return bool(surrogate_value == (x * top if y > top else x * y))


claim = Claim(
    name="clip-identity-swapped",
    source="mroueh-2503",
    label="the clipped loss, case of a positive advantage",
    says="f(x, y) = min(xy, clip(x, 1−c, 1+c)·y) equals x·min(y, 1+c) for x = ρ > 0 and y = A > 0, c in (0, 1)",
    statements=(
        Statement(Side(surrogate, literal), Relation.EQUAL, Side(printed), POSITIVE, (Counterexample(search, agrees),)),
    ),
    repair=Claim(
        name="clip-identity-swapped-repaired",
        source="mroueh-2503",
        label="the clipped loss, case of a positive advantage",
        says="f(x, y) = y·min(x, 1+c) for x = ρ > 0 and y = A > 0, c in (0, 1): the ratio is bounded, not y",
        statements=(
            Statement(
                Side(surrogate, literal),
                Relation.EQUAL,
                Side(repaired),
                POSITIVE,
                (
                    Derivation(
                        (
                            Step(A * sp.Min(rho, kept), "a positive factor leaves the minimum in place"),
                            Step(repaired, "below 1−c the ratio is below its clipped value, above 1+c it is capped"),
                        )
                    ),
                    Enumeration(points),
                ),
            ),
        ),
    ),
)
