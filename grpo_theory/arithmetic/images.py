"""The interval of values that an expression takes on a box: SymPy trees walked with ends in [−∞, ∞], without floats.

Beside the ranges of the symbols, strict signs of subexpressions may be known: they give 1/p and log p their one-sided
limits at an open end. ``slope`` is the derivative for whose kinks (minimum, maximum, modulus) an interval stands.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import sympy as sp
from flint import arb

from grpo_theory.arithmetic import extended
from grpo_theory.arithmetic.balls import NoBall, ball
from grpo_theory.arithmetic.control_points import BERNSTEIN, node_range, node_slope
from grpo_theory.arithmetic.extended import Range
from grpo_theory.arithmetic.signs import Sign

Signs = Mapping[sp.Expr, Sign]
Memo = dict[sp.Basic, Range]
STEP = sp.Function("step", real=True)
"""step(x) is 1 for x > 0, 0 for x < 0, and anything between at 0."""


def image(expression: sp.Expr, memo: Memo, signs: Signs) -> Range:
    """An interval that contains every value of an expression where it is defined.

    ``memo`` starts with the ranges of the symbols and keeps those of all subexpressions met. Raises NoBall for what
    cannot be enclosed.

    >>> from fractions import Fraction
    >>> from grpo_theory.symbols import p
    >>> low, high = image(1 / p, {p: extended.between(Fraction(0), Fraction(2))}, {p: Sign.POSITIVE})
    >>> low == 0.5, high == extended.INFINITE
    (True, True)
    """
    found = memo.get(expression)
    if found is None:
        rule = _RULES.get(type(expression), _other)
        found = rule(expression, memo, signs)
        known = signs.get(expression)
        found = memo[expression] = found if known is None else extended.clipped(found, known)
    return found


def slope(expression: sp.Expr, symbol: sp.Symbol) -> sp.Expr:
    """The derivative; at a kink an expression whose interval contains the slopes on both sides.

    >>> from grpo_theory.symbols import p
    >>> slope(sp.Max(p, 2), p)
    1 - step(2 - p)
    """
    return sp.factor_terms(_slope(expression, symbol))


def _slope(expression: sp.Expr, symbol: sp.Symbol) -> sp.Expr:
    if symbol not in expression.free_symbols:
        return sp.S.Zero
    if not expression.has(sp.Min, sp.Max, sp.Abs, STEP, BERNSTEIN):
        return sp.diff(expression, symbol)
    arguments = expression.args
    if isinstance(expression, sp.Add):
        return sp.Add(*(_slope(term, symbol) for term in arguments))
    if isinstance(expression, sp.Mul):
        parts = ((a, sp.Mul(*arguments[:i], *arguments[i + 1 :])) for i, a in enumerate(arguments))
        return sp.Add(*(_slope(factor, symbol) * rest for factor, rest in parts))
    inner = _slope(arguments[0], symbol) if not isinstance(expression, STEP) else None
    if isinstance(expression, sp.Pow) and not arguments[1].free_symbols:
        return arguments[1] * arguments[0] ** (arguments[1] - 1) * inner
    if isinstance(expression, sp.exp):
        return expression * inner
    if isinstance(expression, sp.log):
        return inner / arguments[0]
    if isinstance(expression, sp.Abs):
        return (2 * STEP(arguments[0]) - 1) * inner
    if isinstance(expression, BERNSTEIN):
        return node_slope(expression) * inner
    if isinstance(expression, (sp.Min, sp.Max)):
        return _extreme_slope(expression, symbol)
    raise NoBall(f"{expression} has no slope here")


def _extreme_slope(expression: sp.Expr, symbol: sp.Symbol) -> sp.Expr:
    first, *others = expression.args
    rest = expression.func(*others)
    ahead = first - rest if isinstance(expression, sp.Max) else rest - first
    weight, other = STEP(ahead), _slope(rest, symbol)
    return other + weight * (_slope(first, symbol) - other)


def _pow(expression: sp.Expr, memo: Memo, signs: Signs) -> Range:
    base, exponent = expression.args
    below = image(base, memo, signs)
    sign = signs.get(base, Sign.UNKNOWN)
    if exponent.is_Integer:
        return extended.power(below, int(exponent), sign)
    if exponent.is_Rational and exponent.q == 2:
        strict = sign if sign is Sign.POSITIVE else Sign.UNKNOWN
        return extended.power(extended.root(below), int(exponent.p), strict)
    return extended.exponential(extended.multiply(image(exponent, memo, signs), extended.logarithm(below, sign)))


def _constant(expression: sp.Expr, memo: Memo, signs: Signs) -> Range:
    value = ball(expression, {})
    return value, value


def _other(expression: sp.Expr, memo: Memo, signs: Signs) -> Range:
    if isinstance(expression, STEP):
        return extended.step(image(expression.args[0], memo, signs))
    if isinstance(expression, (sp.Rational, sp.NumberSymbol)):
        return _constant(expression, memo, signs)
    names = {symbol.name: _whole(image(symbol, memo, signs)) for symbol in expression.free_symbols if symbol in memo}
    value = ball(expression, names)
    return (-extended.INFINITE, extended.INFINITE) if value.is_nan() else (value, value)


def _whole(value: Range) -> arb:
    return value[0] if value[0] is value[1] else value[0].union(value[1])


def _folded(join: Callable[[Range, Range], Range]) -> Callable[[sp.Expr, Memo, Signs], Range]:
    return lambda e, memo, signs: reduce(join, (image(argument, memo, signs) for argument in e.args))


def _unary(function: Callable[[Range], Range]) -> Callable[[sp.Expr, Memo, Signs], Range]:
    return lambda e, memo, signs: function(image(e.args[0], memo, signs))


def _chosen(choose: Callable[[arb, arb], arb]) -> Callable[[sp.Expr, Memo, Signs], Range]:
    return lambda e, memo, signs: extended.extreme((image(a, memo, signs) for a in e.args), choose)


_RULES: dict[Any, Callable[[sp.Expr, Memo, Signs], Range]] = {
    sp.Add: _folded(extended.add),
    sp.Mul: _folded(extended.multiply),
    sp.Pow: _pow,
    sp.exp: _unary(extended.exponential),
    sp.log: lambda e, memo, signs: extended.logarithm(
        image(e.args[0], memo, signs), signs.get(e.args[0], Sign.UNKNOWN)
    ),
    sp.Abs: _unary(extended.modulus),
    sp.Min: _chosen(arb.min),
    sp.Max: _chosen(arb.max),
    sp.tanh: _unary(lambda value: extended.monotone(value, arb.tanh)),
    BERNSTEIN: lambda e, memo, signs: node_range(e, image(e.args[0], memo, signs)),
}
