"""Mean and covariance of a group's gradient against every tuple of outcomes and against a million sampled groups."""

import itertools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from grpo_theory.groups import rule
from grpo_theory.losses.multiset_weights import ec_rlvr_multiset_weights
from grpo_theory.policies.covariance import GradientMoments, gradient_moments, weighted_moments
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.groups import group_advantages
from grpo_theory.policies.multisets import MultisetWeights, count_rule_weights, multiset_moments
from grpo_theory.policies.variance import update_moments

Fixture = Callable[..., Any]
GRPO = rule("grpo")
REWARDS = [1, 0, 1, 0, 1, 0, 0, 1]
POLICY = SoftmaxPolicy.of([Fraction(n, 36) for n in range(1, 9)], [Fraction(r) for r in REWARDS])
CHANCES = [n / 36 for n in range(1, 9)]
SCORES = np.eye(8) - np.array(CHANCES)
LARGE = "mean and covariance of the gradient, K = 8, G = 16 (245,157 multisets)"
SMALL = "mean and covariance of the gradient, K = 8, G = 6 (8^6 tuples, 1,716 multisets)"
MIDDLE = "mean and covariance of the gradient, K = 8, G = 8 (8^8 tuples, 6,435 multisets)"
SAMPLED = "Monte Carlo, 1e6 groups, grpo"
SAMPLED_EC = "Monte Carlo, 1e6 groups, EC-RLVR"
LITERAL = "every tuple, exact, trace only, G = 5 (8^5 tuples)"
TUPLES = "every tuple, NumPy floats"
Floats = NDArray[np.float64]


def as_floats(moments: GradientMoments) -> tuple[Floats, Floats]:
    rows = [[float(entry) for entry in row] for row in moments.covariance]
    return np.array([float(entry) for entry in moments.mean]), np.array(rows)


def worst(found: tuple[Floats, Floats], known: tuple[Floats, Floats]) -> float:
    """The largest error in the mean and in the covariance, over their largest entries."""
    return max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in zip(found, known, strict=True))


def sampled(weights: MultisetWeights, G: int, number: int = 10**6) -> tuple[Floats, Floats]:
    """Mean and covariance of sampled groups; counts are drawn at once, which is the fastest way in NumPy."""
    counts = np.random.default_rng(7).multinomial(G, CHANCES, size=number)
    gradients = (counts * weights(counts)) @ SCORES
    return gradients.mean(axis=0), np.cov(gradients.T)


def over_tuples(weights: MultisetWeights, G: int) -> tuple[Floats, Floats]:
    """The sum over all 8^G tuples in blocks of 8^5, each tuple turned into counts."""
    tails = np.array(list(itertools.product(range(8), repeat=min(G, 5))))
    tail_counts = np.stack([(tails == o).sum(axis=1) for o in range(8)], axis=1)
    chances, first, second = np.array(CHANCES), np.zeros(8), np.zeros((8, 8))
    tail_mass = chances[tails].prod(axis=1)
    for head in itertools.product(range(8), repeat=G - tails.shape[1]):
        counts = tail_counts + np.bincount(np.array(head, dtype=np.int64), minlength=8)
        gradients = (counts * weights(counts)) @ SCORES
        mass = tail_mass * chances[list(head)].prod()
        first += mass @ gradients
        second += (gradients * mass[:, None]).T @ gradients
    return first, second - np.outer(first, first)


def test_exact_by_the_number_of_successes(ours: Fixture) -> None:
    benchmark = ours(LARGE, "grpo, exact, by the number of successes", 1.0, {SAMPLED: 1})
    found = benchmark.pedantic(gradient_moments, args=(GRPO, POLICY, 16), rounds=15, warmup_rounds=1)
    assert worst(as_floats(found), as_floats(gradient_moments(GRPO, POLICY, 16))) == 0


