"""The literal road: every expectation over a group as the sum over all 2^G reward vectors, by the definition.

Nothing here knows a binomial coefficient of a closed formula, a count formula of a rule or a polynomial in p:
vectors are listed, the rule is applied to each, and probabilities are products over the rollouts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.errors import group_size, probability
from grpo_theory.groups.closed_forms import Value, magnitude
from grpo_theory.groups.evaluation import quotient
from grpo_theory.groups.rules import AdvantageRule, checked_rule

LARGEST_ENUMERATION = 14
"""The group size up to which all reward vectors are listed one by one."""

Vector = tuple[int, ...]


@dataclass(frozen=True)
class EnumeratedGroups:
    """Exact expectations over i.i.d. Bernoulli(p) groups of size G, summed vector by vector.

    `success`, `failure`: E[A | r = 1], E[A | r = 0]. `mean`, `second_moment`: E A, E A² of one rollout. `contrast`:
    E[(1/G) Σ_{r_i = 1} A_i] for a centred rule, in general p(1−p)·`effective_weight`, where the expected update
    E[(1/G) Σ A_i s_i] is `effective_weight`·∇p. `silent_rate`: probability that all rewards agree. `centred`: Σ A_i = 0
    in every group. `effective_sample_sizes[k]`: 1/Σw² with w = |A|/Σ|A| in groups with k successes, None where all
    advantages vanish. `mean_effective_sample_size`: its mean over the groups where it is defined, None if there are
    none. With dynamic sampling all of these are conditioned on a mixed group. `vectors`: number of vectors summed.
    """

    rule: str
    group_size: int
    p: Fraction
    success: Value
    failure: Value
    mean: Value
    second_moment: Value
    contrast: Value
    effective_weight: Value
    silent_rate: Fraction
    centred: bool
    effective_sample_sizes: tuple[Value | None, ...]
    mean_effective_sample_size: Value | None
    vectors: int

    def expected_advantage(self, given: int) -> Value:
        """E[A | r = given]."""
        return self.success if given == 1 else self.failure


@dataclass
class _Sums:
    """Running sums of P(vector)·statistic(vector); one per statistic."""

    total: Fraction
    silent: Fraction
    wins: Fraction  # expected share of successes
    won: Value  # expected share-weighted advantage of successes: E[(1/G) Σ_{r_i=1} A_i]
    lost: Value
    squares: Value
    defined: Fraction
    sizes: Value
    centred: bool


def enumerate_groups(rule: AdvantageRule, G: int, p: Fraction | int | str) -> EnumeratedGroups:
    """Σ over r ∈ {0,1}^G of Π_i P(r_i) · statistic(r, A(r)): expectations of one group, from the definition.

    Domain: 2 ≤ G ≤ 14, rational 0 < p < 1 (conditioning on success and failure needs both). Errors: ValueError outside.

    >>> from grpo_theory.groups import rule
    >>> str(enumerate_groups(rule("grpo"), G=4, p="3/10").success)
    '441/1000 + 203/500*sqrt(3)'
    """
    size, chance = group_size(G, limit=LARGEST_ENUMERATION), probability("p", p, open=True)
    weighted = ((vector, vector_probability(vector, chance), 1) for vector in product((0, 1), repeat=size))
    return summed(checked_rule(rule).at(chance), rule.name, size, chance, weighted)


def vector_probability(vector: Vector, chance: Fraction) -> Fraction:
    """Π P(r_i) over the rollouts.

    >>> vector_probability((1, 0, 0), Fraction(1, 3))
    Fraction(4, 27)
    """
    result = Fraction(1)
    for reward in vector:
        result *= chance if reward == 1 else 1 - chance
    return result


def summed(
    rule: AdvantageRule, name: str, size: int, chance: Fraction, weighted: Iterable[tuple[Vector, Fraction, int]]
) -> EnumeratedGroups:
    """Sums over (vector, probability of the vector, number of vectors that it stands for).

    >>> from grpo_theory.groups import rule
    >>> half = Fraction(1, 2)
    >>> vectors = (((a, b), half * half, 1) for a in (0, 1) for b in (0, 1))
    >>> str(summed(rule("grpo"), "grpo", 2, half, vectors).contrast)
    '1/4'
    """
    zero, none = Surd.of(0), Fraction(0)
    sums = _Sums(none, none, none, zero, zero, zero, none, zero, True)
    sizes: list[Value | None] = [None] * (size + 1)
    vectors = 0
    for vector, likelihood, multiplicity in weighted:
        vectors += multiplicity
        if rule.mixed_only and len(set(vector)) == 1:
            continue
        effective = _add(sums, vector, rule.values_on(vector), likelihood * multiplicity)
        if effective is not None:
            sizes[sum(vector)] = effective
    return _result(name, size, chance, sums, tuple(sizes), vectors)


def _add(sums: _Sums, vector: Vector, advantages: tuple[Value, ...], weight: Fraction) -> Value | None:
    """Adds one vector's statistics; returns its effective sample size."""
    each = weight / len(vector)
    zero: Value = Surd.of(0)
    won = lost = squares = absolute = zero
    for reward, value, times in _equal_terms(vector, advantages):
        won, lost = (won + value * times, lost) if reward == 1 else (won, lost + value * times)
        squares, absolute = squares + value * value * times, absolute + magnitude(value) * times
    sums.total += weight
    sums.silent += weight if len(set(vector)) == 1 else 0
    sums.wins += each * sum(vector)
    sums.won, sums.lost = sums.won + won * each, sums.lost + lost * each
    sums.squares = sums.squares + squares * each
    sums.centred = sums.centred and won + lost == zero
    if absolute.sign() == 0:
        return None
    effective = quotient(absolute * absolute, squares)
    sums.defined, sums.sizes = sums.defined + weight, sums.sizes + effective * weight
    return effective


def _equal_terms(vector: Vector, advantages: tuple[Value, ...]) -> Iterable[tuple[int, Value, int]]:
    """(reward, advantage, how often) over the rollouts; rollouts that share one number object are added at once."""
    terms: dict[tuple[int, int], tuple[int, Value, int]] = {}
    for reward, value in zip(vector, advantages, strict=True):
        key = (reward, id(value))
        terms[key] = (reward, value, terms[key][2] + 1 if key in terms else 1)
    return terms.values()


def _result(
    name: str, size: int, chance: Fraction, sums: _Sums, sizes: tuple[Value | None, ...], vectors: int
) -> EnumeratedGroups:
    total = sums.total  # 1, or the probability of a mixed group under dynamic sampling
    wins = sums.wins / total
    won, lost = sums.won / total, sums.lost / total
    weight = won / chance - lost / (1 - chance)
    return EnumeratedGroups(
        rule=name,
        group_size=size,
        p=chance,
        success=won / wins,
        failure=lost / (1 - wins),
        mean=won + lost,
        second_moment=sums.squares / total,
        contrast=weight * (chance * (1 - chance)),
        effective_weight=weight,
        silent_rate=sums.silent / total,
        centred=sums.centred,
        effective_sample_sizes=sizes,
        mean_effective_sample_size=sums.sizes / sums.defined if sums.defined else None,
        vectors=vectors,
    )
