"""Expressions in symbols whose sign SymPy does not know, so that it does not look for the signs of expressions.

Of a polynomial in one symbol of known sign, SymPy seeks the roots whenever a product or a power asks for the
polynomial's own sign; with irrational coefficients that takes minutes. On a box all signs are found without it.
"""

import sympy as sp


def unsigned(expression: sp.Expr) -> sp.Expr:
    """The expression with each symbol of known sign replaced by a real (or integer) one of the same name.

    >>> from grpo_theory.symbols import k, p
    >>> found = unsigned(p + k)
    >>> str(found), [s.is_nonnegative for s in found.free_symbols]
    ('k + p', [None, None])
    """
    signed = (s for s in expression.free_symbols if s.is_nonnegative or s.is_nonpositive)
    names = {s: sp.Symbol(s.name, integer=True) if s.is_integer else sp.Symbol(s.name, real=True) for s in signed}
    return expression.xreplace(names)


def has_irrational(expression: sp.Expr) -> bool:
    """Whether a root, an exponential or a logarithm of a number, or a constant such as π, stands in an expression.

    >>> from grpo_theory.symbols import p
    >>> has_irrational(sp.sqrt(2) * p), has_irrational(sp.sqrt(p) / 2)
    (True, False)
    """
    parts = expression.atoms(sp.Pow, sp.exp, sp.log, sp.NumberSymbol)
    return any(not part.free_symbols for part in parts)
