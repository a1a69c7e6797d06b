"""A⁺ = (1−p̂)/√(p̂(1−p̂)) = √((1−p̂)/p̂) and A⁻ = −√(p̂/(1−p̂)) in every mixed group.

Equation 20 takes Equation 6 at ε = 0 with binary rewards. The standard deviation is the one of the group's own rewards
(divisor G); a silent group has none, so p̂ = k/G lies strictly between 0 and 1.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.symbols import G, k

DOMAIN = Domain((natural(k, 1), natural(G, k + 1)))
mean = k / G
deviation = sp.sqrt((k * (1 - mean) ** 2 + (G - k) * (0 - mean) ** 2) / G)
spread = sp.sqrt(mean * (1 - mean))


def advantage(point: Point, reward: int) -> Surd:
    """(r − mean)/std over a vector with k ones and G − k zeros."""
    rewards = (1,) * point["k"] + (0,) * (point["G"] - point["k"])
    centre = Fraction(sum(rewards), len(rewards))
    variance = sum((r - centre) ** 2 for r in rewards) / len(rewards)
    return Surd.of(reward - centre) / Surd.sqrt(variance)


def points(max_group: int) -> Iterator[Point]:
    """Every mixed group up to the largest size."""
    yield from ({"G": size, "k": count} for size in range(2, max_group + 1) for count in range(1, size))


def part(reward: int, value: sp.Expr) -> Statement:
    """The advantage of one reward."""
    steps = (
        Step((reward - mean) / spread, "the variance of k ones and G − k zeros is p̂(1−p̂)"),
        Step(value, "the root is split, p̂ and 1−p̂ being positive"),
    )
    return Statement(
        Side((reward - mean) / deviation, lambda point: advantage(point, reward)),
        Relation.EQUAL,
        Side(value),
        DOMAIN,
        (Derivation(steps), Enumeration(points)),
    )


claim = Claim(
    name="group-advantage-binary",
    source="two-grpo",
    label="Eq. 20",
    says="at ε = 0 a mixed group has A⁺ = (1−p̂)/√(p̂(1−p̂)) = √((1−p̂)/p̂) and A⁻ = −p̂/√(p̂(1−p̂)) = −√(p̂/(1−p̂))",
    statements=(part(1, sp.sqrt((1 - mean) / mean)), part(0, -sp.sqrt(mean / (1 - mean)))),
)
