"""Every sampled curve lies inside the exact prediction's band, and a broken update leaves it."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import stats

from grpo_theory.experiments.bands import Band
from grpo_theory.experiments.catalogue import EXPERIMENTS, configured, run
from grpo_theory.experiments.cells import Cell, sampled_runs
from grpo_theory.experiments.metrics import METRICS
from grpo_theory.experiments.records import Record
from grpo_theory.experiments.updates import Method

SMALL: Mapping[str, Mapping[str, Any]] = {
    "normalisation-comparison": {"groups": (2, 8), "rollouts": 16, "steps": 30, "seeds": 32, "prompts": 8},
    "ec-rlvr-against-grpo": {"groups": (2, 8), "rollouts": 8, "steps": 30, "seeds": 32, "prompts": 8},
    "temperature-sweep": {"tau": ("1/2", "2"), "rollouts": 4, "steps": 30, "seeds": 32, "prompts": 8},
}


@pytest.fixture(scope="module")
def records() -> dict[str, Record]:
    return {name: run(name, configured(name, options)) for name, options in SMALL.items()}


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_sampled_curve_lies_inside_its_band(records: dict[str, Record], name: str) -> None:
    record = records[name]
    for index, cell in enumerate(record.cells):
        for metric in METRICS:
            assert record.outside(index, metric) == 0, (cell.key, metric)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_bands_are_narrow_enough_to_say_something(records: dict[str, Record], name: str) -> None:
    record = records[name]
    for index in range(len(record.cells)):
        assert record.half_width(index, "pass@1", one_run=False).max() < 0.12
        assert record.half_width(index, "pass@1", one_run=True).max() < 0.6
        exact = record.results[index]["exact"]["pass@1"]
        assert exact[-1] - exact[0] > 2 * record.half_width(index, "pass@1", one_run=False)[-1]


def spoiled(record: Record, index: int, cell: Cell, factor: float = 1.0) -> int:
    """How many points leave the band when the runs of another cell take the place of those sampled."""
    result = record.results[index]
    runs = sampled_runs(cell, factor * result["rate"], range(cell.setting.seeds))
    results = list(record.results)
    results[index] = {**result, "sampled": {metric: runs[metric].tolist() for metric in METRICS}}
    broken = replace(record, results=tuple(results))
    return sum(broken.outside(index, metric) for metric in METRICS)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_wrong_learning_rate_leaves_the_band(records: dict[str, Record], name: str) -> None:
    record = records[name]
    for index, cell in enumerate(record.cells):
        assert spoiled(record, index, cell) == 0
        assert spoiled(record, index, cell, 1.5) > 0, cell.key
        assert spoiled(record, index, cell, 0.6) > 0, cell.key


def test_another_method_and_another_group_size_leave_the_band(records: dict[str, Record]) -> None:
    record = records["ec-rlvr-against-grpo"]
    index = [cell.key for cell in record.cells].index("ec-rlvr G=8")
    cell = record.cells[index]
    assert spoiled(record, index, replace(cell, method=Method("maxrl"))) > 0
    assert spoiled(record, index, replace(cell, method=Method("ec-rlvr", Fraction(1, 4)))) > 0
    assert spoiled(record, index, replace(cell, G=2)) > 0


def test_an_update_with_its_sign_changed_leaves_the_band(records: dict[str, Record]) -> None:
    record = records["temperature-sweep"]
    assert spoiled(record, 0, record.cells[0], -1.0) > 0


@pytest.mark.parametrize("p", [0.02, 0.3, 0.5])
@pytest.mark.parametrize("n", [5, 60])
def test_half_widths_bound_the_exact_tails_of_a_binomial(p: float, n: int) -> None:
    for comparisons in (1, 100):
        band = Band(n, 1, comparisons, Fraction(1, 20))
        cumulants = {
            slope: np.array([np.log(p * np.exp(slope * (1 - p)) + (1 - p) * np.exp(-slope * p))])
            for slope in (-6.0, -2.0, -0.7, 0.7, 2.0, 6.0)
        }
        for width in (band.bernstein(np.array([p * (1 - p)]), 1.0)[0], band.chernoff(cumulants)[0]):
            k = np.arange(n + 1)
            tail = stats.binom.pmf(k, n, p)[np.abs(k / n - p) >= width - 1e-12].sum()
            assert tail <= 0.05 / comparisons


def test_a_band_a_third_as_wide_would_not_bound_the_tail() -> None:
    band = Band(60, 1, 1, Fraction(1, 20))
    width = band.bernstein(np.array([0.25]), 1.0)[0] / 3
    k = np.arange(61)
    assert stats.binom.pmf(k, 60, 0.5)[np.abs(k / 60 - 0.5) >= width].sum() > 0.05
