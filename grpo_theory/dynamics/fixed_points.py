"""Every fixed point of a recurrence with proof, its multiplier and stability, for numbers and intervals of parameters.

Fixed points of z′ = (1−pull)·z + pull·z_ref + gain·Ω solve z = z_ref + Ω(z)·gain/pull: for reference, proximal and
explicit steps (and the softmax gradient) the strength pull/gain is β, for two-kl it is αβ. They share their places and
differ in their multipliers only. The mirror recurrence (pull = 0) moves by Ω/β > 0 and has none inside (0, 1).
"""

from __future__ import annotations

from typing import Any

from flint import arb, ctx

from grpo_theory.dynamics.kinds import SOFTMAX
from grpo_theory.dynamics.parameters import Span
from grpo_theory.dynamics.periodic import periodic_points
from grpo_theory.dynamics.problems import Problem, exact, logit, problem
from grpo_theory.dynamics.ranges import Constant, Polynomial, RangedWeight, precision
from grpo_theory.dynamics.results import FixedPoint, FixedPoints
from grpo_theory.dynamics.sandwich import Corner, places
from grpo_theory.dynamics.smoothed import Smoothed
from grpo_theory.dynamics.zeros import BITS

_FULL_BITS = 640


def fixed_points(
    kind: str = "reference",
    *,
    beta: object,
    p_ref: object,
    epsilon: object = None,
    eta: object = None,
    alpha: object = None,
    weight: object = "grpo",
    G: int | None = None,
    period: int = 1,
    **rule_options: Any,
) -> FixedPoints:
    """Every z with z′ = z inside (0, 1), or every point of least period n ≤ 4, with a proof of completeness.

    Domain: as `recurrence`; each of β, p_ref, ε, η, α may be an interval, (low, high) or "low:high" (for period 1). A
    float stands for its binary value. Errors: ValueError outside the domain. Parameters too near a fold to decide are
    no error: their boxes come back in `undecided`.

    >>> found = fixed_points(beta=1, p_ref="1/5", epsilon="1e-4")
    >>> [point.stability for point in found.points], found.complete
    (['attracting', 'repelling', 'attracting'], True)
    """
    given = problem(
        kind, beta=beta, p_ref=p_ref, epsilon=epsilon, eta=eta, alpha=alpha, weight=weight, G=G, **rule_options
    )
    found = solve(given)
    return found if period == 1 and not isinstance(period, bool) else periodic_points(given, period, found)


def solve(given: Problem) -> FixedPoints:
    """The fixed points of a problem that has been read.

    >>> solve(problem("mirror", beta=1, p_ref="1/2", epsilon=0)).points
    ()
    """
    strength = given.strength()
    with ctx.workprec(BITS + precision(given.weight)):
        if strength[1] == 0:
            return _without_pull(given)
        if strength[0] == 0:
            raise ValueError(
                "alpha = 0 lies outside intervals in (0, 1]: without the reference all fixed points vanish"
            )
        found = places(*_corners(given, strength), ranges=given.ranges())
        points = tuple(_point(given, z) for z in found.boxes)
        return FixedPoints(points, found.undecided, not found.undecided, contraction(given))


def contraction(given: Problem) -> arb | None:
    """An upper bound of |dz′/dz| over all z, where it is below 1: then every start converges at this rate.

    >>> bound = contraction(problem("reference", beta=50, p_ref="1/2", epsilon="1e-3"))
    >>> bound < arb("0.13")
    True
    """
    if given.kind in (SOFTMAX, "mirror"):
        return None
    steepest = arb(0)
    for weight in given.ranges():
        if isinstance(weight, Smoothed):
            low, high = -weight.steepest, weight.steepest
        else:
            low, high = _slopes_everywhere(weight)
        steepest = steepest.max(abs(low)).max(abs(high))
    if not steepest.is_finite():
        return None
    rate = abs(given.multiplier(steepest)).max(abs(given.multiplier(-steepest)))
    return rate if rate < 1 else None


def _corners(given: Problem, strength: Span) -> tuple[Corner, Corner]:
    """The parameters where g is largest and where it is smallest."""
    with ctx.workprec(_FULL_BITS + precision(given.weight)):
        largest = Corner(exact(strength[1]), logit(given.p_ref[0]), given.ranges()[-1])
        if given.is_point:
            return largest, largest
        return largest, Corner(exact(strength[0]), logit(given.p_ref[1]), given.ranges()[0])


def _point(given: Problem, z: arb) -> FixedPoint:
    slopes = [weight.at(z)[1] if z.rad() < 1e-9 else _hull(weight, z) for weight in given.ranges()]
    slope = slopes[0] if len(slopes) == 1 else slopes[0].union(slopes[1])
    if given.kind == SOFTMAX:
        excess = given.softmax_excess(z, slope)
        return FixedPoint.of(z, 1 + excess, excess)
    return FixedPoint.of(z, given.multiplier(slope))


def _hull(weight: RangedWeight, z: arb) -> arb:
    low, high = weight.slope_range(z.lower(), z.upper())
    return low.union(high)


def _slopes_everywhere(weight: RangedWeight) -> tuple[arb, arb]:
    if isinstance(weight, Polynomial):
        return weight.slopes[0] / 4, weight.slopes[1] / 4
    if isinstance(weight, Constant):
        return arb(0), arb(0)
    return arb.neg_inf(), arb.pos_inf()


def _without_pull(given: Problem) -> FixedPoints:
    """z′ = z + gain·Ω: the fixed points are the zeros of Ω, of which a positive weight has none."""
    for weight in given.ranges():
        lowest = weight.range(arb(-1), arb(1))[0] if isinstance(weight, Smoothed) else _lowest(weight)
        if not lowest > 0:
            everything = (arb.neg_inf(), arb.pos_inf())
            return FixedPoints((), (everything,), False, None)
    return FixedPoints((), (), True, None)


def _lowest(weight: RangedWeight) -> arb:
    return weight.bounds[0] if isinstance(weight, Polynomial) else arb(1)
