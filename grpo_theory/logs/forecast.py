"""What the difficulty of prompts lets expect: silent groups, attenuation, the next step, and the best group size.

Where k given p is binomial and p ~ Beta(a, b), k is beta-binomial, so that the mean over prompts of every expectation
over groups is a finite sum. Only the step of p needs quadrature.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, expit, gammaln, log_expit

from grpo_theory.errors import outside
from grpo_theory.groups import AdvantageRule, effective_weight
from grpo_theory.groups import rule as named_rule
from grpo_theory.groups.contrast import is_centred
from grpo_theory.logs.difficulty import Difficulty, Quantity, fit_difficulty
from grpo_theory.logs.grouping import Groups

Floats = NDArray[np.float64]

SIZES: Final = (2, 4, 8, 16, 32, 64)
NOISES: Final = (0.0, 1.0, 10.0, 100.0)
# The increment vanishes as e^{-|z|} or faster, so that nothing is lost beyond.
_REACH: Final = 60.0
_NODES: Final = 2401


@dataclass(frozen=True)
class Range:
    """A number with its interval.

    >>> str(Range(0.5, 0.25, 0.75))
    '0.5 [0.25, 0.75]'
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.4g} [{self.low:.4g}, {self.high:.4g}]"


@dataclass(frozen=True)
class Forecast:
    """What a log tells: mean difficulty, silent rate, attenuation, next mean p, and the best G for each noise.

    Domain: `plugged_silent_rate` is what k/n put into p^G+(1−p)^G gives, for comparison only; `best_group` maps the
    ratio of score noise to contrast, v/D, to the G of `SIZES` that is least noisy at equal rollouts, and `cost` to the
    relative variance per rollout of every size.

    >>> forecast(Groups((4,) * 9, (0, 0, 1, 1, 2, 3, 3, 4, 4)), gain=0.1).silent_rate.value < 1
    True
    """

    G: int
    difficulty: Difficulty
    mean: Range
    silent_rate: Range
    plugged_silent_rate: float
    attenuation: Range
    next_mean: Range
    best_group: dict[float, int]
    cost: dict[float, dict[int, float]]


def forecast(
    groups: Groups, *, rule: AdvantageRule | None = None, G: int | None = None, gain: float, level: float = 0.95
) -> Forecast:
    """The fit of the difficulty and everything that follows from it, with profile-likelihood intervals.

    Domain: a centred count rule (grpo unless given), G ≥ 2 (the log's usual size unless given), `gain` ≥ 0 the step in
    log-odds per unit of weight: 1/β for the mirror and reference steps from p_ref, η for the explicit one. Errors:
    ValueError outside, and as `fit_difficulty`.

    >>> found = forecast(Groups((8,) * 9, (0, 1, 2, 3, 4, 5, 6, 7, 8)), gain=0.5)
    >>> found.next_mean.value > found.mean.value
    True
    """
    chosen = named_rule("grpo") if rule is None else rule
    size = groups.usual_size if G is None else G
    if size < 2:
        raise outside("G", size, "the integers from 2 on", "a group needs two rollouts to have a contrast")
    if not gain >= 0:
        raise outside("gain", gain, "[0, oo)", "it is the length of a step in log-odds")
    if not is_centred(chosen, size):
        raise outside("rule", chosen.name, "the centred count rules", "attenuation is that of the group contrast")
    fit = fit_difficulty(groups)

    def ranged(quantity: Quantity) -> Range:
        return Range(quantity(fit.a, fit.b), *fit.interval(quantity, level))

    p_hat = np.array(groups.successes) / np.array(groups.sizes)
    cost = {noise: {n: rollout_cost(fit.a, fit.b, chosen, n, noise) for n in SIZES} for noise in NOISES}
    return Forecast(
        size,
        fit,
        ranged(lambda a, b: a / (a + b)),
        ranged(lambda a, b: silent_rate(a, b, size)),
        float(np.mean(p_hat**size + (1 - p_hat) ** size)),
        ranged(lambda a, b: attenuation(a, b, chosen, size)),
        ranged(lambda a, b: next_mean(a, b, chosen, size, gain)),
        {noise: min(by_size, key=lambda n: by_size[n]) for noise, by_size in cost.items()},
        cost,
    )


