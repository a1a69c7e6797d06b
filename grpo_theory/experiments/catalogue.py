"""The experiments by name: configured from texts, run, and written to a folder with their tables."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, Protocol

from grpo_theory.errors import nearest, outside
from grpo_theory.experiments import store
from grpo_theory.experiments.against_grpo import AgainstGrpo
from grpo_theory.experiments.cells import Cell
from grpo_theory.experiments.normalisation import NormalisationComparison
from grpo_theory.experiments.prompts import Floats
from grpo_theory.experiments.records import Record, Table, csv_of
from grpo_theory.experiments.settings import Setting, count, plain
from grpo_theory.experiments.temperature import TemperatureSweep


class Experiment(Protocol):
    """The parameters of one experiment, frozen."""

    @property
    def setting(self) -> Setting:
        """Budget, population and samples."""

    def cells(self) -> tuple[Cell, ...]:
        """What is to be computed."""

    def to_json(self) -> dict[str, Any]:
        """The parameters as JSON values."""

    def tables(self) -> dict[str, Table]:
        """Tables beyond those of every experiment."""

    def columns(self, record: Record) -> dict[str, Floats]:
        """The numbers behind the figure."""


@dataclass(frozen=True)
class Entry:
    """An experiment that can be asked for by name: its default parameters and the figure that shows it."""

    default: Experiment
    figure: str


EXPERIMENTS: Final[Mapping[str, Entry]] = {
    "normalisation-comparison": Entry(NormalisationComparison(), "card/normalisation-comparison"),
    "ec-rlvr-against-grpo": Entry(AgainstGrpo(), "card/ec-rlvr-against-grpo"),
    "temperature-sweep": Entry(TemperatureSweep(), "card/temperature-sweep"),
}
"""Name -> experiment."""


def entry(name: str) -> Entry:
    """The experiment with this name. Errors: ValueError, with the nearest name.

    >>> entry("temperature-sweep").figure
    'card/temperature-sweep'
    """
    if name not in EXPERIMENTS:
        raise nearest(name, EXPERIMENTS, "experiment")
    return EXPERIMENTS[name]


def configured(name: str, options: Mapping[str, Any]) -> Experiment:
    """The experiment's default with some parameters replaced, those of its setting included.

    Errors: ValueError for an unknown experiment, a parameter that it does not have, and a value outside its domain.

    >>> configured("temperature-sweep", {"seeds": 3}).setting.seeds
    3
    """
    default: Any = entry(name).default
    known = parameters(name)
    for option in options:
        if option not in known:
            raise nearest(option, known, f"parameter of {name}")
    shared = {each.name for each in fields(default.setting)}
    setting = replace(default.setting, **{key: value for key, value in options.items() if key in shared})
    changed = {key: value for key, value in options.items() if key not in shared}
    found: Experiment = replace(default, setting=setting, **changed)
    return found


def parameters(name: str) -> dict[str, Any]:
    """The parameters of an experiment with their defaults, those of its setting last.

    >>> parameters("temperature-sweep")["steps"]
    100
    """
    default: Any = entry(name).default
    own = {each.name: getattr(default, each.name) for each in fields(default) if each.name != "setting"}
    return {**own, **{each.name: getattr(default.setting, each.name) for each in fields(default.setting)}}


def described(name: str) -> dict[str, str]:
    """The default parameters of an experiment as texts, lists with commas.

    >>> described("temperature-sweep")["tau"]
    '1/10, 1/2, 1, 2'
    """
    found = {key: plain(value) for key, value in parameters(name).items()}
    return {key: ", ".join(map(str, value)) if isinstance(value, list) else str(value) for key, value in found.items()}


def from_texts(name: str, texts: Mapping[str, str]) -> Experiment:
    """As `configured`, from texts: lists with commas or spaces, integers in decimal, exact numbers as `1/2` or `0.5`.

    Errors: ValueError as there, and for a text that is no integer where one is needed.

    >>> from_texts("temperature-sweep", {"tau": "0.1,2", "seeds": "3"}).setting.seeds
    3
    """
    defaults, options = parameters(name), dict[str, Any]()
    for option, text in texts.items():
        default = defaults.get(option)
        if isinstance(default, tuple):
            parts = text.replace(",", " ").split()
            options[option] = tuple(_read(option, part, default[0]) for part in parts)
        else:
            options[option] = _read(option, text, default)
    return configured(name, options)


def _read(option: str, text: str, default: object) -> object:
    if not isinstance(default, int):
        return text.strip()
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text.strip()):
        raise outside(option, text, "the integers of at most 18 digits", "it counts something")
    return int(text)


def run(
    name: str,
    experiment: Experiment,
    *,
    out: Path | None = None,
    jobs: int = 1,
    progress: store.Progress | None = None,
) -> Record:
    """The record of an experiment, every cell computed or, in a folder where it was begun, read.

    With `out`, cells are kept there as they are done, then summary.csv, curves.csv and further tables. A run that was
    killed and is started again ends with the same bytes. Errors: ValueError before any work for a folder that holds
    anything else, and for jobs.

    >>> small = configured("temperature-sweep", {"tau": ("1",), "seeds": 1, "steps": 2, "prompts": 1})
    >>> [row["cell"] for row in run("temperature-sweep", small).tables["summary"]]
    ['tau=1']
    """
    entry(name)
    count("jobs", jobs, 1, 1024, "cells are computed in that many processes")
    if out is not None:
        store.claim_folder(out, store.manifest(name, experiment.to_json()))
    results = store.finished(experiment.cells(), out, jobs, progress)
    record = Record(name, experiment.to_json(), experiment.cells(), results, experiment.tables())
    if out is not None:
        for table, rows in record.tables.items():
            store.write(out / f"{table}.csv", csv_of(rows))
    return record
