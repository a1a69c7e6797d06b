"""Speed of exact sums of roots against peers that compute the same thing or less: `pytest tests/benchmarks`.

Every call gets a probability of its own, so that only what does not depend on it can be reused. Ratios are between
medians of one run on one machine.
"""

import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import count
from statistics import median
from typing import Any

import icepool
import numpy as np
import pytest
import sympy as sp
import sympy.stats

from grpo_theory.arithmetic.surds import LazySurd, Surd, SurdPolynomial


def fresh_probabilities() -> Iterator[Fraction]:
    """Rationals in (0, 1) over the prime 9973, none twice within 9972 calls."""
    return (Fraction(1 + 7 * i % 9972, 9973) for i in count(100))


POINTS = fresh_probabilities()


def root_sum(n: int) -> SurdPolynomial:
    """Σ_k C(n,k) p^k (1−p)^(n−k) √(k(n−k))/n."""
    return SurdPolynomial.from_bernstein(n, [Surd.sqrt(k * (n - k)) / n for k in range(n + 1)])


def root_of_odds(n: int) -> SurdPolynomial:
    """Σ_s C(n−1,s) p^s (1−p)^(n−1−s) √((n−1−s)/(s+1))."""
    return SurdPolynomial.from_bernstein(n - 1, [Surd.sqrt(Fraction(n - k, k)) for k in range(1, n + 1)])


def medians(*jobs: tuple[Callable[[], Any], int]) -> list[float]:
    """The median time of each job over its number of rounds, in seconds."""
    result = []
    for job, rounds in jobs:
        times = []
        for _ in range(rounds):
            start = time.perf_counter()
            job()
            times.append(time.perf_counter() - start)
        result.append(median(times))
    return result


def test_lazy_sum_at_1024(benchmark: Any) -> None:
    polynomial = root_of_odds(1024)
    benchmark(lambda: LazySurd(polynomial, next(POINTS)))


def test_ball_of_a_lazy_sum_at_1024(benchmark: Any) -> None:
    polynomial = root_of_odds(1024)
    benchmark(lambda: LazySurd(polynomial, next(POINTS)).arb(53))


def test_canonical_sum_at_1024(benchmark: Any) -> None:
    polynomial = root_of_odds(1024)
    benchmark(lambda: LazySurd(polynomial, next(POINTS)).canonical())


def test_bernstein_form_at_1024(benchmark: Any) -> None:
    benchmark(lambda: root_sum(1024))


def test_powers_of_p_at_256(benchmark: Any) -> None:
    benchmark(lambda: root_sum(256).monomial())


def test_floats_at_1024(benchmark: Any) -> None:
    polynomial, grid = root_sum(1024), np.linspace(0, 1, 10_001)
    benchmark(lambda: polynomial(grid))


@pytest.mark.parametrize("n", [256, 1024])
def test_against_the_distribution_of_the_count_by_icepool(n: int, record_property: Any) -> None:
    polynomial = root_of_odds(n)

    def distribution() -> Any:
        p = next(POINTS)
        one = icepool.Die({1: p.numerator, 0: p.denominator - p.numerator})
        return (n // 128) @ (128 @ one)  # in two steps, for its recursion is one level deep for every summand

    ours, theirs = medians((lambda: polynomial(next(POINTS)), 15), (distribution, 3))
    record_property("times_faster_than_icepool", theirs / ours)
    print(f"\nG = {n}: {ours * 1e3:.2f} ms, icepool {theirs * 1e3:.0f} ms, {theirs / ours:.0f} times")  # noqa: T201
    assert theirs >= 50 * ours


def test_against_sympy_stats_at_256(record_property: Any) -> None:
    n = 256
    polynomial = root_of_odds(n)

    def expectation() -> Any:
        p = next(POINTS)
        law = sympy.stats.density(sympy.stats.Binomial("k", n - 1, sp.Rational(p.numerator, p.denominator)))
        return sum(law[s] * sp.sqrt(sp.Rational(n - 1 - s, s + 1)) for s in range(n))

    lazy, canonical, theirs = medians(
        (lambda: LazySurd(polynomial, next(POINTS)).arb(53), 15),
        (lambda: polynomial(next(POINTS)), 15),
        (expectation, 1),
    )
    record_property("times_faster_than_sympy_stats", theirs / canonical)
    print(  # noqa: T201
        f"\nG = {n}: ball {lazy * 1e3:.3f} ms, canonical {canonical * 1e3:.2f} ms, sympy.stats {theirs:.2f} s, "
        f"{theirs / canonical:.0f} times"
    )
    assert theirs >= 1000 * canonical


def test_powers_of_p_against_expand_of_sympy_at_64(record_property: Any) -> None:
    n, p = 64, sp.Symbol("p")

    def expanded() -> Any:
        terms = (sp.binomial(n, k) * p**k * (1 - p) ** (n - k) * sp.sqrt(k * (n - k)) / n for k in range(n + 1))
        return sp.expand(sp.Add(*terms))

    ours, theirs = medians((lambda: root_sum(n).monomial(), 15), (expanded, 1))
    record_property("times_faster_than_expand", theirs / ours)
    print(f"\nG = {n}: {ours * 1e3:.2f} ms, expand {theirs:.2f} s, {theirs / ours:.0f} times")  # noqa: T201
    assert theirs >= 100 * ours
