"""Rules as plug-ins, without the libraries: groups in any order and of any sizes, exact values, refused input."""

import random
from fractions import Fraction

import pytest

from grpo_theory.groups import parse_rule, rule
from grpo_theory.interop.plugins import advantages_of, by_group, trl_reward, verl_advantage


@pytest.mark.parametrize("name", ["grpo", "rloo", "maxrl", "percentile", "verl_grpo", "(r - mean)/(std1 + 1/100)"])
def test_binary_groups_get_the_exact_advantages_rounded_once(name: str) -> None:
    exact = parse_rule(name) if "(" in name else rule(name)
    for rewards in ((1, 0, 0, 1, 1), (0, 0, 1), (1, 1), (0, 0)):
        expected = tuple(float(value) for value in exact.on_rewards(rewards))
        assert advantages_of(name)([float(reward) for reward in rewards]) == expected


def test_graded_rewards_are_taken_at_their_exact_value() -> None:
    rewards = (0.1, 0.7, 0.25)
    expected = rule("grpo").values_on([Fraction(reward) for reward in rewards])
    assert advantages_of("grpo")(rewards) == tuple(map(float, expected))


def test_softmax_leaves_the_field_of_surds() -> None:
    assert sum(advantages_of("softmax")([1.0, 0.0, 0.0])) == pytest.approx(0, abs=1e-15)


def test_groups_may_be_mixed_up_and_uneven() -> None:
    generator = random.Random(7)
    groups = [name for name, size in (("a", 5), ("b", 3), ("c", 4)) for _ in range(size)]
    generator.shuffle(groups)
    scores = [float(generator.random() < 0.4) for _ in groups]
    values = by_group(scores, groups, advantages_of("rloo"))
    for name in "abc":
        members = [i for i, group in enumerate(groups) if group == name]
        own = advantages_of("rloo")([scores[i] for i in members])
        assert tuple(values[i] for i in members) == own


def test_alone() -> None:
    assert advantages_of("grpo")([1.0]) == (0.0,)
    assert advantages_of("grpo", alone="raw")([1.0]) == (1.0,)
    assert advantages_of("verl_rloo")([1.0]) == (1.0,)
    with pytest.raises(ValueError, match=r"alone = keep lies outside \{zero, raw\}"):
        advantages_of("grpo", alone="keep")


def test_a_rule_that_knows_p_is_refused() -> None:
    with pytest.raises(ValueError, match="knows the success probability"):
        verl_advantage("mroueh")
    assert advantages_of(rule("mroueh").at("1/2"))([1.0, 0.0]) == (1.0, -1.0)


@pytest.mark.parametrize("reward", [float("nan"), float("inf")])
def test_rewards_that_are_no_numbers_are_refused(reward: float) -> None:
    with pytest.raises(ValueError, match="lies outside the finite numbers"):
        advantages_of("grpo")([reward, 0.0])


def test_unknown_rules_and_missing_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="did you mean grpo"):
        verl_advantage("grpoo")
    with pytest.raises(ValueError, match="index names 1 rollouts where there are 2"):
        by_group([1.0, 0.0], "a", advantages_of("rloo"))


def test_shaped_rewards_for_trl() -> None:
    shaped = trl_reward("grpo", lambda completions, **_: [float(text == "4") for text in completions], 2)
    assert shaped(completions=["4", "5", "5", "5"]) == [1.0, -1.0, 0.0, 0.0]
    with pytest.raises(ValueError, match="3 rollouts are no whole groups of 2"):
        shaped(completions=["4", "5", "5"])


@pytest.mark.parametrize("name", ["verl_grpo_passk", "softmax_uncentred"])
def test_a_rule_that_is_not_centred_cannot_shape_rewards(name: str) -> None:
    with pytest.raises(ValueError, match="is not centred: TRL would subtract its mean"):
        trl_reward(name, lambda **_: [], 4)
