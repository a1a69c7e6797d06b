"""Certified fixed points, folds, cycles and plain iteration, against brentq on a grid in p and against loops in p."""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from flint import arb
from numpy.typing import NDArray
from scipy.optimize import brentq

from grpo_theory.dynamics import (
    Bifurcations,
    FixedPoints,
    bifurcations,
    fixed_points,
    iterate,
    orbit_diagram,
    recurrence,
    solvers,
)

Fixture = Callable[..., Any]
Floats = NDArray[np.float64]
Parameters = dict[str, Any]

PAIRS = list(itertools.product(np.linspace(0.001, 0.99, 10).tolist(), np.geomspace(1e-8, 1e-2, 9).tolist()))
BETAS = np.geomspace(0.05, 20, 10).tolist()
SETS: list[Parameters] = [
    {"beta": beta, "p_ref": p_ref, "epsilon": epsilon} for beta in BETAS for p_ref, epsilon in PAIRS
]
POINTS = f"fixed points of {len(SETS)} sets (β, p_ref, ε)"
INTERVALS = "fixed points for β ± 5 %, certified"
FOLDS = "folds and flips in β, at least 20 digits certified"
CYCLES = "points of least period n, certified, β = 5, p_ref = 1e-4, ε = 1e-5"
STEPS = "20 million map steps, β = 1, p_ref = 1/5, ε = 1e-4"
DIAGRAM = "orbit diagram, 1,000 values of β, 1,000 points each"
BRENTQ = "SciPy, brentq on 2,000 points in p"
FIND_ROOT = "SciPy, elementwise.find_root on 4,000 points in log-odds, not certified"
NUMPY_LOOP = "NumPy loop in p"
PYTHON_LOOP = "Python loop in p with math"
ORBITS, STEPS_EACH = 200_000, 100


@pytest.fixture(scope="module")
def folds() -> dict[tuple[float, float], Bifurcations]:
    """Folds for every pair (p_ref, ε) of the sets."""
    return {pair: bifurcations(p_ref=pair[0], epsilon=pair[1]) for pair in PAIRS}


@pytest.fixture(scope="module")
def counts(folds: dict[tuple[float, float], Bifurcations]) -> list[int]:
    """How many fixed points every set has, by its folds: three between them, one elsewhere."""
    return [3 if between(one, folds[one["p_ref"], one["epsilon"]]) else 1 for one in SETS]


def between(one: Parameters, found: Bifurcations) -> bool:
    beta = arb(one["beta"])
    assert found.complete and len(found.folds) in (0, 2)
    return bool(found.folds) and bool(found.folds[0].beta < beta < found.folds[1].beta)


def share_wrong(found: Sequence[int], counts: list[int]) -> str:
    return f"{sum(one != count for one, count in zip(found, counts, strict=True)) / len(counts):.1%}"


def test_certified_fixed_points(ours: Fixture, counts: list[int]) -> None:
    against = {BRENTQ: None, FIND_ROOT: None}
    benchmark = ours(POINTS, "fixed_points, certified (≤ 0.5 ms a set)", 0.5e-3 * len(SETS), against)
    found = benchmark.pedantic(lambda: [fixed_points(**one) for one in SETS], rounds=9, warmup_rounds=1)
    assert len(found) == 900
    undecided = sum(not one.complete for one in found)
    benchmark.extra_info["facts"] = {
        "sets left undecided": str(undecided),
        "sets with a wrong number of roots": share_wrong([len(one.points) for one in found], counts),
    }
    assert undecided == 0
    assert [len(one.points) for one in found] == counts


def brentq_in_p(beta: float, p_ref: float, epsilon: float) -> tuple[list[float], list[float]]:
    """What a plain script finds: roots at sign changes of h(p) − p, and grid points where the gap rounds to 0."""
    odds_against, grid = (1 - p_ref) / p_ref, np.linspace(0.0, 1.0, 2000)

    def gap(p: float) -> float:
        return 1 / (1 + odds_against * math.exp(-1 / (beta * math.sqrt(p * (1 - p) + epsilon)))) - p

    gaps = 1 / (1 + odds_against * np.exp(-1 / (beta * np.sqrt(grid * (1 - grid) + epsilon)))) - grid
    change = np.flatnonzero(gaps[:-1] * gaps[1:] < 0)
    return [brentq(gap, grid[i], grid[i + 1], xtol=1e-15) for i in change], grid[gaps == 0].tolist()


