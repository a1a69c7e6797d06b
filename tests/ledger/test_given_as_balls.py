"""Functions that a point gives as balls: a side then has a ball for its value, and no exact one."""

import flint
import pytest
import sympy as sp

from grpo_theory.arithmetic.domains import Domain
from grpo_theory.arithmetic.evaluate import NotExact, exact
from grpo_theory.arithmetic.precise import exp, precisely
from grpo_theory.ledger.claim import Relation, Side, Statement
from grpo_theory.symbols import i, n

c = sp.Function("c")
POINT = {"n": 3, "c": precisely(lambda position: exp(position))}


def test_a_product_of_balls_is_a_narrow_ball() -> None:
    (value,) = Side(sp.Product(c(i), (i, 1, n))).at(POINT)
    assert isinstance(value, flint.arb) and value.overlaps(exp(6)) and value.rad() < 1e-90


def test_a_ball_never_passes_for_an_exact_number() -> None:
    with pytest.raises(NotExact, match="given as a ball"):
        exact(c(n), POINT)
    with pytest.raises(NotExact):
        exact(n, {"n": exp(1)})


def test_what_has_neither_value_is_still_refused() -> None:
    with pytest.raises(NotExact):
        Side(sp.Limit(c(n), n, sp.oo)).at(POINT)


@pytest.mark.parametrize(("factor", "holds"), [(1, True), (2, False)])
def test_equality_of_products_of_balls_is_decided(factor: int, holds: bool) -> None:
    total = Side(sp.Product(c(i), (i, 1, n)))
    assert Statement(total, Relation.EQUAL, Side(factor * sp.exp(6)), Domain()).at(POINT) is holds
