"""Closed times and tails of the flow, held against solve_ivp on the same equation and against quadrature."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import solve_ivp

from grpo_theory import symbols
from grpo_theory.dynamics import (
    SoftmaxGradient,
    clock,
    escape_asymptote,
    escape_formula,
    escape_time,
    solvers,
    tail,
    weight_of,
)

Pace = Callable[[Any], Any]


def pace(name: str, G: int | None = None, tau: float = 1.0) -> Pace:
    """dz/dt = w(p)·p(1−p) in log-odds."""
    if name == "ec-rlvr":
        return lambda z: 1.0 / (tau * (1.0 + np.exp(z / tau)))
    omega = weight_of(name, G, None if G else 0)
    return SoftmaxGradient(1.0, 0.0, 0.5, omega).flow


CASES: list[tuple[str, dict[str, Any]]] = [
    ("rloo", {}),
    ("rloo", {"G": 6}),
    ("mean_only", {"G": 3}),
    ("mean_only", {"G": 10}),
    ("grpo", {}),
    ("grpo", {"G": 3}),
    ("maxrl", {}),
    ("maxrl", {"G": 2}),
    ("ec-rlvr", {"tau": 1}),
    ("ec-rlvr", {"tau": "1/2"}),
    ("ec-rlvr", {"tau": 3}),
]


def number(value: Any) -> float:
    return float(sp.Rational(value))


@pytest.mark.parametrize("p_0", [0.4, 0.1, 1e-3])
@pytest.mark.parametrize(("name", "given"), CASES, ids=str)
def test_the_flow_passes_one_half_at_the_closed_time(name: str, given: dict[str, Any], p_0: float) -> None:
    time = float(escape_time(name, p_0, **given))
    speed = pace(name, given.get("G"), number(given.get("tau", 1)))
    start = np.log(p_0) - np.log1p(-p_0)
    # z as the independent variable of the time, which the event function of a stiff flow would only bracket
    solved = solve_ivp(lambda z, t: 1.0 / speed(np.asarray(z)), (start, 0.0), [0.0], "DOP853", rtol=1e-12, atol=1e-12)
    assert solved.success
    assert time == pytest.approx(float(solved.y[0, -1]), rel=1e-8, abs=1e-8)
    assert abs(1.01 * time - float(solved.y[0, -1])) > 1e-4 * time  # a hundredth more would be noticed


@pytest.mark.parametrize(("name", "given"), CASES, ids=str)
def test_the_flow_in_time_arrives_where_the_clock_says(name: str, given: dict[str, Any]) -> None:
    p_0, p_1 = 0.05, 0.9
    time = float(escape_time(name, p_0, p_1, **given))
    speed = pace(name, given.get("G"), number(given.get("tau", 1)))
    start = np.log(p_0 / (1 - p_0))
    solved = solve_ivp(lambda t, z: speed(z), (0.0, time), [start], "LSODA", rtol=1e-11, atol=1e-11)
    assert 1 / (1 + np.exp(-solved.y[0, -1])) == pytest.approx(p_1, abs=1e-8)


@pytest.mark.parametrize(("name", "given"), CASES, ids=str)
def test_the_clock_has_the_slope_of_the_flow(name: str, given: dict[str, Any]) -> None:
    found = clock(name, given.get("G"), tau=given.get("tau"))
    speed = pace(name, given.get("G"), number(given.get("tau", 1)))
    for p in (0.03, 0.5, 0.97):
        z = np.asarray(np.log(p / (1 - p)))
        v = p * (1 - p)
        slope = float(sp.diff(found.sympy, symbols.p).subs(symbols.p, p))
        assert slope == pytest.approx(float(1.0 / (speed(z) * v)), rel=1e-9)
        assert float(found.at(z)) == pytest.approx(float(found.sympy.subs(symbols.p, p)), rel=1e-12, abs=1e-12)


def test_the_formulas_are_those_of_the_theory() -> None:
    p_0, tau, q_0 = symbols.p_0, symbols.tau, 1 - symbols.p_0
    stated = {
        "rloo": 1 / p_0 - 1 / q_0 + 2 * sp.log(q_0 / p_0),
        "grpo": 2 * (1 - 2 * p_0) / sp.sqrt(p_0 * q_0),
        "maxrl": sp.log(q_0 / p_0) + 2 - 1 / q_0,
        "ec-rlvr": tau * sp.log(q_0 / p_0) + tau**2 * (1 - (p_0 / q_0) ** (1 / tau)),
    }
    for name, time in stated.items():
        at = {p_0: sp.Rational(2, 7), tau: sp.Rational(3, 2)}
        assert abs(sp.N((escape_formula(name) - time).subs(at), 40)) < 1e-35
        assert abs(sp.N((escape_formula(name) - time * sp.Rational(101, 100)).subs(at), 40)) > 1e-3
    assert float(escape_formula("grpo").subs(p_0, 0.2)) == pytest.approx(float(escape_time("grpo", 0.2)))


@pytest.mark.parametrize(("name", "G"), [("grpo", 4), ("grpo", 16), ("maxrl", 3), ("maxrl", 16), ("rloo", 5)])
def test_leading_terms_at_finite_groups(name: str, G: int) -> None:
    leading = escape_asymptote(name, G)
    expected = {"grpo": 1 / sp.sqrt(G - 1), "maxrl": sp.Rational(1, G - 1), "rloo": sp.S.One}[name] / symbols.p_0
    assert sp.simplify(leading - expected) == 0
    gradient = SoftmaxGradient(1.0, 0.0, 0.5, weight_of(name, G))
    ratios = [
        solvers.escape_time(gradient, p_0) / float(leading.subs(symbols.p_0, p_0)) - 1 for p_0 in (1e-3, 1e-4, 1e-5)
    ]
    assert abs(ratios[-1]) < 2e-3
    assert abs(ratios[2]) < abs(ratios[1]) < abs(ratios[0])


@pytest.mark.parametrize(("name", "given"), [("grpo", {}), ("maxrl", {}), ("ec-rlvr", {"tau": "1/2"})], ids=str)
def test_leading_terms_without_a_group(name: str, given: dict[str, Any]) -> None:
    leading = escape_asymptote(name, **given)
    ratios = [
        float(escape_time(name, p_0, **given)) / float(leading.subs(symbols.p_0, p_0))
        for p_0 in (1e-20, 1e-100, 1e-280)
    ]
    assert ratios[-1] == pytest.approx(1, abs=5e-3)
    assert abs(ratios[2] - 1) <= abs(ratios[0] - 1) + 1e-12


TAILS: list[tuple[str, dict[str, Any]]] = [
    ("rloo", {}),
    ("maxrl", {}),
    ("maxrl", {"G": 4}),
    ("mean_only", {"G": 4}),
    ("grpo", {"G": 5}),
    ("grpo", {}),
    ("ec-rlvr", {"tau": "1/2"}),
    ("ec-rlvr", {"tau": 2}),
]


@pytest.mark.parametrize(("name", "given"), TAILS, ids=str)
def test_tails_are_those_of_the_flow(name: str, given: dict[str, Any]) -> None:
    found, time = tail(name, **given), 1e6
    speed = pace(name, given.get("G"), number(given.get("tau", 1)))
    solved = solve_ivp(lambda t, z: speed(z), (0.0, time), [0.0], "LSODA", rtol=1e-10, atol=1e-10)
    failures = 1 / (1 + np.exp(solved.y[0, -1]))
    assert failures == pytest.approx(float(found.at(time)), rel=1e-3, abs=0)
    assert failures != pytest.approx(1.01 * float(found.at(time)), rel=1e-3, abs=0)


def test_tails_are_exact() -> None:
    assert tail("mean_only", 4).scale == sp.Rational(4, 3)
    assert tail("grpo", 4).scale == 1 / sp.sqrt(3)
    assert tail("ec-rlvr").exponent == symbols.tau
    assert (tail("grpo").scale, tail("grpo").exponent) == (2, 2)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: escape_time("grpo", 0.1, G=4), "no closed form"),
        (lambda: escape_time("rlo", 0.1), "did you mean rloo"),
        (lambda: escape_time("rloo", 0.0), r"p = 0.0 lies outside \(0, 1\)"),
        (lambda: escape_time("ec-rlvr", 0.1), "tau is missing"),
        (lambda: escape_time("ec-rlvr", 0.1, tau=-1), r"tau = -1 lies outside"),
        (lambda: clock("ec-rlvr", 4), "no closed form"),
        (lambda: tail("dynamic_sampling(grpo)", 4), "no bounded weight"),
        (lambda: tail("rloo").at(0.0), r"t = 0.0 lies outside"),
        (lambda: escape_asymptote("mean-r", 4), "the flow stops or turns"),
    ],
)
def test_errors_name_the_argument(call: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        call()
