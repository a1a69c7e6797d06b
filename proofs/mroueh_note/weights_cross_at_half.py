"""√((1−p)/p) < √(p/(1−p)) for p > 1/2, and the reverse for p < 1/2: the two weights cross at one half.

The note reads this off its Figure 1: a policy that mostly succeeds is corrected through its failures, one that mostly
fails is encouraged through its successes. The two weights differ by (1−2p)/√(p(1−p)).
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.points import grid, rationals
from grpo_theory.losses.mroueh import standardised_advantage
from grpo_theory.policies.finite import two_outcome
from grpo_theory.symbols import p

for_success = sp.sqrt((1 - p) / p)
for_failure = sp.sqrt(p / (1 - p))
apart = for_failure + (1 - 2 * p) / sp.sqrt(p * (1 - p))


def on_successes(point: Point) -> Surd:
    """The standardised advantage of a success."""
    return standardised_advantage(two_outcome(point["p"]), 0)


def on_failures(point: Point) -> Surd:
    """The modulus of the standardised advantage of a failure."""
    return abs(standardised_advantage(two_outcome(point["p"]), 1))


def points(_: int) -> Iterator[Point]:
    """Rationals on both sides of one half, some close to it; the domain keeps its own side."""
    return grid(p=(*rationals(6), Fraction(49, 100), Fraction(51, 100), Fraction(1, 1000), Fraction(999, 1000)))


def crossing(relation: Relation, lower: Fraction, upper: Fraction, because: str) -> Statement:
    """The order of the two weights on one side of one half."""
    steps = (
        Step(apart, "(1−p) − p over the common denominator √(p(1−p))"),
        Step(for_failure, because, relation),
    )
    return Statement(
        Side(for_success, on_successes),
        relation,
        Side(for_failure, on_failures),
        Domain((real(p, sp.Rational(lower.numerator, lower.denominator), upper),)),
        (Derivation(steps), Enumeration(points)),
        rf"\sqrt{{\frac{{1-p}}{{p}}}} {relation.value} \sqrt{{\frac{{p}}{{1-p}}}}",
    )


claim = Claim(
    name="weights-cross-at-half",
    source="mroueh-note",
    label="Figure 1 and the two remarks after it",
    says="p > 1/2 gives successes less weight than failures, √((1−p)/p) < √(p/(1−p)); p < 1/2 gives them more",
    statements=(
        crossing(Relation.LESS, Fraction(1, 2), Fraction(1), "1 − 2p < 0 for p > 1/2"),
        crossing(Relation.GREATER, Fraction(0), Fraction(1, 2), "1 − 2p > 0 for p < 1/2"),
    ),
)
