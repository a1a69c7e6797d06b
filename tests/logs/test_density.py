"""The band of the density of difficulty: around the density, wider with more confidence, narrower with more prompts."""

import numpy as np
import pytest
from scipy.stats import beta

from grpo_theory.groups import rule
from grpo_theory.logs import Groups, fit_difficulty
from grpo_theory.logs.forecast import next_mean

COUNTS = (0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 8, 8)
GRID = np.linspace(0.02, 0.98, 49)


def groups(times: int) -> Groups:
    return Groups((8,) * (len(COUNTS) * times), COUNTS * times)


def test_the_density_is_that_of_the_fit() -> None:
    fit = fit_difficulty(groups(5))
    value, low, high = fit.density(GRID)
    assert np.allclose(value, beta(fit.a, fit.b).pdf(GRID), rtol=1e-12)
    assert (low <= value).all() and (value <= high).all()


def test_the_band_holds_the_interval_of_every_density() -> None:
    fit = fit_difficulty(groups(5))
    _, low, high = fit.density([0.3])
    assert (float(low[0]), float(high[0])) == pytest.approx(
        fit.interval(lambda a, b: float(beta(a, b).pdf(0.3))), rel=1e-12
    )


def test_confidence_widens_and_prompts_narrow() -> None:
    widths = []
    for fit, level in (
        (fit_difficulty(groups(5)), 0.99),
        (fit_difficulty(groups(5)), 0.9),
        (fit_difficulty(groups(50)), 0.9),
    ):
        _, low, high = fit.density(GRID, level)
        widths.append(high - low)
    assert (widths[0] > widths[1]).all() and widths[1].mean() > 2 * widths[2].mean()


def test_the_ends_and_other_levels_are_refused() -> None:
    fit = fit_difficulty(groups(1))
    with pytest.raises(ValueError, match=r"p = 0.0 lies outside \(0, 1\)"):
        fit.density([0.5, 0.0])
    with pytest.raises(ValueError, match="level = 1 lies outside"):
        fit.density([0.5], 1)


@pytest.mark.parametrize("gain", [1e3, 1e6])
def test_a_step_too_long_for_a_float_ends_near_one(gain: float) -> None:
    assert next_mean(2.0, 3.0, rule("grpo"), 8, gain) == pytest.approx(1, abs=1e-9)
    assert next_mean(2.0, 3.0, rule("grpo"), 8, 0.0) == pytest.approx(0.4, abs=1e-12)
