"""(1/G) Σ A_i s_i = σ̂ (s̄₊ − s̄₋) for grpo at ε = 0, group by group.

The group-deviation view of GRPO: the update of one group is the difference of the two class means of the scores, times
the group's standard deviation. A silent group has advantages zero and deviation zero. Scores may be any numbers.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.symbols import G, i, k

score = sp.Function("s")
deviation = sp.sqrt(k * (G - k)) / G
successes = sp.Sum(score(i), (i, 1, k))
failures = sp.Sum(score(i), (i, k + 1, G))
pushed_up = sp.Sum((1 - k / G) / deviation * score(i), (i, 1, k))
pushed_down = sp.Sum(-k / G / deviation * score(i), (i, k + 1, G))
by_advantages = (pushed_up + pushed_down) / G
by_means = deviation * (successes / k - failures / (G - k))


def update(point: Point) -> Surd:
    """(1/G) Σ (r_i − m)/sd · s_i with mean and deviation taken over the vector."""
    rewards, size = point["rewards"], len(point["rewards"])
    mean = Fraction(sum(rewards), size)
    spread = Surd.sqrt(sum((r - mean) ** 2 for r in rewards) / size)
    terms = (Surd.of((r - mean) * point["s"](at + 1)) / spread for at, r in enumerate(rewards))
    return sum(terms, Surd.of(0)) / size


def points(max_group: int) -> Iterator[Point]:
    """Mixed groups with successes first, and scores that no symmetry favours."""
    for size in range(2, max_group + 1):
        for count in range(1, size):
            rewards = (1,) * count + (0,) * (size - count)
            yield {"G": size, "k": count, "rewards": rewards, "s": lambda at: Fraction(at**3 - 4 * at + 1, at + 1)}


claim = Claim(
    name="group-deviation-identity",
    source="literature",
    label="group-deviation paper",
    says="(1/G) Σ A_i s_i = σ̂ (s̄₊ − s̄₋) in every mixed group, for grpo at ε = 0 and any scores s_i",
    statements=(
        Statement(
            Side(by_advantages, update),
            Relation.EQUAL,
            Side(by_means),
            Domain((natural(k, 1), natural(G, k + 1))),
            (Derivation((Step(by_means, "both advantages are pulled out of their class"),)), Enumeration(points)),
        ),
    ),
)
