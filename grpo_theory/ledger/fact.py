"""What a fact is: an equation or an inequality with the function that decides it; and tests that many facts share."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.function import AppliedUndef

from grpo_theory.arithmetic.algebra import sign
from grpo_theory.arithmetic.domains import Domain, Given
from grpo_theory.arithmetic.signs import Sign
from grpo_theory.ledger.claim import Context, Relation

Check = Callable[[Domain, Context], bool]
NOT_NEGATIVE = (Sign.POSITIVE, Sign.NONNEGATIVE, Sign.ZERO)
KINKS = (sp.Piecewise, sp.Min, sp.Max, sp.Abs, sp.sign, sp.floor, sp.ceiling, sp.Heaviside, sp.Limit)
"""Functions that SymPy differentiates without regard to the points where they have no derivative."""


@dataclass(frozen=True)
class Fact:
    """lhs ∼ rhs with ∼ one of =, ≤, <, a reason in words, and the check that decides it.

    >>> from grpo_theory.symbols import p
    >>> Fact(p, Relation.EQUAL, p, "it is the same", lambda domain, context: True).rhs
    p
    """

    lhs: sp.Expr
    relation: Relation
    rhs: sp.Expr
    because: str
    check: Check
    assuming: tuple[str, ...] = ()
    lemmas: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Whoever uses a fact takes it to point upwards; one that does not would prove the reverse of what it says."""
        if self.relation not in (Relation.EQUAL, Relation.AT_MOST, Relation.LESS):
            raise ValueError(f"relation = {self.relation.value} is not one of =, ≤, <: a fact points upwards")


def upward(lhs: sp.Expr, relation: Relation, rhs: sp.Expr) -> tuple[sp.Expr, Relation, sp.Expr]:
    """The same order read from its smaller side: a > b as b < a, a ≥ b as b ≤ a.

    >>> from grpo_theory.symbols import p
    >>> upward(1 + p, Relation.GREATER, p)[1].value
    '<'
    """
    turned = {Relation.GREATER: Relation.LESS, Relation.AT_LEAST: Relation.AT_MOST}
    return (rhs, turned[relation], lhs) if relation in turned else (lhs, relation, rhs)


def is_count(number: sp.Expr, domain: Domain) -> bool:
    """Whether an expression is an integer that is not negative, everywhere on a domain.

    >>> from grpo_theory.symbols import epsilon, n
    >>> is_count(n, Domain()), is_count(epsilon, Domain())
    (True, False)
    """
    return number.is_integer is True and sign(number, domain) in NOT_NEGATIVE


def captured(formals: Iterable[sp.Expr], at: Mapping[Any, sp.Expr]) -> bool:
    """Whether a value names a symbol that a sum or a limit binds, so that substitution would change what is said.

    >>> from grpo_theory.symbols import G, k, p
    >>> captured([sp.Sum(p**k, (k, 0, G))], {p: k}), captured([sp.Sum(p**k, (k, 0, G))], {p: 1 - p})
    (True, False)
    """
    bound = {symbol for formal in formals for symbol in bound_symbols(formal)}
    return any(bound & value.free_symbols for value in at.values())


def bound_symbols(expression: sp.Basic) -> set[sp.Basic]:
    """The symbols that a sum, a product, a limit, an integral, a function or a value at a point binds.

    >>> from grpo_theory.symbols import G, k, p
    >>> bound_symbols(p + sp.Sum(p**k, (k, 0, G)))
    {k}
    """
    found: set[sp.Basic] = {limit.args[1] for limit in expression.atoms(sp.Limit)}
    for node in expression.atoms(ExprWithLimits, sp.Lambda, sp.Subs):
        found |= set(node.bound_symbols)
    return found


def names_an_index(domain: Domain, formals: Iterable[sp.Expr], at: Mapping[Any, sp.Expr]) -> bool:
    """Whether a lemma is to be taken at one value of an index, of which its hypotheses speak at every value.

    >>> from grpo_theory.symbols import G, k
    >>> f = sp.Function("f")
    >>> [names_an_index(Domain(given=(Given(f(k), sp.S(0), k, sp.S(0), G),)), (), {at: sp.S(5)}) for at in (k, G)]
    [True, False]
    """
    declared = {variable.atom for variable in domain.variables}
    indices = {given.index for given in domain.given if given.index is not None}
    indices |= {symbol for formal in formals for symbol in bound_symbols(formal)}
    for variable in domain.variables:
        indices |= set() if variable.atom.is_Symbol else variable.atom.free_symbols - declared
    return any(key in indices for key in at)


def identities(domain: Domain, variable: sp.Symbol) -> Domain:
    """The domain without the hypotheses that may hold at single values of the variable only.

    >>> from grpo_theory.symbols import epsilon, n
    >>> identities(Domain(given=(Given(sp.Function("f")(n), epsilon),)), epsilon).given
    ()
    """
    kept = tuple(given for given in domain.given if _is_identity(given, variable))
    return replace(domain, given=kept, branches=tuple(identities(branch, variable) for branch in domain.branches))


def _is_identity(given: Given, variable: sp.Symbol) -> bool:
    # The range of an index may grow with the variable: what is said at each index stays the same.
    sides = (given.lhs, given.rhs)
    if not any(side.has(variable) for side in sides):
        return True
    plain = (side.xreplace({atom: sp.Dummy() for atom in side.atoms(AppliedUndef)}) for side in sides)
    return all(side.has(variable) for side in sides) and not any(side.has(variable) for side in plain)
