"""A figure is data, then a drawing: numbers that tests can read, a print style, and files that repeat byte by byte."""

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axis import Axis
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

from grpo_theory.discovery import files, load
from grpo_theory.errors import nearest
from grpo_theory.sources import source

Data = Mapping[str, NDArray[np.float64]]
"""Column name -> one-dimensional array of floats; columns may differ in length."""

WIDTHS: Final = {"neurips": 5.5, "icml": 3.25}
"""Width in inches of a NeurIPS text block and of an ICML column."""

FORMATS: Final = ("pdf", "png", "svg")
_STYLE: Final = Path(__file__).with_name("figures.mplstyle")
# What would differ between two runs on the same data: the dates that a format stores.
_UNDATED: Final[dict[str, dict[str, str | None]]] = {"pdf": {"CreationDate": None}, "svg": {"Date": None}, "png": {}}


@dataclass(frozen=True)
class Landmark:
    """A number that can be read in the printed figure or beside it: |read(data) - value| <= precision.

    Domain: `precision` is how finely the print can be read, at least 0; `read` finds the number in the figure's data.

    >>> Landmark("peak", 2.0, 0.1, lambda data: float(data["y"].max())).holds({"y": np.array([0.0, 2.05])})
    True
    """

    name: str
    value: float
    precision: float
    read: Callable[[Data], float]

    def holds(self, data: Data) -> bool:
        """Whether the data show the number, up to the precision with which the print can be read.

        >>> Landmark("end", 1.0, 0.0, lambda data: float(data["y"][-1])).holds({"y": np.array([3.0])})
        False
        """
        return abs(self.read(data) - self.value) <= self.precision


@dataclass(frozen=True)
class Figure:
    """One figure: data() computes its numbers, draw(data) makes a canvas of them, landmarks say what must be seen.

    Domain: `name` is the file's name with hyphens, `source` a key of `grpo_theory.sources`; `draw` reads nothing but
    the data it is given.

    >>> figure("mroueh-note/figure-1").key
    'mroueh-note/figure-1'
    """

    name: str
    source: str
    caption: str
    data: Callable[[], Data]
    draw: Callable[[Data], Canvas]
    landmarks: tuple[Landmark, ...]

    @property
    def key(self) -> str:
        """The name under which the figure is asked for: source/name.

        >>> figure("mroueh-note/figure-1").key
        'mroueh-note/figure-1'
        """
        return f"{self.source}/{self.name}"


def figures() -> tuple[Figure, ...]:
    """Every figure in figures/<source>/<name>.py, in alphabetical order of source and name.

    Errors: ValueError when a file holds no `figure`, or one whose name or source is not that of the file.

    >>> "mroueh-note/figure-1" in [figure.key for figure in figures()]
    True
    """
    return tuple(_from_file(path) for path in files("figures"))


def figure(key: str) -> Figure:
    """The figure with the given key; only its file is executed.

    Domain: `source/name`, such as mroueh-note/figure-1. Errors: ValueError for an unknown key, with the nearest one.

    >>> sorted(figure("mroueh-note/figure-1").data())
    ['failure', 'p', 'success']
    """
    paths = {_key(path): path for path in files("figures")}
    if key not in paths:
        raise nearest(key, paths, "figure")
    return _from_file(paths[key])


def canvas(width: Literal["neurips", "icml"] = "icml", aspect: float = 0.66) -> Canvas:
    """An empty canvas of a venue's width in inches, its height `aspect` times the width.

    >>> canvas("neurips", 0.5).get_size_inches().tolist()
    [5.5, 2.75]
    """
    return Canvas(figsize=(WIDTHS[width], WIDTHS[width] * aspect), layout="constrained")


def log_odds_ticks(axis: Axis, probabilities: Sequence[str]) -> None:
    """Ticks at log p - log(1-p) on an axis of log-odds, labelled by the probabilities p.

    Domain: each p written as it shall be read: "1/2", "0.9", "1e-3" for 10⁻³ or "1-1e-43" for 1 - 10⁻⁴³, which no
    float near 1 can hold.

    >>> axes = canvas().add_subplot()
    >>> log_odds_ticks(axes.xaxis, ["1e-3", "1/2", "1-1e-43"])
    >>> [round(float(tick), 3) for tick in axes.get_xticks()]
    [-6.907, 0.0, 99.011]
    """
    mirrored = [text.startswith("1-") for text in probabilities]
    small = [float(Fraction(text.removeprefix("1-"))) for text in probabilities]
    places = [(-1) ** from_one * (math.log(p) - math.log1p(-p)) for p, from_one in zip(small, mirrored, strict=True)]
    axis.set_ticks(places, [_probability_label(text) for text in probabilities])


def _probability_label(text: str) -> str:
    if "e" not in text:
        return f"${text}$"
    before, exponent = text.split("e")
    return f"${'1-' if before == '1-1' else ''}10^{{{int(exponent)}}}$"


def export(figure: Figure, out: Path, formats: Sequence[str] = FORMATS) -> tuple[Path, ...]:
    """The figure's files out/<source>/<name>.csv and, drawn from that CSV, the same in each format.

    Two runs with the same versions of the libraries write the same bytes. Errors: ValueError for an unknown format,
    before anything is written.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in export(figure("mroueh-note/figure-1"), Path(folder), ["svg"])]
    ['figure-1.csv', 'figure-1.svg']
    """
    for extension in formats:
        if extension not in FORMATS:
            raise nearest(extension, FORMATS, "figure format")
    table = out / figure.source / f"{figure.name}.csv"
    table.parent.mkdir(parents=True, exist_ok=True)
    write_csv(table, figure.data())
    with mpl.rc_context(fname=_STYLE, rc={"svg.hashsalt": figure.key}):
        drawn = figure.draw(read_csv(table))
        for extension in formats:
            drawn.savefig(table.with_suffix(f".{extension}"), metadata=_UNDATED[extension])
    return (table, *(table.with_suffix(f".{extension}") for extension in formats))


def write_csv(path: Path, data: Data) -> None:
    """The data as a CSV file: one column per name, each float in the shortest form that reads back as itself.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_csv(Path(folder) / "a.csv", {"p": np.array([0.1, 0.5]), "peak": np.array([2.0])})
    ...     (Path(folder) / "a.csv").read_text()
    'p,peak\\n0.1,2.0\\n0.5,\\n'
    """
    length = max((len(column) for column in data.values()), default=0)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(data)
        for row in range(length):
            writer.writerow([repr(float(column[row])) if row < len(column) else "" for column in data.values()])


def read_csv(path: Path) -> Data:
    """The data in a CSV file that `write_csv` wrote, equal to what was written, bit by bit.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_csv(Path(folder) / "a.csv", {"p": np.array([1 / 3])})
    ...     float(read_csv(Path(folder) / "a.csv")["p"][0]) == 1 / 3
    True
    """
    with path.open(encoding="utf-8", newline="") as stream:
        names, *rows = list(csv.reader(stream))
    return {name: np.array([float(row[i]) for row in rows if row[i]], dtype=float) for i, name in enumerate(names)}


def _key(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}".replace("_", "-")


def _from_file(path: Path) -> Figure:
    found = getattr(load(path), "figure", None)
    if not isinstance(found, Figure) or found.key != _key(path):
        raise ValueError(
            f"figure = {found} in {path.name} lies outside the figures called {_key(path)}: one file, one figure"
        )
    source(found.source)
    return found
