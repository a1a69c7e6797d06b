"""Objectives and gradients of GRPO and DPO against a second implementation in floats and against each other."""

from fractions import Fraction

import mpmath as mp
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grpo_theory.groups import rule
from grpo_theory.losses import contrast, dpo, grpo, mroueh
from grpo_theory.losses.policy_gradient import (
    printed_policy_gradient,
    printed_trajectory_gradient,
    score_policy_gradient,
    summed_token_gradient,
    summed_token_score,
    trajectory_gradient,
)
from grpo_theory.policies.autoregressive import AutoregressivePolicy
from grpo_theory.policies.classes import reward_gradient
from grpo_theory.policies.finite import SoftmaxPolicy, two_outcome
from grpo_theory.policies.groups import expected_update, mixed
from grpo_theory.policies.moving import mean_token_gradient, token_ratios
from grpo_theory.policies.vectors import Exact, combination, scaled, surds
from tests.losses.numeric_losses import equation_4, equation_5, equation_8, equation_9
from tests.policies import numeric
from tests.policies.numeric import Policy, real, tokens_at
from tests.policies.strategies import autoregressive_pairs, softmax_pairs, softmax_policies

pairs = st.one_of(softmax_pairs(), autoregressive_pairs())
Pair = tuple[Policy, Policy]
CLIP = Fraction(3, 8)  # a dyadic radius: exact in floats, too


def still(policy: Policy) -> list[list[object]]:
    with mp.workdps(numeric.DIGITS):
        return tokens_at(policy, [mp.mpf(0)] * policy.dimension)


def close(exact: Exact, value: object) -> bool:
    return numeric.agree([exact], [value])


def on_a_kink(theta: Policy, old: Policy) -> bool:
    ratios = [rho for o in range(len(old.rewards)) for rho in token_ratios(theta, old, o)]
    return any(rho in (1 - CLIP, 1 + CLIP) for rho in ratios)


@settings(max_examples=12, deadline=None)
@given(pairs, st.integers(2, 3), st.sampled_from([None, CLIP]))
def test_equation_5_and_its_gradient(pair: Pair, G: int, clip: Fraction | None) -> None:
    theta, old = pair
    assume(clip is None or not on_a_kink(theta, old))
    radius = None if clip is None else float(clip)
    rewards = [int(r) for r in old.rewards]
    fixed = still(old)
    with mp.workdps(numeric.DIGITS):
        value = equation_5(still(theta), fixed, rewards, G, radius)
    assert close(grpo.grpo_objective(theta, old, rule("grpo"), G, clip=clip), value)
    quotient = numeric.gradient(theta, lambda tokens: equation_5(tokens, fixed, rewards, G, radius))
    assert numeric.agree(grpo.grpo_gradient(theta, old, rule("grpo"), G, clip=clip), quotient)


@settings(max_examples=8, deadline=None)
@given(pairs)
def test_equations_8_and_9_and_their_gradients(pair: Pair) -> None:
    policy = pair[0]
    rewards, fixed = [int(r) for r in policy.rewards], still(policy)
    with mp.workdps(numeric.DIGITS):
        values = equation_8(fixed, fixed, rewards, 3), equation_9(fixed, rewards)
    assert close(contrast.group_contrast_objective(policy, 3), values[0])
    assert close(contrast.population_contrast_objective(policy), values[1])
    moved = numeric.gradient(policy, lambda tokens: equation_8(tokens, tokens, rewards, 3))
    assert numeric.agree(contrast.group_contrast_gradient(policy, 3, sampling_moves=True), moved)
    held = numeric.gradient(policy, lambda tokens: equation_8(tokens, fixed, rewards, 3))
    assert numeric.agree(contrast.group_contrast_gradient(policy, 3, sampling_moves=False), held)
    whole = numeric.gradient(policy, lambda tokens: equation_9(tokens, rewards))
    assert numeric.agree(contrast.population_contrast_derivative(policy), whole)


