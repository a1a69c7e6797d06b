"""Limits carried through sums and quotients: what they must accept and what they must refuse."""

import pytest
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Variable, natural, real
from grpo_theory.ledger.claim import Context
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import limit_fact
from grpo_theory.ledger.limits import limit_through
from grpo_theory.symbols import G, K, i, p, tau

f = sp.Function("f")(i)
SMALL, SMALLER, EACH = 1 / (tau + 1), 1 / (tau + 2), 1 / (tau + f)
KNOWN = tuple(limit_fact(part, tau, sp.S(0)) for part in (SMALL, SMALLER, EACH))


def holds(fact: Fact, *variables: Variable) -> bool:
    return fact.check(Domain((*variables, real(tau, 0))), Context())


def test_a_quotient_of_finite_sums_has_the_quotient_of_the_limits() -> None:
    fact = limit_through(sp.Sum(p + EACH, (i, 1, K)) / (2 + SMALL), tau, KNOWN)
    assert fact.rhs == sp.Sum(p, (i, 1, K)) / 2
    assert holds(fact, natural(K, 1), real(p, 0, 1), real(f, 0))


def test_a_divisor_whose_limit_vanishes_is_refused() -> None:
    assert not holds(limit_through(1 / (SMALL + SMALLER), tau, KNOWN[:2]))


def test_a_false_limit_is_refused() -> None:
    assert not holds(limit_through(1 + SMALL, tau, (limit_fact(SMALL, tau, sp.S(2)),)))


def test_a_variable_that_is_bounded_does_not_grow() -> None:
    fact = limit_through(1 + SMALL, tau, KNOWN[:1])
    assert not fact.check(Domain((real(tau, 0, 5),)), Context())


@pytest.mark.parametrize(
    "moving",
    [
        sp.sqrt(tau),
        sp.exp(-tau),
        tau + SMALL,
        sp.Sum(SMALL, (i, 1, sp.oo)),
        sp.Sum(1 / G, (G, 1, tau)),
        sp.Sum(SMALL * i, (i, 1, tau)),
    ],
)
def test_what_moves_otherwise_is_not_carried_through(moving: sp.Expr) -> None:
    with pytest.raises(ValueError, match="lies outside what limits are carried through"):
        limit_through(moving, tau, KNOWN)
