"""What the public functions say to a name where an object is needed, and to objects of an unusable form."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pytest

import grpo_theory as gt
from grpo_theory.policies.finite import two_outcome

NAME: Any = "grpo"  # a name instead of a rule, as a hurried reader of the command line would pass it
SPREAD = gt.ScoreSpread.of(1, 1, 0)
HALF = two_outcome("1/2")
OF_RULES: dict[str, Callable[[], object]] = {
    "contrast": lambda: gt.contrast(NAME, G=4),
    "expected_advantage": lambda: gt.expected_advantage(NAME, G=4, p="1/3", given=1),
    "effective_weight": lambda: gt.effective_weight(NAME, G=4),
    "effective_objective": lambda: gt.effective_objective(NAME, G=4),
    "silent_rate": lambda: gt.silent_rate(NAME, G=4),
    "effective_sample_size": lambda: gt.effective_sample_size(NAME, G=4),
    "multiple_of": lambda: gt.multiple_of(NAME, G=4),
    "theory_sheet": lambda: gt.theory_sheet(NAME, 4),
    "enumerate_groups": lambda: gt.enumerate_groups(NAME, G=4, p="1/3"),
    "relative_variance": lambda: gt.relative_variance(NAME, SPREAD, 4, "1/3"),
    "ratio_to_optimum": lambda: gt.ratio_to_optimum(NAME, SPREAD, 4, "1/3"),
    "equal_rollouts": lambda: gt.equal_rollouts(NAME, SPREAD, 4, "1/3", 8),
    "gradient_moments": lambda: gt.gradient_moments(NAME, HALF, 4),
}


@pytest.mark.parametrize("call", OF_RULES.values(), ids=OF_RULES.keys())
def test_the_name_of_a_rule_is_no_rule(call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="rule = grpo is of type str, not AdvantageRule: rule"):
        call()


def test_the_name_of_a_loss_is_no_loss() -> None:
    sample, name = gt.Sample(HALF, (0, 1)), cast(Any, "rloo")
    for call in (lambda: gt.loss_gradient(name, sample), lambda: gt.contrastive_form(name)):
        with pytest.raises(ValueError, match="loss = rloo is of type str, not GroupLoss"):
            call()
    with pytest.raises(ValueError, match=r"road = by_hand lies outside \{closed, differentiated\}"):
        gt.loss_gradient(gt.loss("rloo"), sample, road=cast(Any, "by_hand"))


@pytest.mark.parametrize("G", [-1, 0, 1, 4.0, 4097])
def test_the_optimal_whitening_needs_a_group(G: Any) -> None:
    with pytest.raises(ValueError, match=f"G = {G} lies outside the integers 2"):
        gt.optimal_whitening(SPREAD, G)


def test_three_numbers_are_no_spread() -> None:
    with pytest.raises(ValueError, match="is of type tuple, not ScoreSpread"):
        gt.optimal_whitening(cast(Any, (1, 1, 0)), 4)


def test_one_weight_for_all_outcomes_is_not_spread_over_them() -> None:
    with pytest.raises(ValueError, match=r"weights of shape \(5, 1\) for counts of shape \(5, 2\)"):
        gt.multiset_moments(lambda counts: np.ones((len(counts), 1)), [0.3, 0.7], 4)


def test_a_figure_that_is_not_made_says_why() -> None:
    with pytest.raises(ValueError, match="mroueh-2503/figure-5 is not made: it needs a trained language model"):
        gt.figure("mroueh-2503/figure-5")
