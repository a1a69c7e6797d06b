"""Certified fixed points: the hard cases, counts by two roads, folds approached from both sides, intervals, cycles."""

import itertools
import math
import time
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from grpo_theory.dynamics import FixedPoints, bifurcations, decimal_bounds, fixed_points, recurrence
from grpo_theory.dynamics.isolation import isolate
from grpo_theory.dynamics.smoothed import Smoothed
from grpo_theory.dynamics.solvers import fixed_points_in_logits
from grpo_theory.dynamics.zeros import Equation, bracket, zeros


def logits(found: FixedPoints) -> list[float]:
    return [float(point.z) for point in found.points]


def stabilities(found: FixedPoints) -> list[str]:
    return [point.stability for point in found.points]


def equation(beta: str, p_ref: str, epsilon: str) -> Equation:
    with ctx.workprec(500):
        return Equation(arb(beta), arb(p_ref).log() - (1 - arb(p_ref)).log(), Smoothed(arb(epsilon)))


def test_three_fixed_points_one_at_1e_43_from_1() -> None:
    found = fixed_points(beta=1, p_ref="1/5", epsilon="1e-4")
    assert found.complete
    assert stabilities(found) == ["attracting", "repelling", "attracting"]
    assert float(found.points[2].one_minus_p) == pytest.approx(1.488e-43, rel=1e-3)
    assert abs(float(found.points[0].p) - 0.6813) < 5e-4
    low, high = decimal_bounds(found.points[0].z)
    assert Fraction(low) < Fraction(high)
    assert low[:15] == high[:15]


def test_fixed_points_by_high_precision_newton() -> None:
    mpmath.mp.dps = 40
    for point in fixed_points(beta=1, p_ref="1/5", epsilon="1e-4").points:
        root = mpmath.findroot(
            lambda z: z - mpmath.log(0.25) - 1 / mpmath.sqrt(1 / (2 + 2 * mpmath.cosh(z)) + mpmath.mpf("1e-4")),
            float(point.z),
        )
        low, high = (mpmath.mpf(text) for text in decimal_bounds(point.z, 30))
        assert low - mpmath.mpf("1e-25") < root < high + mpmath.mpf("1e-25")
        assert high - low < 1e-22


def test_the_low_fixed_point_just_past_its_flip() -> None:
    found = fixed_points(beta=1, p_ref="1/100", epsilon=0)
    assert found.complete
    assert stabilities(found) == ["repelling", "repelling"]
    assert -1.002 < float(found.points[0].multiplier) < -1.001
    cycle = fixed_points(beta=1, p_ref="1/100", epsilon=0, period=2)
    assert cycle.complete
    assert stabilities(cycle) == ["attracting", "attracting"]


def test_a_certified_attracting_two_cycle() -> None:
    found = fixed_points(beta=5, p_ref="1e-3", epsilon="1e-5", period=2)
    assert found.complete
    assert stabilities(found) == ["attracting"] * 2
    assert logits(found) == pytest.approx([-6.0561007, -2.7745370])
    step = recurrence(beta=5, p_ref="1e-3", epsilon="1e-5").step
    assert step(logits(found), log_odds=True) == pytest.approx(logits(found)[::-1])


def test_the_irregular_orbit_has_only_repelling_points_below_its_escape() -> None:
    parameters: dict[str, Any] = {"beta": 5, "p_ref": "1e-4", "epsilon": "1e-5"}
    found = {n: fixed_points(**parameters, period=n) for n in (1, 2, 3, 4)}
    assert all(one.complete for one in found.values())
    assert [len(one.points) for one in found.values()] == [3, 2, 0, 4]
    low = [point for one in found.values() for point in one.points if point.z < 50]
    assert all(point.stability == "repelling" for point in low)


