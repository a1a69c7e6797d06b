"""The numbers behind the figures of an experiment: named columns of floats."""

from collections.abc import Sequence

import numpy as np

from grpo_theory.experiments.prompts import Floats
from grpo_theory.experiments.records import Record


def curve_columns(record: Record, keys: Sequence[str], metrics: Sequence[str]) -> dict[str, Floats]:
    """`rollouts`, and for cell and metric `metric key` exact, `band …` its half width, `sampled …` the mean of runs.

    Domain: keys of cells of the record. The band is that of the mean of all runs.

    >>> from grpo_theory.experiments.catalogue import configured, run
    >>> small = configured("temperature-sweep", {"tau": ("1",), "seeds": 1, "steps": 2, "prompts": 1})
    >>> sorted(curve_columns(run("temperature-sweep", small), ["tau=1"], ["kl"]))
    ['band kl tau=1', 'kl tau=1', 'rollouts', 'sampled kl tau=1']
    """
    setting = record.cells[0].setting
    columns = {"rollouts": np.arange(setting.steps + 1.0) * setting.rollouts}
    for key in keys:
        index = next(i for i, cell in enumerate(record.cells) if cell.key == key)
        result = record.results[index]
        for metric in metrics:
            columns[f"{metric} {key}"] = np.asarray(result["exact"][metric])
            columns[f"band {metric} {key}"] = record.half_width(index, metric, one_run=False)
            columns[f"sampled {metric} {key}"] = np.asarray(result["sampled"][metric]).mean(axis=0)
    return columns


def deviation_columns(record: Record, metric: str) -> dict[str, Floats]:
    """For each cell the standard deviation over runs of the population's metric: exact, and of the sampled runs.

    Domain: the sampled one divides by the number of runs less one; with one run it is 0.

    >>> from grpo_theory.experiments.catalogue import configured, run
    >>> small = configured("temperature-sweep", {"tau": ("1",), "seeds": 1, "steps": 2, "prompts": 1})
    >>> sorted(deviation_columns(run("temperature-sweep", small), "kl"))
    ['deviation kl tau=1', 'sampled deviation kl tau=1']
    """
    columns = {}
    for cell, result in zip(record.cells, record.results, strict=True):
        runs = np.asarray(result["sampled"][metric])
        exact = np.sqrt(np.asarray(result["variance"][metric])) / cell.setting.prompts
        columns[f"deviation {metric} {cell.key}"] = exact
        columns[f"sampled deviation {metric} {cell.key}"] = runs.std(axis=0, ddof=min(1, len(runs) - 1))
    return columns
