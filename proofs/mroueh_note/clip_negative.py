"""min(ρA, clip(ρ, 1−c, 1+c)·A) = A·max(ρ, 1−c) for A < 0, every ratio ρ > 0 and radius c in (0, 1).

A negative advantage turns the minimum into a maximum and leaves only the lower end of the clipping. The note says it on
the way to its contrastive form.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.points import grid
from grpo_theory.losses.clipping import clipped
from grpo_theory.symbols import A, clip, rho

kept = sp.Min(sp.Max(rho, 1 - clip), 1 + clip)
surrogate = sp.Min(rho * A, kept * A)
factored = A * sp.Max(rho, kept)
result = A * sp.Max(rho, 1 - clip)


def points(_: int) -> Iterator[Point]:
    """Ratios below, on, between and above the ends of the clipping."""
    half, third = Fraction(1, 2), Fraction(1, 3)
    for point in grid(clip=(half, third, Fraction(1, 5)), A=(-Fraction(1, 3), -Fraction(2))):
        ends = (1 - point["clip"], 1 + point["clip"])
        for ratio in (third / 2, *ends, Fraction(9, 10), Fraction(1), Fraction(11, 10), Fraction(5, 2)):
            yield {**point, "rho": ratio}


claim = Claim(
    name="clip-negative",
    source="mroueh-note",
    label="the case A(o) < 0",
    says="min(ρA, clip(ρ, 1−c, 1+c)·A) = A·max(ρ, 1−c) for A < 0, all ρ > 0 and c in (0, 1)",
    statements=(
        Statement(
            Side(surrogate, lambda point: clipped(point["rho"], point["A"], point["clip"])),
            Relation.EQUAL,
            Side(result),
            Domain((real(clip, 0, 1), real(A, None, 0), real(rho, 0, breaks=(1 - clip, 1 + clip)))),
            (
                Derivation(
                    (
                        Step(factored, "a negative factor turns the minimum into a maximum"),
                        Step(result, "for ρ ≥ 1−c the ratio is not below its clipped value, before it that is 1−c"),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
