"""The expected share of rollouts with zero advantage in groups of G is p^G + (1−p)^G.

Advantages are zero exactly in silent groups, where all succeed or all fail. The formal line takes the mixed groups away
from one.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import binomial_theorem, split
from grpo_theory.ledger.points import group_grid
from grpo_theory.symbols import G, k, p

chance = sp.binomial(G, k) * p**k * (1 - p) ** (G - k)
mixed, every = sp.Sum(chance, (k, 1, G - 1)), sp.Sum(chance, (k, 0, G))
silent = p**G + (1 - p) ** G


def literal(point: Point) -> Fraction:
    """E[(rollouts with A = 0)/G] over all reward vectors, advantages by mean and deviation."""
    size, wins, total = point["G"], point["p"], Fraction(0)
    for rewards in product((0, 1), repeat=size):
        mass = Fraction(1)
        for reward in rewards:
            mass *= wins if reward else 1 - wins
        zeros = sum(advantage == 0 for advantage in rule("grpo").on_rewards(rewards))
        total += mass * Fraction(zeros, size)
    return total


def points(max_group: int) -> Iterator[Point]:
    """Group sizes up to the limit, success probabilities on both sides of one half."""
    return group_grid(max_group)


claim = Claim(
    name="zero-advantage-share",
    source="two-grpo",
    label="Sec. 6",
    says="the expected share of rollouts with zero advantage is p^G + (1−p)^G, every G ≥ 2 and p in (0, 1)",
    statements=(
        Statement(
            Side(1 - mixed, literal),
            Relation.EQUAL,
            Side(silent),
            Domain((natural(G, 2), real(p, 0, 1))),
            (
                Derivation(
                    (
                        Step(
                            1 - every + silent,
                            "all groups are the mixed and the two silent ones",
                            using=((split(every, first=1, last=1), sp.Integer(1)),),
                        ),
                        Step(
                            silent,
                            "probabilities sum to one",
                            using=((binomial_theorem(G, p, 1 - p), sp.Integer(-1)),),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
