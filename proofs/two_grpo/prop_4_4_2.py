"""P_{m×2} = 1 − Π_{i<m} (1−p_i)² ≥ 1 − (1−p_0)^{2m} = P_{2m} when p_i ≥ p_0 for all i.

Two rollouts of each policy in turn all fail with the probability Π (1−p_i)²; each factor is at most (1−p_0)².
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import order
from grpo_theory.ledger.ranges import by_induction, multiplied
from grpo_theory.symbols import i, j, m, p_0

chance = sp.Function("chance")
TRIALS = (i, sp.S(0), m - 1)
# The trials i, two rollouts each: the inner product is the failure of both.
all_fail = sp.Product(sp.Product(1 - chance(i), (j, 1, 2)), TRIALS)
squared = sp.Product((1 - chance(i)) ** 2, TRIALS)
frozen = sp.Product((1 - p_0) ** 2, TRIALS)
closed = 1 - (1 - p_0) ** (2 * m)
worse = order((1 - chance(i)) ** 2, (1 - p_0) ** 2, "p_i ≥ p_0")
both_fail = by_induction(sp.Product(1 - chance(i), (j, 1, 2)), (1 - chance(i)) ** j, j)


def literal(point: Point) -> Fraction:
    """The probability of the sequences of 2m rollouts that hold a success; rollouts 2i and 2i+1 are of policy i."""
    chances, total = point["p_i"], Fraction(0)
    for rewards in product((0, 1), repeat=2 * len(chances)):
        mass = Fraction(1)
        for at, reward in enumerate(rewards):
            mass *= chances[at // 2] if reward else 1 - chances[at // 2]
        total += mass if any(rewards) else 0
    return total


def _entry(chances: tuple[Fraction, ...], at: int) -> Fraction:
    return chances[at]


def points(_: int) -> Iterator[Point]:
    """Up to three trials, policies that improve, stand still, or improve and fall back above p_0."""
    texts = ("0", "1/3", "1", "0 0", "0 1", "1/3 1/2", "1/3 1/3", "1/5 4/5", "1/4 1/2 1/3", "1/3 2/3 1", "1/2 1/2 1/2")
    for text in texts:
        chances = tuple(Fraction(word) for word in text.split())
        yield {"m": len(chances), "p_0": chances[0], "p_i": chances, "chance": partial(_entry, chances)}


DOMAIN = Domain(
    (natural(m, 1), real(p_0, 0, 1, closed="both"), real(chance(i), p_0, 1, closed="both")), "p_0 ≤ p_i ≤ 1 for all i"
)

claim = Claim(
    name="prop-4-4-2",
    source="two-grpo",
    label="Eq. 19",
    says="m trials of 2 rollouts each, with success probabilities p_i ≥ p_0, hold a success with the probability "
    "1 − Π_{i<m} (1−p_i)² ≥ 1 − (1−p_0)^{2m}",
    statements=(
        Statement(
            Side(1 - all_fail, literal),
            Relation.EQUAL,
            Side(1 - squared),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(
                            1 - squared,
                            "two rollouts of one policy fail independently",
                            using=((multiplied(both_fail, *TRIALS), sp.Integer(-1)),),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
        Statement(
            Side(1 - squared, literal),
            Relation.AT_LEAST,
            Side(closed),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(
                            1 - frozen,
                            "every factor is at most (1−p_0)²",
                            Relation.AT_LEAST,
                            using=(multiplied(worse, *TRIALS),),
                        ),
                        Step(
                            closed,
                            "m equal factors, one by one",
                            using=((by_induction(frozen, (1 - p_0) ** (2 * j + 2), j), sp.Integer(-1)),),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
