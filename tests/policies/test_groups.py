"""Literal sums over groups against multinomial sums, closed weights and the decomposition of the variance."""

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.policies.classes import class_score_variance, contrast_norm, reward_gradient
from grpo_theory.policies.finite import SoftmaxPolicy, two_outcome
from grpo_theory.policies.groups import (
    advantage_tally,
    expected_mean_vector,
    expected_over_groups,
    expected_update,
    group_advantages,
    group_rewards,
    groups,
    mixed,
    rollouts,
)
from grpo_theory.policies.passk import expected_passk_estimate, passk_estimate, some_success, some_success_in_trials
from grpo_theory.policies.variance import (
    Moments,
    across_prompts,
    batch_moments,
    expected_after_dropping,
    group_update,
    sample_mean_variance,
    update_moments,
)
from grpo_theory.policies.vectors import multiple_of, scaled, surds
from tests.policies.strategies import softmax_policies

sizes = st.integers(2, 4)


class MeanOnly:
    """r − mean, written here so that these tests need no rule of the package."""

    def on_rewards(self, rewards: Sequence[Fraction | Surd]) -> tuple[Surd, ...]:
        mean = sum((Surd.of(reward) for reward in rewards), Surd.of(0)) / len(rewards)
        return tuple(Surd.of(reward) - mean for reward in rewards)


def binomial(G: int, k: int, p: Fraction) -> Fraction:
    return math.comb(G, k) * p**k * (1 - p) ** (G - k)


@settings(max_examples=20, deadline=None)
@given(softmax_policies(3), sizes)
def test_the_literal_sum_is_the_multinomial_sum(policy: SoftmaxPolicy, G: int) -> None:
    literal = expected_over_groups(policy, G, lambda group: Fraction(max(group) * len(set(group))))
    collected = Fraction(0)
    for group in combinations_with_replacement(range(len(policy.rewards)), G):
        orders = math.factorial(G)
        mass = Fraction(1)
        for o in set(group):
            orders //= math.factorial(group.count(o))
            mass *= policy.probabilities[o] ** group.count(o)
        collected += orders * mass * max(group) * len(set(group))
    assert literal == collected


@settings(max_examples=15, deadline=None)
@given(softmax_policies(3), sizes)
def test_the_mean_only_update_is_the_shrunken_gradient(policy: SoftmaxPolicy, G: int) -> None:
    assert expected_update(MeanOnly(), policy, G) == surds(scaled(Fraction(G - 1, G), reward_gradient(policy)))


@settings(max_examples=15, deadline=None)
@given(softmax_policies(3), sizes)
def test_the_grpo_update_is_the_bernstein_weight_times_the_gradient(policy: SoftmaxPolicy, G: int) -> None:
    p = policy.success_probability
    weight = Surd.of(0)
    for s in range(G):  # A⁺(s+1) − A⁻(s) of grpo, the silent ends counted 0
        gap = Surd.of(0)
        if s + 1 < G:
            gap = gap + Surd.sqrt(Fraction(G - s - 1, s + 1))
        if s > 0:
            gap = gap + Surd.sqrt(Fraction(s, G - s))
        weight = weight + binomial(G - 1, s, p) * gap
    assert expected_update(rule("grpo"), policy, G) == surds(scaled(weight, reward_gradient(policy)))


def test_conditioning_on_mixed_groups_divides_by_their_probability() -> None:
    policy = SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 1")
    p = policy.success_probability
    share = 1 - p**3 - (1 - p) ** 3
    given_mixed = expected_update(rule("grpo"), policy, 3, given=mixed(policy))
    assert surds(scaled(share, given_mixed)) == expected_update(rule("grpo"), policy, 3)
    assert expected_update(rule("dynamic_sampling", rule="grpo"), policy, 3) == given_mixed


def test_the_tally_collects_the_terms_of_the_literal_sum() -> None:
    policy = SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 1")
    literal = [Surd.of(0)] * 3
    for group, q in groups(policy, 3):
        for o, A in zip(group, group_advantages(rule("grpo"), policy, group), strict=True):
            literal[o] = literal[o] + q * A / 3
    tally = advantage_tally(rule("grpo"), policy, 3)
    assert sum(tally.values()) == 1
    assert [sum((q * A for (o, A), q in tally.items() if o == j), Surd.of(0)) for j in range(3)] == literal
    per_outcome = expected_mean_vector(rule("grpo"), policy, 3, lambda o, A: tuple(A * int(o == j) for j in range(3)))
    assert per_outcome == tuple(literal)


