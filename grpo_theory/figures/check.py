"""A figure held against its committed CSV and its landmarks: what is not as it was, in words."""

from pathlib import Path

import numpy as np

from grpo_theory.discovery import folder
from grpo_theory.figures.model import Figure, Landmark
from grpo_theory.figures.tables import Data, read_csv


def committed(figure: Figure) -> Path:
    """Where the figure's committed CSV stands, beside the file that computes it.

    >>> from grpo_theory.figures import figure
    >>> committed(figure("mroueh-note/figure-1")).name
    'figure_1.csv'
    """
    return folder("figures") / f"{figure.stem}.csv"


def differences(figure: Figure, data: Data) -> tuple[str, ...]:
    """What differs between recomputed data and the committed CSV, and which landmarks the data do not show.

    Domain: `data` as `figure.data()` gives it. An empty tuple means that nothing differs within the figure's tolerance.

    >>> from grpo_theory.figures import figure
    >>> one = figure("mroueh-note/figure-1")
    >>> differences(one, {**one.data(), "p": one.data()["p"] * 2})[0]
    'column p: 199 of 199 numbers differ, the first is 0.01 for 0.005'
    """
    path = committed(figure)
    if not path.is_file():
        return (f"no CSV is committed: {path.name} is missing", *_landmarks(figure, data))
    return (*_columns(figure, read_csv(path), data), *_landmarks(figure, data))


def _columns(figure: Figure, old: Data, new: Data) -> list[str]:
    if list(old) != list(new):
        odd = sorted(set(old) ^ set(new)) or ["their order"]
        return [f"columns differ: {', '.join(odd)}"]
    return [line for name in old if (line := _column(figure, name, old, new))]


def _column(figure: Figure, name: str, old: Data, new: Data) -> str:
    before, after = old[name], new[name]
    if before.shape != after.shape:
        return f"column {name}: {len(after)} numbers for {len(before)}"
    within = figure.tolerance
    close = np.isclose(after, before, rtol=within.relative, atol=within.absolute, equal_nan=True)
    wrong = int(np.count_nonzero(~close))
    if wrong <= within.shares.get(name, 0.0) * len(before):
        return ""
    first = int(np.argmin(close))
    values = f"{float(after[first])!r} for {float(before[first])!r}"
    return f"column {name}: {wrong} of {len(before)} numbers differ, the first is {values}"


def _landmarks(figure: Figure, data: Data) -> list[str]:
    return [line for one in figure.landmarks if (line := _landmark(one, data))]


def _landmark(one: Landmark, data: Data) -> str:
    try:
        with np.errstate(all="ignore"):
            if one.holds(data):
                return ""
            return f"landmark {one.name}: reads {one.read(data)!r} for {one.value!r} ± {one.precision!r}"
    except (LookupError, ValueError) as error:  # data of another shape than the landmark is read from
        return f"landmark {one.name}: cannot be read, {type(error).__name__}: {error}"
