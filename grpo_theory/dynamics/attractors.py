"""Certified attractors with intervals that they surely attract, and the repelling points that part two of them.

A trap of an attracting point of period n is an interval that fⁿ maps into itself with |slope| < 1. Let u be the one
fixed point between the traps [a, b] and [c, d] of two attracting fixed points, with a multiplier above 1. Then z′ < z
on (b, u); if f ≥ a there, an orbit sinks until it falls into [a, b]. On (u, c) z′ > z; if f ≤ d, it rises into [c, d].
Where f increases from b to c both hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from flint import arb, ctx

from grpo_theory.dynamics.isolation import Box
from grpo_theory.dynamics.kinds import SOFTMAX
from grpo_theory.dynamics.periodic import Map, periodic_points, step_map
from grpo_theory.dynamics.problems import Problem
from grpo_theory.dynamics.ranges import precision
from grpo_theory.dynamics.results import FixedPoint, FixedPoints
from grpo_theory.dynamics.smoothed import Smoothed

BITS: Final = 192
_LARGEST_TRAP: Final = 64.0
_HALVINGS: Final = 60
_EVERYTHING: Final = (arb.neg_inf(), arb.pos_inf())


@dataclass(frozen=True)
class Attractor:
    """A certified attracting fixed point or cycle, or p = 1 ("one", where z tends to infinity), with its traps.

    `z` holds the points of the cycle in increasing order (none for "one"); every start in one of the intervals `traps`
    tends to the attractor, with proof.

    >>> attractors(_problem("mirror"))[0].kind
    'one'
    """

    kind: str
    period: int
    z: tuple[arb, ...]
    traps: tuple[Box, ...]


@dataclass(frozen=True)
class Separator:
    """A repelling fixed point u: starts in (low, u) tend to attractor `left`, starts in (u, high) to `right`.

    >>> Separator(arb(0), arb(-1), arb(1), 0, 1).left
    0
    """

    u: arb
    low: arb
    high: arb
    left: int
    right: int


def attractors(given: Problem, periods: tuple[int, ...] = (1, 2, 3, 4)) -> tuple[Attractor, ...]:
    """Every attracting cycle of the given periods with traps, and p = 1 where orbits surely run off to it.

    Domain: numbers for parameters, every kind but softmax, periods within 1, …, 4. Orbits tend to 1 where no fixed
    point exists and z′ > z: without a pull (Ω > 0), and at ε = 0 to the right of all fixed points. Errors: ValueError
    for the softmax gradient and for intervals of parameters.

    >>> [one.kind for one in attractors(_problem("reference"))]
    ['fixed-point', 'fixed-point']
    """
    check_numbers(given)
    fixed = fixed_of(given)
    with ctx.workprec(BITS + precision(given.weight)):
        step = step_map(given)
        found = _running_off(given, fixed)
        for period in dict.fromkeys(periods):
            points = fixed if period == 1 else periodic_points(given, period, fixed)
            found += [_with_traps(step, cycle) for cycle in _cycles(step, points, period)]
        return tuple(sorted((one for one in found if one.traps), key=lambda one: _lowest(one.traps)))


def check_numbers(given: Problem) -> None:
    """Raise ValueError for the softmax gradient and for intervals of parameters.

    >>> check_numbers(_problem("mirror"))
    """
    if given.kind == SOFTMAX:
        raise ValueError("basins are computed for steps with constant gain, not for the softmax gradient")
    if not given.is_point:
        raise ValueError("basins are computed for numbers, not for intervals of parameters")


def separators(given: Problem, known: tuple[Attractor, ...]) -> tuple[Separator, ...]:
    """Every repelling fixed point between the traps of two fixed attractors over which no start nearby is thrown.

    Domain: as `attractors`, with what it returned. A separator is a proof about all starts between `low` and `high`.

    >>> given = _problem("reference")
    >>> [(one.left, one.right) for one in separators(given, attractors(given))]
    [(0, 1)]
    """
    fixed = fixed_of(given)
    if not fixed.complete:
        return ()
    with ctx.workprec(BITS + precision(given.weight)):
        step, parted = step_map(given), []
        traps = [(i, one.traps[0]) for i, one in enumerate(known) if one.period == 1]
        for (i, left), (j, right) in pairwise(traps):
            inside = [point for point in fixed.points if point.z > left[1] and not point.z > right[0]]
            if len(inside) != 1 or not inside[0].multiplier > 1:
                continue
            u = inside[0].z
            sinks = step.range(left[1], u.upper())[0] > left[0]
            rises = not right[0] > u or step.range(u.lower(), right[0])[1] < right[1]
            if sinks and rises:
                parted.append(Separator(u, left[0], right[1], i, j))
        return tuple(parted)


def fixed_of(given: Problem) -> FixedPoints:
    """The fixed points of a problem.

    >>> len(fixed_of(_problem("reference")).points)
    3
    """
    from grpo_theory.dynamics.fixed_points import solve

    return solve(given)


def _running_off(given: Problem, fixed: FixedPoints) -> list[Attractor]:
    if not fixed.complete:
        return []
    weight = given.ranges()[0]
    if given.strength()[0] == 0:
        return [Attractor("one", 1, (), (_EVERYTHING,))]
    if not (isinstance(weight, Smoothed) and weight.unbounded):
        return []
    # At ε = 0 the sign of z′ − z is that of Ω/β − (z − z_ref), which is positive beyond the last fixed point.
    start = fixed.points[-1].z.upper() if fixed.points else arb.neg_inf()
    return [Attractor("one", 1, (), ((start, arb.pos_inf()),))]


def _cycles(step: Map, points: FixedPoints, period: int) -> list[tuple[FixedPoint, ...]]:
    """The attracting points, put together by the orbits that they belong to."""
    waiting = [point for point in points.points if point.stability == "attracting"]
    cycles = []
    while waiting:
        first = waiting.pop(0)
        cycle, z = [first], first.z
        for _ in range(period - 1):
            z = step.value(z)
            near = [point for point in waiting if point.z.overlaps(z)]
            cycle += near
            waiting = [point for point in waiting if point not in near]
        cycles.append(tuple(sorted(cycle, key=lambda point: float(point.z))))
    return [cycle for cycle in cycles if len(cycle) == period]


def _with_traps(step: Map, cycle: tuple[FixedPoint, ...]) -> Attractor:
    period = len(cycle)
    traps = tuple(box for point in cycle if (box := _trap(step, period, point.z)) is not None)
    return Attractor("fixed-point" if period == 1 else "cycle", period, tuple(point.z for point in cycle), traps)


def _trap(step: Map, period: int, z: arb) -> Box | None:
    """The largest tried interval around z that fⁿ maps into itself as a contraction."""
    radius = arb(_LARGEST_TRAP)
    for _ in range(_HALVINGS):
        low, high = (z - radius).lower(), (z + radius).upper()
        a, b, product = low, high, arb(1)
        for _ in range(period):
            product *= step.slope(a, b)
            a, b = step.range(a, b)
        if abs(product) < 1 and a > low and b < high:
            return low, high
        radius = radius / 2
    return None


def _lowest(traps: tuple[Box, ...]) -> float:
    return min(float(low) for low, _ in traps)


def _problem(kind: str) -> Problem:
    from grpo_theory.dynamics.problems import problem

    return problem(kind, beta=1, p_ref="1/5", epsilon="1e-4")
