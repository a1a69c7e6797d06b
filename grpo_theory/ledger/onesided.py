"""Limits from the right, where what stands under the limit is first put in a form that is continuous at the end."""

import sympy as sp

from grpo_theory.arithmetic.algebra import equal, undefined_divisor
from grpo_theory.arithmetic.domains import Domain, Variable, real
from grpo_theory.ledger.claim import Context, Relation
from grpo_theory.ledger.fact import identities
from grpo_theory.ledger.facts import Fact

_CONTINUOUS = (sp.Add, sp.Mul, sp.Symbol, sp.Rational, sp.Abs, sp.Min, sp.Max)


def limit_from_above(fact: Fact, variable: sp.Symbol) -> Fact:
    """lim_{x→0+} a(x) = b(0), from a fact a(x) = b(x) for all x > 0 whose right side is continuous on x ≥ 0.

    The domain must name the variable, as positive; nothing else there may depend on it. The right side must be built
    from sums, products, moduli, extrema, integer powers and square roots, with divisors that do not vanish on x ≥ 0.

    >>> from grpo_theory.ledger.facts import algebra
    >>> from grpo_theory.symbols import epsilon, p
    >>> from grpo_theory.arithmetic.domains import Domain, real
    >>> fact = limit_from_above(algebra(p * epsilon / epsilon**2 * epsilon, p + 0 * epsilon), epsilon)
    >>> fact.rhs, fact.check(Domain((real(p, 0, 1), real(epsilon, 0))), Context())
    (p, True)
    """
    left = sp.Limit(fact.lhs, variable, 0, "+")
    value = fact.rhs.subs(variable, 0)

    def check(domain: Domain, context: Context) -> bool:
        if fact.relation is not Relation.EQUAL or not _is_continuous(fact.rhs, variable):
            return False
        if real(variable, 0) not in domain.variables or not fact.check(identities(domain, variable), context):
            return False
        others = tuple(v for v in domain.variables if v.atom != variable)
        if domain.branches or any(_depends(v, variable) for v in others):
            return False
        return undefined_divisor(fact.rhs, _with_zero(variable, others)) is None

    because = f"{fact.because}; the result is continuous at zero"
    return Fact(left, Relation.EQUAL, value, because, check, fact.assuming, fact.lemmas)


def squeezed_from_above(expression: sp.Expr, variable: sp.Symbol, value: sp.Expr, below: Fact, above: Fact) -> Fact:
    """lim_{x→0+} f(x) = v, from facts a(x) ≤ f(x) ≤ b(x) for all x > 0 with a, b continuous on x ≥ 0, a(0) = b(0) = v.

    The domain and the bounds must be as for :func:`limit_from_above`.

    >>> from grpo_theory.ledger.facts import order
    >>> from grpo_theory.symbols import epsilon, p
    >>> from grpo_theory.arithmetic.domains import Domain, real
    >>> middle = epsilon / (1 + epsilon)
    >>> low, high = order(0 * epsilon, middle, "ε > 0"), order(middle, epsilon, "1 + ε ≥ 1")
    >>> fact = squeezed_from_above(middle, epsilon, sp.S(0), low, high)
    >>> fact.check(Domain((real(epsilon, 0),)), Context())
    True
    """
    left = sp.Limit(expression, variable, 0, "+")
    sides = ((below.lhs, below.rhs, below), (above.rhs, above.lhs, above))

    def check(domain: Domain, context: Context) -> bool:
        others = tuple(v for v in domain.variables if v.atom != variable)
        if value.has(variable) or real(variable, 0) not in domain.variables:
            return False
        if domain.branches or any(_depends(v, variable) for v in others):
            return False
        closed, moving = _with_zero(variable, others), identities(domain, variable)
        return all(
            bool(equal(inner, expression, domain))
            and fact.check(moving, context)
            and _is_continuous(outer, variable)
            and undefined_divisor(outer, closed) is None
            and bool(equal(outer.subs(variable, 0), value, domain))
            for outer, inner, fact in sides
        )

    lemmas, assuming = below.lemmas + above.lemmas, below.assuming + above.assuming
    because = "it is squeezed between bounds that are continuous at zero"
    return Fact(left, Relation.EQUAL, value, because, check, assuming, lemmas)


def _with_zero(variable: sp.Symbol, others: tuple[Variable, ...]) -> Domain:
    """The other variables, and this one on x ≥ 0."""
    return Domain((*others, real(variable, 0, closed="lower")))


def _depends(variable: Variable, on: sp.Symbol) -> bool:
    """Whether a quantity's range speaks of another, or lists the values that a function of it may take at one point."""
    ends = (variable.lower, variable.upper, *variable.breaks, *variable.values)
    listed = bool(variable.values) and variable.atom.has(on)
    return listed or any(end is not None and on in end.free_symbols for end in ends)


def _is_continuous(expression: sp.Expr, variable: sp.Symbol) -> bool:
    """Whether an expression is built from continuous operations of the variable; powers by roots and integers only."""
    if variable not in expression.free_symbols:
        return True
    if isinstance(expression, sp.Pow):
        base, exponent = expression.args
        allowed = exponent.is_Integer or (exponent.is_Rational and exponent.q == 2)
        return bool(allowed) and _is_continuous(base, variable)
    return isinstance(expression, _CONTINUOUS) and all(_is_continuous(a, variable) for a in expression.args)
