"""Closed forms of the flow dp/dt = w(p)·p²(1−p)² (two-outcome policy, η = 1, β = 0): escape times and tails per rule.

In log-odds dz/dt = w·p(1−p), so the time from p_0 to p_1 is T(p_1) − T(p_0) with T(p) = ∫ dp/(w·p²(1−p)²). Weights: of
a population rule or a count rule at finite G as in `weight_of`, and that of EC-RLVR's population loss,
w = (1 − σ(z/τ))/(τ·p(1−p)). `solvers.escape_time` is the numerical way to the same times, for every weight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike, NDArray

from grpo_theory import symbols
from grpo_theory.dynamics import floats
from grpo_theory.dynamics.parameters import Domain, number
from grpo_theory.dynamics.weights import GroupWeight, exact_coefficients, weight_of
from grpo_theory.errors import nearest, outside
from grpo_theory.groups import AdvantageRule

Floats = NDArray[np.float64]

TAU: Final = Domain(
    "tau", "(0, ∞)", "EC-RLVR's loss divides log-probabilities by a temperature", 0, None, False, symbols.tau
)
EC_RLVR: Final = "ec-rlvr"
_POPULATION: Final = ("rloo", "mean-only", "grpo", "maxrl", EC_RLVR)


@dataclass(frozen=True)
class Clock:
    """T with T′(p) = 1/(w·p²(1−p)²): as an expression in symbols.p, and on float log-odds.

    >>> clock("maxrl").sympy
    log(p/(1 - p)) + 1/(1 - p)
    """

    sympy: sp.Expr
    at: Callable[[Floats], Floats]


def clock(rule: str | AdvantageRule, G: int | None = None, *, tau: object = None, **rule_options: Any) -> Clock:
    """T(p) = (2p−1)/(p(1−p)) + 2·ln(p/(1−p)) for rloo, and its likes for grpo and maxrl at G → ∞ and EC-RLVR.

    Domain: rloo, mean-only, grpo, maxrl (ε = 0), or ec-rlvr with τ > 0 (a symbol where None), without G; with G the
    count rules whose weight is constant: rloo and mean_only at any G, maxrl at G = 2, grpo at G = 2 and 3. Errors:
    ValueError for a rule without closed form, and as `weight_of`. Source: claim escape-times.

    >>> clock("mean_only", 4).sympy.subs(symbols.p, sp.Rational(1, 2))
    0
    """
    name = _name(rule, G)
    p = symbols.p
    odds = p / (1 - p)
    if name == EC_RLVR:
        t = symbols.tau if tau is None else _rational(number(TAU, tau))
        return Clock(t * sp.log(odds) + t**2 * odds ** (1 / t), lambda z: _two_parts(z, tau))
    if name == "grpo":
        return Clock(2 * (2 * p - 1) / sp.sqrt(p * (1 - p)), lambda z: np.asarray(4.0 * np.sinh(0.5 * z)))
    if name == "maxrl":
        return Clock(sp.log(odds) + 1 / (1 - p), lambda z: np.asarray(z + 1.0 + np.exp(z)))
    constant = sp.S.One if G is None else _constant_weight(rule, G, rule_options)
    scale = float(constant)
    polynomial = (2 * p - 1) / (p * (1 - p)) + 2 * sp.log(odds)
    return Clock(polynomial / constant, lambda z: np.asarray((2.0 * np.sinh(z) + 2.0 * z) / scale))


def escape_time(
    rule: str | AdvantageRule,
    p_0: ArrayLike,
    p_1: ArrayLike = 0.5,
    *,
    G: int | None = None,
    tau: object = None,
    **rule_options: Any,
) -> Floats:
    """The time T(p_1) − T(p_0) of the flow from p_0 to p_1, e.g. 1/p_0 − 1/(1−p_0) + 2ln((1−p_0)/p_0) for rloo to 1/2.

    Shapes: p_0 and p_1 broadcast. Domain: (0, 1); negative where p_1 < p_0; rules as `clock`. Errors: ValueError
    outside. Source: claim escape-times.

    >>> escape_time("grpo", [0.01, 0.2]).round(6).tolist()
    [19.698741, 3.0]
    """
    if _name(rule, G) == EC_RLVR and tau is None:
        raise ValueError(f"tau is missing: EC-RLVR needs it in {TAU.text}")
    time = clock(rule, G, tau=tau, **rule_options)
    with np.errstate(over="ignore"):  # a time beyond the floats is infinite
        return np.asarray(time.at(_inner(p_1)) - time.at(_inner(p_0)))


def escape_formula(rule: str | AdvantageRule, G: int | None = None, *, tau: object = None, **options: Any) -> sp.Expr:
    """T(1/2) − T(p_0) as an expression in symbols.p_0, e.g. 2(1−2p_0)/√(p_0(1−p_0)) for grpo at G → ∞.

    Domain, errors and source: as `clock`.

    >>> escape_formula("maxrl")
    -log(p_0/(1 - p_0)) + 2 - 1/(1 - p_0)
    """
    time = clock(rule, G, tau=tau, **options).sympy
    return time.subs(symbols.p, sp.Rational(1, 2)) - time.subs(symbols.p, symbols.p_0)


def escape_asymptote(rule: str | AdvantageRule, G: int | None = None, *, tau: object = None, **options: Any) -> sp.Expr:
    """The leading term, as p_0 → 0, of the time from p_0 to any fixed p_1: 1/(w_G(0)·p_0) at finite G.

    That is 1/(√(G−1)p_0) for grpo, 1/((G−1)p_0) for maxrl, 1/p_0 for rloo; 2/√p_0, ln(1/p_0), τ·ln(1/p_0) for grpo,
    maxrl at G → ∞ and EC-RLVR. Domain: rules as `clock`, and every count rule with w_G > 0 on [0, p_1]. Errors:
    ValueError otherwise. Source: claim escape-times.

    >>> escape_asymptote("maxrl", 4), escape_asymptote("grpo")
    (1/(3*p_0), 2/sqrt(p_0))
    """
    name, p_0 = _name(rule, G), symbols.p_0
    if G is not None:
        return 1 / (_end(rule, G, 0, options) * p_0)
    if name == "grpo":
        return 2 / sp.sqrt(p_0)
    if name == "maxrl":
        return sp.log(1 / p_0)
    if name == EC_RLVR:
        return (symbols.tau if tau is None else _rational(number(TAU, tau))) * sp.log(1 / p_0)
    return 1 / p_0


@dataclass(frozen=True)
class Tail:
    """1 − p ~ (scale/t)^exponent as t → ∞.

    >>> tail("grpo").at([64.0]).tolist()
    [0.0009765625]
    """

    scale: sp.Expr
    exponent: sp.Expr

    def at(self, t: ArrayLike) -> Floats:
        """(scale/t)^exponent in floats.

        Shapes: as t. Domain: t > 0. Errors: ValueError for t ≤ 0.
        """
        times = np.asarray(t, dtype=np.float64)
        if not (times > 0).all():
            raise outside("t", times[~(times > 0)].flat[0], "(0, ∞)", "a tail is what follows after a long time")
        return np.asarray((float(self.scale) / times) ** float(self.exponent))


def tail(rule: str | AdvantageRule, G: int | None = None, *, tau: object = None, **rule_options: Any) -> Tail:
    """1 − p ~ 1/(w_G(1)·t) at finite G, 1/t for rloo and maxrl, 4/t² for grpo at G → ∞, (τ²/t)^τ for EC-RLVR.

    w_G(1) = A⁺(G,G) − A⁻(G−1,G): 1 for rloo and maxrl, (G−1)/G for mean_only, √(G−1) for grpo. Domain: rules as
    `clock`, and every count rule with w_G > 0 from the start on. Errors: ValueError otherwise. Source: claim
    tail-rates.

    >>> tail("grpo", 5), tail("ec-rlvr", tau="1/2")
    (Tail(scale=1/2, exponent=1), Tail(scale=1/4, exponent=1/2))
    """
    name = _name(rule, G)
    if G is not None:
        return Tail(1 / _end(rule, G, -1, rule_options), sp.S.One)
    if name == "grpo":
        return Tail(sp.Integer(2), sp.Integer(2))
    if name == EC_RLVR:
        t = symbols.tau if tau is None else _rational(number(TAU, tau))
        return Tail(t**2, t)
    return Tail(sp.S.One, sp.S.One)


def _name(rule: str | AdvantageRule, G: int | None) -> str:
    """The name of a population rule; that of a count rule is of no use and passes as it is."""
    if isinstance(rule, AdvantageRule):
        if G is None:
            raise ValueError(f"rule {rule.name} needs a group size G: without one a rule is given by its name")
        return ""
    key = rule.strip().lower().replace("_", "-")
    if key == EC_RLVR and G is not None:
        raise ValueError("ec-rlvr with a group size G has no closed form here: leave G out for its population loss")
    if G is None and key not in _POPULATION:
        raise nearest(rule, _POPULATION, "population rule")
    return key if G is None else ""


def _coefficients(rule: str | AdvantageRule, G: int, options: dict[str, Any]) -> tuple[sp.Expr, ...]:
    weight = weight_of(rule, G, **options)
    if not isinstance(weight, GroupWeight) or weight.rule.mixed_only:
        raise ValueError(f"rule {weight.name} has no bounded weight w_G: the flow's times need that of a count rule")
    return tuple(c.sympy() if hasattr(c, "sympy") else sp.Integer(c) for c in exact_coefficients(weight.rule, G))


def _end(rule: str | AdvantageRule, G: int, place: int, options: dict[str, Any]) -> sp.Expr:
    """w_G at p = 0 (place 0) or p = 1 (place −1)."""
    value = _coefficients(rule, G, options)[place]
    if not value > 0:
        raise ValueError(f"w_G = {value} at p = {-place}: the flow stops or turns there, and has no such leading term")
    return value


def _constant_weight(rule: str | AdvantageRule, G: int, options: dict[str, Any]) -> sp.Expr:
    first, *others = _coefficients(rule, G, options)
    if any(other != first for other in others) or not first > 0:
        raise ValueError(f"the time of this rule at G = {G} has no closed form here: solvers.escape_time computes it")
    return first


def _rational(value: Fraction) -> sp.Rational:
    return sp.Rational(value.numerator, value.denominator)


def _two_parts(z: Floats, tau: object) -> Floats:
    t = float(number(TAU, tau))
    return np.asarray(t * z + t * t * np.exp(z / t))


def _inner(p: ArrayLike) -> Floats:
    values = np.asarray(p, dtype=np.float64)
    bad = ~((values > 0) & (values < 1))
    if bad.any():
        raise outside("p", float(values[bad].flat[0]), "(0, 1)", "a flow rests at both ends")
    return floats.logit(values)
