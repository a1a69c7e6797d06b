"""An inequality in p_next written in log-odds, where 1 − p ≈ 1e−43 and p → 0 are ordinary numbers."""

from __future__ import annotations

import sympy as sp

from grpo_theory.arithmetic.boxes import Box
from grpo_theory.arithmetic.conditions import STRICT, outright
from grpo_theory.arithmetic.exactly import affordable, algebraic_sign
from grpo_theory.arithmetic.signs import Sign
from grpo_theory.dynamics.inequality import P_NEXT

_NOT_POSITIVE = (Sign.ZERO, Sign.NEGATIVE, Sign.NONPOSITIVE)


def log_odds_gap(gap: sp.Expr, next_logit: sp.Expr, box: Box) -> sp.Expr | None:
    """An expression that is ≥ 0 exactly where a·p_next + b is, wherever −b/a lies in (0, 1); None where none is found.

    p_next ≥ −b/a if and only if logit p_next ≥ logit(−b/a), for a > 0.

    >>> from fractions import Fraction
    >>> from grpo_theory.arithmetic.boxes import Edge
    >>> from grpo_theory.symbols import eta, p
    >>> edges = {name: Edge(Fraction(0), Fraction(1), True, True) for name in ("p", "eta")}
    >>> log_odds_gap(P_NEXT - p, sp.log(p) - sp.log(1 - p) + eta, edges)
    eta
    """
    if not gap.is_polynomial(P_NEXT) or sp.degree(gap, P_NEXT) != 1:
        return None
    factor, rest = sp.diff(gap, P_NEXT), gap.xreplace({P_NEXT: sp.S.Zero})
    sign = settled(factor, box)
    if sign not in STRICT:
        return None
    target = -rest / factor
    beyond = target if sign is Sign.POSITIVE else 1 - target
    if settled(beyond, box) in _NOT_POSITIVE:
        return sp.S.One  # p_next lies in (0, 1), and the bound outside of it
    above, below = split_log(target, box), split_log(1 - target, box)
    if above is None or below is None:
        return None
    difference = collected(next_logit - above + below)
    return difference if sign is Sign.POSITIVE else -difference


def split_log(expression: sp.Expr, box: Box) -> sp.Expr | None:
    """log of an expression as a sum over its factors of settled sign; None where the expression is not positive.

    >>> from fractions import Fraction
    >>> from grpo_theory.arithmetic.boxes import Edge
    >>> from grpo_theory.symbols import p
    >>> split_log(p - p**2, {"p": Edge(Fraction(0), Fraction(1), True, True)})
    log(p) + log(1 - p)
    """
    total, rest = sp.S.Zero, sp.S.One
    for base, power in _factored(expression).as_powers_dict().items():
        sign = settled(base, box)
        if sign is Sign.POSITIVE:
            total += power * sp.log(base)
        elif sign is Sign.NEGATIVE and power.is_Integer:
            total += power * sp.log(sp.expand(-base))
            rest *= (-1) ** power
        else:
            rest *= base**power
    if rest.is_Rational:
        return total if rest == 1 else None
    return total + sp.log(rest)


def settled(expression: sp.Expr, box: Box) -> Sign:
    """The sign on a box from the tree, or by exact algebra.

    >>> settled(sp.S(-2), {})
    <Sign.NEGATIVE: '<'>
    """
    sign = outright(expression, box)
    return sign if sign in STRICT else algebraic_sign(expression, box, inner=False)


def with_split_logs(expression: sp.Expr, box: Box) -> sp.Expr:
    """The expression with each logarithm split over the factors of its argument.

    >>> from fractions import Fraction
    >>> from grpo_theory.arithmetic.boxes import Edge
    >>> from grpo_theory.symbols import p
    >>> with_split_logs(sp.log(p / (1 - p)), {"p": Edge(Fraction(0), Fraction(1), True, True)})
    log(p) - log(1 - p)
    """
    pairs = ((node, split_log(node.args[0], box)) for node in expression.atoms(sp.log))
    return expression.xreplace({node: parts for node, parts in pairs if parts is not None})


def collected(expression: sp.Expr) -> sp.Expr:
    """Σ c_i·log a_i + rest with each coefficient as one quotient, where the logarithms stand linearly.

    >>> from grpo_theory.symbols import eta, p
    >>> collected((1 - eta) * sp.log(p) - sp.log(p) + 1)
    -eta*log(p) + 1
    """
    logs = sorted((n for n in expression.atoms(sp.log) if not any(a.has(sp.log) for a in n.args)), key=str)
    names = {node: sp.Dummy(f"log_{i}", real=True) for i, node in enumerate(logs)}
    flat = expression.xreplace(names)
    nothing = dict.fromkeys(names.values(), sp.S.Zero)
    total = flat.xreplace(nothing)
    for node, name in names.items():
        coefficient = sp.diff(flat, name)
        if coefficient.free_symbols & nothing.keys():
            return expression
        total += _factored(coefficient) * node
    return sp.factor_terms(total)


def _factored(expression: sp.Expr) -> sp.Expr:
    free = expression.free_symbols
    if free and expression.is_rational_function(*free) and affordable(expression, len(free)):
        return sp.factor(expression)
    return sp.factor_terms(expression)
