"""A band that sampled curves leave with at most a stated probability: Bernstein's and Chernoff's inequalities.

Both hold at every sample size and use the exact law of the sampled values, its variance or its moment generating
function; no normal law is assumed.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from grpo_theory.errors import outside
from grpo_theory.experiments.prompts import Floats


@dataclass(frozen=True)
class Band:
    """How far the mean of `copies` independent runs may lie from its expectation, each run the mean of `size` values.

    Domain: `comparisons` ≥ 1 statements hold together with probability 1 − `risk`, by the union bound; values are
    independent. Errors: ValueError outside.

    >>> Band(1, 1, 1, Fraction(2, 3)).log == math.log(3)
    True
    """

    copies: int
    size: int
    comparisons: int
    risk: Fraction

    def __post_init__(self) -> None:
        least = min(self.copies, self.size, self.comparisons)
        if least < 1 or not 0 < self.risk < 1:
            raise outside("copies", least, "the integers from 1 on", "a band is for some samples, at a risk in (0, 1)")

    @property
    def log(self) -> float:
        """L = log(2·comparisons/risk), for both sides of every comparison."""
        return math.log(2 * self.comparisons / float(self.risk))

    def bernstein(self, variance: Floats, width: float) -> Floats:
        """(ML/3 + √((ML/3)² + 2vL))/n, with v the sum of the n = copies·size variances and values M = `width` apart.

        Domain: `variance` is the sum of the variances in one run. Source: Bernstein's inequality.

        >>> Band(1, 1, 1, Fraction(2, 3)).bernstein(np.array([0.0]), 1.5).round(6).tolist() == [round(math.log(3), 6)]
        True
        """
        shift = width * self.log / 3
        root = np.sqrt(shift**2 + 2 * self.copies * np.maximum(variance, 0) * self.log)
        return np.asarray((shift + root) / (self.copies * self.size), dtype=float)

    def chernoff(self, cumulants: Mapping[float, Floats]) -> Floats:
        """The larger of both sides, for each the least (copies·Λ_λ + L)/(|λ|·n), Λ_λ = Σ log E e^{λ(X − E X)}.

        Domain: `cumulants` maps λ of both signs to Λ_λ of one run. Source: Markov's inequality for e^{λΣX}.

        >>> found = Band(1, 1, 1, Fraction(2, 3)).chernoff({1.0: np.array([0.0]), -1.0: np.array([1.0])})
        >>> found.round(6).tolist() == [round(1 + math.log(3), 6)]
        True
        """
        sides = []
        for sign in (1, -1):
            slopes = {abs(slope): value for slope, value in cumulants.items() if slope * sign > 0}
            bounds = [(self.copies * value + self.log) / slope for slope, value in slopes.items()]
            sides.append(np.min(bounds, axis=0))
        return np.asarray(np.max(sides, axis=0) / (self.copies * self.size), dtype=float)


def spread_over(runs: Sequence[Floats], share: float = 0.9) -> tuple[Floats, Floats]:
    """The central interval that holds `share` of sampled runs at every step, between order statistics.

    Domain: runs of equal length, 0 < share < 1.

    >>> low, high = spread_over([np.array([0.0]), np.array([1.0])], 0.5)
    >>> low.tolist(), high.tolist()
    ([0.25], [0.75])
    """
    low, high = np.quantile(np.stack(list(runs)), [(1 - share) / 2, (1 + share) / 2], axis=0)
    return low, high
