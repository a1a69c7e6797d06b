"""Equation 5 without clipping equals Equation 8: not as printed, which drops the ratio's denominator and resamples.

Group by group (1/G) Σ A_i f_i = σ̂·(mean of f over successes − mean over failures), for any f. Equation 5 has f = the
mean token ratio π_θ/π_old and groups from π_old; Equation 8 prints π_θ alone, and groups from π_θ. With f and the
sampling of Equation 5 the two objectives agree for every pair of policies and every G.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.losses.contrast import group_contrast_objective, group_contrast_with_ratios, mean_ratio
from grpo_theory.losses.grpo import grpo_objective
from grpo_theory.policies.examples import unlike_groups
from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.policies.small import small_pairs
from grpo_theory.symbols import G, i, j, n

GRPO = rule("grpo")
count = sp.Function("k")(j)
weight, term = sp.Function("w")(j), sp.Function("f")(j, i)
DOMAIN = Domain(
    (natural(G, 2), natural(n, 1), real(count, 0, G)),
    "every pair of finite policies; n counts the mixed groups, group j having k(j) successes, listed first",
)
share = count / G
deviation = sp.sqrt(share * (1 - share))
successes, failures = sp.Sum(term, (i, 1, count)), sp.Sum(term, (i, count + 1, G))
pushed_up = sp.Sum((1 - share) / deviation * term, (i, 1, count))
pushed_down = sp.Sum(-share / deviation * term, (i, count + 1, G))
by_advantages = sp.Sum(weight * (pushed_up + pushed_down) / G, (j, 1, n))
by_contrast = sp.Sum(weight * deviation * (successes / count - failures / (G - count)), (j, 1, n))


def left(point: Point) -> Surd:
    """Equation 5 without clipping, ε = 0, over all groups of π_old."""
    theta, before = point["moving"]()
    return grpo_objective(theta, before, GRPO, point["G"])


def right(point: Point) -> Surd:
    """Equation 8 as printed, over all groups of π_θ."""
    return group_contrast_objective(point["moving"]()[0], point["G"])


def right_with_ratios(point: Point) -> Surd:
    """Equation 8 with mean token ratios and groups of π_old, silent groups 0."""
    theta, before = point["moving"]()
    return group_contrast_with_ratios(theta, before, point["G"])


def point_of(theta: FinitePolicy, before: FinitePolicy, size: int) -> dict[str, Any]:
    """A pair of policies and a group size; mixed groups numbered from 1, successes first within a group."""
    rewards = theta.rewards
    mixed = []
    for group in product(range(len(rewards)), repeat=size):
        if len({rewards[o] for o in group}) > 1:
            mixed.append(sorted(group, key=lambda o: -rewards[o]))
    weights = [prod((before.probabilities[o] for o in group), start=Fraction(1)) for group in mixed]
    return {
        "G": size,
        "policy": theta.probabilities,
        "old_policy": before.probabilities,
        "rewards": rewards,
        "n": len(mixed),
        "moving": lambda: (theta, before),
        "w": lambda j: weights[j - 1],
        "k": lambda j: sum(int(rewards[o]) for o in mixed[j - 1]),
        "f": lambda j, i: mean_ratio(theta, before, mixed[j - 1][i - 1]),
    }


def search() -> Iterator[Point]:
    """Groups of two, the smallest pairs of policies first."""
    return (point_of(theta, before, 2) for theta, before in small_pairs())


def points(max_group: int) -> Iterator[Point]:
    """Pairs of policies with two outcomes, three outcomes, and token sequences of different lengths."""
    return (point_of(theta, before, size) for theta, before, size in unlike_groups(max_group))


def holds_for_two_outcomes(point: Point) -> bool:
    """Both sides for G = 2 and one success: a mixed pair, ½(ρ⁺ − ρ⁻) under π_old against ½(π⁺ − π⁻) under π_θ."""
    (p, q), (a, b) = point["policy"], point["old_policy"]
    return bool(2 * a * b * (p / a - q / b) == 2 * p * q * (p - q))


claim = Claim(
    name="empirical-contrastive",
    source="two-grpo",
    label="Eq. 8",
    says=(
        "without clipping and at ε = 0, Eq. 5 equals E_θ √((1−p̂)p̂)·(mean over successes of (1/|o|)Σ_t π_θ(o_t | o_<t) "
        "− mean over failures of the same), silent groups 0, for all π_θ and π_old"
    ),
    statements=(
        Statement(
            Side(literal=left),
            Relation.EQUAL,
            Side(literal=right),
            DOMAIN,
            (Counterexample(search, holds_for_two_outcomes),),
        ),
    ),
    repair=Claim(
        name="empirical-contrastive-repaired",
        source="two-grpo",
        label="Eq. 8",
        says=(
            "without clipping and at ε = 0, Eq. 5 equals E_old √((1−p̂)p̂)·(mean over successes of (1/|o|)Σ_t ρ_t − mean "
            "over failures of the same), ρ_t = π_θ/π_old token by token, silent groups 0"
        ),
        statements=(
            Statement(
                Side(by_advantages, left),
                Relation.EQUAL,
                Side(by_contrast, right_with_ratios),
                DOMAIN,
                (
                    Derivation((Step(by_contrast, "both advantages are pulled out of their class, group by group"),)),
                    Enumeration(points),
                ),
            ),
        ),
    ),
)
