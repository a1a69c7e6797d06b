"""(1−p̂)p̂ = σ̂: the number under the root of Equation 8 is the group's variance, not its standard deviation.

Below Equation 8 the source names (1−p̂)p̂ the empirical standard deviation, under a symbol for a variance. It is the
variance, for every group; the two numbers agree in silent groups only.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.symbols import G, k

DOMAIN = Domain((natural(G, 2), natural(k, 0, G)))
mean = k / G
variance = (k * (1 - mean) ** 2 + (G - k) * (0 - mean) ** 2) / G


def printed(point: Point) -> Fraction:
    """(1−p̂)p̂, p̂ being the mean over the reward vector."""
    share = Fraction(sum(vector(point)), point["G"])
    return (1 - share) * share


def vector(point: Point) -> tuple[int, ...]:
    """k ones and G − k zeros."""
    ones, size = int(point["k"]), int(point["G"])
    return (1,) * ones + (0,) * (size - ones)


def squared(point: Point) -> Fraction:
    """The mean squared distance from the mean, over the reward vector."""
    rewards = vector(point)
    centre = Fraction(sum(rewards), len(rewards))
    return sum(((r - centre) ** 2 for r in rewards), Fraction(0)) / len(rewards)


def points(max_group: int) -> Iterator[Point]:
    """Every group up to the largest size, small ones first."""
    yield from ({"G": size, "k": count} for size in range(2, max_group + 1) for count in range(size + 1))


def holds_when_squared(point: Point) -> bool:
    """Whether ((G−k)k)² = (G−k)k·G², which is the statement squared and cleared of denominators."""
    pairs = (point["G"] - point["k"]) * point["k"]
    return bool(pairs**2 == pairs * point["G"] ** 2)


claim = Claim(
    name="variance-is-called-deviation",
    source="two-grpo",
    label="Eq. 8",
    says="(1−p̂)p̂ is the empirical standard deviation σ̂ of a group",
    statements=(
        Statement(
            Side((1 - mean) * mean, printed),
            Relation.EQUAL,
            Side(sp.sqrt(variance), lambda point: Surd.sqrt(squared(point))),
            DOMAIN,
            (Counterexample(lambda: points(3), holds_when_squared),),
        ),
    ),
    repair=Claim(
        name="variance-is-called-deviation-repaired",
        source="two-grpo",
        label="Eq. 8",
        says="(1−p̂)p̂ = σ̂², the empirical variance (divisor G) of every group, silent ones included",
        statements=(
            Statement(
                Side((1 - mean) * mean, printed),
                Relation.EQUAL,
                Side(variance, squared),
                DOMAIN,
                (
                    Derivation((Step(variance, "k successes lie 1−p̂ above the mean, G−k failures p̂ below it"),)),
                    Enumeration(points),
                ),
            ),
        ),
    ),
)
