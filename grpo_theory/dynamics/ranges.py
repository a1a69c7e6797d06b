"""Other weights as balls and ranges: w_G of a count rule as a polynomial in p or 1−p, the constant, and 1/p.

On an interval of p the polynomial is re-expanded about the midpoint, and its range is clipped by its Bernstein
coefficients, between which it lies on all of [0, 1].
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import comb
from typing import Protocol

from flint import arb, arb_poly, ctx

from grpo_theory.dynamics.smoothed import Pair, Smoothed
from grpo_theory.dynamics.weights import (
    ConstantWeight,
    GroupWeight,
    InverseWeight,
    SmoothedWeight,
    Weight,
    exact_coefficients,
)
from grpo_theory.groups import AdvantageRule


class RangedWeight(Protocol):
    """Ω with its slope in log-odds: on balls, and as (lowest, highest) on an interval with exact ends."""

    def at(self, z: arb) -> Pair:
        """Ω and dΩ/dz on a ball."""

    def value(self, z: arb) -> arb:
        """Ω on a ball."""

    def range(self, low: arb, high: arb) -> Pair:
        """Lowest and highest Ω."""

    def slope_range(self, low: arb, high: arb) -> Pair:
        """Lowest and highest slope."""


@dataclass(frozen=True)
class Constant:
    """Ω = 1.

    >>> Constant().value(arb(3)) == 1
    True
    """

    def at(self, z: arb) -> Pair:
        """(1, 0)."""
        return arb(1), arb(0)

    def value(self, z: arb) -> arb:
        """1."""
        return arb(1)

    def range(self, low: arb, high: arb) -> Pair:
        """1."""
        return arb(1), arb(1)

    def slope_range(self, low: arb, high: arb) -> Pair:
        """0."""
        return arb(0), arb(0)


@dataclass(frozen=True)
class Inverse:
    """Ω = 1/p = 1 + e^(−z), falling.

    >>> Inverse().value(arb(0)) == 2
    True
    """

    def at(self, z: arb) -> Pair:
        """(1 + e^(−z), −e^(−z))."""
        e = (-z).exp()
        return 1 + e, -e

    def value(self, z: arb) -> arb:
        """1 + e^(−z)."""
        return 1 + (-z).exp()

    def range(self, low: arb, high: arb) -> Pair:
        """The values at the ends."""
        return self.value(high), self.value(low)

    def slope_range(self, low: arb, high: arb) -> Pair:
        """The slopes at the ends."""
        return self.at(low)[1], self.at(high)[1]


@dataclass(frozen=True)
class Polynomial:
    """w_G by its Bernstein bounds and its expansions about p = 0 and about p = 1.

    `bounds` and `slopes` hold w and dw/dp on [0, 1]; `left` and `right` are the polynomial in p and in 1−p, `ascent`
    and `descent` their derivatives.

    >>> weight = polynomial(GroupWeight(_rule("maxrl"), 3))
    >>> weight.value(arb(0)).contains(arb("1.5"))
    True
    """

    bounds: Pair
    slopes: Pair
    left: arb_poly
    right: arb_poly
    ascent: arb_poly
    descent: arb_poly

    def at(self, z: arb) -> Pair:
        """w and p(1−p)·dw/dp."""
        e = (-abs(z)).exp()
        small = e / (1 + e)
        if z > 0:
            return self.right(small), -small * (1 - small) * self.descent(small)
        if z <= 0:
            return self.left(small), small * (1 - small) * self.ascent(small)
        p = 1 / (1 + (-z).exp())
        return self.left(p), p * (1 - p) * self.ascent(p)

    def value(self, z: arb) -> arb:
        """w."""
        return self.at(z)[0]

    def range(self, low: arb, high: arb) -> Pair:
        """A range of w."""
        shape, side, sign = self._side(low, high)
        return _ends(_spread(self.right if sign < 0 else self.left, shape, side), self.bounds)

    def slope_range(self, low: arb, high: arb) -> Pair:
        """A range of p(1−p)·dw/dp."""
        middle, radius, sign = self._side(low, high)
        derivative = sign * _spread(self.descent if sign < 0 else self.ascent, middle, radius)
        least, most = _ends(derivative, self.slopes)
        v = _product(middle, radius)
        product = v * least.union(most)
        return product.lower(), product.upper()

    def _side(self, low: arb, high: arb) -> tuple[arb, arb, int]:
        """Midpoint and radius of the smaller of p and 1−p, and the sign of its derivative."""
        sign = -1 if low > 0 else 1
        a, b = 1 / (1 + (-sign * low).exp()), 1 / (1 + (-sign * high).exp())
        hull = a.union(b)
        return hull.mid(), hull.rad(), sign


def ranged(weight: Weight, epsilon: arb | None = None) -> RangedWeight:
    """The weight as balls and ranges; for Ω_ε with the given ball for ε.

    Errors: ValueError for a weight that has none: dynamic sampling, and weights of the caller's own.

    >>> type(ranged(ConstantWeight())).__name__
    'Constant'
    """
    if isinstance(weight, SmoothedWeight) and epsilon is not None:
        return Smoothed(epsilon)
    if isinstance(weight, ConstantWeight):
        return Constant()
    if isinstance(weight, InverseWeight):
        return Inverse()
    if isinstance(weight, GroupWeight) and not weight.rule.mixed_only:
        return polynomial(weight)
    raise ValueError(f"weight {weight.name} has no enclosure: fixed points are certified for bounded weights and 1/p")


@lru_cache(maxsize=64)
def polynomial(weight: GroupWeight) -> Polynomial:
    """w_G of a count rule as a polynomial with balls for coefficients, wide enough for every later precision.

    >>> len(polynomial(GroupWeight(_rule("grpo"), 4)).left.coeffs())
    4
    """
    n = weight.G - 1
    with ctx.workprec(_bits(weight.G)):
        c = [_ball(value, _bits(weight.G)) for value in exact_coefficients(weight.rule, weight.G)]
        d = [n * (b - a) for a, b in pairwise(c)] or [arb(0)]
        left, right = _from_bernstein(c), _from_bernstein(c[::-1])
        return Polynomial(_extremes(c), _extremes(d), left, right, left.derivative(), right.derivative())


def precision(weight: Weight) -> int:
    """Bits that a weight needs beside those of the result: cancellation in powers of p grows with G.

    >>> precision(ConstantWeight())
    0
    """
    return 3 * weight.G if isinstance(weight, GroupWeight) else 0


def _bits(G: int) -> int:
    return 700 + 6 * G


def _rule(name: str) -> AdvantageRule:
    from grpo_theory.groups import rule

    return rule(name)


def _ball(value: object, bits: int) -> arb:
    return arb(value) if isinstance(value, int) else value.arb(bits)  # type: ignore[attr-defined]  # a Surd or ClosedForm


def _extremes(values: list[arb]) -> Pair:
    least = most = values[0]
    for value in values[1:]:
        least, most = least.min(value), most.max(value)
    return least, most


def _from_bernstein(c: list[arb]) -> arb_poly:
    """The polynomial in p: C(n,j)·(j-th forward difference of the coefficients) for p^j."""
    n, differences, powers = len(c) - 1, list(c), []
    for j in range(n + 1):
        powers.append(differences[0] * comb(n, j))
        differences = [b - a for a, b in pairwise(differences)]
    return arb_poly(powers)


def _spread(polynomial: arb_poly, middle: arb, radius: arb) -> arb:
    """The polynomial on [middle − radius, middle + radius], from its Taylor coefficients at the middle."""
    total = arb(0)
    for coefficient in reversed(polynomial(arb_poly([middle, 1])).coeffs()):
        total = total * (arb(0, 1) * radius) + coefficient
    return total


def _ends(ball: arb, bounds: Pair) -> Pair:
    return ball.lower().max(bounds[0]), ball.upper().min(bounds[1])


def _product(middle: arb, radius: arb) -> arb:
    """p(1−p) for p within the radius of the middle: ¼ − (½−p)²."""
    away = abs(middle - 0.5)
    near = (away - radius).max(arb(0))
    return (0.25 - (away + radius) ** 2).max(arb(0)).union(0.25 - near * near)
