"""Facts about ranges and one-sided limits hold where they should, and do not where one hypothesis is missing."""

import pytest
import sympy as sp

from grpo_theory.arithmetic.algebra import sign
from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.arithmetic.evaluate import exact
from grpo_theory.arithmetic.signs import Sign
from grpo_theory.ledger.claim import Context
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import algebra, order
from grpo_theory.ledger.onesided import limit_from_above
from grpo_theory.ledger.ranges import by_induction, linear, multiplied
from grpo_theory.symbols import G, epsilon, i, k, m, p

SIZE = Domain((natural(G, 1), real(p, 0, 1)))
SMOOTH = Domain((real(p, 0, 1), real(epsilon, 0)))
f = sp.Function("f")

TRUE = {
    "squares add up": (by_induction(sp.Sum(i**2, (i, 1, G)), i * (i + 1) * (2 * i + 1) / 6, i), SIZE),
    "equal factors": (by_induction(sp.Product(1 - p, (i, 1, G)), (1 - p) ** i, i), SIZE),
    "factors in order": (multiplied(order(p**2, p, "p < 1"), i, sp.S(1), G), SIZE),
    "continuous at zero": (limit_from_above(algebra(sp.sqrt(epsilon) + p, p + sp.sqrt(epsilon)), epsilon), SMOOTH),
}
FALSE = {
    "a wrong step": (by_induction(sp.Sum(i**2, (i, 1, G)), i**2, i), SIZE),
    "a wrong beginning": (by_induction(sp.Sum(i, (i, 1, G)), i * (i + 1) / 2 + 1, i), SIZE),
    "an empty range": (by_induction(sp.Sum(i, (i, 3, G)), i * (i + 1) / 2 - 3, i), SIZE),
    "half a range": (by_induction(sp.Sum(i, (i, 1, G / 2)), i * (i + 1) / 2, i), SIZE),
    "an index of the domain": (by_induction(sp.Sum(k, (k, 1, G)), G * (G + 1) / 2, G), SIZE),
    "factors below zero": (multiplied(order(p - 1, p, "less"), i, sp.S(1), G), SIZE),
    "factors not in order": (multiplied(order(p, p**2, "p < 1"), i, sp.S(1), G), SIZE),
    "a pole at zero": (limit_from_above(algebra(p / epsilon, p / epsilon), epsilon), SMOOTH),
    "a jump at zero": (
        limit_from_above(algebra(sp.S(1) + 0 * p, sp.Piecewise((0, epsilon <= 0), (1, True))), epsilon),
        SMOOTH,
    ),
    "a bound that moves": (
        limit_from_above(algebra(p, p), epsilon),
        Domain((real(epsilon, 0), real(p, 0, epsilon))),
    ),
    "a variable without a range": (limit_from_above(algebra(p + epsilon, p + epsilon), epsilon), SIZE),
}


@pytest.mark.parametrize("fact, domain", TRUE.values(), ids=list(TRUE))
def test_a_fact_holds(fact: Fact, domain: Domain) -> None:
    assert fact.check(domain, Context())


@pytest.mark.parametrize("fact, domain", FALSE.values(), ids=list(FALSE))
def test_a_fact_with_a_gap_is_not_accepted(fact: Fact, domain: Domain) -> None:
    assert not fact.check(domain, Context())


def test_a_sum_is_linear_also_in_other_sums() -> None:
    inner = sp.Sum(f(k), (k, 1, 3))
    fact = linear(sp.Sum((f(i) + p * i) * (inner + p), (i, 1, 3)))
    at = {"f": lambda x: x**2 - 1, "p": "1/3"}
    assert exact(fact.lhs, at) == exact(fact.rhs, at)
    assert all(i not in factor.free_symbols for factor in sp.Add.make_args(fact.rhs))


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (sp.Sum(sp.sqrt(k * (G - k)), (k, 1, G - 1)), Sign.POSITIVE),
        (sp.Sum(sp.sqrt(k * (G - k)), (k, 0, G)), Sign.NONNEGATIVE),
        (sp.Sum(p**k, (k, 1, G - 2)), Sign.NONNEGATIVE),
        (sp.Sum(k - 1, (k, 0, G)), Sign.UNKNOWN),
        (1 + sp.Derivative(sp.Sum(p**k, (k, 1, G)), p), Sign.UNKNOWN),
    ],
)
def test_a_sum_has_the_sign_of_its_terms(total: sp.Expr, expected: Sign) -> None:
    assert sign(total, Domain((natural(G, 2), real(p, 0, 1), natural(m, 1)))) is expected
