"""Basins: labels against observed limits, boundaries against the certified repelling points, honest leftovers."""

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from flint import arb

from grpo_theory.dynamics import (
    IRREGULAR,
    UNDECIDED,
    attractors,
    basins,
    fixed_points,
    limit,
    problem,
    recurrence,
    separators,
)
from grpo_theory.dynamics.basins import _pullback
from grpo_theory.dynamics.periodic import step_map

THREE: dict[str, Any] = {"beta": 1, "p_ref": "1/5", "epsilon": "1e-4"}


def test_a_basin_that_is_no_interval() -> None:
    found = basins(**THREE)
    middle = float(fixed_points(**THREE).points[1].z)
    assert found.complete
    assert [(one.left, one.right, one.steps) for one in found.boundaries] == [(1, 0, 1), (0, 1, 0)]
    # Ω is even, so the preimage of the repelling point u under the reference map is −u.
    for one, place in zip(found.boundaries, (-middle, middle), strict=True):
        assert one.low < place < one.high
        assert one.high - one.low < 1e-10
    at = dict(zip(np.round(found.p, 12), found.label, strict=True))
    assert len(at) > 600
    low, tenth = basins(**THREE, starts=[np.log(1 / 99), np.log(1 / 9)], refine=False).label
    assert (low, tenth) == (1, 0)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("reference", THREE),
        ("proximal", {**THREE, "eta": "1/3"}),
        ("explicit", {**THREE, "eta": "1/2"}),
        ("two-kl", {"beta": 4, "p_ref": "1/5", "epsilon": "1e-4", "alpha": "1/4"}),
        ("reference", {"beta": 2, "p_ref": "1/10", "epsilon": 0}),
        ("reference", {"beta": 1, "p_ref": "1/2", "weight": "grpo", "G": 8}),
        ("mirror", {"beta": 1, "p_ref": "1/2", "epsilon": "1e-3"}),
        ("proximal", {"beta": 2, "p_ref": "1/10", "epsilon": 0, "eta": 1}),
    ],
    ids=str,
)
def test_labels_are_the_observed_limits(kind: str, given: dict[str, Any]) -> None:
    starts = np.random.default_rng(3).uniform(-9, 9, 25)
    found = basins(kind, **given, starts=starts, refine=False)
    step = recurrence(kind, **given)
    for z, label in zip(found.z, found.label, strict=True):
        assert label >= 0
        one, end = found.attractors[label], limit(step, z_0=z, steps=256)
        assert end.period == one.period
        expected = [float(point) for point in one.z] or [np.inf]
        assert end.logit == pytest.approx(expected, abs=1e-6)


def test_monotone_boundaries_are_the_repelling_points() -> None:
    given = {**THREE, "eta": "1/100"}
    found = basins("proximal", **given)
    middle = fixed_points("proximal", **given).points[1].z
    assert found.complete
    (one,) = found.boundaries
    assert (one.left, one.right, one.steps) == (0, 1, 0)
    assert arb(one.low) < middle < arb(one.high)


def test_a_cycle_takes_its_starts() -> None:
    found = basins(beta=5, p_ref="1e-3", epsilon="1e-5")
    kinds = [one.kind for one in found.attractors]
    assert sorted(kinds) == ["cycle", "fixed-point"]
    assert set(found.label) == {0, 1}
    assert found.intervals > 1
    cycle = kinds.index("cycle")
    start = recurrence(beta=5, p_ref="1e-3", epsilon="1e-5").trajectory("0.001", 0).logit
    assert basins(beta=5, p_ref="1e-3", epsilon="1e-5", starts=start, refine=False).label.tolist() == [cycle]
    assert "cycle at z = " in found.names()[cycle]
    # the left neighbour of the separating point is no fixed attractor, so nothing is claimed
    assert {one.status for one in found.boundaries} == {"observed"}
    without = basins(beta=5, p_ref="1e-3", epsilon="1e-5", starts=start, refine=False, periods=(1,))
    assert without.label.tolist() == [UNDECIDED]
    assert not without.complete


def test_irregular_starts_are_called_so() -> None:
    found = basins(beta=5, p_ref="1e-4", epsilon="1e-5", starts=[np.log(1e-4), np.log(1 / 9)], refine=False)
    assert found.label.tolist() == [0, IRREGULAR]
    assert [float(z) for z in found.attractors[0].z] == pytest.approx([54.03531284])
    assert found.names()[IRREGULAR] == "irregular"


def test_without_smoothing_high_starts_run_off_to_1() -> None:
    given: dict[str, Any] = {"beta": 2, "p_ref": "1/10", "epsilon": 0}
    found, points = basins(**given), fixed_points(**given).points
    assert [one.kind for one in found.attractors] == ["fixed-point", "one"]
    high = [one for one in found.boundaries if one.right == 1]
    assert high[0].status == "certified"
    assert high[0].low < float(points[1].z) < high[0].high
    nothing = basins(beta="1/10", p_ref="1/2", epsilon=0)
    assert ([one.kind for one in nothing.attractors], nothing.complete) == (["one"], True)


def test_traps_are_mapped_into_themselves() -> None:
    for kind, given in (("reference", THREE), ("proximal", {**THREE, "eta": 2}), ("explicit", {**THREE, "eta": "3/2"})):
        for one in attractors(problem(kind, **given)):
            (low, high), step = one.traps[0], recurrence(kind, **given)
            z = np.linspace(float(low), float(high), 2001)
            assert (step.advance(z) >= float(low)).all()
            assert (step.advance(z) <= float(high)).all()
            assert (np.abs(step.derivative(z)) < 1).all()


def test_a_planted_boundary_is_not_certified() -> None:
    given = problem(**THREE)
    parted, step = separators(given, attractors(given)), step_map(given)
    u = float(parted[0].u)
    assert _pullback(step, parted, (u - 1e-9, u + 1e-9), (0, 1)) == 0
    assert _pullback(step, parted, (-u - 1e-9, -u + 1e-9), (1, 0)) == 1
    assert _pullback(step, parted, (u - 1e-9, u + 1e-9), (1, 0)) is None
    assert _pullback(step, parted, (u + 1e-9, u + 2e-9), (0, 1)) is None
    assert _pullback(step, parted, (-u - 1e-9, u + 1e-9), (1, 1)) is None
    turned = tuple(replace(one, left=1, right=0) for one in parted)
    assert _pullback(step, turned, (u - 1e-9, u + 1e-9), (0, 1)) is None
    narrow = tuple(replace(one, low=one.u - 1e-12, high=one.u + 1e-12) for one in parted)
    assert _pullback(step, narrow, (u - 1e-9, u + 1e-9), (0, 1)) is None


def test_many_boundaries_end_in_bounded_time() -> None:
    started = time.perf_counter()
    found = basins(beta=5, p_ref="1e-4", epsilon="1e-5", most=3000, steps=512)
    assert found.z.size <= 3000
    assert not found.complete
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: basins("softmax", beta=1, p_ref="1/2", epsilon=1, eta=1), "not for the softmax"),
        (lambda: basins(beta="1:2", p_ref="1/2", epsilon=1), "not for intervals"),
        (lambda: basins(beta=1, p_ref="1/2", epsilon=1, starts=[np.inf]), "starts"),
        (lambda: basins(beta=1, p_ref="1/2", weight="dynamic_sampling(grpo)", G=4), "no enclosure"),
        (lambda: basins(beta=1, p_ref="1/2", epsilon=1, periods=(5,)), "period = 5"),
        (lambda: basins(beta=1, p_ref="1/2", epsilon=1, periods=()), "periods"),
    ],
)
def test_errors_name_the_argument(call: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        call()
