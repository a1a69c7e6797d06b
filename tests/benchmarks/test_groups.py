"""Groups: the figures to reach, medians over runs, ratios against icepool and SymPy in the same run."""

import sys
import time
from collections.abc import Callable
from fractions import Fraction
from math import comb
from statistics import median
from typing import Any

import icepool
import sympy as sp
import sympy.stats

from grpo_theory.arithmetic.surds import Surd, SurdPolynomial
from grpo_theory.groups import (
    contrast,
    enumerate_by_histogram,
    enumerate_groups,
    expected_advantage,
    expected_level_advantage,
    rule,
    success_histogram,
)
from grpo_theory.groups.contrast import _contrast

GRPO = rule("grpo")
LEVELS = {0: "1/4", "1/2": "1/4", 1: "1/2"}
# primes over primes: no two calls share a probability
POINTS = iter([Fraction(sp.prime(n), sp.prime(n + 60)) for n in range(5, 200)])


def report(figures: str) -> None:
    """Shown by pytest -s."""
    sys.stdout.write(f"\n{figures}\n")


def seconds(job: Callable[[], Any], runs: int = 7) -> float:
    """The median time of a job after one run that fills its caches."""
    job()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        job()
        times.append(time.perf_counter() - started)
    return median(times)


def test_expected_advantage_at_1024_is_lazy_in_1_ms_and_canonical_in_10_ms() -> None:
    expected_advantage(GRPO, 1024, "1/3", 1).canonical()
    lazy = seconds(lambda: expected_advantage(GRPO, 1024, next(POINTS), 1))
    canonical = seconds(lambda: expected_advantage(GRPO, 1024, next(POINTS), 1).canonical())
    report(f"E[A | r = 1], G = 1024: lazy {lazy * 1e3:.3f} ms, canonical {canonical * 1e3:.2f} ms")
    assert lazy <= 1e-3
    assert canonical <= 10e-3


def icepool_count(G: int) -> Any:
    """The exact distribution of the number of successes, without any advantage."""
    p = next(POINTS)
    return G @ icepool.Die({1: p.numerator, 0: p.denominator - p.numerator})


def sympy_stats_expectation(G: int) -> Any:
    p = next(POINTS)
    k = sp.stats.Binomial("k", G - 1, sp.Rational(p.numerator, p.denominator))
    return sum(chance * sp.sqrt(sp.Rational(G - 1 - s, s + 1)) for s, chance in sp.stats.density(k).dict.items())


def test_expected_advantage_beats_icepool_and_sympy_stats() -> None:
    lazy = seconds(lambda: expected_advantage(GRPO, 256, next(POINTS), 1))
    summed = seconds(lambda: expected_advantage(GRPO, 256, next(POINTS), 1).canonical())
    theirs = seconds(lambda: icepool_count(256), runs=3)
    started = time.perf_counter()
    sympy_stats_expectation(256)
    symbolic = time.perf_counter() - started
    ratios = [theirs / summed, symbolic / summed, symbolic / lazy]
    report("G = 256: icepool/canonical {:.0f}, sympy.stats/canonical {:.0f}, sympy.stats/lazy {:.0f}".format(*ratios))
    assert theirs >= 50 * summed
    assert symbolic >= 1000 * lazy


def test_symbolic_contrast_takes_2_ms_in_bernstein_form_and_40_ms_in_monomials() -> None:
    # the uncached function, so that every run forms the polynomial anew; the rule's table is computed before
    def bernstein() -> Any:
        return _contrast.__wrapped__(GRPO, 1024)

    def monomial() -> Any:
        polynomial = _contrast.__wrapped__(GRPO, 256)
        assert isinstance(polynomial, SurdPolynomial)
        return polynomial.monomial()

    formed, expanded = seconds(bernstein), seconds(monomial)
    report(f"c_G: Bernstein G = 1024 {formed * 1e3:.2f} ms, monomial G = 256 {expanded * 1e3:.1f} ms")
    assert formed <= 2e-3
    assert expanded <= 40e-3


def test_histogram_of_all_vectors_of_24_rollouts_takes_50_ms() -> None:
    histogram = seconds(lambda: success_histogram(24))
    whole = seconds(lambda: enumerate_by_histogram(GRPO, 24, next(POINTS)))
    report(f"histogram of 2^24 vectors {histogram * 1e3:.1f} ms, with every expectation {whole * 1e3:.1f} ms")
    assert success_histogram(24).tolist() == [comb(24, k) for k in range(25)]
    assert histogram <= 50e-3
    assert whole <= 50e-3


def test_the_literal_check_of_all_vectors_of_24_rollouts_agrees() -> None:
    assert enumerate_by_histogram(GRPO, 12, "1/3") == enumerate_groups(GRPO, 12, "1/3")
    assert enumerate_by_histogram(GRPO, 24, "1/3").contrast == contrast(GRPO, 24)("1/3")


class PowerSums(icepool.MultisetEvaluator):  # type: ignore[misc]
    """(Σr, Σr²) of the other rollouts, from which the advantage follows."""

    def next_state(self, state: Any, order: Any, outcome: int, number: int) -> tuple[int, int]:
        first, second = state or (0, 0)
        return first + number * outcome, second + number * outcome**2


def icepool_three_levels(G: int) -> Surd:
    """The same exact expectation from icepool's distribution of (Σr, Σr²)."""
    sums = PowerSums().evaluate(icepool.Die({0: 1, 1: 1, 2: 2}).pool(G - 1))
    by_square: dict[int, int] = {}
    for (first, second), weight in sums.items():
        total = first + 2
        square = G * (second + 4) - total**2
        by_square[square] = by_square.get(square, 0) + weight * (2 * G - total)
    result: dict[int, Fraction] = {}
    for square, weight in by_square.items():
        if square:
            ((radicand, root),) = Surd.sqrt(Fraction(1, square)).terms.items()
            result[radicand] = result.get(radicand, Fraction(0)) + weight * root
    total = sum((Surd.sqrt(d) * q for d, q in result.items()), Surd.of(0))
    return total / int(sums.denominator())


def test_three_levels_at_128_take_40_ms_and_a_quarter_of_icepool() -> None:
    assert icepool_three_levels(12) == expected_level_advantage(GRPO, LEVELS, 12, 1)
    ours = seconds(lambda: expected_level_advantage(GRPO, LEVELS, 128, 1))
    distribution = seconds(lambda: PowerSums().evaluate(icepool.Die({0: 1, 1: 1, 2: 2}).pool(127)), runs=5)
    report(
        f"three levels, G = 128: {ours * 1e3:.1f} ms; icepool's distribution alone {distribution / ours:.1f} times",
    )
    assert ours <= 40e-3
    assert distribution >= 4 * ours
