"""Fixed points and points of cycles as certified boxes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

from flint import arb

from grpo_theory.dynamics.isolation import Box


@dataclass(frozen=True)
class FixedPoint:
    """One point of a cycle as balls: log-odds z, p, 1−p, the multiplier of the cycle in log-odds (the same in p).

    `stability` is "attracting" (|multiplier| < 1), "repelling" (> 1), or "undecided" where the ball holds ±1.

    >>> point = FixedPoint.of(arb(0), arb("0.5"))
    >>> point.stability, point.p.contains(arb("0.5"))
    ('attracting', True)
    """

    z: arb
    p: arb
    one_minus_p: arb
    multiplier: arb
    stability: str

    @staticmethod
    def of(z: arb, multiplier: arb, excess: arb | None = None) -> FixedPoint:
        """The point at log-odds z with this multiplier; `excess` is multiplier − 1 where that is known more exactly."""
        beyond = multiplier - 1 if excess is None else excess
        stability = "undecided"
        if beyond < 0 and beyond > -2:
            stability = "attracting"
        elif beyond > 0 or beyond < -2:
            stability = "repelling"
        return FixedPoint(z, _sigmoid(z), _sigmoid(-z), multiplier, stability)


@dataclass(frozen=True)
class FixedPoints:
    """Points, each alone in its box for every parameter of the intervals, in increasing order.

    Outside the boxes of `points` and `undecided` there is no fixed point inside (0, 1). `complete` says that nothing
    stayed undecided. `contraction` bounds |dz′/dz| over all z where that bound is below 1, else None.

    >>> FixedPoints((), (), True, None).complete
    True
    """

    points: tuple[FixedPoint, ...]
    undecided: tuple[Box, ...]
    complete: bool
    contraction: arb | None


def _sigmoid(z: arb) -> arb:
    if z.rad() < 1e-9:
        return 1 / (1 + (-z).exp())
    low, high = 1 / (1 + (-z.lower()).exp()), 1 / (1 + (-z.upper()).exp())
    return low.union(high)


def decimal_bounds(ball: arb, digits: int = 20) -> tuple[str, str]:
    """Decimal texts below and above every number of a ball, rounded outwards to so many significant digits.

    Domain: a finite ball, digits ≥ 1. Errors: ValueError for an infinite ball.

    >>> decimal_bounds(arb(1) / 3, 5)
    ('0.33333', '0.33334')
    """
    if not ball.is_finite():
        raise ValueError("an infinite ball has no decimal bounds")
    # Midpoint and radius are exact dyadic numbers; lower() and upper() would round to the precision of the moment.
    middle, radius = _dyadic(ball.mid()), _dyadic(ball.rad())
    return _rounded(middle - radius, digits, ROUND_FLOOR), _rounded(middle + radius, digits, ROUND_CEILING)


def _dyadic(number: arb) -> Fraction:
    mantissa, exponent = (int(part) for part in number.man_exp())
    return Fraction(mantissa << max(exponent, 0), 1 << max(-exponent, 0))


def _rounded(end: Fraction, digits: int, rounding: str) -> str:
    context = Context(prec=digits, rounding=rounding, Emin=-(10**9), Emax=10**9)
    return str(context.divide(Decimal(end.numerator), Decimal(end.denominator)))
