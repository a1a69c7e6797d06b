"""The ranges over which a bound is asked, from text such as "p=0:1,beta=1:5", within each symbol's domain."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from grpo_theory.arithmetic.boxes import Box, Edge
from grpo_theory.errors import LARGEST_GROUP, exact_rational, nearest, outside, shown


@dataclass(frozen=True)
class Scale:
    """Where a symbol may lie, which range it has unless one is given, and what the domain is for.

    >>> str(SCALES["p"].default)
    '(0, 1)'
    """

    low: int
    high: int | None
    low_open: bool
    high_open: bool
    default: Edge
    meaning: str
    integer: bool = False

    def __str__(self) -> str:
        if self.integer:
            return f"the integers {self.low}, ..., {self.high}"
        high = "∞" if self.high is None else self.high
        return f"{'(' if self.low_open else '['}{self.low}, {high}{')' if self.high_open else ']'}"


def _real(high: int | None, most: int, meaning: str, *, low_open: bool = True, high_open: bool = True) -> Scale:
    default = Edge(Fraction(0), Fraction(most), low_open, high_open and high == most)
    return Scale(0, high, low_open, high_open, default, meaning)


SCALES: Final[Mapping[str, Scale]] = {
    "p": _real(1, 1, "a success must be possible and must not be certain"),
    "p_ref": _real(1, 1, "the recurrence needs a reference policy that sometimes succeeds and sometimes fails"),
    "eta": _real(None, 1, "a step needs a positive learning rate"),
    "beta": _real(None, 10, "the KL penalty must hold the policy back by a positive strength"),
    "tau": _real(None, 10, "a temperature divides"),
    "epsilon": _real(None, 1, "epsilon is added to a variance under a root", low_open=False),
    "alpha": _real(1, 1, "alpha divides the penalty between two policies", low_open=False, high_open=False),
    "G": Scale(
        2, LARGEST_GROUP, False, False, Edge(Fraction(2), Fraction(16)), "a group has two rollouts or more", True
    ),
    "k": Scale(0, LARGEST_GROUP, False, False, Edge(Fraction(0), Fraction(16)), "successes are counted", True),
}
"""Name -> its scale; an end of a range that lies on an open end of the domain is not included."""


def ranges(over: str | Mapping[str, object] | None, used: Collection[str]) -> Box:
    """The box of the used names, each with the range given for it or its default one.

    Errors: ValueError for unknown names, for what is no range, and for a range that leaves the domain.

    >>> {name: str(edge) for name, edge in ranges("p=0:1/2,epsilon=1e-4", ["epsilon", "p"]).items()}
    {'p': '(0, 1/2]', 'epsilon': '{1/10000}'}
    """
    given = dict(_given(over))
    box = {name: _edge(name, value) for name, value in given.items()}
    return {name: box.get(name, scale.default) for name, scale in SCALES.items() if name in used}


def _given(over: str | Mapping[str, object] | None) -> Iterator[tuple[str, object]]:
    if over is None:
        return
    if isinstance(over, Mapping):
        pairs = [(str(name), value) for name, value in over.items()]
    elif isinstance(over, str):
        pairs = [_pair(part) for part in over.split(",")]
    else:
        raise ValueError(f'over = {shown(over)} is no text such as "p=0:1,eta=0:1" and no mapping')
    seen: set[str] = set()
    for name, value in pairs:
        if name == "p_next":
            raise ValueError("p_next has no range of its own: it is the image of p")
        if name not in SCALES:
            raise nearest(name, SCALES, "range")
        if name in seen:
            raise ValueError(f"{name} has two ranges: give one")
        seen.add(name)
        yield name, value


def _pair(part: str) -> tuple[str, str]:
    name, separator, value = part.partition("=")
    if not separator or not name.strip() or not value.strip():
        raise ValueError(f"over = {shown(part)} lies outside the texts NAME=LOW:HIGH: a name and its range are needed")
    return name.strip(), value.strip()


def _edge(name: str, value: object) -> Edge:
    if isinstance(value, Edge):
        closed = _edge(name, (value.low, value.high))
        return Edge(value.low, value.high, closed.low_open or value.low_open, closed.high_open or value.high_open)
    ends: object = value.split(":") if isinstance(value, str) else value
    ends = ends if isinstance(ends, (tuple, list)) else [ends]
    if len(ends) not in (1, 2):
        raise ValueError(f"{name} = {shown(value)} is no range: write it as low:high")
    low, high = (exact_rational(name, end) for end in (ends[0], ends[-1]))
    scale, text = SCALES[name], value if isinstance(value, str) else f"{low}:{high}"
    if low > high:
        raise ValueError(f"{name} = {shown(text)} is no range: its lower end exceeds its upper end")
    low_open = low == scale.low and scale.low_open
    high_open = high == scale.high and scale.high_open
    beyond = low < scale.low or (scale.high is not None and high > scale.high)
    if beyond or (low == high and (low_open or high_open)):
        raise outside(name, text, str(scale), scale.meaning)
    if scale.integer and not (low.denominator == high.denominator == 1):
        raise outside(name, text, str(scale), scale.meaning)
    return Edge(low, high, low_open, high_open)
