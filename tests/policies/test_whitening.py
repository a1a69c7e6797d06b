"""The closed relative variance and the optimal whitening against the literal sums over all groups."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import parse_rule, rule
from grpo_theory.groups.rules import AdvantageRule
from grpo_theory.policies.finite import SoftmaxPolicy, two_outcome
from grpo_theory.policies.variance import update_moments
from grpo_theory.policies.whitening import (
    ScoreSpread,
    contrast_dominated,
    contrast_dominated_optimum,
    contrast_moments,
    noise_dominated,
    noise_dominated_optimum,
    optimal_relative_variance,
    optimal_whitening,
    ratio_to_optimum,
    relative_variance,
    second_moment_ratio,
)
from tests.policies.strategies import softmax_policies

CENTRED = (
    rule("mean_only"),
    rule("rloo"),
    rule("grpo"),
    rule("grpo", epsilon="1/10"),
    rule("maxrl"),
    rule("percentile"),
    parse_rule("(r-mean)*k"),
    rule("dynamic_sampling", rule="grpo"),
)
POLICIES = (
    SoftmaxPolicy.of("1/2 1/3 1/6", "1 1 0"),
    SoftmaxPolicy.of("1/2 1/3 1/6", "0 1 0"),
    SoftmaxPolicy.of("1/7 2/7 3/7 1/7", "1 0 1 0"),
    two_outcome("1/5"),
)
spreads = st.tuples(*[st.fractions(0, 3, max_denominator=9)] * 3).filter(lambda x: x[0] > 0)
chances = st.sampled_from([Fraction(1, 9), Fraction(1, 3), Fraction(1, 2), Fraction(4, 5)])


def whitened(spread: ScoreSpread) -> AdvantageRule:
    return rule("whitened_optimum", D=spread.D, v_plus=spread.v_plus, v_minus=spread.v_minus)


@pytest.mark.parametrize("A", CENTRED, ids=lambda A: A.name)
@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: " ".join(map(str, policy.probabilities)))
def test_the_closed_relative_variance_is_the_literal_one(policy: SoftmaxPolicy, A: AdvantageRule) -> None:
    spread = ScoreSpread.of_policy(policy)
    for G in (2, 3, 4):
        moments = update_moments(A, policy, G)
        closed = contrast_moments(A, spread, G, policy.success_probability)
        assert relative_variance(A, spread, G, policy.success_probability) == moments.relative
        assert closed.second == moments.second
        assert moments.mean == tuple(entry * closed.first for entry in policy.contrast)


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: " ".join(map(str, policy.probabilities)))
def test_the_optimum_s_closed_value_is_the_literal_one_of_its_rule(policy: SoftmaxPolicy) -> None:
    spread, p = ScoreSpread.of_policy(policy), policy.success_probability
    for G in (2, 3, 4):
        literal = update_moments(whitened(spread), policy, G).relative
        assert optimal_relative_variance(spread, G, p) == literal == relative_variance(whitened(spread), spread, G, p)


@settings(max_examples=40, deadline=None)
@given(spreads, st.integers(3, 7), chances, st.lists(st.integers(-3, 9), min_size=6, max_size=6))
def test_no_coefficients_do_better(
    numbers: tuple[Fraction, Fraction, Fraction], G: int, p: Fraction, change: list[int]
) -> None:
    spread = ScoreSpread(*numbers)
    best = optimal_whitening(spread, G)
    mass = [comb(G, k) * p**k * (1 - p) ** (G - k) for k in range(1, G)]
    b = [x + Fraction(step, 7) for x, step in zip(best, change, strict=False)]
    first = sum((w * x for w, x in zip(mass, b, strict=True)), Fraction(0))
    second = sum(
        (w * x * x * spread.second(G, k) for k, (w, x) in enumerate(zip(mass, b, strict=True), 1)), Fraction(0)
    )
    if first:
        value = second / (spread.D * first**2) - 1
        proportional = len({x / y for x, y in zip(b, best, strict=True)}) == 1
        assert (value == optimal_relative_variance(spread, G, p)) == proportional
        assert value >= optimal_relative_variance(spread, G, p)


@settings(max_examples=15, deadline=None)
@given(softmax_policies(), st.integers(2, 6))
def test_no_named_rule_beats_the_optimum_and_all_meet_at_two(policy: SoftmaxPolicy, G: int) -> None:
    spread, p = ScoreSpread.of_policy(policy), policy.success_probability
    for A in CENTRED[:-1]:
        ratio = second_moment_ratio(A, spread, G, p)
        assert ratio >= 1
        assert (ratio == 1) == (ratio_to_optimum(A, spread, G, p) == 1)
        assert G > 2 or ratio == 1


def test_limits_are_limits_of_the_closed_form() -> None:
    A, G, p = rule("grpo"), 5, Fraction(2, 7)
    tiny = Fraction(1, 10**12)
    noisy = relative_variance(A, ScoreSpread.of(tiny, 2, 3), G, p) * tiny
    assert abs(float(noisy - noise_dominated(A, 2, 3, G, p))) < 1e-10
    assert (
        abs(
            float(
                optimal_relative_variance(ScoreSpread.of(tiny, 2, 3), G, p) * tiny - noise_dominated_optimum(2, 3, G, p)
            )
        )
        < 1e-10
    )
    calm = relative_variance(A, ScoreSpread.of(1, tiny, tiny), G, p)
    assert abs(float(calm - contrast_dominated(A, G, p))) < 1e-10
    assert contrast_dominated_optimum(G, p) == 1 / (1 - p**G - (1 - p) ** G) - 1


def test_who_is_optimal_in_the_noise_dominated_limit() -> None:
    for G in (3, 4, 7):
        for p in (Fraction(1, 5), Fraction(2, 3)):
            best = {plus_minus: noise_dominated_optimum(*plus_minus, G, p) for plus_minus in ((1, 1), (1, 2), (0, 1))}
            rloo = {at: noise_dominated(rule("rloo"), *at, G, p) == value for at, value in best.items()}
            maxrl = {at: noise_dominated(rule("maxrl"), *at, G, p) == value for at, value in best.items()}
            assert rloo == {(1, 1): True, (1, 2): False, (0, 1): False}
            assert maxrl == {(1, 1): False, (1, 2): False, (0, 1): True}


def test_the_two_outcome_policy_is_contrast_dominated() -> None:
    for p in ("1/5", "1/2", "5/6"):
        assert update_moments(rule("grpo"), two_outcome(p), 4).relative == contrast_dominated(rule("grpo"), 4, p)


def test_large_groups_divide_balls_where_surds_cannot_be_inverted() -> None:
    spread = ScoreSpread.of(1, "1/2", 2)
    small = contrast_moments(rule("grpo"), spread, 9, "1/3")
    assert small.relative_float == pytest.approx(float(small.relative), rel=1e-15)
    large = contrast_moments(rule("grpo"), spread, 128, "1/3")
    assert 0 < large.relative_float < 1
    with pytest.raises(ValueError, match="independent roots"):
        _ = large.relative


def test_redrawn_groups_are_held_against_an_optimum_that_redraws() -> None:
    spread = ScoreSpread.of(1, 1, 2)
    assert second_moment_ratio(CENTRED[-1], spread, 4, "1/3") == second_moment_ratio(rule("grpo"), spread, 4, "1/3")
    with pytest.raises(ValueError, match="no variance to compare with"):
        ratio_to_optimum(CENTRED[-1], ScoreSpread.of(1, 0, 0), 4, "1/3")


def test_a_multiple_of_a_rule_has_the_same_relative_variance() -> None:
    spread = ScoreSpread.of("1/3", "1/2", 2)
    values = {relative_variance(A, spread, 5, "2/9") for A in (rule("rloo"), rule("mean_only"), rule("percentile"))}
    assert len(values) == 1
    assert values.pop() > optimal_relative_variance(spread, 5, "2/9")


@pytest.mark.parametrize(
    ("job", "message"),
    [
        (lambda: ScoreSpread.of(-1, 0, 1), "D = -1 lies outside"),
        (lambda: ScoreSpread.of(0, 0, 0), "scores that never differ"),
        (lambda: ScoreSpread.of(0.5, 0, 1), "float"),
        (lambda: ScoreSpread.of_policy(SoftmaxPolicy.of("1/2 1/2", "0 0")), "no outcome has reward 1"),
        (lambda: optimal_relative_variance(ScoreSpread.of(0, 1, 1), 4, "1/2"), "D = 0 lies outside"),
        (lambda: relative_variance(rule("softmax_uncentred"), ScoreSpread.of(1, 0, 0), 4, "1/2"), "is not centred"),
        (lambda: relative_variance(rule("rloo"), ScoreSpread.of(1, 0, 0), 4, 1), r"p = 1 lies outside \(0, 1\)"),
        (lambda: relative_variance(rule("rloo"), ScoreSpread.of(1, 0, 0), 1, "1/2"), "G = 1 lies outside"),
        (lambda: relative_variance(parse_rule("0*r"), ScoreSpread.of(1, 0, 0), 3, "1/2"), "mean update is 0"),
        (lambda: relative_variance(rule("mroueh"), ScoreSpread.of(1, 0, 0), 3, "1/2"), "is not centred"),
    ],
)
def test_what_cannot_be_computed_is_refused_in_one_line(job: object, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        job()  # type: ignore[operator]
    assert "\n" not in str(caught.value)


def test_the_optimum_at_a_point_by_hand() -> None:
    assert optimal_whitening(ScoreSpread.of(1, 2, 3), 3) == (Fraction(2, 9), Fraction(1, 5))
    assert isinstance(relative_variance(rule("grpo"), ScoreSpread.of(1, 2, 3), 3, "1/2"), Surd)
