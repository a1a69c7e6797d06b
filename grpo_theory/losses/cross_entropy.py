"""Losses −log of a share of the likelihoods of a group: EC-RLVR, InfoNCE, NT-Xent, and ConSPO as reconstructed."""

from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from grpo_theory.errors import exact_rational, outside
from grpo_theory.losses.ec_rlvr import ec_rlvr_weights, smoothing, undefined_when_all_wrong
from grpo_theory.losses.forward import Forward, Tokens, product, still, whole
from grpo_theory.losses.group_loss import Coefficients, GroupLoss
from grpo_theory.losses.reals import (
    Real,
    add,
    at_least_zero,
    divide,
    exponential,
    multiply,
    positive,
    power,
    subtract,
    total,
)
from grpo_theory.losses.rule_losses import shown
from grpo_theory.losses.sample import Sample

Exponents: TypeAlias = Callable[[Sample], tuple[Fraction, ...]]
"""e_i with which the likelihood π(o_i)^{e_i} of a rollout enters the softmax over the group."""


def ec_rlvr(tau: object = 1, all_wrong: str = "undefined", delta: object = 0) -> GroupLoss:
    """EC-RLVR: −log(Σ_{r_i = 1} π(o_i)^{1/τ}/Σ_j π(o_j)^{1/τ}).

    Domain: binary rewards, τ > 0; a group without a success is undefined unless `all_wrong` says what it gets: "zero",
    "skip" (drawn again) or "smooth" (δ > 0 added to both sums). Source: `card`.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> ec_rlvr(tau="1/2").weights(Sample(two_outcome("1/3"), (0, 1, 1)))
    (Fraction(16, 9), Fraction(-8, 9), Fraction(-8, 9))
    """
    exponent = 1 / positive("tau", tau, "the likelihoods are raised to the power 1/tau")
    shift = smoothing(all_wrong, delta)

    def formula(sample: Sample, tokens: Tokens) -> Forward:
        masses = [product(row).power(exponent) for row in tokens]
        if not sample.successes and not shift:  # only the convention "zero" comes here
            return still(Fraction(0), len(tokens[0][0].gradient))
        right = [masses[i] for i in sample.successes] + [still(shift, len(tokens[0][0].gradient))]
        return -(whole(right) / (whole(masses) + shift)).log()

    def coefficients(sample: Sample) -> Coefficients:
        weights = ec_rlvr_weights(sample.likelihoods, sample.rewards, tau, all_wrong=all_wrong, delta=delta)
        return _rows(sample, weights)

    def undefined(sample: Sample) -> str:
        return str(undefined_when_all_wrong()) if all_wrong == "undefined" and not sample.successes else ""

    def redrawn(sample: Sample) -> str:
        wrong = all_wrong == "skip" and not sample.successes
        return "a group without a success is thrown away and drawn again: condition on k >= 1" if wrong else ""

    words = "-log(sum over successes of pi(o_i)^(1/tau) / sum over all of pi(o_j)^(1/tau))"
    parameters = shown(tau=1 / exponent, all_wrong=all_wrong, delta=shift)
    return GroupLoss("ec_rlvr", "card", words, parameters, formula, coefficients, undefined, redrawn)


def infonce(tau: object = 1) -> GroupLoss:
    """InfoNCE: −log(e^{f_+}/Σ_j e^{f_j}) with f = log π/τ, one positive among N rollouts.

    Domain: groups with exactly one success, τ > 0. Source: van den Oord et al., arXiv:1807.03748.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> infonce().weights(Sample(two_outcome("1/3"), (0, 1)))
    (Fraction(2, 3), Fraction(-2, 3))
    """
    return _one_positive("infonce", "van den Oord et al., arXiv:1807.03748", "log pi(o)/tau", tau, per_token=False)


def nt_xent(tau: object = "1/2") -> GroupLoss:
    """NT-Xent: −log(e^{f_+}/Σ_j e^{f_j}) with f = log π/(|o|τ), scores normalised by the length of the rollout.

    Domain: groups with exactly one success, τ > 0. In SimCLR f is a cosine over τ; a likelihood per token takes the
    cosine's place here, and one anchor (the prompt) is meant. Source: Chen et al., arXiv:2002.05709.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> nt_xent().weights(Sample(two_outcome("1/3"), (0, 1)))
    (Fraction(8, 5), Fraction(-8, 5))
    """
    return _one_positive("nt_xent", "Chen et al., arXiv:2002.05709", "log pi(o)/(|o| tau)", tau, per_token=True)


def _one_positive(name: str, source: str, scores: str, tau: object, *, per_token: bool) -> GroupLoss:
    scale = 1 / positive("tau", tau, "the scores are divided by it")
    exponents = _exponents(scale, per_token)
    words = f"-log(e^(f_+)/sum_j e^(f_j)), f = {scores}, one success among N"

    def formula(sample: Sample, tokens: Tokens) -> Forward:
        masses = [product(row).power(e) for row, e in zip(tokens, exponents(sample), strict=True)]
        return -(masses[sample.successes[0]] / whole(masses)).log()

    def coefficients(sample: Sample) -> Coefficients:
        powers = exponents(sample)
        masses = [power(q, e) for q, e in zip(sample.likelihoods, powers, strict=True)]
        everything = total(masses)
        others = total([masses[j] for j in sample.failures])
        gaps = [others if i in sample.successes else multiply(Fraction(-1), u) for i, u in enumerate(masses)]
        return _rows(sample, tuple(multiply(e, divide(gap, everything)) for e, gap in zip(powers, gaps, strict=True)))

    def undefined(sample: Sample) -> str:
        k = len(sample.successes)
        return "" if k == 1 else f"{name} has exactly one positive among N: this group has {k} successes"

    return GroupLoss(name, source, words, shown(tau=1 / scale), formula, coefficients, undefined)


