"""Functions of p that are no surd polynomials: quotients of them, and closed forms with roots, log and exp.

They answer as `SurdPolynomial` does: called at a rational p they are exact, called at floats or arrays they are floats.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import sympy as sp

from grpo_theory import symbols
from grpo_theory.arithmetic.evaluate import NotExact, exact
from grpo_theory.arithmetic.surds import Surd, SurdPolynomial
from grpo_theory.errors import exact_rational, shown
from grpo_theory.groups.closed_forms import ClosedForm, Value, enclose

_SEPARATING_POINTS = (Fraction(1, 3), Fraction(2, 7), Fraction(9, 11))


@dataclass(frozen=True, eq=False)
class Ratio:
    """numerator(p)/denominator(p) with surd polynomials, the denominator positive on (0, 1).

    >>> half = SurdPolynomial.from_bernstein(1, [Surd.of(1), Surd.of(2)])
    >>> str(Ratio(half, half * 2)("1/3"))
    '1/2'
    """

    numerator: SurdPolynomial
    denominator: SurdPolynomial

    def __call__(self, p: Any) -> Any:
        if _is_numeric(p):
            return self.numerator(p) / self.denominator(p)
        point = exact_rational("p", p)
        below = self.denominator(point)
        if below == Surd.of(0):
            raise ValueError(f"p = {shown(point)} is a pole: silent groups alone are drawn there")
        return self.numerator(point) / below

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SurdPolynomial):
            return bool(self.numerator == other * self.denominator)
        if not isinstance(other, Ratio):
            return NotImplemented
        return bool(self.numerator * other.denominator == other.numerator * self.denominator)

    __hash__ = None  # type: ignore[assignment]  # equal quotients may have different terms

    def __str__(self) -> str:
        return f"({self.numerator})/({self.denominator})"

    def sympy(self) -> Any:
        """The quotient as an expression in symbols.p."""
        return self.numerator.sympy() / self.denominator.sympy()

    def latex(self) -> str:
        """The quotient in LaTeX."""
        return rf"\frac{{{self.numerator.latex()}}}{{{self.denominator.latex()}}}"

    def arb(self, p: Any, bits: int = 128) -> Any:
        """A ball around the value at p."""
        return self.numerator.arb(p, bits) / self.denominator.arb(p, bits)


@dataclass(frozen=True, eq=False)
class ClosedFunction:
    """A function of p given by an expression in symbols.p with roots, exp, log, asin, or an integral in p.

    Exact at a rational p: a Surd where the value is one, else a ClosedForm. Equality is decided by enclosures that
    separate or by cancellation; ValueError where neither succeeds. `display` is the same function for reading: SymPy
    splits √((1−p)/p) of a positive symbol, so the readable form uses a symbol without assumptions.

    >>> weight = ClosedFunction(1 / sp.sqrt(symbols.p * (1 - symbols.p)))
    >>> str(weight("1/5")), round(weight(0.5), 12)
    ('5/2', 2.0)
    """

    expression: Any
    display: Any = None

    def __call__(self, p: Any) -> Any:
        if _is_numeric(p):
            return self._floats(np.asarray(p, dtype=np.float64))
        point = exact_rational("p", p)
        try:
            value: Value = exact(self.expression, {"p": point})
            return value
        except NotExact:
            return _finite(self.expression.subs(symbols.p, sp.Rational(point.numerator, point.denominator)), point)

    def _floats(self, points: Any) -> Any:
        if not self.expression.has(sp.Integral):
            function = sp.lambdify(symbols.p, self.expression, modules="numpy")
            with np.errstate(divide="ignore"):
                values = np.asarray(function(points), dtype=np.float64) + np.zeros_like(points)
        else:
            values = np.array([float(self.arb(x, 80).mid()) for x in points.ravel()]).reshape(points.shape)
        return values if points.ndim else float(values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (ClosedFunction, Ratio, SurdPolynomial)):
            return NotImplemented
        for point in _SEPARATING_POINTS:
            if not self.arb(point, 256).overlaps(other.arb(point, 256)):
                return False
        if sp.cancel(sp.expand(self.expression - other.sympy())) == 0:
            return True
        raise ValueError(f"whether {self} equals {other} stays undecided")

    __hash__ = None  # type: ignore[assignment]  # equal functions may be written in different ways

    def __str__(self) -> str:
        return str(self.expression if self.display is None else self.display)

    def sympy(self) -> Any:
        """The expression in symbols.p."""
        return self.expression

    def latex(self) -> str:
        """The expression in LaTeX."""
        return str(sp.latex(self.expression if self.display is None else self.display))

    def arb(self, p: Any, bits: int = 128) -> Any:
        """A ball around the value at p, a rational, a float or a ball."""
        before = flint.ctx.prec
        flint.ctx.prec = bits
        try:
            return enclose(self.expression, _ball(p))
        finally:
            flint.ctx.prec = before


FunctionOfP = SurdPolynomial | Ratio | ClosedFunction


def bernstein_expression(coefficients: tuple[Value, ...]) -> Any:
    """Σ_s C(n,s) p^s (1−p)^(n−s) c_s as an expression, n + 1 the number of coefficients.

    >>> bernstein_expression((Surd.of(1), Surd.of(3)))
    2*p + 1
    """
    p, n = symbols.p, len(coefficients) - 1
    terms = (sp.binomial(n, s) * p**s * (1 - p) ** (n - s) * c.sympy() for s, c in enumerate(coefficients))
    total = sp.Add(*terms)
    return sp.expand(total) if n < 2 else total


def _is_numeric(p: Any) -> bool:
    return isinstance(p, (float, np.ndarray, np.floating, list, tuple))


def _ball(p: Any) -> Any:
    if isinstance(p, (flint.arb, flint.acb)):
        return p
    if isinstance(p, float):
        return flint.arb(p)
    number = exact_rational("p", p)
    return flint.arb(flint.fmpq(number.numerator, number.denominator))


def _finite(expression: Any, point: Fraction) -> ClosedForm:
    if expression.has(sp.zoo, sp.oo, -sp.oo, sp.nan):
        raise ValueError(f"p = {shown(point)} is a pole")
    return ClosedForm(expression)
