"""Where starts tend: a strip of colours over log-odds, its key, and the basin of each fixed point in words."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import numpy as np

from grpo_theory.dynamics import IRREGULAR, UNDECIDED, Basins, FixedPoint, FixedPoints, basins
from grpo_theory.explore.state import State

Part = dict[str, Any]

_STARTS: Final = np.linspace(-15.0, 15.0, 301)
_CELLS: Final = 300
_COLOURS: Final = ("#f0b45c", "#8fc3e6", "#3d8fc4", "#0b4f86", "#7a5195")
_ONE: Final = "#08304f"
_IRREGULAR: Final = "#1b1f24"
_UNDECIDED: Final = "#c9d0d7"


def basins_part(state: State, found: FixedPoints) -> Part:
    """Where 301 starts tend, as a strip with its key, and the basin of each fixed point in words.

    >>> from grpo_theory.dynamics import fixed_points
    >>> basins_part(State(), fixed_points(**State().options()))["says"].startswith("3 pieces")
    True
    """
    one = basins(**state.options(), starts=_STARTS, steps=1024, most=1200)
    colours = _palette(one)
    sure = sum(1 for boundary in one.boundaries if boundary.status == "certified")
    says = f"{one.intervals} pieces" if one.intervals > 1 else "One piece"
    if one.boundaries:
        says += f", {sure} of {len(one.boundaries)} boundaries certified"
    says += ". Attractors and their traps are certified; which start enters which is observed."
    return {
        "strip": _strip(one, colours),
        "keys": [{"colour": colours[label], "text": text} for label, text in _names(one).items()],
        "of": [_basin_of(one, point) for point in found.points],
        "says": says,
        "complete": one.complete,
        "boundaries": [[b.low, b.high, b.status] for b in one.boundaries[:50]],
    }


def _palette(one: Basins) -> dict[int, str]:
    ranked = iter(_COLOURS * 4)
    chosen = {i: _ONE if each.kind == "one" else next(ranked) for i, each in _upwards(one)}
    return {**chosen, IRREGULAR: _IRREGULAR, UNDECIDED: _UNDECIDED}


def _upwards(one: Basins) -> list[tuple[int, Any]]:
    return sorted(enumerate(one.attractors), key=lambda each: float(each[1].z[0]) if each[1].z else float("inf"))


def _names(one: Basins) -> dict[int, str]:
    seen = set(one.label.tolist())
    told = {}
    for index, each in _upwards(one):
        places = ", ".join(f"{float(z):.5g}" for z in each.z[:4]).replace("-", "−")
        kind = {"fixed-point": "fixed point", "one": "p → 1"}.get(each.kind, f"cycle of period {each.period}")
        told[index] = f"{kind} at log-odds {places}" if each.z else f"runs off to {kind[-1]}: p → 1"
    told |= {IRREGULAR: "irregular: no trap reached, positive exponent", UNDECIDED: "undecided: no trap reached"}
    return {label: text for label, text in told.items() if label in seen}


def _strip(one: Basins, colours: dict[int, str]) -> list[Part]:
    """Runs of one label over even cells of log-odds."""
    middles = np.linspace(-15.0, 15.0, _CELLS + 1)[:-1] + 15.0 / _CELLS
    nearest = one.label[np.clip(np.searchsorted(one.z, middles), 0, one.z.size - 1)]
    edges = [0, *(np.flatnonzero(np.diff(nearest)) + 1).tolist(), _CELLS]
    names = _names(one)
    runs = []
    for low, high in pairwise(edges):
        label = int(nearest[low])
        runs.append({"share": high - low, "colour": colours[label], "title": names.get(label, "")})
    return runs


def _basin_of(one: Basins, point: FixedPoint) -> str:
    if point.stability != "attracting":
        return "none: it repels" if point.stability == "repelling" else "undecided"
    index = [i for i, each in enumerate(one.attractors) if each.kind == "fixed-point" and each.z[0].overlaps(point.z)]
    if not index:
        return "undecided"
    inside = one.label == index[0]
    if inside.all():
        return "every start"
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(int)))
    pieces = [_piece(one, int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    more = f" and {len(pieces) - 3} more" if len(pieces) > 3 else ""
    return " ∪ ".join(pieces[:3]) + more if pieces else "no start of the grid"


def _piece(one: Basins, first: int, last: int) -> str:
    low = "0" if first == 0 else f"{float(one.p[first]):.4g}"
    high = "1" if last == one.z.size - 1 else f"{float(one.p[last]):.4g}"
    return f"({low}, {high})"
