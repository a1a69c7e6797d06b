"""2(rank − 1)/(G − 1) − 1 with mid-ranks equals rloo's (r − m)·G/(G−1) on binary rewards, rollout by rollout.

A mid-rank is one more than the number of lower rewards plus half the number of other equal ones: G−k + (k+1)/2 for a
success among k, (G−k+1)/2 for a failure. Silent groups are included, where both rules give zero.
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


def percentile(lower: sp.Expr, equal: sp.Expr) -> sp.Expr:
    """2(rank − 1)/(G − 1) − 1 for the mean of the places lower+1, …, lower+equal."""
    rank = lower + (equal + 1) / 2
    return 2 * (rank - 1) / (G - 1) - 1


of_success, of_failure = percentile(G - k, k), percentile(sp.S(0), G - k)
rloo_success, rloo_failure = (1 - k / G) * G / (G - 1), (0 - k / G) * G / (G - 1)


def on_vector(name: str, point: Point, at: int) -> Surd:
    """A rule's advantage on the reward vector with k successes first, by its definition."""
    rewards = (1,) * point["k"] + (0,) * (point["G"] - point["k"])
    return rule(name).on_rewards(rewards)[at]


def points(max_group: int) -> Iterator[Point]:
    """Every group up to the limit, silent ones included; the domain keeps those that hold the reward in question."""
    for size in range(2, max_group + 3):
        yield from ({"G": size, "k": count} for count in range(size + 1))


def statement(formal: sp.Expr, rloo: sp.Expr, at: int, domain: Domain, because: str) -> Statement:
    """The two rules on one class of rollouts."""
    return Statement(
        Side(formal, lambda point: on_vector("percentile", point, at)),
        Relation.EQUAL,
        Side(rloo, lambda point: on_vector("rloo", point, at)),
        domain,
        (Derivation((Step(rloo, because),)), Enumeration(points)),
    )


claim = Claim(
    name="percentile-is-rloo",
    source="literature",
    label="percentile ranks",
    says="on binary rewards the percentile rule with mid-ranks gives rloo's advantages, in every group of every size",
    statements=(
        statement(
            of_success,
            rloo_success,
            0,
            Domain((natural(G, 2), natural(k, 1, G)), "every success"),
            "rank − 1 = (2G−k−1)/2, so A = (2G−k−1 − (G−1))/(G−1) = (G−k)/(G−1)",
        ),
        statement(
            of_failure,
            rloo_failure,
            -1,
            Domain((natural(G, 2), natural(k, 0, G - 1)), "every failure"),
            "rank − 1 = (G−k−1)/2, so A = (G−k−1 − (G−1))/(G−1) = −k/(G−1)",
        ),
    ),
)
