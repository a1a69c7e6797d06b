"""Intervals with ends in [−∞, ∞]: each end is an Arb ball that contains it, so that rounding never loses a value.

Every operation returns an interval that holds all values which the operation takes at real points of its operands, and,
for operands of one point ±∞, the limit where there is one. Indeterminate forms such as 0·∞ of two limits give the line.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import reduce

from flint import arb, fmpq

from grpo_theory.arithmetic.signs import Sign

Range = tuple[arb, arb]
"""Lower and upper end; a single point where both are the same object."""

INFINITE = arb.pos_inf()
LINE: Range = (-INFINITE, INFINITE)
_ZERO, _ONE = arb(0), arb(1)


def point(value: Fraction) -> Range:
    """A rational number as an interval of one point, at the working precision.

    >>> point(Fraction(1, 2))[0] == 0.5
    True
    """
    end = arb(fmpq(value.numerator, value.denominator))
    return end, end


def between(low: Fraction, high: Fraction) -> Range:
    """The closed interval between two rationals.

    >>> between(Fraction(0), Fraction(1))[1] == 1
    True
    """
    return point(low) if low == high else (point(low)[0], point(high)[0])


def sign_of(value: Range) -> Sign:
    """The sign of all numbers of an interval, where they have one.

    >>> sign_of(between(Fraction(0), Fraction(1)))
    <Sign.NONNEGATIVE: '>='>
    """
    low, high = value
    if low > 0:
        return Sign.POSITIVE
    if high < 0:
        return Sign.NEGATIVE
    if low >= 0:
        return Sign.ZERO if high <= 0 else Sign.NONNEGATIVE
    return Sign.NONPOSITIVE if high <= 0 else Sign.UNKNOWN


def clipped(value: Range, sign: Sign) -> Range:
    """The part of an interval that agrees with a sign known from elsewhere.

    >>> clipped(LINE, Sign.POSITIVE)[0] == 0
    True
    """
    if sign in (Sign.POSITIVE, Sign.NONNEGATIVE) and not value[0] >= 0:
        return _ZERO, value[1].max(_ZERO)
    if sign in (Sign.NEGATIVE, Sign.NONPOSITIVE) and not value[1] <= 0:
        return value[0].min(_ZERO), _ZERO
    return (_ZERO, _ZERO) if sign is Sign.ZERO else value


def add(first: Range, second: Range) -> Range:
    """The sums; ∞ − ∞ is the whole line.

    >>> add(LINE, point(Fraction(1))) == LINE
    True
    """
    if first[0] is first[1] and second[0] is second[1]:
        total = first[0] + second[0]
        return LINE if total.is_nan() else (total, total)
    return _sound(_plus(first[0], second[0]), _plus(first[1], second[1]))


def multiply(first: Range, second: Range) -> Range:
    """The products; 0·∞ is 0 where the zero is a number among others, and the line where it is the only one.

    >>> multiply(between(Fraction(0), Fraction(1)), (_ONE, INFINITE))[0] == 0
    True
    >>> multiply(point(Fraction(0)), (_ONE, INFINITE)) == LINE
    True
    """
    for one, other in ((first, second), (second, first)):
        if one[0] == 0 and one[1] == 0:
            return one if other[0].is_finite() and other[1].is_finite() else LINE
    if first[0] is first[1] and second[0] is second[1]:
        product = first[0] * second[0]
        return LINE if product.is_nan() else (product, product)
    if first[0] >= 0 and second[0] >= 0:
        return _sound(_times(first[0], second[0]), _times(first[1], second[1]))
    products = [_times(a, b) for a in first for b in second]
    if any(product.is_nan() for product in products):
        return LINE
    return reduce(arb.min, products), reduce(arb.max, products)


def reciprocal(value: Range, sign: Sign = Sign.UNKNOWN) -> Range:
    """The reciprocals; near zero only for a sign that is known to be strict, else the line.

    >>> reciprocal(between(Fraction(0), Fraction(2)), Sign.POSITIVE)[0] == 0.5
    True
    """
    low, high = value
    if low > 0 or high < 0:
        least = _over(high)
        return (least, least) if low is high else (least, _over(low))
    if sign is Sign.POSITIVE:
        return (_over(high) if high > 0 else (INFINITE if high == 0 else _ZERO)), INFINITE
    if sign is Sign.NEGATIVE:
        return -INFINITE, (_over(low) if low < 0 else (-INFINITE if low == 0 else _ZERO))
    return LINE


def power(value: Range, exponent: int, sign: Sign = Sign.UNKNOWN) -> Range:
    """The powers with an integer exponent; negative ones as `reciprocal`.

    >>> power(between(Fraction(-1), Fraction(2)), 2)[0] == 0
    True
    """
    if exponent < 0:
        return power(reciprocal(value, sign), -exponent)
    low, high = value
    if exponent == 0:
        return _ONE, _ONE
    if low is high:
        return _monotone(value, lambda x: x**exponent)
    if exponent % 2 == 0:
        if not (low >= 0 or high <= 0):
            return _ZERO, _power(low, exponent).max(_power(high, exponent))
        if high <= 0:
            low, high = high, low
    return _sound(_power(low, exponent), _power(high, exponent))


def root(value: Range) -> Range:
    """The square roots of what is not negative; the line where some radicand may be negative.

    >>> root(point(Fraction(4)))[0] == 2
    True
    """
    return _monotone(value, lambda x: x if _is_infinite(x) else x.sqrt()) if value[0] >= 0 else LINE


def exponential(value: Range) -> Range:
    """The exponentials, 0 at −∞.

    >>> exponential((-INFINITE, _ZERO))[0] == 0
    True
    """
    return clipped(_monotone(value, _exp), Sign.NONNEGATIVE)


def logarithm(value: Range, sign: Sign = Sign.UNKNOWN) -> Range:
    """The logarithms, −∞ at 0 when the numbers are known to be positive; the line otherwise.

    >>> logarithm(between(Fraction(0), Fraction(1)), Sign.POSITIVE)[1] == 0
    True
    """
    low, high = value
    if low > 0:
        return _monotone(value, _log)
    if sign is not Sign.POSITIVE:
        return LINE
    return -INFINITE, (-INFINITE if high == 0 else _log(high) if high > 0 else INFINITE)


def modulus(value: Range) -> Range:
    """The absolute values.

    >>> modulus(between(Fraction(-3), Fraction(1)))[1] == 3
    True
    """
    low, high = value
    if low >= 0:
        return value
    if low is high:
        return _monotone(value, abs)
    return (-high, -low) if high <= 0 else (_ZERO, (-low).max(high))


def extreme(values: Iterable[Range], choose: Callable[[arb, arb], arb]) -> Range:
    """The minima or maxima, ``choose`` being ``arb.min`` or ``arb.max``.

    >>> extreme([point(Fraction(1)), point(Fraction(2))], arb.max)[0] == 2
    True
    """
    found = list(values)
    low = reduce(choose, (low for low, _ in found))
    return (low, low) if all(a is b for a, b in found) else (low, reduce(choose, (high for _, high in found)))


def step(value: Range) -> Range:
    """1 where positive, 0 where negative, both where that is not settled: the slope of the positive part.

    >>> step(point(Fraction(3)))[0] == 1
    True
    """
    if value[0] > 0:
        return _ONE, _ONE
    return (_ZERO, _ZERO) if value[1] < 0 else (_ZERO, _ONE)


def monotone(value: Range, function: Callable[[arb], arb]) -> Range:
    """The values of a function that never falls, finite numbers given.

    >>> monotone(point(Fraction(0)), arb.tanh)[0] == 0
    True
    """
    return _monotone(value, function) if value[0].is_finite() and value[1].is_finite() else LINE


def _monotone(value: Range, function: Callable[[arb], arb]) -> Range:
    low = function(value[0])
    return _sound(low, low if value[0] is value[1] else function(value[1]))


def _sound(low: arb, high: arb) -> Range:
    if low is high:
        return LINE if low.is_nan() else (low, low)
    return (-INFINITE if low.is_nan() else low), (INFINITE if high.is_nan() else high)


def _is_infinite(value: arb) -> bool:
    return bool(value == INFINITE or value == -INFINITE)


def _plus(first: arb, second: arb) -> arb:
    for value in (first, second):
        if _is_infinite(value):
            return arb.nan() if _is_infinite(first) and _is_infinite(second) and first != second else value
    return first + second


def _times(first: arb, second: arb) -> arb:
    """The product of two ends, 0·∞ being 0: the factor at that end is a finite number at every real point."""
    return _ZERO if first == 0 or second == 0 else first * second


def _over(value: arb) -> arb:
    return _ZERO if _is_infinite(value) else 1 / value


def _power(value: arb, exponent: int) -> arb:
    if not _is_infinite(value):
        return value**exponent
    return value if exponent % 2 else INFINITE


def _exp(value: arb) -> arb:
    if _is_infinite(value):
        return INFINITE if value > 0 else _ZERO
    return value.exp()


def _log(value: arb) -> arb:
    return value if _is_infinite(value) else value.log()
