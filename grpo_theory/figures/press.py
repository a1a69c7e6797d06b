"""Many figures at once, each in a process of its own kind: one that fails names itself and does not stop the others."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from grpo_theory.errors import nearest, outside
from grpo_theory.figures import gallery
from grpo_theory.figures.check import differences
from grpo_theory.figures.export import FORMATS, check_formats, export
from grpo_theory.figures.model import figure, keys
from grpo_theory.figures.unmade import unmade
from grpo_theory.processes import spread

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Order:
    """What is to be done with each figure: where to write it, in which formats, whether to check or to record it.

    >>> Order(None, (), True, False).check
    True
    """

    out: Path | None
    formats: tuple[str, ...]
    check: bool
    update: bool


@dataclass(frozen=True)
class Printed:
    """What came of one figure: the files written, what differs from the committed record, or why it failed.

    >>> Printed("a/b", (), (), "ValueError: no", 0.1).ok
    False
    """

    key: str
    written: tuple[str, ...]
    differences: tuple[str, ...]
    failure: str
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether the figure was made and, where that was asked, differs in nothing.

        >>> Printed("a/b", ("b.csv",), (), "", 0.1).ok
        True
        """
        return not self.failure and not self.differences

    def to_json(self) -> dict[str, Any]:
        """The record that the command prints.

        >>> Printed("a/b", ("b.csv",), (), "", 0.1).to_json()["files"]
        ['b.csv']
        """
        return {
            "name": self.key,
            "files": list(self.written),
            "differences": list(self.differences),
            "failure": self.failure or None,
            "seconds": self.seconds,
        }


def chosen(names: Sequence[str]) -> tuple[str, ...]:
    """The keys that are meant by keys and by sources, each once; all of them where no name is given.

    Errors: ValueError for a name that is neither, with the nearest that is, or with the reason why it is not made.

    >>> chosen(["mroueh-note", "mroueh-note/figure-1"])
    ('mroueh-note/figure-1',)
    """
    known = keys()
    by_source: dict[str, list[str]] = {}
    for key in known:
        by_source.setdefault(key.split("/")[0], []).append(key)
    wanted: dict[str, None] = {}
    for name in names or by_source:
        if name not in by_source and name not in known:
            raise unmade(name) or nearest(name, [*known, *by_source], "figure")
        wanted |= dict.fromkeys(by_source.get(name, [name]))
    return tuple(wanted)


def press(
    names: Sequence[str] = (),
    *,
    out: Path | None,
    formats: Sequence[str] = FORMATS,
    check: bool = False,
    update: bool = False,
    jobs: int = 1,
    progress: Progress | None = None,
) -> tuple[Printed, ...]:
    """The named figures, recomputed; written to `out` where there is one, and held against what is committed.

    With `update` what is committed is written first, the gallery last.

    Domain: names as for `chosen`; `jobs` ≥ 1 is a number of processes; `progress` is called with the figures done,
    their total and the latest. An exception in a figure is kept in its record. Errors: ValueError for an unknown name
    or format, for jobs < 1, or a folder that cannot be made, before anything is computed.

    >>> [one.ok for one in press(["mroueh-note"], out=None, check=True)]
    [True]
    """
    wanted = chosen(names)
    check_formats(formats)
    if jobs < 1:
        raise outside("jobs", jobs, "the integers from 1 on", "figures are made in that many processes")
    if out is not None:
        _made(out)
    found: dict[str, Printed] = {}
    task = partial(printed, order=Order(out, tuple(formats), check, update))
    for key, result in spread(task, wanted, jobs):
        one = found[key] = result()
        if progress is not None:
            progress(len(found), len(wanted), one.key)
    if update:
        gallery.write()
    return tuple(found[key] for key in wanted)


def _made(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / ".writable").touch()
        (out / ".writable").unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise outside("out", str(out), "the folders that can be written", reason) from None


def printed(key: str, order: Order) -> Printed:
    """One figure, recomputed, written and checked as ordered; whatever it raises becomes its record.

    >>> printed("mroueh-note/figure-1", Order(None, (), True, False)).ok
    True
    """
    start = time.perf_counter()
    try:
        one = figure(key)
        data = one.data()
        recorded = gallery.record(one, data) if order.update else ()
        written = () if order.out is None else export(one, order.out, order.formats, data=data)
        found = differences(one, data) if order.check or order.update else ()
    except Exception as error:  # a figure's file may raise anything, and must not take the other figures with it
        return _failed(key, error, time.perf_counter() - start)
    return Printed(key, tuple(str(path) for path in (*recorded, *written)), found, "", time.perf_counter() - start)


def _failed(key: str, error: BaseException, seconds: float) -> Printed:
    return Printed(key, (), (), " ".join(f"{type(error).__name__}: {error}".split()), seconds)
