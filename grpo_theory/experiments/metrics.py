"""What is watched while a policy is trained: pass@1, pass@k, entropy, and KL from the base policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from grpo_theory.experiments.prompts import Bits, Floats

METRICS: Final = ("pass@1", "pass@k", "entropy", "kl")
"""Means over the prompts of p, 1 − (1−p)^k, −Σπ log π and Σπ log(π/π_0)."""
SLOPES: Final[Mapping[int, tuple[float, ...]]] = {2: (4.0, 12.0, 36.0), 3: (3.0, 9.0)}
"""By number of outcomes: the λ at which E e^{±λX} is known, for metrics X of one policy scaled to [0, 1]."""


def metrics(pi: Floats, base: Floats, wins: Bits, k: int) -> dict[str, Floats]:
    """Every metric of each prompt's policy π with base policy π_0; shapes (…, N, K) and (N, K) to (…, N).

    >>> half = np.array([[0.5, 0.5]])
    >>> {name: value.round(4).tolist() for name, value in metrics(half, half, np.array([True, False]), 2).items()}
    {'pass@1': [0.5], 'pass@k': [0.75], 'entropy': [0.6931], 'kl': [0.0]}
    """
    p = (pi * wins).sum(axis=-1)
    q = (pi * ~wins).sum(axis=-1)
    entropy = _entropy(pi)
    return {"pass@1": p, "pass@k": 1 - q**k, "entropy": entropy, "kl": -entropy - (pi * np.log(base)).sum(axis=-1)}


def _entropy(pi: Floats) -> Floats:
    return np.asarray(-(pi * np.log(np.maximum(pi, 1e-300))).sum(axis=-1), dtype=float)


@dataclass(frozen=True)
class Curve:
    """A metric over the steps, for every prompt: its mean and its variance over sampled runs, and its range.

    Domain: `mean` and `variance` of shape (T + 1, N); values differ by at most `width`; `cumulants` maps λ to the sum
    over the prompts of log E e^{λ(X − E X)}, shape (T + 1,), where it is known.

    >>> Curve(np.zeros((2, 3)), np.ones((2, 3)), 1.0, {}).population.tolist()
    [0.0, 0.0]
    """

    mean: Floats
    variance: Floats
    width: float
    cumulants: Mapping[float, Floats]

    @property
    def population(self) -> Floats:
        """The mean over the prompts, shape (T + 1,)."""
        return np.asarray(self.mean.mean(axis=1), dtype=float)

    @property
    def total_variance(self) -> Floats:
        """Σ over the prompts of the variance in one run; prompts are independent. Shape (T + 1,)."""
        return np.asarray(self.variance.sum(axis=1), dtype=float)


def features(pi: Floats, wins: Bits, k: int) -> Floats:
    """Functions of a policy from whose means follow all means, variances and cumulants; shape (n, K) to (n, F).

    They are x = (entropy, π_1, …, π_{K−1}), all products x_i·x_j with i ≤ j, (1−p)^k, (1−p)^{2k}, and e^{±λX} for the
    metrics X = p, pass@k and entropy/log K with every λ of `SLOPES`.

    >>> features(np.array([[0.5, 0.5]]), np.array([True, False]), 1).shape
    (1, 25)
    """
    x = _linear(pi)
    rows, columns = np.triu_indices(x.shape[1])
    q = (pi * ~wins).sum(axis=-1)
    scaled = np.stack([1 - q, 1 - q**k, x[:, 0] / np.log(pi.shape[1])], axis=-1)
    raised = np.exp(scaled[:, :, None] * np.array(_slopes(pi.shape[1])))
    parts = [x, x[:, rows] * x[:, columns], np.stack([q**k, q ** (2 * k)], axis=-1), raised.reshape(len(pi), -1)]
    return np.concatenate(parts, axis=1)


def _slopes(K: int) -> tuple[float, ...]:
    return (*SLOPES[K], *(-slope for slope in SLOPES[K]))


def _linear(pi: Floats) -> Floats:
    return np.concatenate([_entropy(pi)[:, None], pi[:, :-1]], axis=1)


def curves(found: Floats, base: Floats, wins: Bits) -> Mapping[str, Curve]:
    """Every metric's curve from the means of `features`, shape (T + 1, N, F); base policies (N, K).

    >>> half = np.array([[0.5, 0.5]])
    >>> found = features(half, np.array([True, False]), 2)[None]
    >>> curves(found, half, np.array([True, False]))["pass@k"].mean.tolist()
    [[0.75]]
    """
    K = base.shape[1]
    rows, columns = np.triu_indices(K)
    x, pairs = found[..., :K], found[..., K : K + len(rows)]
    tail = found[..., K + len(rows) :]
    products = np.empty((*found.shape[:2], K, K))
    products[..., rows, columns] = products[..., columns, rows] = pairs
    covariance = products - x[..., :, None] * x[..., None, :]
    log, bits = np.log(base), np.asarray(wins, dtype=float)
    ones, zeros = np.ones((len(base), 1)), np.zeros((len(base), K - 1))
    success = np.concatenate([0 * ones, ones * (bits[:-1] - bits[-1])], axis=1)
    divergence = np.concatenate([-ones, log[:, -1:] - log[:, :-1]], axis=1)
    moments = {
        "pass@1": (*_combined(x, covariance, success, bits[-1]), 1.0),
        "pass@k": (1 - tail[..., 0], np.maximum(tail[..., 1] - tail[..., 0] ** 2, 0), 1.0),
        "entropy": (*_combined(x, covariance, np.concatenate([ones, zeros], axis=1), 0.0), float(np.log(K))),
    }
    raised = np.split(tail[..., 2:], len(moments), axis=-1)
    whole = {
        name: Curve(mean, variance, width, _cumulants(values, mean / width, width, K))
        for (name, (mean, variance, width)), values in zip(moments.items(), raised, strict=True)
    }
    return {**whole, "kl": Curve(*_combined(x, covariance, divergence, -log[:, -1]), float(-log.min()), {})}


def _combined(x: Floats, covariance: Floats, weights: Floats, constant: float | Floats) -> tuple[Floats, Floats]:
    """Mean and variance of the metric weights·x + constant, with weights of shape (N, K)."""
    variance = np.einsum("tnij,ni,nj->tn", covariance, weights, weights)
    return np.einsum("tnk,nk->tn", x, weights) + constant, np.maximum(variance, 0)


def _cumulants(raised: Floats, mean: Floats, width: float, K: int) -> dict[float, Floats]:
    """λ/width ↦ Σ over the prompts of log E e^{λ(X − E X)/width}, at least 0 by Jensen's inequality."""
    return {
        slope / width: np.maximum(np.log(np.maximum(raised[..., i], 1e-300)) - slope * mean, 0).sum(axis=1)
        for i, slope in enumerate(_slopes(K))
    }
