"""Centring and dividing by a smoothed deviation, (r − m)/(sd + ε) or (r − m)/√(sd² + ε): by counts, by definition."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq

from grpo_theory.arithmetic.squarefree import square_part
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups.closed_forms import Value
from grpo_theory.groups.evaluation import quotient, square_root
from grpo_theory.groups.rules import Pair, Rewards, ScaleByVariance, deviation_of, each_reward, mean_of

_ZERO = Surd.of(0)


@dataclass(frozen=True)
class Standardisation:
    """(r − m)/(sd + ε), or (r − m)/√(sd² + ε) when `inside`, where sd² divides by G − ddof.

    With `raw`, a group without a deviation keeps mean 0 and deviation 1.

    >>> [str(value) for value in Standardisation(Fraction(0), 0, False, False).by_counts(2, 1)]
    ['1', '-1']
    """

    epsilon: Fraction
    ddof: int
    inside: bool
    raw: bool

    @property
    def formula(self) -> str:
        """The rule as text."""
        deviation = "std1" if self.ddof else "std"
        if not self.epsilon:
            return f"(r - mean)/{deviation}"
        smooth = f"sqrt({deviation}**2 + epsilon)" if self.inside else f"({deviation} + epsilon)"
        return f"(r - mean)/{smooth}"

    def by_counts(self, G: int, k: int) -> Pair:
        """(A⁺, A⁻) from the counts, with sd² = k(G−k)/(G(G−ddof))."""
        defined, silent = self.ddof < G, k in (0, G)
        if self.raw and (not defined or (silent and self.epsilon == 0)):
            return quotient(Surd.of(1), self._counted_scale(Fraction(1))), _ZERO
        m = Fraction(k, G)
        scale = self._counted_scale(Fraction(k * (G - k), G * (G - self.ddof)) if defined else Fraction(0))
        return quotient(Surd.of(1 - m), scale), quotient(Surd.of(-m), scale)

    def _counted_scale(self, variance: Fraction) -> Surd:
        if self.inside:
            return Surd.sqrt(variance + self.epsilon)
        return Surd.sqrt(variance) + self.epsilon

    def by_rewards(self, rewards: Rewards) -> tuple[Value, ...]:
        """The advantages from the mean and the sum of squares of the vector."""
        alone = len(rewards) <= self.ddof
        spread: Value = _ZERO if alone else deviation_of(rewards, self.ddof)
        if self.raw and (alone or (spread.sign() == 0 and self.epsilon == 0)):
            unit = self._measured_scale(Surd.of(1))
            return tuple(quotient(reward, unit) for reward in rewards)
        m, scale = mean_of(rewards), self._measured_scale(spread)
        return each_reward(rewards, lambda reward: quotient(reward - m, scale))

    def _measured_scale(self, spread: Value) -> Value:
        return square_root(spread * spread + self.epsilon) if self.inside else spread + self.epsilon

    def by_variance(self, G: int, v: fmpq) -> tuple[fmpq, fmpq, fmpq]:
        """(a, b, c) with A = (r − m)(a + b√c) in a group of variance v > 0."""
        variance = v * fmpq(G, G - self.ddof) if self.ddof else v
        if not self.epsilon:
            return fmpq(0), 1 / variance, variance
        shift = fmpq(self.epsilon.numerator, self.epsilon.denominator)
        if self.inside:
            return fmpq(0), 1 / (variance + shift), variance + shift
        if variance == shift * shift:
            return 1 / (2 * shift), fmpq(0), fmpq(1)
        # 1/(√v + ε) = (√v − ε)/(v − ε²)
        norm = 1 / (variance - shift * shift)
        return -shift * norm, norm, variance


def scaled_shares(by_variance: ScaleByVariance, G: int) -> list[Surd]:
    """(k/G)·A⁺(k) = v·(a + b√c) with v = k(G−k)/G², for k = 0, …, G: the same for k and G − k.

    >>> from grpo_theory.groups import rule
    >>> [str(share) for share in scaled_shares(rule("grpo").by_variance, 4)]
    ['0', '1/4*sqrt(3)', '1/2', '1/4*sqrt(3)', '0']
    """
    half, square = [_ZERO], G * G
    for k in range(1, G // 2 + 1):
        v = fmpq(k * (G - k), square)
        plain, factor, radicand = by_variance(G, v)
        half.append(_sum(v * plain if plain else plain, v * factor, radicand))
    return half + half[G - G // 2 - 1 :: -1]


def _sum(plain: fmpq, factor: fmpq, radicand: fmpq) -> Surd:
    """plain + factor·√radicand."""
    if not factor:
        return Surd.of(plain)
    (s, d), (t, e) = square_part(int(radicand.p)), square_part(int(radicand.q))
    root = factor * fmpq(s, t * e)
    if plain or d * e == 1:
        return Surd.of(plain) + Surd.ratio({d * e: root.p}, root.q)
    return Surd(root.q, ((d * e, root.p),))