def test_brentq_on_a_grid_in_p(peer: Fixture, counts: list[int]) -> None:
    benchmark = peer(POINTS, BRENTQ)
    found = benchmark.pedantic(lambda: [brentq_in_p(**one) for one in SETS], rounds=5, warmup_rounds=1)
    signs, zeros = ([len(one[i]) for one in found] for i in (0, 1))
    benchmark.extra_info["facts"] = {
        "sets with a wrong number of sign changes": share_wrong(signs, counts),
        "the same, where a gap that rounds to 0 counts too": share_wrong(np.add(signs, zeros).tolist(), counts),
    }
    for (roots, _), one in zip(found[::9], SETS[::9], strict=True):
        known = np.array([float(point.p) for point in fixed_points(**one).points])
        assert all(np.abs(known - root).min() < 1e-12 for root in roots)


def test_find_root_in_log_odds(peer: Fixture, counts: list[int]) -> None:
    benchmark = peer(POINTS, FIND_ROOT)
    found = benchmark.pedantic(
        lambda: [solvers.fixed_points_in_logits(**one) for one in SETS], rounds=5, warmup_rounds=1
    )
    benchmark.extra_info["facts"] = {
        "sets with a wrong number of roots": share_wrong([len(one) for one in found], counts)
    }
    for roots, one in zip(found[::9], SETS[::9], strict=True):
        assert roots == pytest.approx([float(point.z) for point in fixed_points(**one).points], rel=1e-9, abs=1e-9)


def widened(one: Parameters) -> Parameters:
    return {**one, "beta": (one["beta"] * 0.95, one["beta"] * 1.05)}


def is_crossed(one: Parameters, found: Bifurcations) -> bool:
    """Whether a fold lies inside the interval of β."""
    low, high = map(arb, one["beta"])
    return any(low < fold.beta < high for fold in found.folds)


def test_one_interval(ours: Fixture) -> None:
    benchmark = ours(INTERVALS, "β = 0.95:1.05, p_ref = 1/5, ε = 1e-4", 2e-3)
    job = {"beta": "0.95:1.05", "p_ref": "1/5", "epsilon": "1e-4"}
    found = benchmark.pedantic(fixed_points, kwargs=job, rounds=100, warmup_rounds=5)
    assert found.complete
    assert [point.stability for point in found.points] == ["attracting", "repelling", "attracting"]


@pytest.mark.parametrize("crossed", [False, True])
def test_intervals(ours: Fixture, folds: dict[tuple[float, float], Bifurcations], crossed: bool) -> None:
    every = [(one, folds[one["p_ref"], one["epsilon"]]) for one in map(widened, SETS)]
    chosen = [one for one, found in every if is_crossed(one, found) is crossed][:: 1 if crossed else 3]
    name = f"{len(chosen)} intervals with a fold inside" if crossed else f"{len(chosen)} intervals without a fold"
    benchmark = ours(INTERVALS, f"{name} (≤ 2 ms each)", 2e-3 * len(chosen))
    found = benchmark.pedantic(lambda: [fixed_points(**one) for one in chosen], rounds=7, warmup_rounds=1)
    # with a fold inside no number of points is right for the whole interval, and a box has to stay undecided
    assert [one.complete for one in found] == [not crossed] * len(chosen)


def test_folds_and_flips(ours: Fixture) -> None:
    benchmark = ours(FOLDS, "p_ref = 1e-3, ε = 1e-5", 50e-3)
    job: Parameters = {"p_ref": "1e-3", "epsilon": "1e-5"}
    found = benchmark.pedantic(bifurcations, kwargs=job, rounds=100, warmup_rounds=5)
    assert found.complete
    for one in (*found.folds, *found.flips):
        assert one.beta.rad() < one.beta * arb("1e-20")
    first, last = (float(fold.beta) for fold in found.folds)
    sides = (first * (1 - 1e-9), first * (1 + 1e-9), last * (1 - 1e-9), last * (1 + 1e-9))
    assert [len(fixed_points(beta=beta, **job).points) for beta in sides] == [1, 3, 3, 1]
    assert len(found.flips) == 2


def test_folds_and_flips_of_every_pair(ours: Fixture) -> None:
    benchmark = ours(FOLDS, f"{len(PAIRS)} pairs (p_ref, ε) (≤ 50 ms each)", 50e-3 * len(PAIRS))

    def job() -> list[Bifurcations]:
        return [bifurcations(p_ref=p_ref, epsilon=epsilon) for p_ref, epsilon in PAIRS]

    assert all(found.complete for found in benchmark.pedantic(job, rounds=9, warmup_rounds=1))


