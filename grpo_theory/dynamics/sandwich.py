"""Zeros of g for every parameter of a box of parameters: between the largest g and the smallest.

g(z) = z − L − Ω_ε(z)/β grows with β and ε and falls with L, so for all parameters it lies between its values at two
corners. All zeros lie where the larger is ≥ 0 and the smaller ≤ 0; at the ends of each such component g changes sign
for every parameter. Three components therefore hold one zero each, since there are never more than three (ε > 0); two
likewise at ε = 0; otherwise g′ must keep its sign on a component. Where this fails the box of β is halved, and
components of the halves that overlap become one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from flint import arb, ctx

from grpo_theory.dynamics.isolation import Box, Function, Zeros, isolate
from grpo_theory.dynamics.ranges import Inverse, Polynomial, RangedWeight
from grpo_theory.dynamics.smoothed import Smoothed
from grpo_theory.dynamics.zeros import BITS, Equation, zeros

_DEPTH: Final = 5


@dataclass(frozen=True)
class Corner:
    """One choice of (β, L, Ω), β standing for pull/gain.

    >>> Corner(arb(1), arb(0), Smoothed(arb(0))).beta == 1
    True
    """

    beta: arb
    L: arb
    weight: RangedWeight


@dataclass(frozen=True)
class Places:
    """Boxes with one zero each for every parameter, in increasing order, and undecided boxes.

    >>> Places((), ()).boxes
    ()
    """

    boxes: tuple[arb, ...]
    undecided: tuple[Box, ...]


def places(largest: Corner, smallest: Corner, ranges: tuple[RangedWeight, ...]) -> Places:
    """The zeros of g for all parameters between the corner where g is largest and the one where it is smallest.

    >>> corner = Corner(arb(1), arb(0), Smoothed(arb("1e-4")))
    >>> len(places(corner, corner, (corner.weight,)).boxes)
    1
    """
    if largest is smallest:
        found = corner_zeros(largest)
        return Places(found.found, found.undecided)
    return _merged(_pieces(largest, smallest, ranges, _DEPTH))


def corner_zeros(corner: Corner) -> Zeros:
    """The zeros for one choice of parameters.

    >>> len(corner_zeros(Corner(arb(1), arb(0), Smoothed(arb(0)))).found)
    0
    """
    if isinstance(corner.weight, Smoothed):
        return zeros(Equation(corner.beta, corner.L, corner.weight))
    with ctx.workprec(max(ctx.prec, BITS) + 64):
        low, high = _bracket(corner)
        return isolate(_function(corner), low, high, smallest=1e-25)


def _bracket(corner: Corner) -> Box:
    weight = corner.weight
    if isinstance(weight, Polynomial):
        low, high = corner.L + weight.bounds[0] / corner.beta, corner.L + weight.bounds[1] / corner.beta
    elif isinstance(weight, Inverse):
        # Ω > 1 falls, so z − L = Ω/β is at most Ω at the lower bound L + 1/β, and the zero lies below that.
        # Ω falls, so Ω(z) ≤ Ω(low); and a zero beyond 0 has Ω ≤ 2.
        low = corner.L + 1 / corner.beta
        high = (corner.L + weight.value(low) / corner.beta).min((corner.L + 2 / corner.beta).max(arb(0)))
    else:
        low = high = corner.L + 1 / corner.beta
    margin = (1 + abs(low).max(abs(high))) / 1024
    return (low - margin).lower(), (high + margin).upper()


def _function(corner: Corner) -> Function:
    def value(z: arb) -> arb:
        return z - corner.L - corner.weight.value(z) / corner.beta

    def values(low: arb, high: arb) -> Box:
        least, most = corner.weight.range(low, high)
        return low - corner.L - most / corner.beta, high - corner.L - least / corner.beta

    def slopes(low: arb, high: arb) -> Box:
        least, most = corner.weight.slope_range(low, high)
        return 1 - most / corner.beta, 1 - least / corner.beta

    return Function(value, values, slopes)


def _pieces(largest: Corner, smallest: Corner, ranges: tuple[RangedWeight, ...], depth: int) -> list[Places]:
    found = _between(corner_zeros(largest), corner_zeros(smallest), (smallest.beta, largest.beta), ranges)
    if not found.undecided or depth == 0 or not smallest.beta < largest.beta:
        return [found]
    middle = (smallest.beta * largest.beta).sqrt().mid()
    first = _pieces(Corner(middle, largest.L, largest.weight), smallest, ranges, depth - 1)
    return first + _pieces(largest, Corner(middle, smallest.L, smallest.weight), ranges, depth - 1)


def _between(upper: Zeros, lower: Zeros, beta: Box, ranges: tuple[RangedWeight, ...]) -> Places:
    """Decided and undecided components of {largest g ≥ 0} ∩ {smallest g ≤ 0}."""
    if not (upper.complete and lower.complete):
        return Places((), _all_of(upper, lower))
    components = _components(upper.found, lower.found)
    if not all(left.high < right.low for left, right in pairwise(components)):
        return Places((), _all_of(upper, lower))
    if len(components) == _most_zeros(ranges) and all(part.crossed for part in components):
        return Places(tuple(part.low.union(part.high) for part in components), ())
    boxes, undecided = [], []
    for part in components:
        box = (part.low, part.high)
        if part.crossed and _monotone(box, part.rising, beta, ranges):
            boxes.append(part.low.union(part.high))
        else:
            undecided.append(box)
    return Places(tuple(boxes), tuple(undecided))


@dataclass(frozen=True)
class _Component:
    """An interval that may hold zeros; `crossed` where every g changes sign between its ends, `rising` how."""

    low: arb
    high: arb
    crossed: bool
    rising: bool


def _components(upper: tuple[arb, ...], lower: tuple[arb, ...]) -> list[_Component]:
    # Both g start negative. The larger is ≥ 0 from its 1st to its 2nd zero, from its 3rd on, …; the smaller is ≤ 0
    # up to its 1st zero, from its 2nd to its 3rd, …
    positive = [(upper[i], upper[i + 1] if i + 1 < len(upper) else None) for i in range(0, len(upper), 2)]
    starts: list[arb | None] = [None, *lower[1::2]]
    negative = [(start, lower[2 * i] if 2 * i < len(lower) else None) for i, start in enumerate(starts)]
    found = []
    for a, b in positive:
        for c, d in negative:
            late = c is not None and c > a  # the component starts where the smaller g turns negative
            low = c if late else a
            early = b is not None and (d is None or b < d)
            high = b if early else d
            if low is not None and high is not None and not low > high:
                found.append(_Component(low.lower(), high.upper(), late == early, not late))
    return sorted(found, key=lambda part: float(part.low))


def _most_zeros(ranges: tuple[RangedWeight, ...]) -> int | None:
    """The largest number of zeros that the weight's shape allows; None where the shape says nothing."""
    first = ranges[0]
    if not isinstance(first, Smoothed):
        return None
    return 2 if first.unbounded else 3


