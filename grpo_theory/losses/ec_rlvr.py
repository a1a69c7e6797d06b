"""EC-RLVR: the cross-entropy of the successes among all rollouts of a group, under likelihoods raised to 1/τ."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import flint

from grpo_theory.errors import exact_rational, outside
from grpo_theory.losses.reals import (
    Real,
    add,
    divide,
    logarithm,
    multiply,
    positive,
    power,
    total,
)
from grpo_theory.policies.protocol import FinitePolicy

ALL_WRONG: Final = {
    "undefined": "the group has no loss and no gradient: asking for either is an error",
    "zero": "the group counts as loss 0 and gradient 0",
    "skip": "the group is drawn again: expectations are conditioned on at least one success",
    "smooth": "delta > 0 is added to both sums, so that the loss of the group is -log(delta/(sum + delta))",
}
"""What can be made of a group without a success, where the loss −log 0 has no value."""


def ec_rlvr_value(
    probabilities: Sequence[object],
    rewards: Sequence[object],
    tau: object,
    *,
    all_wrong: str = "undefined",
    delta: object = 0,
) -> Real:
    """L_G = −log(Σ_{r_i = 1} π(o_i)^{1/τ} / Σ_j π(o_j)^{1/τ}) of one sampled group.

    Domain: the G >= 1 likelihoods π(o_i) in (0, 1] and binary rewards of the rollouts, τ > 0 exact; a likelihood may be
    an Arb ball. An exact 0 when every rollout succeeds, else an Arb ball. Errors: ValueError for a group without a
    success, unless `all_wrong` is "zero" or "smooth" (with δ > 0), see `ALL_WRONG`; for lengths that differ, rewards
    that are not binary, τ <= 0 and floats. Source: `card`.

    >>> bool(ec_rlvr_value(["1/2", "1/4"], [1, 0], "1/2").overlaps((flint.arb(5) / 4).log()))
    True
    >>> ec_rlvr_value(["1/2", "1/4"], [0, 0], 1)
    Traceback (most recent call last):
    ...
    ValueError: EC-RLVR is -log 0, undefined, in a group without a success: choose all_wrong = zero, skip or smooth
    """
    masses, bits = _group(probabilities, rewards, tau)
    shift = smoothing(all_wrong, delta)
    if not any(bits) and not shift:
        return _silent(all_wrong)
    if all(bits):
        return Fraction(0)
    right = add(total([u for u, r in zip(masses, bits, strict=True) if r]), shift)
    return multiply(Fraction(-1), logarithm(divide(right, add(total(masses), shift))))


def ec_rlvr_weights(
    probabilities: Sequence[object],
    rewards: Sequence[object],
    tau: object,
    *,
    all_wrong: str = "zero",
    delta: object = 0,
) -> tuple[Real, ...]:
    """The coefficient of ∇log π(o_i) in −∇L_G: (1/τ)·u_i·(1{r_i = 1}/Σ_{r_j = 1} u_j − 1/Σ_j u_j) with u = π^{1/τ}.

    Their sum is 0; they are all 0 when every rollout succeeds. For 1/τ a natural number (and for τ = 2) and rational
    likelihoods they are exact, else Arb balls. Domain and errors: as for `ec_rlvr_value`; a group without a success
    gets zeros by default. Source: `card`.

    >>> [str(w) for w in ec_rlvr_weights(["1/2", "1/4", "1/4"], [1, 0, 0], "1/2")]
    ['2/3', '-1/3', '-1/3']
    """
    masses, bits = _group(probabilities, rewards, tau)
    shift = smoothing(all_wrong, delta)
    if not any(bits) and not shift:
        return (_silent(all_wrong),) * len(bits)
    right = add(total([u for u, r in zip(masses, bits, strict=True) if r]), shift)
    wrong = total([u for u, r in zip(masses, bits, strict=True) if not r])
    scale = multiply(exact_rational("tau", tau), add(right, wrong))
    # 1/right − 1/all is written as wrong/(right·all): an exact 0 when nothing is wrong, even for balls.
    gain, loss = divide(divide(wrong, right), scale), divide(Fraction(-1), scale)
    return tuple(multiply(u, gain if r else loss) for u, r in zip(masses, bits, strict=True))


def ec_rlvr_population_weights(policy: FinitePolicy, tau: object) -> tuple[Real, ...]:
    """The coefficient of ∇log π(o) in −∇L_pop, whose sums run over all outcomes o of the policy once each.

    Domain: binary rewards, at least one success, τ > 0; exact and a ball as in `ec_rlvr_weights`. Errors: ValueError
    when no outcome succeeds. Source: `card`.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> [str(w) for w in ec_rlvr_population_weights(two_outcome("1/3"), 1)]
    ['2/3', '-2/3']
    """
    return ec_rlvr_weights(policy.probabilities, policy.rewards, tau, all_wrong="undefined")


def smoothing(all_wrong: str, delta: object) -> Fraction:
    """The number δ that is added to both sums: positive under all_wrong="smooth", 0 under every other convention.

    Errors: ValueError for an unknown convention, and for a δ that does not fit it.

    >>> smoothing("smooth", "1/10"), smoothing("zero", 0)
    (Fraction(1, 10), Fraction(0, 1))
    """
    if all_wrong not in ALL_WRONG:
        raise outside("all_wrong", all_wrong, "{" + ", ".join(ALL_WRONG) + "}", "it says what an all-wrong group gets")
    shift = exact_rational("delta", delta)
    if all_wrong == "smooth" and shift <= 0:
        raise outside("delta", delta, "(0, oo)", 'all_wrong = "smooth" adds it to both sums')
    if all_wrong != "smooth" and shift:
        raise outside("delta", delta, "{0}", 'only all_wrong = "smooth" adds it to both sums')
    return shift


def undefined_when_all_wrong() -> ValueError:
    """The error for a group without a success, with the conventions that give it a meaning.

    >>> str(undefined_when_all_wrong()).split(":")[1]
    ' choose all_wrong = zero, skip or smooth'
    """
    return ValueError(
        "EC-RLVR is -log 0, undefined, in a group without a success: choose all_wrong = zero, skip or smooth"
    )


def _silent(all_wrong: str) -> Fraction:
    if all_wrong == "zero":
        return Fraction(0)
    if all_wrong == "skip":
        raise ValueError('a group without a success does not occur under all_wrong = "skip": condition on k >= 1')
    raise undefined_when_all_wrong()


def _group(probabilities: Sequence[object], rewards: Sequence[object], tau: object) -> tuple[list[Real], list[bool]]:
    """π^{1/τ} of every rollout, and whether it succeeds."""
    exponent = 1 / positive("tau", tau, "the likelihoods are raised to the power 1/tau")
    if len(probabilities) != len(rewards) or not rewards:
        raise ValueError(
            f"{len(rewards)} rewards for {len(probabilities)} likelihoods: every rollout needs one of each, "
            "and a group has at least one rollout"
        )
    bits = [exact_rational("reward", reward) for reward in rewards]
    if any(bit not in (0, 1) for bit in bits):
        raise ValueError("the EC-RLVR loss tells successes from failures: rewards must be 0 or 1")
    return [power(_likelihood(x), exponent) for x in probabilities], [bool(bit) for bit in bits]


def _likelihood(value: object) -> Real:
    if isinstance(value, flint.arb):
        if not (value > 0 and value < 1):
            raise outside("likelihood", value, "(0, 1]", "a softmax gives every outcome a positive probability")
        return value
    number = exact_rational("likelihood", value)
    if not 0 < number <= 1:
        raise outside("likelihood", value, "(0, 1]", "a softmax gives every outcome a positive probability")
    return number
