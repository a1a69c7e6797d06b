"""The temperatures of EC-RLVR with the best signal-to-noise ratio E²/Var of ∂L_G/∂z on the two-outcome policy.

With x = (p/(1−p))^{1/τ} a group with k ≥ 1 successes has −τ·∂L_G/∂z = φ_k = (G−k)/d_k, d_k = (G−k) + k·x, and an all-
wrong group 0. Let w_k be the binomial weights, N = E φ, M = E φ². Then E²/Var = S/(1−S) with S = N²/M, and

    dS/dx = −(2N/M²)·x·G²·Σ_{1≤i<j≤G−1} w_i w_j (G−i)(G−j)(j−i)²/(d_i d_j)³,

by exchanging i and j in N·E[k(G−k)²/d³] − M·E[k(G−k)/d²]. So S falls strictly in x for G ≥ 3 and is constant for G = 2.
Small x is best: on 0 < τ < ∞ x fills (0, 1) upwards for p < 1/2 and (1, ∞) downwards for p > 1/2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Final

import numpy as np
from flint import fmpq, fmpq_poly
from numpy.typing import ArrayLike, NDArray

from grpo_theory.errors import exact_rational, group_size, outside, probability

LARGEST_SLOPE_GROUP: Final = 24
"""The group size up to which the slope polynomial, of degree below 3G, is formed."""


@dataclass(frozen=True)
class Temperatures:
    """The set {τ : low ≤ τ ≤ high} in [0, ∞], where 0 and ∞ stand for the limits τ → 0 and τ → ∞.

    >>> math.inf in Temperatures(0.0, math.inf), 1 in Temperatures(0.0, 0.0)
    (True, False)
    """

    low: float
    high: float

    def __contains__(self, tau: object) -> bool:
        return isinstance(tau, (int, float, Fraction)) and self.low <= tau <= self.high


def best_temperatures(G: int, p: object) -> Temperatures:
    """The set of τ ∈ [0, ∞] that maximise E²/Var of ∂L_G/∂z on the two-outcome policy.

    Domain: 2 ≤ G ≤ 4096, 0 < p < 1 exact. Every τ at G = 2 and at p = 1/2; for G ≥ 3 the limit τ → 0 alone when
    p < 1/2 and the limit τ → ∞ alone when p > 1/2. Errors: ValueError outside. Source: `card`, Lemma 2.

    >>> best_temperatures(2, "1/3"), best_temperatures(3, "1/3"), best_temperatures(3, "2/3")
    (Temperatures(low=0.0, high=inf), Temperatures(low=0.0, high=0.0), Temperatures(low=inf, high=inf))
    """
    size, chance = group_size(G), probability("p", p, open=True)
    if size == 2 or 2 * chance == 1:
        return Temperatures(0.0, math.inf)
    return Temperatures(0.0, 0.0) if 2 * chance < 1 else Temperatures(math.inf, math.inf)


def signal_share(G: int, p: object, x: object) -> Fraction:
    """S = (E φ)²/E φ² at x = (p/(1−p))^{1/τ}, literally from the binomial distribution; E²/Var = S/(1−S).

    Domain: rational x ≥ 0, where 0 is the limit τ → 0 for p < 1/2 and 1 the limit τ → ∞. Errors: ValueError outside.

    >>> signal_share(3, "1/3", 0), signal_share(3, "1/3", 1)
    (Fraction(2, 3), Fraction(50, 81))
    """
    size, chance = group_size(G), probability("p", p, open=True)
    point = exact_rational("x", x)
    if point < 0:
        raise outside("x", point, "the rationals in [0, oo)", "it is a power of the odds")
    first = second = Fraction(0)
    for k in range(1, size):
        mass = comb(size, k) * chance**k * (1 - chance) ** (size - k)
        weight = (size - k) / ((size - k) + k * point)
        first, second = first + mass * weight, second + mass * weight**2
    return first**2 / second


def slope_polynomial(G: int, p: object) -> fmpq_poly:
    """Π d_k³·(N·E[k(G−k)²/d_k³] − M·E[k(G−k)/d_k²]) as a polynomial in x: its sign is that of dS/dx for x > 0.

    It is formed from the definitions of N and M, without the identity above; when no coefficient is positive and one is
    negative, S falls on (0, ∞). Domain: 2 ≤ G ≤ 24, 0 < p < 1 exact. Errors: ValueError outside.

    >>> slope_polynomial(2, "1/3"), slope_polynomial(3, "1/2")
    (0, (-81/32)*x)
    """
    size, chance = group_size(G, limit=LARGEST_SLOPE_GROUP), probability("p", p, open=True)
    inner = range(1, size)
    factors = {k: fmpq_poly([size - k, k]) for k in inner}
    mass = {k: comb(size, k) * chance**k * (1 - chance) ** (size - k) for k in inner}

    def total(power_of_wins: int, power_of_losses: int, depth: int) -> fmpq_poly:
        """Σ w_k k^a (G−k)^b Π_j d_j^depth/d_k^depth."""
        value = fmpq_poly([0])
        for k in inner:
            scale = mass[k] * k**power_of_wins * (size - k) ** power_of_losses
            term = fmpq_poly([fmpq(scale.numerator, scale.denominator)])
            for other in inner:
                if other != k:
                    term *= factors[other] ** depth
            value += term
        return value

    common = fmpq_poly([1])
    for k in inner:
        common *= factors[k]
    product: fmpq_poly = total(0, 1, 1) * total(1, 2, 3) - total(0, 2, 2) * total(1, 1, 2)
    return product // common  # both products stand over Π d⁴, the identity over Π d³: the division leaves no remainder


def signal_to_noise(G: int, p: ArrayLike, tau: ArrayLike) -> NDArray[np.float64]:
    """E²/Var of ∂L_G/∂z on the two-outcome policy, in floats and vectorised.

    Domain: 0 < p < 1 and 0 ≤ τ ≤ ∞ of shapes that go together, the ends as limits; for p > 1/2 and τ → 0 the limit has
    φ_k ∝ (G−k)/k. Errors: ValueError outside.

    >>> signal_to_noise(3, [1 / 3, 1 / 3], [0.0, np.inf]).round(12).tolist()
    [2.0, 1.612903225806]
    """
    size = group_size(G)
    chance, heat = np.broadcast_arrays(np.asarray(p, dtype=np.float64), np.asarray(tau, dtype=np.float64))
    if not ((chance > 0) & (chance < 1)).all():
        raise outside("p", float(chance[~((chance > 0) & (chance < 1))][0]), "(0, 1)", "both rewards must be possible")
    if not (heat >= 0).all():
        raise outside("tau", float(heat[~(heat >= 0)][0]), "[0, oo]", "it is a temperature")
    odds = np.log(chance) - np.log1p(-chance)
    cold = np.where(odds == 0, 0.0, np.copysign(np.inf, odds))
    with np.errstate(divide="ignore", invalid="ignore"):
        log_x = np.where(heat > 0, odds / heat, cold)[..., None]
    k = np.arange(1, size)
    # φ_k up to one factor, over the larger of 1 and x so that neither limit overflows
    low, high = np.exp(np.minimum(log_x, 0)), np.exp(np.minimum(-log_x, 0))
    weight = (size - k) / ((size - k) * high + k * low)
    ways = np.array([math.lgamma(size + 1) - math.lgamma(i + 1) - math.lgamma(size - i + 1) for i in range(1, size)])
    mass = np.exp(ways + k * np.log(chance)[..., None] + (size - k) * np.log1p(-chance)[..., None])
    silent = chance**size + (1 - chance) ** size
    share = weight / (mass * weight).sum(axis=-1)[..., None]
    value: NDArray[np.float64] = 1 / (silent + (mass * (share - 1) * (share - 1)).sum(axis=-1))
    return value
