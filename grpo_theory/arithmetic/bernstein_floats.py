"""Σ_k C(n,k) p^k (1−p)^(n−k) c_k on arrays of floats: summed outwards from the largest binomial weight.

The weights are taken relative to the largest one, at k = m near n·p, so that no power over- or underflows and a
relative error of p/(1−p) counts only as often as k lies away from m. The largest weight itself comes from the deviation
of k from its mean and the error terms of Stirling's formula (Loader's form of the binomial probability).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_EXACT_BELOW: Final = 16


def evaluate(coefficients: NDArray[np.float64], p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Σ_k C(n,k) p^k (1−p)^(n−k) c_k for every p.

    Shapes: coefficients (n+1,), p of any shape, the result as p. Domain: p in [0, 1]. The relative error is about
    √n·1e−16 where the c_k have one sign, for p near 0 and near 1 too (relative to the floats p and 1−p). Errors:
    ValueError for p outside [0, 1] and for NaN.

    >>> evaluate(np.array([0.0, 0.5, 0.0]), np.array([0.0, 0.5, 1e-300]))
    array([0.0e+000, 2.5e-001, 1.0e-300])
    """
    points = np.asarray(p, dtype=np.float64)
    outside = ~((points >= 0) & (points <= 1))
    if outside.any():
        raise ValueError(
            f"p = {points[outside].flat[0]} lies outside [0, 1]: a Bernstein sum is evaluated at probabilities"
        )
    flat = points.ravel()
    order = np.argsort(flat, kind="stable")
    values = np.empty_like(flat)
    values[order] = _ascending(coefficients, flat[order])
    return values.reshape(points.shape)


def _ascending(c: NDArray[np.float64], p: NDArray[np.float64]) -> NDArray[np.float64]:
    n = len(c) - 1
    if n == 0:
        return np.full_like(p, c[0])
    q = 1.0 - p
    mode = np.minimum(np.floor((n + 1) * p), n).astype(np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds, against = p / q, q / p
    # With p ascending the points that still need step k upwards (mode ≤ k) are the first ones, downwards the last.
    first_above = np.searchsorted(mode, np.arange(n + 2), side="left")
    up = np.zeros_like(p)
    for k in range(n, 0, -1):
        end = first_above[k]
        up[:end] = (c[k] + up[:end]) * (odds[:end] * ((n - k + 1) / k))
    down = np.zeros_like(p)
    for k in range(n):
        start = first_above[k + 1]
        down[start:] = (c[k] + down[start:]) * (against[start:] * ((k + 1) / (n - k)))
    total: NDArray[np.float64] = _largest_weight(n, mode, p, q) * (c[mode] + up + down)
    return total


def _largest_weight(
    n: int, mode: NDArray[np.int64], p: NDArray[np.float64], q: NDArray[np.float64]
) -> NDArray[np.float64]:
    """C(n,m) p^m (1−p)^(n−m)."""
    weight = np.ones_like(p)
    none, all_ = mode == 0, mode == n
    weight[none] = np.exp(n * np.log1p(-p[none]))
    weight[all_] = np.exp(n * np.log1p(-q[all_]))
    inner = ~(none | all_)
    m = mode[inner].astype(np.float64)
    exponent = _stirling_error(np.array([float(n)])) - _stirling_error(m) - _stirling_error(n - m)
    exponent = exponent - _deviance(m, n * p[inner]) - _deviance(n - m, n * q[inner])
    weight[inner] = np.sqrt(n / (2 * np.pi * m * (n - m))) * np.exp(exponent)
    return weight


def _deviance(x: NDArray[np.float64], mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """x·log(x/mean) + mean − x, for x within 1 of its mean or near it."""
    relative = (x - mean) / mean
    result: NDArray[np.float64] = mean * ((1 + relative) * np.log1p(relative) - relative)
    return result


def _stirling_error(k: NDArray[np.float64]) -> NDArray[np.float64]:
    """log k! − (k+1/2)·log k + k − log(2π)/2 for k ≥ 1."""
    s = 1 / (k * k)
    series = (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - s / 1188) * s) * s) * s) / k
    small = k < _EXACT_BELOW
    if small.any():
        series = np.where(small, _SMALL_ERRORS[np.where(small, k, 1).astype(np.int64)], series)
    return series


def _small_errors() -> NDArray[np.float64]:
    from flint import arb, ctx

    with ctx.workprec(120):
        half_log = (2 * arb.pi()).log() / 2
        exact = [arb(k).fac().log() - (arb(k) + 0.5) * arb(k).log() + k - half_log for k in range(1, _EXACT_BELOW)]
        return np.array([np.nan, *(float(error) for error in exact)])


_SMALL_ERRORS: Final = _small_errors()
