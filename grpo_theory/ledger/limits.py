"""Limits at infinity carried through finite sums, products and quotients."""

from collections.abc import Mapping, Sequence

import sympy as sp

from grpo_theory.arithmetic.algebra import sign
from grpo_theory.arithmetic.domains import Domain
from grpo_theory.arithmetic.limits import grows_alone
from grpo_theory.arithmetic.signs import Sign
from grpo_theory.ledger.claim import Context, Relation
from grpo_theory.ledger.fact import Fact, identities


def limit_through(expression: sp.Expr, variable: sp.Symbol, known: Sequence[Fact]) -> Fact:
    """lim f = f with every part that moves replaced by its limit: for sums, products, quotients of parts that have one.

    ``known`` holds facts Limit(part, x, ∞) = value, where the parts may speak of the index of a finite sum; all that
    moves must stand inside such parts. Divisors must have limits that are not zero, ranges of sums must stand still.

    >>> from grpo_theory.arithmetic.domains import natural
    >>> from grpo_theory.ledger.facts import limit_fact
    >>> from grpo_theory.symbols import G, n, p
    >>> known = limit_fact((G - 1) / G, G, sp.S(1))
    >>> fact = limit_through(p / ((G - 1) / G + p), G, [known])
    >>> fact.rhs, fact.check(Domain((natural(G, 2),)), Context())
    (p/(p + 1), True)
    """
    parts = {fact.lhs.args[0]: fact for fact in known}
    limit = _value(expression, variable, parts)

    def check(domain: Domain, context: Context) -> bool:
        named = all(
            fact.relation is Relation.EQUAL and fact.lhs == sp.Limit(part, variable, sp.oo)
            for part, fact in parts.items()
        )
        still = not limit.has(variable) and not any(fact.rhs.has(variable) for fact in known)
        return named and still and _stands(expression, variable, parts, domain, context)

    words = ("limits pass through finite sums, products and quotients", *(fact.because for fact in known))
    lemmas = tuple(name for fact in known for name in fact.lemmas)
    assuming = tuple(name for fact in known for name in fact.assuming)
    left = sp.Limit(expression, variable, sp.oo)
    return Fact(left, Relation.EQUAL, limit, "; ".join(words), check, assuming, lemmas)


def _value(part: sp.Expr, variable: sp.Symbol, parts: Mapping[sp.Expr, Fact]) -> sp.Expr:
    """The expression with every part that moves replaced by its limit."""
    if part in parts:
        return parts[part].rhs
    if not part.has(variable):
        return part
    if isinstance(part, (sp.Add, sp.Mul)):
        return part.func(*(_value(argument, variable, parts) for argument in part.args))
    if isinstance(part, sp.Pow) and part.exp.is_Integer:
        return _value(part.base, variable, parts) ** part.exp
    if isinstance(part, sp.Sum) and _is_still(part, variable):
        return sp.Sum(_value(part.function, variable, parts), *part.limits)
    raise ValueError(f"part = {part} lies outside what limits are carried through: it moves, and none is named")


def _stands(
    part: sp.Expr, variable: sp.Symbol, parts: Mapping[sp.Expr, Fact], domain: Domain, context: Context
) -> bool:
    """Whether every named limit holds where it stands, and no divisor tends to zero."""
    if part in parts:
        return grows_alone(variable, domain) and parts[part].check(identities(domain, variable), context)
    if not part.has(variable):
        return True
    if isinstance(part, sp.Sum):
        index, lower, upper = part.limits[0]
        return _stands(part.function, variable, parts, domain.with_index(index, lower, upper), context)
    if isinstance(part, sp.Pow) and part.exp.is_negative:
        settled = sign(_value(part.base, variable, parts), domain) in (Sign.POSITIVE, Sign.NEGATIVE)
        return settled and _stands(part.base, variable, parts, domain, context)
    arguments = (part.base,) if isinstance(part, sp.Pow) else part.args
    return all(_stands(argument, variable, parts, domain, context) for argument in arguments)


def _is_still(total: sp.Sum, variable: sp.Symbol) -> bool:
    """Whether a sum runs over a finite range that does not move: integer ends without the variable."""
    (index, *ends), *more = total.limits
    return not more and index != variable and all(end.is_integer is True and not end.has(variable) for end in ends)