@pytest.mark.parametrize(("period", "count"), [(2, 2), (3, 0), (4, 4)])
def test_cycles(ours: Fixture, period: int, count: int) -> None:
    benchmark = ours(CYCLES, f"n = {period}: {count} points")
    job: Parameters = {"beta": 5, "p_ref": "1e-4", "epsilon": "1e-5"}
    found: FixedPoints = benchmark.pedantic(fixed_points, kwargs={**job, "period": period}, rounds=15, warmup_rounds=1)
    assert found.complete
    z = np.array([float(point.z) for point in found.points])
    assert z.size == count
    assert np.sort(recurrence(**job).advance(z)) == pytest.approx(z, rel=1e-9)


def attractors() -> list[float]:
    found = fixed_points(beta=1, p_ref="1/5", epsilon="1e-4").points
    return [float(point.z) for point in found if point.stability == "attracting"]


def starts() -> Floats:
    return np.random.default_rng(0).normal(size=ORBITS) * 5


def distance(values: Floats, known: Sequence[float]) -> float:
    """The largest distance of a value to the nearest known one."""
    return float(np.abs(values[:, None] - np.asarray(known)).min(axis=1).max())


def test_iteration(ours: Fixture) -> None:
    one, z = recurrence(beta=1, p_ref="1/5", epsilon="1e-4"), starts()
    benchmark = ours(STEPS, "iterate, in log-odds", 1.0, {NUMPY_LOOP: None, PYTHON_LOOP: None})
    ends = benchmark.pedantic(iterate, args=(one, z, STEPS_EACH), rounds=9, warmup_rounds=1)
    assert distance(ends, attractors()) < 1e-9


def sigmoids(z: Sequence[float]) -> list[float]:
    return [1 / (1 + math.exp(-each)) for each in z]


def test_numpy_loop_in_p(peer: Fixture) -> None:
    benchmark, start = peer(STEPS, NUMPY_LOOP), 1 / (1 + np.exp(-starts()))

    def job() -> Floats:
        p = start
        for _ in range(STEPS_EACH):
            p = 1 / (1 + 4 * np.exp(-1 / np.sqrt(p * (1 - p) + 1e-4)))
        return np.asarray(p)

    assert distance(benchmark.pedantic(job, rounds=5, warmup_rounds=1), sigmoids(attractors())) < 1e-9


def test_python_loop_in_p(peer: Fixture) -> None:
    benchmark, start = peer(STEPS, PYTHON_LOOP, 100), sigmoids(starts()[::100].tolist())

    def job() -> list[float]:
        ends = []
        for p in start:
            for _ in range(STEPS_EACH):
                p = 1 / (1 + 4 * math.exp(-1 / math.sqrt(p * (1 - p) + 1e-4)))
            ends.append(p)
        return ends

    assert distance(np.array(benchmark.pedantic(job, rounds=5, warmup_rounds=1)), sigmoids(attractors())) < 1e-9


DIAGRAM_BETAS = np.linspace(1, 10, 1000)
AT_5 = int(np.abs(DIAGRAM_BETAS - 5).argmin())


def two_cycle() -> list[float]:
    """The certified cycle at β = 5, which attracts."""
    found = fixed_points(beta=5, p_ref="1e-3", epsilon="1e-5", period=2).points
    assert [point.stability for point in found] == ["attracting"] * 2
    return [float(point.z) for point in found]


@pytest.mark.parametrize("burn_in", [0, 1000])
def test_orbit_diagram(ours: Fixture, burn_in: int) -> None:
    name = "orbit_diagram" + (", after 1,000 steps that are not kept" if burn_in else ", from the start")
    benchmark = ours(DIAGRAM, name, 0.1, {} if burn_in else {NUMPY_LOOP: None})
    job = {"p_ref": "1e-3", "epsilon": "1e-5", "burn_in": burn_in, "keep": 1000}
    z = benchmark.pedantic(orbit_diagram, args=(DIAGRAM_BETAS,), kwargs=job, rounds=15, warmup_rounds=1)
    assert z.shape == (1000, 1000)
    assert sorted(z[-2:, AT_5]) == pytest.approx(two_cycle(), rel=1e-9)


def test_numpy_loop_of_a_diagram(peer: Fixture) -> None:
    benchmark = peer(DIAGRAM, NUMPY_LOOP)

    def job() -> Floats:
        p, kept = np.full(1000, 1e-3), np.empty((1000, 1000))
        for t in range(1000):
            p = 1 / (1 + 999 * np.exp(-1 / (DIAGRAM_BETAS * np.sqrt(p * (1 - p) + 1e-5))))
            kept[t] = p
        return kept

    p = benchmark.pedantic(job, rounds=15, warmup_rounds=1)
    assert sorted(p[-2:, AT_5]) == pytest.approx(sigmoids(two_cycle()), rel=1e-9)
