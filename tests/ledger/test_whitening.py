"""Facts about gradients of centred count rules and of EC-RLVR: what they must refuse, and numbers they must give."""

from fractions import Fraction
from math import comb

import pytest
import sympy as sp

from grpo_theory.arithmetic.algebra import equal, sign
from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.arithmetic.evaluate import exact
from grpo_theory.arithmetic.signs import Sign
from grpo_theory.ledger.claim import Context
from grpo_theory.ledger.class_moments import POLICY, class_mean, coordinate, variance_by_squares
from grpo_theory.ledger.ec_variance import around, at_one_half, falls_with_group, inverse_moment, spread_over, variance
from grpo_theory.ledger.facts import Fact
from grpo_theory.ledger.whitening import b, over_mixed, q, single_term
from grpo_theory.losses.logit_gradient import logit_gradient_variance, odds_point
from grpo_theory.policies.score_points import ScoredPolicy, score_point, uneven_policies, whitening_point
from grpo_theory.policies.whitening import ScoreSpread, optimal_relative_variance
from grpo_theory.symbols import G, K, j, k, m, n, o, p, tau, x

GROUPS = Domain((natural(m, 1), natural(G, m + 1), real(p, 0, 1)))


def holds(fact: Fact, domain: Domain) -> bool:
    return fact.check(domain, Context())


def test_one_term_of_a_sum_needs_terms_of_one_sign_and_a_position_inside() -> None:
    assert holds(single_term(over_mixed(b(k) ** 2), m), GROUPS)
    assert not holds(single_term(over_mixed(b(k)), m), GROUPS)
    assert not holds(single_term(over_mixed(k - 2), m), GROUPS)
    assert not holds(single_term(over_mixed(b(k) ** 2), m - 1), GROUPS)
    assert not holds(single_term(over_mixed(b(k) ** 2), sp.S(2)), GROUPS)
    assert not holds(single_term(over_mixed(b(k) ** 2), m + sp.Rational(1, 2)), GROUPS)


def test_one_term_does_not_capture_the_index_of_an_inner_sum() -> None:
    inner = sp.Sum(b(j) ** 2 * k, (j, 1, G))
    assert holds(single_term(sp.Sum(inner * 2, (k, 1, G)), m), GROUPS)
    assert not holds(single_term(sp.Sum(inner * 2, (k, 1, G)), j), Domain((natural(j, 1), natural(G, j + 1))))


def test_a_variance_by_squares_needs_the_probabilities_of_the_classes() -> None:
    inside = POLICY.with_index(coordinate, sp.S(1), n)
    assert all(holds(variance_by_squares(reward), inside) for reward in (1, 0))
    assert not any(holds(variance_by_squares(reward), Domain(inside.variables)) for reward in (1, 0))


def test_a_sum_that_cancels_lends_its_index_to_no_other() -> None:
    f, inner = sp.Function("f"), class_mean(1)
    domain = Domain((natural(K, 2), natural(n, 1), real(p, 0, 1)))
    products = sp.Sum(f(o) * inner, (o, 1, K)) + inner * sp.Sum(f(o), (o, 1, K))
    assert equal(products, inner * sp.Sum(f(o), (o, 1, K)) + sp.Sum(f(o) * inner, (o, 1, K)), domain)
    assert not equal(products, 2 * inner * sp.Sum(f(o), (o, 1, K)) + inner, domain)


def test_a_sum_of_positive_terms_is_positive_only_where_it_has_a_term() -> None:
    g = sp.Function("g", positive=True)
    total = sp.Sum(g(j), (j, 1, n))
    assert sign(total, Domain((natural(n, 1),))) is Sign.POSITIVE
    assert sign(sp.Sum(g(j), (j, 2, n)), Domain((natural(n, 1),))) is not Sign.POSITIVE


@pytest.mark.parametrize(("size", "chance"), [(2, "1/3"), (5, "1/50"), (5, "49/50"), (7, "1/2")])
def test_bounds_of_the_gradient_variance_hold_at_points(size: int, chance: str) -> None:
    point = odds_point(Fraction(chance), size, Fraction(1))
    facts = (around(q / (q + p * x)), inverse_moment(1), inverse_moment(2, True), spread_over(), spread_over(True))
    for fact in (*facts, falls_with_group()):
        assert exact(fact.lhs, point) <= exact(fact.rhs, point)
    assert exact(variance, point) == logit_gradient_variance(Fraction(chance), size, 1)


def test_the_variance_at_one_half_for_every_temperature() -> None:
    domain = Domain((natural(G, 2), real(tau, 0)))
    assert holds(at_one_half(G), domain)
    for size in (2, 3, 6):
        value = exact(at_one_half(G).rhs, {"G": size, "tau": Fraction(1, 3)})
        assert value == 9 * (Fraction(1, 4 * size) - Fraction(1, 4**size))


def test_scores_have_mean_zero() -> None:
    with pytest.raises(ValueError, match="mean other than 0"):
        ScoredPolicy.of("1/3 2/3", "1 0", "2", "1")


def test_points_agree_with_the_closed_forms_of_the_library() -> None:
    for policy in uneven_policies():
        point = whitening_point(policy, 3, lambda wins: Fraction(wins))
        spread = ScoreSpread.of(point["D"], point["v_plus"], point["v_minus"])
        assert 1 / (point["D"] * point["S"]) - 1 == optimal_relative_variance(spread, 3, point["p"])
        chance = point["p"]
        assert point["x"] == sum(comb(3, at) * chance**at * (1 - chance) ** (3 - at) * at for at in (1, 2))
        assert score_point(policy)["K"] == len(policy.rewards)
