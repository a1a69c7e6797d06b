"""Real numbers of losses: rational or a sum of roots while that is exact, then an Arb ball of 400 bits."""

from fractions import Fraction
from functools import reduce
from typing import Any, TypeAlias

import flint

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.precise import BITS
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.errors import exact_rational, outside

Real: TypeAlias = Any
"""A Fraction, a Surd or an Arb ball; a ball says that exactness has been given up, never that a float came in."""


_MOST_ROOTS = 4


def is_exact(x: Real) -> bool:
    """Whether a number is known exactly: a Fraction or a Surd.

    >>> is_exact(Fraction(1, 3)), is_exact(logarithm(Fraction(2)))
    (True, False)
    """
    return not isinstance(x, flint.arb)


def plain(x: Real) -> Real:
    """The same number in the simplest of the three forms: a rational Surd becomes a Fraction.

    >>> plain(Surd.of(3))
    Fraction(3, 1)
    """
    if isinstance(x, Surd):
        return x.fraction() if x.is_rational else x
    return Fraction(x) if isinstance(x, int) else x


def add(a: Real, b: Real) -> Real:
    """a + b.

    >>> add(Fraction(1, 2), Fraction(1, 3))
    Fraction(5, 6)
    """
    if is_exact(a) and is_exact(b):
        return plain(a + b)
    with flint.ctx.workprec(BITS):
        return as_ball(a) + as_ball(b)


def multiply(a: Real, b: Real) -> Real:
    """a·b; the product with an exact 0 is an exact 0.

    >>> multiply(Fraction(0), logarithm(Fraction(2)))
    Fraction(0, 1)
    """
    if (is_exact(a) and not a) or (is_exact(b) and not b):
        return Fraction(0)
    if is_exact(a) and is_exact(b):
        return plain(a * b)
    with flint.ctx.workprec(BITS):
        return as_ball(a) * as_ball(b)


def divide(a: Real, b: Real) -> Real:
    """a/b, a ball where b is a sum of more than four roots: its inverse would have hundreds of terms.

    Domain: b != 0. Errors: ZeroDivisionError.

    >>> divide(Fraction(1), Fraction(3))
    Fraction(1, 3)
    """
    if is_exact(a) and is_exact(b) and not (isinstance(b, Surd) and len(b.terms) > _MOST_ROOTS):
        return plain(a / b)
    if is_exact(a) and not a:
        return Fraction(0)
    with flint.ctx.workprec(BITS):
        return as_ball(a) / as_ball(b)


def subtract(a: Real, b: Real) -> Real:
    """a − b.

    >>> subtract(Fraction(1, 2), Fraction(1, 3))
    Fraction(1, 6)
    """
    return add(a, multiply(Fraction(-1), b))


def total(terms: Any) -> Real:
    """Σ x_i, an exact 0 for none.

    >>> total([Fraction(1, 2), Fraction(1, 3)])
    Fraction(5, 6)
    """
    return reduce(add, terms, Fraction(0))


def power(x: Real, exponent: Fraction) -> Real:
    """x^e for x > 0: exact for a natural number e, for a perfect power, and for the square root of a rational.

    Domain: x > 0 and a rational e.

    >>> power(Fraction(8, 27), Fraction(2, 3)), str(power(Fraction(2), Fraction(-1, 2)))
    (Fraction(4, 9), '1/2*sqrt(2)')
    """
    if is_exact(x):
        if exponent.denominator == 1:
            return plain(x ** int(exponent))
        if isinstance(x, Fraction):
            root = _root(x, exponent.denominator)
            if root is not None:
                return plain(root**exponent.numerator)
    with flint.ctx.workprec(BITS):
        return (as_ball(x).log() * as_ball(exponent)).exp()


def _root(x: Fraction, degree: int) -> Fraction | Surd | None:
    """x^(1/degree) where it is rational or a square root."""
    ends = [flint.fmpz(x.numerator).root(degree), flint.fmpz(x.denominator).root(degree)]
    if ends[0] ** degree == x.numerator and ends[1] ** degree == x.denominator:
        return Fraction(int(ends[0]), int(ends[1]))
    return Surd.sqrt(x) if degree == 2 else None


def logarithm(x: Real) -> Real:
    """log x for x > 0; log 1 is an exact 0.

    >>> logarithm(Fraction(1)), bool(logarithm(Fraction(2)) > Fraction(69, 100).numerator / 100)
    (Fraction(0, 1), True)
    """
    if is_exact(x) and x == 1:
        return Fraction(0)
    with flint.ctx.workprec(BITS):
        return as_ball(x).log()


def exponential(x: Real) -> Real:
    """e^x; e^0 is an exact 1.

    >>> exponential(Fraction(0))
    Fraction(1, 1)
    """
    if is_exact(x) and not x:
        return Fraction(1)
    with flint.ctx.workprec(BITS):
        return as_ball(x).exp()


def sign(x: Real) -> int | None:
    """The sign −1, 0 or 1 of a number; None for a ball that holds both 0 and other numbers.

    >>> sign(Surd.sqrt(2) - 1), sign(logarithm(Fraction(1, 2))), sign(flint.arb(0, 1))
    (1, -1, None)
    """
    if is_exact(x):
        return int(x > 0) - int(x < 0)
    if x > 0 or x < 0:
        return 1 if x > 0 else -1
    return 0 if x.is_zero() else None


def equal(a: Real, b: Real) -> bool | None:
    """Whether two numbers are equal; None where their balls overlap, so that nothing is decided.

    One and the same ball stands for one number.

    >>> equal(Fraction(1, 2), Surd.of("1/2")), equal(logarithm(Fraction(2)), logarithm(Fraction(2)))
    (True, None)
    """
    if a is b:
        return True
    found = sign(subtract(a, b))
    return None if found is None else found == 0


def positive(name: str, value: object, meaning: str) -> Fraction:
    """An exact number in (0, ∞).

    Errors: ValueError outside, and for a float.

    >>> positive("tau", "0.5", "the scores are divided by it")
    Fraction(1, 2)
    """
    number = exact_rational(name, value)
    if number <= 0:
        raise outside(name, value, "(0, oo)", meaning)
    return number


def at_least_zero(name: str, value: object, meaning: str) -> Fraction:
    """An exact number in [0, ∞).

    Errors: ValueError outside, and for a float.

    >>> at_least_zero("beta", 0, "it is a strength")
    Fraction(0, 1)
    """
    number = exact_rational(name, value)
    if number < 0:
        raise outside(name, value, "[0, oo)", meaning)
    return number
