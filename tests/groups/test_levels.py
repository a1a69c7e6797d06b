"""Rewards with several levels: moments against multisets, multisets against all vectors, binary rewards as a case."""

from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import (
    expected_advantage,
    expected_level_advantage,
    expected_over_multisets,
    literal_level_advantage,
    multisets,
    rule,
)

LEVELS: dict[int | str, str] = {0: "1/6", "1/2": "1/3", 1: "1/2"}
UNEVEN: dict[int | str, str] = {"-1": "1/5", "1/3": "2/5", 2: "3/10", 7: "1/10"}
RULES = (
    rule("mean_only"),
    rule("rloo"),
    rule("grpo"),
    rule("trl_grpo"),
    rule("grpo", epsilon="1/2"),
    rule("grpo", epsilon="1/9", ddof=1, placement="inside"),
)


@pytest.mark.parametrize("advantage_rule", RULES, ids=lambda r: r.formula)
def test_moments_agree_with_multisets(advantage_rule: Any) -> None:
    for levels, sizes in ((LEVELS, (2, 3, 5)), (UNEVEN, (2, 4))):
        for G, given in product(sizes, levels):
            closed = expected_level_advantage(advantage_rule, levels, G, given)
            assert closed == literal_level_advantage(advantage_rule, levels, G, given), (G, given)


def test_multisets_agree_with_the_sum_over_all_vectors() -> None:
    percentile, chances = rule("percentile"), {Fraction(k): Fraction(q) for k, q in UNEVEN.items()}
    total, weights = Surd.of(0), Fraction(0)
    for others in product(chances, repeat=3):
        weight = Fraction(1)
        for reward in others:
            weight *= chances[reward]
        total, weights = total + percentile.on_rewards((Fraction(2), *others))[0] * weight, weights + weight
    assert weights == 1
    assert literal_level_advantage(percentile, UNEVEN, 4, 2) == total
    assert expected_level_advantage(percentile, UNEVEN, 4, 2) == total


def test_two_levels_are_the_binary_case() -> None:
    binary = {0: "2/3", 1: "1/3"}
    for G in (2, 5, 16):
        ours = expected_level_advantage(rule("grpo"), binary, G, 1)
        assert ours == expected_advantage(rule("grpo"), G, "1/3", 1).canonical()


def test_dynamic_sampling_conditions_on_groups_that_differ() -> None:
    conditioned = rule("dynamic_sampling", rule="rloo")
    ours = expected_level_advantage(conditioned, {0: "2/3", 1: "1/3"}, 3, 1)
    assert ours == expected_advantage(conditioned, 3, "1/3", 1).canonical()


def test_statistics_over_multisets() -> None:
    assert sum(weight for _, weight in multisets(UNEVEN, 5)) == 1
    mean = expected_over_multisets(LEVELS, 4, lambda rewards: sum(rewards) / Fraction(4))
    assert mean == Surd.of("2/3")
    silent = expected_over_multisets(LEVELS, 4, lambda rewards: int(len(set(rewards)) == 1))
    assert silent == Surd.of(Fraction(1, 6) ** 4 + Fraction(1, 3) ** 4 + Fraction(1, 2) ** 4)


@pytest.mark.parametrize(
    ("levels", "G", "given", "says"),
    [
        ({0: "1/2", 1: "1/3"}, 4, 1, "do not sum to 1"),
        ({0: 1}, 4, 0, "at least two"),
        ({0: "1/2", 1: 0.5}, 4, 1, "float"),
        ({0: "1/2", 1: "1/2"}, 4, 2, "given = 2 lies outside"),
        ({0: "1/2", 1: "1/2"}, 1, 1, "G = 1 lies outside"),
    ],
)
def test_bad_arguments(levels: Any, G: int, given: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        expected_level_advantage(rule("grpo"), levels, G, given)


def test_too_many_multisets_are_refused() -> None:
    with pytest.raises(ValueError, match="multisets"):
        literal_level_advantage(rule("percentile"), UNEVEN, 128, 2)
