"""Ascent weights of losses that look at likelihoods, as functions of how often each outcome was drawn."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from grpo_theory.errors import outside
from grpo_theory.policies.multisets import Counts, Floats, MultisetWeights, checked_probabilities
from grpo_theory.policies.protocol import Group
from grpo_theory.policies.vectors import Exact


def ec_rlvr_multiset_weights(probabilities: Sequence[float], rewards: Sequence[int], tau: float) -> MultisetWeights:
    """(1/τ)·u_o·(1{r_o = 1}/Σ_{r_j = 1} u_j − 1/Σ_j u_j) with u = π^{1/τ} and sums over the rollouts of a group.

    Domain: probabilities of a policy, binary rewards with a success among them, τ > 0; groups without a success get
    zeros. Stable for small τ: likelihoods are compared in logarithms. Errors: ValueError outside. Source: `card`.

    >>> weights = ec_rlvr_multiset_weights([0.5, 0.25, 0.25], [1, 0, 0], 0.5)
    >>> weights(np.array([[1, 1, 1], [0, 2, 1]])).round(12).tolist()
    [[0.666666666667, -0.333333333333, -0.333333333333], [0.0, 0.0, 0.0]]
    """
    if not (tau > 0 and math.isfinite(tau)):
        raise outside("tau", tau, "(0, oo)", "the likelihoods are raised to the power 1/tau")
    wins = np.asarray(rewards)
    if not np.isin(wins, (0, 1)).all():
        raise ValueError("the EC-RLVR loss tells successes from failures: rewards must be 0 or 1")
    if not wins.any():
        raise ValueError("no outcome has reward 1: EC-RLVR is undefined for a policy that never succeeds")
    heights = np.log(checked_probabilities(probabilities)) / tau

    def weights(counts: Counts) -> Floats:
        drawn = np.where(counts > 0, heights, -np.inf)
        among_all = np.exp(drawn - drawn.max(axis=1, keepdims=True))
        won = np.where(wins == 1, drawn, -np.inf)
        top = won.max(axis=1, keepdims=True)
        among_won = np.exp(won - np.where(np.isfinite(top), top, 0.0))
        shares = among_all / (counts * among_all).sum(axis=1, keepdims=True)
        total = (counts * among_won).sum(axis=1, keepdims=True)
        value: Floats = np.where(total > 0, among_won / np.where(total > 0, total, 1.0) - shares, 0.0) / tau
        return value

    return weights


def weights_of_groups(weights: Callable[[Group], Sequence[Exact | float]], K: int) -> MultisetWeights:
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
