"""f(ρ, A) stops at (1+c)·√((1−p)/p) for a success with ρ ≥ 1+c, and at −(1−c)·√(p/(1−p)) for a failure with ρ ≤ 1−c.

The note's two remarks on clipping name the constants 1+c and 1−c, to be multiplied by the weights of its contrastive
form; the plateaus include their ends, the ratios of exactly 1+c and 1−c.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.losses.clipping import clipped
from grpo_theory.losses.mroueh import standardised_advantage
from grpo_theory.policies.finite import two_outcome
from grpo_theory.symbols import clip, p, rho

success, failure = sp.sqrt((1 - p) / p), -sp.sqrt(p / (1 - p))
kept = sp.Min(sp.Max(rho, 1 - clip), 1 + clip)


def surrogate(advantage: sp.Expr) -> sp.Expr:
    """f(ρ, A) as the note defines it."""
    return sp.Min(rho * advantage, kept * advantage)


def by_definition(point: Point, outcome: int) -> Surd:
    """f(ρ, A(o)) with A standardised over the policy with outcomes success and failure."""
    return Surd.of(clipped(point["rho"], standardised_advantage(two_outcome(point["p"]), outcome), point["clip"]))


def points(_: int) -> Iterator[Point]:
    """Ratios at both ends of the clipping and beyond; the domain keeps those on its own plateau."""
    for point in grid(p=PROBABILITIES, clip=(Fraction(1, 5), Fraction(1, 2))):
        upper, lower = 1 + point["clip"], 1 - point["clip"]
        for ratio in (upper, upper + Fraction(1, 100), Fraction(7), lower, lower - Fraction(1, 100), Fraction(1, 9)):
            yield {**point, "rho": ratio}


claim = Claim(
    name="clip-plateaus",
    source="mroueh-note",
    label="“More observations due to clipping”",
    says="times its weight, a success contributes the constant 1+c for ρ ≥ 1+c, a failure the constant 1−c for ρ ≤ 1−c",
    statements=(
        Statement(
            Side(surrogate(success), lambda point: by_definition(point, 0)),
            Relation.EQUAL,
            Side((1 + clip) * success),
            Domain((real(p, 0, 1), real(clip, 0, 1), real(rho, 1 + clip, closed="lower"))),
            (
                Derivation((Step((1 + clip) * success, "the clipped ratio is 1+c, and A > 0 takes the smaller one"),)),
                Enumeration(points),
            ),
            r"f\left(\rho, \sqrt{\frac{1-p}{p}}\right) = (1+c)\sqrt{\frac{1-p}{p}}, \quad \rho \ge 1+c",
        ),
        Statement(
            Side(surrogate(failure), lambda point: by_definition(point, 1)),
            Relation.EQUAL,
            Side((1 - clip) * failure),
            Domain((real(p, 0, 1), real(clip, 0, 1), real(rho, 0, 1 - clip, closed="upper"))),
            (
                Derivation((Step((1 - clip) * failure, "the clipped ratio is 1−c, and A < 0 takes the larger one"),)),
                Enumeration(points),
            ),
            r"f\left(\rho, -\sqrt{\frac{p}{1-p}}\right) = -(1-c)\sqrt{\frac{p}{1-p}}, \quad \rho \le 1-c",
        ),
    ),
)