@settings(max_examples=12, deadline=None)
@given(softmax_policies(3), st.integers(2, 4))
def test_the_second_moment_splits_into_contrast_and_class_variances(policy: SoftmaxPolicy, G: int) -> None:
    p, D = policy.success_probability, contrast_norm(policy)
    v_plus, v_minus = class_score_variance(policy, 1), class_score_variance(policy, 0)
    second = sum(  # b_k² = k(G−k)/G² for grpo
        (binomial(G, k, p) * Fraction(k * (G - k), G * G) * (D + v_plus / k + v_minus / (G - k)) for k in range(1, G)),
        Fraction(0),
    )
    moments = update_moments(rule("grpo"), policy, G)
    assert moments.second == second
    assert moments.mean == expected_update(rule("grpo"), policy, G)


def test_dropping_silent_groups_rescales_the_expected_update() -> None:
    policy = two_outcome("1/3")
    silent = Fraction(1, 9) + Fraction(4, 9)
    given_mixed = expected_update(rule("grpo"), policy, 2, given=mixed(policy))
    for Q in (1, 2, 3):  # the batch mean over the groups that are left, 0 when none is
        assert expected_after_dropping(rule("grpo"), policy, 2, Q) == surds(scaled(1 - silent**Q, given_mixed))


@pytest.mark.parametrize(("G", "Q"), [(2, 1), (2, 3), (3, 2)])
def test_a_literal_batch_has_the_variance_of_one_group_divided_by_its_number(G: int, Q: int) -> None:
    policy = two_outcome("1/3")
    assert batch_moments(rule("grpo"), policy, G, Q) == update_moments(rule("grpo"), policy, G).batch(Q)


def test_two_prompts_mix_means_and_second_moments() -> None:
    one, other = (update_moments(MeanOnly(), two_outcome(p), 2) for p in ("1/3", "1/5"))
    mixture = across_prompts(((Fraction(1, 4), one), (Fraction(3, 4), other)))
    between = Fraction(3, 16) * sum(((a - b) ** 2 for a, b in zip(one.mean, other.mean, strict=True)), Surd.of(0))
    assert mixture.trace == one.trace / 4 + 3 * other.trace / 4 + between
    with pytest.raises(ValueError, match="do not sum to 1"):
        across_prompts(((Fraction(1, 4), one),))


def test_the_mean_of_b_draws_has_the_bth_part_of_the_variance() -> None:
    weights = (Fraction(1, 3), Fraction(1, 2), Fraction(1, 6))
    vectors = ((Fraction(1), Fraction(2)), (Fraction(0), Fraction(-1)), (Fraction(3), Fraction(1)))
    one = sample_mean_variance(weights, vectors, 1)
    assert [sample_mean_variance(weights, vectors, B) for B in (2, 3, 4)] == [one / 2, one / 3, one / 4]


def test_a_zero_mean_has_no_relative_variance() -> None:
    with pytest.raises(ValueError, match="undefined"):
        _ = Moments((Surd.of(0),), Surd.of(1)).relative


def test_at_least_one_success_in_n_rollouts() -> None:
    policy = SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 1")
    p = policy.success_probability
    assert [some_success(policy, n) for n in (1, 2, 5)] == [1 - (1 - p) ** n for n in (1, 2, 5)]
    trials = [two_outcome("1/3"), two_outcome("1/2"), two_outcome("2/5")]
    assert some_success_in_trials(trials, 2) == 1 - Fraction(4, 9) * Fraction(1, 4) * Fraction(9, 25)
    for K in range(1, 5):
        assert expected_passk_estimate(policy, 4, K) == 1 - (1 - p) ** K
    assert [passk_estimate(3, k, 2) for k in range(4)] == [0, Fraction(2, 3), 1, 1]


def test_group_update_and_rewards_of_one_group() -> None:
    policy = two_outcome("1/3")
    assert group_rewards(policy, (1, 0, 1)) == (Fraction(0), Fraction(1), Fraction(0))
    update = group_update(MeanOnly(), policy, (0, 1))
    assert multiple_of(update, policy.contrast) == Fraction(1, 4)
    assert multiple_of(policy.probabilities, policy.contrast) is None


@pytest.mark.parametrize(("G", "message"), [(1, "G = 1 lies outside"), (30, "beyond the limit"), (2.0, "G = 2.0")])
def test_a_group_size_out_of_reach_is_refused(G: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        list(groups(two_outcome("1/3"), G))


def test_other_limits_are_stated() -> None:
    policy = two_outcome("1/3")
    with pytest.raises(ValueError, match="n = 0"):
        rollouts(policy, 0)
    with pytest.raises(ValueError, match="impossible event"):
        expected_over_groups(policy, 2, lambda group: Fraction(1), given=lambda group: False)
    with pytest.raises(ValueError, match="beyond the limit"):
        batch_moments(MeanOnly(), policy, 10, 10)
    with pytest.raises(ValueError, match="joint outcomes"):
        some_success_in_trials([policy] * 30, 2)
    with pytest.raises(ValueError, match="K = 5"):
        passk_estimate(4, 1, 5)
