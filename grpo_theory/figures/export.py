"""A figure's files: the CSV of its data, drawings made from that CSV, and a manifest of what they were made with."""

import hashlib
import json
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl

from grpo_theory import __version__
from grpo_theory.errors import nearest
from grpo_theory.figures.model import Figure
from grpo_theory.figures.page import STYLE
from grpo_theory.figures.tables import Data, csv_text, read_csv
from grpo_theory.sources import source

FORMATS: Final = ("pdf", "png", "svg")
GALLERY_DPI: Final = 150
"""Dots per inch of the drawings that the gallery shows; a PNG for print has twice as many."""

# What would differ between two runs on the same data: the dates that a format stores.
_UNDATED: Final[dict[str, dict[str, str | None]]] = {"pdf": {"CreationDate": None}, "svg": {"Date": None}, "png": {}}
_LIBRARIES: Final = ("matplotlib", "numpy", "python-flint", "scipy", "sympy")


def export(
    figure: Figure, out: Path, formats: Sequence[str] = FORMATS, *, data: Data | None = None
) -> tuple[Path, ...]:
    """The figure's files out/<source>/<name>.csv, .json and, drawn from that CSV, the same in each format.

    Two runs with the same versions of the libraries write the same bytes. `data` saves computing them again. Errors:
    ValueError for an unknown format, before anything is written.

    >>> from tempfile import TemporaryDirectory
    >>> from grpo_theory.figures import figure
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in export(figure("mroueh-note/figure-1"), Path(folder), ["svg"])]
    ['figure-1.csv', 'figure-1.json', 'figure-1.svg']
    """
    check_formats(formats)
    text = csv_text(figure.data() if data is None else data)
    table, record = (out / figure.source / f"{figure.name}.{kind}" for kind in ("csv", "json"))
    table.parent.mkdir(parents=True, exist_ok=True)
    table.write_text(text, encoding="utf-8", newline="")
    stored = read_csv(table)
    content = json.dumps(manifest(figure, stored, text), indent=1, ensure_ascii=False)
    record.write_text(f"{content}\n", encoding="utf-8")
    return (table, record, *draw(figure, table, formats))


def check_formats(formats: Sequence[str]) -> None:
    """Nothing, or ValueError for the first unknown format, with the nearest known one.

    >>> check_formats(["pdf"])
    """
    for extension in formats:
        if extension not in FORMATS:
            raise nearest(extension, FORMATS, "figure format")


def draw(figure: Figure, table: Path, formats: Sequence[str], dpi: int = 2 * GALLERY_DPI) -> tuple[Path, ...]:
    """Drawings of a CSV file beside it, one per format, each carrying the digest of the numbers it was drawn from.

    Domain: `dpi` dots per inch, for PNG only.

    >>> from tempfile import TemporaryDirectory
    >>> from grpo_theory.figures import figure, write_csv
    >>> with TemporaryDirectory() as folder:
    ...     table = Path(folder) / "a.csv"
    ...     write_csv(table, figure("mroueh-note/figure-1").data())
    ...     [path.name for path in draw(figure("mroueh-note/figure-1"), table, ["png"])]
    ['a.png']
    """
    written = []
    with mpl.rc_context(fname=STYLE, rc={"svg.hashsalt": figure.key}):
        drawn = figure.draw(read_csv(table))
        for extension in formats:
            path = table.with_suffix(f".{extension}")
            subject = {"Description" if extension != "pdf" else "Subject": f"data sha256 {digest(table)}"}
            drawn.savefig(path, metadata={**_UNDATED[extension], **subject}, dpi=dpi)
            written.append(path)
    return tuple(written)


def digest(table: Path) -> str:
    """The SHA-256 of a CSV file, which its drawings carry: a drawing of other numbers can be told apart.

    >>> len(digest(STYLE))
    64
    """
    return hashlib.sha256(table.read_bytes()).hexdigest()


def manifest(figure: Figure, data: Data, text: str | None = None) -> dict[str, Any]:
    """What a figure was made of: source and its label, caption, parameters, landmarks, columns, versions.

    >>> from grpo_theory.figures import figure
    >>> one = figure("mroueh-note/figure-1")
    >>> manifest(one, one.data())["columns"]
    {'p': 199, 'success': 199, 'failure': 199}
    """
    document = source(figure.source)
    landmarks = [
        {"name": one.name, "value": one.value, "precision": one.precision, "read": one.read(data)}
        for one in figure.landmarks
    ]
    return {
        "figure": figure.key,
        "source": {"title": document.title, "label": figure.label},
        "caption": figure.caption,
        "parameters": dict(figure.parameters),
        "landmarks": landmarks,
        "columns": {name: len(column) for name, column in data.items()},
        "sha256": hashlib.sha256((csv_text(data) if text is None else text).encode()).hexdigest(),
        "versions": {"grpo-theory": __version__, "python": platform.python_version()}
        | {name: version(name) for name in _LIBRARIES},
    }
