"""The weights Ω in log-odds: Ω_ε of population grpo, 1 of the mean-only rule, 1/p of maxrl, w_G of any count rule.

Each is a function of z = logit p, evaluated without cancellation for every float z, ±∞ included.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from grpo_theory import symbols
from grpo_theory.arithmetic.bernstein_floats import evaluate
from grpo_theory.dynamics.compact_weights import compact_weight
from grpo_theory.dynamics.parameters import EPSILON, Parameter, number, parameter, real, symbolic
from grpo_theory.errors import group_size
from grpo_theory.groups import AdvantageRule, effective_weight, find_rule
from grpo_theory.groups.contrast import advantage_table

Floats = NDArray[np.float64]

_FARTHEST = 700.0  # log-odds beyond which a Bernstein sum no longer changes, and e^(−z) would lose digits


class Weight(Protocol):
    """Ω as a function of p (exact) and of z = logit p (floats)."""

    @property
    def name(self) -> str:
        """The rule that the weight belongs to."""

    @property
    def ends(self) -> tuple[float, float]:
        """The limits of Ω at p = 0 and at p = 1."""

    def sympy(self) -> sp.Expr:
        """Ω as an expression in symbols.p."""

    def at(self, z: Floats) -> Floats:
        """Ω at log-odds z."""

    def slope(self, z: Floats) -> Floats:
        """dΩ/dz at log-odds z."""


@dataclass(frozen=True)
class SmoothedWeight:
    """Ω_ε = (p(1−p) + ε)^(−1/2), the total contrast weight of population grpo.

    >>> float(SmoothedWeight(0.0).at(np.array(0.0)))
    2.0
    """

    epsilon: Parameter

    @property
    def name(self) -> str:
        """The rule that the weight belongs to."""
        return "grpo"

    @property
    def ends(self) -> tuple[float, float]:
        """1/√ε, infinite at ε = 0."""
        epsilon = real("epsilon", self.epsilon)
        end = epsilon**-0.5 if epsilon else float("inf")
        return end, end

    def sympy(self) -> sp.Expr:
        """1/√(p(1−p) + ε)."""
        p = symbols.p
        return 1 / sp.sqrt(p * (1 - p) + symbolic("epsilon", self.epsilon))

    def at(self, z: Floats) -> Floats:
        """Ω_ε, from exp(−|z|) ≤ 1 so that nothing overflows before Ω itself does (ε = 0)."""
        epsilon = real("epsilon", self.epsilon)
        magnitude = np.abs(z)
        e = np.exp(-magnitude)
        if epsilon == 0.0:
            with np.errstate(over="ignore"):
                return np.asarray(np.exp(0.5 * magnitude) * (1.0 + e))
        e /= np.square(1.0 + e)
        e += epsilon
        return np.asarray(1.0 / np.sqrt(e))

    def slope(self, z: Floats) -> Floats:
        """v·tanh(z/2)/(2(v+ε)^(3/2)) with v = p(1−p)."""
        epsilon = real("epsilon", self.epsilon)
        if epsilon == 0.0:
            with np.errstate(over="ignore"):
                return np.asarray(np.sinh(0.5 * z))
        e = np.exp(-np.abs(z))
        v = e / np.square(1.0 + e)
        return np.asarray(0.5 * v * np.tanh(0.5 * z) / ((v + epsilon) * np.sqrt(v + epsilon)))


@dataclass(frozen=True)
class ConstantWeight:
    """Ω = 1, the weight of the mean-only rule.

    >>> ConstantWeight().ends
    (1.0, 1.0)
    """

    @property
    def name(self) -> str:
        """The rule that the weight belongs to."""
        return "mean-only"

    @property
    def ends(self) -> tuple[float, float]:
        """1 at both ends."""
        return 1.0, 1.0

    def sympy(self) -> sp.Expr:
        """1."""
        return sp.S.One

    def at(self, z: Floats) -> Floats:
        """1."""
        return np.ones_like(z)

    def slope(self, z: Floats) -> Floats:
        """0."""
        return np.zeros_like(z)


@dataclass(frozen=True)
class InverseWeight:
    """Ω = 1/p = 1 + e^(−z), the limit of maxrl's weight as G → ∞.

    >>> InverseWeight().ends
    (inf, 1.0)
    """

    @property
    def name(self) -> str:
        """The rule that the weight belongs to."""
        return "maxrl"

    @property
    def ends(self) -> tuple[float, float]:
        """Infinite at p = 0."""
        return float("inf"), 1.0

    def sympy(self) -> sp.Expr:
        """1/p."""
        return 1 / symbols.p

    def at(self, z: Floats) -> Floats:
        """1 + e^(−z)."""
        with np.errstate(over="ignore"):
            return np.asarray(1.0 + np.exp(-z))

    def slope(self, z: Floats) -> Floats:
        """−e^(−z)."""
        with np.errstate(over="ignore"):
            return np.asarray(-np.exp(-z))


@dataclass(frozen=True)
class GroupWeight:
    """w_G(p) = Σ_s C(G−1,s) p^s (1−p)^(G−1−s) (A⁺(s+1) − A⁻(s)) of a count rule, over P(mixed) if conditioned on it.

    >>> float(GroupWeight(find_rule("rloo"), 4).at(np.array(50.0)))
    1.0
    """

    rule: AdvantageRule
    G: int
    compact: bool = False

    @property
    def name(self) -> str:
        """The rule that the weight belongs to."""
        return self.rule.name

    @property
    def ends(self) -> tuple[float, float]:
        """The first and the last Bernstein coefficient; infinite for dynamic sampling, with their signs."""
        c = bernstein_coefficients(self.rule, self.G)
        if not self.rule.mixed_only:
            return float(c[0]), float(c[-1])
        return float(np.sign(c[0]) * np.inf), float(np.sign(c[-1]) * np.inf)

    def sympy(self) -> sp.Expr:
        """w_G as an expression in symbols.p, written by nodes that enclose themselves if ``compact``."""
        nodes = compact_weight(exact_coefficients(self.rule, self.G), self.rule.mixed_only) if self.compact else None
        return effective_weight(self.rule, self.G).sympy() if nodes is None else nodes

    def at(self, z: Floats) -> Floats:
        """w_G."""
        above = _on_logits(bernstein_coefficients(self.rule, self.G), z)
        if not self.rule.mixed_only:
            return above
        with np.errstate(divide="ignore"):
            return np.asarray(above / _on_logits(_mixed(self.G), z))

    def slope(self, z: Floats) -> Floats:
        """p(1−p)·w_G′(p)."""
        c = bernstein_coefficients(self.rule, self.G)
        v = _variance(z)
        above = v * _on_logits(_differences(c), z)
        if not self.rule.mixed_only:
            return np.asarray(above)
        below, value = _on_logits(_mixed(self.G), z), self.at(z)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray((above - value * v * _on_logits(_differences(_mixed(self.G)), z)) / below)


@lru_cache(maxsize=64)
def bernstein_coefficients(rule: AdvantageRule, G: int) -> Floats:
    """A⁺(s+1) − A⁻(s) for s = 0, …, G−1, as floats.

    >>> bernstein_coefficients(find_rule("maxrl"), 3).tolist()
    [2.0, 1.5, 1.0]
    """
    coefficients = np.array([float(value) for value in exact_coefficients(rule, G)])
    coefficients.setflags(write=False)
    return coefficients


def exact_coefficients(rule: AdvantageRule, G: int) -> tuple[Any, ...]:
    """A⁺(s+1) − A⁻(s) for s = 0, …, G−1, as the rule's exact numbers.

    >>> [str(value) for value in exact_coefficients(find_rule("grpo"), 2)]
    ['1', '1']
    """
    table = [[0 if value is None else value for value in row] for row in advantage_table(rule, G)]
    return tuple(table[s + 1][0] - table[s][1] for s in range(G))


def weight_of(
    weight: object = "grpo", G: int | None = None, epsilon: object = None, tau: object = None, ddof: int | None = None
) -> Weight:
    """The weight that a rule's name, a rule with its G, or a weight itself means.

    Domain: without G the population weights "grpo" (also "mroueh"; `epsilon` inside the root, left open if None),
    "mean-only" and "maxrl"; with G any count rule or formula, `epsilon` then being the rule's own. Errors: ValueError
    for another name without G, and as `find_rule`.

    >>> weight_of("grpo", epsilon="1e-4")
    SmoothedWeight(epsilon=Fraction(1, 10000))
    """
    if not isinstance(weight, (str, AdvantageRule)):
        return weight  # type: ignore[return-value]  # the caller's own Weight
    if G is None:
        return _population(weight, epsilon)
    exact = None if epsilon is None else number(EPSILON, epsilon)
    rule = weight if isinstance(weight, AdvantageRule) else find_rule(weight, exact, ddof, tau)  # type: ignore[arg-type]
    if rule.population is not None:
        return SmoothedWeight(rule.population)
    return GroupWeight(rule, group_size(G))


def _population(weight: str | AdvantageRule, epsilon: object) -> Weight:
    if isinstance(weight, AdvantageRule):
        if weight.population is None:
            raise ValueError(f"rule {weight.name} needs a group size G: only the population rule has a weight without")
        return SmoothedWeight(weight.population)
    key = weight.strip().replace("_", "-").lower()
    if key in ("grpo", "mroueh"):
        return SmoothedWeight(parameter(EPSILON, epsilon))
    if key in ("mean-only", "rloo"):
        return ConstantWeight()
    if key == "maxrl":
        return InverseWeight()
    raise ValueError(f"weight {weight} needs a group size G: without one there are grpo, mean-only and maxrl")


def _variance(z: Floats) -> Floats:
    e = np.exp(-np.abs(z))
    return np.asarray(e / np.square(1.0 + e))


def _differences(c: Floats) -> Floats:
    return np.diff(c) * (len(c) - 1) if len(c) > 1 else np.zeros(1)


@lru_cache(maxsize=64)
def _mixed(G: int) -> Floats:
    """Bernstein coefficients, at degree G, of the probability 1 − p^G − (1−p)^G of a mixed group."""
    return np.array([0.0, *[1.0] * (G - 1), 0.0])


def _on_logits(coefficients: Floats, z: Floats) -> Floats:
    """A Bernstein sum at σ(z), from whichever of p and 1−p is the smaller, so that both ends keep their digits."""
    values = np.asarray(z, dtype=np.float64)
    e = np.exp(-np.minimum(np.abs(values), _FARTHEST))
    small = e / (1.0 + e)
    right = values > 0
    result = np.empty_like(small)
    result[~right] = evaluate(coefficients, small[~right])
    result[right] = evaluate(coefficients[::-1], small[right])
    return result