def test_floats_over_multisets(ours: Fixture) -> None:
    weights = count_rule_weights(GRPO, REWARDS, 16)
    benchmark = ours(LARGE, "grpo, floats, over multisets", 1.0, {SAMPLED: 1})
    found = benchmark.pedantic(multiset_moments, args=(weights, CHANCES, 16), rounds=15, warmup_rounds=1)
    error = worst((found.mean, found.covariance), as_floats(gradient_moments(GRPO, POLICY, 16)))
    benchmark.extra_info["facts"] = {"largest relative error": f"{error:.1g}"}
    assert error < 1e-13


def test_ec_rlvr_over_multisets(ours: Fixture) -> None:
    weights = ec_rlvr_multiset_weights(CHANCES, REWARDS, 0.5)
    benchmark = ours(LARGE, "EC-RLVR, τ = 1/2, floats, over multisets", 1.0, {SAMPLED_EC: 1})
    found = benchmark.pedantic(multiset_moments, args=(weights, CHANCES, 16), rounds=7, warmup_rounds=1)
    assert worst((found.mean, found.covariance), sampled(weights, 16)) < 0.02


@pytest.mark.parametrize("job", [SAMPLED, SAMPLED_EC])
def test_a_million_groups(peer: Fixture, job: str) -> None:
    weights = count_rule_weights(GRPO, REWARDS, 16)
    if job == SAMPLED_EC:
        weights = ec_rlvr_multiset_weights(CHANCES, REWARDS, 0.5)
    benchmark = peer(LARGE, job)
    found = benchmark.pedantic(sampled, args=(weights, 16), rounds=5)
    exact = multiset_moments(weights, CHANCES, 16)
    error = worst(found, (exact.mean, exact.covariance))
    benchmark.extra_info["facts"] = {"largest relative error": f"{error:.1g}"}
    assert error < 0.02


def test_small_exact_by_the_number_of_successes(ours: Fixture) -> None:
    benchmark = ours(SMALL, "grpo, exact, by the number of successes", None, {LITERAL: 100})
    benchmark.pedantic(gradient_moments, args=(GRPO, POLICY, 6), rounds=15, warmup_rounds=1)


def test_small_exact_over_multisets(ours: Fixture) -> None:
    benchmark = ours(SMALL, "grpo, exact, over multisets", None, {LITERAL: 100})

    def weights(group: tuple[int, ...]) -> Any:
        return [advantage / 6 for advantage in group_advantages(GRPO, POLICY, group)]

    found = benchmark.pedantic(weighted_moments, args=(weights, POLICY, 6), rounds=3)
    assert found == gradient_moments(GRPO, POLICY, 6)


def test_small_every_tuple_exactly(peer: Fixture, request: pytest.FixtureRequest) -> None:
    # 8 times as many tuples; that each is longer is not counted, which is in favour of the literal sum
    G = 3 if request.config.getoption("benchmark_disable") else 5
    benchmark = peer(SMALL, LITERAL, weight=8)
    found = benchmark.pedantic(update_moments, args=(GRPO, POLICY, G), rounds=1)
    assert found == gradient_moments(GRPO, POLICY, G).moments


@pytest.mark.parametrize(("G", "group"), [(6, SMALL), (8, MIDDLE)])
def test_floats_over_few_multisets(ours: Fixture, G: int, group: str) -> None:
    weights = count_rule_weights(GRPO, REWARDS, G)
    benchmark = ours(group, "grpo, floats, over multisets", None, {TUPLES: 100})
    found = benchmark.pedantic(multiset_moments, args=(weights, CHANCES, G), rounds=25, warmup_rounds=2)
    assert worst((found.mean, found.covariance), as_floats(gradient_moments(GRPO, POLICY, G))) < 1e-13


@pytest.mark.parametrize(("G", "group"), [(6, SMALL), (8, MIDDLE)])
def test_every_tuple_in_floats(peer: Fixture, request: pytest.FixtureRequest, G: int, group: str) -> None:
    size = 5 if request.config.getoption("benchmark_disable") else G
    benchmark = peer(group, TUPLES)
    found = benchmark.pedantic(over_tuples, args=(count_rule_weights(GRPO, REWARDS, size), size), rounds=1)
    assert worst(found, as_floats(gradient_moments(GRPO, POLICY, size))) < 1e-9
