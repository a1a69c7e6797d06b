"""E[A | r = 1] of grpo at a rational p that no other call had, against icepool and sympy.stats."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import count
from math import lcm
from typing import Any

import icepool
import pytest
import sympy as sp
import sympy.stats
from flint import fmpz

from grpo_theory.arithmetic.surds import LazySurd, Surd
from grpo_theory.groups import expected_advantage, rule

Fixture = Callable[..., Any]
GRPO = rule("grpo")
POOL = "icepool, pool(G-1).sum(): the count's distribution only"
STEPS = "icepool, m @ (n @ die): the count's distribution only"
EXPECTATION = "sympy.stats, E(...)"
DENSITY = "sympy.stats, density(Binomial) summed by hand"
SYMBOLIC = {EXPECTATION: 1000, DENSITY: None}


def fresh_probabilities() -> Iterator[Fraction]:
    """Rationals in (0, 1) over the prime 9973, none twice within 9972 calls."""
    return (Fraction(1 + 7 * i % 9972, 9973) for i in count(100))


POINTS = fresh_probabilities()


def fresh() -> tuple[tuple[Fraction], dict[str, Any]]:
    return (next(POINTS),), {}


def group(G: int) -> str:
    return f"exact E[A given r = 1], grpo, G = {G}, a new rational p each call"


def lazy(G: int, p: Fraction) -> tuple[Fraction, LazySurd]:
    value = expected_advantage(GRPO, G, p, 1)
    assert isinstance(value, LazySurd)
    return p, value


@pytest.mark.parametrize("G", [256, 1024])
def test_lazy_sum(ours: Fixture, G: int) -> None:
    against = SYMBOLIC if G == 256 else {}
    benchmark = ours(group(G), "lazy sum", 1e-3, against)
    p, value = benchmark.pedantic(lambda p: lazy(G, p), setup=fresh, rounds=200, warmup_rounds=5)
    assert value.canonical() == definition(G, p)


@pytest.mark.parametrize("G", [256, 1024])
def test_lazy_sum_with_its_float(ours: Fixture, G: int) -> None:
    benchmark = ours(group(G), "lazy sum and its correctly rounded float", 1e-3)

    def job(p: Fraction) -> tuple[Fraction, float]:
        return p, float(lazy(G, p)[1])

    p, value = benchmark.pedantic(job, setup=fresh, rounds=100, warmup_rounds=5)
    assert value == float(definition(G, p))


@pytest.mark.parametrize("G", [256, 1024])
def test_canonical_sum(ours: Fixture, G: int) -> None:
    against = {STEPS: 50, POOL: 50} | (SYMBOLIC if G == 256 else {})
    benchmark = ours(group(G), "canonical sum", 10e-3, against)

    def job(p: Fraction) -> tuple[Fraction, Surd]:
        return p, lazy(G, p)[1].canonical()

    p, value = benchmark.pedantic(job, setup=fresh, rounds=60, warmup_rounds=5)
    assert value == definition(G, p)


def definition(G: int, p: Fraction) -> Surd:
    """Σ_s C(G−1,s) p^s (1−p)^(G−1−s) √((G−1−s)/(s+1)), term by term, with Python's integers."""
    chances = [Fraction(1)]
    for s in range(G - 1):
        chances.append(chances[-1] * (G - 1 - s) / (s + 1))
    return weighted_roots([c * p**s * (1 - p) ** (G - 1 - s) for s, c in enumerate(chances)])


def weighted_roots(chances: list[Fraction]) -> Surd:
    """Σ_s P(s) √((G−1−s)/(s+1)) for the chances P(0), …, P(G−1)."""
    by_radicand: dict[int, Fraction] = {}
    for s, chance in enumerate(chances[:-1]):
        ((d, root),) = Surd.sqrt(Fraction(len(chances) - 1 - s, s + 1)).terms.items()
        by_radicand[d] = by_radicand.get(d, Fraction(0)) + chance * root
    common = lcm(*(q.denominator for q in by_radicand.values()))
    return Surd.ratio({d: fmpz(q.numerator) * (common // q.denominator) for d, q in by_radicand.items()}, fmpz(common))


def success(p: Fraction) -> Any:
    return icepool.Die({1: p.numerator, 0: p.denominator - p.numerator})


def agrees(G: int, p: Fraction, distribution: Any) -> bool:
    chances = [Fraction(distribution.quantity(s), distribution.denominator()) for s in range(G)]
    return weighted_roots(chances) == expected_advantage(GRPO, G, p, 1)


@pytest.mark.parametrize(("G", "rounds"), [(256, 7), (1024, 3)])
def test_icepool_in_two_steps(peer: Fixture, G: int, rounds: int) -> None:
    # (G-1) @ die recurses once for every summand and ends in a RecursionError at G = 1024
    inner = {256: 17, 1024: 33}[G]
    benchmark = peer(group(G), STEPS)

    def job(p: Fraction) -> Any:
        return p, ((G - 1) // inner) @ (inner @ success(p))

    assert agrees(G, *benchmark.pedantic(job, setup=fresh, rounds=rounds))


@pytest.mark.parametrize(("G", "rounds"), [(256, 15), (1024, 5)])
def test_icepool_pool_sum(peer: Fixture, G: int, rounds: int) -> None:
    benchmark = peer(group(G), POOL)
    assert agrees(G, *benchmark.pedantic(lambda p: (p, success(p).pool(G - 1).sum()), setup=fresh, rounds=rounds))


@pytest.mark.parametrize("name", [EXPECTATION, DENSITY])
def test_sympy_stats(peer: Fixture, name: str) -> None:
    benchmark = peer(group(256), name)
    G = 256 if benchmark.enabled else 32

    def job(p: Fraction) -> Any:
        k = sp.stats.Binomial("k", G - 1, sp.Rational(p.numerator, p.denominator))
        if name == EXPECTATION:
            return p, sp.stats.E(sp.sqrt((G - 1 - k) / (k + 1)))
        chances = sp.stats.density(k).dict
        return p, sp.Add(*(chance * sp.sqrt(sp.Rational(G - 1 - s, s + 1)) for s, chance in chances.items()))

    p, value = benchmark.pedantic(job, setup=fresh, rounds=3, warmup_rounds=1)
    assert value == expected_advantage(GRPO, G, p, 1).sympy()