def conspo(
    tau: object = 1,
    M: object = 0,
    alpha: object = "3/10",
    progress: object = 1,
    multiply_by_tau: bool = False,
    other_successes: bool = False,
    length_normalised: bool = True,
) -> GroupLoss:
    """ConSPO (reconstruction): mean over successes of −log[e^{x_i−μ}/(e^{x_i−μ} + Σ_{r_j=0} e^{x_j})].

    The scores are x = log π/(|o|τ), the margin μ = m/τ. Domain: binary rewards, τ > 0, m rising from 0 to M over the
    fraction α of training, read at `progress` in [0, 1]. Open in the abstract and so left open here: `multiply_by_tau`
    (x = τ·log π/|o|, μ = τm), `other_successes` (they stand in the denominator too, without margin),
    `length_normalised`. A group without a success has loss 0. Source: `conspo`, reconstructed.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> conspo().weights(Sample(two_outcome("1/3"), (0, 1, 1)))
    (Fraction(4, 5), Fraction(-2, 5), Fraction(-2, 5))
    """
    temperature = positive("tau", tau, "it scales the scores")
    for name, flag in (("multiply_by_tau", multiply_by_tau), ("other_successes", other_successes)):
        _truth(name, flag)
    scale = temperature if multiply_by_tau else 1 / temperature
    margin = margin_at(M, alpha, progress)
    exponents = _exponents(scale, _truth("length_normalised", length_normalised))
    handicap = exponential(-scale * margin)

    def formula(sample: Sample, tokens: Tokens) -> Forward:
        masses = [product(row).power(e) for row, e in zip(tokens, exponents(sample), strict=True)]
        result = still(Fraction(0), len(tokens[0][0].gradient))
        for i in sample.successes:
            own = masses[i] * handicap
            rivals = [masses[j] for j in _rivals(sample, i, other_successes)]
            result = result - (own / whole([own, *rivals])).log() / Fraction(len(sample.successes))
        return result

    def coefficients(sample: Sample) -> Coefficients:
        return _rows(sample, _conspo_weights(sample, exponents(sample), handicap, other_successes))

    words = "reconstruction: mean over successes of -log[e^(x_i - mu)/(e^(x_i - mu) + sum over failures of e^(x_j))]"
    options = {"multiply_by_tau": multiply_by_tau, "other_successes": other_successes}
    schedule = {"M": M, "alpha": alpha, "progress": progress}
    parameters = shown(tau=temperature, **schedule, **options, length_normalised=length_normalised)
    return GroupLoss("conspo", "conspo (reconstruction)", words, parameters, formula, coefficients)


def _conspo_weights(
    sample: Sample, exponents: tuple[Fraction, ...], handicap: Real, other_successes: bool
) -> tuple[Real, ...]:
    masses = [power(q, e) for q, e in zip(sample.likelihoods, exponents, strict=True)]
    weights: list[Real] = [Fraction(0)] * len(masses)
    for i in sample.successes:
        own = multiply(handicap, masses[i])
        rivals = _rivals(sample, i, other_successes)
        against = total([masses[j] for j in rivals])
        bottom = multiply(add(own, against), Fraction(len(sample.successes)))
        weights[i] = add(weights[i], multiply(exponents[i], divide(against, bottom)))
        for j in rivals:
            weights[j] = subtract(weights[j], multiply(exponents[j], divide(masses[j], bottom)))
    return tuple(weights)


def _rivals(sample: Sample, i: int, other_successes: bool) -> tuple[int, ...]:
    """The rollouts that stand beside success i in its denominator."""
    others = tuple(j for j in sample.successes if j != i) if other_successes else ()
    return others + sample.failures


def margin_at(M: object, alpha: object, progress: object) -> Fraction:
    """m = M·min(1, progress/α): a margin that rises linearly from 0 to M over the fraction α of training.

    Domain: M >= 0, α in [0, 1] (0: the full margin at once), progress in [0, 1]. Errors: ValueError. Source: `conspo`;
    that the rise is linear is part of the reconstruction.

    >>> margin_at("1/50", "3/10", "3/20")
    Fraction(1, 100)
    """
    most = at_least_zero("M", M, "it is the margin at the end of its schedule")
    fraction, at = (_share(name, value) for name, value in (("alpha", alpha), ("progress", progress)))
    return most if at >= fraction else most * at / fraction


def _share(name: str, value: object) -> Fraction:
    number = exact_rational(name, value)
    if not 0 <= number <= 1:
        raise outside(name, value, "[0, 1]", "it is a fraction of training")
    return number


def _exponents(scale: Fraction, length_normalised: bool) -> Exponents:
    return lambda sample: tuple(scale / length if length_normalised else scale for length in sample.lengths)


def _rows(sample: Sample, weights: tuple[Real, ...]) -> Coefficients:
    return tuple((weight,) * length for weight, length in zip(weights, sample.lengths, strict=True))


def _truth(name: str, value: bool) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name} = {value} is no truth value: give True or False")
    return value
