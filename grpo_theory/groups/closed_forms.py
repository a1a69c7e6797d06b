"""Exact real numbers beyond sums of square roots: expressions in exp, log and nested roots, compared by enclosures.

Most rules never leave the field of surds. Softmax advantages and user-written rules with ``exp``, ``log`` or a root of
a surd do, and are then carried as SymPy expressions whose sign is decided by Arb balls of growing precision. A
difference that neither separates from zero nor cancels is reported as undecided, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import total_ordering
from typing import Any

import flint
import sympy as sp

from grpo_theory.arithmetic.surds import Surd

_PRECISIONS = (64, 256, 1024, 4096)


@total_ordering
@dataclass(frozen=True, eq=False)
class ClosedForm:
    """A real number given by an expression in rationals, roots, exp, log, asin and Abs.

    Domain: `expression` is a SymPy expression without symbols. Arithmetic takes int, Fraction, Surd and ClosedForm on
    either side. Errors: ValueError where a comparison stays undecided at 4096 bits.

    >>> one = ClosedForm(sp.exp(1)) / ClosedForm(sp.exp(1) + 3)
    >>> str(one), one < Fraction(1, 2)
    ('E/(E + 3)', True)
    """

    expression: Any

    def __add__(self, other: Number) -> ClosedForm:
        return ClosedForm(self.expression + sympy_of(other))

    def __radd__(self, other: Number) -> ClosedForm:
        return self + other

    def __sub__(self, other: Number) -> ClosedForm:
        return ClosedForm(self.expression - sympy_of(other))

    def __rsub__(self, other: Number) -> ClosedForm:
        return -self + other

    def __mul__(self, other: Number) -> ClosedForm:
        return ClosedForm(self.expression * sympy_of(other))

    def __rmul__(self, other: Number) -> ClosedForm:
        return self * other

    def __truediv__(self, other: Number) -> ClosedForm:
        divisor = closed_form(other)
        if divisor.sign() == 0:
            raise ZeroDivisionError("division by zero")
        return ClosedForm(self.expression / divisor.expression)

    def __rtruediv__(self, other: Number) -> ClosedForm:
        return closed_form(other) / self

    def __pow__(self, exponent: int) -> ClosedForm:
        return closed_form(1) / self**-exponent if exponent < 0 else ClosedForm(self.expression**exponent)

    def __neg__(self) -> ClosedForm:
        return ClosedForm(-self.expression)

    def __abs__(self) -> ClosedForm:
        return -self if self.sign() < 0 else self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (int, Fraction, Surd, ClosedForm)):
            return NotImplemented
        return (self - other).sign() == 0

    def __lt__(self, other: Number) -> bool:
        return (self - other).sign() < 0

    __hash__ = None  # type: ignore[assignment]  # equal numbers may be written in different ways

    def __float__(self) -> float:
        for bits in _PRECISIONS:
            ball = self.arb(bits)
            if ball.rel_accuracy_bits() >= 54:
                return float(ball.mid())
        return 0.0 if self.sign() == 0 else float(self.arb(_PRECISIONS[-1]).mid())

    def __str__(self) -> str:
        return str(self.expression)

    def sign(self) -> int:
        """−1, 0 or 1: an enclosure away from zero, or a difference that cancels identically."""
        if self.expression.is_zero:
            return 0
        for index, bits in enumerate(_PRECISIONS):
            ball = self.arb(bits)
            if ball > 0:
                return 1
            if ball < 0:
                return -1
            if index == 1 and sp.cancel(sp.expand(self.expression)) == 0:
                return 0
        raise ValueError(f"the sign of {_short(self.expression)} stays undecided at {_PRECISIONS[-1]} bits")

    def canonical(self) -> ClosedForm:
        """The number itself: there is no canonical form beyond surds."""
        return self

    def sympy(self) -> Any:
        """The expression."""
        return self.expression

    def latex(self) -> str:
        """The expression in LaTeX."""
        return str(sp.latex(self.expression))

    def arb(self, bits: int = 128) -> Any:
        """A ball that contains the number, computed at `bits` bits."""
        before = flint.ctx.prec
        flint.ctx.prec = bits
        try:
            return enclose(self.expression)
        finally:
            flint.ctx.prec = before


Number = int | Fraction | Surd | ClosedForm
Value = Surd | ClosedForm


def _short(expression: Any) -> str:
    text = str(expression)
    return text if len(text) <= 60 else text[:57] + "..."


def sympy_of(value: Number) -> Any:
    """The SymPy expression of an exact number.

    >>> sympy_of(Fraction(1, 3))
    1/3
    """
    if isinstance(value, (Surd, ClosedForm)):
        return value.sympy()
    return sp.Rational(value.numerator, value.denominator)


def closed_form(value: Number) -> ClosedForm:
    """The number as a ClosedForm.

    >>> str(closed_form(Surd.sqrt(2)))
    'sqrt(2)'
    """
    return value if isinstance(value, ClosedForm) else ClosedForm(sympy_of(value))


def magnitude(value: Value) -> Value:
    """|value|.

    >>> str(magnitude(Surd.of(-2)))
    '2'
    """
    return -value if value.sign() < 0 else value


def enclose(expression: Any, point: Any = None) -> Any:
    """A ball around the value of an expression whose only symbol, if any, takes the value `point`.

    Domain: rationals, E, pi, sums, products, rational powers, exp, log, asin, atan, Abs, and definite integrals
    of rational functions. Errors: ValueError for others.

    >>> abs(float(enclose(sp.exp(1) + sp.sqrt(2)).mid()) - 4.132495390832) < 1e-9
    True
    """
    if expression.is_Rational:
        return flint.arb(flint.fmpq(int(expression.p), int(expression.q)))
    if expression.is_Symbol and point is not None:
        return point
    if expression in (sp.E, sp.pi):
        return flint.arb(1).exp() if expression == sp.E else flint.arb.pi()
    if isinstance(expression, sp.Integral):
        return _enclosed_integral(expression, point)
    parts = [enclose(part, point) for part in expression.args]
    if expression.is_Add:
        return sum(parts[1:], parts[0])
    if expression.is_Mul:
        product = parts[0]
        for part in parts[1:]:
            product = product * part
        return product
    if expression.is_Pow and expression.base != sp.E:
        return _enclosed_power(parts[0], expression.exp, parts[1])
    functions = {"exp": "exp", "log": "log", "asin": "asin", "atan": "atan", "Abs": "__abs__"}
    name = functions.get(type(expression).__name__)
    if name is None or len(parts) != 1:
        raise ValueError(f"{_short(expression)} has no enclosure here")
    return getattr(parts[0], name)()


def _enclosed_integral(expression: Any, point: Any) -> Any:
    """∫ between balls, where the integrand is analytic around the segment."""
    integrand, (_, lower, upper) = expression.args
    start, end = (flint.acb(enclose(limit, point)) for limit in (lower, upper))
    # acb.integral asks for an analytic integrand; the quotients integrated here are, where their balls are finite
    return flint.acb.integral(lambda x, _: enclose(integrand, x), start, end).real


def _enclosed_power(base: Any, exponent: Any, enclosed: Any) -> Any:
    if exponent.is_Integer:
        return base ** int(exponent)
    if exponent.is_Rational and int(exponent.q) == 2:
        return base.sqrt() ** int(exponent.p)
    return base**enclosed
