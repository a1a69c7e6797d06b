"""The mean value theorem and the mean of an integral refuse what does not follow from their hypotheses."""

import pytest
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.ledger.claim import Context, Relation
from grpo_theory.ledger.derivation import Step, chain
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import assumed, differentiated, limit_fact
from grpo_theory.ledger.growth import integral, mean_of_integral, mean_value
from grpo_theory.symbols import X, beta, eta, x, z

ENDS = Domain((real(beta, 0), real(eta, beta)))


def below(function: sp.Expr, bound: sp.Expr, relation: Relation = Relation.AT_MOST) -> Fact:
    """f′ ∼ bound, as calculus and the normal form give it."""
    slope = differentiated(function, z)
    return chain(slope.lhs, Step(slope.rhs, "calculus", using=(slope,)), Step(bound, "a sign", relation))


def test_a_bound_on_the_slope_bounds_the_rise_in_its_own_direction() -> None:
    upper = mean_value(below(1 / (1 + z), sp.S(0)), real(z, 0), beta, eta)
    lower = mean_value(below(1 / (1 + z), sp.S(-1), Relation.AT_LEAST), real(z, 0), beta, eta)
    assert upper.check(ENDS, Context()) and lower.check(ENDS, Context())
    assert sp.simplify(upper.rhs) == 0 and sp.simplify(lower.lhs - (beta - eta)) == 0


@pytest.mark.parametrize(
    ("low", "high"), [(eta, beta), (-beta, eta), (z, eta), (beta, -eta)], ids=["reversed", "outside", "bound", "both"]
)
def test_the_ends_must_be_ordered_and_inside(low: sp.Expr, high: sp.Expr) -> None:
    assert not mean_value(below(1 / (1 + z), sp.S(0)), real(z, 0), low, high).check(ENDS, Context())


def test_the_variable_must_be_fresh_and_move_over_an_interval() -> None:
    fact = below(1 / (1 + z), sp.S(0))
    assert not mean_value(fact, real(z, 0), beta, eta).check(ENDS.and_also(real(z, 0)), Context())
    assert not mean_value(fact, natural(z, 0), beta, eta).check(ENDS, Context())


def test_a_jump_or_a_pole_has_no_mean_value() -> None:
    for function in (sp.floor(z), sp.sign(z), 1 / (z - 1), sp.Abs(z - 1)):
        slope = sp.Derivative(function, z, evaluate=False)
        claimed = assumed("nothing", slope, sp.S(0), Relation.AT_MOST)
        assert not mean_value(claimed, real(z, 0), beta, eta).check(ENDS, Context())


def test_an_integral_grows_like_the_limit_of_its_integrand_only() -> None:
    domain = Domain((real(x, 2, closed="lower"),))
    fact = mean_of_integral(limit_fact(x / (x + 1), x, sp.S(1)), sp.S(2), X, sp.S(5))
    assert fact.check(domain, Context())
    false = limit_fact(x / (x + 1), x, sp.S(2))
    assert not mean_of_integral(false, sp.S(2), X, sp.S(5)).check(domain, Context())


def test_a_pole_on_the_way_or_a_tail_before_the_start_is_refused() -> None:
    domain = Domain((real(x, 2, closed="lower"),))
    pole = limit_fact(x / (x - 3), x, sp.S(1))
    assert not mean_of_integral(pole, sp.S(2), X, sp.S(5)).check(domain, Context())
    good = limit_fact(x / (x + 1), x, sp.S(1))
    assert not mean_of_integral(good, sp.S(2), X, sp.S(1)).check(domain, Context())
    assert not mean_of_integral(good, sp.S(2), X, sp.S(5)).check(Domain((real(x, 2, 9),)), Context())


def test_an_integral_over_a_pole_or_beyond_the_interval_is_refused() -> None:
    domain = Domain((real(beta, 0),))
    known = differentiated(-1 / z, z)
    assert integral(known, real(z, 0), sp.S(1), 1 + beta).check(domain, Context())
    assert not integral(known, real(z), sp.S(-1), beta).check(domain, Context())
    assert not integral(known, real(z, 0), -beta, sp.S(1)).check(domain, Context())
    assert not integral(known, real(z, 0), sp.S(1), beta).check(domain, Context())
    assert not integral(known, real(z, 0), sp.S(1), 1 + beta).check(Domain((real(beta, 0), real(z))), Context())
