"""The difficulty of prompts by empirical Bayes: p ~ Beta(a, b) and k_i ~ Binomial(n_i, p_i).

A proportion k/n put into a formula that is not linear in p misleads, since k/n varies more than p does: of the silent
rate it makes too much. The marginal likelihood of the counts separates both spreads. Intervals are those of the profile
likelihood: all values that a quantity takes where 2·(max ℓ − ℓ) stays below the quantile of χ² with one degree.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq, minimize
from scipy.special import betaln, chdtri, expit, gammaln, logit

from grpo_theory.errors import outside
from grpo_theory.logs.grouping import Groups

Floats = NDArray[np.float64]
Quantity = Callable[[float, float], float]
"""A number that depends on a and b."""

_CONCENTRATION: Final = (np.log(1e-3), np.log(1e6))
_MEAN: Final = (logit(1e-6), logit(1 - 1e-6))
_DIRECTIONS: Final = 48
_DEPTHS: Final = (0.5, 1.0)


@dataclass(frozen=True)
class Difficulty:
    """Beta(a, b), the distribution of prompts' success probabilities that makes the counts most likely.

    Domain: a, b > 0. `status` says "fitted", or where the fit lies at a limit: "no spread" where the counts vary no
    more than binomial ones (a + b at its largest, 1e6), "all or nothing" where every group is silent.

    >>> fit_difficulty(Groups((4, 4, 4, 4), (0, 1, 3, 4))).status
    'fitted'
    """

    a: float
    b: float
    log_likelihood: float
    counts: tuple[tuple[int, int, int], ...]
    status: str

    @property
    def mean(self) -> float:
        """E p = a/(a+b)."""
        return self.a / (self.a + self.b)

    def posterior(self, n: int, k: int) -> tuple[float, float]:
        """The two numbers of the Beta distribution of p after k successes among n rollouts: a+k and b+n−k.

        >>> Difficulty(1.0, 2.0, 0.0, (), "fitted").posterior(4, 3)
        (4.0, 3.0)
        """
        if not 0 <= k <= n:
            raise outside("k", k, f"the integers 0, ..., {n}", "a group has between none and all successes")
        return self.a + k, self.b + n - k

    def interval(self, quantity: Quantity, level: float = 0.95) -> tuple[float, float]:
        """The profile-likelihood interval of a quantity: its extremes over the parameters that are likely enough.

        Domain: 0 < level < 1. The region's border is found along 48 directions, so that an interval may be short by a
        per mille or two of its width. Errors: ValueError for another level.

        >>> groups = Groups((8,) * 60, tuple(range(9)) * 6 + (4,) * 6)
        >>> low, high = fit_difficulty(groups).interval(lambda a, b: a / (a + b))
        >>> round(low, 2), round(high, 2)
        (0.42, 0.58)
        """
        values = [quantity(self.a, self.b), *(quantity(a, b) for a, b in _likely(self, level))]
        return min(values), max(values)

    def density(self, p: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats, Floats]:
        """The Beta density p^{a−1}(1−p)^{b−1}/B(a,b) with its profile-likelihood interval at every p: value, low, high.

        Shapes: those of p. Domain: 0 < p < 1; the band holds point by point, as `interval`. Errors: ValueError outside.

        >>> value, low, high = fit_difficulty(Groups((8,) * 60, tuple(range(9)) * 6 + (4,) * 6)).density([0.25, 0.5])
        >>> bool((low < value).all() and (value < high).all())
        True
        """
        places = np.asarray(p, dtype=np.float64)
        if not ((places > 0) & (places < 1)).all():
            wrong = float(places[~((places > 0) & (places < 1))].flat[0])
            raise outside("p", wrong, "(0, 1)", "the density may be infinite at the ends")
        shapes = [(self.a, self.b), *_likely(self, level)]
        rows = np.stack(
            [np.exp((a - 1) * np.log(places) + (b - 1) * np.log1p(-places) - betaln(a, b)) for a, b in shapes]
        )
        return rows[0], rows.min(axis=0), rows.max(axis=0)


def fit_difficulty(groups: Groups) -> Difficulty:
    """The maximum of the beta-binomial likelihood Σ_i ln[C(n_i,k_i)·B(a+k_i, b+n_i−k_i)/B(a,b)] over a and b.

    Domain: at least one group of two rollouts, success and failure both seen; groups of one say nothing about the
    spread but count for the mean. Errors: ValueError where no group has two rollouts or all rollouts are equal.

    >>> found = fit_difficulty(Groups((16,) * 6, (1, 3, 6, 9, 12, 15)))
    >>> round(found.mean, 2), found.status
    (0.48, 'fitted')
    """
    if max(groups.sizes) < 2:
        raise outside("group sizes", 1, "the integers from 2 on", "one rollout a prompt cannot tell spread from chance")
    if groups.mean in (0.0, 1.0):
        raise outside("share of successes", groups.mean, "(0, 1)", "success and failure must both be seen")
    pairs = Counter(zip(groups.sizes, groups.successes, strict=True))
    counts = tuple((n, k, times) for (n, k), times in sorted(pairs.items()))
    starts = [np.array([logit(groups.mean), one]) for one in (-1.0, 0.7, 2.3, 5.0)]
    fits = [
        minimize(lambda x: -_log_likelihood(x, counts), start, method="L-BFGS-B", bounds=(_MEAN, _CONCENTRATION))
        for start in starts
    ]
    best = min(fits, key=lambda fit: float(fit.fun))
    a, b = _shape(best.x)
    return Difficulty(a, b, -float(best.fun), counts, _status(best.x, groups))


def _likely(fit: Difficulty, level: float) -> list[tuple[float, float]]:
    """The pairs (a, b) within and on the border of the region that is likely enough."""
    if not 0 < level < 1:
        raise outside("level", level, "(0, 1)", "it is the confidence of an interval")
    return [_shape(point) for point in _region(fit, float(chdtri(1, 1 - level)) / 2)]


def _status(x: Floats, groups: Groups) -> str:
    if groups.silent_share == 1:
        return "all or nothing"
    return "no spread" if x[1] > _CONCENTRATION[1] - 1.0 else "fitted"


def _shape(x: Floats) -> tuple[float, float]:
    """a and b from the log-odds of the mean and the logarithm of the concentration a+b."""
    mean, total = float(expit(x[0])), float(np.exp(x[1]))
    return max(mean * total, 1e-12), max((1 - mean) * total, 1e-12)


def _log_likelihood(x: Floats, counts: tuple[tuple[int, int, int], ...]) -> float:
    a, b = _shape(x)
    n, k, times = np.array(counts, dtype=float).T
    choose = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return float(np.sum(times * (choose + betaln(a + k, b + n - k) - betaln(a, b))))


def _region(fit: Difficulty, depth: float) -> list[Floats]:
    """Points half-way to and on the border of {ℓ ≥ max ℓ − depth}, along directions scaled by the curvature."""
    centre = np.array([logit(fit.mean), np.log(fit.a + fit.b)])
    scale = _scale(centre, fit)
    points = []
    for angle in np.arange(_DIRECTIONS) * (2 * np.pi / _DIRECTIONS):
        direction = scale @ np.array([np.cos(angle), np.sin(angle)])
        radius = _radius(centre, direction, fit, depth)
        points += [_inside(centre + share * radius * direction) for share in _DEPTHS]
    return points


def _inside(x: Floats) -> Floats:
    """The point moved into the bounds of the fit."""
    return np.array([np.clip(x[0], *_MEAN), np.clip(x[1], *_CONCENTRATION)])


def _scale(centre: Floats, fit: Difficulty) -> Floats:
    """The square root of the inverse curvature of −ℓ, by differences; the identity where that is not positive."""
    h = 1e-3
    steps = h * np.eye(2)
    hessian = np.empty((2, 2))
    for i in range(2):
        for j in range(2):
            signs = ((1, 1), (1, -1), (-1, 1), (-1, -1))
            terms = (s * t * _log_likelihood(centre + s * steps[i] + t * steps[j], fit.counts) for s, t in signs)
            hessian[i, j] = -sum(terms) / (4 * h * h)
    values, vectors = np.linalg.eigh(hessian)
    if values.min() <= 1e-8:
        return np.eye(2)
    return np.asarray(vectors / np.sqrt(values))


def _radius(centre: Floats, direction: Floats, fit: Difficulty, depth: float) -> float:
    def gap(radius: float) -> float:
        return fit.log_likelihood - depth - _log_likelihood(_inside(centre + radius * direction), fit.counts)

    outer = 1.0
    while gap(outer) < 0 and outer < 1e3:
        outer *= 2
    return float(brentq(gap, 0.0, outer)) if gap(outer) > 0 else outer
