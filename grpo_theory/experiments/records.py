"""The record of a finished experiment: tidy tables of its curves and of what they come to, with the bands."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from grpo_theory.experiments.bands import Band, spread_over
from grpo_theory.experiments.cells import Cell
from grpo_theory.experiments.metrics import METRICS
from grpo_theory.experiments.prompts import Floats

Row = Mapping[str, str | int | float]
Table = tuple[Row, ...]
_ROUNDING: Final = 1e-9
SPEED: Final = "rollouts to pass@1 = {}"


@dataclass(frozen=True)
class Record:
    """Cells with their results, in one order; `extra` holds the experiment's own tables.

    >>> Record("temperature-sweep", {}, (), (), {}).tables["summary"]
    ()
    """

    name: str
    parameters: Mapping[str, Any]
    cells: tuple[Cell, ...]
    results: tuple[Mapping[str, Any], ...]
    extra: Mapping[str, Table]

    @property
    def tables(self) -> dict[str, Table]:
        """Name -> rows: `summary`, one row for each cell, `curves`, one for each cell, metric and step, and more."""
        pairs = tuple(zip(self.cells, self.results, strict=True))
        return {
            "summary": tuple(self._summary(cell, result) for cell, result in pairs),
            "curves": tuple(row for cell, result in pairs for row in self._curves(cell, result)),
            **self.extra,
        }

    def half_width(self, index: int, metric: str, *, one_run: bool) -> Floats:
        """Half the width of the band around the exact mean, over the steps: for one run, or for the mean of all runs.

        All bands of the record, for every cell, metric, step, run and mean of runs, hold together with probability at
        least 1 − risk, up to the error of the grid: mean, variance and cumulants are moved outwards by what a grid of
        twice the spacing, reaching further, changes in them. At the start nothing is random.
        """
        cell, result = self.cells[index], self.results[index]
        setting = cell.setting
        comparisons = len(self.cells) * len(METRICS) * (setting.steps + 1) * (setting.seeds + 1)
        band = Band(1 if one_run else setting.seeds, setting.prompts, comparisons, setting.risk)
        variance = np.asarray(result["variance"][metric]) + np.asarray(result["variance_error"][metric])
        width = band.bernstein(variance, result["width"][metric])
        if cumulants := result["cumulants"][metric]:
            width = np.minimum(width, band.chernoff({float(slope): np.asarray(v) for slope, v in cumulants.items()}))
        width[0] = 0.0
        return np.asarray(width + result["grid_error"][metric] + _ROUNDING, dtype=float)

    def outside(self, index: int, metric: str) -> int:
        """How many sampled points of a cell's runs, and of their mean, lie outside their band."""
        exact = np.asarray(self.results[index]["exact"][metric])
        runs = np.asarray(self.results[index]["sampled"][metric])
        single = np.abs(runs - exact) > self.half_width(index, metric, one_run=True)
        mean = np.abs(runs.mean(axis=0) - exact) > self.half_width(index, metric, one_run=False)
        return int(single.sum() + mean.sum())

    def _summary(self, cell: Cell, result: Mapping[str, Any]) -> Row:
        index = self.cells.index(cell)
        final = {f"final {name}": result["exact"][name][-1] for name in METRICS}
        runs = np.asarray(result["sampled"]["pass@1"])[:, -1]
        low, high = spread_over([np.asarray([run]) for run in runs])
        return {
            **_names(cell),
            "rate": result["rate"],
            "relative variance at start": result["relative_variance"][0],
            "effective sample size at start": result["effective_sample_size"][0],
            SPEED.format(cell.setting.level): reached(result["exact"]["pass@1"], cell),
            **final,
            "deviation of final pass@1 over runs": float(np.sqrt(result["variance"]["pass@1"][-1]))
            / cell.setting.prompts,
            "sampled final pass@1": float(runs.mean()),
            "sampled 5 %": float(low[0]),
            "sampled 95 %": float(high[0]),
            "grid error": max(result["grid_error"].values()),
            "sampled points outside band": sum(self.outside(index, metric) for metric in METRICS),
        }

    def _curves(self, cell: Cell, result: Mapping[str, Any]) -> list[Row]:
        index = self.cells.index(cell)
        rows: list[Row] = []
        for metric in METRICS:
            exact, runs = np.asarray(result["exact"][metric]), np.asarray(result["sampled"][metric])
            half = self.half_width(index, metric, one_run=False)
            low, high = spread_over(list(runs))
            columns = {
                "exact": exact,
                "mean field": np.asarray(result["mean_field"][metric]),
                "band low": exact - half,
                "band high": exact + half,
                "sampled mean": runs.mean(axis=0),
                "sampled 5 %": low,
                "sampled 95 %": high,
                "relative variance": np.asarray(result["relative_variance"]),
                "effective sample size": np.asarray(result["effective_sample_size"]),
            }
            for t in range(cell.setting.steps + 1):
                place = {"metric": metric, "step": t, "rollouts": t * cell.setting.rollouts}
                rows.append({**_names(cell), **place, **{name: float(values[t]) for name, values in columns.items()}})
        return rows


def _names(cell: Cell) -> Row:
    return {"cell": cell.key, "method": cell.method.name, "G": cell.G, "tau": str(cell.method.tau)}


def reached(exact: Sequence[float], cell: Cell) -> float:
    """Rollouts of one prompt until the population's exact mean p reaches the level, linear between steps; nan if never.

    >>> from grpo_theory.experiments.settings import Setting
    >>> from grpo_theory.experiments.updates import Method
    >>> from grpo_theory.policies.finite import two_outcome
    >>> reached([0.25, 0.75], Cell("rloo", Method("rloo"), 2, two_outcome("1/2"), Setting(rollouts=4)))
    2.0
    """
    level, curve = float(cell.setting.level), np.asarray(exact)
    above = np.flatnonzero(curve >= level)
    if not len(above):
        return float("nan")
    t = int(above[0])
    part = 0.0 if t == 0 else (level - curve[t - 1]) / (curve[t] - curve[t - 1])
    return float((max(t - 1, 0) + part) * cell.setting.rollouts)


def csv_of(table: Table) -> str:
    """A table as CSV text, each float in the shortest form that reads back as itself.

    >>> csv_of(({"p": 0.5, "name": "a"},))
    'p,name\\n0.5,a\\n'
    """
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(table[0]) if table else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return stream.getvalue()
