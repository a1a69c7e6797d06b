"""At least one success among several rollouts, counted literally, and the unbiased estimator of pass@K."""

import math
from collections.abc import Sequence
from fractions import Fraction

from grpo_theory.errors import outside
from grpo_theory.policies.classes import success_probability
from grpo_theory.policies.groups import GROUP_LIMIT, expected_over_groups, rollouts
from grpo_theory.policies.protocol import FinitePolicy


def some_success(policy: FinitePolicy, n: int) -> Fraction:
    """P(at least one of n independent rollouts succeeds), the literal sum over all K^n tuples of outcomes.

    Domain: binary rewards, n >= 1 with K^n <= 2^20. Errors: ValueError. Source: `two-grpo` Eq. 18.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> some_success(two_outcome("1/3"), 2)
    Fraction(5, 9)
    """
    success_probability(policy)
    hits = [q for tuple_, q in rollouts(policy, n) if any(policy.rewards[o] == 1 for o in tuple_)]
    return sum(hits, Fraction(0))


def some_success_in_trials(policies: Sequence[FinitePolicy], n: int) -> Fraction:
    """P(at least one success) when each policy in turn draws n independent rollouts, over all joint outcomes.

    Domain: one or more policies with binary rewards; the joint sum has Π K_i^n terms, at most 2^20. Errors:
    ValueError. Source: `two-grpo` Eq. 19, where n = 2.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> some_success_in_trials([two_outcome("1/3"), two_outcome("1/2")], 2)
    Fraction(8, 9)
    """
    if not policies:
        raise ValueError("policies is empty: at least one policy must draw rollouts")
    for policy in policies:
        success_probability(policy)
        rollouts(policy, n)
    if math.prod(len(policy.probabilities) ** n for policy in policies) > GROUP_LIMIT:
        raise ValueError(f"{len(policies)} trials of {n} rollouts have more than {GROUP_LIMIT} joint outcomes")
    return _some_success(list(policies), n, False)


def _some_success(policies: list[FinitePolicy], n: int, seen: bool) -> Fraction:
    if not policies:
        return Fraction(seen)
    first, rest = policies[0], policies[1:]
    mass = Fraction(0)
    for drawn, q in rollouts(first, n):
        hit = seen or any(first.rewards[o] == 1 for o in drawn)
        mass += q * _some_success(rest, n, hit)
    return mass


def passk_estimate(G: int, k: int, K: int) -> Fraction:
    """1 − C(G−k, K)/C(G, K): the share of K-subsets of G rollouts, k of them successes, that hold a success.

    Domain: 0 <= k <= G and 1 <= K <= G. Errors: ValueError. Source: `literature`, pass@K.

    >>> passk_estimate(4, 1, 2)
    Fraction(1, 2)
    """
    if not 0 <= k <= G:
        raise outside("k", k, f"the integers 0, ..., {G}", "it counts the successes of the group")
    if not 1 <= K <= G:
        raise outside("K", K, f"the integers 1, ..., {G}", "it counts the rollouts of a subset of the group")
    return 1 - Fraction(math.comb(G - k, K), math.comb(G, K))


def expected_passk_estimate(policy: FinitePolicy, G: int, K: int) -> Fraction:
    """E[1 − C(G−k, K)/C(G, K)] over all groups of the policy, literally.

    Domain: binary rewards, G >= 2, 1 <= K <= G. Errors: ValueError.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> expected_passk_estimate(two_outcome("1/3"), 4, 2) == some_success(two_outcome("1/3"), 2)
    True
    """
    success_probability(policy)

    def estimate(group: tuple[int, ...]) -> Fraction:
        return passk_estimate(G, sum(1 for o in group if policy.rewards[o] == 1), K)

    return expected_over_groups(policy, G, estimate)
