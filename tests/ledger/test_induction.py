"""Induction closes what it should, and neither a false start, a false step nor a misuse of its index."""

import pytest
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.ledger.claim import Context, Relation
from grpo_theory.ledger.facts import algebra, hypothesis, order
from grpo_theory.ledger.induction import inductively
from grpo_theory.symbols import A, i, n

f = sp.Function("f")
FROM_ONE = Domain((natural(n, 1),))
ONES = order(1 + 0 * n, sp.Integer(1), "both are one")
LIMITS = (i, sp.S(0), n)
GROWS = Given(f(i + 1), A * f(i), i, sp.S(0), n - 1)
START = Given(f(0), sp.S(0))


def test_a_true_induction_closes() -> None:
    assert inductively(1 + i, Relation.AT_MOST, 2**i, LIMITS, ONES, sp.Integer(2)).check(FROM_ONE, Context())


def test_a_recursion_keeps_zero() -> None:
    domain = Domain((natural(n, 1), real(A)), "", (START, GROWS))
    steps = [(hypothesis(GROWS), 1)]
    zero = inductively(f(i), Relation.EQUAL, 0 * i, LIMITS, hypothesis(START), A, steps)
    assert zero.lhs == f(n) and zero.rhs == 0
    assert zero.check(domain, Context())
    assert not zero.check(Domain((natural(n, 1), real(A)), "", (START,)), Context())
    assert not zero.check(Domain((natural(n, 1), real(A)), "", (GROWS,)), Context())


def test_the_hypothesis_is_not_used_beyond_its_end() -> None:
    shorter = Given(f(i + 1), A * f(i), i, sp.S(0), n - 2)
    domain = Domain((natural(n, 2), real(A)), "", (START, shorter))
    steps = [(hypothesis(shorter), 1)]
    assert not inductively(f(i), Relation.EQUAL, 0 * i, LIMITS, hypothesis(START), A, steps).check(domain, Context())


@pytest.mark.parametrize(
    ("lhs", "rhs", "start", "factor"),
    [
        (2**i, 1 + i, ONES, sp.Integer(1)),
        (2**i, 1 + i, ONES, sp.Integer(-1)),
        (2 + i, 2**i, ONES, sp.Integer(2)),
        (2 + i, 2**i, order(2 + 0 * n, sp.Integer(1), "two is at most one"), sp.Integer(2)),
        (1 + i, 2**i, ONES, i - 1),
    ],
)
def test_a_false_start_or_step_does_not(lhs: sp.Expr, rhs: sp.Expr, start: object, factor: sp.Expr) -> None:
    assert not inductively(lhs, Relation.AT_MOST, rhs, LIMITS, start, factor).check(FROM_ONE, Context())  # type: ignore[arg-type]


def test_the_index_must_be_new_and_the_end_not_before_the_start() -> None:
    fact = inductively(1 + i, Relation.AT_MOST, 2**i, LIMITS, ONES, sp.Integer(2))
    assert not fact.check(Domain((natural(n, 1), natural(i, 0))), Context())
    early = inductively(1 + i, Relation.AT_MOST, 2**i, (i, sp.S(0), n - 2), ONES, sp.Integer(2))
    assert not early.check(FROM_ONE, Context())


def test_an_equation_does_not_start_an_inequality() -> None:
    same = algebra(1 + 0 * n, sp.Integer(1))
    assert not inductively(1 + i, Relation.AT_MOST, 2**i, LIMITS, same, sp.Integer(2)).check(FROM_ONE, Context())