def _monotone(box: Box, rising: bool, beta: Box, ranges: tuple[RangedWeight, ...]) -> bool:
    """Whether g′ = 1 − Ω′/β keeps its sign on the box for every parameter."""
    if rising:
        return all(weight.slope_range(*box)[1] < beta[0] for weight in ranges)
    return all(weight.slope_range(*box)[0] > beta[1] for weight in ranges)


def _all_of(*parts: Zeros) -> tuple[Box, ...]:
    """The hull of everything found, as one undecided box."""
    lows = [z.lower() for part in parts for z in part.found] + [box[0] for part in parts for box in part.undecided]
    highs = [z.upper() for part in parts for z in part.found] + [box[1] for part in parts for box in part.undecided]
    return ((min(lows, key=float), max(highs, key=float)),) if lows else ()


def _merged(pieces: list[Places]) -> Places:
    """Boxes of several pieces that overlap as one box: decided where every piece has exactly one box in it."""
    if len(pieces) == 1:
        return pieces[0]
    entries = [(z.lower(), z.upper(), index) for index, piece in enumerate(pieces) for z in piece.boxes]
    entries += [(low, high, -1) for piece in pieces for low, high in piece.undecided]
    boxes: list[arb] = []
    undecided: list[Box] = []
    cluster: list[tuple[arb, arb, int]] = []
    for entry in sorted(entries, key=lambda item: float(item[0])):
        if cluster and not _reach(cluster) < entry[0]:
            cluster.append(entry)
            continue
        _close(cluster, len(pieces), boxes, undecided)
        cluster = [entry]
    _close(cluster, len(pieces), boxes, undecided)
    return Places(tuple(boxes), tuple(undecided))


def _reach(cluster: list[tuple[arb, arb, int]]) -> arb:
    return max((high for _, high, _ in cluster), key=float)


def _close(cluster: list[tuple[arb, arb, int]], pieces: int, boxes: list[arb], undecided: list[Box]) -> None:
    if not cluster:
        return
    low, high = min((low for low, _, _ in cluster), key=float), _reach(cluster)
    if sorted(index for _, _, index in cluster) == list(range(pieces)):
        boxes.append(low.union(high))
    else:
        undecided.append((low, high))
