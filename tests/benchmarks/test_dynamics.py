"""Dynamics: the figures to reach, and how often a plain script in p counts the fixed points wrong."""

import itertools
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from grpo_theory.dynamics import bifurcations, fixed_points, iterate, orbit_diagram, recurrence
from grpo_theory.dynamics.solvers import fixed_points_in_logits, fixed_points_in_p

GRID: list[dict[str, Any]] = [
    {"beta": float(beta), "p_ref": float(p_ref), "epsilon": float(epsilon)}
    for beta, p_ref, epsilon in itertools.product(
        np.geomspace(0.05, 20, 10), np.linspace(0.001, 0.99, 10), np.geomspace(1e-8, 1e-2, 9)
    )
]


def report(figures: str) -> None:
    """Shown by pytest -s."""
    sys.stdout.write(f"\n{figures}\n")


def seconds(job: Callable[[], Any], runs: int = 7) -> float:
    """The median time of a job after one run that fills its caches."""
    job()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        job()
        times.append(time.perf_counter() - started)
    return median(times)


def wrong(counts: list[int], solver: Callable[..., Any]) -> float:
    """The share of sets for which a solver finds another number of fixed points."""
    return sum(len(solver(**one)) != count for one, count in zip(GRID, counts, strict=True)) / len(GRID)


def test_certified_fixed_points_take_half_a_millisecond_and_leave_none_undecided() -> None:
    assert len(GRID) == 900
    started = time.perf_counter()
    found = [fixed_points(**one) for one in GRID]
    mean = (time.perf_counter() - started) / len(GRID)
    counts = [len(one.points) for one in found]
    undecided = sum(not one.complete for one in found)
    brentq = wrong(counts, fixed_points_in_p)
    rounded = wrong(counts, lambda **one: fixed_points_in_p(**one, rounded=True))
    in_logits = wrong(counts, fixed_points_in_logits)
    report(
        f"{len(GRID)} sets: {mean * 1e3:.3f} ms each, {undecided} undecided, {counts.count(3)} with three points\n"
        f"wrong number by brentq on 2,000 points in p: {brentq:.1%}; with p = 1 counted where the gap rounds to 0: "
        f"{rounded:.1%}; by find_root in log-odds: {in_logits:.1%}"
    )
    assert mean <= 0.5e-3
    assert undecided == 0


def test_an_interval_of_beta_takes_2_ms() -> None:
    taken = seconds(lambda: fixed_points(beta="0.95:1.05", p_ref="1/5", epsilon="1e-4"))
    assert fixed_points(beta="0.95:1.05", p_ref="1/5", epsilon="1e-4").complete
    started = time.perf_counter()
    found = [fixed_points(**{**one, "beta": (one["beta"] * 0.95, one["beta"] * 1.05)}) for one in GRID[::3]]
    mean = (time.perf_counter() - started) / len(found)
    share = sum(one.complete for one in found) / len(found)
    report(
        f"β ± 5 %: {taken * 1e3:.2f} ms; over {len(found)} sets {mean * 1e3:.2f} ms, {share:.1%} without a fold inside"
    )
    assert taken <= 2e-3


def test_folds_and_flips_take_50_ms() -> None:
    taken = seconds(lambda: bifurcations(p_ref="1e-3", epsilon="1e-5"))
    report(f"folds and flips: {taken * 1e3:.2f} ms")
    assert taken <= 50e-3


def test_cycles_are_certified_in_a_tenth_of_a_second() -> None:
    for period in (2, 3, 4):
        taken = seconds(lambda n=period: fixed_points(beta=5, p_ref="1e-4", epsilon="1e-5", period=n), runs=3)  # type: ignore[misc]
        report(f"period {period}: {taken * 1e3:.1f} ms")
        assert taken <= 0.1


def test_vectorised_iteration_makes_20_million_steps_a_second() -> None:
    one = recurrence(beta=5, p_ref="1e-4", epsilon="1e-5")
    starts = np.random.default_rng(0).normal(size=100_000) * 5
    blocks = starts.size * 100 / seconds(lambda: iterate(one, starts, 100), runs=3)
    path = starts.size * 20 / seconds(lambda: one.trajectory(None, 20, z_0=starts), runs=3)
    report(f"steps: {blocks / 1e6:.0f} million a second, with every p and z kept {path / 1e6:.0f} million")
    assert blocks >= 20e6


def test_an_orbit_diagram_takes_a_tenth_of_a_second() -> None:
    betas = np.linspace(1, 10, 1000)
    taken = seconds(lambda: orbit_diagram(betas, p_ref="1e-3", epsilon="1e-5", burn_in=0, keep=1000))
    report(f"orbit diagram 1,000 × 1,000: {taken * 1e3:.1f} ms")
    assert taken <= 0.1