@pytest.mark.parametrize("period", [2, 3, 4])
@pytest.mark.parametrize("beta", ["1.5", "3", "5"])
def test_cycles_agree_with_a_scan_in_floats(beta: str, period: int) -> None:
    found = fixed_points(beta=beta, p_ref="1e-4", epsilon="1e-5", period=period)
    assert found.complete
    one = recurrence(beta=beta, p_ref="1e-4", epsilon="1e-5")
    grid = np.linspace(-15, 80, 400_001)
    z, moved = grid, []
    for _ in range(period):
        z = one.advance(z)
        moved.append(z - grid)
    crossings = {n: grid[:-1][np.sign(moved[n - 1][:-1]) != np.sign(moved[n - 1][1:])] for n in range(1, period + 1)}
    shorter = np.concatenate([[-1e9], *(crossings[n] for n in range(1, period) if period % n == 0)])
    own = [z for z in crossings[period] if np.abs(shorter - z).min() > 1e-3]
    assert logits(found) == pytest.approx(own, abs=1e-3)


GRID = list(itertools.product(np.geomspace(0.05, 20, 7), np.linspace(0.001, 0.99, 6), np.geomspace(1e-8, 1e-2, 5)))


def test_short_proofs_agree_with_bisection_and_with_scipy() -> None:
    for beta, p_ref, epsilon in GRID:
        found = fixed_points(beta=float(beta), p_ref=float(p_ref), epsilon=float(epsilon))
        assert found.complete
        with ctx.workprec(160):
            L = arb(float(p_ref)).log() - (1 - arb(float(p_ref))).log()
            one = Equation(arb(float(beta)), L, Smoothed(arb(float(epsilon))))
            by_bisection = isolate(one.function(), *bracket(one))
        assert by_bisection.complete
        assert sorted(map(float, by_bisection.found)) == pytest.approx(logits(found))
        by_scipy = fixed_points_in_logits(beta=float(beta), p_ref=float(p_ref), epsilon=float(epsilon))
        assert by_scipy == pytest.approx(logits(found), rel=1e-9, abs=1e-9)


@given(st.floats(0.01, 100), st.floats(1e-6, 1 - 1e-6), st.floats(1e-9, 10))
@settings(deadline=None, max_examples=150)
def test_counts_follow_from_the_folds(beta: float, p_ref: float, epsilon: float) -> None:
    found = fixed_points(beta=beta, p_ref=p_ref, epsilon=epsilon)
    folds = [float(fold.beta) for fold in bifurcations(p_ref=p_ref, epsilon=epsilon).folds]
    if any(abs(beta / fold - 1) < 1e-9 for fold in folds):
        return
    inside = len(folds) == 2 and folds[0] < beta < folds[1]
    assert found.complete
    assert len(found.points) == (3 if inside else 1)
    bound_low = 2 / (beta * math.sqrt(1 + 4 * epsilon))
    bound_high = 1 / (beta * math.sqrt(epsilon))
    distance = [z - math.log(p_ref / (1 - p_ref)) for z in logits(found)]
    assert all(bound_low * (1 - 1e-9) - 1e-9 <= d <= bound_high * (1 + 1e-9) + 1e-9 for d in distance)


@pytest.mark.parametrize("relative", ["1e-3", "1e-9", "1e-12", "1e-18"])
@pytest.mark.parametrize(("p_ref", "epsilon"), [("1/5", "1e-4"), ("1e-3", "1e-5"), ("0.5", "1e-2")])
def test_either_side_of_a_fold_in_bounded_time(p_ref: str, epsilon: str, relative: str) -> None:
    for which, fold in enumerate(bifurcations(p_ref=p_ref, epsilon=epsilon).folds):
        centre = sum(map(Fraction, decimal_bounds(fold.beta, 30))) / 2
        counts = []
        for side in (-1, 1):
            started = time.perf_counter()
            found = fixed_points(beta=centre * (1 + side * Fraction(relative)), p_ref=p_ref, epsilon=epsilon)
            assert time.perf_counter() - started < 0.5
            assert found.complete
            counts.append(len(found.points))
        assert counts == ([1, 3] if which == 0 else [3, 1])


def test_at_a_fold_the_box_stays_undecided() -> None:
    fold = bifurcations(p_ref="1/5", epsilon="1e-4").folds[0]
    with ctx.workprec(600):
        z = arb(2)
        v, t = 1 / (2 + 2 * z.cosh()), (z / 2).tanh()
        beta, L = v * t / (2 * (v + arb("1e-4")) ** arb("1.5")), z - 2 * (v + arb("1e-4")) / (v * t)
        result = zeros(Equation(beta.mid(), L.mid(), Smoothed(arb("1e-4"))))
    assert len(result.found) == 1
    assert len(result.undecided) == 1
    assert result.undecided[0][0] <= 2 <= result.undecided[0][1]
    assert fold.z > 1


