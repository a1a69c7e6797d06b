"""P_{2m} = 1 − (1−p_0)^{2m}: the probability of at least one success in 2m independent rollouts of one policy.

It is one minus the probability that all fail, a product of 2m equal factors; both ends of [0, 1] are included.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.points import grid
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.symbols import i, m, p_0

failures = sp.Product(1 - p_0, (i, 1, 2 * m))
closed = 1 - (1 - p_0) ** (2 * m)


def literal(point: Point) -> Fraction:
    """The probability of the sequences of 2m rollouts that hold a success, sequence by sequence."""
    total = Fraction(0)
    for rewards in product((0, 1), repeat=2 * point["m"]):
        chance = Fraction(1)
        for reward in rewards:
            chance *= point["p_0"] if reward else 1 - point["p_0"]
        total += chance if any(rewards) else 0
    return total


def points(_: int) -> Iterator[Point]:
    """Up to eight rollouts, both ends of [0, 1] and probabilities between."""
    return grid(m=(1, 2, 3, 4), p_0=(Fraction(0), Fraction(1, 3), Fraction(7, 10), Fraction(1)))


claim = Claim(
    name="prop-4-4-1",
    source="two-grpo",
    label="Eq. 18",
    says="at least one of 2m independent rollouts succeeds with probability P_{2m} = 1 − (1−p_0)^{2m}, p_0 in [0, 1]",
    statements=(
        Statement(
            Side(1 - failures, literal),
            Relation.EQUAL,
            Side(closed),
            Domain((natural(m, 1), real(p_0, 0, 1, closed="both"))),
            (
                Derivation(
                    (
                        Step(
                            closed,
                            "2m equal factors, one by one",
                            using=((by_induction(failures, (1 - p_0) ** i, i), sp.Integer(-1)),),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
