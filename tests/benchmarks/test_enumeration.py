"""The literal check over all reward vectors against the plain definition, and three reward levels against icepool."""

from collections.abc import Callable
from fractions import Fraction
from math import comb, lcm
from typing import Any

import icepool
from flint import fmpz

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import (
    contrast,
    enumerate_by_histogram,
    enumerate_groups,
    expected_level_advantage,
    rule,
    success_histogram,
)

Fixture = Callable[..., Any]
GRPO = rule("grpo")
VECTORS = "literal check over all 2^24 reward vectors, grpo"
NAIVE = "the definition on every vector, G = 12 (2^12 vectors)"
LEVELS = {0: "1/4", "1/2": "1/4", 1: "1/2"}
THREE = "three-level rewards {0, 1/2, 1}, grpo, exact E[A given r = 1], G = 128"
SUMS = "icepool, the distribution of (Σr, Σr²) only"


def test_histogram_of_all_vectors(ours: Fixture) -> None:
    benchmark = ours(VECTORS, "histogram of the counts", 50e-3)
    histogram = benchmark.pedantic(success_histogram, args=(24,), rounds=15, warmup_rounds=1)
    assert histogram.tolist() == [comb(24, k) for k in range(25)]


def test_all_expectations_over_all_vectors(ours: Fixture) -> None:
    benchmark = ours(VECTORS, "histogram and every expectation", 50e-3, {NAIVE: None})
    groups = benchmark.pedantic(enumerate_by_histogram, args=(GRPO, 24, "2/7"), rounds=15, warmup_rounds=1)
    assert groups.vectors == 2**24
    assert groups.contrast == contrast(GRPO, 24)("2/7")


def test_the_definition_on_every_vector(peer: Fixture) -> None:
    # 2^12 times as many vectors; that each is twice as long is not counted, which is in favour of the definition
    benchmark = peer(VECTORS, NAIVE, weight=2**12)
    groups = benchmark.pedantic(enumerate_groups, args=(GRPO, 12, "2/7"), rounds=5)
    assert groups == enumerate_by_histogram(GRPO, 12, "2/7")


class PowerSums(icepool.MultisetEvaluator):  # type: ignore[misc]
    """(Σr, Σr²) of the other rollouts, from which the advantage follows."""

    def next_state(self, state: Any, order: Any, outcome: int, number: int) -> tuple[int, int]:
        first, second = state or (0, 0)
        return first + number * outcome, second + number * outcome**2


def power_sums(others: int) -> Any:
    """The distribution for rewards counted in halves; a new evaluator and a new pool, so that nothing is kept."""
    return PowerSums().evaluate(icepool.Die({0: 1, 1: 1, 2: 2}).pool(others))


def expectation(G: int, sums: Any) -> Surd:
    """E[A | r = 1] from the distribution of (Σr, Σr²) of the others."""
    by_square: dict[int, int] = {}
    for (first, second), weight in sums.items():
        total = first + 2
        square = G * (second + 4) - total**2
        by_square[square] = by_square.get(square, 0) + weight * (2 * G - total)
    roots: dict[int, Fraction] = {}
    for square, weight in by_square.items():
        if square:
            ((radicand, root),) = Surd.sqrt(Fraction(1, square)).terms.items()
            roots[radicand] = roots.get(radicand, Fraction(0)) + weight * root
    common = lcm(*(q.denominator for q in roots.values()))
    numerators = {d: fmpz(q.numerator) * (common // q.denominator) for d, q in roots.items()}
    return Surd.ratio(numerators, fmpz(common) * sums.denominator())


def test_three_levels(ours: Fixture) -> None:
    benchmark = ours(THREE, "expected_level_advantage", 40e-3, {SUMS: 4})
    job = expected_level_advantage
    value = benchmark.pedantic(job, args=(GRPO, LEVELS, 128, 1), rounds=25, warmup_rounds=2)
    assert value == expectation(128, power_sums(127))


def test_three_levels_by_icepool(peer: Fixture) -> None:
    benchmark = peer(THREE, SUMS)
    sums = benchmark.pedantic(power_sums, args=(127,), rounds=9, warmup_rounds=1)
    assert expectation(128, sums) == expected_level_advantage(GRPO, LEVELS, 128, 1)
