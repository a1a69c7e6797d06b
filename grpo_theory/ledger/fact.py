"""What a fact is: an equation or an inequality with the function that decides it; and tests that many facts share."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from grpo_theory.arithmetic.algebra import sign
from grpo_theory.arithmetic.domains import Domain
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
    bound: set[sp.Basic] = set()
    for formal in formals:
        bound |= {limit[0] for total in formal.atoms(sp.Sum, sp.Product) for limit in total.limits}
        bound |= {limit.args[1] for limit in formal.atoms(sp.Limit)}
    return any(bound & value.free_symbols for value in at.values())
