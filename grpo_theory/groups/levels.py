"""Rewards with finitely many levels: exact expectations over multisets of rewards with multinomial weights.

Two roads again. `expected_over_multisets` lists multisets and applies a definition to each reward vector;
`expected_level_advantage` needs only (Σr, Σr²) for rules that centre and rescale, and collects equal variances.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from math import comb, factorial, lcm, prod
from typing import Any

from flint import fmpq, fmpz

from grpo_theory.arithmetic.squarefree import square_part
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.errors import exact_rational, group_size, outside, probability, shown
from grpo_theory.groups.closed_forms import Value
from grpo_theory.groups.rules import AdvantageRule, ScaleByVariance

LARGEST_LISTING = 50_000
"""The number of multisets up to which a definition is applied to every one of them."""

Levels = tuple[tuple[Fraction, Fraction], ...]


def reward_levels(levels: Mapping[Any, Any]) -> Levels:
    """((reward, probability), …) in increasing order of the rewards, checked to be a distribution.

    Domain: a mapping from at least two exact rewards to exact probabilities that sum to 1. Errors: ValueError.

    >>> reward_levels({"0.5": "1/4", 0: "3/4"})
    ((Fraction(0, 1), Fraction(3, 4)), (Fraction(1, 2), Fraction(1, 4)))
    """
    pairs = sorted((exact_rational("reward", r), probability("probability", q)) for r, q in levels.items())
    if len({reward for reward, _ in pairs}) < max(len(pairs), 2):
        raise ValueError(f"levels = {shown(levels)} lie outside the lists of at least two different rewards")
    if sum(q for _, q in pairs) != 1:
        raise ValueError(f"levels = {shown(levels)} are no distribution: their probabilities do not sum to 1")
    return tuple(pairs)


def multisets(levels: Mapping[Any, Any], G: int) -> Iterator[tuple[tuple[Fraction, ...], Fraction]]:
    """Every multiset of G rewards as a sorted vector, with its probability G!/Π k_l! · Π q_l^(k_l).

    Domain: as `reward_levels`; at most LARGEST_LISTING multisets. Errors: ValueError.

    >>> [str(weight) for _, weight in multisets({0: "1/3", 1: "2/3"}, 2)]
    ['1/9', '4/9', '4/9']
    """
    pairs, size = reward_levels(levels), group_size(G)
    return _listed(pairs, size)


def _listed(pairs: Levels, size: int) -> Iterator[tuple[tuple[Fraction, ...], Fraction]]:
    number = comb(size + len(pairs) - 1, size)
    if number > LARGEST_LISTING:
        raise outside("G", size, f"groups with at most {LARGEST_LISTING} multisets", f"there would be {number}")
    for counts in _counts(size, len(pairs)):
        arrangements = factorial(size) // prod(map(factorial, counts))
        weight = arrangements * prod((q**k for (_, q), k in zip(pairs, counts, strict=True)), start=Fraction(1))
        yield tuple(r for (r, _), k in zip(pairs, counts, strict=True) for _ in range(k)), weight


def _counts(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (total,)
        return
    for last in range(total + 1):
        for others in _counts(total - last, parts - 1):
            yield (*others, last)


def expected_over_multisets(
    levels: Mapping[Any, Any], G: int, statistic: Callable[[tuple[Fraction, ...]], Value | Fraction | int]
) -> Value:
    """E[statistic(r_1, …, r_G)] for a statistic that does not depend on the order of the rewards.

    Domain: as `multisets`. Errors: ValueError.

    >>> str(expected_over_multisets({0: "1/4", "1/2": "1/4", 1: "1/2"}, 3, lambda rewards: max(rewards)))
    '119/128'
    """
    total: Value = Surd.of(0)
    for rewards, weight in multisets(levels, G):
        total = total + statistic(rewards) * weight
    return total


def expected_level_advantage(rule: AdvantageRule, levels: Mapping[Any, Any], G: int, given: Any) -> Value:
    """E[A_1 | r_1 = given] where the other G − 1 rewards are drawn from the levels.

    Domain: as `reward_levels`, with 2 ≤ G ≤ 4096 for rules that centre and rescale (mean_only, rloo, grpo and the
    libraries' versions); other rules are applied to every multiset. `given` is one of the levels. Errors: ValueError.

    >>> from grpo_theory.groups import rule
    >>> str(expected_level_advantage(rule("grpo"), {0: "1/4", "1/2": "1/4", 1: "1/2"}, 2, 1))
    '1/2'
    """
    pairs, size = reward_levels(levels), group_size(G)
    own = exact_rational("given", given)
    if own not in {reward for reward, _ in pairs}:
        raise outside("given", own, "the levels", "the advantage is conditioned on one possible reward")
    if rule.by_variance is not None and not rule.mixed_only:
        return _by_moments(rule.by_variance, pairs, size, own)
    return literal_level_advantage(rule, levels, size, own)


def literal_level_advantage(rule: AdvantageRule, levels: Mapping[Any, Any], G: int, given: Any) -> Value:
    """E[A_1 | r_1 = given] by applying the rule's definition to (given, r_2, …, r_G) for every multiset of the others.

    Domain: as `expected_level_advantage`. With dynamic sampling the group is conditioned on not being silent. Errors:
    ValueError, also beyond LARGEST_LISTING multisets.

    >>> from grpo_theory.groups import rule
    >>> str(literal_level_advantage(rule("grpo"), {0: "1/4", "1/2": "1/4", 1: "1/2"}, 2, 1))
    '1/2'
    """
    pairs, size, own = reward_levels(levels), group_size(G), exact_rational("given", given)
    total: Value = Surd.of(0)
    counted = Fraction(0)
    for others, weight in _listed(pairs, size - 1):
        group = (own, *others)
        if rule.mixed_only and len(set(group)) == 1:
            continue
        counted += weight
        total = total + rule.values_on(group)[0] * weight
    if counted == 0:
        raise outside("given", own, "rewards that occur in a mixed group", "every such group is silent")
    return total / counted


def _by_moments(by_variance: ScaleByVariance, pairs: Levels, size: int, own: Fraction) -> Surd:
    """Σ over the others of weight·(own − m)·scale(v), collected over the groups that share the variance v."""
    unit = lcm(*(reward.denominator for reward, _ in pairs))
    whole = lcm(*(q.denominator for _, q in pairs))
    rewards = [int(reward * unit) for reward, _ in pairs]
    chances = [int(q * whole) for _, q in pairs]
    mine = int(own * unit)
    by_square: dict[int, int] = {}
    for first, second, weight in _moments(rewards, chances, size - 1):
        total = first + mine
        # G²·unit²·variance, an integer: G Σr² − (Σr)²
        square = size * (second + mine * mine) - total * total
        by_square[square] = by_square.get(square, 0) + weight * (size * mine - total)
    return _collected(by_variance, by_square, size, unit, whole ** (size - 1))


def _moments(rewards: list[int], chances: list[int], number: int) -> Iterator[tuple[int, int, int]]:
    """(Σr, Σr², weight) for every multiset of `number` rewards; the weights sum to (Σ chances)^number."""
    if len(rewards) == 2:
        yield from _two_level_moments(rewards, chances, number)
        return
    *others, last = rewards
    square, power = last * last, 1
    for k in range(number + 1):
        factor, first, second = comb(number, k) * power, k * last, k * square
        for a, b, weight in _moments(others, chances[:-1], number - k):
            yield first + a, second + b, factor * weight
        power *= chances[-1]


def _two_level_moments(rewards: list[int], chances: list[int], number: int) -> Iterator[tuple[int, int, int]]:
    (low, high), (q, p) = rewards, chances
    first, second = number * low, number * low * low
    step, square_step = high - low, high * high - low * low
    below = [1]
    for _ in range(number):
        below.append(below[-1] * q)
    weight = 1  # C(number, k)·p^k
    for k in range(number + 1):
        yield first, second, weight * below[number - k]
        first, second = first + step, second + square_step
        weight = weight * (number - k) * p // (k + 1)


def _collected(by_variance: ScaleByVariance, by_square: dict[int, int], size: int, unit: int, whole: int) -> Surd:
    """Σ weight·(a + b√c) over the variances, with √c = s√d/m brought to squarefree d."""
    coefficients: dict[int, fmpq] = {}
    scale = (size * unit) ** 2
    for square, weight in by_square.items():
        if square == 0:
            continue  # a silent group: its numerator own − m is zero
        plain, factor, radicand = by_variance(size, fmpq(square, scale))
        if plain:
            coefficients[1] = coefficients.get(1, 0) + plain * weight
        if factor:
            (s, d), (t, e) = square_part(int(radicand.p)), square_part(int(radicand.q))
            coefficients[d * e] = coefficients.get(d * e, 0) + factor * fmpq(s * weight, t * e)
    whole_scale, common = fmpz(whole) * size * unit, fmpz(1)
    values = {d: value / whole_scale for d, value in coefficients.items() if value}
    for value in values.values():
        common = common.lcm(value.q)
    # in lowest terms already: every prime power of the common denominator is the whole one of some value's
    return Surd(common, tuple(sorted((d, value.p * (common // value.q)) for d, value in values.items())))
