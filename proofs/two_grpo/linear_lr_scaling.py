"""Scaling the learning rate 1e−6 by the ratio of prompts per batch, 256/32, gives 8e−6.

The source scales linearly with the batch size. Its batch size here counts prompts: counted in rollouts, as Section 4.2
counts a batch, both settings have 512 and the linear rule would leave the learning rate at 1e−6.
"""

from collections.abc import Iterator
from fractions import Fraction

from grpo_theory.arithmetic.domains import Domain
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.evidence import Enumeration, Exhaustion
from grpo_theory.tables.two_grpo import SETTINGS

TWO, SIXTEEN = SETTINGS


def points() -> Iterator[Point]:
    """The one pair of settings."""
    yield {"small": TWO.group_size, "large": SIXTEEN.group_size}


def scaled(small_batch: int, large_batch: int) -> Fraction:
    """The baseline's learning rate times the ratio of batch sizes."""
    return Fraction(SIXTEEN.learning_rate) * Fraction(small_batch, large_batch)


def digits_agree(_: Point) -> bool:
    """The rule again: 256 = 8·32, and the printed rates have the digits 8 and 1 and one exponent."""
    (small, power), (large, other) = (entry.learning_rate.split("e") for entry in SETTINGS)
    return power == other and int(small) * SIXTEEN.prompts_per_batch == int(large) * TWO.prompts_per_batch


RUNS = Domain(words="the two reported settings")

claim = Claim(
    name="linear-lr-scaling",
    source="two-grpo",
    label="Sec. 5.1",
    says="the learning rate 8e−6 of 2-GRPO is the baseline's 1e−6 times the ratio 256/32 of prompts per batch",
    notes="by the ratio of rollouts per batch, 512/512, it would stay 1e−6",
    statements=(
        Statement(
            Side(literal=lambda point: scaled(TWO.prompts_per_batch, SIXTEEN.prompts_per_batch)),
            Relation.EQUAL,
            Side(literal=lambda point: Fraction(TWO.learning_rate)),
            RUNS,
            (Exhaustion(points, digits_agree, RUNS.words), Enumeration(lambda _: points())),
            latex=r"10^{-6}\cdot 256/32=8\cdot 10^{-6}",
        ),
    ),
)
