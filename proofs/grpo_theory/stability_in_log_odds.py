"""At ε = 0 the multiplier of the reference map at a fixed point p* is (2p*−1)(z*−z_ref)/2.

The map is T(z) = z_ref + 1/(β√(p(1−p))), whose slope is −(1−2p)/(2β√(p(1−p))); at a fixed point 1/(β√(p(1−p))) is the
distance z* − z_ref itself. So stability is read off the distance that the policy has come: on p* > 1/2 the fixed point
attracts if and only if (2p*−1)(z*−z_ref) < 2.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import differentiated, hypothesis
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.symbols import beta, d, p, z, z_ref

sigma = 1 / (1 + sp.exp(-z))
weight = 1 / sp.sqrt(sigma * (1 - sigma))
slope = -(1 - 2 * sigma) * weight / 2
step = z_ref + weight / beta
by_calculus = differentiated(step, z)

v = p * (1 - p)
came = Given(d, 1 / (beta * sp.sqrt(v)))
multiplier = -(1 - 2 * p) / (2 * beta * sp.sqrt(v))


def slope_of_the_map(point: Point) -> flint.arb:
    """dT/dz as the linear coefficient of T(z + h), by series arithmetic at the log-odds of the point."""
    with flint.ctx.workprec(400):
        start = _arb(point["z"]) if "z" in point else (_arb(point["p"]) / _arb(1 - point["p"])).log()
        success = 1 / (1 + (-flint.arb_series([start, 1], 2)).exp())
        return (1 / ((success * (1 - success)).sqrt() * _arb(point["beta"])))[1]


def _arb(value: Fraction | int) -> flint.arb:
    return flint.arb(flint.fmpq(*Fraction(value).as_integer_ratio()))


def log_odds(_: int) -> Iterator[Point]:
    """Rational log-odds on both sides of zero; the reference plays no part in the slope."""
    return grid(z=(Fraction(-3, 2), Fraction(1, 3), 2), z_ref=(0,), beta=(Fraction(1, 2), 3))


def fixed_points(_: int) -> Iterator[Point]:
    """Fixed points p* with the distance d = 1/(β√(p*(1−p*))) that makes them so, z_ref = logit p* − d."""
    for point in grid(p=PROBABILITIES, beta=(Fraction(1, 2), Fraction(1), Fraction(7))):
        variance = point["p"] * (1 - point["p"])
        yield {**point, "d": Surd.of(1) / (Surd.sqrt(variance) * point["beta"])}


claim = Claim(
    name="stability-in-log-odds",
    source="grpo-theory",
    label="Lemma",
    says="at ε = 0 the multiplier of the reference map at a fixed point z* = logit p* is (2p*−1)(z*−z_ref)/2, β > 0",
    statements=(
        Statement(
            Side(sp.Derivative(step, z, evaluate=False), slope_of_the_map),
            Relation.EQUAL,
            Side(slope / beta),
            Domain((real(z), real(z_ref), real(beta, 0))),
            (
                Derivation((Step(slope / beta, "dp/dz = p(1−p) and the chain rule", using=(by_calculus,)),)),
                Enumeration(log_odds),
            ),
        ),
        Statement(
            Side(multiplier, slope_of_the_map),
            Relation.EQUAL,
            Side((2 * p - 1) * d / 2),
            Domain((real(p, 0, 1), real(beta, 0), real(d, 0)), "d = z* − z_ref = Ω(p*)/β", given=(came,)),
            (
                Derivation(
                    (
                        Step(
                            (2 * p - 1) * d / 2,
                            "at a fixed point the distance is d = 1/(β√(p(1−p)))",
                            using=((hypothesis(came), -(2 * p - 1) / 2),),
                        ),
                    )
                ),
                Enumeration(fixed_points),
            ),
        ),
    ),
)
