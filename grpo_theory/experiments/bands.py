"""A band that sampled curves leave with at most a stated probability: Bernstein's inequality at the exact variance."""

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from grpo_theory.errors import outside
from grpo_theory.experiments.prompts import Floats


def half_width(variance: Floats, number: int, width: float, comparisons: int, risk: Fraction) -> Floats:
    """e with P(|mean − E mean| ≥ e) ≤ risk/comparisons for the mean of `number` independent values.

    With L = log(2·comparisons/risk), v the sum of the exact variances and values that differ by at most `width` = M:
    e = (ML/3 + √((ML/3)² + 2vL))/number. The inequality holds at every sample size; no normal law is assumed. By the
    union bound, all `comparisons` hold together with probability 1 − risk.

    Domain: number ≥ 1, comparisons ≥ 1, 0 < risk < 1. Source: Bernstein's inequality.

    >>> half_width(np.array([0.0]), 1, 3.0, 1, Fraction(2, 3)).round(6).tolist() == [round(2 * math.log(3), 6)]
    True
    """
    if number < 1 or comparisons < 1:
        raise outside("number", min(number, comparisons), "the integers from 1 on", "a band is for some samples")
    log = math.log(2 * comparisons / float(risk))
    shift = width * log / 3
    return np.asarray((shift + np.sqrt(shift**2 + 2 * np.maximum(variance, 0) * log)) / number, dtype=float)


def spread_over(runs: Sequence[Floats], share: float = 0.9) -> tuple[Floats, Floats]:
    """The central interval that holds `share` of sampled runs at every step, between order statistics.

    Domain: runs of equal length, 0 < share < 1.

    >>> low, high = spread_over([np.array([0.0]), np.array([1.0])], 0.5)
    >>> low.tolist(), high.tolist()
    ([0.25], [0.75])
    """
    low, high = np.quantile(np.stack(list(runs)), [(1 - share) / 2, (1 + share) / 2], axis=0)
    return low, high
