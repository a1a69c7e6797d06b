"""σ and logit on arrays of floats, exact at the ends, and the checks that come before them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grpo_theory.errors import outside

Floats = NDArray[np.float64]


def array(values: ArrayLike) -> Floats:
    """Log-odds as an array of floats; ±∞ are allowed.

    Errors: ValueError for NaN and for what is no number.

    >>> array([0, 1]).dtype
    dtype('float64')
    """
    try:
        z = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise outside("z", values, "[-∞, ∞]", "log-odds are numbers") from None
    if np.isnan(z).any():
        raise outside("z", "nan", "[-∞, ∞]", "log-odds are numbers")
    return z


def logit(p: ArrayLike) -> Floats:
    """log(p/(1−p)), −∞ at 0 and ∞ at 1.

    Errors: ValueError for p outside [0, 1] and NaN.

    >>> logit([0.0, 0.5, 1.0]).tolist()
    [-inf, 0.0, inf]
    """
    try:
        values = np.array(p, dtype=np.float64)
    except (TypeError, ValueError):
        raise outside("p", p, "[0, 1]", "a success probability is needed") from None
    bad = ~((values >= 0) & (values <= 1))
    if bad.any():
        raise outside("p", values[bad].flat[0], "[0, 1]", "a success probability is needed")
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(values) - np.log1p(-values))


def sigmoid(z: Floats) -> Floats:
    """1/(1 + e^(−z)) without overflow.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    e = np.exp(-np.abs(z))
    return np.asarray(np.where(z >= 0, 1.0, e) / (1.0 + e))


def exact_integer(value: int) -> Fraction:
    """The integer as a fraction.

    >>> exact_integer(2)
    Fraction(2, 1)
    """
    return Fraction(value)
