"""The relative variance of one group's gradient in closed form, and the whitening that makes it least.

A centred count rule updates by ĝ = b_k·(s̄₊ − s̄₋) with b_k = k·A⁺(k)/G and the mean scores of the successes and of the
failures. Given k, E‖ĝ‖² = b_k²·q_k with q_k = D + v₊/k + v₋/(G−k), and E ĝ = b_k·Δ, so that nothing else of a policy
matters than D = ‖Δ‖² and the score variances v₊, v₋ within the classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from grpo_theory.arithmetic.surds import Surd, SurdPolynomial
from grpo_theory.errors import exact_rational, group_size, instance, outside, probability
from grpo_theory.groups.contrast import is_centred
from grpo_theory.groups.rules import AdvantageRule
from grpo_theory.policies.classes import class_score_variance, contrast_norm
from grpo_theory.policies.protocol import FinitePolicy


@dataclass(frozen=True)
class ScoreSpread:
    """(D, v₊, v₋): squared contrast of the scores, score variance within successes, and within failures.

    Domain: exact rationals (or texts), all >= 0 and not all 0; D = 0 is the noise-dominated limit and v₊ = v₋ = 0 the
    contrast-dominated one. Errors: ValueError otherwise.

    >>> ScoreSpread.of("1/2", 1, 0).second(4, 1)
    Fraction(3, 2)
    """

    D: Fraction
    v_plus: Fraction
    v_minus: Fraction

    def __post_init__(self) -> None:
        for name in ("D", "v_plus", "v_minus"):
            number = exact_rational(name, getattr(self, name))
            if number < 0:
                raise outside(name, number, "[0, oo)", "it is a mean of squares")
            object.__setattr__(self, name, number)
        if not (self.D or self.v_plus or self.v_minus):
            raise ValueError("D = v_plus = v_minus = 0: scores that never differ have no gradient to speak of")

    @staticmethod
    def of(D: object, v_plus: object, v_minus: object) -> ScoreSpread:
        """The spread whose numbers are written as texts or as any exact numbers. Errors: as for the class."""
        return ScoreSpread(exact_rational("D", D), exact_rational("v_plus", v_plus), exact_rational("v_minus", v_minus))

    @staticmethod
    def of_policy(policy: FinitePolicy) -> ScoreSpread:
        """D, v₊ and v₋ of a finite policy. Errors: ValueError unless rewards are binary with both classes present.

        >>> from grpo_theory.policies.finite import SoftmaxPolicy
        >>> ScoreSpread.of_policy(SoftmaxPolicy.of("1/2 1/3 1/6", "1 1 0")).v_plus
        Fraction(12, 25)
        """
        return ScoreSpread(contrast_norm(policy), class_score_variance(policy, 1), class_score_variance(policy, 0))

    def second(self, G: int, k: int) -> Fraction:
        """q_k = D + v₊/k + v₋/(G−k), the mean square of s̄₊ − s̄₋ in a group with k successes, 0 < k < G."""
        return self.D + self.v_plus / k + self.v_minus / (G - k)


def optimal_whitening(spread: ScoreSpread, G: int) -> tuple[Fraction, ...]:
    """b_k = 1/(D + v₊/k + v₋/(G−k)) for k = 1, …, G−1: least relative variance among centred count rules.

    Domain: 2 ≤ G ≤ 4096; unique up to one positive factor. Errors: ValueError for G.

    >>> [str(b) for b in optimal_whitening(ScoreSpread.of(1, 1, 0), 4)]
    ['1/2', '2/3', '3/4']
    """
    size = group_size(G)
    known = instance("spread", spread, ScoreSpread, "ScoreSpread.of(D, v_plus, v_minus) makes one")
    return tuple(1 / known.second(size, k) for k in range(1, size))


def contrast_coefficients(rule: AdvantageRule, G: int) -> tuple[Surd, ...]:
    """b_k = k·A⁺(k)/G for k = 1, …, G−1: the update of a group is b_k·(s̄₊ − s̄₋).

    Domain: a centred count rule whose values are surds. Errors: ValueError for others.

    >>> from grpo_theory.groups import rule
    >>> [str(b) for b in contrast_coefficients(rule("grpo"), 4)]
    ['1/4*sqrt(3)', '1/2', '1/4*sqrt(3)']
    """
    size = group_size(G)
    if not is_centred(rule, size):
        raise ValueError(f"rule {rule.name} is not centred: its update is no multiple of a contrast of mean scores")
    return tuple(Surd.of(rule.advantages(size, k)[0] or 0) * Fraction(k, size) for k in range(1, size))


def mixed_mean(values: Sequence[Surd | Fraction], G: int, p: Fraction) -> Surd:
    """Σ_{k=1}^{G−1} C(G,k) p^k (1−p)^{G−k} x_k: a mean over groups in which silent groups count 0.

    Domain: G − 1 exact numbers x_1, …, x_{G−1}, 0 ≤ p ≤ 1.

    >>> mixed_mean([Fraction(1)], 2, Fraction(1, 3)) == Fraction(4, 9)
    True
    """
    inner = [Surd.of(value) for value in values]
    return SurdPolynomial.from_bernstein(G, [Surd.of(0), *inner, Surd.of(0)])(p)


@dataclass(frozen=True)
class ContrastMoments:
    """E b and E b²q_k of a rule's coefficients b_k: ‖E ĝ‖² = D·(E b)² and E‖ĝ‖² = E b²q.

    Domain: exact surds. Their quotient leaves the sums of roots that can be inverted for large G (more than nine
    independent roots), while these two never do; `relative_float` divides balls there.

    >>> ContrastMoments(Fraction(2), Surd.of(1), Surd.of(3)).relative == Fraction(1, 2)
    True
    """

    D: Fraction
    first: Surd
    second: Surd

    @property
    def relative(self) -> Surd:
        """tr Var/‖E ĝ‖² = E b²q/(D·(E b)²) − 1. Errors: ValueError where E ĝ = 0, and beyond nine independent roots."""
        return self.second / self._length - 1

    @property
    def relative_float(self) -> float:
        """The same, correctly rounded but for the last digits, at every G."""
        bits = 256
        above = self.second - self._length
        return float((above.arb(bits) / self._length.arb(bits)).mid())

    @property
    def _length(self) -> Surd:
        if not self.D or not self.first:
            raise ValueError("the mean update is 0: its relative variance is undefined")
        return self.first * self.first * self.D


def contrast_moments(rule: AdvantageRule, spread: ScoreSpread, G: int, p: object) -> ContrastMoments:
    """E b_k and E b_k²·q_k, k ~ Binomial(G, p), given a mixed group for a rule that redraws silent ones.

    Domain: a centred count rule with surd values, 0 < p < 1 exact. Errors: ValueError outside.

    >>> from grpo_theory.groups import rule
    >>> str(contrast_moments(rule("grpo"), ScoreSpread.of(2, 0, 0), 2, "1/3").first)
    '2/9'
    """
    return _moments(contrast_coefficients(rule, G), spread, G, p, conditioned=rule.mixed_only)


def relative_variance(rule: AdvantageRule, spread: ScoreSpread, G: int, p: object) -> Surd:
    """tr Var ĝ/‖E ĝ‖² = E[b_k²(D + v₊/k + v₋/(G−k))]/(D·(E b_k)²) − 1 for a centred count rule.

    Domain: as `contrast_moments`, D > 0. Errors: ValueError outside, where E ĝ = 0, and where the quotient has more
    than nine independent roots (grpo first at G = 30): ask `contrast_moments(...).relative_float` there. Source:
    `grpo-theory`, optimal whitening.

    >>> from grpo_theory.groups import rule
    >>> str(relative_variance(rule("grpo"), ScoreSpread.of(2, 0, 0), 2, "1/3"))
    '5/4'
    """
    return contrast_moments(rule, spread, G, p).relative


def optimal_relative_variance(spread: ScoreSpread, G: int, p: object) -> Fraction:
    """1/(D·E[1/q_k; mixed]) − 1: the least relative variance of a centred count rule, by Cauchy and Schwarz.

    Domain: 0 < p < 1 exact, D > 0. Errors: ValueError outside. Source: `grpo-theory`, optimal whitening.

    >>> optimal_relative_variance(ScoreSpread.of(2, 0, 0), 2, "1/3")
    Fraction(5, 4)
    """
    if not spread.D:
        raise outside("D", 0, "(0, oo)", "without contrast the mean update is 0; see noise_dominated_optimum")
    chance = probability("p", p, open=True)
    return 1 / (spread.D * mixed_mean(optimal_whitening(spread, G), G, chance).fraction()) - 1


def second_moment_ratio(rule: AdvantageRule, spread: ScoreSpread, G: int, p: object) -> Surd:
    """E[b²q]·E[1/q]/(E b)² ≥ 1: how many times the optimum's E‖ĝ‖²/‖E ĝ‖² a rule has; 1 exactly for the optimum.

    Domain: as `contrast_moments`, D = 0 allowed. A rule that redraws silent groups is held against the optimum that
    does. Errors: ValueError outside. Source: `grpo-theory`, optimal whitening.

    >>> from grpo_theory.groups import rule
    >>> str(second_moment_ratio(rule("grpo"), ScoreSpread.of(1, 0, 0), 4, "1/2"))
    '98 - 56*sqrt(3)'
    """
    moments = contrast_moments(rule, spread, G, p)
    best = _of_optimum(spread, G, p, conditioned=rule.mixed_only)
    if not moments.first:
        raise ValueError("the mean update is 0: its relative variance is undefined")
    return moments.second * best.first / (moments.first * moments.first)


def ratio_to_optimum(rule: AdvantageRule, spread: ScoreSpread, G: int, p: object) -> Surd:
    """The relative variance of a rule divided by that of the optimal whitening at the same (D, v₊, v₋), G and p.

    Domain: as `relative_variance`. A rule that redraws silent groups is held against the optimum that does. Errors:
    ValueError outside, and where the optimum has no variance at all (redrawn groups, v₊ = v₋ = 0).

    >>> from grpo_theory.groups import rule
    >>> ratio_to_optimum(rule("rloo"), ScoreSpread.of(1, 1, 1), 2, "1/3") == 1
    True
    """
    value = relative_variance(rule, spread, G, p)
    best = _of_optimum(spread, G, p, conditioned=rule.mixed_only).relative
    if not best:
        raise ValueError("v_plus = v_minus = 0 with silent groups redrawn: the optimum has no variance to compare with")
    return value / best


def noise_dominated(rule: AdvantageRule, v_plus: object, v_minus: object, G: int, p: object) -> Surd:
    """lim D·tr Var/‖E ĝ‖² as D → 0: E[b²(v₊/k + v₋/(G−k))]/(E b)².

    Domain: v₊, v₋ ≥ 0 exact, not both 0; as `contrast_moments`. Errors: ValueError outside.

    >>> from grpo_theory.groups import rule
    >>> str(noise_dominated(rule("rloo"), 1, 1, 2, "1/2"))
    '4'
    """
    moments = contrast_moments(rule, ScoreSpread.of(0, v_plus, v_minus), G, p)
    return ContrastMoments(Fraction(1), moments.first, moments.second).relative + 1


def noise_dominated_optimum(v_plus: object, v_minus: object, G: int, p: object) -> Fraction:
    """lim D·tr Var/‖E ĝ‖² as D → 0 of the optimal whitening: 1/E[k(G−k)/(v₊(G−k) + v₋k)].

    Domain: v₊, v₋ ≥ 0 exact, not both 0. Errors: ValueError outside.

    >>> noise_dominated_optimum(1, 1, 2, "1/2")
    Fraction(4, 1)
    """
    spread, chance = ScoreSpread.of(0, v_plus, v_minus), probability("p", p, open=True)
    return 1 / mixed_mean(optimal_whitening(spread, G), G, chance).fraction()


def contrast_dominated(rule: AdvantageRule, G: int, p: object) -> Surd:
    """The relative variance at v₊ = v₋ = 0: E b²/(E b)² − 1, what the number of successes alone contributes.

    Domain: as `contrast_moments`; the two-outcome policy is of this kind at every p. Errors: ValueError outside.

    >>> from grpo_theory.groups import rule
    >>> str(contrast_dominated(rule("rloo"), 2, "1/2"))
    '1'
    """
    return relative_variance(rule, ScoreSpread.of(1, 0, 0), G, p)


def contrast_dominated_optimum(G: int, p: object) -> Fraction:
    """1/(1 − p^G − (1−p)^G) − 1, reached by constant b_k: the silent groups alone.

    Domain: 0 < p < 1 exact. Errors: ValueError outside.

    >>> contrast_dominated_optimum(2, "1/2")
    Fraction(1, 1)
    """
    return optimal_relative_variance(ScoreSpread.of(1, 0, 0), G, p)


def _of_optimum(spread: ScoreSpread, G: int, p: object, *, conditioned: bool) -> ContrastMoments:
    coefficients = tuple(map(Surd.of, optimal_whitening(spread, G)))
    return _moments(coefficients, spread, G, p, conditioned=conditioned)


def _moments(
    coefficients: tuple[Surd, ...], spread: ScoreSpread, G: int, p: object, *, conditioned: bool
) -> ContrastMoments:
    chance = probability("p", p, open=True)
    first = mixed_mean(coefficients, G, chance)
    second = mixed_mean([b * b * spread.second(G, k) for k, b in enumerate(coefficients, 1)], G, chance)
    share = 1 - chance**G - (1 - chance) ** G if conditioned else Fraction(1)
    return ContrastMoments(spread.D, first / share, second / share)
