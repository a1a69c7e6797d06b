"""A figure's data as a CSV file and back, bit by bit."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Data = Mapping[str, NDArray[np.float64]]
"""Column name -> one-dimensional array of floats; columns may differ in length."""


def csv_text(data: Data) -> str:
    """The data as CSV: one column per name, each float in the shortest form that reads back as itself.

    >>> csv_text({"p": np.array([0.1, 0.5]), "peak": np.array([2.0])})
    'p,peak\\n0.1,2.0\\n0.5,\\n'
    """
    length = max((len(column) for column in data.values()), default=0)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(data)
    for row in range(length):
        writer.writerow([repr(float(column[row])) if row < len(column) else "" for column in data.values()])
    return stream.getvalue()


def write_csv(path: Path, data: Data) -> None:
    """The data as a CSV file.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_csv(Path(folder) / "a.csv", {"p": np.array([0.1, 0.5]), "peak": np.array([2.0])})
    ...     (Path(folder) / "a.csv").read_text()
    'p,peak\\n0.1,2.0\\n0.5,\\n'
    """
    path.write_text(csv_text(data), encoding="utf-8", newline="")


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
