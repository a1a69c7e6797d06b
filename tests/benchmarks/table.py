"""The closing table of a run: every job of ours beside the figure to reach and beside what a user would pick instead.

It reports and never fails: times depend on the machine and on what else runs there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

HEAD = ("job", "median", "spread (IQR)", "reach", "ratio", "met")


@dataclass(frozen=True)
class Timing:
    """One measured job, in seconds.

    A job of ours may have a figure to reach (`at_most` seconds) and names the peers of its group that it is `against`,
    each with the ratio to reach or None. `weight` is how many of a peer's runs make up one run of our job, where the
    peer cannot do the whole of it. `memory` is (peak, limit) in bytes. `facts` are values to read beside the time, such
    as how often a fast answer is wrong.
    """

    group: str
    job: str
    median: float
    spread: float
    ours: bool
    at_most: float | None = None
    against: Mapping[str, float | None] = field(default_factory=dict)
    weight: int = 1
    memory: tuple[int, int] | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


def shown(seconds: float) -> str:
    """A time with three digits in its unit.

    >>> shown(0.0037649), shown(12.3456), shown(4.2e-6)
    ('3.76 ms', '12.3 s', '4.2 µs')
    """
    for unit, name in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds / 1e-9:.3g} ns"


def reach(at_most: float | None, against: Mapping[str, float | None]) -> str:
    """The figures to reach, as text.

    >>> reach(0.01, {"icepool": 50, "naive": None})
    '≤ 10 ms, ≥ 50× icepool'
    """
    parts = [f"≤ {shown(at_most)}"] if at_most else []
    return ", ".join([*parts, *(f"≥ {times:g}× {peer}" for peer, times in against.items() if times)])


def rows(timings: Sequence[Timing]) -> Iterator[tuple[str, ...]]:
    """The rows of the table: by group, each job of ours followed by the peers that it is held against."""
    peers = {(timing.group, timing.job): timing for timing in timings if not timing.ours}
    for group in dict.fromkeys(timing.group for timing in timings):
        yield (f"**{group}**", "", "", "", "", "")
        for own in timings:
            if own.ours and own.group == group:
                yield from _rows_of(own, peers)


def _rows_of(own: Timing, peers: Mapping[tuple[str, str], Timing]) -> Iterator[tuple[str, ...]]:
    limit = f"≤ {shown(own.at_most)}" if own.at_most else ""
    yield own.job, shown(own.median), shown(own.spread), limit, "", _met(own.at_most and own.median <= own.at_most)
    if own.memory:
        peak, allowed = (size / 2**20 for size in own.memory)
        yield "– memory", f"{peak:.0f} MiB", "", f"< {allowed:.0f} MiB", "", _met(peak < allowed)
    yield from _facts(own)
    for name, times in own.against.items():
        limit = f"≥ {times:g}×" if times else ""
        peer = peers.get((own.group, name))
        if peer is None:
            yield f"– {name}", "not run", "", limit, "", ""
            continue
        ratio = peer.median * peer.weight / own.median
        label = f"– {name}" + (f", times {peer.weight}" if peer.weight > 1 else "")
        yield label, shown(peer.median), shown(peer.spread), limit, f"{ratio:.3g}×", _met(times and ratio >= times)
        yield from _facts(peer)


def _facts(timing: Timing) -> Iterator[tuple[str, ...]]:
    for name, value in timing.facts.items():
        yield f"– {name}" if timing.ours else f"– – {name}", value, "", "", "", ""


def _met(fact: float | bool | None) -> str:
    return "" if fact is None else "yes" if fact else "no"


def table(timings: Sequence[Timing]) -> list[str]:
    """The lines of a Markdown table whose columns stand under each other.

    >>> own, other = Timing("sum", "here", 2e-3, 0, True, 1e-3, {"there": 4}), Timing("sum", "there", 1, 0, False)
    >>> print("\\n".join(table([own, other])))
    | job     | median | spread (IQR) | reach  | ratio | met |
    |---------|--------|--------------|--------|-------|-----|
    | **sum** |        |              |        |       |     |
    | here    | 2 ms   | 0 ns         | ≤ 1 ms |       | no  |
    | – there | 1 s    | 0 ns         | ≥ 4×   | 500×  | yes |
    """
    body = [HEAD, *rows(timings)]
    widths = [max(len(row[column]) for row in body) for column in range(len(HEAD))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in body
    ]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]
