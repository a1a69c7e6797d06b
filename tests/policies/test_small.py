"""The generators run from small to large, repeat nothing, and never stay at p = 1/2."""

import itertools
from fractions import Fraction

import pytest

from grpo_theory.policies.classes import success_probability
from grpo_theory.policies.small import (
    small_autoregressive,
    small_autoregressive_pairs,
    small_distributions,
    small_pairs,
    small_policies,
)


def test_policies_come_smallest_first_and_once() -> None:
    policies = list(small_policies(3, 6))
    sizes = [(len(q.rewards), max(x.denominator for x in q.probabilities)) for q in policies]
    assert len(set(policies)) == len(policies)
    assert [size[0] for size in sizes] == sorted(size[0] for size in sizes)
    assert {success_probability(policy) for policy in policies} >= {Fraction(1, 3), Fraction(5, 6), Fraction(2, 5)}


def test_distributions_have_the_stated_common_denominator() -> None:
    assert len(list(small_distributions(3, 6))) == 9  # the 10 compositions of 6 into 3 parts less (2, 2, 2)
    assert not list(small_distributions(3, 2))


def test_every_policy_up_to_renaming_is_reached() -> None:
    reached = {
        frozenset(zip(range(9), sorted(zip(q.rewards, q.probabilities, strict=True)), strict=False))
        for q in small_policies(3, 5)
    }
    for d in range(2, 6):
        for count in (2, 3):
            for probabilities in small_distributions(count, d):
                for bits in itertools.product((0, 1), repeat=count):
                    if 0 < sum(bits) < count:
                        pairs = sorted(zip(map(Fraction, bits), probabilities, strict=True))
                        assert frozenset(zip(range(9), pairs, strict=False)) in reached


def test_pairs_share_rewards_and_come_once() -> None:
    pairs = list(small_pairs(2, 5))
    assert len(pairs) == len(set(pairs)) == 9 * 9  # 9 rationals in (0, 1) of denominator at most 5
    assert all(theta.rewards == old.rewards for theta, old in pairs)


def test_autoregressive_policies_come_by_tree_and_once() -> None:
    policies = list(small_autoregressive(3))
    counts = [len(policy.sequences) for policy in policies]
    assert counts == sorted(counts) and set(counts) == {2, 3, 4}
    assert len(policies) == len(set(policies)) == 3 * 2 + 9 * 6 + 27 * 14
    assert any(set(policy.probabilities) != {Fraction(1, len(policy.sequences))} for policy in policies)


def test_autoregressive_pairs_share_tree_and_rewards() -> None:
    pairs = list(itertools.islice(small_autoregressive_pairs(3), 1000))
    assert len(set(pairs)) == 1000
    assert all((a.rewards, a.prefixes) == (b.rewards, b.prefixes) for a, b in pairs)


def test_a_search_at_one_half_only_is_refused() -> None:
    with pytest.raises(ValueError, match="max_denominator = 2"):
        next(small_policies(3, 2))
    with pytest.raises(ValueError, match="max_outcomes = 1"):
        next(small_pairs(1, 4))
