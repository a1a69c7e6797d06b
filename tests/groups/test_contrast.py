"""Identities of the closed road: known weights and objectives, derivatives, multiples, bad arguments."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

from grpo_theory import symbols
from grpo_theory.arithmetic.surds import Surd, SurdPolynomial
from grpo_theory.groups import (
    AdvantageRule,
    contrast,
    effective_objective,
    effective_sample_size,
    effective_weight,
    expected_advantage,
    expected_advantage_function,
    multiple_of,
    rule,
    silent_rate,
)
from tests.groups.sample_rules import CLOSED_FORM_RULES, SURD_RULES, label

p = symbols.p


def test_rloo_has_weight_one_and_objective_p() -> None:
    one = SurdPolynomial.from_bernstein(0, [Surd.of(1)])
    for G in (2, 3, 7, 20):
        assert effective_weight(rule("rloo"), G) == one
        assert effective_weight(rule("percentile"), G) == one
        assert effective_objective(rule("rloo"), G)("3/7") == Surd.of("3/7")


def test_maxrl_truncates_the_likelihood_gradient() -> None:
    for G in (2, 3, 8):
        for chance in (Fraction(1, 3), Fraction(6, 7)):
            expected = (1 - (1 - chance) ** (G - 1)) / chance
            assert effective_weight(rule("maxrl"), G)(chance) == Surd.of(expected)


def test_grpo_contrast_by_hand_and_mirror_symmetry() -> None:
    third = contrast(rule("grpo"), 3)
    assert sp.expand(third.sympy() - sp.sqrt(2) * p * (1 - p)) == 0
    assert contrast(rule("grpo"), 9)("2/7") == contrast(rule("grpo"), 9)("5/7")


def test_expected_advantages_are_the_contrast_over_the_class_probability() -> None:
    for advantage_rule in (rule("grpo"), rule("maxrl"), rule("trl_grpo")):
        chance = Fraction(2, 9)
        c = contrast(advantage_rule, 6)(chance)
        assert expected_advantage(advantage_rule, 6, chance, 1).canonical() == c / chance
        assert expected_advantage(advantage_rule, 6, chance, 0).canonical() == -c / (1 - chance)


@pytest.mark.parametrize("advantage_rule", SURD_RULES + CLOSED_FORM_RULES, ids=label)
def test_the_objective_is_an_antiderivative_of_the_weight(advantage_rule: AdvantageRule) -> None:
    for G in (2, 4, 5):
        objective, weight, step = effective_objective(advantage_rule, G), effective_weight(advantage_rule, G), 1e-5
        slope = (objective(0.3 + step) - objective(0.3 - step)) / (2 * step)
        assert slope == pytest.approx(weight(0.3), rel=1e-7)
        start = Fraction(1, 2) if advantage_rule.mixed_only else Fraction(0)
        assert abs(objective(float(start))) < 1e-12


def test_dynamic_sampling_at_two_ascends_half_the_log_odds() -> None:
    objective = effective_objective(rule("dynamic_sampling", rule="grpo"), 2)
    assert sp.simplify(objective.sympy() - (sp.log(p) - sp.log(1 - p)) / 2) == 0
    assert contrast(rule("dynamic_sampling", rule="grpo"), 3)("1/7") == Surd.sqrt(2) / 3
    with pytest.raises(ValueError, match="pole"):
        effective_weight(rule("dynamic_sampling", rule="grpo"), 4)(0)


def test_the_population_rule_is_the_arcsine_limit() -> None:
    assert effective_weight(rule("mroueh"), 2)("1/5") == Surd.of("5/2")
    assert effective_objective(rule("mroueh"), 2).sympy() == 2 * sp.asin(sp.sqrt(p))
    large = effective_weight(rule("grpo"), 400)(0.3)
    assert large == pytest.approx(effective_weight(rule("mroueh"), 2)(0.3), rel=3e-3)


def test_functions_are_vectorised() -> None:
    points = np.linspace(0.01, 0.99, 13)
    for advantage_rule in (rule("grpo"), rule("softmax"), rule("mroueh"), rule("dynamic_sampling", rule="grpo")):
        for function in (
            contrast(advantage_rule, 6),
            effective_weight(advantage_rule, 6),
            expected_advantage_function(advantage_rule, 6, 1),
        ):
            values = function(points)
            assert values.shape == points.shape
            exact = function(Fraction(1, 100))
            assert values[0] == pytest.approx(float(exact), rel=1e-10)


def test_silent_rate_and_sample_sizes() -> None:
    assert silent_rate(None, 3)("1/3") == Surd.of("1/3")
    assert silent_rate(rule("dynamic_sampling", rule="grpo"), 3)("1/3") == Surd.of(0)
    for advantage_rule in (rule("grpo"), rule("maxrl"), rule("softmax")):
        for k, size in enumerate(effective_sample_size(advantage_rule, 6)):
            assert size is None if k in (0, 6) else size == Surd.of(Fraction(4 * k * (6 - k), 6))


def test_multiples_are_recognised_exactly() -> None:
    found = multiple_of(rule("grpo"), 3)
    assert found is not None and (found.rule, found.factor) == ("rloo", Surd.sqrt(2))
    assert str(multiple_of(rule("grpo"), 2)) == "1*rloo"
    assert multiple_of(rule("grpo"), 4) is None
    bessel = multiple_of(rule("grpo", ddof=1), 5)
    assert bessel is not None and (bessel.rule, bessel.factor) == ("grpo", Surd.sqrt("4/5"))
    assert str(multiple_of(rule("mean_only"), 6)) == "5/6*rloo"
    assert multiple_of(rule("grpo", degenerate="raw"), 3) is None
    assert multiple_of(rule("mroueh"), 3) is None
    assert multiple_of(rule("softmax_uncentred"), 3) is None
    softmax = multiple_of(rule("softmax"), 2)
    assert softmax is not None and float(softmax.factor) == pytest.approx(np.tanh(0.5) / 2)


@pytest.mark.parametrize(
    ("G", "chance", "given", "says"),
    [
        (1, "1/2", 1, "G = 1 lies outside"),
        ("4", "1/2", 1, "G = "),
        (10**6, "1/2", 1, "G = 1000000 lies outside"),
        (4, 0.5, 1, "float"),
        (4, "-1/2", 1, "p = -1/2 lies outside"),
        (4, "half", 1, "p = half"),
        (4, "1/2", 2, "given = 2 lies outside"),
    ],
)
def test_bad_arguments(G: Any, chance: Any, given: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        expected_advantage(rule("grpo"), G, chance, given)
