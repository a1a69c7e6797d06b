"""Trajectories of all kinds stay inside their bounds, which are near enough to notice a planted error."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from grpo_theory.dynamics import (
    Band,
    Recurrence,
    fixed_point_interval,
    fixed_points,
    recurrence,
    steps_to_success,
    trajectory_bounds,
    weight_bounds,
    weight_extremes,
    weight_of,
)
from grpo_theory.dynamics.steps import constants

RANDOM = np.random.default_rng(11)
KINDS = ("reference", "mirror", "two-kl", "proximal", "explicit")


def some(kind: str) -> dict[str, Any]:
    """Exact parameters with pull ≤ 1."""
    beta = Fraction(int(RANDOM.integers(1, 200)), 20)
    given: dict[str, Any] = {"beta": beta, "p_ref": Fraction(int(RANDOM.integers(1, 100)), 101)}
    if kind == "two-kl":
        given["alpha"] = Fraction(int(RANDOM.integers(0, 11)), 10)
    if kind == "proximal":
        given["eta"] = Fraction(int(RANDOM.integers(1, 100)), 10)
    if kind == "explicit":
        given["eta"] = Fraction(int(RANDOM.integers(1, 21)), 20) / beta
    return given


def outside(band: Band, path: Any) -> float:
    """How far a path leaves its band, relative to 1 + |z|."""
    beyond = np.maximum(band.lower.logit - path, path - band.upper.logit)
    return float(np.max(beyond / (1 + np.abs(path))))


@pytest.mark.parametrize("kind", KINDS)
def test_trajectories_stay_inside(kind: str) -> None:
    starts, times = np.array([-9.0, -1.0, 0.0, 4.0, 30.0]), np.arange(41)[:, None]
    for _ in range(60):
        given = {**some(kind), "epsilon": Fraction(1, int(RANDOM.integers(2, 10_000)))}
        path = recurrence(kind, **given).trajectory(None, 40, z_0=starts)
        band = trajectory_bounds(kind, times, z_0=starts, **given)
        assert outside(band, path.logit) < 1e-12, (kind, given)
        assert (band.lower.p <= path.p + 1e-12).all()
        assert (path.p <= band.upper.p + 1e-12).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("options", [{"weight": "grpo", "G": 8}, {"weight": "maxrl", "G": 5}, {"weight": "mean-only"}])
def test_trajectories_of_other_weights_stay_inside(kind: str, options: dict[str, Any]) -> None:
    for _ in range(10):
        given = {**some(kind), **options}
        path = recurrence(kind, **given).trajectory(None, 30, z_0=np.array([-6.0, 0.5, 8.0]))
        band = trajectory_bounds(kind, np.arange(31)[:, None], z_0=np.array([-6.0, 0.5, 8.0]), **given)
        assert outside(band, path.logit) < 1e-12
        if options["weight"] == "mean-only":
            assert np.allclose(band.lower.logit, path.logit, rtol=1e-12, atol=1e-12)


def test_a_weight_without_an_upper_bound_has_a_lower_one() -> None:
    band = trajectory_bounds("mirror", [0, 3], beta=1, p_ref="1/2", weight="maxrl")
    assert band.lower.logit.tolist() == [0.0, 3.0]
    assert band.upper.logit.tolist() == [0.0, np.inf]


@pytest.mark.parametrize("wrong", [0.99, 1.01])
def test_a_gain_that_is_off_by_a_hundredth_leaves_the_band(wrong: float) -> None:
    """At p near 1/2 the lower, and near 1 the upper bound is attained."""
    given: dict[str, Any] = {"beta": 4, "p_ref": "1/2", "epsilon": 4, "eta": "1/10"}
    step, start = constants("proximal", beta=4, eta="1/10"), 0.0 if wrong < 1 else 40.0
    planted = Recurrence(step.pull, float(step.gain) * wrong, Fraction(1, 2), weight_of("grpo", epsilon=4))
    times = np.arange(4)
    assert outside(trajectory_bounds("proximal", times, z_0=start, **given), _path(planted, start)) > 1e-5
    true = recurrence("proximal", **given)
    assert outside(trajectory_bounds("proximal", times, z_0=start, **given), _path(true, start)) < 1e-14


def _path(step: Any, start: float) -> Any:
    return step.trajectory(None, 3, z_0=start).logit


def test_fixed_points_lie_in_their_interval() -> None:
    for _ in range(60):
        kind = ("reference", "two-kl", "proximal")[int(RANDOM.integers(0, 3))]
        given = {**some(kind), "epsilon": Fraction(1, int(RANDOM.integers(2, 10_000)))}
        if given.get("alpha") == 0:
            continue
        place, found = fixed_point_interval(kind, **given), fixed_points(kind, **given)
        assert found.points
        for point in found.points:
            assert not point.z < place.logit[0]
            assert not point.z > place.logit[1]
            assert not point.one_minus_p > place.one_minus_p[0]
        low, high = (float(end) for end in place.logit)
        step = recurrence(kind, **given)
        below, above = np.linspace(low - 9, low - 1e-6, 50), np.linspace(high + 1e-6, high + 9, 50)
        assert (step.step(below, log_odds=True) > below).all()
        assert (step.step(above, log_odds=True) < above).all()


def test_the_ends_of_the_interval_and_of_the_weight_are_exact() -> None:
    place = fixed_point_interval(beta=5, p_ref="1/2", epsilon="1/100")
    assert [bound / 5 for bound in weight_bounds("1/100")] == list(place.distance)
    far = fixed_point_interval(beta=1, p_ref="1/5", epsilon="1e-4")
    assert float(far.one_minus_p[1]) == pytest.approx(4 * np.exp(-100.0), rel=1e-12)
    assert weight_extremes(weight_of("grpo", epsilon="1/100"))[0] == pytest.approx(float(weight_bounds("1/100")[0]))


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("mirror", {"beta": 2}),
        ("proximal", {"beta": 0, "eta": "1/3"}),
        ("proximal", {"beta": "1/20", "eta": "1/3"}),
        ("explicit", {"beta": "1/20", "eta": 2}),
        ("two-kl", {"beta": 1, "alpha": "1/20"}),
        ("reference", {"beta": "1/10"}),
    ],
    ids=str,
)
def test_success_comes_within_the_counted_steps(kind: str, given: dict[str, Any]) -> None:
    goal = float(np.log(1e6 - 1))
    counted = steps_to_success(kind, delta="1e-6", p_ref="1/100", epsilon="1/50", **given)
    assert counted.least is not None
    assert counted.enough is not None
    step = constants(kind, **given)
    path = Recurrence(step.pull, step.gain, Fraction(1, 100), weight_of("grpo", epsilon="1/50"))
    z = path.trajectory("0.01", counted.enough).logit
    first = int(np.argmax(z >= goal - 1e-9))
    assert z[-1] >= goal - 1e-9
    assert counted.least <= first <= counted.enough
    band = trajectory_bounds(kind, [counted.enough - 1, counted.enough], p_ref="1/100", epsilon="1/50", **given)
    assert band.lower.logit[0] < goal <= band.lower.logit[1] + 1e-9


def test_success_out_of_reach_is_said() -> None:
    counted = steps_to_success("reference", delta="1e-6", beta=5, p_ref="1/100", epsilon="1/50")
    assert (counted.least, counted.enough) == (None, None)
    assert steps_to_success("mirror", delta="1/2", beta=5, p_ref="2/3", epsilon="1/50").enough == 0


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: weight_bounds(0), r"epsilon = 0 lies outside"),
        (lambda: fixed_point_interval("mirror", beta=1, p_ref="1/2", epsilon=1), "no fixed point"),
        (lambda: trajectory_bounds("explicit", 1, beta=2, p_ref="1/2", epsilon=1, eta=1), r"eta = 1 lies outside"),
        (lambda: trajectory_bounds("mirror", -1, beta=2, p_ref="1/2", epsilon=1), r"t = -1.0 lies outside"),
        (lambda: trajectory_bounds("mirror", 1, beta=2, p_ref="1/2", epsilon=1, p_0=2.0), r"p = 2.0 lies outside"),
        (lambda: trajectory_bounds("mirror", 1, beta=2, p_ref="1/2", epsilon=1, p_0=0.5, z_0=0.0), "at most one"),
        (lambda: weight_extremes(weight_of("dynamic_sampling(grpo)", 4)), "no known bounds"),
    ],
)
def test_errors_name_the_argument(call: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        call()
