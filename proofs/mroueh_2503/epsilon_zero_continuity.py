"""At ε = 0 h has no continuous extension to 0 and 1, as stated: it has one, with the value 1 at both ends.

Near either end Ω = 1/√(p(1−p)) grows without bound, so h(p) = σ(z_ref + Ω/β) tends to 1. The refuting pair of values is
(1, 1): on (0, p] with a small p every h lies in [h(p), 1), and on [1−p, 1) in [h(1−p), 1). The repair gives the rate:
1 − h(p) < β((1−p_ref)/p_ref)√(p(1−p)).
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
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.exponentials import exponential_above
from grpo_theory.ledger.points import grid
from grpo_theory.symbols import beta, p, p_ref

at_zero, at_one = (sp.Symbol(name, nonnegative=True) for name in ("ell_0", "ell_1"))
push = 1 / (beta * sp.sqrt(p * (1 - p)))
growth = sp.exp(push)
failure = (1 - p_ref) / (p_ref * growth + 1 - p_ref)
rate = beta * (1 - p_ref) / p_ref * sp.sqrt(p * (1 - p))


@precisely
def map_at(point: Point) -> flint.arb:
    """σ(z_ref + 1/(β√(p(1−p))))."""
    chance = as_ball(point["p"])
    return sigmoid(logit(point["p_ref"]) + 1 / (as_ball(point["beta"]) * root(chance * (1 - chance))))


@precisely
def near_both_ends(point: Point) -> tuple[flint.arb, flint.arb]:
    """All values of h on (0, p], where h falls, and on [1−p, 1), where it rises, p ≤ 1/2; they stay below 1."""
    first, last = map_at(point), map_at({**point, "p": 1 - point["p"]})
    return first.union(flint.arb(1)), last.union(flint.arb(1))


@precisely
def failures(point: Point) -> flint.arb:
    """1 − h(p)."""
    return 1 - map_at(point)


def search() -> Iterator[Point]:
    """Values of the extension at 0 and at 1, smallest first, seen from (0, 1/40000] and its mirror image."""
    ends = (Fraction(0), Fraction(1, 2), Fraction(1))
    return grid(beta=(Fraction(1),), p_ref=(Fraction(1, 2),), ell_0=ends, ell_1=ends, p=(Fraction(1, 40000),))


def keeps_away(point: Point) -> bool:
    """Whether h stays away from either value: 1 − h < β((1−p_ref)/p_ref)·2^{−j} at p and 1−p = 4^{−j}, as e^x > x."""
    odds = (1 - point["p_ref"]) / point["p_ref"]
    values = (point["ell_0"], point["ell_1"])
    return any(abs(1 - value) > point["beta"] * odds / 2**j for value in values for j in (10, 100, 1000))


def points(_: int) -> Iterator[Point]:
    """Probabilities near both ends and between, and the interval of the counterexample."""
    yield from search()
    yield from grid(
        beta=(Fraction(1), Fraction(20)),
        p_ref=(Fraction(1, 1000), Fraction(9, 10)),
        p=(Fraction(1, 1000), Fraction(1, 3), Fraction(999, 1000)),
    )


LABEL = "remark on ε = 0"
PARAMETERS = (real(beta, 0), real(p_ref, 0, 1))
VALUES = (real(at_zero, 0, 1, closed="both"), real(at_one, 0, 1, closed="both"))
cofactor = p_ref / (1 - p_ref) * failure * rate

claim = Claim(
    name="epsilon-zero-continuity",
    source="mroueh-2503",
    label=LABEL,
    says="at ε = 0 h has no continuous extension to 0 and 1: no values ℓ_0 and ℓ_1 in [0, 1] are its limits at 0 and at"
    " 1, for β > 0 and p_ref in (0, 1)",
    statements=(
        Statement(
            Side(literal=near_both_ends),
            Relation.UNEQUAL,
            Side(sp.Tuple(at_zero, at_one)),
            Domain((*PARAMETERS, *VALUES, real(p, 0, sp.Rational(1, 2)))),
            (Counterexample(search, keeps_away),),
            r"\left(\lim_{p\to 0} h(p), \lim_{p\to 1} h(p)\right) \ne (\ell_0, \ell_1)",
        ),
    ),
    repair=Claim(
        name="epsilon-zero-continuity-repaired",
        source="mroueh-2503",
        label=LABEL,
        says="at ε = 0 0 < 1 − h(p) < β((1−p_ref)/p_ref)√(p(1−p)) on (0, 1), so h extends continuously to 0 and 1, with"
        " the value 1 at both ends",
        statements=(
            Statement(
                Side(failure, failures),
                Relation.LESS,
                Side(rate),
                Domain((*PARAMETERS, real(p, 0, 1))),
                (
                    Derivation(
                        (
                            Step(
                                rate,
                                "the odds of failure are ((1−p_ref)/p_ref)e^{−Ω/β}, and e^x > 1 + x > x",
                                Relation.LESS,
                                using=((exponential_above(push, strict=True), cofactor),),
                            ),
                        )
                    ),
                    Enumeration(points),
                ),
            ),
            Statement(
                Side(failure, failures),
                Relation.GREATER,
                Side(sp.S(0)),
                Domain((*PARAMETERS, real(p, 0, 1))),
                (Derivation((Step(sp.S(0), "p_ref < 1", Relation.GREATER),)), Enumeration(points)),
            ),
        ),
    ),
)
