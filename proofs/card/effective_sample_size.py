"""1/Σw² = 4k(G−k)/G for w = |A|/Σ|A| of grpo in a mixed group: G when half of it succeeds, 4(G−1)/G at k = 1.

With |A⁺| = √((G−k)/k) and |A⁻| = √(k/(G−k)) each class carries the total √(k(G−k)), half of Σ|A|: the successes have
weight 1/(2k) each and the failures 1/(2(G−k)).
"""

from collections.abc import Iterator

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.symbols import G, k

mean = k / G
deviation = sp.sqrt(k * (G - k)) / G
of_success, of_failure = (1 - mean) / deviation, mean / deviation
whole = k * of_success + (G - k) * of_failure
size = 1 / (k * (of_success / whole) ** 2 + (G - k) * (of_failure / whole) ** 2)
halves = 1 / (k * (1 / (2 * k)) ** 2 + (G - k) * (1 / (2 * (G - k))) ** 2)
closed = 4 * k * (G - k) / G


def literal(point: Point) -> Surd:
    """1/Σw² over the vector, its successes neither first nor last where there is room."""
    rewards = [0] * point["G"]
    for at in range(point["k"]):
        rewards[(1 + 2 * at) % point["G"] if 2 * at < point["G"] - 1 else rewards.index(0)] = 1
    sizes = [abs(advantage) for advantage in rule("grpo").on_rewards(rewards)]
    total = sum(sizes, Surd.of(0))
    return 1 / sum(((part / total) ** 2 for part in sizes), Surd.of(0))


def points(max_group: int) -> Iterator[Point]:
    """Every mixed group up to two sizes beyond the limit."""
    for group in range(2, max_group + 3):
        yield from ({"G": group, "k": count} for count in range(1, group))


claim = Claim(
    name="effective-sample-size",
    source="card",
    label="Metrics",
    says="1/Σw² with w = |A|/Σ|A| of grpo (ε = 0, ddof = 0) is 4k(G−k)/G in every mixed group",
    statements=(
        Statement(
            Side(size, literal),
            Relation.EQUAL,
            Side(closed),
            Domain((natural(k, 1), natural(G, k + 1)), "every mixed group"),
            (
                Derivation(
                    (
                        Step(halves, "each class carries half of the weight"),
                        Step(closed, "1/(4k) + 1/(4(G−k)) = G/(4k(G−k))"),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
