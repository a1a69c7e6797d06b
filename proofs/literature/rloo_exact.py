"""rloo has effective weight exactly 1 at every G ≥ 2 and every p in (0, 1): its expected update is ∇p.

With A = (r − m)·G/(G−1), a rollout's advantage rises by exactly one when it succeeds instead of failing, whatever the
others did: A⁺(s+1) − A⁻(s) = (G−s−1)/(G−1) + s/(G−1) = 1. So the objective is p itself.
"""

from collections.abc import Iterator

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.groups import enumerate_groups, rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import binomial_theorem
from grpo_theory.ledger.points import group_grid
from grpo_theory.symbols import G, p, s

others = sp.binomial(G - 1, s) * p**s * (1 - p) ** (G - 1 - s)
given_success = sp.Sum(others * (1 - (s + 1) / G) * G / (G - 1), (s, 0, G - 1))
given_failure = sp.Sum(others * (-s / G) * G / (G - 1), (s, 0, G - 1))
all_chances = binomial_theorem(G - 1, p, 1 - p, s)


def by_definition(point: Point) -> object:
    """E[A | r=1] − E[A | r=0] over all 2^G reward vectors, A from the mean of each vector."""
    return enumerate_groups(rule("rloo"), point["G"], point["p"]).effective_weight


def points(max_group: int) -> Iterator[Point]:
    """Group sizes up to the limit and success probabilities on both sides of one half."""
    return group_grid(max_group)


claim = Claim(
    name="rloo-exact",
    source="literature",
    label="Davis and Recht",
    says="the effective weight of rloo, A = (r−m)·G/(G−1), is 1 for every G ≥ 2 and p in (0, 1)",
    statements=(
        Statement(
            Side(given_success - given_failure, by_definition),
            Relation.EQUAL,
            Side(sp.S(1)),
            Domain((natural(G, 2), real(p, 0, 1))),
            (
                Derivation(
                    (
                        Step(all_chances.lhs, "A⁺(s+1) − A⁻(s) = (G−s−1)/(G−1) + s/(G−1) = 1"),
                        Step(sp.S(1), "binomial probabilities sum to one", using=(all_chances,)),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
