"""All groups of one step: multisets of outcomes with multinomial weights, and averages over several groups."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from grpo_theory.errors import outside
from grpo_theory.experiments.prompts import Floats
from grpo_theory.experiments.updates import Coefficients, Counts
from grpo_theory.policies.multisets import multiset_counts

LARGEST: int = 10_000
"""How many multisets of outcomes, or of groups, one step may have."""


@dataclass(frozen=True)
class Step:
    """The distribution of one training step at given states: jumps of the logits with their probabilities.

    Domain: n states, J jumps, K − 1 logits relative to the last outcome: `jump` (n, J, K−1), `chance` (n, J).
    """

    jump: Floats
    chance: Floats


@dataclass(frozen=True)
class StepMoments:
    """Moments of the mean g of all groups of a step, in the policy's own coordinates: one logit, or K of them.

    Domain: n states; `signal` ‖E g‖², `noise` tr Var g, and `spread` Σ over the groups of E[1/Σw²], the effective
    number of rollouts, w being the shares of the absolute coefficients.
    """

    signal: Floats
    noise: Floats
    spread: Floats


@lru_cache(maxsize=64)
def multisets(size: int, kinds: int) -> Counts:
    """Every way to choose `size` items of `kinds` kinds without order, as counts; shape (number, kinds).

    Domain: size, kinds ≥ 2. Errors: ValueError where there are more than the limit.

    >>> multisets(2, 2).tolist()
    [[0, 2], [1, 1], [2, 0]]
    """
    number = math.comb(size + kinds - 1, kinds - 1)
    if number > LARGEST:
        meaning = f"{size} draws of {kinds} kinds have {number} multisets: take larger groups or fewer rollouts"
        raise outside("multisets", number, f"the integers up to {LARGEST}", meaning)
    return multiset_counts(kinds, size).astype(np.int64)


def chances(counts: Counts, log_share: Floats) -> Floats:
    """Multinomial probabilities n!/Πn_j! Π share_j^{n_j}; (J, kinds) and (n, kinds) to (n, J).

    >>> chances(multisets(2, 2), np.log([[0.5, 0.5]])).round(12).tolist()
    [[0.25, 0.5, 0.25]]
    """
    top = int(counts[0].sum())
    factorial = np.array([math.lgamma(i + 1) for i in range(top + 1)])
    weights = factorial[top] - factorial[counts].sum(axis=1)
    return np.asarray(np.exp(weights + np.maximum(log_share, -1e4) @ counts.T), dtype=float)


def gradients(counts: Counts, weights: Floats, pi: Floats) -> Floats:
    """g = Σ_o n_o w_o s(o) in the policy's coordinates; its last axis is 1 for two outcomes, else K.

    >>> gradients(np.array([1, 1]), np.array([0.25, -0.25]), np.array([0.5, 0.5])).tolist()
    [0.25]
    """
    tally = counts * weights
    g = tally - pi * tally.sum(axis=-1, keepdims=True)
    return np.asarray(g[..., :1] if pi.shape[-1] == 2 else g, dtype=float)


def relative(g: Floats) -> Floats:
    """The change of the logits relative to the last outcome that a change g of the policy's coordinates makes.

    >>> relative(np.array([0.5, 0.25, -0.25])).tolist()
    [0.75, 0.5]
    """
    return g if g.shape[-1] == 1 else g[..., :-1] - g[..., -1:]


def step_at(of: Coefficients, pi: Floats, G: int, B: int, rate: float) -> Step:
    """The exact distribution of the step `rate`·(mean of B independent groups of G) at the policies π.

    Domain: π of shape (n, K); groups are sums over multisets, and several groups over multisets of groups with equal
    jumps. Errors: ValueError beyond the limit of multisets.

    >>> from grpo_theory.experiments.updates import Method, coefficients
    >>> of = coefficients(Method("rloo"), 2, np.array([True, False]))
    >>> step = step_at(of, np.array([[0.5, 0.5]]), 2, 1, 1.0)
    >>> round(float((step.chance * step.jump[..., 0]).sum()), 12)
    0.25
    """
    counts, _, g = _groups(of, pi, G)
    chance = chances(counts, np.log(pi))
    jump, share = (g, chance) if B == 1 else _several(g, chance, B)
    return Step(rate * relative(jump), share)


def moments_at(of: Coefficients, pi: Floats, G: int, B: int) -> StepMoments:
    """The exact moments of the mean of B independent groups of G at the policies π, of shape (n, K).

    >>> from grpo_theory.experiments.updates import Method, coefficients
    >>> moments = moments_at(coefficients(Method("rloo"), 2, np.array([True, False])), np.array([[0.5, 0.5]]), 2, 4)
    >>> moments.signal.round(12).tolist(), moments.noise.round(12).tolist(), moments.spread.round(12).tolist()
    ([0.0625], [0.015625], [4.0])
    """
    counts, weights, g = _groups(of, pi, G)
    chance = chances(counts, np.log(pi))
    signal = (np.einsum("nj,njd->nd", chance, g) ** 2).sum(axis=-1)
    second = (chance * (g**2).sum(axis=-1)).sum(axis=1)
    spread = B * (chance * effective(counts, weights)).sum(axis=1)
    return StepMoments(signal, np.maximum(second - signal, 0.0) / B, spread)


def _groups(of: Coefficients, pi: Floats, G: int) -> tuple[Counts, Floats, Floats]:
    counts = multisets(G, pi.shape[1])
    weights = np.broadcast_to(of(counts, pi[:, None, :]), (len(pi), *counts.shape))
    return counts, weights, gradients(counts, weights, pi[:, None, :])


def effective(counts: Counts, weights: Floats) -> Floats:
    """1/Σw² with w = |weight|/Σ|weights| over the rollouts of a group; 0 for a group without any weight.

    >>> effective(np.array([1, 3]), np.array([3.0, -1.0])).round(12).tolist()
    3.0
    """
    total = (counts * np.abs(weights)).sum(axis=-1)
    squares = (counts * weights**2).sum(axis=-1)
    return np.asarray(np.where(squares > 0, total**2 / np.where(squares > 0, squares, 1.0), 0.0), dtype=float)


def _several(g: Floats, chance: Floats, B: int) -> tuple[Floats, Floats]:
    """Jumps and probabilities of the mean of B groups, where groups that jump alike at every state count as one."""
    kinds = _alike(g)
    merged = np.zeros((len(g), kinds.max() + 1))
    for kind in range(kinds.max() + 1):
        merged[:, kind] = chance[:, kinds == kind].sum(axis=1)
    first = np.array([int(np.argmax(kinds == kind)) for kind in range(kinds.max() + 1)])
    chosen = multisets(B, len(first))
    with np.errstate(divide="ignore"):
        share = chances(chosen, np.log(merged))
    return np.einsum("jk,nkd->njd", chosen / B, g[:, first]), share


def _alike(g: Floats) -> NDArray[np.int64]:
    """The number of the kind of each group, equal for groups whose jumps agree to twelve digits at every state."""
    _, kinds = np.unique(np.round(g, 12).transpose(1, 0, 2).reshape(g.shape[1], -1), axis=0, return_inverse=True)
    return np.asarray(kinds, dtype=np.int64).reshape(-1)
