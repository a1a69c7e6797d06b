"""Closed escape times against integration of the flow; bounds on many trajectories; basins with proved boundaries."""

from collections.abc import Callable
from typing import Any

import numpy as np

from grpo_theory.dynamics import SoftmaxGradient, basins, escape_time, solvers, trajectory_bounds, weight_of

Fixture = Callable[..., Any]
ESCAPE = "time from 1,000 starts to 1/2 in the flow of grpo, G → ∞"
QUADRATURE = "SciPy, solve_ivp for 10 of the starts"
STARTS = np.geomspace(1e-6, 0.4, 1000)


def test_escape_times_in_closed_form(ours: Fixture) -> None:
    benchmark = ours(ESCAPE, "closed form, vectorised", None, {QUADRATURE: None})
    times = benchmark(lambda: escape_time("grpo", STARTS))
    assert np.allclose(times, 2 * (1 - 2 * STARTS) / np.sqrt(STARTS * (1 - STARTS)), rtol=1e-9, atol=1e-9)


def test_escape_times_by_integration(peer: Fixture) -> None:
    benchmark = peer(ESCAPE, QUADRATURE)
    gradient = SoftmaxGradient(1.0, 0.0, 0.5, weight_of("grpo", epsilon=0))
    times = benchmark.pedantic(lambda: [solvers.escape_time(gradient, p) for p in STARTS[::100]], rounds=3)
    assert np.allclose(times, escape_time("grpo", STARTS[::100]), rtol=1e-8)


def test_bounds_of_many_trajectories(ours: Fixture) -> None:
    benchmark = ours("bounds on z_t for 1,000 starts and 1,000 steps", "trajectory_bounds, proximal")
    given: dict[str, Any] = {"beta": 1, "p_ref": "1/5", "epsilon": "1e-4", "eta": "1/3"}
    steps = np.arange(1000)[:, None]
    band = benchmark.pedantic(lambda: trajectory_bounds("proximal", steps, p_0=STARTS, **given), rounds=10)
    assert (band.lower.logit <= band.upper.logit).all()


def test_basins_with_certified_boundaries(ours: Fixture) -> None:
    benchmark = ours("basins from 601 starts, two boundaries to 1e-12", "basins, β = 1, p_ref = 1/5, ε = 1e-4")
    found = benchmark.pedantic(lambda: basins(beta=1, p_ref="1/5", epsilon="1e-4"), rounds=10)
    assert (found.complete, found.intervals) == (True, 3)
