"""The named rules: each by a closed formula in (G, k) and, independently, by its definition on a reward vector."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import NoReturn

from flint import fmpq

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.errors import exact_rational, outside
from grpo_theory.groups.closed_forms import Value
from grpo_theory.groups.evaluation import exponential, quotient
from grpo_theory.groups.rules import (
    DEGENERATE,
    AdvantageRule,
    Pair,
    Rewards,
    each_reward,
    mean_of,
)
from grpo_theory.groups.standardised import Standardisation

Exact = Fraction | int | str
_ZERO = Surd.of(0)


def mean_only() -> AdvantageRule:
    """A = r − m.

    >>> [str(value) for value in mean_only().advantages(4, 1)]
    ['3/4', '-1/4']
    """

    def by_counts(G: int, k: int) -> Pair:
        return Surd.of(Fraction(G - k, G)), Surd.of(Fraction(-k, G))

    def by_rewards(rewards: Rewards) -> tuple[Value, ...]:
        m = mean_of(rewards)
        return each_reward(rewards, lambda reward: reward - m)

    def by_variance(G: int, v: fmpq) -> tuple[fmpq, fmpq, fmpq]:
        return fmpq(1), fmpq(0), fmpq(1)

    return AdvantageRule("mean_only", "r - mean", by_counts, by_rewards, by_variance=by_variance)


def rloo() -> AdvantageRule:
    """A = (r − m)G/(G−1): the reward minus the mean of the other rewards.

    >>> [str(value) for value in rloo().advantages(4, 1)]
    ['1', '-1/3']
    """

    def by_counts(G: int, k: int) -> Pair:
        return Surd.of(Fraction(G - k, G - 1)), Surd.of(Fraction(-k, G - 1))

    def by_rewards(rewards: Rewards) -> tuple[Value, ...]:
        total = sum(rewards, _ZERO)
        return each_reward(rewards, lambda reward: reward - (total - reward) / (len(rewards) - 1))

    def by_variance(G: int, v: fmpq) -> tuple[fmpq, fmpq, fmpq]:
        return fmpq(G, G - 1), fmpq(0), fmpq(1)

    return AdvantageRule("rloo", "(r - mean)*G/(G - 1)", by_counts, by_rewards, by_variance=by_variance)


def grpo(
    epsilon: Exact = 0, ddof: int = 0, placement: str = "outside", degenerate: str = "zero", name: str = "grpo"
) -> AdvantageRule:
    """A = (r − m)/(sd + ε), or (r − m)/√(sd² + ε) with placement="inside"; sd divides by G − ddof.

    Domain: ε ≥ 0; ddof 0 or 1; degenerate "zero", "raw" (a group without deviation keeps mean 0 and deviation 1) or
    "formula" (an error where the formula has no value).

    >>> [str(value) for value in grpo(ddof=1).advantages(2, 1)]
    ['1/2*sqrt(2)', '-1/2*sqrt(2)']
    """
    smoothing = non_negative("epsilon", epsilon)
    if isinstance(ddof, bool) or ddof not in (0, 1):
        raise outside("ddof", ddof, "{0, 1}", "the deviation divides by G or, with Bessel's correction, by G - 1")
    chosen("placement", placement, ("outside", "inside"))
    chosen("degenerate", degenerate, DEGENERATE)
    parts = Standardisation(smoothing, ddof, placement == "inside", degenerate == "raw")
    parameters = (
        ("epsilon", str(smoothing)),
        ("ddof", str(ddof)),
        ("placement", placement),
        ("degenerate", degenerate),
    )
    rule = AdvantageRule(name, parts.formula, parts.by_counts, parts.by_rewards, parameters, degenerate)
    return replace(rule, smallest_group=1 if degenerate == "raw" else 2, by_variance=parts.by_variance)


def maxrl() -> AdvantageRule:
    """A = (r − m)/m, zero in a group without success.

    >>> [str(value) for value in maxrl().advantages(4, 1)]
    ['3', '-1']
    """

    def by_counts(G: int, k: int) -> Pair:
        return Surd.of(Fraction(G - k, k)), Surd.of(-1)

    def by_rewards(rewards: Rewards) -> tuple[Value, ...]:
        m = mean_of(rewards)
        return each_reward(rewards, lambda reward: quotient(reward - m, m))

    return AdvantageRule("maxrl", "(r - mean)/mean", by_counts, by_rewards)


def percentile() -> AdvantageRule:
    """A = 2(rank − 1)/(G − 1) − 1 with mid-ranks in 1..G: equal rewards share the mean of their places.

    >>> [str(value) for value in percentile().advantages(4, 1)]
    ['1', '-1/3']
    """

    def by_counts(G: int, k: int) -> Pair:
        ranks = Fraction(2 * G - k + 1, 2), Fraction(G - k + 1, 2)
        success, failure = (Surd.of(2 * (rank - 1) / (G - 1) - 1) for rank in ranks)
        return success, failure

    def by_rewards(rewards: Rewards) -> tuple[Value, ...]:
        return each_reward(rewards, lambda reward: 2 * (mid_rank(rewards, reward) - 1) / (len(rewards) - 1) - 1)

    return AdvantageRule("percentile", "2*(rank - 1)/(G - 1) - 1", by_counts, by_rewards)


def mid_rank(rewards: Rewards, reward: Surd) -> Surd:
    """The mean place, counted from 1, of a reward among all rewards sorted upwards.

    >>> from grpo_theory.groups.rules import exact_rewards
    >>> str(mid_rank(exact_rewards([0, 1, 1]), Surd.of(1)))
    '5/2'
    """
    places = [place for place, value in enumerate(sorted(rewards), start=1) if value == reward]
    return Surd.of(Fraction(sum(places), len(places)))


def softmax(tau: Exact = 1, centred: bool = True) -> AdvantageRule:
    """A = e^(r/τ)/Σ e^(r_j/τ) − 1/G; uncentred, the 1/G is not subtracted and a silent group keeps 1/G.

    Domain: τ > 0. Its values are exact expressions in e^(1/τ), not surds.

    >>> [str(value) for value in softmax(tau=1, centred=False).values(3, 1)]
    ['E/(2 + E)', '1/(2 + E)']
    """
    temperature = positive("tau", tau)

    def by_counts(G: int, k: int) -> Pair:
        base = exponential(Surd.of(1 / temperature))
        total = base * k + (G - k)
        shift = Fraction(1, G) if centred else Fraction(0)
        return quotient(base, total) - shift, quotient(Surd.of(1), total) - shift

    def by_rewards(rewards: Rewards) -> tuple[Value, ...]:
        raised = each_reward(rewards, lambda reward: exponential(reward / temperature))
        total: Value = _ZERO
        for value in raised:
            total = total + value
        uniform = Surd.of(Fraction(1, len(rewards))) if centred else _ZERO
        return tuple(quotient(value, total) - uniform for value in raised)

    name = "softmax" if centred else "softmax_uncentred"
    formula = "exp(r/tau)/sum(exp(r_j/tau))" + (" - 1/G" if centred else "")
    return AdvantageRule(name, formula, by_counts, by_rewards, (("tau", str(temperature)),))


def softmax_uncentred(tau: Exact = 1) -> AdvantageRule:
    """A = e^(r/τ)/Σ e^(r_j/τ).

    >>> str(softmax_uncentred(2).values(3, 3)[0])
    '1/3'
    """
    return softmax(tau, centred=False)


def whitened_optimum(D: Exact, v_plus: Exact, v_minus: Exact) -> AdvantageRule:
    """A⁺ = G·b/k, A⁻ = −G·b/(G−k) with b = 1/(D + v₊/k + v₋/(G−k)): least relative variance of one group's gradient.

    Domain: D > 0 is the squared contrast of the scores, v₊, v₋ ≥ 0 the score variances within the two classes; binary
    rewards only. Errors: ValueError outside.

    >>> [str(value) for value in whitened_optimum(1, 1, 1).advantages(4, 2)]
    ['1', '-1']
    """
    d, plus, minus = positive("D", D), non_negative("v_plus", v_plus), non_negative("v_minus", v_minus)

    def by_counts(G: int, k: int) -> Pair:
        b = 1 / (d + plus / k + minus / (G - k))
        return Surd.of(G * b / k), Surd.of(-G * b / (G - k))

    def by_rewards(rewards: Rewards) -> tuple[Value, ...]:
        binary("whitened_optimum", rewards)
        wins, losses = sum(rewards, _ZERO), sum((1 - reward for reward in rewards), _ZERO)
        b = quotient(Surd.of(1), d + quotient(Surd.of(plus), wins) + quotient(Surd.of(minus), losses))
        share = b * len(rewards)
        return each_reward(rewards, lambda reward: share * (reward / wins - (1 - reward) / losses))

    parameters = (("D", str(d)), ("v_plus", str(plus)), ("v_minus", str(minus)))
    formula = "G*b*(r/k - (1 - r)/(G - k)), b = 1/(D + v_plus/k + v_minus/(G - k))"
    return AdvantageRule("whitened_optimum", formula, by_counts, by_rewards, parameters)


def mroueh(epsilon: Exact = 0) -> AdvantageRule:
    """A = (r − p)/√(p(1−p) + ε), the population rule of Mroueh (2503.06639): not zero in silent groups.

    Domain: ε ≥ 0. Its advantages need p: ask `rule.at(p)`.

    >>> [str(value) for value in mroueh(epsilon="1/100").at("1/10").advantages(2, 1)]
    ['9/10*sqrt(10)', '-1/10*sqrt(10)']
    """
    smoothing = non_negative("epsilon", epsilon)
    formula = "(r - p)/sqrt(p*(1 - p) + epsilon)" if smoothing else "(r - p)/sqrt(p*(1 - p))"
    parameters = (("epsilon", str(smoothing)),)
    return AdvantageRule("mroueh", formula, _needs_p, _needs_p, parameters, population=smoothing)


def _needs_p(*_: object) -> NoReturn:
    raise ValueError("rule mroueh knows the success probability p: its advantages are those of rule.at(p)")


def binary(name: str, rewards: Rewards) -> None:
    """ValueError unless every reward is 0 or 1.

    >>> binary("whitened_optimum", (Surd.of(0), Surd.of(1)))
    """
    for reward in rewards:
        if reward != 0 and reward != 1:
            raise ValueError(f"rule {name} counts successes: reward {reward} is neither 0 nor 1")


def non_negative(name: str, value: Exact) -> Fraction:
    """An exact rational >= 0.

    >>> non_negative("epsilon", "1e-3")
    Fraction(1, 1000)
    """
    number = exact_rational(name, value)
    if number < 0:
        raise outside(name, number, "[0, oo)", "a negative value has no meaning in the rule")
    return number


def positive(name: str, value: Exact) -> Fraction:
    """An exact rational > 0.

    >>> positive("tau", "0.5")
    Fraction(1, 2)
    """
    number = exact_rational(name, value)
    if number <= 0:
        raise outside(name, number, "(0, oo)", "the rule divides by it")
    return number


def chosen(name: str, value: str, choices: tuple[str, ...]) -> None:
    """ValueError unless the value is one of the choices.

    >>> chosen("placement", "inside", ("outside", "inside"))
    """
    if value not in choices:
        raise outside(name, value, "{" + ", ".join(choices) + "}", "the rule knows no other convention")
