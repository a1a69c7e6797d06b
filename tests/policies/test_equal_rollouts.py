"""The law of equal rollouts, populations of prompts, floats against exact numbers, and effective sample sizes."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import parse_rule, rule
from grpo_theory.groups.rules import AdvantageRule
from grpo_theory.losses.multiset_weights import ec_rlvr_multiset_weights
from grpo_theory.policies.equal_rollouts import (
    Prompt,
    equal_rollouts,
    equal_rollouts_optimum,
    population_moments,
    rloo_noise_cost,
    rloo_noise_limit,
)
from grpo_theory.policies.finite import SoftmaxPolicy, two_outcome
from grpo_theory.policies.groups import expected_over_groups, group_advantages, mixed
from grpo_theory.policies.multisets import count_rule_weights
from grpo_theory.policies.protocol import Group
from grpo_theory.policies.sample_size import (
    expected_multiset_sample_size,
    expected_sample_size,
    sample_size,
    sample_sizes,
)
from grpo_theory.policies.variance import Moments, across_prompts, batch_moments, update_moments
from grpo_theory.policies.whitening import (
    ScoreSpread,
    contrast_moments,
    noise_dominated,
    noise_dominated_optimum,
    optimal_relative_variance,
)
from grpo_theory.policies.whitening_floats import (
    binomial_weights,
    coefficients,
    float_noise_dominated,
    float_relative_variance,
    optimal_coefficients,
)

POLICY = SoftmaxPolicy.of("1/2 1/3 1/6", "1 1 0")
NAMED = tuple(rule(name) for name in ("mean_only", "grpo", "maxrl", "percentile"))
chances = st.fractions(Fraction(1, 30), Fraction(29, 30), max_denominator=30)


@pytest.mark.parametrize("A", [rule("rloo"), rule("grpo"), rule("maxrl")], ids=lambda A: A.name)
@pytest.mark.parametrize(("G", "Q"), [(2, 1), (2, 2), (3, 2), (2, 3)])
def test_the_law_is_the_literal_variance_of_a_batch(A: AdvantageRule, G: int, Q: int) -> None:
    literal = batch_moments(A, POLICY, G, Q).relative
    spread = ScoreSpread.of_policy(POLICY)
    assert equal_rollouts(A, spread, G, POLICY.success_probability, G * Q) == literal
    best = equal_rollouts_optimum(spread, G, POLICY.success_probability, G * Q)
    assert best <= literal if G > 2 else best == literal


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 12), chances, st.integers(0, 5), st.integers(0, 5))
def test_rloo_s_noise_cost_is_the_closed_form(G: int, p: Fraction, plus: int, minus: int) -> None:
    if plus or minus:
        cost = noise_dominated(rule("rloo"), plus, minus, G, p) * G
        assert cost == rloo_noise_cost(plus, minus, G, p) * rloo_noise_limit(plus, minus, p)
        if plus == minus or 2 * p == 1:
            assert rloo_noise_cost(plus, minus, G, p) == Fraction(G, G - 1)


def test_the_noise_cost_tends_to_one() -> None:
    for p in ("1/5", "2/3"):
        assert abs(rloo_noise_cost(3, 1, 4096, p) - 1) < Fraction(1, 1000)


def embedded(policies: tuple[SoftmaxPolicy, ...], at: int, moments: Moments) -> Moments:
    """The moments in the coordinates of all policies, each with logits of its own."""
    before, after = sum(q.dimension for q in policies[:at]), sum(q.dimension for q in policies[at + 1 :])
    zero = (Surd.of(0),)
    return Moments(zero * before + moments.mean + zero * after, moments.second)


@pytest.mark.parametrize("A", [rule("rloo"), rule("grpo")], ids=lambda A: A.name)
def test_populations_are_mixtures_of_prompts(A: AdvantageRule) -> None:
    shares = (Fraction(1, 4), Fraction(1, 4), Fraction(1, 2))
    alike = tuple(two_outcome(p) for p in ("1/3", "1/5", "6/7"))  # their contrasts are one vector
    own = (*alike[:2], POLICY)
    for policies, shared in ((alike, True), (alike, False), (own, False)):
        prompts = [
            Prompt.of(share, policy.success_probability, ScoreSpread.of_policy(policy))
            for share, policy in zip(shares, policies, strict=True)
        ]
        for G in (2, 3):
            each = [update_moments(A, policy, G) for policy in policies]
            if not shared:
                each = [embedded(policies, at, moments) for at, moments in enumerate(each)]
            literal = across_prompts(tuple(zip(shares, each, strict=True)))
            found = population_moments(A, prompts, G, shared=shared)
            assert (found.second, found.trace, found.relative) == (literal.second, literal.trace, literal.relative)
            assert found.batch(4).relative == literal.relative / 4


def test_every_prompt_may_have_its_own_whitening() -> None:
    def whitened(prompt: Prompt) -> AdvantageRule:
        at = prompt.spread
        return rule("whitened_optimum", D=at.D, v_plus=at.v_plus, v_minus=at.v_minus)

    spreads = (ScoreSpread.of(1, 2, 0), ScoreSpread.of(1, 0, 3))
    prompts = [Prompt.of("1/2", p, spread) for p, spread in zip(("1/3", "2/5"), spreads, strict=True)]
    found = population_moments(whitened, prompts, 4, shared=False)
    by_hand = [contrast_moments(whitened(prompt), prompt.spread, 4, prompt.p) for prompt in prompts]
    assert found.second == (by_hand[0].second + by_hand[1].second) / 2


@pytest.mark.parametrize("A", [*NAMED, rule("grpo", epsilon="1/10")], ids=lambda A: A.name)
@pytest.mark.parametrize("G", [2, 5, 24])
def test_floats_are_the_exact_numbers(A: AdvantageRule, G: int) -> None:
    spread, p = ScoreSpread.of("1/3", "1/2", 2), [Fraction(1, 50), Fraction(1, 3), Fraction(9, 10)]
    found = float_relative_variance(coefficients(A, G), 1 / 3, 0.5, 2.0, [float(x) for x in p])
    exact = [contrast_moments(A, spread, G, x).relative_float for x in p]
    assert np.allclose(found, exact, rtol=1e-12, atol=0)
    noisy = float_noise_dominated(coefficients(A, G), 0.5, 2.0, [float(x) for x in p])
    if G < 24:
        assert np.allclose(noisy, [float(noise_dominated(A, "1/2", 2, G, x)) for x in p], rtol=1e-12, atol=0)


def test_floats_of_the_optimum_broadcast_over_spreads() -> None:
    D, v_plus = np.array([1.0, 2.0]), np.array([0.0, 3.0])
    b = optimal_coefficients(D, v_plus, 0.25, 6)
    found = float_relative_variance(b, D, v_plus, 0.25, 0.3)
    exact = [
        optimal_relative_variance(ScoreSpread.of(int(d), int(v), "1/4"), 6, "3/10")
        for d, v in zip(D, v_plus, strict=True)
    ]
    assert b.shape == (2, 5)
    assert np.allclose(found, [float(x) for x in exact], rtol=1e-13)
    noisy = float_noise_dominated(optimal_coefficients(0.0, 1.0, 0.25, 6), 1.0, 0.25, 0.3)
    assert float(noisy) == pytest.approx(float(noise_dominated_optimum(1, "1/4", 6, "3/10")))


def test_small_variances_keep_their_digits() -> None:
    b = coefficients(rule("whitened_optimum", D=1, v_plus=0, v_minus=0), 64)
    p = 0.5
    exact = 1 / (1 - 2 * Fraction(1, 2) ** 64) - 1  # about 1e-19: 1 − E²/E² rounds to 0
    assert float(float_relative_variance(b, 1.0, 0.0, 0.0, p)) == pytest.approx(float(exact), rel=1e-9)


def test_tiny_success_probabilities_do_not_underflow() -> None:
    found = float_relative_variance(coefficients(rule("grpo"), 2), 1.0, 1.0, 2.0, 1e-200)
    assert float(found) == pytest.approx(4 / 2e-200, rel=1e-13)  # q_1/(D·P(mixed)) − 1


def test_redrawn_groups_in_floats() -> None:
    A = rule("dynamic_sampling", rule="grpo")
    exact = contrast_moments(A, ScoreSpread.of(1, 1, 2), 6, "1/3").relative
    found = float_relative_variance(coefficients(A, 6), 1.0, 1.0, 2.0, 1 / 3, redrawn=True)
    assert float(found) == pytest.approx(float(exact), rel=1e-13)


def test_softmax_has_coefficients_in_floats() -> None:
    b = coefficients(rule("softmax", tau="1/2"), 4)
    e = np.exp(2.0)
    assert np.allclose(b, [k * (e / (k * e + 4 - k) - 1 / 4) / 4 for k in (1, 2, 3)], rtol=1e-14)


def test_sample_sizes_are_those_of_every_group() -> None:
    for A in (*NAMED, parse_rule("r + k/7")):

        def size(group: Group, A: AdvantageRule = A) -> Surd:
            return sample_size(group_advantages(A, POLICY, group)) or Surd.of(0)

        p = POLICY.success_probability
        assert expected_over_groups(POLICY, 4, size) == expected_sample_size(A, 4, p)
        assert expected_over_groups(POLICY, 4, size, given=mixed(POLICY)) == expected_sample_size(A, 4, p, mixed=True)
        fast = expected_multiset_sample_size(count_rule_weights(A, [1, 1, 0], 4), [1 / 2, 1 / 3, 1 / 6], 4)
        assert fast == pytest.approx(float(expected_sample_size(A, 4, p)), rel=1e-13)
    assert expected_sample_size(rule("grpo"), 16, "1/4") == 4 * 15 * Fraction(3, 16)


def test_sample_sizes_of_given_weights() -> None:
    weights = np.array([[1.0, -0.5, 0.25], [0.0, 0.0, 0.0]])
    found = sample_sizes(weights, np.array([[1, 2, 0], [1, 1, 2]]))
    assert found[0] == pytest.approx(float(sample_size([1, Fraction(-1, 2), Fraction(-1, 2)]) or 0))
    assert np.isnan(found[1])
    sharp = expected_multiset_sample_size(ec_rlvr_multiset_weights([0.2, 0.3, 0.5], [1, 0, 0], 0.1), [0.2, 0.3, 0.5], 8)
    even = expected_multiset_sample_size(ec_rlvr_multiset_weights([0.2, 0.3, 0.5], [1, 0, 0], 1e6), [0.2, 0.3, 0.5], 8)
    assert sharp < even == pytest.approx(4 * 7 * 0.2 * 0.8, rel=1e-5)


@pytest.mark.parametrize(
    ("job", "message"),
    [
        (lambda: equal_rollouts(rule("grpo"), ScoreSpread.of(1, 0, 0), 4, "1/2", 6), "B = 6 lies outside"),
        (lambda: Prompt.of(0, "1/2", ScoreSpread.of(1, 0, 0)), "share = 0 lies outside"),
        (lambda: population_moments(rule("grpo"), [Prompt.of("1/2", "1/2", ScoreSpread.of(1, 0, 0))], 2, shared=True),
         "do not sum to 1"),
        (lambda: coefficients(rule("softmax_uncentred"), 4), "is not centred"),
        (lambda: coefficients(rule("mroueh"), 4), "rule mroueh knows"),
        (lambda: binomial_weights(4, [0.5, 1.0]), "p = 1.0 lies outside"),
        (lambda: optimal_coefficients(-1.0, 0.0, 0.0, 4), "D = -1.0 lies outside"),
        (lambda: optimal_coefficients(0.0, 0.0, 0.0, 4), "never differ"),
        (lambda: float_relative_variance(np.ones(3), 0.0, 1.0, 1.0, 0.5), "D = 0.0 lies outside"),
        (lambda: float_relative_variance(np.zeros(3), 1.0, 1.0, 1.0, 0.5), "mean update is 0"),
        (lambda: expected_sample_size(rule("softmax"), 4, "1/2"), "use the sums over multisets"),
        (lambda: rloo_noise_cost(0, 0, 4, "1/2"), "never differ"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_one_line(job: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        job()
    assert "\n" not in str(caught.value)
