"""Prompts per batch times rollouts per prompt are 512 in both settings: 256 × 2 and 32 × 16.

The source states the products and both factors of each.
"""

from collections.abc import Iterator

from grpo_theory.arithmetic.domains import Domain
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.evidence import Enumeration, Exhaustion
from grpo_theory.tables.two_grpo import SETTINGS, Setting


def points() -> Iterator[Point]:
    """The two settings."""
    return ({"group_size": entry.group_size} for entry in SETTINGS)


def setting(point: Point) -> Setting:
    """The reported setting with the point's group size."""
    return next(entry for entry in SETTINGS if entry.group_size == point["group_size"])


def counted(point: Point) -> int:
    """Rollouts of a batch, prompt by prompt."""
    return sum(setting(point).group_size for _ in range(setting(point).prompts_per_batch))


def product_of_powers_of_two(point: Point) -> bool:
    """The product again: all numbers are powers of two, whose exponents add up to 9."""
    factors = (setting(point).prompts_per_batch, setting(point).group_size)
    return all(x & (x - 1) == 0 for x in factors) and sum(x.bit_length() - 1 for x in factors) == 9


BOTH = Domain(words="both settings, G ∈ {2, 16}")

claim = Claim(
    name="rollouts-per-batch",
    source="two-grpo",
    label="Sec. 5.1",
    says="256 prompts with 2 rollouts each and 32 prompts with 16 rollouts each are 512 rollouts per batch",
    statements=(
        Statement(
            Side(literal=counted),
            Relation.EQUAL,
            Side(literal=lambda point: setting(point).rollouts_per_batch),
            BOTH,
            (Exhaustion(points, product_of_powers_of_two, BOTH.words), Enumeration(lambda _: points())),
            latex=r"256\cdot 2=32\cdot 16=512",
        ),
    ),
)
