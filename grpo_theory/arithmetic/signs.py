"""The sign of a polynomial whose variables have known signs: by coefficients, factors, squaring, root counting.

Each method is sufficient and exact. What none of them settles is UNKNOWN, never a guess.
"""

from collections.abc import Callable, Mapping
from enum import Enum

import sympy as sp

from grpo_theory.arithmetic.polynomials import expanded, factors, without_square_roots


class Sign(Enum):
    """What is known of a sign on a whole cell.

    >>> Sign.POSITIVE.value
    '>'
    """

    POSITIVE = ">"
    NONNEGATIVE = ">="
    ZERO = "="
    NONPOSITIVE = "<="
    NEGATIVE = "<"
    UNKNOWN = "?"


_TURN = {Sign.POSITIVE: Sign.NEGATIVE, Sign.NONNEGATIVE: Sign.NONPOSITIVE}
_TURNED = {**_TURN, **{b: a for a, b in _TURN.items()}}
_DIRECTION = {Sign.POSITIVE: 1, Sign.NONNEGATIVE: 1, Sign.NEGATIVE: -1, Sign.NONPOSITIVE: -1}


def opposite(sign: Sign) -> Sign:
    """The sign of −x.

    >>> opposite(Sign.NONNEGATIVE)
    <Sign.NONPOSITIVE: '<='>
    """
    return _TURNED.get(sign, sign)


def product_sign(first: Sign, second: Sign) -> Sign:
    """The sign of a product, from the signs of its factors.

    >>> product_sign(Sign.NEGATIVE, Sign.NONNEGATIVE)
    <Sign.NONPOSITIVE: '<='>
    """
    if Sign.ZERO in (first, second):
        return Sign.ZERO
    if Sign.UNKNOWN in (first, second):
        return Sign.UNKNOWN
    strict = first in (Sign.POSITIVE, Sign.NEGATIVE) and second in (Sign.POSITIVE, Sign.NEGATIVE)
    return _directed(_DIRECTION[first] * _DIRECTION[second], strict)


def sum_sign(first: Sign, second: Sign) -> Sign:
    """The sign of a sum, where the signs of its terms settle it.

    >>> sum_sign(Sign.POSITIVE, Sign.NONNEGATIVE)
    <Sign.POSITIVE: '>'>
    """
    if first is Sign.ZERO:
        return second
    if second is Sign.ZERO:
        return first
    if Sign.UNKNOWN in (first, second) or _DIRECTION[first] != _DIRECTION[second]:
        return Sign.UNKNOWN
    strict = first in (Sign.POSITIVE, Sign.NEGATIVE) or second in (Sign.POSITIVE, Sign.NEGATIVE)
    return _directed(_DIRECTION[first], strict)


def _directed(direction: int, strict: bool) -> Sign:
    if direction > 0:
        return Sign.POSITIVE if strict else Sign.NONNEGATIVE
    return Sign.NEGATIVE if strict else Sign.NONPOSITIVE


SymbolSign = Callable[[sp.Symbol], Sign]


def of_polynomial(polynomial: sp.Expr, symbol_sign: SymbolSign, roots: Mapping[sp.Symbol, sp.Expr]) -> Sign:
    """The sign of a polynomial in symbols of known sign, some of them square roots of given radicands.

    >>> u = sp.Symbol("u", nonnegative=True)
    >>> of_polynomial(u**3 - 3 * u + 2, lambda _: Sign.NONNEGATIVE, {})
    <Sign.NONNEGATIVE: '>='>
    """
    polynomial = expanded(polynomial)
    sign = _by_coefficients(polynomial, symbol_sign)
    if sign is not Sign.UNKNOWN:
        return sign
    content, found = factors(polynomial)
    total = Sign.POSITIVE if content > 0 else Sign.NEGATIVE
    for factor, multiplicity in found:
        total = product_sign(total, _factor_power(factor, multiplicity, symbol_sign, roots))
    return total


