"""What the kernel says of random expressions holds at random exact points: equalities, signs, and safe divisors."""

from typing import Any

import pytest
import sympy as sp
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from grpo_theory.arithmetic.algebra import equal, sign, undefined_divisor
from grpo_theory.arithmetic.evaluate import NotExact, exact
from grpo_theory.arithmetic.signs import Sign
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.symbols import j, k, p
from tests.ledger.strategies import DOMAIN, REWRITINGS, expressions, points

SLOW = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
ALLOWED = {
    Sign.POSITIVE: (1,),
    Sign.NONNEGATIVE: (0, 1),
    Sign.ZERO: (0,),
    Sign.NONPOSITIVE: (-1, 0),
    Sign.NEGATIVE: (-1,),
    Sign.UNKNOWN: (-1, 0, 1),
}


def value(expression: sp.Expr, point: dict[str, Any]) -> Surd | None:
    """The exact value, or None where the expression has none: a division by zero, a root of a root."""
    try:
        return exact(expression, point)  # type: ignore[no-any-return]
    except (NotExact, ValueError, ZeroDivisionError):
        return None


@SLOW
@given(expressions, st.lists(points(), min_size=4, max_size=4))
def test_a_settled_sign_is_the_sign_at_every_point(expression: sp.Expr, at: list[dict[str, Any]]) -> None:
    assume(not expression.has(sp.zoo, sp.nan) and undefined_divisor(expression, DOMAIN) is None)
    settled = sign(expression, DOMAIN)
    for point in at:
        found = value(expression, point)
        assert found is None or found.sign() in ALLOWED[settled], (expression, point, settled)


@SLOW
@given(expressions, st.sampled_from(REWRITINGS), st.lists(points(), min_size=4, max_size=4))
def test_what_is_called_equal_agrees_at_every_point(
    expression: sp.Expr, rewriting: tuple[str, Any], at: list[dict[str, Any]]
) -> None:
    assume(not expression.has(sp.zoo, sp.nan))
    other = rewriting[1](expression)
    assume(not other.has(sp.zoo, sp.nan))
    if equal(expression, other, DOMAIN):
        for point in at:
            left, right = value(expression, point), value(other, point)
            assert left is None or right is None or left == right, (expression, other, point)


@SLOW
@given(expressions, expressions, st.lists(points(), min_size=3, max_size=3))
def test_two_random_expressions_are_called_equal_only_where_they_agree(
    first: sp.Expr, second: sp.Expr, at: list[dict[str, Any]]
) -> None:
    assume(not sp.Tuple(first, second).has(sp.zoo, sp.nan))
    if equal(first, second, DOMAIN):
        for point in at:
            left, right = value(first, point), value(second, point)
            assert left is None or right is None or left == right, (first, second, point)


@SLOW
@given(expressions, st.lists(points(), min_size=4, max_size=4))
def test_an_expression_without_unsafe_divisors_never_divides_by_zero(
    expression: sp.Expr, at: list[dict[str, Any]]
) -> None:
    assume(not expression.has(sp.zoo, sp.nan) and undefined_divisor(expression, DOMAIN) is None)
    for point in at:
        try:
            exact(expression, point)
        except (NotExact, ValueError) as error:
            assert "zero" not in str(error), (expression, point)


def test_a_sum_under_a_modulus_is_not_settled_rather_than_an_error() -> None:
    total = sp.Sum(p ** (j + 1), (j, 1, k))
    assert equal(total, sp.sqrt(total**2), DOMAIN) in (True, None)


@pytest.mark.parametrize("expression", [sp.sqrt(2), sp.Integer(0), sp.Rational(-1, 3)], ids=str)
def test_numbers_have_their_own_sign(expression: sp.Expr) -> None:
    found = value(expression, {})
    assert found is not None and found.sign() in ALLOWED[sign(expression, DOMAIN)]
    assert sign(expression, DOMAIN) is not Sign.UNKNOWN
