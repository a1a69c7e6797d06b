"""σ(z+a)(1−σ(z+a)) ≤ 1/(4·cosh²(z/2)·cosh²(a/2)) for z, a > 0.

A lemma of the source's TeX that the compiled paper leaves out. In E = e^z and F = e^a it says (1+E)(1+F) ≤ 2(1+EF),
which is (E−1)(F−1) ≥ 0.
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

a = sp.Symbol("a", real=True)
E, F = sp.exp(z), sp.exp(a)
success = 1 / (1 + sp.exp(-z - a))


def cosh(x: sp.Expr) -> sp.Expr:
    """cosh x by exponentials."""
    return (sp.exp(x) + sp.exp(-x)) / 2


bound = 1 / (4 * cosh(z / 2) ** 2 * cosh(a / 2) ** 2)


def variance(point: Point) -> flint.arb:
    """σ(1−σ) of a reward that is 1 with probability σ(z+a) = (1 + tanh((z+a)/2))/2."""
    with flint.ctx.workprec(BITS):
        chance = (1 + ((as_ball(point["z"]) + as_ball(point["a"])) / 2).tanh()) / 2
        return chance * (1 - chance)


def points(_: int) -> Iterator[Point]:
    """Pairs of positive numbers, small and large."""
    return grid(z=(Fraction(1, 10), 1, 4), a=(Fraction(1, 5), 2, 3))


claim = Claim(
    name="cosh-product-bound",
    source="mroueh-2503",
    label="TeX source only, not in the compiled paper",
    says="σ(z+a)(1−σ(z+a)) ≤ 1/(4·cosh²(z/2)·cosh²(a/2)) for all z > 0 and a > 0",
    statements=(
        Statement(
            Side(success * (1 - success), variance),
            Relation.AT_MOST,
            Side(bound),
            Domain((real(z, 0), real(a, 0))),
            (
                Derivation(
                    (
                        Step(E * F / (1 + E * F) ** 2, "both factors are written over 1 + e^{z+a}"),
                        Step(
                            bound,
                            "2(1+EF) = (1+E)(1+F) + (E−1)(F−1) with E = e^z > 1 and F = e^a > 1",
                            Relation.AT_MOST,
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