def _by_coefficients(polynomial: sp.Expr, symbol_sign: SymbolSign) -> Sign:
    total = Sign.ZERO
    for term in sp.Add.make_args(polynomial):
        total = sum_sign(total, _monomial(term, symbol_sign))
        if total is Sign.UNKNOWN:
            break
    return total


def _monomial(term: sp.Expr, symbol_sign: SymbolSign) -> Sign:
    coefficient, rest = term.as_coeff_Mul()
    if coefficient == 0:
        return Sign.ZERO
    sign = Sign.POSITIVE if coefficient > 0 else Sign.NEGATIVE
    for base, exponent in rest.as_powers_dict().items():
        if base == 1:
            continue
        if not (isinstance(base, sp.Symbol) and exponent.is_Integer):
            return Sign.UNKNOWN
        sign = product_sign(sign, _even(symbol_sign(base)) if exponent % 2 == 0 else symbol_sign(base))
    return sign


def _even(sign: Sign) -> Sign:
    if sign is Sign.ZERO:
        return Sign.ZERO
    return Sign.POSITIVE if sign in (Sign.POSITIVE, Sign.NEGATIVE) else Sign.NONNEGATIVE


def _factor_power(
    factor: sp.Expr, multiplicity: int, symbol_sign: SymbolSign, roots: Mapping[sp.Symbol, sp.Expr]
) -> Sign:
    sign = _by_coefficients(factor, symbol_sign)
    if sign is Sign.UNKNOWN:
        sign = _one_variable(factor, symbol_sign)
    if sign is Sign.UNKNOWN:
        sign = _by_squaring(factor, symbol_sign, roots)
    return _even(sign) if multiplicity % 2 == 0 else sign


def _one_variable(factor: sp.Expr, symbol_sign: SymbolSign) -> Sign:
    """For one variable that is not negative: no real root on the ray means one sign, read off at a point."""
    symbols = factor.free_symbols
    if len(symbols) != 1:
        return Sign.UNKNOWN
    symbol = next(iter(symbols))
    allowed = symbol_sign(symbol)
    if allowed not in (Sign.POSITIVE, Sign.NONNEGATIVE):
        return Sign.UNKNOWN
    polynomial = sp.Poly(factor, symbol, domain="QQ")
    at_zero = polynomial(0)
    roots_on_ray = polynomial.count_roots(0, None) - (1 if at_zero == 0 else 0)
    if roots_on_ray:
        return Sign.UNKNOWN
    direction = 1 if polynomial(1) > 0 else -1
    return _directed(direction, allowed is Sign.POSITIVE or at_zero != 0)


def _by_squaring(factor: sp.Expr, symbol_sign: SymbolSign, roots: Mapping[sp.Symbol, sp.Expr]) -> Sign:
    """A + B·y with y² = g: equal signs decide; opposite ones are decided by the sign of A² − B²·g."""
    for symbol, radicand in roots.items():
        if not factor.has(symbol):
            continue
        polynomial = sp.Poly(factor, symbol)
        if polynomial.degree() != 1:
            return Sign.UNKNOWN
        slope, constant = polynomial.all_coeffs()
        fewer = {y: g for y, g in roots.items() if y != symbol}
        a = of_polynomial(constant, symbol_sign, fewer)
        b = product_sign(of_polynomial(slope, symbol_sign, fewer), symbol_sign(symbol))
        together = sum_sign(a, b)
        if together is not Sign.UNKNOWN:
            return together
        gap = of_polynomial(
            without_square_roots(constant**2 - slope**2 * radicand, list(fewer.items())), symbol_sign, fewer
        )
        if a in (Sign.POSITIVE, Sign.NONNEGATIVE) and b in (Sign.NEGATIVE, Sign.NONPOSITIVE):
            return gap
        if a in (Sign.NEGATIVE, Sign.NONPOSITIVE) and b in (Sign.POSITIVE, Sign.NONNEGATIVE):
            return opposite(gap)
        return Sign.UNKNOWN
    return Sign.UNKNOWN
