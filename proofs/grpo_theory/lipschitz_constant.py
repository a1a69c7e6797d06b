"""sup_z |dΩ_ε/dz| = 1/(3√(3ε)(1+4ε)) for Ω_ε = (p(1−p)+ε)^(−1/2) and z = logit p, attained at p(1−p) = 2ε/(1+12ε).

dΩ/dz = −v(1−2p)/(2(v+ε)^{3/2}) with v = p(1−p). Its square compares with the bound's through
4(v+ε)³ − 27εv²(1−4v)(1+4ε)² = ((1+12ε)v − 2ε)²·(4(1+3ε)v + ε), which is never negative and vanishes where it says.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import as_product, differentiated
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.symbols import epsilon, p, z

sigma = 1 / (1 + sp.exp(-z))
weight = 1 / sp.sqrt(sigma * (1 - sigma) + epsilon)
slope_in_log_odds = -sigma * (1 - sigma) * (1 - 2 * sigma) / (2 * sp.sqrt(sigma * (1 - sigma) + epsilon) ** 3)
v = p * (1 - p)
slope = -v * (1 - 2 * p) / (2 * sp.sqrt(v + epsilon) ** 3)
constant = 1 / (3 * sp.sqrt(3 * epsilon) * (1 + 4 * epsilon))
steepest = (1 + sp.sqrt((1 + 4 * epsilon) / (1 + 12 * epsilon))) / 2

by_calculus = differentiated(weight, z)
gap = ((1 + 12 * epsilon) * v - 2 * epsilon) ** 2 * (4 * (1 + 3 * epsilon) * v + epsilon)
scale = 108 * epsilon * (1 + 4 * epsilon) ** 2 * (v + epsilon) ** 3
squares = as_product(
    slope**2,
    constant**2,
    (((1 + 12 * epsilon) * v - 2 * epsilon, 2), (4 * (1 + 3 * epsilon) * v + epsilon, 1), (1 / scale, 1)),
    "4(v+ε)³ − 27εv²(1−4v)(1+4ε)² = ((1+12ε)v − 2ε)²(4(1+3ε)v + ε) ≥ 0",
)


def bounded(way: int) -> Derivation:
    """way·dΩ/dz ≤ s: from the squares, s − y = (s² − y²)/(2s) + (s−y)²/(2s)."""
    tangent = way * slope
    middle = (tangent**2 + constant**2) / (2 * constant)
    square = as_product(tangent, middle, ((constant - tangent, 2), (1 / (2 * constant), 1)), "2ys ≤ y² + s²")
    return Derivation(
        (
            Step(middle, "the arithmetic mean of squares is at least the product", Relation.AT_MOST, using=(square,)),
            Step(constant, "the squares compare", Relation.AT_MOST, using=((squares, 1 / (2 * constant)),)),
        )
    )


def along_the_series(point: Point) -> flint.arb:
    """dΩ/dz as the linear coefficient of the power series of Ω(z + h), by series arithmetic alone."""
    with flint.ctx.workprec(400):
        start = point["z"] if "z" in point else (_arb(point["p"]) / _arb(1 - point["p"])).log()
        shifted = flint.arb_series([_arb(start), 1], 2)
        success = 1 / (1 + (-shifted).exp())
        return (1 / (success * (1 - success) + _arb(point["epsilon"])).sqrt())[1]


def _arb(value: Fraction | int | flint.arb) -> flint.arb:
    return value if isinstance(value, flint.arb) else flint.arb(flint.fmpq(*Fraction(value).as_integer_ratio()))


def by_dual_numbers(point: Point) -> Surd:
    """dΩ/dz at a rational p by dual numbers: dp = p(1−p), and y²·w = 1 gives dy = −y·dw/(2w)."""
    chance, moved = point["p"], point["p"] * (1 - point["p"])
    w, dw = chance * (1 - chance) + point["epsilon"], moved * (1 - chance) - chance * moved
    slope_there: Surd = -Surd.of(1) / Surd.sqrt(w) * (dw / (2 * w))
    return slope_there


SMOOTHINGS = (Fraction(1, 100), Fraction(1, 4), Fraction(2))


def log_odds(_: int) -> Iterator[Point]:
    """Rational log-odds on both sides of zero."""
    return grid(z=(Fraction(-3, 2), Fraction(1, 3), 2), epsilon=(0, *SMOOTHINGS))


def points(_: int) -> Iterator[Point]:
    """Success probabilities on both sides of one half, with small and large smoothing."""
    return grid(p=PROBABILITIES, epsilon=SMOOTHINGS)


def smoothings(_: int) -> Iterator[Point]:
    """Smoothing small and large; at 1/4 the steepest point is p = (1 + √(1/2))/2."""
    return grid(epsilon=(Fraction(1, 4), Fraction(1, 36), Fraction(2, 3)))


def slope_at_the_steepest(point: Point) -> flint.arb:
    """The series coefficient at the p with p(1−p) = 2ε/(1+12ε), p > 1/2, solved as a quadratic."""
    with flint.ctx.workprec(400):
        smoothing = _arb(point["epsilon"])
        variance = 2 * smoothing / (1 + 12 * smoothing)
        root = (1 + (1 - 4 * variance).sqrt()) / 2
        return along_the_series({"z": (root / (1 - root)).log(), "epsilon": point["epsilon"]})


def bound_statement(way: int) -> Statement:
    """way·dΩ/dz ≤ s(ε) for every p in (0, 1) and ε > 0."""
    return Statement(
        Side(way * slope, lambda point: way * by_dual_numbers(point)),
        Relation.AT_MOST,
        Side(constant),
        Domain((real(p, 0, 1), real(epsilon, 0))),
        (bounded(way), Enumeration(points)),
    )


claim = Claim(
    name="lipschitz-constant",
    source="grpo-theory",
    label="Lemma",
    says="sup over z of |dΩ_ε/dz| is s(ε) = 1/(3√(3ε)(1+4ε)) for every ε > 0, attained at p(1−p) = 2ε/(1+12ε)",
    statements=(
        Statement(
            Side(sp.Derivative(weight, z, evaluate=False), along_the_series),
            Relation.EQUAL,
            Side(slope_in_log_odds),
            Domain((real(z), real(epsilon, 0, closed="lower"))),
            (
                Derivation((Step(slope_in_log_odds, "dp/dz = p(1−p) and the chain rule", using=(by_calculus,)),)),
                Enumeration(log_odds),
            ),
        ),
        bound_statement(1),
        bound_statement(-1),
        Statement(
            Side(slope.subs(p, steepest), slope_at_the_steepest),
            Relation.EQUAL,
            Side(constant),
            Domain((real(epsilon, 0),)),
            (
                Derivation((Step(constant, "v = 2ε/(1+12ε), 1 − 2p = −√(1−4v) and v + ε = 3ε(1+4ε)/(1+12ε)"),)),
                Enumeration(smoothings),
            ),
        ),
    ),
)
