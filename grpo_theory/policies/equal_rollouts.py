"""B rollouts of one prompt in B/G groups: what a group size costs in relative variance, for one prompt and for many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.errors import exact_rational, group_size, outside, probability
from grpo_theory.groups.rules import AdvantageRule
from grpo_theory.policies.variance import Moments
from grpo_theory.policies.whitening import ScoreSpread, contrast_moments, optimal_relative_variance, relative_variance


def equal_rollouts(rule: AdvantageRule, spread: ScoreSpread, G: int, p: object, B: int) -> Surd:
    """(G/B)·(E[b_k²(D + v₊/k + v₋/(G−k))]/(D·(E b_k)²) − 1): relative variance of B rollouts in B/G groups.

    Domain: as `relative_variance`; B a positive multiple of G. Errors: ValueError outside. Source: `grpo-theory`, equal
    rollouts law.

    >>> from grpo_theory.groups import rule
    >>> [str(equal_rollouts(rule("grpo"), ScoreSpread.of(2, 0, 0), G, "1/3", 6)) for G in (2, 3)]
    ['5/12', '1/4']
    """
    return relative_variance(rule, spread, G, p) / _groups(B, G)


def equal_rollouts_optimum(spread: ScoreSpread, G: int, p: object, B: int) -> Fraction:
    """(G/B)·(1/(D·E[1/q_k; mixed]) − 1): the same for the optimal whitening.

    Domain and errors: as for `equal_rollouts`.

    >>> equal_rollouts_optimum(ScoreSpread.of(2, 0, 0), 2, "1/3", 6)
    Fraction(5, 12)
    """
    return optimal_relative_variance(spread, G, p) / _groups(B, G)


def rloo_noise_cost(v_plus: object, v_minus: object, G: int, p: object) -> Fraction:
    """[(G−2) + (v₊+v₋)/((1−p)v₊ + p·v₋)]/(G−1): rloo's noise-dominated cost at equal rollouts over its G → ∞ value.

    Domain: v₊, v₋ ≥ 0 exact, not both 0, 0 < p < 1. It is G/(G−1) when v₊ = v₋ or p = 1/2. Errors: ValueError outside.
    Source: `grpo-theory`, equal rollouts law.

    >>> rloo_noise_cost(1, 1, 2, "1/5"), rloo_noise_cost(1, 0, 2, "1/5")
    (Fraction(2, 1), Fraction(5, 4))
    """
    size, chance = group_size(G), probability("p", p, open=True)
    noise = ScoreSpread.of(0, v_plus, v_minus)
    mixed = (1 - chance) * noise.v_plus + chance * noise.v_minus
    return (size - 2 + (noise.v_plus + noise.v_minus) / mixed) / (size - 1)


def rloo_noise_limit(v_plus: object, v_minus: object, p: object) -> Fraction:
    """lim_{G→∞} lim_{D→0} B·D·tr Var/‖E‖² of rloo for B rollouts: v₊/p + v₋/(1−p).

    Domain: as for `rloo_noise_cost`. Errors: ValueError outside.

    >>> rloo_noise_limit(1, 2, "1/5")
    Fraction(15, 2)
    """
    chance, noise = probability("p", p, open=True), ScoreSpread.of(0, v_plus, v_minus)
    return noise.v_plus / chance + noise.v_minus / (1 - chance)


@dataclass(frozen=True)
class Prompt:
    """A prompt of a population: how often it is drawn, its success probability and the spread of its scores.

    Domain: 0 < share ≤ 1 and 0 < p < 1 exact. Errors: ValueError otherwise.

    >>> Prompt.of("1/2", "1/3", ScoreSpread.of(2, 0, 0)).p
    Fraction(1, 3)
    """

    share: Fraction
    p: Fraction
    spread: ScoreSpread

    @staticmethod
    def of(share: object, p: object, spread: ScoreSpread) -> Prompt:
        """The prompt whose numbers are written as texts or as any exact numbers."""
        number = exact_rational("share", share)
        if not 0 < number <= 1:
            raise outside("share", number, "(0, 1]", "it is the probability of a prompt")
        return Prompt(number, probability("p", p, open=True), spread)


PromptRule: TypeAlias = AdvantageRule | Callable[[Prompt], AdvantageRule]
"""One rule for all prompts, or a rule for each, such as the optimal whitening of its scores."""


def population_moments(rule: PromptRule, prompts: Sequence[Prompt], G: int, *, shared: bool) -> Moments:
    """E g and E‖g‖² of one group's update when its prompt is drawn first; `.batch(Q).relative` is a batch of Q groups.

    Domain: shares that sum to 1. With `shared`, the contrasts Δ of all prompts point in one direction (one coordinate
    remains); without, they are orthogonal, as for prompts with logits of their own. Errors: ValueError outside.

    >>> from grpo_theory.groups import rule
    >>> both = [Prompt.of("1/2", p, ScoreSpread.of(2, 0, 0)) for p in ("1/3", "1/3")]
    >>> [str(population_moments(rule("grpo"), both, 2, shared=at).relative) for at in (True, False)]
    ['5/4', '7/2']
    """
    if sum(prompt.share for prompt in prompts) != 1:
        raise ValueError("the probabilities of the prompts do not sum to 1")
    means, second = [], Surd.of(0)
    for prompt in prompts:
        own = rule if isinstance(rule, AdvantageRule) else rule(prompt)
        moments = contrast_moments(own, prompt.spread, G, prompt.p)
        means.append(Surd.sqrt(prompt.spread.D) * moments.first * prompt.share)
        second = second + moments.second * prompt.share
    return Moments((sum(means, Surd.of(0)),) if shared else tuple(means), second)


def _groups(B: int, G: int) -> int:
    size = group_size(G)
    if isinstance(B, bool) or not isinstance(B, int) or B < 1 or B % size:
        raise outside("B", B, f"the multiples of G = {size}", "rollouts come in whole groups")
    return B // size
