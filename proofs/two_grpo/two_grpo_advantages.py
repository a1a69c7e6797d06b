"""At G = 2, with the population deviation and ε = 0, advantages are ±1 in a mixed pair and 0 otherwise.

In other words A = (r_1 − r_2, r_2 − r_1): the deviation of a mixed pair is 1/2, as is each distance from the mean.
"""

from collections.abc import Iterator
from fractions import Fraction

from grpo_theory.arithmetic.domains import Domain
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.evidence import Enumeration, Exhaustion
from grpo_theory.ledger.points import grid


def points() -> Iterator[Point]:
    """All pairs of binary rewards."""
    return ({"rewards": pair["first"] + pair["second"]} for pair in grid(first=((0,), (1,)), second=((0,), (1,))))


def advantages(point: Point) -> tuple[Surd, ...]:
    """The group-normalised advantages of the pair, by mean and deviation."""
    return rule("grpo", ddof=0).on_rewards(point["rewards"])


def printed(point: Point) -> tuple[int, int]:
    """±1 in a mixed pair, else 0."""
    first, second = point["rewards"]
    return (0, 0) if first == second else ((1, -1) if first else (-1, 1))


def in_squares(point: Point) -> bool:
    """The same again without a root: A has the sign of r − m, and A²·variance = (r − m)²."""
    rewards = [Fraction(reward) for reward in point["rewards"]]
    mean = sum(rewards) / 2
    variance = sum((reward - mean) ** 2 for reward in rewards) / 2
    pairs = list(zip(rewards, printed(point), strict=True))
    return all(a * (r - mean) >= 0 and a**2 * variance == (r - mean) ** 2 for r, a in pairs)


PAIRS = Domain(words="all pairs of binary rewards")

claim = Claim(
    name="two-grpo-advantages",
    source="two-grpo",
    label="Sec. 4.1",
    says="at G = 2, ddof = 0, ε = 0 the advantages of a mixed pair are +1 (success) and −1 (failure), else 0",
    statements=(
        Statement(
            Side(literal=advantages),
            Relation.EQUAL,
            Side(literal=printed),
            PAIRS,
            (Exhaustion(points, in_squares, PAIRS.words), Enumeration(lambda _: points())),
            latex=r"(A_1,A_2)=(r_1-r_2,\ r_2-r_1)",
        ),
    ),
)
