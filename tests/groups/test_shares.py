"""The contrast of a rule that centres and rescales, formed from the variance, is the one from its advantages."""

from fractions import Fraction

import pytest

from grpo_theory.arithmetic.surds import Surd, SurdPolynomial
from grpo_theory.groups import AdvantageRule, contrast, enumerate_groups, success_histogram
from grpo_theory.groups.named import grpo, mean_only, rloo

RULES = [
    grpo(),
    grpo(ddof=1),
    grpo("1/10"),
    grpo("1/10", ddof=1, placement="inside"),
    grpo("1/2"),  # equal to a deviation at even G: the norm of √v + ε vanishes
    grpo("1/7", degenerate="raw"),
    mean_only(),
    rloo(),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.name}-{rule.formula}")
def test_the_contrast_is_the_sum_over_the_advantages(rule: AdvantageRule) -> None:
    for G in (2, 3, 8, 17):
        shares = [(rule.advantages(G, k)[0] or Surd.of(0)) * Fraction(k, G) for k in range(G + 1)]
        formed = contrast(rule, G)
        assert isinstance(formed, SurdPolynomial)
        assert formed.bernstein() == tuple(shares)


def test_raw_silent_groups_are_counted() -> None:
    rule = grpo(degenerate="raw")  # not centred: a group of successes keeps advantage 1
    assert contrast(rule, 4)("1/3") == enumerate_groups(rule, 4, "1/3").contrast


@pytest.mark.parametrize("G", [2, 3, 15, 16, 17, 20])
def test_the_histogram_counts_every_vector(G: int) -> None:
    row = [1]
    for _ in range(G):
        row = [a + b for a, b in zip([0, *row], [*row, 0], strict=True)]
    assert success_histogram(G).tolist() == row
