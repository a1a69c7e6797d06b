"""The population rule (r − p)/√(p(1−p) + ε) as functions of p: what count rules tend to as G → ∞."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from grpo_theory import symbols
from grpo_theory.groups.functions import ClosedFunction


def _function(build: Callable[[Any], Any]) -> ClosedFunction:
    return ClosedFunction(build(symbols.p), build(sp.Symbol("p")))


def _variance(epsilon: Fraction, p: Any) -> Any:
    return p * (1 - p) + sp.Rational(epsilon.numerator, epsilon.denominator)


def population_advantage(epsilon: Fraction, given: int) -> ClosedFunction:
    """A⁺ = (1−p)/√(p(1−p) + ε), A⁻ = −p/√(p(1−p) + ε).

    >>> str(population_advantage(Fraction(0), 1)), str(population_advantage(Fraction(0), 0))
    ('sqrt((1 - p)/p)', '-sqrt(p/(1 - p))')
    """
    if epsilon == 0:
        return _function(lambda p: sp.sqrt((1 - p) / p) if given else -sp.sqrt(p / (1 - p)))
    return _function(lambda p: (given - p) / sp.sqrt(_variance(epsilon, p)))


def population_contrast(epsilon: Fraction) -> ClosedFunction:
    """p(1−p)/√(p(1−p) + ε).

    >>> str(population_contrast(Fraction(0)))
    'sqrt(p*(1 - p))'
    """
    if epsilon == 0:
        return _function(lambda p: sp.sqrt(p * (1 - p)))
    return _function(lambda p: p * (1 - p) / sp.sqrt(_variance(epsilon, p)))


def population_weight(epsilon: Fraction) -> ClosedFunction:
    """Ω_ε(p) = (p(1−p) + ε)^(−1/2).

    >>> str(population_weight(Fraction(0)))
    '1/sqrt(p*(1 - p))'
    """
    return _function(lambda p: 1 / sp.sqrt(_variance(epsilon, p)))


def population_objective(epsilon: Fraction) -> ClosedFunction:
    """∫₀^p Ω_ε = arcsin((2p−1)/√(1+4ε)) + arcsin(1/√(1+4ε)), which is 2·arcsin√p at ε = 0.

    >>> str(population_objective(Fraction(0)))
    '2*asin(sqrt(p))'
    """
    if epsilon == 0:
        return _function(lambda p: 2 * sp.asin(sp.sqrt(p)))
    scale = sp.sqrt(1 + 4 * sp.Rational(epsilon.numerator, epsilon.denominator))
    return _function(lambda p: sp.asin((2 * p - 1) / scale) + sp.asin(1 / scale))
