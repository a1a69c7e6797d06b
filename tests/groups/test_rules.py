"""Rules: the count formula against the definition on every reward vector, conventions, degenerate groups."""

from fractions import Fraction
from itertools import product
from statistics import mean, pstdev, stdev
from typing import Any, cast

import pytest

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import AdvantageRule, parse_rule, rule
from tests.groups.sample_rules import CLOSED_FORM_RULES, SURD_RULES, UNEVEN_RULES, label

EVERY = SURD_RULES + UNEVEN_RULES + CLOSED_FORM_RULES


@pytest.mark.parametrize("advantage_rule", EVERY, ids=label)
def test_counts_agree_with_the_definition_on_every_reward_vector(advantage_rule: AdvantageRule) -> None:
    known = advantage_rule.at("2/7")
    for G in range(2, 6):
        for vector in product((0, 1), repeat=G):
            success, failure = known.values(G, sum(vector))
            for reward, advantage in zip(vector, known.values_on(vector), strict=True):
                assert advantage == (success if reward else failure), (G, vector)


@pytest.mark.parametrize("advantage_rule", SURD_RULES, ids=label)
def test_a_class_without_rollouts_has_no_advantage(advantage_rule: AdvantageRule) -> None:
    known = advantage_rule.at("2/7")
    assert known.advantages(3, 0)[0] is None
    assert known.advantages(3, 3)[1] is None


@pytest.mark.parametrize(("ddof", "deviation"), [(0, pstdev), (1, stdev)])
def test_grpo_agrees_with_the_statistics_module(ddof: int, deviation: object) -> None:
    rewards = [Fraction(0), Fraction(1, 2), Fraction(1), Fraction(1, 2), Fraction(3)]
    spread = (pstdev if ddof == 0 else stdev)([float(reward) for reward in rewards]) + 0.125
    ours = rule("grpo", ddof=ddof, epsilon="1/8").on_rewards(rewards)
    assert [float(value) for value in ours] == pytest.approx(
        [(float(r) - float(mean(rewards))) / spread for r in rewards]
    )


def test_two_and_four_rollouts_by_hand() -> None:
    assert rule("grpo").advantages(2, 1) == (Surd.of(1), Surd.of(-1))
    assert rule("grpo").advantages(4, 1) == (Surd.sqrt(3), -Surd.sqrt("1/3"))
    assert rule("maxrl").advantages(4, 1) == (Surd.of(3), Surd.of(-1))
    assert rule("percentile").on_rewards([5, 1, 1, 9]) == tuple(map(Surd.of, ("1/3", "-2/3", "-2/3", 1)))


def test_silent_groups_get_zeros_unless_the_rule_says_otherwise() -> None:
    for name in ("mean_only", "rloo", "grpo", "maxrl", "percentile", "trl_grpo", "verl_grpo", "softmax"):
        for vector in ((0, 0, 0), (1, 1, 1)):
            assert [value.sign() for value in rule(name).values_on(vector)] == [0, 0, 0], name
    assert rule("grpo", degenerate="raw").on_rewards([1, 1]) == (Surd.of(1), Surd.of(1))
    assert rule("softmax_uncentred").values_on([0, 0, 0, 0])[0] == Surd.of("1/4")
    assert parse_rule("(r-mean)/std").on_rewards([1, 1]) == (Surd.of(0), Surd.of(0))
    with pytest.raises(ValueError, match="has no value"):
        rule("grpo", degenerate="formula").on_rewards([1, 1])
    with pytest.raises(ValueError, match="has no value"):
        rule("grpo", degenerate="formula").advantages(4, 4)


def test_a_group_of_one_keeps_its_reward_in_verl_only() -> None:
    assert rule("verl_grpo").on_rewards([1]) == (Surd.of(Fraction(10**6, 10**6 + 1)),)
    assert rule("verl_dr_grpo").advantages(1, 1) == (Surd.of(1), None)
    assert rule("verl_rloo").on_rewards([1]) == (Surd.of(1),)
    for name in ("grpo", "rloo", "trl_grpo"):
        with pytest.raises(ValueError, match=r"G = 1 lies outside"):
            rule(name).on_rewards([1])


def test_multi_valued_rewards_follow_the_definition() -> None:
    half = Fraction(1, 2)
    assert rule("rloo").on_rewards([0, half, 1]) == (Surd.of("-3/4"), Surd.of(0), Surd.of("3/4"))
    assert rule("grpo").on_rewards([0, half, 1])[2] == Surd.sqrt("3/2")
    with pytest.raises(ValueError, match="neither 0 nor 1"):
        rule("whitened_optimum", D=1, v_plus=1, v_minus=1).on_rewards([0, half, 1])
    with pytest.raises(ValueError, match="neither 0 nor 1"):
        parse_rule("k*r").on_rewards([0, half, 1])


def test_whitening_limits_are_rloo_maxrl_and_a_constant() -> None:
    for G, k in ((4, 1), (5, 2), (6, 5)):
        tiny = Fraction(1, 10**12)
        success, failure = rule("whitened_optimum", D=tiny, v_plus=1, v_minus=1).advantages(G, k)
        base, other = rule("rloo").advantages(G, k)
        assert success is not None and failure is not None and base is not None and other is not None
        assert float(success / base) == pytest.approx(G - 1)
        assert float(failure / other) == pytest.approx(G - 1)


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: rule("gpro"), "did you mean grpo"),
        (lambda: rule("grpo", ddof=2), r"ddof = 2 lies outside \{0, 1\}"),
        (lambda: rule("grpo", epsilon=-1), "epsilon = -1 lies outside"),
        (lambda: rule("grpo", epsilon=0.1), "float"),
        (lambda: rule("grpo", placement="middle"), "placement = middle"),
        (lambda: rule("rloo", ddof=1), "no parameter ddof"),
        (lambda: rule("softmax", tau=0), "tau = 0 lies outside"),
        (lambda: rule("whitened_optimum", D=1), "needs the parameters v_plus, v_minus"),
        (lambda: rule("trl_grpo", scale_rewards="batch"), "batch_std"),
        (lambda: rule("dynamic_sampling", rule="mroueh"), "takes a count rule"),
        (lambda: rule("mroueh").advantages(4, 1), r"rule\.at\(p\)"),
        (lambda: rule("softmax").advantages(4, 1), "beyond sums of square roots"),
        (lambda: rule("grpo").advantages(1, 1), "G = 1 lies outside"),
        (lambda: rule("grpo").advantages(4, 5), "k = 5 lies outside"),
        (lambda: rule("grpo").on_rewards([cast(Any, 0.5), 1]), "float"),
        (lambda: parse_rule("1/(mean - 1/2)").advantages(4, 2), "G = 4, k = 2"),
    ],
)
def test_bad_input_is_answered_in_one_line(build: object, says: str) -> None:
    assert callable(build)
    with pytest.raises(ValueError, match=says) as caught:
        build()
    assert "\n" not in str(caught.value)


def test_equal_names_give_the_same_rule() -> None:
    assert rule("grpo") == rule(
        "grpo",
    ) and hash(rule("rloo")) == hash(rule("rloo"))
    assert rule("grpo") != rule("grpo", ddof=1)
