"""What the commands share: the option --json and its file, tables that are plain when piped, a progress bar."""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any, Final

import click

from grpo_theory.errors import outside

STDOUT: Final = "-"

json_option = click.option(
    "--json",
    "json_file",
    metavar="[FILE]",
    is_flag=False,
    flag_value=STDOUT,
    default=None,
    help="Write JSON to FILE; without FILE, or with -, to standard output and nothing else there.",
)


def integer(context: click.Context, parameter: click.Parameter, text: str | None) -> int | None:
    """The integer that an option's text denotes, or None without the option; a click callback."""
    if text is None:
        return None
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text.strip()):
        raise outside(parameter.opts[0], text, "the integers of at most 18 digits", "the option counts something")
    return int(text)


Progress = Callable[[int, int, str], None]
"""Called with the number of items done, their total, and the name of the latest."""


@contextmanager
def record(json_file: str | None) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Take the result of work as JSON, where --json asks for it; that it can be written is checked before the work.

    An existing file keeps its content until the result is there. Errors: ValueError when the file cannot be written;
    if that happens only at the end, the result goes to standard output instead, so that no work is lost.
    """
    path = None if json_file in (None, STDOUT) else Path(str(json_file))
    fresh = path is not None and not path.exists()
    if path is not None:
        try:
            path.open("a", encoding="utf-8").close()
        except OSError as error:
            raise _unwritable(path, error) from None

    def write(result: Mapping[str, Any]) -> None:
        if json_file == STDOUT:
            sys.stdout.write(_text(result))
        elif path is not None:
            try:
                path.write_text(_text(result), encoding="utf-8")
            except OSError as error:
                sys.stdout.write(_text(result))
                raise _unwritable(path, error) from None

    try:
        yield write
    finally:
        if path is not None and fresh and path.is_file() and path.stat().st_size == 0:
            path.unlink()


def _text(result: Mapping[str, Any]) -> str:
    return json.dumps(result, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _unwritable(path: Path, error: OSError) -> ValueError:
    return ValueError(f"--json {path} lies outside the files that can be written: {error.strerror or error}")


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), title: str = "") -> None:
    """Print rows under headers: drawn in a terminal and wrapped between words, aligned and never wrapped when piped.

    In a terminal too narrow for a table whose words stay whole, every row becomes a block of lines.

    Domain: every row has as many cells as there are headers; `right` holds the columns that are aligned to the right.
    """
    if sys.stdout.isatty():
        _drawn(headers, rows, right, title)
        return
    if title:
        print(title)
    widths = [max(len(cell) for cell in column) for column in zip(headers, *rows, strict=True)]
    for row in (headers, *rows):
        cells = [
            cell.rjust(w) if i in right else cell.ljust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


COLOURS: Final = {
    "PROVED": "green",
    "CERTIFIED": "green",
    "CORRECTED": "yellow",
    "REFUTED": "red",
    "OBSERVED": "cyan",
    "OPEN": "magenta",
}


def _drawn(headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int], title: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    widths = _widths(headers, rows, console.width)
    if widths is None:
        _listed(headers, rows, title)
        return
    drawn = Table(title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for i, header in enumerate(headers):
        drawn.add_column(header, justify="right" if i in right else "left", overflow="fold", width=widths[i])
    for row in rows:
        drawn.add_row(*(Text(cell, style=COLOURS.get(cell, "")) for cell in row))
    console.print(drawn)


def _widths(headers: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """Widths of columns that break no word, as even as the texts allow; None where the terminal is too narrow.

    A word wider than three fifths of the terminal, such as an exact fraction, may be broken: nothing would hold it.
    """
    columns = list(zip(headers, *rows, strict=True))
    room = width - 3 * (len(columns) - 1) - 2  # what the box and its padding leave
    natural = [max(len(cell) for cell in column) for column in columns]
    words = [max(len(word) for cell in column for word in cell.split() or [""]) for column in columns]
    least = [min(longest, width * 3 // 5) for longest in words]
    for cap in range(max(natural), 0, -1):
        widths = [max(low, min(whole, cap)) for low, whole in zip(least, natural, strict=True)]
        if sum(widths) <= room:
            return widths
    return None


def _listed(headers: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> None:
    """Every row as a block, its first cell on top and a line for each of the others under their headers."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    if title:
        console.print(Text(title, style="bold"))
    wide = max(len(header) for header in headers)
    for row in rows:
        console.print(Text(f"{headers[0]} {row[0]}", style="bold"), overflow="fold")
        block = Table.grid(padding=(0, 2, 0, 0))
        block.add_column(no_wrap=True)
        block.add_column(overflow="fold")
        for header, cell in zip(headers[1:], row[1:], strict=True):
            block.add_row(f"  {header:{wide}}", Text(cell, style=COLOURS.get(cell, "")))
        console.print(block)


@contextmanager
def progress(what: str) -> Iterator[Progress | None]:
    """A bar on standard error for work over a second, in a terminal only; None where nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[latest]}"))
    bar = Bar(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task(what, total=None, latest="")
    start = Timer(1.0, bar.start)
    start.daemon = True
    start.start()
    try:
        yield lambda done, total, latest: bar.update(task, completed=done, total=total, latest=latest)
    finally:
        start.cancel()
        start.join()
        bar.stop()
