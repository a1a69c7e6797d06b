"""(r − m)/m, zero in groups without success, has effective weight w_G = (1 − (1−p)^{G−1})/p, every G ≥ 2.

A success among k has advantage (G−k)/k, a failure −1 unless all fail. C(G−1, k−1)·(G−k)/k = C(G−1, k) turns both
expectations into multiples of P(some success among G−1 others) = 1 − (1−p)^{G−1}: the exponent is G−1, not G.
"""

from collections.abc import Iterator

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.groups import enumerate_groups, rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import binomial_theorem, shifted, split
from grpo_theory.ledger.points import group_grid
from grpo_theory.symbols import G, p, s

q = 1 - p
others = sp.binomial(G - 1, s) * p**s * q ** (G - 1 - s)
given_success = sp.Sum(others * (1 - (s + 1) / G) / ((s + 1) / G), (s, 0, G - 1))
given_failure = sp.Sum(-others, (s, 1, G - 1))
relabelled = shifted(given_success, -1)
ended = split(relabelled.rhs, last=1)
some_success = sp.Sum(others, (s, 1, G - 1))
all_chances = binomial_theorem(G - 1, p, q, s)
weight = (1 - q ** (G - 1)) / p


def by_definition(point: Point) -> object:
    """E[A | r=1] − E[A | r=0] over all 2^G reward vectors, A = (r − m)/m, and 0 where m = 0."""
    return enumerate_groups(rule("maxrl"), point["G"], point["p"]).effective_weight


def points(max_group: int) -> Iterator[Point]:
    """Group sizes up to the limit and success probabilities on both sides of one half."""
    return group_grid(max_group)


claim = Claim(
    name="maxrl-truncation",
    source="literature",
    label="MaxRL",
    says="the rule (r−m)/m, zero in a group without success, has w_G = (1 − (1−p)^{G−1})/p for every G ≥ 2",
    statements=(
        Statement(
            Side(given_success - given_failure, by_definition),
            Relation.EQUAL,
            Side(weight),
            Domain((natural(G, 2), real(p, 0, 1))),
            (
                Derivation(
                    (
                        Step(relabelled.rhs - given_failure, "k = s + 1 successes in all", using=(relabelled,)),
                        Step(ended.rhs - given_failure, "the term k = G is written out: it is zero", using=(ended,)),
                        Step(some_success / p, "C(G−1, k−1)·(G−k)/k = C(G−1, k), and (1−p)/p + 1 = 1/p"),
                        Step(
                            weight,
                            "some of the G−1 others succeeds unless all fail",
                            using=((split(all_chances.lhs, first=1), -1 / p), (all_chances, 1 / p)),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
