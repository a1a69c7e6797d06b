"""Float guesses for the zeros and critical points of g(z) = z − L − Ω_ε(z)/β: they suggest, balls decide."""

from __future__ import annotations

import math
from collections.abc import Callable

Sample = tuple[float, float]


def weight(z: float, epsilon: float) -> Sample:
    """(Ω, dΩ/dz) at one z, without overflow for |z| up to 1400 at ε = 0 and for every z at ε > 0.

    >>> weight(0.0, 0.75)
    (1.0, 0.0)
    """
    e = math.exp(-abs(z))
    if epsilon == 0.0:
        half = math.exp(min(abs(z), 1400.0) / 2)
        return half * (1 + e), math.copysign(half * (1 - e) / 2, z)
    v = e / ((1 + e) * (1 + e))
    inverse = 1 / (v + epsilon)
    root = math.sqrt(inverse)
    return root, math.copysign(v * (1 - e) / (1 + e) * root * inverse / 2, z)


def zero(function: Callable[[float], Sample], low: float, high: float, start: float, rising: bool) -> float:
    """A zero of a function that changes sign once on [low, high], by Newton steps that bisection keeps inside.

    Domain: `function` gives (value, slope); `rising` says in which direction the sign changes.

    >>> round(zero(lambda x: (x * x - 2, 2 * x), 0.0, 4.0, 4.0, True), 12)
    1.414213562373
    """
    z, before = start, math.inf
    for _ in range(200):
        value, slope = function(z)
        if value == 0.0 or (value < 0) is rising:
            low = z
        else:
            high = z
        step = -value / slope if slope else math.inf
        if abs(step) <= 1e-15 * (1 + abs(z)):
            return z + step
        following = z + step
        if not low < following < high or abs(step) > before / 2:
            following = low + (high - low) / 2
            step = following - z
            if following in (low, high):
                return following
        before = abs(step) if math.isfinite(step) else before
        z = following
    return z


def steepness(z: float, beta: float, epsilon: float) -> Sample:
    """(log(Ω′/β), its derivative) at z > 0: zero at the critical points of g.

    >>> steepness(40.0, 1.0, 1e-2)[1] < 0
    True
    """
    e = math.exp(-z)
    v = e / ((1 + e) * (1 + e))
    t = (1 - e) / (1 + e)
    logarithm = -z - 2 * math.log1p(e) + math.log(t / (2 * beta)) - 1.5 * math.log(v + epsilon)
    return logarithm, -t * (1 - 2 * v / (t * t) - 1.5 * v / (v + epsilon))


def steepest_point(epsilon: float) -> float:
    """z_m > 0 with p(1−p) = 2ε/(1+12ε), where Ω_ε is steepest.

    >>> round(steepest_point(0.5), 6)
    1.566799
    """
    return math.acosh((1 + 8 * epsilon) / (4 * epsilon)) if epsilon > 1e-300 else math.inf