@settings(max_examples=12, deadline=None)
@given(pairs, st.integers(2, 3))
def test_the_group_contrast_with_ratios_is_the_unclipped_objective(pair: Pair, G: int) -> None:
    theta, old = pair
    unclipped = grpo.grpo_objective(theta, old, rule("grpo"), G)
    assert contrast.group_contrast_with_ratios(theta, old, G) == unclipped


@given(pairs)
def test_a_pair_of_rollouts_sees_the_population_contrast_through_its_deviation(pair: Pair) -> None:
    theta, old = pair
    p = sum((q for q, r in zip(old.probabilities, old.rewards, strict=True) if r == 1), Fraction(0))
    root = mroueh.success_weight(p) * p  # √(p(1−p)); a pair is mixed with probability 2p(1−p), σ̂ is then 1/2
    population = contrast.population_contrast_with_ratios(theta, old)
    assert contrast.group_contrast_with_ratios(theta, old, 2) == root * population


@settings(max_examples=12, deadline=None)
@given(softmax_pairs())
def test_the_printed_group_form_is_the_objective_after_the_importance_step(pair: Pair) -> None:
    policy = pair[0]
    assert contrast.group_contrast_objective(policy, 3) == grpo.after_importance_step(policy, rule("grpo"), 3)
    gradient = grpo.after_importance_step_gradient(policy, rule("grpo"), 3)
    assert contrast.group_contrast_gradient(policy, 3, sampling_moves=False) == gradient


@settings(max_examples=12, deadline=None)
@given(softmax_policies())
def test_a_mixed_pair_carries_the_two_rollout_objective(policy: SoftmaxPolicy) -> None:
    conditioned = contrast.group_contrast_objective(policy, 2, given=mixed(policy))
    assert conditioned == contrast.two_grpo_objective(policy)


@given(pairs)
def test_equation_10_has_the_form_of_equation_7_with_positive_weights_reversed(pair: Pair) -> None:
    policy = pair[0]
    weight = contrast.weighted_score_contrast(policy)
    plus, minus = (contrast.class_distribution(policy, r) for r in (1, 0))
    p = sum((policy.probabilities[o] for o in plus), Fraction(0))
    root = mroueh.success_weight(p) * p
    form = contrast.contrastive_gradient(plus, minus, lambda o: -root, lambda o: -root, policy.score)
    assert form == weight
    tokens = contrast.contrastive_gradient(
        plus, minus, lambda o: -root, lambda o: -root, lambda o: mean_token_gradient(policy, o)
    )
    assert tokens == contrast.population_contrast_gradient(policy)


@settings(max_examples=15, deadline=None)
@given(pairs, st.integers(1, 3))
def test_the_gradient_of_the_dpo_loss(pair: Pair, beta: int) -> None:
    theta, ref = pair
    sample = dpo.preference_pairs(ref)
    assert sum(weight for weight, _, _ in sample) == 1
    exact = dpo.dpo_gradient(theta, ref, beta, sample)
    real_pairs = [(real(weight), plus, minus) for weight, plus, minus in sample]
    fixed = still(ref)
    assert numeric.agree(exact, numeric.gradient(theta, lambda tokens: equation_4(tokens, fixed, beta, real_pairs)))
    assert exact == dpo.dpo_score_form(theta, ref, beta, sample)
    assert exact == dpo.dpo_probability_form(theta, ref, beta, sample, denominators=theta)
    a, b = dpo.dpo_coefficients(theta, ref, beta, sample)
    plus, minus = dpo.marginals(sample)
    assert contrast.contrastive_gradient(plus, minus, a, b, theta.gradient_of_probability) == surds(exact)


def test_dpo_needs_an_integer_strength_and_both_classes() -> None:
    theta, ref = two_outcome("1/2"), two_outcome("1/3")
    with pytest.raises(ValueError, match="beta = 1/2"):
        dpo.preference_probability(theta, ref, Fraction(1, 2), 0, 1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="one that fails"):
        dpo.preference_pairs(SoftmaxPolicy.of("1/2 1/2", "1 1"))


