"""What a figure is: its data, its drawing, the numbers that must be seen in it, and how closely its data repeat."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from matplotlib.figure import Figure as Canvas

from grpo_theory.discovery import files, load
from grpo_theory.errors import nearest, outside
from grpo_theory.figures.tables import Data
from grpo_theory.figures.unmade import unmade
from grpo_theory.sources import source


@dataclass(frozen=True)
class Landmark:
    """A number that can be read in the printed figure or beside it: |read(data) - value| <= precision.

    Domain: `precision` is how finely the print can be read, at least 0; `read` finds the number in the figure's data.

    >>> import numpy as np
    >>> Landmark("peak", 2.0, 0.1, lambda data: float(data["y"].max())).holds({"y": np.array([0.0, 2.05])})
    True
    """

    name: str
    value: float
    precision: float
    read: Callable[[Data], float]

    def holds(self, data: Data) -> bool:
        """Whether the data show the number, up to the precision with which the print can be read.

        >>> import numpy as np
        >>> Landmark("end", 1.0, 0.0, lambda data: float(data["y"][-1])).holds({"y": np.array([3.0])})
        False
        """
        return abs(self.read(data) - self.value) <= self.precision


def reading(name: str, column: str, index: int, value: float, precision: float = 6e-5) -> Landmark:
    """The landmark for one number of a column: |data[column][index] - value| <= precision.

    Domain: a missing number reads as NaN, which is never near.

    >>> import numpy as np
    >>> reading("end", "y", -1, 2.0).holds({"y": np.array([1.0, 2.00001])})
    True
    """

    def read(data: Data) -> float:
        numbers = data[column]
        return float(numbers[index]) if -len(numbers) <= index < len(numbers) else float("nan")

    return Landmark(name, value, precision, read)


@dataclass(frozen=True)
class Tolerance:
    """How closely recomputed data repeat: |new - old| <= absolute + relative·|old|, up to a share of cells by column.

    Domain: all at least 0. The last digit of a float differs between processors, and an irregular orbit of fifty steps
    makes 3e-7 of it; cells on the border of two classes may change sides with it, hence `shares`.

    >>> Tolerance().shares
    {}
    """

    relative: float = 1e-5
    absolute: float = 1e-9
    shares: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """One figure: data() computes its numbers, draw(data) makes a canvas of them, landmarks say what must be seen.

    Domain: `name` is the file's name with hyphens, `source` a key of `grpo_theory.sources`; `draw` reads nothing but
    the data it is given; `label` is the source's own name for it, or what kind of record it is; `parameters` are the
    numbers that fix the data, as texts.

    >>> figure("mroueh-note/figure-1").key
    'mroueh-note/figure-1'
    """

    name: str
    source: str
    caption: str
    data: Callable[[], Data]
    draw: Callable[[Data], Canvas]
    landmarks: tuple[Landmark, ...]
    label: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    tolerance: Tolerance = Tolerance()

    @property
    def key(self) -> str:
        """The name under which the figure is asked for: source/name.

        >>> figure("mroueh-note/figure-1").key
        'mroueh-note/figure-1'
        """
        return f"{self.source}/{self.name}"

    @property
    def stem(self) -> str:
        """The path of its files below the folder figures/, without an extension: source/name with underscores.

        >>> figure("mroueh-note/figure-1").stem
        'mroueh_note/figure_1'
        """
        return self.key.replace("-", "_")


def keys() -> tuple[str, ...]:
    """The keys source/name of all figures, in alphabetical order; no figure's file is executed.

    >>> "mroueh-note/figure-1" in keys()
    True
    """
    return tuple(sorted(_key(path) for path in files("figures")))


def figures() -> tuple[Figure, ...]:
    """Every figure in figures/<source>/<name>.py, in alphabetical order of source and name.

    Errors: ValueError when a file holds no `figure`, or one whose name or source is not that of the file.

    >>> "mroueh-note/figure-1" in [figure.key for figure in figures()]
    True
    """
    return tuple(_from_file(path) for path in files("figures"))


def figure(key: str) -> Figure:
    """The figure with the given key; only its file is executed.

    Domain: `source/name`, such as mroueh-note/figure-1. Errors: ValueError for an unknown key, with the nearest one
    or the reason why that figure is not made.

    >>> sorted(figure("mroueh-note/figure-1").data())
    ['failure', 'p', 'success']
    """
    paths = {_key(path): path for path in files("figures")}
    if key not in paths:
        raise unmade(key) or nearest(key, paths, "figure")
    return _from_file(paths[key])


def _key(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}".replace("_", "-")


def _from_file(path: Path) -> Figure:
    found = getattr(load(path), "figure", None)
    if not isinstance(found, Figure) or found.key != _key(path):
        key = getattr(found, "key", found)
        raise outside(f"figure in {path.name}", key, f"the figures called {_key(path)}", "one file, one figure")
    source(found.source)
    return found
