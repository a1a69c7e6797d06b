"""Expressions and domains at given values of their symbols and functions, as a cited lemma is used."""

from collections.abc import Mapping
from typing import Any

import sympy as sp
from sympy.core.function import UndefinedFunction

from grpo_theory.arithmetic.algebra import equal, sign
from grpo_theory.arithmetic.domains import Domain, Given
from grpo_theory.arithmetic.signs import Sign


def admits(target: Domain, at: Mapping[Any, sp.Expr], domain: Domain) -> bool:
    """Whether values, given on one domain, satisfy the bounds of another domain's variables.

    >>> from grpo_theory.symbols import G
    >>> from grpo_theory.arithmetic.domains import natural
    >>> small, large = Domain((natural(G, 2),)), Domain((natural(G, 3),))
    >>> admits(small, {G: G + 1}, small), admits(large, {G: G}, small)
    (True, False)
    """
    weak = (Sign.POSITIVE, Sign.NONNEGATIVE, Sign.ZERO)
    generic = _generic(target, domain)
    for variable in target.variables:
        value = instance(variable.atom, at)
        bounds = (variable.lower, variable.upper, *variable.values)
        unchanged = all(end is None or instance(end, at) == end for end in (variable.atom, *bounds))
        if unchanged and variable in domain.variables:
            continue
        if variable.values:
            if value not in variable.values:
                return False
            continue
        if variable.integer and value.is_integer is not True:
            return False
        ends = ((variable.lower, variable.lower_open, 1), (variable.upper, variable.upper_open, -1))
        for end, is_open, way in ends:
            allowed = (Sign.POSITIVE,) if is_open and not variable.integer else weak
            if end is not None and sign(way * (value - instance(end, at)), generic) not in allowed:
                return False
    return _hypotheses_hold(target, at, domain)


def _hypotheses_hold(target: Domain, at: Mapping[Any, sp.Expr], domain: Domain) -> bool:
    """Whether another domain's hypotheses, taken at given values, are identities or hypotheses here."""
    for given in target.given:
        parts = (given.lhs, given.rhs, given.lower, given.upper)
        lhs, rhs, lower, upper = (None if part is None else instance(part, at) for part in parts)
        if Given(lhs, rhs, given.index, lower, upper) in domain.given:
            continue
        inner = domain if given.index is None else domain.with_index(given.index, lower, upper)
        if not equal(lhs, rhs, inner):
            return False
    return True


def _generic(target: Domain, domain: Domain) -> Domain:
    """The domain without what it knows of the indices at which another domain's functions are bounded."""
    declared = {variable.atom for variable in target.variables}
    places = {symbol for v in target.variables if not v.atom.is_Symbol for symbol in v.atom.free_symbols} - declared
    for place in places:
        domain = domain.forgetting(place)
    return domain


def instance(expression: sp.Expr, at: Mapping[Any, sp.Expr]) -> sp.Expr:
    """An expression at given values of its symbols and, as lambdas, of its undefined functions.

    >>> from grpo_theory.symbols import k
    >>> f = sp.Function("f")
    >>> instance(k * f(k), {f: sp.Lambda(k, k + 1)})
    k*(k + 1)
    """
    functions = {key: value for key, value in at.items() if isinstance(key, UndefinedFunction)}
    for function, body in functions.items():
        expression = expression.replace(function, body)
    return expression.subs({key: value for key, value in at.items() if key not in functions}, simultaneous=True)
