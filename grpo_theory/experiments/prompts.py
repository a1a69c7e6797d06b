"""A population of prompts: difficulties from Beta(a, b), and for each prompt a policy with logits of its own."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from grpo_theory.errors import outside
from grpo_theory.policies.finite import SoftmaxPolicy

Floats = NDArray[np.float64]
Bits = NDArray[np.bool_]


def difficulties(a: Fraction, b: Fraction, N: int) -> Floats:
    """The quantiles of Beta(a, b) at (i + 1/2)/N, i = 0, …, N−1: success probabilities of N prompts, hardest first.

    Domain: a, b > 0, N ≥ 1. Errors: ValueError where a quantile is too near 0 or 1 for a float in log-odds.

    >>> difficulties(Fraction(1, 2), Fraction(1), 2).round(12).tolist()
    [0.0625, 0.5625]
    """
    p = np.asarray(stats.beta.ppf((np.arange(N) + 0.5) / N, float(a), float(b)), dtype=float)
    if not np.all((p > 1e-6) & (p < 1 - 1e-6)):
        raise outside(
            "difficulty",
            f"{a},{b}",
            "the shapes whose quantiles lie in (1e-6, 1 - 1e-6)",
            "their log-odds lie on a grid",
        )
    return p


def base_policies(p: Floats, policy: SoftmaxPolicy) -> Floats:
    """One row for each prompt: the policy's shares within successes and within failures, mixed with probability p.

    Domain: binary rewards with both classes present; shape (N,) to (N, K). Errors: ValueError otherwise.

    >>> base_policies(np.array([0.5]), SoftmaxPolicy.of("1/5 1/5 3/5", "1 1 0")).round(12).tolist()
    [[0.25, 0.25, 0.5]]
    """
    shares = np.array([float(each) for each in policy.probabilities])
    wins = successes(policy.rewards)
    within = np.where(wins, shares / shares[wins].sum(), shares / shares[~wins].sum())
    return np.asarray(np.where(wins, p[:, None], 1 - p[:, None]) * within, dtype=float)


def successes(rewards: Sequence[Fraction]) -> Bits:
    """Which outcomes succeed.

    Errors: ValueError unless rewards are 0 or 1 and both occur.

    >>> successes((Fraction(1), Fraction(0))).tolist()
    [True, False]
    """
    if any(reward not in (0, 1) for reward in rewards):
        raise outside("rewards", " ".join(map(str, rewards)), "{0, 1}", "groups are told apart by their successes")
    if len(set(rewards)) < 2:
        missing = "success" if 1 not in rewards else "failure"
        raise ValueError(f"rewards hold no {missing}: a method that compares both classes learns nothing")
    return np.array([reward == 1 for reward in rewards])


def softmax(z: Floats) -> Floats:
    """Probabilities of K outcomes from K − 1 logits relative to the last; shape (…, K−1) to (…, K).

    >>> softmax(np.array([[0.0]])).tolist()
    [[0.5, 0.5]]
    """
    full = np.concatenate([z, np.zeros((*z.shape[:-1], 1))], axis=-1)
    raised = np.exp(full - full.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=float)


def logits(pi: Floats) -> Floats:
    """The K − 1 logits relative to the last outcome; shape (…, K) to (…, K−1).

    >>> logits(np.array([[0.5, 0.5]])).tolist()
    [[0.0]]
    """
    return np.asarray(np.log(pi[..., :-1]) - np.log(pi[..., -1:]), dtype=float)
