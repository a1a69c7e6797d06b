"""Points of least period n ≤ 4 with proof: zeros of fⁿ(z) − z on an interval that every cycle stays in.

With u = z − z_ref a cycle obeys u′ = (1−pull)·u + gain·Ω. For 0 < pull ≤ 1 its lowest and highest points give
gain·Ωmin/pull ≤ u ≤ gain·Ωmax/pull. For 1 < pull < 2, c = pull − 1, they give max u ≤ gain·(Ωmax − c·Ωmin)/(1 − c²) and
min u ≥ gain·Ωmin − c·max u; for pull > 2, |u| ≤ gain·Ωmax/(c − 1). At ε = 0 and pull ≤ 1 nothing returns from beyond
the larger fixed point, where z′ > z and f increases; without fixed points z′ > z everywhere, and there is no cycle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flint import arb, ctx

from grpo_theory.dynamics.isolation import Box, Function, Zeros, isolate
from grpo_theory.dynamics.kinds import KINDS, SOFTMAX
from grpo_theory.dynamics.problems import Problem, exact, logit
from grpo_theory.dynamics.ranges import Inverse, Polynomial, RangedWeight, precision
from grpo_theory.dynamics.results import FixedPoint, FixedPoints
from grpo_theory.dynamics.smoothed import Smoothed
from grpo_theory.errors import outside

_BITS: Final = 192
_MOST_BOXES: Final = 6000
_EVERYTHING: Final = (arb.neg_inf(), arb.pos_inf())


@dataclass(frozen=True)
class Map:
    """f(z) = rest·z + shift + gain·Ω(z) with exact ranges.

    >>> Map(arb(0), arb(0), arb(1), Smoothed(arb(0))).value(arb(0)).contains(2)
    True
    """

    rest: arb
    shift: arb
    gain: arb
    weight: RangedWeight

    def value(self, z: arb) -> arb:
        """f on a ball."""
        return self.rest * z + self.shift + self.gain * self.weight.value(z)

    def slope(self, a: arb, b: arb) -> arb:
        """A ball around f′ on [a, b]."""
        low, high = self.weight.slope_range(a, b)
        return self.rest + self.gain * low.union(high)

    def range(self, a: arb, b: arb) -> Box:
        """An interval around f([a, b]): the ends' values where f is monotone, else the terms' ranges."""
        slope = self.slope(a, b)
        if slope >= 0:
            return self.value(a).lower(), self.value(b).upper()
        if slope <= 0:
            return self.value(b).lower(), self.value(a).upper()
        low, high = self.weight.range(a, b)
        whole = self.rest * a.union(b) + self.shift + self.gain * low.union(high)
        return whole.lower(), whole.upper()

    def iterated(self, n: int) -> Function:
        """fⁿ(z) − z."""

        def value(z: arb) -> arb:
            y = z
            for _ in range(n):
                y = self.value(y)
            return y - z

        def values(a: arb, b: arb) -> Box:
            low, high = a, b
            for _ in range(n):
                low, high = self.range(low, high)
            return low - b, high - a

        def slopes(a: arb, b: arb) -> Box:
            product, low, high = arb(1), a, b
            for step in range(n):
                product *= self.slope(low, high)
                if step + 1 < n:
                    low, high = self.range(low, high)
            return product.lower() - 1, product.upper() - 1

        return Function(value, values, slopes)


def periodic_points(given: Problem, period: object, fixed: FixedPoints) -> FixedPoints:
    """The points of least period 2, 3 or 4, each with the multiplier of its cycle; `fixed` are those of period 1.

    Errors: ValueError for another period, for intervals of parameters and for the softmax gradient.

    >>> from grpo_theory.dynamics import fixed_points
    >>> found = fixed_points(beta=5, p_ref="1e-3", epsilon="1e-5", period=2)
    >>> [point.stability for point in found.points]
    ['attracting', 'attracting']
    """
    if isinstance(period, bool) or not isinstance(period, int) or not 1 <= period <= 4:
        raise outside("period", period, "{1, 2, 3, 4}", "longer cycles have too many boxes to certify")
    if given.kind == SOFTMAX:
        raise ValueError("cycles are certified for steps with constant gain, not for the softmax gradient")
    if not given.is_point:
        raise ValueError("cycles are certified for numbers, not for intervals of parameters")
    if period == 1:
        return fixed
    if fixed.contraction is not None or given.kind == "mirror":
        return FixedPoints((), (), fixed.complete, fixed.contraction)
    with ctx.workprec(_BITS + precision(given.weight)):
        step = step_map(given)
        domain = _domain(given, step, fixed)
        if domain is None:
            return FixedPoints((), (), True, None)
        if domain is _EVERYTHING:
            return FixedPoints((), (domain,), False, None)
        if step.slope(*domain) >= 0:
            return FixedPoints((), (), True, None)  # the orbits of an increasing map are monotone
        lower = [fixed, *(periodic_points(given, d, fixed) for d in range(2, period) if period % d == 0)]
        zeros = isolate(step.iterated(period), *domain, smallest=1e-25, most=_MOST_BOXES)
        return _least(step, period, zeros, lower)


def step_map(given: Problem) -> Map:
    """z′ of a problem whose parameters are numbers, with exact ranges.

    >>> from grpo_theory.dynamics import problem
    >>> step_map(problem("reference", beta=1, p_ref="1/2", epsilon=0)).value(arb(0)).contains(2)
    True
    """
    beta, eta, alpha = given.balls()
    kind = KINDS[given.kind]
    pull = arb(1) * kind.pull(beta, eta, alpha)
    return Map(1 - pull, pull * logit(given.p_ref[0]), kind.gain(beta, eta, alpha), given.ranges()[0])


def _bounds(weight: RangedWeight, low: arb) -> Box | None:
    """Lowest and highest Ω, for z ≥ low where Ω is unbounded to the left."""
    if isinstance(weight, Smoothed):
        return None if weight.unbounded else (weight.value(arb(0)), weight.epsilon.rsqrt())
    if isinstance(weight, Polynomial):
        return weight.bounds
    return (arb(1), weight.value(low)) if isinstance(weight, Inverse) else (arb(1), arb(1))


def _domain(given: Problem, step: Map, fixed: FixedPoints) -> Box | None:
    """An interval that holds every cycle; None where there is no cycle."""
    pull, gain, L = 1 - step.rest, step.gain, logit(given.p_ref[0])
    strength = exact(given.strength()[0])
    if pull <= 1:
        bounds = _bounds(step.weight, L + 1 / strength)
        if bounds is not None:
            return _padded(L + bounds[0] / strength, L + bounds[1] / strength)
        if fixed.complete and not fixed.points:
            return None
        return _padded(L + 2 / strength, fixed.points[-1].z) if fixed.complete else _EVERYTHING
    bounds = None if isinstance(step.weight, Inverse) else _bounds(step.weight, L)
    excess = pull - 1
    if bounds is None or not (excess < 1 or excess > 1):
        return _EVERYTHING
    if excess > 1:
        reach = gain * abs(bounds[0]).max(abs(bounds[1])) / (excess - 1)
        return _padded(L - reach, L + reach)
    high = gain * (bounds[1] - excess * bounds[0]) / (1 - excess * excess)
    return _padded(L + gain * bounds[0] - excess * high, L + high)


def _padded(low: arb, high: arb) -> Box:
    margin = (1 + abs(low).max(abs(high))) / 1024
    return (low - margin).lower(), (high + margin).upper()


def _least(step: Map, period: int, zeros: Zeros, lower: list[FixedPoints]) -> FixedPoints:
    """Zeros of fⁿ − z without the points of smaller periods, each of which is exactly one of the zeros."""
    boxes, undecided = list(zeros.found), list(zeros.undecided)
    for known in (point.z for shorter in lower for point in shorter.points):
        meeting = [box for box in boxes if box.overlaps(known)]
        if len(meeting) == 1 and not any(known > low and known < high for low, high in undecided):
            boxes.remove(meeting[0])
        elif meeting:
            undecided += [(box.lower(), box.upper()) for box in meeting]
            boxes = [box for box in boxes if box not in meeting]
    for low, high in (box for shorter in lower for box in shorter.undecided):
        meeting = [box for box in boxes if not (box < low or box > high)]
        undecided += [(box.lower(), box.upper()) for box in meeting]
        boxes = [box for box in boxes if box not in meeting]
    points = tuple(FixedPoint.of(z, _cycle_multiplier(step, period, z)) for z in sorted(boxes, key=float))
    return FixedPoints(points, tuple(undecided), not undecided, None)


def _cycle_multiplier(step: Map, period: int, z: arb) -> arb:
    product, y = arb(1), z
    for _ in range(period):
        product *= step.rest + step.gain * step.weight.at(y)[1]
        y = step.value(y)
    return product
