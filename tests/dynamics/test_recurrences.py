"""Recurrences against their objective, their expressions, their derivatives and their limits."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from grpo_theory import symbols
from grpo_theory.dynamics import Recurrence, SmoothedWeight, SoftmaxGradient, recurrence, weight_of
from grpo_theory.groups import effective_weight, rule

BETA, ETA, ALPHA, P_REF, EPSILON = Fraction(3, 2), Fraction(1, 3), Fraction(2, 5), Fraction(1, 5), Fraction(1, 100)
OPTIONS: dict[str, dict[str, Any]] = {
    "reference": {},
    "mirror": {},
    "two-kl": {"alpha": ALPHA},
    "proximal": {"eta": ETA},
    "explicit": {"eta": ETA},
    "softmax": {"eta": ETA},
}
WEIGHTS: list[dict[str, Any]] = [
    {"epsilon": EPSILON},
    {"epsilon": 0},
    {"weight": "mean-only"},
    {"weight": "maxrl"},
    {"weight": "grpo", "G": 8},
    {"weight": "maxrl", "G": 5},
    {"weight": "softmax", "G": 4},
    {"weight": "dynamic_sampling(grpo)", "G": 4},
    {"weight": "(r-mean)/(std+eps)", "G": 6, "epsilon": "1e-3"},
]


def build(kind: str, weight: dict[str, Any]) -> Recurrence | SoftmaxGradient:
    return recurrence(kind, beta=BETA, p_ref=P_REF, **OPTIONS[kind], **weight)


def kl(q: float, p: float) -> float:
    return q * math.log(q / p) + (1 - q) * math.log((1 - q) / (1 - p))


@pytest.mark.parametrize("kind", ["reference", "mirror", "two-kl", "proximal"])
@pytest.mark.parametrize("p", [0.03, 0.4, 0.9])
def test_one_step_maximises_the_objective_of_its_kind(kind: str, p: float) -> None:
    beta, eta, alpha, p_ref = float(BETA), float(ETA), float(ALPHA), float(P_REF)
    to_reference = {"reference": beta, "mirror": 0.0, "two-kl": beta * alpha, "proximal": beta}[kind]
    to_previous = {"reference": 0.0, "mirror": beta, "two-kl": beta * (1 - alpha), "proximal": 1 / eta}[kind]
    deviation = math.sqrt(p * (1 - p) + float(EPSILON))

    def loss(q: float) -> float:
        expected = (q * (1 - p) + (1 - q) * (-p)) / deviation
        return to_reference * kl(q, p_ref) + to_previous * kl(q, p) - expected

    best = minimize_scalar(loss, bounds=(1e-12, 1 - 1e-12), method="bounded", options={"xatol": 1e-12}).x
    assert build(kind, {"epsilon": EPSILON}).step(p) == pytest.approx(best, abs=1e-7)


def test_explicit_steps_are_proximal_steps_to_first_order() -> None:
    z = np.linspace(-5, 5, 11)
    for eta in (1e-3, 1e-4):
        near = [
            recurrence(kind, eta=eta, beta=1.0, p_ref=0.2, epsilon=0.01).step(z, log_odds=True)
            for kind in ("proximal", "explicit")
        ]
        assert np.abs(near[0] - near[1]).max() < 20 * eta**2


@pytest.mark.parametrize("kind", OPTIONS)
@pytest.mark.parametrize("weight", WEIGHTS, ids=str)
def test_floats_agree_with_the_expressions(kind: str, weight: dict[str, Any]) -> None:
    if "G" in weight and kind not in ("proximal", "softmax"):
        weight = {"weight": "grpo", "G": 3}  # long expressions are slow to evaluate: two kinds see them
    one = build(kind, weight)
    for p in (Fraction(1, 7), Fraction(1, 2), Fraction(8, 9)):
        at = {symbols.p: sp.Rational(p.numerator, p.denominator)}
        z = np.array(math.log(p / (1 - p)))
        assert float(one.step(float(p))) == pytest.approx(float(one.sympy().subs(at).evalf(30)), rel=1e-12)
        assert float(one.step(z, log_odds=True)) == pytest.approx(
            float(one.sympy(log_odds=True).subs(at).evalf(30)), rel=1e-12, abs=1e-12
        )
        slope = float(one.slope(log_odds=True).subs(at).evalf(30))
        assert float(one.derivative(z)) == pytest.approx(slope, rel=1e-9, abs=1e-12)
        in_p = float(sp.diff(one.sympy(), symbols.p).subs(at).evalf(30))
        assert float(one.slope().subs(at).evalf(30)) == pytest.approx(in_p, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("name", ["grpo", "maxrl", "rloo", "percentile", "whitened_optimum", "dynamic_sampling"])
@pytest.mark.parametrize("G", [2, 5, 16])
def test_group_weights_are_the_effective_weights(name: str, G: int) -> None:
    options: dict[str, dict[str, Any]] = {
        "whitened_optimum": {"D": 1, "v_plus": 2, "v_minus": 3},
        "dynamic_sampling": {"rule": "maxrl"},
    }
    if name == "whitened_optimum":
        import inspect

        from grpo_theory.groups.named import whitened_optimum

        names = [key for key in inspect.signature(whitened_optimum).parameters if key != "name"]
        options["whitened_optimum"] = dict(zip(names, (1, 2, 3), strict=False))
    one = rule(name, **options.get(name, {}))
    p = np.array([1e-9, 0.1, 0.5, 0.77, 1 - 1e-9])
    z = np.log(p) - np.log1p(-p)
    assert weight_of(one, G).at(z) == pytest.approx(np.asarray(effective_weight(one, G)(p)), rel=1e-6)


@pytest.mark.parametrize("kind", OPTIONS)
@pytest.mark.parametrize("weight", WEIGHTS[:6], ids=str)
def test_both_ends_are_limits(kind: str, weight: dict[str, Any]) -> None:
    one = build(kind, weight)
    ends = one.step([-np.inf, np.inf], log_odds=True)
    near = one.step([-600.0, 600.0], log_odds=True)
    for end, close, far in zip(ends, near, one.step([-700.0, 700.0], log_odds=True), strict=True):
        if np.isinf(end):
            assert np.sign(close) == np.sign(end)
            assert abs(far) > abs(close) or far == close
        else:
            assert close == pytest.approx(end, abs=1e-9)
    assert one.step([0.0, 1.0]) == pytest.approx(1 / (1 + np.exp(-ends)))


def test_an_explicit_step_may_overshoot_at_the_ends() -> None:
    one = recurrence("explicit", eta=3, beta=1, p_ref="1/2", epsilon="1e-2")
    assert one.step([0.0, 1.0]).tolist() == [1.0, 0.0]


def test_log_odds_hold_what_no_float_p_can() -> None:
    path = recurrence(beta=1, p_ref="1/5", epsilon="1e-4").trajectory(0.99, 40)
    assert path.p[-1] == 1.0
    assert path.logit[-1] == pytest.approx(98.6137056388801)


@given(st.floats(-1e308, 1e308), st.sampled_from(sorted(OPTIONS)))
def test_nothing_overflows(z: float, kind: str) -> None:
    for weight in ({"epsilon": EPSILON}, {"epsilon": 0}, {"weight": "grpo", "G": 8}):
        following = build(kind, weight).step(z, log_odds=True)
        assert not np.isnan(following)


@given(st.floats(1e-12, 1 - 1e-12))
def test_a_step_in_p_is_a_step_in_log_odds(p: float) -> None:
    one = build("proximal", {"epsilon": EPSILON})
    z = math.log(p) - math.log1p(-p)
    assert float(one.step(p)) == pytest.approx(1 / (1 + math.exp(-float(one.step(z, log_odds=True)))), rel=1e-12)


def test_trajectories_keep_shapes_and_starts() -> None:
    one = build("reference", {"epsilon": EPSILON})
    path = one.trajectory([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], 4)
    assert path.p.shape == path.logit.shape == (5, 2, 3)
    assert path.p[0, 1, 2] == 0.6
    assert path.p[3] == pytest.approx(one.step(path.p[2]))


def test_symbols_stay_where_parameters_are_left_open() -> None:
    one = recurrence("proximal", weight="mean-only")
    symbols_in = {symbol.name for symbol in one.sympy().free_symbols}
    assert symbols_in == {"p", "p_ref", "beta", "eta"}
    with pytest.raises(ValueError, match="was left open"):
        one.step(0.5)
    assert r"\operatorname{logit} p_{\mathrm{ref}}" in one.latex()


def test_slope_of_the_reference_map_is_the_published_one() -> None:
    one = recurrence()
    p, h, beta, epsilon = symbols.p, one.sympy(), symbols.beta, symbols.epsilon
    published = -h * (1 - h) * (1 - 2 * p) / (2 * beta * (p * (1 - p) + epsilon) ** sp.Rational(3, 2))
    at = {p: sp.Rational(1, 3), beta: 2, epsilon: sp.Rational(1, 7), symbols.p_ref: sp.Rational(1, 5)}
    assert abs((one.slope() - published).subs(at).evalf(40)) < 1e-35


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"beta": 0}, r"beta = 0 lies outside \(0, ∞\)"),
        ({"beta": float("inf")}, r"beta = inf lies outside \(0, ∞\)"),
        ({"beta": "one"}, r"beta = one lies outside \(0, ∞\)"),
        ({"p_ref": "1.2"}, r"p_ref = 1.2 lies outside \(0, 1\)"),
        ({"p_ref": 0}, r"p_ref = 0 lies outside \(0, 1\)"),
        ({"epsilon": -1e-3}, r"epsilon = -0.001 lies outside \[0, ∞\)"),
        ({"eta": 1}, "recurrence reference has no parameter eta"),
        ({"kind": "proximal", "eta": 0}, r"eta = 0 lies outside \(0, ∞\)"),
        ({"kind": "two-kl", "alpha": 2}, r"alpha = 2 lies outside \[0, 1\]"),
        ({"kind": "miror"}, "did you mean mirror"),
        ({"weight": "percentile"}, "needs a group size G"),
    ],
)
def test_unusable_parameters_are_named_with_their_domain(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        recurrence(**{"beta": 1, "p_ref": "1/2", "epsilon": "1e-2", **arguments})
    assert "\n" not in str(caught.value)


def test_exact_results_refuse_floats_and_steps_refuse_what_is_no_probability() -> None:
    one = recurrence(beta=0.5, p_ref="1/5", epsilon="1e-2")
    with pytest.raises(ValueError, match="is a float"):
        one.sympy()
    for bad in (1.5, float("nan"), "x"):
        with pytest.raises(ValueError, match="p = "):
            one.step(bad)
    with pytest.raises(ValueError, match="exactly one"):
        one.trajectory()
    with pytest.raises(ValueError, match="n = -1"):
        one.trajectory(0.5, -1)


def test_a_weight_of_ones_own_is_taken_as_it_is() -> None:
    assert weight_of(SmoothedWeight(Fraction(1, 9))) == SmoothedWeight(Fraction(1, 9))