def success_counts(a: float, b: float, G: int) -> Floats:
    """P(k) for k = 0, ..., G: the beta-binomial distribution C(G,k)·B(a+k, b+G−k)/B(a,b).

    >>> success_counts(1.0, 1.0, 3).round(12).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    k = np.arange(G + 1.0)
    choose = gammaln(G + 1.0) - gammaln(k + 1) - gammaln(G - k + 1)
    return np.asarray(np.exp(choose + betaln(a + k, b + G - k) - betaln(a, b)))


def silent_rate(a: float, b: float, G: int) -> float:
    """E[p^G + (1−p)^G] over p ~ Beta(a, b).

    >>> round(silent_rate(1.0, 1.0, 3), 12)
    0.5
    """
    chances = success_counts(a, b, G)
    return float(chances[0] + chances[-1])


def contrast_coefficients(rule: AdvantageRule, G: int) -> Floats:
    """b_k = k·A⁺(k)/G for 0 < k < G, and 0 for silent groups.

    >>> contrast_coefficients(named_rule("rloo"), 3).round(12).tolist()
    [0.0, 0.333333333333, 0.333333333333, 0.0]
    """
    successes = [rule.advantages(G=G, k=k)[0] for k in range(1, G)]
    return np.array([0.0, *(k * float(A or 0) / G for k, A in enumerate(successes, start=1)), 0.0])


def attenuation(a: float, b: float, rule: AdvantageRule, G: int) -> float:
    """E c_G(p)/E√(p(1−p)) over p ~ Beta(a, b): the share of the population's contrast that groups of G keep.

    >>> round(attenuation(1.0, 1.0, named_rule("grpo"), 2), 6) == round((1 / 6) / (np.pi / 8), 6)
    True
    """
    limit = float(np.exp(betaln(a + 0.5, b + 0.5) - betaln(a, b)))
    return float(success_counts(a, b, G) @ contrast_coefficients(rule, G)) / limit


def next_mean(a: float, b: float, rule: AdvantageRule, G: int, gain: float) -> float:
    """E σ(z + gain·w_G(p)) over p ~ Beta(a, b): the mean success probability after one step.

    Domain: gain ≥ 0 in log-odds. The mean of the increment p(1−p)(e^g−1)/(1+p(e^g−1)), g = gain·w_G, by the trapezoid
    rule in log-odds, where the density e^{az}/(1+e^z)^{a+b}/B(a,b) is smooth and the rule converges exponentially.

    >>> round(next_mean(2.0, 3.0, named_rule("grpo"), 4, 0.0), 9)
    0.4
    """
    centre, spread = float(np.log(a / b)), float(np.sqrt(1 / a + 1 / b))
    low, high = max(centre - 12 * spread, -_REACH), min(centre + 12 * spread, _REACH)
    z = np.linspace(low, high, _NODES)
    p = expit(z)
    with np.errstate(
        over="ignore", divide="ignore"
    ):  # a step too long for a float ends at p = 1, one of no length at p
        increment = p * expit(-z) / (p + 1 / np.expm1(gain * np.asarray(effective_weight(rule, G)(p))))
    density = np.exp(a * log_expit(z) + b * log_expit(-z) - betaln(a, b))
    return a / (a + b) + float(np.sum(density * increment)) * (high - low) / (_NODES - 1)


def rollout_cost(a: float, b: float, rule: AdvantageRule, G: int, noise: float) -> float:
    """G·(E[b_k²·(1 + noise·(1/k + 1/(G−k)))]/(E b_k)² − 1): the relative variance of a batch, times its rollouts.

    Domain: a fresh prompt for each group, p ~ Beta(a, b); the contrast Δ of the scores common to all prompts, scores
    varying within both classes by v₊ = v₋ = noise·D. A log of rewards cannot tell the noise. Source: claim
    equal-rollouts-law, averaged over prompts.

    >>> round(rollout_cost(1.0, 1.0, named_rule("rloo"), 2, 0.0), 9)
    4.0
    """
    chances, b_k = success_counts(a, b, G)[1:-1], contrast_coefficients(rule, G)[1:-1]
    k = np.arange(1.0, G)
    second = float(chances @ (b_k**2 * (1 + noise * (1 / k + 1 / (G - k)))))
    return G * (second / float(chances @ b_k) ** 2 - 1)
