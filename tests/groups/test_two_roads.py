"""The closed road against the literal one, exactly, for every rule; and errors planted in either are caught."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import (
    AdvantageRule,
    contrast,
    effective_sample_size,
    effective_weight,
    enumerate_by_histogram,
    enumerate_groups,
    expected_advantage,
    is_centred,
    rule,
    silent_rate,
    success_histogram,
)
from grpo_theory.groups.rules import Pair
from tests.groups.sample_rules import CLOSED_FORM_RULES, SURD_RULES, label

GROUPS = [(G, p) for G in range(2, 8) for p in (Fraction(1, 3),)] + [(3, Fraction(5, 7)), (4, Fraction(9, 10))]


def mismatches(closed: AdvantageRule, literal: AdvantageRule, G: int, p: Fraction) -> list[str]:
    """The names of the quantities on which the two roads differ."""
    sums = enumerate_groups(literal, G, p)
    pairs: dict[str, tuple[Any, Any]] = {
        "success": (expected_advantage(closed, G, p, 1).canonical(), sums.success),
        "failure": (expected_advantage(closed, G, p, 0).canonical(), sums.failure),
        "contrast": (contrast(closed, G)(p), sums.contrast),
        "weight": (effective_weight(closed, G)(p), sums.effective_weight),
        "silent": (silent_rate(closed, G)(p), Surd.of(sums.silent_rate)),
        "centred": (is_centred(closed.at(p), G), sums.centred),
        "sizes": (effective_sample_size(closed.at(p), G), sums.effective_sample_sizes),
    }
    return [name for name, (ours, theirs) in pairs.items() if ours != theirs]


@pytest.mark.parametrize("advantage_rule", SURD_RULES, ids=label)
def test_both_roads_agree_exactly(advantage_rule: AdvantageRule) -> None:
    for G, p in GROUPS:
        assert mismatches(advantage_rule, advantage_rule, G, p) == [], (G, p)


@pytest.mark.parametrize("advantage_rule", CLOSED_FORM_RULES, ids=label)
def test_both_roads_agree_beyond_surds(advantage_rule: AdvantageRule) -> None:
    for G, p in ((2, Fraction(1, 3)), (3, Fraction(3, 4)), (5, Fraction(1, 3))):
        sums = enumerate_groups(advantage_rule, G, p)
        for given in (0, 1):
            ours = expected_advantage(advantage_rule, G, p, given).canonical().arb(256)
            assert ours.rel_accuracy_bits() > 200
            assert ours.overlaps(sums.expected_advantage(given).arb(256))
        assert contrast(advantage_rule, G).arb(p, 256).overlaps(sums.contrast.arb(256))


def test_equality_beyond_surds_is_decided() -> None:
    softmax = rule("softmax")
    assert mismatches(softmax, softmax, 3, Fraction(1, 3)) == []
    assert "success" in mismatches(softmax, rule("softmax", tau="1001/1000"), 3, Fraction(1, 3))


def wrong(change: str) -> AdvantageRule:
    base = rule("grpo")

    def by_counts(G: int, k: int) -> Pair:
        if change == "mirrored":
            success, failure = base.by_counts(G, G - k)
            return -failure, -success
        if change == "group off by one":
            return base.by_counts(G + 1, k)
        if change == "count off by one":
            return base.by_counts(G, max(k - 1, 1))
        success, failure = base.by_counts(G, k)
        if change == "scaled":
            return success * Fraction(1001, 1000), failure * Fraction(1001, 1000)
        return success + Fraction(1, 10**9), failure

    return replace(base, by_counts=by_counts)


@pytest.mark.parametrize("change", ["group off by one", "count off by one", "scaled", "shifted"])
def test_planted_errors_are_caught(change: str) -> None:
    assert "success" in mismatches(wrong(change), rule("grpo"), 5, Fraction(1, 3))


def test_a_mirrored_rule_is_caught_where_the_rule_has_no_mirror_symmetry() -> None:
    # grpo itself is its own mirror image, so the mirrored rule has to agree
    assert mismatches(wrong("mirrored"), rule("grpo"), 5, Fraction(1, 3)) == []
    maxrl, p = rule("maxrl"), Fraction(1, 3)
    assert contrast(maxrl, 5)(p) != contrast(maxrl, 5)(1 - p)
    assert contrast(rule("grpo"), 5)(p) == contrast(rule("grpo"), 5)(1 - p)


def test_the_histogram_counts_what_the_list_of_vectors_counts() -> None:
    for G in (2, 5, 9, 12):
        counted = [0] * (G + 1)
        for vector in product((0, 1), repeat=G):
            counted[sum(vector)] += 1
        assert success_histogram(G).tolist() == counted
    assert int(success_histogram(20).sum()) == 2**20


@pytest.mark.parametrize("name", ["grpo", "maxrl", "mroueh", "trl_grpo"])
def test_the_histogram_road_gives_the_sums_of_the_list(name: str) -> None:
    assert enumerate_by_histogram(rule(name), 8, "2/7") == enumerate_groups(rule(name), 8, "2/7")


def test_all_vectors_of_24_rollouts_agree_with_the_closed_road() -> None:
    p = Fraction(1, 3)
    sums = enumerate_by_histogram(rule("grpo"), 24, p)
    assert sums.vectors == 2**24
    assert sums.success == expected_advantage(rule("grpo"), 24, p, 1).canonical()
    assert sums.contrast == contrast(rule("grpo"), 24)(p)


@pytest.mark.parametrize(
    ("G", "p", "says"),
    [
        (1, "1/3", "G = 1 lies outside"),
        (2.0, "1/3", "G = 2.0 lies outside"),
        (15, "1/3", "G = 15 lies outside"),
        (4, 0.3, "float"),
        (4, float("nan"), "nan"),
        (4, "0", r"p = 0 lies outside \(0, 1\)"),
        (4, "7/5", "p = 7/5 lies outside"),
    ],
)
def test_bad_arguments_of_the_literal_road(G: Any, p: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        enumerate_groups(rule("grpo"), G, p)