@pytest.mark.parametrize(("side", "count"), [(-1, 0), (1, 2)])
@pytest.mark.parametrize("relative", ["1e-2", "1e-9", "1e-15"])
def test_without_smoothing_the_fold_separates_none_from_two(side: int, count: int, relative: str) -> None:
    (fold,) = bifurcations(p_ref="1/100", epsilon=0).folds
    centre = sum(map(Fraction, decimal_bounds(fold.beta, 30))) / 2
    found = fixed_points(beta=centre * (1 + side * Fraction(relative)), p_ref="1/100", epsilon=0)
    assert found.complete
    assert len(found.points) == count


KINDS: dict[str, dict[str, Any]] = {
    "reference": {},
    "two-kl": {"alpha": "3/4"},
    "proximal": {"eta": "1/2"},
    "explicit": {"eta": "1/2"},
    "softmax": {"eta": "1/2"},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "weight",
    [{"epsilon": "1e-4"}, {"epsilon": 0}, {"weight": "mean-only"}, {"weight": "maxrl"}, {"weight": "grpo", "G": 8}],
    ids=str,
)
def test_points_stay_and_multipliers_are_slopes(kind: str, weight: dict[str, Any]) -> None:
    parameters: dict[str, Any] = {"beta": 2, "p_ref": "1/5", **KINDS[kind], **weight}
    found = fixed_points(kind, **parameters)
    assert found.complete
    assert found.points
    one = recurrence(kind, **parameters)
    for point in found.points:
        z = np.array([float(point.z)])
        assert one.advance(z) == pytest.approx(z, abs=1e-9, rel=1e-9)
        assert one.derivative(z) == pytest.approx(float(point.multiplier), abs=1e-9, rel=1e-9)
        assert float(point.p) == pytest.approx(1 / (1 + math.exp(-float(point.z))))


def test_kinds_share_their_places_and_two_kl_acts_at_alpha_beta() -> None:
    places = {kind: logits(fixed_points(kind, beta=1, p_ref="1/5", epsilon="1e-4", **KINDS[kind])) for kind in KINDS}
    assert places["reference"] == places["proximal"] == places["explicit"] == places["softmax"]
    assert places["two-kl"] == logits(fixed_points(beta="3/4", p_ref="1/5", epsilon="1e-4"))


def test_the_mirror_recurrence_has_no_fixed_point_inside() -> None:
    for period in (1, 2):
        found = fixed_points("mirror", beta=1, p_ref="1/5", epsilon="1e-4", period=period)
        assert (found.points, found.undecided, found.complete) == ((), (), True)


def test_contraction_is_the_known_rate_and_rules_out_cycles() -> None:
    found = fixed_points(beta=50, p_ref="1/5", epsilon="1e-3")
    steepest = 1 / (3 * math.sqrt(3e-3) * 1.004)
    assert found.contraction is not None
    assert float(found.contraction) == pytest.approx(steepest / 50)
    assert fixed_points(beta=50, p_ref="1/5", epsilon="1e-3", period=2).points == ()
    proximal = fixed_points("proximal", eta=2, beta=50, p_ref="1/5", epsilon="1e-3")
    assert proximal.contraction is not None
    assert float(proximal.contraction) == pytest.approx((1 + 2 * steepest) / 101)
    assert fixed_points(beta=1, p_ref="1/5", epsilon="1e-3").contraction is None


