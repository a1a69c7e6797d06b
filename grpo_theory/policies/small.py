"""Small exact policies in increasing size, so that the first counterexample a search meets is the smallest."""

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction

from grpo_theory.errors import outside
from grpo_theory.policies.autoregressive import AutoregressivePolicy, Tokens
from grpo_theory.policies.finite import SoftmaxPolicy

_TREES: tuple[tuple[int, int | None, int], ...] = ((1, None, 2), (2, 0, 3), (2, None, 4))
"""Length, stop token and number of sequences of the autoregressive trees over two tokens, smallest first."""


def small_distributions(outcomes: int, height: int) -> Iterator[tuple[Fraction, ...]]:
    """All positive distributions over K outcomes whose least common denominator is `height`, in lexicographic order.

    Domain: K >= 1, height >= 1; none when height < K.

    >>> [[str(q) for q in distribution] for distribution in small_distributions(2, 3)]
    [['1/3', '2/3'], ['2/3', '1/3']]
    """
    for numerators in _compositions(height, outcomes):
        if math.gcd(*numerators) == 1:
            yield tuple(Fraction(n, height) for n in numerators)


def small_policies(max_outcomes: int = 3, max_denominator: int = 4) -> Iterator[SoftmaxPolicy]:
    """All softmax policies with binary rewards up to a size, up to a renaming of their outcomes.

    Order: number of outcomes, then least common denominator of the probabilities, then number of successes, then
    the probabilities lexicographically. Successes come first, and within a class the probabilities do not decrease.
    Domain: max_outcomes >= 2 and max_denominator >= 3, so that p = 1/2 is never the only value that is tried.

    >>> [(str(policy.probabilities[0]), len(policy.rewards)) for policy in small_policies(2, 4)]
    [('1/2', 2), ('1/3', 2), ('2/3', 2), ('1/4', 2), ('3/4', 2)]
    """
    _check(max_outcomes, max_denominator)
    for count, height in itertools.product(range(2, max_outcomes + 1), range(2, max_denominator + 1)):
        for successes in range(1, count):
            for distribution in small_distributions(count, height):
                if all(_ascending(part) for part in (distribution[:successes], distribution[successes:])):
                    yield SoftmaxPolicy(distribution, _rewards(successes, count))


def small_pairs(max_outcomes: int = 3, max_denominator: int = 4) -> Iterator[tuple[SoftmaxPolicy, SoftmaxPolicy]]:
    """All pairs (π_θ, π_old) of softmax policies with common binary rewards up to a size, successes first.

    Order: number of outcomes, then the larger least common denominator, then number of successes, then that of
    π_old, then that of π_θ, then π_old and π_θ lexicographically; π_old as in `small_policies`, π_θ any. Pairs of
    equal policies are included. Domain: as for `small_policies`.

    >>> [(str(a.probabilities[0]), str(b.probabilities[0])) for a, b in itertools.islice(small_pairs(), 4)]
    [('1/2', '1/2'), ('1/3', '1/2'), ('2/3', '1/2'), ('1/2', '1/3')]
    """
    _check(max_outcomes, max_denominator)
    for count, largest in itertools.product(range(2, max_outcomes + 1), range(2, max_denominator + 1)):
        for successes in range(1, count):
            rewards = _rewards(successes, count)
            for h_old, h_theta in _heights(largest):
                for old in small_distributions(count, h_old):
                    if all(_ascending(part) for part in (old[:successes], old[successes:])):
                        for theta in small_distributions(count, h_theta):
                            yield SoftmaxPolicy(theta, rewards), SoftmaxPolicy(old, rewards)


def small_autoregressive(max_denominator: int = 3) -> Iterator[AutoregressivePolicy]:
    """All autoregressive policies over two tokens of length at most 2, with binary rewards, up to a size.

    Order: the tree (one token; a stop token 0 and length at most 2; two tokens), then the largest denominator of a
    token probability, then the tables and the rewards lexicographically. Both classes are always present.
    Domain: max_denominator >= 3.

    >>> first = next(small_autoregressive())
    >>> first.sequences, [str(q) for q in first.probabilities], [str(r) for r in first.rewards]
    (((0,), (1,)), ['1/2', '1/2'], ['0', '1'])
    """
    _check(2, max_denominator)
    for length, stop, count in _TREES:
        for height in range(2, max_denominator + 1):
            for rows in _tables(count - 1, height):
                for rewards in _mixed_rewards(count):
                    yield _policy(length, stop, rows, rewards)


def small_autoregressive_pairs(
    max_denominator: int = 3,
) -> Iterator[tuple[AutoregressivePolicy, AutoregressivePolicy]]:
    """All pairs (π_θ, π_old) of the policies of `small_autoregressive` with one tree and common rewards.

    Order: the tree, then the larger largest denominator, then π_old, π_θ, then the rewards. Domain: as there.

    >>> theta, old = next(small_autoregressive_pairs())
    >>> theta == old
    True
    """
    _check(2, max_denominator)
    for length, stop, count in _TREES:
        for largest in range(2, max_denominator + 1):
            for h_old, h_theta in _heights(largest):
                for old, theta in itertools.product(_tables(count - 1, h_old), _tables(count - 1, h_theta)):
                    for rewards in _mixed_rewards(count):
                        yield _policy(length, stop, theta, rewards), _policy(length, stop, old, rewards)


def _policy(
    length: int, stop: int | None, rows: tuple[tuple[Fraction, ...], ...], rewards: tuple[Fraction, ...]
) -> AutoregressivePolicy:
    prefixes: tuple[Tokens, ...] = ((),) if length == 1 else ((), *((token,) for token in (0, 1) if token != stop))
    return AutoregressivePolicy(prefixes, rows, rewards, length, stop)


def _tables(prefixes: int, height: int) -> Iterator[tuple[tuple[Fraction, ...], ...]]:
    """One distribution over two tokens per prefix, the largest denominator among them being `height`."""
    rows = [row for h in range(2, height + 1) for row in small_distributions(2, h)]
    for choice in itertools.product(rows, repeat=prefixes):
        if max(row[0].denominator for row in choice) == height:
            yield choice


def _mixed_rewards(count: int) -> Iterator[tuple[Fraction, ...]]:
    for bits in itertools.product((0, 1), repeat=count):
        if 0 < sum(bits) < count:
            yield tuple(Fraction(bit) for bit in bits)


def _heights(largest: int) -> Iterator[tuple[int, int]]:
    span = range(2, largest + 1)
    yield from ((one, other) for one, other in itertools.product(span, span) if largest in (one, other))


def _compositions(whole: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        if whole >= 1:
            yield (whole,)
        return
    for first in range(1, whole - parts + 2):
        for rest in _compositions(whole - first, parts - 1):
            yield (first, *rest)


def _ascending(values: tuple[Fraction, ...]) -> bool:
    return all(a <= b for a, b in itertools.pairwise(values))


def _rewards(successes: int, count: int) -> tuple[Fraction, ...]:
    return tuple(Fraction(o < successes) for o in range(count))


def _check(max_outcomes: int, max_denominator: int) -> None:
    if not 2 <= max_outcomes <= 8:
        raise outside("max_outcomes", max_outcomes, "the integers 2, ..., 8", "a policy must choose")
    if not 3 <= max_denominator <= 64:
        raise outside(
            "max_denominator",
            max_denominator,
            "the integers 3, ..., 64",
            "a search that sees only probabilities 1/2 accepts false statements",
        )
