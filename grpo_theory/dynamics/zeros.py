"""All zeros of g(z) = z − L − Ω_ε(z)/β for one (β, L, ε), with a proof that there are no others.

ε > 0. g′ = 1 − Ω′/β with Ω′ ≤ 0 for z ≤ 0 and Ω′ first rising, then falling for z > 0 (module smoothed). So g′ is
negative at most on one interval (z₁, z₂), z₁ > 0: g rises to a maximum at z₁, falls to a minimum at z₂, and rises. It
has at most three zeros; three disjoint boxes with one zero each are all of them. One box is all of them when β ≥ s(ε),
when the maximum g(z₁) is negative, or when the minimum g(z₂) is positive; z₁ and z₂ are enclosed by the sign of g′.
Every zero lies in [L + 1/(β√(¼+ε)), L + 1/(β√ε)], because Ω lies between these two values.

ε = 0. g″ = −cosh(z/2)/(2β) < 0: g is concave with its maximum at z_c = 2·asinh(β). Two disjoint boxes are all zeros;
there is none when g(z_c) < 0. Zeros are at least L + 2/β.

Where these short proofs do not close (parameters at a fold), interval bisection takes over with more bits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from flint import arb, ctx

from grpo_theory.dynamics import guesses
from grpo_theory.dynamics.isolation import Function, Zeros, isolate
from grpo_theory.dynamics.smoothed import Smoothed

BITS: Final = 128
_MORE_BITS: Final = (256, 512)


@dataclass(frozen=True)
class Equation:
    """g(z) = z − L − Ω_ε(z)/β with β, L, ε balls around one number each.

    >>> Equation(arb(1), arb(0), Smoothed(arb(0))).value(arb(0)).contains(-2)
    True
    """

    beta: arb
    L: arb
    weight: Smoothed

    def value(self, z: arb) -> arb:
        """g on a ball."""
        return z - self.L - self.weight.value(z) / self.beta

    def both(self, z: arb) -> tuple[arb, arb]:
        """(g, g′) on a ball."""
        omega, slope = self.weight.at(z)
        return z - self.L - omega / self.beta, 1 - slope / self.beta

    @cached_property
    def floats(self) -> tuple[float, float, float]:
        """(β, L, ε) as floats."""
        return float(self.beta), float(self.L), float(self.weight.epsilon)

    def guess(self, z: float) -> guesses.Sample:
        """(g, g′) in floats."""
        beta, L, epsilon = self.floats
        omega, slope = guesses.weight(z, epsilon)
        return z - L - omega / beta, 1 - slope / beta

    def function(self) -> Function:
        """g with its exact ranges, for bisection."""

        def values(low: arb, high: arb) -> tuple[arb, arb]:
            least, most = self.weight.range(low, high)
            return low - self.L - most / self.beta, high - self.L - least / self.beta

        def slopes(low: arb, high: arb) -> tuple[arb, arb]:
            least, most = self.weight.slope_range(low, high)
            return 1 - most / self.beta, 1 - least / self.beta

        return Function(self.value, values, slopes)


def zeros(equation: Equation) -> Zeros:
    """Every zero of g: boxes with one zero each, in increasing order, and boxes left undecided.

    >>> len(zeros(Equation(arb(1), (arb(1) / 4).log(), Smoothed(arb("1e-4")))).found)
    3
    """
    with ctx.workprec(BITS):
        found = _at_zero(equation) if equation.weight.unbounded else _smoothed(equation)
        if found is not None:
            return Zeros(found, ())
    return _bisected(equation)


def bracket(equation: Equation) -> tuple[arb, arb]:
    """An interval with exact ends outside which g has no zero.

    >>> low, high = bracket(Equation(arb(1), arb(0), Smoothed(arb("1/4"))))
    >>> low <= 1.4143, high >= 2
    (True, True)
    """
    epsilon = equation.weight.epsilon
    low = equation.L + (epsilon + 0.25).rsqrt() / equation.beta
    if not equation.weight.unbounded:
        high = equation.L + epsilon.rsqrt() / equation.beta
    else:
        # To the right of a point where g < 0 and g′ < 0 a concave g stays negative.
        high = 2 * abs(low).max(equation.beta.asinh()) + 2
        while not all(part < 0 for part in equation.both(high)):
            high = 2 * high
    # A margin, since saturation puts zeros closer to an end than any number of bits can tell.
    margin = (1 + abs(low).max(abs(high))) / 1024
    return (low - margin).lower(), (high + margin).upper()


def _bisected(equation: Equation) -> Zeros:
    result = Zeros((), ())
    for bits in _MORE_BITS:
        with ctx.workprec(bits):
            result = isolate(equation.function(), *bracket(equation), smallest=2.0 ** (-bits // 4), most=3000)
        if result.complete:
            break
    return result


def _boxed(equation: Equation, guess: float) -> arb | None:
    """A box around the guess in which g has exactly one zero, by one interval Newton step."""
    middle = arb(guess)
    value, slope = equation.both(middle)
    step = abs(value / slope)
    radius = 4 * step + 1e-25 * (1 + abs(middle))
    if not radius < 1:
        return None
    box = middle + arb(0, 1) * radius.upper()
    wide_slope = equation.both(box)[1]
    newton = middle - value / wide_slope
    return newton if box.contains_interior(newton) else None


def _distinct(equation: Equation, *found: float) -> tuple[arb, ...] | None:
    boxes = [_boxed(equation, guess) for guess in found]
    kept = tuple(box for box in boxes if box is not None)
    apart = all(a < b for a, b in pairwise(kept))
    return kept if len(kept) == len(found) and apart else None


def _smoothed(equation: Equation) -> tuple[arb, ...] | None:
    beta, L, epsilon = equation.floats
    if not (beta > 0 and epsilon > 1e-150 and beta * math.sqrt(epsilon) > 1e-150):
        return None
    low, high = L + 1 / (beta * math.sqrt(0.25 + epsilon)), L + 1 / (beta * math.sqrt(epsilon))
    low, high = low - 1e-12 * (1 + abs(low)), high + 1e-12 * (1 + abs(high))
    if equation.weight.steepest <= equation.beta:
        # g is increasing. Past z_m Newton steps from the right never overshoot, so the right end is a good start.
        return _distinct(equation, guesses.zero(equation.guess, low, high, low, True))
    critical = _critical_points(beta, epsilon)
    if critical is None:
        return None
    first, second = critical
    if equation.guess(first)[0] < 0:
        if not _peak_below(equation, first):
            return None
        return _distinct(equation, guesses.zero(equation.guess, second, max(high, second), high, True))
    left = guesses.zero(equation.guess, min(low, first), first, low, True)
    if equation.guess(second)[0] > 0:
        return _distinct(equation, left) if _dip_above(equation, second) else None
    middle = guesses.zero(equation.guess, first, second, (first + second) / 2, False)
    right = guesses.zero(equation.guess, second, max(high, second), high, True)
    return _distinct(equation, left, middle, right)


def _critical_points(beta: float, epsilon: float) -> tuple[float, float] | None:
    """Float guesses of z₁ < z_m < z₂ with Ω′ = β."""
    top = guesses.steepest_point(epsilon)
    if guesses.steepness(top, beta, epsilon)[0] <= 1e-9:
        return None

    def relative(z: float) -> guesses.Sample:
        return guesses.steepness(z, beta, epsilon)

    # Near 0, Ω′ = z/16·(¼+ε)^(−3/2); far out, e^(−z)/(2ε^(3/2)): each bounds its side's solution from outside.
    least = 8 * beta * (0.25 + epsilon) ** 1.5
    most = max(math.log(1 / (2 * beta)) - 1.5 * math.log(epsilon), top) + 1
    first = guesses.zero(relative, min(least, top) * 1e-3, top, min(least, top * 0.5), True)
    return first, guesses.zero(relative, top, most, most, False)


def _around(z: float) -> tuple[arb, arb]:
    return arb(z * (1 - 1e-9)), arb(z * (1 + 1e-9))


def _peak_below(equation: Equation, first: float) -> bool:
    """Whether g(z₁) < 0 is proved: g′ > 0 left and < 0 right of z₁, and g's range between is negative."""
    a, b = _around(first)
    turns = equation.both(a)[1] > 0 and equation.both(b)[1] < 0
    return bool(turns and b - equation.L - equation.weight.value(a) / equation.beta < 0)


def _dip_above(equation: Equation, second: float) -> bool:
    """Whether g(z₂) > 0 is proved: g′ < 0 left and > 0 right of z₂, and g's range between is positive."""
    a, b = _around(second)
    turns = equation.both(a)[1] < 0 and equation.both(b)[1] > 0
    return bool(turns and a - equation.L - equation.weight.value(b) / equation.beta > 0)


def _at_zero(equation: Equation) -> tuple[arb, ...] | None:
    """The zeros at ε = 0, where g is concave."""
    beta, L, _ = equation.floats
    top = 2 * equation.beta.asinh()
    peak = equation.value(top)
    if peak < 0:
        return ()
    if not peak > 0 or not 1e-150 < beta < 1e150:
        return None
    turning = float(top)
    far = 2 * abs(turning) + 2
    while equation.guess(far)[0] > 0:
        far *= 1.5
        if far > 1300:
            return None
    low = L + 2 / beta
    left = guesses.zero(equation.guess, min(low - 1e-12 * (1 + abs(low)), turning), turning, min(low, turning), True)
    right = guesses.zero(equation.guess, turning, far, far, False)
    return _distinct(equation, left, right)
