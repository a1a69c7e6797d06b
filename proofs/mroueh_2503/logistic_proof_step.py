"""σ(z)(1−σ(z)) = e^{−z}/(1−e^{−z})² for z ≠ 0, as a step in the source's TeX writes it.

The sign in the denominator is wrong, so the step fails at every z ≠ 0; with 1 + e^{−z} it holds for all real z.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.points import grid
from grpo_theory.ledger.values import BITS
from grpo_theory.symbols import z

success = 1 / (1 + sp.exp(-z))
printed = sp.exp(-z) / (1 - sp.exp(-z)) ** 2
corrected = sp.exp(-z) / (1 + sp.exp(-z)) ** 2


def variance(point: Point) -> flint.arb:
    """σ(1−σ) of a reward that is 1 with probability σ(z) = (1 + tanh(z/2))/2."""
    with flint.ctx.workprec(BITS):
        chance = (1 + (as_ball(point["z"]) / 2).tanh()) / 2
        return chance * (1 - chance)


def search() -> Iterator[Point]:
    """Integers z ≠ 0 by growing modulus."""
    return ({"z": sign * size} for size in (1, 2, 3) for sign in (1, -1))


def recheck(point: Point) -> bool:
    """x/(1+x)² and x/(1−x)², x = e^{−z}, differ by the factor ((1+x)/(1−x))², which is 1 only where 4x = 0; 3 > e."""
    smallest = Fraction(1, 3 ** ceil(abs(Fraction(point["z"]))))
    return 4 * smallest <= 0


def points(_: int) -> Iterator[Point]:
    """Log-odds on both sides of zero, and zero."""
    return grid(z=(0, 1, -1, Fraction(1, 3), Fraction(-7, 2), 5))


repaired = Claim(
    name="logistic-proof-step-repaired",
    source="mroueh-2503",
    label="TeX source only, not in the compiled paper",
    says="σ(z)(1−σ(z)) = e^{−z}/(1+e^{−z})² for every real z",
    statements=(
        Statement(
            Side(success * (1 - success), variance),
            Relation.EQUAL,
            Side(corrected),
            Domain((real(z),)),
            (Derivation((Step(corrected, "1 − σ(z) is e^{−z}/(1+e^{−z})"),)), Enumeration(points)),
        ),
    ),
)

claim = Claim(
    name="logistic-proof-step",
    source="mroueh-2503",
    label="TeX source only, not in the compiled paper",
    says="σ(z)(1−σ(z)) = e^{−z}/(1−e^{−z})² for every real z ≠ 0",
    statements=(
        Statement(
            Side(success * (1 - success), variance),
            Relation.EQUAL,
            Side(printed),
            Domain((real(z),), "z ≠ 0"),
            (Counterexample(search, recheck),),
        ),
    ),
    repair=repaired,
)
