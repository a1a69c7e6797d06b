"""Ascent weights of losses that look at likelihoods, as functions of how often each outcome was drawn."""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from grpo_theory.errors import outside
from grpo_theory.losses.group_loss import GroupLoss
from grpo_theory.losses.reals import Real
from grpo_theory.losses.sample import Sample
from grpo_theory.policies.multisets import Counts, Floats, MultisetWeights, checked_probabilities
from grpo_theory.policies.protocol import FinitePolicy, Group


def ec_rlvr_multiset_weights(probabilities: Sequence[float], rewards: Sequence[int], tau: float) -> MultisetWeights:
    """(1/τ)·u_o·(1{r_o = 1}/Σ_{r_j = 1} u_j − 1/Σ_j u_j) with u = π^{1/τ} and sums over the rollouts of a group.

    Domain: probabilities of a policy, binary rewards with a success among them, τ > 0; groups without a success get
    zeros. Stable for small τ: likelihoods are compared in logarithms. Errors: ValueError outside. Source: `card`.

    >>> weights = ec_rlvr_multiset_weights([0.5, 0.25, 0.25], [1, 0, 0], 0.5)
    >>> weights(np.array([[1, 1, 1], [0, 2, 1]])).round(12).tolist()
    [[0.666666666667, -0.333333333333, -0.333333333333], [0.0, 0.0, 0.0]]
    """
    wins = _checked("EC-RLVR", rewards, tau) == 1
    log_pi = np.log(checked_probabilities(probabilities))
    return lambda counts: ec_rlvr_weights_at(counts, log_pi, wins, tau)


def ec_rlvr_weights_at(counts: Counts, log_pi: Floats, wins: NDArray[np.bool_], tau: float) -> Floats:
    """The weights of `ec_rlvr_multiset_weights` for many policies at once: counts and log π broadcast.

    Domain: outcomes along the last axis; `wins` says which succeed, τ > 0. Nothing is checked.

    >>> wins, log_pi = np.array([True, False]), np.log([[0.5, 0.5], [0.25, 0.75]])
    >>> ec_rlvr_weights_at(np.array([1, 1]), log_pi, wins, 1.0).round(12).tolist()
    [[0.5, -0.5], [0.75, -0.75]]
    """
    drawn = np.where(counts > 0, log_pi / tau, -np.inf)
    among_all = np.exp(drawn - drawn.max(axis=-1, keepdims=True))
    won = np.where(wins, drawn, -np.inf)
    top = won.max(axis=-1, keepdims=True)
    among_won = np.exp(won - np.where(np.isfinite(top), top, 0.0))
    shares = among_all / (counts * among_all).sum(axis=-1, keepdims=True)
    total = (counts * among_won).sum(axis=-1, keepdims=True)
    value: Floats = np.where(total > 0, among_won / np.where(total > 0, total, 1.0) - shares, 0.0) / tau
    return value


def conspo_multiset_weights(
    probabilities: Sequence[float],
    rewards: Sequence[int],
    tau: float,
    *,
    margin: float = 0.0,
    lengths: Sequence[int] | None = None,
) -> MultisetWeights:
    """ConSPO (reconstruction) with x = log π/(|o|τ) and F = Σ_{r_j=0} e^{x_j}, averaged over the k successes.

    A success gets (1/(|o|τk))·F/(e^{x−m/τ} + F), a failure −(1/(|o|τk))·Σ_{r_i=1} e^x/(e^{x_i−m/τ} + F); a silent group
    gets zeros. Domain: probabilities, binary rewards with a success among them, τ > 0, margin m, lengths (default 1).
    Errors: ValueError outside. Source: `conspo`, reconstructed.

    >>> weights = conspo_multiset_weights([1 / 3, 2 / 3], [1, 0], 1.0)
    >>> weights(np.array([[1, 2], [3, 0]])).round(12).tolist()
    [[0.8, -0.4], [0.0, 0.0]]
    """
    wins = _checked("ConSPO", rewards, tau) == 1
    log_pi = np.log(checked_probabilities(probabilities))
    scale = 1 / (tau * np.asarray([1] * len(wins) if lengths is None else lengths, dtype=np.float64))
    return lambda counts: conspo_weights_at(counts, log_pi, wins, scale, margin / tau)


