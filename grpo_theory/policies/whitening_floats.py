"""Relative variance of centred count rules in floats: vectorised over p, D, v₊ and v₋, without cancellation.

tr Var = D·Var b + E[b²(v₊/k + v₋/(G−k))] is a sum of terms that are not negative, so that small variances keep all
their digits; binomial weights are formed in logarithms.
"""

from __future__ import annotations

from functools import lru_cache
from math import lgamma
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grpo_theory.errors import group_size, outside
from grpo_theory.groups.contrast import advantage_table
from grpo_theory.groups.rules import AdvantageRule

Floats: TypeAlias = NDArray[np.float64]

_CENTRED: Final = 1e-12


def coefficients(rule: AdvantageRule, G: int) -> Floats:
    """b_k = k·A⁺(k)/G for k = 1, …, G−1 of a centred count rule, those with exp or log too: shape (G−1,).

    Errors: ValueError for G, for a population rule, and for a rule that is not centred.

    >>> from grpo_theory.groups import rule
    >>> coefficients(rule("rloo"), 3).round(12).tolist()
    [0.333333333333, 0.333333333333]
    """
    return np.array(_coefficients(rule, group_size(G)))


@lru_cache(maxsize=256)
def _coefficients(rule: AdvantageRule, G: int) -> tuple[float, ...]:
    found = []
    for k, (success, failure) in enumerate(advantage_table(rule, G)):
        gain, loss = k * float(success or 0), (G - k) * float(failure or 0)
        if abs(gain + loss) > _CENTRED * max(1.0, abs(gain)):
            raise ValueError(f"rule {rule.name} is not centred: its update is no multiple of a contrast of mean scores")
        found.append(gain / G)
    return tuple(found[1:-1])


def optimal_coefficients(D: ArrayLike, v_plus: ArrayLike, v_minus: ArrayLike, G: int) -> Floats:
    """b_k = 1/(D + v₊/k + v₋/(G−k)): shape (…, G−1), where … is the common shape of D, v₊ and v₋.

    Domain: numbers >= 0, not all 0. Errors: ValueError.

    >>> optimal_coefficients(1.0, [0.0, 2.0], 0.0, 3).tolist()
    [[1.0, 1.0], [0.3333333333333333, 0.5]]
    """
    k = np.arange(1, group_size(G))
    second = _column("D", D) + _noise(v_plus, v_minus, k, G)
    if not second.all():
        raise ValueError("D = v_plus = v_minus = 0: scores that never differ have no gradient to speak of")
    value: Floats = 1 / second
    return value


def binomial_weights(G: int, p: ArrayLike) -> Floats:
    """C(G,k) p^k (1−p)^{G−k} for k = 0, …, G: shape (…, G+1), where … is the shape of p.

    Domain: 0 < p < 1. Errors: ValueError outside.

    >>> binomial_weights(2, 0.25).round(12).tolist()
    [0.5625, 0.375, 0.0625]
    """
    chances, k = np.asarray(p, dtype=np.float64)[..., None], np.arange(G + 1)
    if not ((chances > 0) & (chances < 1)).all():
        raise outside(
            "p", float(chances[~((chances > 0) & (chances < 1))][0]), "(0, 1)", "both rewards must be possible"
        )
    ways = np.array([lgamma(G + 1) - lgamma(i + 1) - lgamma(G - i + 1) for i in range(G + 1)])
    value: Floats = np.exp(ways + k * np.log(chances) + (G - k) * np.log1p(-chances))
    return value


def float_relative_variance(
    b: Floats, D: ArrayLike, v_plus: ArrayLike, v_minus: ArrayLike, p: ArrayLike, *, redrawn: bool = False
) -> Floats:
    """tr Var/‖E‖² = Var b/(E b)² + E[b²(v₊/k + v₋/(G−k))]/(D·(E b)²) for coefficients b_1, …, b_{G−1}.

    Domain: b of shape (…, G−1), the others of shapes that go with …; D > 0, v₊, v₋ ≥ 0, 0 < p < 1; `redrawn` conditions
    on mixed groups. Result of the common shape …. Errors: ValueError outside and where E b = 0.

    >>> float_relative_variance(np.array([1.0]), 2.0, 0.0, 0.0, [1 / 3, 0.5]).round(12).tolist()
    [1.25, 1.0]
    """
    mass, share, noise = _sums(b, v_plus, v_minus, p, redrawn)
    contrast = np.asarray(D, dtype=np.float64)
    if not (contrast > 0).all():
        raise outside("D", float(contrast.min()), "(0, oo)", "without contrast the mean update is 0")
    silent = 0.0 if redrawn else mass[..., 0] + mass[..., -1]
    value: Floats = silent + (mass[..., 1:-1] * (share - 1) * (share - 1)).sum(axis=-1) + noise / contrast
    return value


def float_noise_dominated(
    b: Floats, v_plus: ArrayLike, v_minus: ArrayLike, p: ArrayLike, *, redrawn: bool = False
) -> Floats:
    """lim D·tr Var/‖E‖² as D → 0: E[b²(v₊/k + v₋/(G−k))]/(E b)².

    Domain and errors: as for `float_relative_variance`.

    >>> float_noise_dominated(np.array([1.0]), 1.0, 1.0, 0.5).round(12).tolist()
    4.0
    """
    _, _, value = _sums(b, v_plus, v_minus, p, redrawn)
    return value


def _sums(
    b: Floats, v_plus: ArrayLike, v_minus: ArrayLike, p: ArrayLike, redrawn: bool
) -> tuple[Floats, Floats, Floats]:
    """The binomial weights, b/E b, and E b²(v₊/k + v₋/(G−k))/(E b)²: no square of a tiny mean is formed."""
    G = b.shape[-1] + 1
    mass = binomial_weights(group_size(G), p)
    if redrawn:
        mass = mass / mass[..., 1:-1].sum(axis=-1, keepdims=True)
    inner = mass[..., 1:-1]
    first = (inner * b).sum(axis=-1)
    if not np.asarray(first).all():
        raise ValueError("the mean update is 0: its relative variance is undefined")
    share = b / first[..., None]
    return mass, share, (inner * share * share * _noise(v_plus, v_minus, np.arange(1, G), G)).sum(axis=-1)


def _noise(v_plus: ArrayLike, v_minus: ArrayLike, k: NDArray[np.int64], G: int) -> Floats:
    value: Floats = _column("v_plus", v_plus) / k + _column("v_minus", v_minus) / (G - k)
    return value


def _column(name: str, value: ArrayLike) -> Floats:
    numbers = np.asarray(value, dtype=np.float64)
    if not (numbers >= 0).all():
        raise outside(name, float(numbers[~(numbers >= 0)].flat[0]), "[0, oo)", "it is a mean of squares")
    return numbers[..., None]