@settings(max_examples=40, deadline=None)
@given(pairs)
def test_the_forms_of_the_population_objective(pair: Pair) -> None:
    theta, old = pair
    value = mroueh.population_objective(theta, old, CLIP)
    assert value == mroueh.indicator_form(theta, old, CLIP)
    assert value == mroueh.four_term_form(theta, old, CLIP)
    p = sum(q for q, r in zip(old.probabilities, old.rewards, strict=True) if r == 1)
    first, second, third, fourth = mroueh.four_terms(theta, old, CLIP)
    assert mroueh.conditional_form(theta, old, CLIP) == (first + second) / p + (third + fourth) / (1 - p)


def test_the_four_terms_hold_where_a_ratio_is_on_the_boundary() -> None:
    old = SoftmaxPolicy.of("1/2 1/2", "1 0")
    theta = SoftmaxPolicy.of("11/16 5/16", "1 0")
    assert [str(term) for term in mroueh.four_terms(theta, old, CLIP)] == ["11/16", "0", "-5/16", "0"]
    assert mroueh.four_term_form(theta, old, CLIP) == mroueh.population_objective(theta, old, CLIP)
    with pytest.raises(ValueError, match="no derivative"):
        mroueh.population_objective_gradient(theta, old, CLIP)
    for side in ("left", "right"):  # the left slope stops the failure, the right slope the success
        gradient = mroueh.population_objective_gradient(theta, old, CLIP, side=side)
        assert gradient == surds(theta.gradient_of_probability(0))


@settings(max_examples=15, deadline=None)
@given(softmax_pairs())
def test_standardised_advantages_and_the_gradient_of_the_population_objective(pair: Pair) -> None:
    theta, old = pair
    advantages = [mroueh.standardised_advantage(old, o) for o in range(len(old.rewards))]
    assert not sum(q * A for q, A in zip(old.probabilities, advantages, strict=True))
    assert sum(q * A * A for q, A in zip(old.probabilities, advantages, strict=True)) == 1
    weighted = zip(advantages, theta.probabilities, strict=True)
    terms = [(A * q, theta.score(o)) for o, (A, q) in enumerate(weighted)]
    assert mroueh.population_objective_gradient(theta, old, None) == surds(combination(terms, theta.dimension))


@given(pairs)
def test_policy_gradients_of_sequences(pair: Pair) -> None:
    policy = pair[0]
    assert score_policy_gradient(policy) == reward_gradient(policy)
    for o, q in enumerate(policy.probabilities):
        assert summed_token_score(policy, o) == policy.score(o)
        assert trajectory_gradient(policy, o) == policy.gradient_of_probability(o)
        length = len(policy.token_probabilities(o))
        assert printed_trajectory_gradient(policy, o) == length * q
        assert summed_token_gradient(policy, o) == scaled(Fraction(length), mean_token_gradient(policy, o))


def test_the_printed_policy_gradient_lacks_the_logarithm() -> None:
    policy = two_outcome("1/3")
    assert printed_policy_gradient(policy) == scaled(Fraction(1, 3), reward_gradient(policy))


def test_on_policy_the_clip_is_inactive_and_the_gradient_is_the_expected_update() -> None:
    policy = SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 1")
    update = expected_update(rule("grpo"), policy, 3)
    assert grpo.grpo_gradient(policy, policy, rule("grpo"), 3, clip="0.2") == update


def test_policies_that_are_no_pair_are_refused() -> None:
    with pytest.raises(ValueError, match="different rewards"):
        grpo.grpo_objective(two_outcome("1/3"), SoftmaxPolicy.of("1/3 2/3", "0 1"), rule("grpo"), 2)
    long = AutoregressivePolicy.of({(): "1/3 2/3", (1,): "1/4 3/4"}, "1 0 1", length=2, stop=0)
    with pytest.raises(ValueError, match="different lengths"):
        grpo.grpo_objective(long, SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 1"), rule("grpo"), 2)
    with pytest.raises(ValueError, match="one reward"):
        mroueh.standardised_advantage(SoftmaxPolicy.of("1/2 1/2", "1 1"), 0)
    with pytest.raises(ValueError, match="no interior"):
        mroueh.indicator_form(SoftmaxPolicy.of("1/2 1/2", "1 1"), SoftmaxPolicy.of("1/2 1/2", "1 1"), "0.2")
