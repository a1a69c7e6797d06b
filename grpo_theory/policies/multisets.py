"""Mean and covariance of a group's gradient in floats, over all multisets of outcomes with multinomial weights.

The order of the rollouts does not matter, so C(G+K−1, G) multisets stand for K^G groups. Their weights are formed in
logarithms; sums run over blocks, are compensated between blocks, and the covariance is taken about the mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import comb, lgamma
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grpo_theory.errors import group_size, outside
from grpo_theory.groups.contrast import advantage_table
from grpo_theory.groups.rules import AdvantageRule
from grpo_theory.policies.covariance import check_multisets

MULTISET_LIMIT: Final = 2**20
"""The number of multisets beyond which a sum over them is refused.

A sum near it takes below a second for 8 outcomes, and seconds and 400 MB for 64.
"""

BLOCK: Final = 8192
_TOLERANCE: Final = 1e-9

Floats: TypeAlias = NDArray[np.float64]
Counts: TypeAlias = NDArray[np.int64]
MultisetWeights: TypeAlias = Callable[[Counts], Floats]
"""Counts of shape (M, K) ↦ the ascent weight of one rollout of each outcome, of shape (M, K).

Entries for outcomes that a multiset does not contain are ignored, but have to be finite.
"""


@dataclass(frozen=True, eq=False)
class FloatMoments:
    """The mean (shape d) and the covariance (shape d × d) of a random gradient, in floats.

    >>> FloatMoments(np.array([2.0]), np.array([[3.0]])).relative
    0.75
    """

    mean: Floats
    covariance: Floats

    @property
    def trace(self) -> float:
        """tr Var."""
        return float(np.trace(self.covariance))

    @property
    def relative(self) -> float:
        """tr Var/‖E g‖². Errors: ValueError when E g = 0."""
        length = float(self.mean @ self.mean)
        if length == 0.0:
            raise ValueError("the mean update is 0: its relative variance is undefined")
        return self.trace / length


def multiset_counts(K: int, G: int) -> NDArray[np.int16]:
    """Every way to write G as an ordered sum of K counts: shape (C(G+K−1, G), K).

    Domain: K ≥ 2, 2 ≤ G ≤ 4096, at most 2^20 rows. Errors: ValueError beyond the limit, before any work.

    >>> multiset_counts(2, 2).tolist()
    [[0, 2], [1, 1], [2, 0]]
    """
    check_multisets(K, group_size(G), MULTISET_LIMIT)
    table = np.empty((comb(G + K - 1, G), K), dtype=np.int16)
    left, first = np.array([G]), np.zeros((1, 0), dtype=np.int16)
    for column in range(K - 1):
        grown = np.repeat(np.arange(len(left)), left + 1)
        ends = np.cumsum(left + 1)
        taken = np.arange(len(grown)) - np.repeat(ends - left - 1, left + 1)
        target = table if column == K - 2 else np.empty((len(grown), column + 1), dtype=np.int16)
        target[:, :column] = first[grown]
        target[:, column] = taken
        left, first = left[grown] - taken, target
    table[:, K - 1] = left
    return table


def log_multinomial(counts: Counts, log_probabilities: Floats, log_factorials: Floats) -> Floats:
    """log G!/Π n_o! + Σ n_o·log π(o) for rows of counts.

    Domain: counts of shape (M, K), log n! for n = 0, …, G.

    >>> table = np.array([0.0, 0.0, np.log(2)])
    >>> np.exp(log_multinomial(np.array([[1, 1]]), np.log([0.25, 0.75]), table)).round(12).tolist()
    [0.375]
    """
    value: Floats = log_factorials[-1] - log_factorials[counts].sum(axis=1) + counts @ log_probabilities
    return value


def multiset_moments(
    weights: MultisetWeights,
    probabilities: Sequence[float] | Floats,
    G: int,
    *,
    scores: Floats | None = None,
    given: Callable[[Counts], NDArray[np.bool_]] | None = None,
) -> FloatMoments:
    """E g and Cov g of g = Σ w_i s(o_i) for ascent weights that depend on the multiset of outcomes.

    Domain: K positive probabilities that sum to 1 (to 1e-9; they are divided by their sum), 2 ≤ G ≤ 4096 and at most
    2^20 multisets; `scores` of shape (K, d), by default those of a softmax over outcomes, e_o − π; `given` conditions
    the groups. Errors: ValueError outside, before any work, and for an impossible condition.

    >>> moments = multiset_moments(lambda counts: np.tile([0.5, 0.0], (len(counts), 1)), [0.25, 0.75], 2)
    >>> moments.mean.round(12).tolist()
    [0.1875, -0.1875]
    """
    chances = checked_probabilities(probabilities)
    table = multiset_counts(len(chances), G)
    matrix = np.eye(len(chances)) - chances if scores is None else np.asarray(scores, dtype=np.float64)
    if matrix.ndim != 2 or len(matrix) != len(chances):
        raise ValueError(f"scores of shape {matrix.shape} for {len(chances)} outcomes: every outcome needs one row")

    def blocks() -> Iterator[tuple[Floats, Floats]]:
        return _blocks(table, weights, np.log(chances), given)

    whole, *first = compensated_sum(np.concatenate([[mass.sum()], mass @ away]) for mass, away in blocks())
    if not whole:
        raise ValueError("no group fulfils the condition: moments given an impossible event are undefined")
    mean = np.array(first) / whole
    second = compensated_sum(((away - mean) * mass[:, None]).T @ (away - mean) for mass, away in blocks())
    return FloatMoments(mean @ matrix, matrix.T @ (second / whole) @ matrix)


def expected_over_counts(
    statistic: Callable[[Counts], Floats], probabilities: Sequence[float] | Floats, G: int
) -> Floats:
    """E[f(n_1, …, n_K)] for a statistic of how often each outcome was drawn, vectorised over rows of counts.

    Domain: f maps shape (M, K) to (M,) or (M, …); otherwise as `multiset_moments`. Errors: ValueError, before any work.

    >>> expected_over_counts(lambda counts: counts.astype(float), [0.25, 0.75], 4).round(12).tolist()
    [1.0, 3.0]
    """
    chances = checked_probabilities(probabilities)
    table = multiset_counts(len(chances), G)
    blocks = _blocks(table, lambda counts: np.ones(counts.shape), np.log(chances), None)
    return compensated_sum(np.tensordot(mass, statistic(counts.astype(np.int64)), axes=1) for mass, counts in blocks)


def count_rule_weights(rule: AdvantageRule, rewards: Sequence[int] | NDArray[np.int64], G: int) -> MultisetWeights:
    """The ascent weights A_i/G of a count rule: counts ↦ A⁺(k)/G for successes and A⁻(k)/G for failures.

    Domain: binary rewards, one for each outcome; any count rule, those with exp or log too. Errors: ValueError.

    >>> from grpo_theory.groups import rule
    >>> count_rule_weights(rule("grpo"), [1, 0], 2)(np.array([[1, 1], [2, 0]])).tolist()
    [[0.5, -0.5], [0.0, 0.0]]
    """
    wins = np.asarray(rewards)
    if not np.isin(wins, (0, 1)).all():
        raise ValueError("a count rule tells successes from failures: rewards must be 0 or 1")
    table = np.array([[0.0 if value is None else float(value) for value in row] for row in advantage_table(rule, G)])
    chosen = np.where(wins == 1, 0, 1)

    def weights(counts: Counts) -> Floats:
        value: Floats = table[counts @ wins][:, chosen] / G
        return value

    return weights


def mixed_counts(rewards: Sequence[int] | NDArray[np.int64]) -> Callable[[Counts], NDArray[np.bool_]]:
    """The event that a group holds a success and a failure, to be used as `given=`.

    >>> mixed_counts([1, 0])(np.array([[1, 1], [2, 0]])).tolist()
    [True, False]
    """
    wins = np.asarray(rewards)

    def event(counts: Counts) -> NDArray[np.bool_]:
        value: NDArray[np.bool_] = (counts @ wins > 0) & (counts @ (1 - wins) > 0)
        return value

    return event


def checked_probabilities(probabilities: Sequence[float] | Floats) -> Floats:
    """Positive floats that sum to 1 up to 1e-9, divided by their sum.

    Errors: ValueError for fewer than two, for any that is not positive, and for another sum.

    >>> checked_probabilities([0.25, 0.75]).tolist()
    [0.25, 0.75]
    """
    values = np.asarray([float(value) for value in probabilities], dtype=np.float64)
    if len(values) < 2:
        raise outside("number of probabilities", len(values), "2, 3, ...", "a policy must choose")
    bad = values[~(values > 0)]
    if len(bad):
        raise outside("probability", float(bad[0]), "(0, 1)", "a softmax gives every outcome a positive probability")
    total = float(values.sum())
    if not abs(total - 1) <= _TOLERANCE:
        raise ValueError(f"probabilities sum to {total}: a distribution sums to 1")
    return values / total


def compensated_sum(terms: Iterable[Floats]) -> Floats:
    """The sum of arrays of one shape, the rounding errors of the additions carried along (Neumaier).

    Domain: at least one array. Errors: ValueError for none.

    >>> compensated_sum([np.array([1.0]), np.array([1e100]), np.array([1.0]), np.array([-1e100])]).tolist()
    [2.0]
    """
    total: Floats | None = None
    carried: Floats = np.zeros(())
    for term in terms:
        if total is None:
            total, carried = term, np.zeros_like(term)
            continue
        new = total + term
        carried = carried + np.where(np.abs(total) >= np.abs(term), (total - new) + term, (term - new) + total)
        total = new
    if total is None:
        raise ValueError("no terms: a sum of arrays needs the shape of one")
    return total + carried


def _blocks(
    table: NDArray[np.int16],
    weights: MultisetWeights,
    log_probabilities: Floats,
    given: Callable[[Counts], NDArray[np.bool_]] | None,
) -> Iterator[tuple[Floats, Floats]]:
    """Blocks of (probability of a multiset, total weight n_o·w_o of each outcome in it)."""
    G = int(table[0].sum())
    log_factorials = np.array([lgamma(n + 1) for n in range(G + 1)])
    for start in range(0, len(table), BLOCK):
        counts = table[start : start + BLOCK].astype(np.int64)
        if given is not None:
            counts = counts[given(counts)]
        drawn = np.asarray(weights(counts))
        if drawn.shape != counts.shape:
            raise ValueError(f"weights of shape {drawn.shape} for counts of shape {counts.shape}: one for each outcome")
        yield np.exp(log_multinomial(counts, log_probabilities, log_factorials)), counts * drawn
