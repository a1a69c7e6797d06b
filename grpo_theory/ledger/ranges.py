"""Facts about sums and products over one range: linearity, closed forms by induction, comparison factor by factor."""

from dataclasses import replace

import sympy as sp

from grpo_theory.arithmetic.algebra import equal, sign, undefined_divisor
from grpo_theory.arithmetic.domains import Domain, natural
from grpo_theory.ledger.claim import Context, Relation
from grpo_theory.ledger.fact import NOT_NEGATIVE
from grpo_theory.ledger.facts import Fact


def linear(total: sp.Sum) -> Fact:
    """Σ_i Σ_a c_a·f_a(i) = Σ_a c_a·Σ_i f_a(i): the summand is expanded, and what is free of the index stands outside.

    >>> from grpo_theory.symbols import G, i, p
    >>> f = sp.Function("f")
    >>> linear(sp.Sum(p * (f(i) + i), (i, 1, G))).rhs
    p*Sum(i, (i, 1, G)) + p*Sum(f(i), (i, 1, G))
    """
    index, lower, upper = total.limits[0]
    parts: list[sp.Expr] = []
    for term in sp.Add.make_args(sp.expand(total.function)):
        factors = sp.Mul.make_args(term)
        inside = [factor for factor in factors if index in factor.free_symbols]
        free = [factor for factor in factors if index not in factor.free_symbols]
        parts.append(sp.Mul(*free) * sp.Sum(sp.Mul(*inside), (index, lower, upper)))
    single = len(total.limits) == 1
    return Fact(total, Relation.EQUAL, sp.Add(*parts), "finite sums are linear", lambda *_: single)


def multiplied(fact: Fact, index: sp.Symbol, lower: sp.Expr, upper: sp.Expr) -> Fact:
    """From 0 ≤ a_i ≤ b_i at every index, Π a_i ≤ Π b_i; from a_i = b_i, Π a_i = Π b_i.

    >>> from grpo_theory.arithmetic.domains import natural, real
    >>> from grpo_theory.ledger.facts import order
    >>> from grpo_theory.symbols import G, i, p
    >>> fact = multiplied(order(p**2, p, "p < 1"), i, sp.S(1), G)
    >>> fact.check(Domain((natural(G, 1), real(p, 0, 1))), Context())
    True
    """

    def check(domain: Domain, context: Context) -> bool:
        inner = domain.with_index(index, lower, upper)
        allowed = fact.relation is Relation.EQUAL or sign(fact.lhs, inner) in NOT_NEGATIVE
        return allowed and fact.check(inner, context)

    relation = Relation.EQUAL if fact.relation is Relation.EQUAL else Relation.AT_MOST
    left, right = (sp.Product(side, (index, lower, upper)) for side in (fact.lhs, fact.rhs))
    return Fact(left, relation, right, f"factor by factor: {fact.because}", check, fact.assuming, fact.lemmas)


def by_induction(total: sp.Sum | sp.Product, closed: sp.Expr, index: sp.Symbol) -> Fact:
    """Σ_{i=a}^{b} f(i) = F(b) or Π_{i=a}^{b} f(i) = F(b) for b ≥ a, from F(a) = f(a) and the step from F(i) to F(i+1).

    ``closed`` is F written in an index that the domain does not name.

    >>> from grpo_theory.arithmetic.domains import natural
    >>> from grpo_theory.symbols import G, i
    >>> fact = by_induction(sp.Sum(i, (i, 1, G)), i * (i + 1) / 2, i)
    >>> fact.rhs, fact.check(Domain((natural(G, 1),)), Context())
    (G*(G + 1)/2, True)
    """
    name, lower, upper = total.limits[0]
    term = total.function.subs(name, index)
    following = term.subs(index, index + 1)
    grown = closed + following if isinstance(total, sp.Sum) else closed * following

    def check(domain: Domain, _: Context) -> bool:
        if _names(domain, index) or len(total.limits) != 1:
            return False
        if lower.is_integer is not True or upper.is_integer is not True:
            return False
        generic = _with_natural(domain, index, lower)
        return bool(
            sign(upper - lower, domain) in NOT_NEGATIVE
            and undefined_divisor(closed, generic) is None
            and equal(closed.subs(index, lower), term.subs(index, lower), domain)
            and equal(closed.subs(index, index + 1), grown, generic)
        )

    return Fact(total, Relation.EQUAL, closed.subs(index, upper), "by induction on the upper end", check)


def _names(domain: Domain, index: sp.Symbol) -> bool:
    here = any(variable.atom.has(index) for variable in domain.variables)
    return here or any(_names(branch, index) for branch in domain.branches)


def _with_natural(domain: Domain, index: sp.Symbol, lower: sp.Expr) -> Domain:
    """The domain with an index that runs from ``lower`` on without end, in each of its branches."""
    branches = tuple(_with_natural(branch, index, lower) for branch in domain.branches)
    return replace(domain.and_also(natural(index, lower)), branches=branches)
