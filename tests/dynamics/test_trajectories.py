"""Observed limits, exponents and diagrams, held against the certified points; SciPy's answers beside them."""

import math
from typing import Any

import numpy as np
import pytest

from grpo_theory.dynamics import fixed_points, iterate, limit, lyapunov_exponent, orbit_diagram, recurrence
from grpo_theory.dynamics.recurrences import SoftmaxGradient
from grpo_theory.dynamics.solvers import escape_time, fixed_points_in_logits, fixed_points_in_p, flow
from grpo_theory.dynamics.weights import weight_of


def test_irregular_from_a_tenth_and_to_1_from_the_reference() -> None:
    one = recurrence(beta=5, p_ref="1e-4", epsilon="1e-5")
    wild = limit(one, 0.1)
    assert (wild.kind, wild.period) == ("irregular", None)
    assert wild.lyapunov > 0.2
    assert lyapunov_exponent(one, 0.1) > 0.2
    tame = limit(one, 1e-4)
    assert tame.kind == "fixed-point"
    assert tame.logit == pytest.approx([54.03531284])
    assert tame.p.tolist() == [1.0]
    assert tame.status == "observed"


def test_a_two_cycle_and_a_slow_one_past_the_flip() -> None:
    found = limit(recurrence(beta=5, p_ref="1e-3", epsilon="1e-5"), 1e-3)
    certified = fixed_points(beta=5, p_ref="1e-3", epsilon="1e-5", period=2)
    assert (found.kind, found.period) == ("cycle", 2)
    assert found.logit == pytest.approx([float(point.z) for point in certified.points])
    assert found.lyapunov == pytest.approx(math.log(float(certified.points[0].multiplier)) / 2, abs=1e-6)
    slow = limit(recurrence(beta=1, p_ref="1/100", epsilon=0), 0.1)
    assert (slow.kind, slow.period) == ("cycle", 2)


@pytest.mark.parametrize("p_0", [0.1, 0.5, 0.93, 0.94, 0.999])
def test_limits_are_the_attracting_points(p_0: float) -> None:
    points = fixed_points(beta=1, p_ref="1/5", epsilon="1e-4").points
    end = limit(recurrence(beta=1, p_ref="1/5", epsilon="1e-4"), p_0)
    expected = points[0] if p_0 < float(points[1].p) else points[2]
    assert end.kind == "fixed-point"
    assert end.logit == pytest.approx([float(expected.z)])


@pytest.mark.parametrize("options", [{"epsilon": "1e-4"}, {"epsilon": 0}, {"weight": "mean-only"}], ids=str)
def test_mirror_orbits_run_off_to_1(options: dict[str, Any]) -> None:
    for beta in (1, 1000):
        end = limit(recurrence("mirror", beta=beta, p_ref="1/5", **options), 0.01)
        assert (end.kind, end.logit.tolist()) == ("fixed-point", [math.inf])


def test_a_slow_monotone_orbit_is_called_unsettled_not_irregular() -> None:
    end = limit(recurrence("proximal", eta="1e-7", beta=1, p_ref="1/5", epsilon="1e-2"), 0.2)
    assert (end.kind, end.settled) == ("fixed-point", False)


def test_a_start_on_a_rest_point_at_the_end() -> None:
    end = limit(recurrence("proximal", eta=1, beta=1, p_ref="1/5", epsilon="1e-2"), 1.0)
    assert end.logit.tolist() == [math.inf]


@pytest.mark.parametrize("kind", ["reference", "two-kl", "proximal", "explicit", "mirror"])
def test_diagrams_and_blocks_are_the_plain_iteration(kind: str) -> None:
    options: dict[str, Any] = {"two-kl": {"alpha": 0.5}, "proximal": {"eta": 0.5}, "explicit": {"eta": 0.1}}.get(
        kind, {}
    )
    betas = np.array([0.7, 2.0, 9.0])
    diagram = orbit_diagram(betas, p_ref="1e-3", epsilon="1e-5", kind=kind, burn_in=5, keep=4, **options)
    for column, beta in enumerate(betas):
        one = recurrence(kind, beta=float(beta), p_ref="1e-3", epsilon="1e-5", **options)
        path = one.trajectory(1e-3, 9).logit
        assert diagram[:, column] == pytest.approx(path[6:], rel=1e-9)
        starts = np.linspace(-3, 3, 20_001)
        assert iterate(one, starts, 3, block=1000) == pytest.approx(one.trajectory(None, 3, z_0=starts).logit[-1])
        assert iterate(one, starts, 0).tolist() == starts.tolist()


