"""Finite policies as points of a claim: probabilities and rewards as functions of an outcome numbered from 1."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.vectors import Exact


def at_outcome(values: tuple[Exact, ...]) -> Callable[[int], Exact]:
    """o ↦ the o-th value, o = 1 … K, as sums over outcomes are written in claims.

    >>> at_outcome((Fraction(1, 3), Fraction(2, 3)))(2)
    Fraction(2, 3)
    """
    return lambda o: values[o - 1]


def policy_point(policy: SoftmaxPolicy) -> dict[str, Any]:
    """K, p, π(o) and r(o) of one policy, with the tuples that they are read from.

    Domain: binary rewards. Errors: ValueError for others.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> point = policy_point(two_outcome("1/3"))
    >>> point["K"], point["p"], point["pi"](2), point["rewards"]
    (2, Fraction(1, 3), Fraction(2, 3), (Fraction(1, 1), Fraction(0, 1)))
    """
    return {
        "K": len(policy.rewards),
        "p": policy.success_probability,
        "policy": policy.probabilities,
        "rewards": policy.rewards,
        "pi": at_outcome(policy.probabilities),
        "r": at_outcome(policy.rewards),
    }


def supported_point(policy: tuple[Fraction, ...]) -> dict[str, Any]:
    """A policy π = s·w with s(o) in {0, 1} and w(o) > 0, so that it may have no mass on some outcomes.

    >>> point = supported_point((Fraction(1), Fraction(0)))
    >>> point["s"](2), point["w"](2)
    (Fraction(0, 1), Fraction(1, 1))
    """
    return {
        "policy": policy,
        "s": at_outcome(tuple(Fraction(int(q > 0)) for q in policy)),
        "w": at_outcome(tuple(q if q > 0 else Fraction(1) for q in policy)),
    }


def pair_point(theta: SoftmaxPolicy, old: SoftmaxPolicy) -> dict[str, Any]:
    """K, π(o), π_old(o), r(o) of a pair of policies with common rewards; p is the old policy's success probability.

    Domain: binary rewards. Errors: ValueError for others.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> point = pair_point(two_outcome("1/2"), two_outcome("1/3"))
    >>> point["p"], point["pi"](1), point["pi_old"](1)
    (Fraction(1, 3), Fraction(1, 2), Fraction(1, 3))
    """
    before = policy_point(old)
    return before | {
        "policy": theta.probabilities,
        "old_policy": old.probabilities,
        "pi": at_outcome(theta.probabilities),
        "pi_old": at_outcome(old.probabilities),
    }


def policies_of(point: Mapping[str, Any]) -> tuple[SoftmaxPolicy, SoftmaxPolicy]:
    """The pair (π_θ, π_old) that a point was made from.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> policies_of(pair_point(two_outcome("1/2"), two_outcome("1/3")))[1] == two_outcome("1/3")
    True
    """
    return SoftmaxPolicy(point["policy"], point["rewards"]), SoftmaxPolicy(point["old_policy"], point["rewards"])