@given(st.floats(0.1, 10), st.floats(0.01, 0.99), st.sampled_from(["1e-2", "1e-4", "1e-6"]))
@settings(deadline=None, max_examples=40)
def test_intervals_hold_the_points_of_every_parameter_in_them(beta: float, p_ref: float, epsilon: str) -> None:
    ends = (beta * 0.95, beta * 1.05)
    whole = fixed_points(beta=ends, p_ref=p_ref, epsilon=epsilon)
    for inner in np.linspace(*ends, 5):
        points = fixed_points(beta=float(min(max(inner, ends[0]), ends[1])), p_ref=p_ref, epsilon=epsilon).points
        for box in whole.points:
            assert sum(box.z.overlaps(point.z) for point in points) == 1
            assert any(box.z.contains(point.z) and box.multiplier.contains(point.multiplier) for point in points)
        for point in points:
            held = any(box.z.contains(point.z) for box in whole.points)
            assert held or any(low <= point.z <= high for low, high in whole.undecided)


def test_an_interval_across_a_fold_keeps_what_is_certain() -> None:
    found = fixed_points(beta="0.2:2", p_ref="1/5", epsilon="1e-4")
    assert not found.complete
    assert stabilities(found) == ["attracting"]
    assert found.points[0].z > 40
    everything = fixed_points(beta="0.95:1.05", p_ref=("0.199", "0.201"), epsilon="0.99e-4:1.01e-4")
    assert everything.complete
    assert stabilities(everything) == ["attracting", "repelling", "attracting"]


@pytest.mark.parametrize("G", [2, 3, 8, 24])
@pytest.mark.parametrize("name", ["grpo", "maxrl", "rloo"])
def test_group_weights_agree_with_a_scan_in_floats(name: str, G: int) -> None:
    for beta in (0.1, 0.5, 3.0):
        found = fixed_points(beta=beta, p_ref="1e-3", weight=name, G=G)
        assert found.complete
        one = recurrence(beta=beta, p_ref="1e-3", weight=name, G=G)
        grid = np.linspace(-8, 400, 200_001)
        moved = one.advance(grid) - grid
        crossings = grid[:-1][np.sign(moved[:-1]) != np.sign(moved[1:])]
        assert logits(found) == pytest.approx(list(crossings), abs=3e-3)


def test_extreme_parameters_end() -> None:
    for beta, p_ref, epsilon in (
        ("1e-300", "1/2", "1e-2"),
        ("1e300", "1/2", "1e-2"),
        ("1", "1e-300", "1e-300"),
        ("1", "1/2", "1e300"),
        ("1e-9", "1e-9", "1e-9"),
        ("1e200", "1/2", "0"),
        ("1e-200", "1/2", "0"),
    ):
        started = time.perf_counter()
        found = fixed_points(beta=beta, p_ref=p_ref, epsilon=epsilon)
        assert time.perf_counter() - started < 5
        assert found.complete or found.undecided


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"beta": "-1"}, r"beta = -1 lies outside \(0, ∞\)"),
        ({"beta": "inf"}, r"beta = inf lies outside \(0, ∞\): the KL penalty"),
        ({"beta": "x"}, r"beta = x lies outside \(0, ∞\): the KL penalty"),
        ({"p_ref": "1"}, r"p_ref = 1 lies outside \(0, 1\)"),
        ({"epsilon": "-1e-9"}, r"epsilon = -1e-9 lies outside \[0, ∞\)"),
        ({"epsilon": "0:1"}, "at 0 the weight becomes unbounded"),
        ({"epsilon": None}, "epsilon is missing"),
        ({"beta": "2:1"}, "lower end exceeds"),
        ({"beta": "1:2:3"}, "no interval"),
        ({"period": 5}, r"period = 5 lies outside \{1, 2, 3, 4\}"),
        ({"period": 2, "beta": "1:2"}, "not for intervals"),
        ({"kind": "proximal"}, "eta is missing"),
        ({"weight": "dynamic_sampling(grpo)", "G": 4}, "has no enclosure"),
    ],
)
def test_unusable_parameters_are_named_with_their_domain(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        fixed_points(**{"beta": 1, "p_ref": "1/2", "epsilon": "1e-2", **arguments})
    assert "\n" not in str(caught.value)


def test_decimal_bounds_round_outwards() -> None:
    third = arb(1) / 3
    low, high = (Fraction(text) for text in decimal_bounds(third, 15))
    assert low < Fraction(1, 3) < high
    low, high = (Fraction(text) for text in decimal_bounds(-third, 15))
    assert low < Fraction(-1, 3) < high
    assert decimal_bounds(arb(0)) == ("0", "0")