def test_unusable_requests() -> None:
    one = recurrence(beta=1, p_ref="1/5", epsilon="1e-4")
    with pytest.raises(ValueError, match="steps = 10"):
        limit(one, 0.5, steps=10)
    with pytest.raises(ValueError, match="one start"):
        limit(one, [0.5, 0.6])
    with pytest.raises(ValueError, match=r"beta = -1.0 lies outside"):
        orbit_diagram([1.0, -1.0], p_ref="1/5", epsilon="1e-4")
    with pytest.raises(ValueError, match="epsilon = 0"):
        orbit_diagram([1.0], p_ref="1/5", epsilon=0)
    with pytest.raises(ValueError, match="epsilon = 0"):
        fixed_points_in_logits(beta=1, p_ref="1/5", epsilon=0)


def test_a_grid_in_p_misses_the_attractor_near_1() -> None:
    certified = fixed_points(beta=1, p_ref="1/5", epsilon="1e-4").points
    assert len(certified) == 3
    seen = fixed_points_in_p(beta=1, p_ref="1/5", epsilon="1e-4")
    assert seen == pytest.approx([float(point.p) for point in certified[:2]])
    assert fixed_points_in_p(beta=1, p_ref="1/5", epsilon="1e-4", rounded=True)[-1] == 1.0
    in_logits = fixed_points_in_logits(beta=1, p_ref="1/5", epsilon="1e-4")
    assert in_logits == pytest.approx([float(point.z) for point in certified])


FLOW = SoftmaxGradient(1.0, 0.0, 0.5, weight_of("rloo"))


def test_flows_follow_the_closed_forms() -> None:
    # dz/dt = p(1−p), that is dp/dt = (p(1−p))²
    def until_half(p: float) -> float:
        return 1 / p - 1 / (1 - p) + 2 * math.log((1 - p) / p)

    assert escape_time(FLOW, 0.01) == pytest.approx(until_half(0.01), rel=1e-8)
    path = flow(FLOW, 0.01, [0.0, 50.0, 90.0])
    assert path.p[0] == pytest.approx(0.01)
    for t, p in zip((50.0, 90.0), path.p[1:], strict=True):
        assert until_half(0.01) - until_half(float(p)) == pytest.approx(t, rel=1e-6)
    grpo = SoftmaxGradient(1.0, 0.0, 0.5, weight_of("grpo", epsilon=0.0))
    assert escape_time(grpo, 0.01) == pytest.approx(2 * 0.98 / math.sqrt(0.01 * 0.99), rel=1e-8)


def test_flows_stop_at_fixed_points() -> None:
    held = SoftmaxGradient(1.0, 4.0, 0.1, weight_of("mean-only"))
    assert escape_time(held, 0.01, 0.9) == math.inf
    (point,) = fixed_points("softmax", eta=1, beta=4, p_ref="1/10", weight="mean-only").points
    assert flow(held, 0.05, [0.0, 500.0]).logit[-1] == pytest.approx(float(point.z), abs=1e-6)


def test_small_gradient_steps_follow_the_flow() -> None:
    small = SoftmaxGradient(0.001, 1.0, 0.2, weight_of("grpo", epsilon=0.01))
    steps = small.trajectory(0.1, 2000).logit[-1]
    assert flow(small, 0.1, [0.0, 2.0]).logit[-1] == pytest.approx(steps, abs=1e-3)


@pytest.mark.parametrize("bad", [[1.0, 0.5], [-1.0, 1.0], [], [math.inf]])
def test_flows_go_forwards(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="increasing times"):
        flow(FLOW, 0.1, bad)
    with pytest.raises(ValueError, match="lies outside"):
        escape_time(FLOW, 0.6, 0.5)
