"""Rates bound what they should, on dense grids and along orbits; a rate that is a little too small is noticed."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.dynamics import (
    contraction_rate,
    fixed_points,
    improvement,
    lipschitz_constant,
    lipschitz_constants,
    local_rate,
    recurrence,
    steps_within,
    weight_of,
)
from grpo_theory.dynamics.rates import least_integer

GRID = np.linspace(-40.0, 40.0, 200_001)
SETTINGS: list[tuple[str, dict[str, Any]]] = [
    ("reference", {"beta": 3, "epsilon": "1/100"}),
    ("reference", {"beta": "1/7", "epsilon": "1/3"}),
    ("proximal", {"beta": 3, "epsilon": "1/100", "eta": "2/7"}),
    ("proximal", {"beta": "1/50", "epsilon": "1e-4", "eta": 11}),
    ("proximal", {"beta": 0, "epsilon": "1/5", "eta": 2}),
    ("explicit", {"beta": 3, "epsilon": "1/100", "eta": "1/5"}),
    ("explicit", {"beta": 3, "epsilon": "1/100", "eta": "3/5"}),
    ("two-kl", {"beta": 5, "epsilon": "1/100", "alpha": "1/2"}),
    ("mirror", {"beta": 5, "epsilon": "1/100"}),
]


@pytest.mark.parametrize("epsilon", ["1e-6", "1/100", "1/12", "3"])
def test_the_largest_slope_is_attained_where_it_should(epsilon: str) -> None:
    e = float(Fraction(epsilon))
    slopes = np.abs(weight_of("grpo", epsilon=epsilon).slope(GRID))
    exact = float(lipschitz_constant(epsilon))
    assert slopes.max() <= exact * (1 + 1e-12)
    p = 0.5 + 0.5 * math.sqrt(1 - 8 * e / (1 + 12 * e))
    there = weight_of("grpo", epsilon=epsilon).slope(np.array(math.log(p / (1 - p))))
    assert float(there) == pytest.approx(exact, rel=1e-9)
    assert float(lipschitz_constants(e)) == pytest.approx(exact, rel=1e-14)
    assert slopes.max() > exact * 0.999  # so that a constant a thousandth smaller would fail above


@pytest.mark.parametrize(("kind", "given"), SETTINGS, ids=str)
def test_the_contraction_rate_bounds_the_slope_and_is_sharp(kind: str, given: dict[str, Any]) -> None:
    slopes = np.abs(_step(kind, given).derivative(GRID))
    rate = float(contraction_rate(kind, **given))
    assert slopes.max() <= rate * (1 + 1e-12)
    assert slopes.max() > rate * 0.999


def _step(kind: str, given: dict[str, Any]) -> Any:
    from grpo_theory.dynamics import Recurrence
    from grpo_theory.dynamics.steps import constants

    step = constants(kind, **{name: value for name, value in given.items() if name != "epsilon"})
    return Recurrence(step.pull, step.gain, Fraction(1, 5), weight_of("grpo", epsilon=given["epsilon"]))


def test_the_rates_are_those_of_the_claim() -> None:
    s, beta, eta = lipschitz_constant("1/100"), 3, Fraction(3, 5)
    assert contraction_rate("reference", beta=beta, epsilon="1/100") == s / beta
    assert contraction_rate("proximal", beta=beta, epsilon="1/100", eta=eta) == (1 + eta * s) / (1 + eta * beta)
    assert contraction_rate("explicit", beta=beta, epsilon="1/100", eta=eta) == max(
        1 - eta * (beta - s), eta * (beta + s) - 1
    )


@pytest.mark.parametrize(("kind", "given"), [SETTINGS[0], SETTINGS[2], SETTINGS[5]], ids=str)
def test_the_certified_contraction_is_the_same_number(kind: str, given: dict[str, Any]) -> None:
    found = fixed_points(kind, p_ref="1/5", **given)
    assert found.contraction is not None
    assert float(found.contraction) == pytest.approx(float(contraction_rate(kind, **given)), rel=1e-12)
    assert len(found.points) == 1
    assert local_rate(found.points[0]) <= found.contraction


@pytest.mark.parametrize(("kind", "given"), [SETTINGS[0], SETTINGS[2], SETTINGS[5]], ids=str)
def test_orbits_arrive_within_the_counted_steps(kind: str, given: dict[str, Any]) -> None:
    rate, delta = contraction_rate(kind, **given), Fraction(1, 10**6)
    end = float(fixed_points(kind, p_ref="1/5", **given).points[0].z)
    step = recurrence(kind, p_ref="1/5", **given)
    for start in (-7.0, 0.0, 9.0):
        path = step.trajectory(None, 4000, z_0=start).logit
        for options in ({"distance": abs(start - end)}, {"first_step": abs(path[1] - path[0])}):
            n = steps_within(rate, delta, **options)
            assert abs(path[n] - end) <= float(delta) * (1 + 1e-6)


def test_steps_are_the_least_number_for_their_rate() -> None:
    assert steps_within("1/2", 1, distance=1) == 0
    assert steps_within(0, "1e-9", distance=7) == 1
    assert steps_within("1/10", "1e-12", distance=1) == 12
    for rate, delta in ((Fraction(9, 10), Fraction(1, 1000)), (Fraction(1, 3), Fraction(1, 10**9))):
        n = steps_within(rate, delta, distance=2)
        assert rate**n * 2 <= delta < rate ** (n - 1) * 2
    assert least_integer(arb(3, 1e-9), lambda n: False) == 4
    assert least_integer(arb(3, 1e-9), lambda n: True) == 3


def test_a_ball_counts_as_its_upper_end() -> None:
    found = fixed_points(beta=3, p_ref="1/5", epsilon="1/100")
    assert steps_within(found.contraction, "1e-6", distance=3) == steps_within(
        contraction_rate(beta=3, epsilon="1/100"), "1e-6", distance=3
    )


RANDOM = np.random.default_rng(7)


def test_met_conditions_mean_steady_growth() -> None:
    met = 0
    for _ in range(120):
        p_ref, epsilon, beta, eta, alpha = (
            Fraction(int(RANDOM.integers(1, 60)), 61),
            Fraction(1, int(RANDOM.integers(2, 2000))),
            Fraction(int(RANDOM.integers(1, 200)), 20),
            Fraction(int(RANDOM.integers(1, 60)), 30),
            Fraction(int(RANDOM.integers(0, 11)), 10),
        )
        for kind, options in (
            ("reference", {}),
            ("mirror", {}),
            ("proximal", {"eta": eta}),
            ("explicit", {"eta": eta}),
            ("two-kl", {"alpha": alpha}),
        ):
            given: dict[str, Any] = {"beta": beta, "p_ref": p_ref, "epsilon": epsilon, **options}
            found = improvement(kind, **given)
            path = recurrence(kind, **given).trajectory(float(p_ref), 60).logit
            if found.never_decreases:
                met += 1
                assert (np.diff(path) >= -1e-9 * (1 + np.abs(path[1:]))).all(), (kind, given)
            if found.contraction.met:
                assert len(fixed_points(kind, **given).points) == 1
    assert met > 100


def test_conditions_fail_where_the_orbit_does() -> None:
    wild = improvement("reference", beta=5, epsilon="1e-5", p_ref="1e-4")
    assert not wild.contraction.met
    assert not wild.never_decreases
    assert wild.amplification.met
    path = recurrence(beta=5, epsilon="1e-5", p_ref="1e-3").trajectory("0.001", 20).logit
    assert (np.diff(path) < 0).any()
    steep = improvement("proximal", beta=1, epsilon="1/12", p_ref="1/5", eta="2001/1000")
    assert (steep.order.number, steep.order.bound, steep.order.met) == (Surd.of("2.001"), Surd.of(2), False)
    assert not improvement("explicit", beta=2, epsilon="1/12", p_ref="1/5", eta=1).amplification.met
    assert improvement("explicit", beta=0, epsilon="1/12", p_ref="1/5", eta=9).order.met


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: lipschitz_constant(0), r"epsilon = 0 lies outside \(0, ∞\)"),
        (lambda: lipschitz_constants([0.1, -1.0]), r"epsilon = -1.0 lies outside"),
        (lambda: contraction_rate(beta=0, epsilon=1), r"beta = 0 lies outside \(0, ∞\)"),
        (lambda: contraction_rate("proximal", beta=-1, epsilon=1, eta=1), r"beta = -1 lies outside \[0, ∞\)"),
        (lambda: contraction_rate("explicit", beta=1, epsilon=1), "eta is missing"),
        (lambda: contraction_rate("reference", beta=1, epsilon=1, eta=1), "no parameter eta"),
        (lambda: contraction_rate("softmax", beta=1, epsilon=1, eta=1), "softmax"),
        (lambda: steps_within(1, "1/2", distance=1), r"rate = 1 lies outside \[0, 1\)"),
        (lambda: steps_within("1/2", 0, distance=1), r"delta = 0 lies outside"),
        (lambda: steps_within("1/2", 1), "exactly one"),
        (lambda: steps_within("1/2", 1, distance=-1), r"distance = -1 lies outside"),
        (lambda: improvement(beta=1, epsilon=1, p_ref=1), r"p_ref = 1 lies outside \(0, 1\)"),
    ],
)
def test_errors_name_the_argument(call: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        call()