def conspo_weights_at(
    counts: Counts, log_pi: Floats, wins: NDArray[np.bool_], scale: Floats, handicap: float = 0.0
) -> Floats:
    """The weights of `conspo_multiset_weights` for many policies at once: counts and log π broadcast.

    Domain: outcomes along the last axis; `wins` says which succeed, `scale` is 1/(|o|τ) and `handicap` m/τ. Nothing is
    checked.

    >>> wins, scale = np.array([True, False]), np.array([1.0, 1.0])
    >>> conspo_weights_at(np.array([1, 2]), np.log([[1 / 3, 2 / 3], [0.5, 0.5]]), wins, scale).round(3).tolist()
    [[0.8, -0.4], [0.667, -0.333]]
    """
    heights = log_pi * scale
    lost = np.where((counts > 0) & ~wins, heights, -np.inf)
    top = lost.max(axis=-1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    sums = (counts * np.exp(lost - top)).sum(axis=-1, keepdims=True)
    number = (counts * wins).sum(axis=-1, keepdims=True)
    against = top + np.log(np.where(sums > 0, sums, 1.0))
    gap = np.clip(heights - handicap - against, -700, 700)
    kept = np.where(wins, 1 / (1 + np.exp(gap)), 0.0)  # F/(e^{x−m/τ} + F) of every success
    mean = (counts * kept).sum(axis=-1, keepdims=True) / np.maximum(number, 1)
    pushed = np.exp(np.where(np.isfinite(lost), heights - against, -np.inf)) * mean
    mixed = (sums > 0) & (number > 0)
    value: Floats = np.where(mixed, kept / np.maximum(number, 1) - pushed, 0.0) * scale
    return value


def weights_of_loss(loss: GroupLoss, policy: FinitePolicy) -> Callable[[Group], tuple[Real, ...]]:
    """The ascent weights of any loss on an on-policy group; zeros where the loss is undefined or the group is redrawn.

    Domain: a loss with one coefficient for each rollout. One that redraws groups has to be conditioned on the others.

    >>> from grpo_theory.losses.catalogue import loss
    >>> from grpo_theory.policies.finite import two_outcome
    >>> weights_of_loss(loss("rloo"), two_outcome("1/3"))((0, 1, 1))
    (Fraction(1, 3), Fraction(-1, 6), Fraction(-1, 6))
    """

    def weights(group: Group) -> tuple[Real, ...]:
        sample = Sample(policy, group)
        if loss.undefined(sample) or loss.redrawn(sample):
            return (Fraction(0),) * len(group)
        return loss.weights(sample)

    return weights


def weights_of_groups(weights: Callable[[Group], Sequence[Real | float]], K: int) -> MultisetWeights:
    """The ascent weights of any loss, from a function of one sorted group: one call for each multiset.

    Domain: `weights` gives one number for each rollout of the group, the same for equal outcomes.

    >>> weights_of_groups(lambda group: [1 / len(group)] * len(group), 2)(np.array([[1, 3]])).tolist()
    [[0.25, 0.25]]
    """

    def of_counts(counts: Counts) -> Floats:
        value = np.zeros((len(counts), K))
        for row, drawn in zip(value, counts.tolist(), strict=True):
            group = tuple(o for o, count in enumerate(drawn) for _ in range(count))
            row[list(group)] = [float(weight) for weight in weights(group)]
        return value

    return of_counts


def _checked(name: str, rewards: Sequence[int], tau: float) -> NDArray[np.int64]:
    """Which outcomes succeed."""
    if not (tau > 0 and math.isfinite(tau)):
        raise outside("tau", tau, "(0, oo)", "it divides the log-likelihoods")
    wins = np.asarray(rewards)
    if not np.isin(wins, (0, 1)).all():
        raise ValueError(f"the {name} loss tells successes from failures: rewards must be 0 or 1")
    if not wins.any():
        raise ValueError(f"no outcome has reward 1: {name} has nothing to learn from a policy that never succeeds")
    return wins.astype(np.int64)
