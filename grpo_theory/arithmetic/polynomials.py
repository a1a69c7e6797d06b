"""Polynomials in many symbols over the rationals, on FLINT: expansion, factors, and powers of roots replaced.

SymPy's trees carry statements; their heavy algebra is done here, and comes back as expanded SymPy expressions.
"""

from collections.abc import Mapping, Sequence
from functools import reduce

import flint
import sympy as sp

Context = tuple[flint.fmpq_mpoly_ctx, Mapping[sp.Symbol, int]]


def expanded(polynomial: sp.Expr) -> sp.Expr:
    """The polynomial as a sum of monomials.

    >>> x = sp.Symbol("x")
    >>> expanded((x + 1) ** 2)
    x**2 + 2*x + 1
    """
    symbols = _symbols(polynomial)
    return _back(_forth(polynomial, _context(symbols)), symbols)


def factors(polynomial: sp.Expr) -> tuple[sp.Rational, list[tuple[sp.Expr, int]]]:
    """Content and irreducible factors with their multiplicities, over the rationals.

    >>> x = sp.Symbol("x")
    >>> factors(2 * x**2 - 2)
    (2, [(x + 1, 1), (x - 1, 1)])
    """
    symbols = _symbols(polynomial)
    value = _forth(polynomial, _context(symbols))
    if not value.to_dict():
        return sp.Integer(0), []
    content, found = value.factor()
    return _number(content), sorted(((_back(f, symbols), int(m)) for f, m in found), key=lambda pair: str(pair[0]))


def without_square_roots(polynomial: sp.Expr, radicands: Sequence[tuple[sp.Symbol, sp.Expr]]) -> sp.Expr:
    """The polynomial with every y² replaced by its radicand, for the roots in the given order.

    >>> x, y = sp.symbols("x y")
    >>> without_square_roots(y**3 - x * y, [(y, x)])
    0
    """
    everything = sp.Tuple(polynomial, *(g for _, g in radicands), *(y for y, _ in radicands))
    symbols = _symbols(everything)
    context = _context(symbols)
    value = _forth(polynomial, context)
    for symbol, radicand in radicands:
        value = _lowered(value, context[1][symbol], _forth(radicand, context), context)
    return _back(value, symbols)


def _lowered(value: flint.fmpq_mpoly, place: int, radicand: flint.fmpq_mpoly, context: Context) -> flint.fmpq_mpoly:
    by_power: dict[int, dict[tuple[int, ...], flint.fmpq]] = {}
    for exponents, coefficient in value.to_dict().items():
        degree = int(exponents[place])
        rest = (*exponents[:place], degree % 2, *exponents[place + 1 :])
        by_power.setdefault(degree // 2, {})[rest] = coefficient
    if set(by_power) <= {0}:
        return value
    ring = context[0]
    return sum((ring.from_dict(terms) * radicand**power for power, terms in by_power.items()), ring.from_dict({}))


def _symbols(expression: sp.Basic) -> tuple[sp.Symbol, ...]:
    return tuple(sorted(expression.free_symbols, key=sp.default_sort_key))


def _context(symbols: Sequence[sp.Symbol]) -> Context:
    # FLINT wants at least one variable; the name plays no part in the arithmetic.
    names = [f"x{place}" for place in range(max(1, len(symbols)))]
    ring = flint.fmpq_mpoly_ctx.get(names, flint.Ordering.lex)
    return ring, {symbol: place for place, symbol in enumerate(symbols)}


def _forth(expression: sp.Expr, context: Context) -> flint.fmpq_mpoly:
    ring, places = context
    if expression.is_Rational:
        return ring.constant(flint.fmpq(int(expression.p), int(expression.q)))
    if isinstance(expression, sp.Symbol):
        return ring.gen(places[expression])
    parts = [_forth(argument, context) for argument in expression.args[: 1 if expression.is_Pow else None]]
    if isinstance(expression, sp.Add):
        return reduce(lambda a, b: a + b, parts)
    if isinstance(expression, sp.Mul):
        return reduce(lambda a, b: a * b, parts)
    if isinstance(expression, sp.Pow) and expression.exp.is_Integer and expression.exp >= 0:
        return parts[0] ** int(expression.exp)
    raise ValueError(f"{expression} is not a polynomial with rational coefficients")


def _back(value: flint.fmpq_mpoly, symbols: Sequence[sp.Symbol]) -> sp.Expr:
    terms = []
    for exponents, coefficient in value.to_dict().items():
        powers = (symbol ** int(e) for symbol, e in zip(symbols, exponents, strict=False) if e)
        terms.append(sp.Mul(_number(coefficient), *powers))
    return sp.Add(*terms)


def _number(value: flint.fmpq) -> sp.Rational:
    return sp.Rational(int(value.p), int(value.q))
