"""An expression on a face of a box: a symbol at one end, x·log x taken to its limit 0."""

from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.control_points import with_values

_SINGULAR = (sp.zoo, sp.nan, sp.oo, -sp.oo)


def face(expression: sp.Expr, symbol: sp.Symbol, end: Fraction) -> sp.Expr | None:
    """The limit of an expression at an end of a symbol's range, by substitution; None where that gives no real number.

    A logarithm that becomes infinite is allowed where it stands linearly beside a factor that vanishes as fast as its
    argument.

    >>> from grpo_theory.symbols import p
    >>> face(p * sp.log(p) + 1, p, Fraction(0)), face(sp.log(p), p, Fraction(0)) is None
    (1, True)
    """
    at = {symbol: sp.Rational(end.numerator, end.denominator)}
    flat = expression
    for node in expression.atoms(sp.log):
        inside = node.args[0]
        if symbol not in inside.free_symbols or inside.subs(at) != 0:
            continue
        name = sp.Dummy("log", real=True)
        flat = flat.xreplace({node: name})
        factor = sp.diff(flat, name)
        if name in factor.free_symbols or not _vanishes_like(factor, inside, at):
            return None
        flat = flat.xreplace({name: sp.S.Zero})
    found = with_values(flat.subs(at))
    return None if found.has(*_SINGULAR) or found.is_real is False else found


def _vanishes_like(factor: sp.Expr, inside: sp.Expr, at: dict[sp.Symbol, sp.Rational]) -> bool:
    """Whether factor/inside stays finite at the end, both being polynomials."""
    free = factor.free_symbols | inside.free_symbols
    if not (factor.is_polynomial(*free) and inside.is_polynomial(*free)):
        return False
    return not sp.cancel(factor / inside).subs(at).has(*_SINGULAR)
