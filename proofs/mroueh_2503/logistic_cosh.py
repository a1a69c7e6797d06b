"""σ(z)(1−σ(z)) = 1/(4·cosh²(z/2)) for every real z.

A lemma of the source's TeX that the compiled paper leaves out. With cosh written by exponentials both sides are
e^z/(1+e^z)².
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.points import grid
from grpo_theory.ledger.values import BITS
from grpo_theory.symbols import z

success = 1 / (1 + sp.exp(-z))
cosh_of_half = (sp.exp(z / 2) + sp.exp(-z / 2)) / 2


def variance(point: Point) -> flint.arb:
    """σ(1−σ) of a reward that is 1 with probability σ(z) = (1 + tanh(z/2))/2."""
    with flint.ctx.workprec(BITS):
        chance = (1 + (as_ball(point["z"]) / 2).tanh()) / 2
        return chance * (1 - chance)


def points(_: int) -> Iterator[Point]:
    """Log-odds on both sides of zero, and zero."""
    return grid(z=(0, 1, -1, Fraction(1, 3), Fraction(-7, 2), 5))


claim = Claim(
    name="logistic-cosh",
    source="mroueh-2503",
    label="TeX source only, not in the compiled paper",
    says="σ(z)(1−σ(z)) = 1/(4·cosh²(z/2)) for every real z",
    statements=(
        Statement(
            Side(success * (1 - success), variance),
            Relation.EQUAL,
            Side(1 / (4 * cosh_of_half**2)),
            Domain((real(z),)),
            (
                Derivation(
                    (
                        Step(sp.exp(z) / (1 + sp.exp(z)) ** 2, "both factors are written over 1 + e^z"),
                        Step(1 / (4 * cosh_of_half**2), "e^z/(1+e^z)² is 1/(e^{z/2} + e^{−z/2})²"),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
