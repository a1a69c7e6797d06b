"""All zeros of a function on an interval by interval Newton and bisection: each zero in a box where it is unique.

A box is dropped when the function's range, or its mean-value form, leaves out 0; where the slope keeps its sign the
ends decide; anything else is halved. Boxes that reach the smallest width, or remain when the budget ends, are returned
as undecided. Nothing outside the returned boxes is a zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flint import arb

Box = tuple[arb, arb]

_OFF_CENTRE: Final = 0.4999847  # zeros at round numbers should not fall on a common end of two boxes
_NEWTON_STEPS: Final = 60


@dataclass(frozen=True)
class Zeros:
    """Boxes that hold exactly one zero each, and boxes about which nothing is known.

    >>> Zeros((), ()).complete
    True
    """

    found: tuple[arb, ...]
    undecided: tuple[Box, ...]

    @property
    def complete(self) -> bool:
        """Whether every box was decided."""
        return not self.undecided


@dataclass(frozen=True)
class Function:
    """A function by its value at an exact point, its range and the range of its slope on an interval.

    >>> square = Function(lambda x: x * x - 2, lambda a, b: (a * a - 2, b * b - 2), lambda a, b: (2 * a, 2 * b))
    >>> [round(float(x), 6) for x in isolate(square, arb(0), arb(4)).found]
    [1.414214]
    """

    value: Callable[[arb], arb]
    range: Callable[[arb, arb], Box]
    slope: Callable[[arb, arb], Box]


def isolate(function: Function, low: arb, high: arb, *, smallest: float = 1e-30, most: int = 4000) -> Zeros:
    """Every zero in [low, high], ends exact numbers: unique in its box, or in an undecided box.

    `smallest` is the width, relative to 1 + |z|, below which a box stays undecided; `most` bounds their number.

    >>> line = Function(lambda x: x, lambda a, b: (a, b), lambda a, b: (arb(1), arb(1)))
    >>> isolate(line, arb(1), arb(2)).found
    ()
    """
    found: list[arb] = []
    undecided: list[Box] = []
    waiting = [(low, high)]
    seen = 0
    while waiting:
        a, b = waiting.pop()
        seen += 1
        verdict = _examine(function, a, b)
        if verdict is None:
            middle = (a + (b - a) * _OFF_CENTRE).mid()
            width = float((b - a) / (1 + abs(a)))
            if width < smallest or seen >= most or not a < middle < b:
                undecided.append((a, b))
            else:
                waiting += [(middle, b), (a, middle)]
        elif verdict:
            found.append(verdict[0])
    return Zeros(tuple(found), tuple(_joined(undecided)))


def _examine(function: Function, a: arb, b: arb) -> tuple[arb, ...] | None:
    """() for no zero in [a, b], (box,) for exactly one, None for undecided."""
    least, most = function.range(a, b)
    if least > 0 or most < 0:
        return ()
    lowest, highest = function.slope(a, b)
    rising, falling = bool(lowest > 0), bool(highest < 0)
    if not (rising or falling):
        half = ((b - a) / 2).upper()
        middle = (a + half).mid()
        spread = (lowest.union(highest) * (a.union(b) - middle)) + function.value(middle)
        return () if spread > 0 or spread < 0 else None
    left, right = function.value(a), function.value(b)
    if falling:
        left, right = -left, -right
    if left > 0 or right < 0:
        return ()
    if left < 0 < right:
        return (_narrowed(function, a, b, rising),)
    return None


def _narrowed(function: Function, a: arb, b: arb, rising: bool) -> arb:
    """A small box around the one zero of a monotone function that changes sign on [a, b]."""
    for _ in range(_NEWTON_STEPS):
        lowest, highest = function.slope(a, b)
        middle = ((a + b) / 2).mid()
        value = function.value(middle)
        step = middle - value / lowest.union(highest)
        below, above = step.lower().mid(), step.upper().mid()
        shrunk = False
        if below > a:
            a, shrunk = below, True
        if above < b:
            b, shrunk = above, True
        if not shrunk:
            break
        if (value < 0) is rising and value != 0 and middle > a:
            a = middle
        elif value != 0 and not value.contains(0) and middle < b and (value > 0) is rising:
            b = middle
    return a.union(b)


def _joined(boxes: list[Box]) -> list[Box]:
    """Undecided boxes that touch, as one box."""
    joined: list[Box] = []
    for a, b in sorted(boxes, key=lambda box: float(box[0])):
        if joined and not joined[-1][1] < a:
            joined[-1] = (joined[-1][0], b)
        else:
            joined.append((a, b))
    return joined
