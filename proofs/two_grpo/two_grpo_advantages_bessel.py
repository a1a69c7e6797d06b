"""At G = 2 the advantages ±1 and 0 come out with Bessel's correction (ddof = 1) as well.

They do not: the corrected deviation of a mixed pair is 1/√2, so the advantages are ±1/√2; libraries that use the
corrected deviation shrink every 2-GRPO update by that factor.
"""

from collections.abc import Iterator
from fractions import Fraction

from grpo_theory.arithmetic.domains import Domain
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.evidence import Counterexample, Enumeration, Exhaustion
from grpo_theory.ledger.points import grid


def points() -> Iterator[Point]:
    """All pairs of binary rewards."""
    return ({"rewards": pair["first"] + pair["second"]} for pair in grid(first=((0,), (1,)), second=((0,), (1,))))


def advantages(point: Point) -> tuple[Surd, ...]:
    """The group-normalised advantages of the pair with the corrected deviation."""
    return rule("grpo", ddof=1).on_rewards(point["rewards"])


def signs(point: Point) -> tuple[int, int]:
    """±1 in a mixed pair, else 0."""
    first, second = point["rewards"]
    return (0, 0) if first == second else ((1, -1) if first else (-1, 1))


def square_is(point: Point, squared: Fraction) -> bool:
    """Whether A² takes a value in mixed pairs: (r − m)² over the corrected variance, without a root."""
    rewards = [Fraction(reward) for reward in point["rewards"]]
    mean = sum(rewards) / 2
    variance = sum((reward - mean) ** 2 for reward in rewards)
    return variance == 0 or all((reward - mean) ** 2 == squared * variance for reward in rewards)


PAIRS = Domain(words="all pairs of binary rewards")

repair = Claim(
    name="two-grpo-advantages-bessel-repaired",
    source="two-grpo",
    label="Sec. 4.1",
    says="at G = 2, ddof = 1, ε = 0 the advantages are ±1/√2 in a mixed pair, else 0",
    statements=(
        Statement(
            Side(literal=advantages),
            Relation.EQUAL,
            Side(literal=lambda point: tuple(sign / Surd.sqrt(2) for sign in signs(point))),
            PAIRS,
            (
                Exhaustion(points, lambda point: square_is(point, Fraction(1, 2)), PAIRS.words),
                Enumeration(lambda _: points()),
            ),
            latex=r"(A_1,A_2)=(r_1-r_2,\ r_2-r_1)/\sqrt2",
        ),
    ),
)

claim = Claim(
    name="two-grpo-advantages-bessel",
    source="two-grpo",
    label="Sec. 4.1",
    says="at G = 2, ddof = 1, ε = 0 the advantages of a mixed pair are +1 (success) and −1 (failure), else 0",
    statements=(
        Statement(
            Side(literal=advantages),
            Relation.EQUAL,
            Side(literal=signs),
            PAIRS,
            (Counterexample(points, lambda point: square_is(point, Fraction(1))),),
            latex=r"(A_1,A_2)=(r_1-r_2,\ r_2-r_1)",
        ),
    ),
    repair=repair,
)
