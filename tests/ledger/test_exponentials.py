"""Facts about exponentials and logarithms: what they must refuse."""

import pytest
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Variable, real
from grpo_theory.ledger.claim import Context
from grpo_theory.ledger.exponentials import (
    exponential_above,
    exponential_increases,
    logarithm_below,
    logarithm_increases,
    logarithm_of,
)
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import order
from grpo_theory.symbols import A, beta, eta, p

HALF = sp.Rational(1, 2)
EQUAL_ONLY = order(2 * p, 1 + p**2, "a square is not negative")


def holds(fact: Fact, *variables: Variable) -> bool:
    return fact.check(Domain(variables), Context())


@pytest.mark.parametrize(
    ("fact", "variables"),
    [
        (exponential_above(A), ()),
        (exponential_above(A, 4), (real(A, -4),)),
        (exponential_above(A, 4, strict=True), (real(A, 0),)),
        (exponential_above(A, strict=True), (real(A, None, 0),)),
        (exponential_increases(EQUAL_ONLY), ()),
        (logarithm_below(A), (real(A, 0),)),
        (logarithm_below(A, strict=True), (real(A, 1),)),
        (logarithm_increases(order(A, A + 1, "", strict=True)), (real(A, 0),)),
        (logarithm_of(sp.sqrt(A) * sp.exp(beta), [(A, HALF), (sp.E, beta)]), (real(A, 0), real(beta, 0))),
    ],
)
def test_what_is_true_is_accepted(fact: Fact, variables: tuple[Variable, ...]) -> None:
    assert holds(fact, *variables)


@pytest.mark.parametrize(
    ("fact", "variables"),
    [
        (exponential_above(A, 2), ()),  # (1 + x/2)² exceeds e^x for x far below −2
        (exponential_above(A, 4), (real(A, -5),)),
        (exponential_above(A, -1), (real(A, 2),)),
        (exponential_above(A, strict=True), (real(A, 0, closed="lower"),)),
        (exponential_increases(order(p**2, p, "false beyond one")), (real(p, 0, 2),)),
        (logarithm_below(A), (real(A, 0, closed="lower"),)),
        (logarithm_below(A, strict=True), (real(A, 0),)),
        (logarithm_increases(order(A, A + 1, "", strict=True)), ()),
        (logarithm_of(A * beta, [(A, 1), (beta, 2)]), (real(A, 0), real(beta, 0))),
        (logarithm_of(A**2, [(A, 2)]), ()),  # log A² is 2·log|A|
        (logarithm_of(A * beta, [(-A, 1), (-beta, 1)]), (real(A, 0), real(beta, 0))),
        (logarithm_of(sp.exp(A) * sp.exp(eta), [(sp.E, A * eta)]), (real(A, 0), real(eta, 0))),
    ],
)
def test_what_is_false_is_refused(fact: Fact, variables: tuple[Variable, ...]) -> None:
    assert not holds(fact, *variables)
