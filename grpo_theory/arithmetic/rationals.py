"""Exact rational input: what is taken for a rational number, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from flint import fmpq, fmpz

from grpo_theory.errors import exact_rational, shown

if TYPE_CHECKING:
    import sympy as sp

Exact: TypeAlias = "int | Fraction | str | sp.Rational | fmpq | fmpz"
"""What is taken for an exact rational number."""


def rational(value: object) -> fmpq:
    """The rational number that an int, Fraction, str, SymPy or flint rational denotes, without rounding.

    Domain: "0.3" is 3/10. Errors: TypeError for a float, whose binary value is rarely the number meant; ValueError for
    a text or an object that denotes no rational number.

    >>> rational("0.3"), rational(Fraction(1, 2))
    (3/10, 1/2)
    """
    if isinstance(value, fmpq):
        return value
    if type(value) is int or isinstance(value, fmpz):
        return fmpq(value)
    if isinstance(value, Fraction):
        return fmpq(value.numerator, value.denominator)
    if isinstance(value, float) or getattr(value, "is_Float", False):
        raise TypeError(
            f"{shown(value)} is a float, which an exact function does not take: "
            'give a Fraction, an int, a str or a sympy rational ("0.3" is 3/10)'
        )
    exact = exact_rational("number", value)
    return fmpq(exact.numerator, exact.denominator)
