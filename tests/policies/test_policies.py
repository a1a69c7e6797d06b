"""Scores, gradients and class statistics of finite policies against difference quotients and identities."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grpo_theory.policies.autoregressive import AutoregressivePolicy
from grpo_theory.policies.classes import (
    class_mean,
    class_score_variance,
    contrast_norm,
    expected_reward,
    reward_gradient,
    score_contrast,
    success_probability,
)
from grpo_theory.policies.finite import SoftmaxPolicy, two_outcome
from grpo_theory.policies.vectors import combination, norm_squared, scaled
from tests.policies import numeric
from tests.policies.numeric import Policy
from tests.policies.strategies import autoregressive_pairs, softmax_policies

policies = st.one_of(softmax_policies(), autoregressive_pairs().map(lambda pair: pair[0]))


@settings(max_examples=15, deadline=None)
@given(policies)
def test_gradients_are_limits_of_difference_quotients(policy: Policy) -> None:
    for o in range(len(policy.rewards)):
        quotient = numeric.gradient(policy, lambda tokens, at=o: numeric.products(tokens)[at])  # type: ignore[misc]
        assert numeric.agree(policy.gradient_of_probability(o), quotient)
        for t, token_gradient in enumerate(policy.token_gradients(o)):
            quotient = numeric.gradient(policy, lambda tokens, at=o, step=t: tokens[at][step])  # type: ignore[misc]
            assert numeric.agree(token_gradient, quotient)


@given(policies)
def test_probabilities_sum_to_one_and_scores_have_mean_zero(policy: Policy) -> None:
    assert sum(policy.probabilities) == 1
    terms = [(q, policy.score(o)) for o, q in enumerate(policy.probabilities)]
    assert not any(combination(terms, policy.dimension))


@given(policies)
def test_gradient_of_p_is_variance_times_contrast(policy: Policy) -> None:
    p = success_probability(policy)
    assert reward_gradient(policy) == scaled(p * (1 - p), score_contrast(policy))


@given(policies)
def test_total_score_variance_splits_into_classes_and_contrast(policy: Policy) -> None:
    p = success_probability(policy)
    whole = sum(q * norm_squared(policy.score(o)) for o, q in enumerate(policy.probabilities))
    within = p * class_score_variance(policy, 1) + (1 - p) * class_score_variance(policy, 0)
    assert whole == within + p * (1 - p) * contrast_norm(policy)


@given(policies)
def test_class_means_mix_to_the_mean(policy: Policy) -> None:
    p = success_probability(policy)
    means = [class_mean(policy, lambda o: policy.probabilities[o], reward) for reward in (1, 0)]
    assert p * means[0] + (1 - p) * means[1] == sum(q * q for q in policy.probabilities)
    assert expected_reward(policy) == p


def test_the_softmax_properties_are_the_functions() -> None:
    policy = SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 1")
    assert policy.success_probability == Fraction(2, 3)
    assert policy.success_gradient == reward_gradient(policy)
    assert policy.contrast == score_contrast(policy)
    assert policy.contrast_norm == contrast_norm(policy)
    assert (policy.v_plus, policy.v_minus) == (class_score_variance(policy, 1), Fraction(0))


def test_a_token_that_ends_the_sequence_counts_in_its_length() -> None:
    policy = AutoregressivePolicy.of({(): "1/3 2/3", (1,): "1/4 3/4"}, "1 0 1", length=2, stop=0)
    assert [len(policy.token_probabilities(o)) for o in range(3)] == [1, 2, 2]
    assert policy.score(0) == (Fraction(2, 3), Fraction(-2, 3), Fraction(0), Fraction(0))


@pytest.mark.parametrize(
    ("probabilities", "rewards", "message"),
    [
        ("1/2 1/3", "1 0", "probabilities sum to 5/6"),
        ("1 0", "1 0", r"probabilities = 1 lies outside \(0, 1\)"),
        ("1/2 1/2", "1", "1 rewards for 2 outcomes"),
        ("1", "1", "number of probabilities = 1"),
        ([0.5, 0.5], "1 0", "float"),
        ("1/2 half", "1 0", "no rational number"),
    ],
)
def test_a_malformed_policy_is_refused_in_one_line(probabilities: object, rewards: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        SoftmaxPolicy.of(probabilities, rewards)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_class_statistics_say_what_they_need() -> None:
    with pytest.raises(ValueError, match="not binary"):
        success_probability(SoftmaxPolicy.of("1/2 1/2", "1/2 0"))
    with pytest.raises(ValueError, match="no outcome has reward 0"):
        score_contrast(SoftmaxPolicy.of("1/2 1/2", "1 1"))
    with pytest.raises(ValueError, match="p = 1 lies outside"):
        two_outcome(1)


@pytest.mark.parametrize(
    ("tables", "rewards", "length", "stop", "message"),
    [
        ({(): "1/3 2/3"}, "1 0", 2, None, "are not the prefixes"),
        ({(): "1/3 2/3"}, "1 0 1", 1, None, "3 rewards for 2 sequences"),
        ({(): "1/3 2/3"}, "1 0", 9, None, "length = 9"),
        ({(): "1/3 2/3"}, "1 0", 1, 5, "stop = 5"),
        ({(): "1/3 2/3", (1,): "1/3 1/3 1/3"}, "1 0 1", 2, 0, "one vocabulary"),
    ],
)
def test_a_malformed_autoregressive_policy_is_refused(
    tables: dict[tuple[int, ...], str], rewards: str, length: int, stop: int | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        AutoregressivePolicy.of(tables, rewards, length=length, stop=stop)
