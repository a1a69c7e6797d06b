"""Facts about derivatives, sums and limits refuse what does not follow, and the kernel lets no index be captured."""

import pytest
import sympy as sp

from grpo_theory.arithmetic.algebra import equal
from grpo_theory.arithmetic.domains import Domain, Given, Variable, choice, natural, real
from grpo_theory.ledger.calculus import both_differentiated, drawn_out, exchanged, limit_multiple, product_of
from grpo_theory.ledger.claim import Context
from grpo_theory.ledger.derivation import Step, step_problem
from grpo_theory.ledger.facts import algebra, hypothesis, limit_fact, summed
from grpo_theory.symbols import G, K, clip, i, j, k, p, rho, theta

f, g = sp.Function("f"), sp.Function("g")
GROUPS = Domain((natural(G, 2),))


@pytest.mark.parametrize(
    "variable",
    [choice(p, 0, 1), natural(p, 1, 1), real(p, 0, 1, closed="upper"), real(p, 0, 1, closed="lower")],
    ids=lambda v: v.describe(),
)
def test_equality_on_a_closed_or_discrete_range_is_no_equality_of_derivatives(variable: Variable) -> None:
    fact = both_differentiated(algebra(p + p**2, p * (1 + p)), p)
    assert fact.check(Domain((real(p, 0, 1),)), Context())
    assert not fact.check(Domain((variable,)), Context())


def test_a_hypothesis_at_one_value_is_not_differentiated() -> None:
    total = sp.Sum(f(i), (i, 1, G))
    pointwise = (Given(total, p), Given(1 / f(p), sp.S(2)), Given(f(p), p))
    identity = Given(f(theta), sp.Sum(g(i, theta), (i, 1, G)))
    for given, variable, holds in (*((each, p, False) for each in pointwise), (identity, theta, True)):
        domain = Domain((natural(G, 2), real(p, 0, 1)), given=(given,))
        assert both_differentiated(hypothesis(given), variable).check(domain, Context()) is holds


def test_a_hypothesis_on_a_quantity_says_nothing_of_an_index_of_the_same_name() -> None:
    given = Given(k, sp.S(3))
    domain = Domain((natural(G, 2), natural(k, 0)), given=(given,))
    assert hypothesis(given).check(domain, Context())
    assert not summed(hypothesis(given), sp.S(1), k, sp.S(0), G).check(domain, Context())


def test_a_variable_that_bounds_another_does_not_move_freely() -> None:
    fact = both_differentiated(algebra(p, p), p)
    assert not fact.check(Domain((real(p, 0, 1), real(rho, p))), Context())


def test_a_derivative_is_not_rewritten_from_the_inside() -> None:
    domain = Domain((choice(p, 0, 1),))
    line = sp.Derivative(p**2, p, evaluate=False)
    step = Step(sp.Derivative(p, p, evaluate=False), "p² = p on {0, 1}", rewriting=(algebra(p**2, p),))
    assert step_problem(line, step, domain, Context()) is not None


def test_a_clipped_product_has_different_slopes_on_the_two_sides_of_its_kink() -> None:
    product = sp.Min(rho, 1 + clip)
    below, above = real(rho, 0, 1 + clip), real(rho, 1 + clip)
    for variable, form, holds in ((below, rho, True), (above, 1 + clip, True), (below, 1 + clip, False)):
        fact = both_differentiated(algebra(product, form), rho)
        assert fact.check(Domain((real(clip, 0, 1), variable)), Context()) is holds


def test_sums_exchange_only_when_their_limits_are_independent() -> None:
    square = sp.Sum(f(i, j), (j, 1, K), (i, 1, G))
    triangle = sp.Sum(f(i, j), (j, 1, i), (i, 1, G))
    assert exchanged(square).check(GROUPS, Context())
    assert not exchanged(triangle).check(GROUPS, Context())


def test_only_constants_are_drawn_out() -> None:
    assert drawn_out(G, f(k), k, sp.S(1), G).check(GROUPS, Context())
    assert not drawn_out(k, f(k), k, sp.S(1), G).check(GROUPS, Context())


def test_products_join_termwise() -> None:
    fact = product_of(f(i), g(i), i, sp.S(1), G)
    values = {"f": lambda n: n + 1, "g": lambda n: 2 * n - 5}
    assert fact.check(GROUPS, Context())
    for size in (2, 3):
        left, right = (side.subs(G, size).doit().replace(f, values["f"]) for side in (fact.lhs, fact.rhs))
        assert left.replace(g, values["g"]) == right.replace(g, values["g"])


@pytest.mark.parametrize(
    ("factor", "expression", "holds"),
    [(p, p * (G - 1) / G, True), (G, G - 1, False), (p, 2 * p * (G - 1) / G, False)],
)
def test_a_limit_is_multiplied_by_constants_only(factor: sp.Expr, expression: sp.Expr, holds: bool) -> None:
    known = limit_fact((G - 1) / G, G, sp.S(1))
    fact = limit_multiple(known, factor, algebra(expression, factor * ((G - 1) / G)))
    assert fact.check(GROUPS, Context()) is holds


def test_a_factor_is_not_captured_by_the_index_of_a_sum() -> None:
    outside, inside = k * sp.Sum(f(k), (k, 0, G)), sp.Sum(k * f(k), (k, 0, G))
    for domain in (GROUPS, GROUPS.and_also(natural(k, 0))):
        assert equal(outside, inside, domain) is None


def test_sums_of_sums_are_compared_at_generic_indices() -> None:
    positive = Domain((natural(K, 1), natural(G, 2), real(g(i), 0)))
    total = sp.Sum(sp.Sum(f(i, j), (j, 1, K)), (i, 1, G))
    weighted = sp.Sum(g(i) * sp.Sum(f(i, j) / g(i), (j, 1, K)), (i, 1, G))
    assert equal(total, weighted, positive)
    assert equal(total, sp.Sum(f(j, i), (j, 1, K), (i, 1, G)), positive) is None


def test_a_sum_inside_a_derivative_is_no_constant() -> None:
    derivative = sp.Derivative(sp.Sum(f(i, theta), (i, 1, G)), theta, evaluate=False)
    assert equal(derivative, sp.S(0), GROUPS) is None
    assert equal(derivative, derivative, GROUPS)


def test_bounds_that_name_each_other_do_not_send_the_kernel_round_in_circles() -> None:
    count = sp.Function("k")(j)
    domain = Domain((natural(G, 2), real(count, 0, G)))
    failures = sp.Sum(f(i) / (G - count), (i, count + 1, G))
    assert equal(failures, failures, domain)
