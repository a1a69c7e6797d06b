"""The exact value of a formula's tree where every name has an exact value.

Undefined places (a division by zero, the root of a negative number, log 0) raise ZeroDivisionError, so that a rule can
tell "this group has no advantage" from a malformed formula, which raises ValueError.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups.closed_forms import ClosedForm, Value, closed_form, magnitude
from grpo_theory.groups.formulas import Call, Expression, Name, Negation, Number, Operation
from grpo_theory.groups.grammar import check_exponent, check_size

# Beyond these sizes factoring a radicand, or rationalising a denominator, could take for ever.
_RADICAND_BITS = 96
_DIVISOR_TERMS = 4
_PRODUCT_TERMS = 64


def evaluate(expression: Expression, values: Mapping[str, Value]) -> Value:
    """The value of the formula: a Surd wherever + − * / ** and roots of rationals suffice, else a ClosedForm.

    Domain: `values` gives every name of the formula. Errors: ValueError for a missing name or an exponent beyond the
    limit; ZeroDivisionError where the formula has no value.

    >>> from grpo_theory.groups.grammar import parse
    >>> str(evaluate(parse("(r - mean)/std"), {"r": Surd.of(1), "mean": Surd.of("1/4"), "std": Surd.sqrt("3/16")}))
    'sqrt(3)'
    """
    match expression:
        case Number(value):
            return Surd.of(value)
        case Name(name):
            if name not in values:
                raise ValueError(f"{name} has no value here")
            return values[name]
        case Negation(operand):
            return -evaluate(operand, values)
        case Operation(operator, left, right):
            return _operation(operator, evaluate(left, values), evaluate(right, values))
        case Call(function, arguments):
            return _call(function, tuple(evaluate(argument, values) for argument in arguments))


def _operation(operator: str, a: Value, b: Value) -> Value:
    if operator == "+":
        return _bounded(a + b)
    if operator == "-":
        return _bounded(a - b)
    if operator == "*":
        return _product(a, b)
    if operator == "/":
        return quotient(a, b)
    return _power(a, b)


def _bounded(value: Value) -> Value:
    if isinstance(value, Surd):
        for coefficient in value.terms.values():
            check_size(coefficient)
    return value


def _product(a: Value, b: Value) -> Value:
    if isinstance(a, Surd) and isinstance(b, Surd) and len(a.terms) * len(b.terms) > _PRODUCT_TERMS:
        return closed_form(a) * b
    return _bounded(a * b)


def quotient(a: Value, b: Value) -> Value:
    """a/b; ZeroDivisionError where b = 0.

    >>> str(quotient(Surd.of(1), Surd.sqrt(2)))
    '1/2*sqrt(2)'
    """
    if isinstance(b, Surd):
        if b.sign() == 0:
            raise ZeroDivisionError("division by zero")
        if len(b.terms) > _DIVISOR_TERMS:
            return a / closed_form(b)
    return _bounded(a / b)


def _power(base: Value, exponent: Value) -> Value:
    if not isinstance(exponent, Surd) or not exponent.is_rational:
        raise ValueError("an exponent must be an integer or a half-integer")
    power = exponent.fraction()
    check_exponent(power)
    root = base if power.denominator == 1 else square_root(base)
    result: Value = Surd.of(1)
    for _ in range(abs(power.numerator)):
        result = _product(result, root)
    return quotient(Surd.of(1), result) if power < 0 else result


def square_root(value: Value) -> Value:
    """√value: a Surd for rational values of moderate size, else a ClosedForm; ZeroDivisionError below zero.

    >>> str(square_root(Surd.of("3/4")))
    '1/2*sqrt(3)'
    """
    if value.sign() < 0:
        raise ZeroDivisionError("square root of a negative number")
    if isinstance(value, Surd) and value.is_rational:
        inner = value.fraction()
        if (inner.numerator * inner.denominator).bit_length() <= _RADICAND_BITS:
            return Surd.sqrt(inner)
        # a raw power: SymPy would start to factor the radicand
        return ClosedForm(sp.Pow(sp.Rational(inner.numerator, inner.denominator), sp.S.Half, evaluate=False))
    if isinstance(value, Surd) and len(value.terms) <= 2:
        with suppress(ValueError):
            return value.sqrt()
    return ClosedForm(sp.sqrt(value.sympy()))


def _call(function: str, arguments: tuple[Value, ...]) -> Value:
    first = arguments[0]
    if function == "min":
        return first if first <= arguments[1] else arguments[1]
    if function == "max":
        return first if first >= arguments[1] else arguments[1]
    if function == "abs":
        return magnitude(first)
    if function == "sqrt":
        return square_root(first)
    if function == "exp":
        return exponential(first)
    return logarithm(first)


def exponential(value: Value) -> Value:
    """e^value.

    >>> str(exponential(Surd.of(2)))
    'exp(2)'
    """
    if value.sign() == 0:
        return Surd.of(1)
    if abs(float(value)) > 10**6:
        raise ValueError("the argument of exp lies beyond ±10^6")
    return ClosedForm(sp.exp(value.sympy()))


def logarithm(value: Value) -> Value:
    """The natural logarithm; ZeroDivisionError at and below zero.

    >>> str(logarithm(Surd.of(1)))
    '0'
    """
    if value.sign() <= 0:
        raise ZeroDivisionError("logarithm of a number that is not positive")
    if value == Surd.of(Fraction(1)):
        return Surd.of(0)
    # evaluate=False: SymPy would factor large integers
    return ClosedForm(sp.log(value.sympy(), evaluate=False))
