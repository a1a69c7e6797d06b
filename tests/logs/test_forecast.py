"""The fit and the forecast against sums and integrals written out, and against draws from a known distribution."""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import beta as beta_function

from grpo_theory.groups import contrast, effective_weight, rule
from grpo_theory.logs import Groups, fit_difficulty, forecast
from grpo_theory.logs.forecast import attenuation, next_mean, rollout_cost, silent_rate, success_counts
from grpo_theory.policies.finite import two_outcome
from grpo_theory.policies.variance import update_moments

SHAPES = [(0.6, 0.9), (2.0, 3.0), (5.0, 0.7)]


def drawn(a: float, b: float, prompts: int, size: int, seed: int) -> Groups:
    generator = np.random.default_rng(seed)
    successes = generator.binomial(size, generator.beta(a, b, prompts))
    return Groups((size,) * prompts, tuple(int(k) for k in successes))


def over_prompts(function: Callable[[float], float], a: float, b: float) -> float:
    total = float(beta_function(a, b))

    def weighted(p: float) -> float:
        density: float = p ** (a - 1) * (1 - p) ** (b - 1) / total
        return function(p) * density

    return float(quad(weighted, 0, 0.5)[0] + quad(weighted, 0.5, 1)[0])


@pytest.mark.parametrize(("a", "b"), SHAPES)
@pytest.mark.parametrize("size", [3, 8])
def test_means_over_prompts_are_integrals(a: float, b: float, size: int) -> None:
    grpo, at = rule("grpo"), contrast(rule("grpo"), size)
    weight = effective_weight(grpo, size)

    def stepped(p: float) -> float:
        odds = p / (1 - p) * math.exp(0.3 * float(weight(np.array([p]))[0]))
        return odds / (1 + odds)

    kept = over_prompts(lambda p: float(at(np.array([p]))[0]), a, b)
    whole = over_prompts(lambda p: math.sqrt(p * (1 - p)), a, b)
    assert math.isclose(success_counts(a, b, size).sum(), 1, rel_tol=1e-12)
    assert math.isclose(silent_rate(a, b, size), over_prompts(lambda p: p**size + (1 - p) ** size, a, b), rel_tol=1e-8)
    assert math.isclose(attenuation(a, b, grpo, size), kept / whole, rel_tol=1e-7)
    assert math.isclose(next_mean(a, b, grpo, size, 0.3), over_prompts(stepped, a, b), rel_tol=1e-7)


@pytest.mark.parametrize("name", ["grpo", "rloo", "maxrl"])
def test_the_cost_is_the_exact_relative_variance_where_all_prompts_are_equal(name: str) -> None:
    p, large = Fraction(1, 3), 3e6
    moments = update_moments(rule(name), two_outcome(p), 4)
    expected = 4 * float(moments.relative)
    assert math.isclose(rollout_cost(large / 3, 2 * large / 3, rule(name), 4, 0.0), expected, rel_tol=1e-4)


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    a, b, size = 0.6, 0.9, 8
    truth = silent_rate(a, b, size)
    inside = 0
    for seed in range(20):
        low, high = fit_difficulty(drawn(a, b, 120, size, seed)).interval(lambda a, b: silent_rate(a, b, 8))
        inside += low <= truth <= high
    assert inside >= 16  # 19 expected


def test_the_fit_beats_the_plugged_in_proportions() -> None:
    found = forecast(drawn(0.6, 0.9, 400, 8, 1), gain=0.5)
    truth = silent_rate(0.6, 0.9, 8)
    assert abs(found.silent_rate.value - truth) < 0.03 < found.plugged_silent_rate - truth
    for one in (found.mean, found.silent_rate, found.attenuation, found.next_mean):
        assert one.low < one.value < one.high


def test_no_spread_is_said() -> None:
    equal = Groups((10,) * 40, (5,) * 40)
    fit = fit_difficulty(equal)
    assert fit.status == "no spread"
    assert math.isclose(fit.mean, 0.5, abs_tol=1e-3)
    assert math.isclose(forecast(equal, gain=0.1).silent_rate.value, 2 * 0.5**10, rel_tol=1e-2)


def test_all_or_nothing_is_said() -> None:
    assert fit_difficulty(Groups((4,) * 10, (0, 4) * 5)).status == "all or nothing"


def test_more_noise_wants_larger_groups() -> None:
    best = forecast(drawn(0.6, 0.9, 200, 8, 2), gain=0.1).best_group
    assert list(best.values()) == sorted(best.values())
    assert best[0.0] < best[100.0]


def test_unusable_input_is_refused() -> None:
    with pytest.raises(ValueError, match="one rollout a prompt"):
        fit_difficulty(Groups((1, 1), (0, 1)))
    with pytest.raises(ValueError, match="share of successes = 1.0 lies outside"):
        fit_difficulty(Groups((2, 2), (2, 2)))
    mixed = Groups((4, 4), (1, 3))
    with pytest.raises(ValueError, match="gain = -1 lies outside"):
        forecast(mixed, gain=-1)
    with pytest.raises(ValueError, match="gain = nan lies outside"):
        forecast(mixed, gain=math.nan)
    with pytest.raises(ValueError, match="G = 1 lies outside"):
        forecast(mixed, gain=1, G=1)
    with pytest.raises(ValueError, match="level = 1 lies outside"):
        fit_difficulty(mixed).interval(lambda a, b: a, level=1)
    with pytest.raises(ValueError, match="centred count rules"):
        forecast(mixed, gain=1, rule=rule("softmax_uncentred"))
    with pytest.raises(ValueError, match="k = 5 lies outside"):
        fit_difficulty(mixed).posterior(4, 5)
