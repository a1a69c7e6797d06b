"""Effective sample size 1/Σw² of ascent weights, w = |A|/Σ|A|: how many equal weights would vary as much."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from grpo_theory.arithmetic.surds import Surd, SurdPolynomial
from grpo_theory.errors import group_size, probability
from grpo_theory.groups.contrast import effective_sample_size
from grpo_theory.groups.rules import AdvantageRule
from grpo_theory.policies.multisets import Counts, Floats, MultisetWeights, expected_over_counts
from grpo_theory.policies.vectors import Exact


def sample_size(weights: Sequence[Exact | int]) -> Surd | None:
    """(Σ|A_i|)²/ΣA_i² of the weights of one group; None where all vanish.

    Domain: exact numbers, of any loss. For a rule at every k see `groups.effective_sample_size`.

    >>> str(sample_size([Fraction(1), Fraction(-1, 2), Fraction(-1, 2)])), sample_size([0, 0])
    ('8/3', None)
    """
    sizes = [abs(Surd.of(weight)) for weight in weights]
    total, squares = sum(sizes, Surd.of(0)), sum((size * size for size in sizes), Surd.of(0))
    return total * total / squares if squares else None


def sample_sizes(weights: Floats, counts: Counts | None = None) -> Floats:
    """(Σ|A|)²/ΣA² along the last axis, each weight counted as often as `counts` says; NaN where all vanish.

    Domain: floats of any shape (…, n), counts of the same shape. Result of shape ….

    >>> sample_sizes(np.array([[1.0, -0.5, -0.5], [0.0, 0.0, 0.0]])).round(12).tolist()
    [2.666666666667, nan]
    """
    times = np.ones_like(weights) if counts is None else np.asarray(counts, dtype=np.float64)
    total, squares = (times * np.abs(weights)).sum(axis=-1), (times * weights**2).sum(axis=-1)
    value: Floats = np.full(np.shape(total), np.nan)
    np.divide(total**2, squares, out=value, where=squares > 0)
    return value


def expected_sample_size(rule: AdvantageRule, G: int, p: object, *, mixed: bool = False) -> Surd:
    """E[1/Σw²] over groups, a group whose advantages all vanish counting 0; given a mixed group with `mixed`.

    Domain: a count rule with surd values, 0 < p < 1 exact; 4(G−1)p(1−p) for every centred rule. Errors: ValueError.

    >>> from grpo_theory.groups import rule
    >>> str(expected_sample_size(rule("grpo"), 8, "1/4"))
    '21/4'
    """
    size, chance = group_size(G), probability("p", p, open=True)
    found = []
    for k, value in enumerate(effective_sample_size(rule, size)):
        known = Surd.of(0) if value is None or ((mixed or rule.mixed_only) and k in (0, size)) else value
        if not isinstance(known, Surd):
            raise ValueError(f"rule {rule.name} has values beyond sums of square roots: use the sums over multisets")
        found.append(known)
    share = 1 - chance**size - (1 - chance) ** size if mixed or rule.mixed_only else Fraction(1)
    return SurdPolynomial.from_bernstein(size, found)(chance) / share


def expected_multiset_sample_size(weights: MultisetWeights, probabilities: Sequence[float] | Floats, G: int) -> float:
    """E[1/Σw²] for ascent weights that depend on the multiset of outcomes, groups without any weight counting 0.

    Domain and errors: as for `multiset_moments`.

    >>> float(round(expected_multiset_sample_size(lambda counts: np.ones(counts.shape), [0.25, 0.75], 4), 12))
    4.0
    """

    def statistic(counts: Counts) -> NDArray[np.float64]:
        value: NDArray[np.float64] = np.nan_to_num(sample_sizes(weights(counts), counts), nan=0.0)
        return value

    return float(expected_over_counts(statistic, probabilities, G))
