"""Exact mean and covariance matrix of one group's gradient, without visiting the K^G groups.

Given the number k of successes, the successes of a group are independent draws from π(·|r=1) and its failures from
π(·|r=0), so that a count rule needs seven binomial sums. Any other ascent weights are summed over multisets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement, groupby
from math import comb, factorial
from typing import Final, TypeAlias

from grpo_theory.arithmetic.surds import Surd, SurdPolynomial
from grpo_theory.errors import group_size
from grpo_theory.groups.contrast import advantage_table
from grpo_theory.groups.rules import AdvantageRule, checked_rule
from grpo_theory.policies.classes import class_mean, success_probability
from grpo_theory.policies.groups import Condition
from grpo_theory.policies.protocol import FinitePolicy, Group
from grpo_theory.policies.variance import Moments
from grpo_theory.policies.vectors import Exact, RationalVector, SurdVector, Vector, combination, surds

EXACT_MULTISET_LIMIT: Final = 50_000
"""The number of multisets beyond which an exact sum over them is refused; floats go further, see `multisets`."""

GroupWeights: TypeAlias = Callable[[Group], Sequence[Exact]]
"""The ascent weights of the rollouts of a group: the coefficients of ∇log π(o_i) in −∇L."""

Matrix: TypeAlias = tuple[SurdVector, ...]


@dataclass(frozen=True)
class GradientMoments:
    """The mean E g and the covariance matrix E(g − E g)(g − E g)ᵀ of a random gradient.

    Domain: exact numbers, as many rows as coordinates. `trace` is tr Var, `relative` is tr Var/‖E g‖².

    >>> GradientMoments((Surd.of(2),), ((Surd.of(3),),)).relative == Fraction(3, 4)
    True
    """

    mean: SurdVector
    covariance: Matrix

    @property
    def trace(self) -> Surd:
        """tr Var, the sum of the diagonal."""
        return sum((row[i] for i, row in enumerate(self.covariance)), Surd.of(0))

    @property
    def moments(self) -> Moments:
        """The same with the mean square in place of the matrix: what batches and populations are made of."""
        return Moments(self.mean, self.trace + sum((entry * entry for entry in self.mean), Surd.of(0)))

    @property
    def relative(self) -> Surd:
        """tr Var/‖E g‖². Errors: ValueError when E g = 0."""
        return self.moments.relative


def gradient_moments(rule: AdvantageRule, policy: FinitePolicy, G: int) -> GradientMoments:
    """E g and Cov g of g = (1/G) Σ A_i s(o_i) for a count rule, from the binomial distribution of the successes.

    Domain: any count rule with surd values, a population rule at its p, centred or not; conditioned on mixed groups for
    a rule that redraws; any finite policy with binary rewards and both classes; 2 ≤ G ≤ 4096. Errors: ValueError
    outside, before any sum.

    >>> from grpo_theory.groups import rule
    >>> from grpo_theory.policies.finite import two_outcome
    >>> found = gradient_moments(rule("grpo"), two_outcome("1/3"), 2)
    >>> [str(entry) for entry in found.mean], [str(entry) for entry in found.covariance[0]]
    (['2/9', '-2/9'], ['5/81', '-5/81'])
    """
    size, p = group_size(G), success_probability(policy)
    means = tuple(class_mean(policy, policy.score, reward) for reward in (1, 0))
    spreads = tuple(_class_covariance(policy, mean, reward) for reward, mean in zip((1, 0), means, strict=True))
    x, y, xx, xy, yy, plus, minus = _binomial_sums(checked_rule(rule).at(p), size, p)
    mean = combination([(x, surds(means[0])), (y, surds(means[1]))], policy.dimension)
    between = ((xx - x * x, 0, 0), (xy - x * y, 0, 1), (xy - x * y, 1, 0), (yy - y * y, 1, 1))
    rows = []
    for i in range(policy.dimension):
        entries = []
        for j in range(policy.dimension):
            entry = plus * spreads[0][i][j] + minus * spreads[1][i][j]
            for factor, a, b in between:
                entry = entry + factor * (means[a][i] * means[b][j])
            entries.append(entry)
        rows.append(tuple(entries))
    return GradientMoments(surds(mean), tuple(rows))


def _binomial_sums(rule: AdvantageRule, G: int, p: Fraction) -> tuple[Surd, ...]:
    """E of x, y, x², xy, y² with x = kA⁺/G, y = (G−k)A⁻/G, then E kA⁺²/G² and E (G−k)A⁻²/G²."""
    known = [tuple(Surd.of(0) if value is None else value for value in row) for row in advantage_table(rule, G)]
    rows: list[tuple[Surd, ...]] = []
    for k, (a, b) in enumerate(known):
        if not (isinstance(a, Surd) and isinstance(b, Surd)):
            raise ValueError(f"rule {rule.name} has values beyond sums of square roots: use the sums over multisets")
        if rule.mixed_only and k in (0, G):
            rows.append((Surd.of(0),) * 7)
            continue
        x, y = a * Fraction(k, G), b * Fraction(G - k, G)
        rows.append((x, y, x * x, x * y, y * y, x * a * Fraction(1, G), y * b * Fraction(1, G)))
    share = 1 - p**G - (1 - p) ** G if rule.mixed_only else Fraction(1)
    return tuple(SurdPolynomial.from_bernstein(G, column)(p) / share for column in zip(*rows, strict=True))


def _class_covariance(policy: FinitePolicy, mean: RationalVector, reward: int) -> tuple[RationalVector, ...]:
    """The covariance of the score within one class."""

    def products(o: int) -> RationalVector:
        away = [s - m for s, m in zip(policy.score(o), mean, strict=True)]
        return tuple(a * b for a in away for b in away)

    flat, n = class_mean(policy, products, reward), policy.dimension
    return tuple(flat[i * n : (i + 1) * n] for i in range(n))


def multiset_groups(policy: FinitePolicy, G: int) -> Iterator[tuple[Group, Fraction]]:
    """Every multiset of G outcomes as a sorted group, with its probability G!/Π n_o!·Π π(o)^{n_o}.

    Domain: C(G+K−1, G) <= 50,000. Errors: ValueError beyond the limit, before any is formed.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> [(group, str(q)) for group, q in multiset_groups(two_outcome("1/3"), 2)]
    [((0, 0), '1/9'), ((0, 1), '4/9'), ((1, 1), '4/9')]
    """
    check_multisets(len(policy.probabilities), group_size(G), EXACT_MULTISET_LIMIT)
    return _multisets(policy.probabilities, G)


def _multisets(probabilities: tuple[Fraction, ...], G: int) -> Iterator[tuple[Group, Fraction]]:
    for group in combinations_with_replacement(range(len(probabilities)), G):
        mass = Fraction(factorial(G))
        for o, equal in groupby(group):
            count = len(tuple(equal))
            mass *= probabilities[o] ** count / factorial(count)
        yield group, mass


def check_multisets(K: int, G: int, limit: int) -> None:
    """ValueError when there are more multisets of G outcomes out of K than the limit.

    >>> check_multisets(8, 16, 2**20)
    """
    number = comb(G + K - 1, G)
    if number > limit:
        raise ValueError(
            f"{number} multisets of {G} rollouts over {K} outcomes are more multisets than the limit of {limit}: "
            "use a smaller group or fewer outcomes"
        )


def weighted_moments(
    weights: GroupWeights, policy: FinitePolicy, G: int, *, given: Condition | None = None
) -> GradientMoments:
    """E g and Cov g of g = Σ w_i s(o_i) for ascent weights w that do not depend on the order of the rollouts.

    Domain: `weights` maps a sorted group to one exact weight for each rollout; C(G+K−1, G) <= 50,000 multisets; `given`
    conditions the groups. Errors: ValueError beyond the limit, before any work, and for an impossible condition.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> found = weighted_moments(lambda group: [Fraction(1 - o, 2) for o in group], two_outcome("1/3"), 2)
    >>> [str(entry) for entry in found.mean]
    ['2/9', '-2/9']
    """
    K, whole = len(policy.probabilities), Fraction(0)
    first: list[Exact] = [Fraction(0)] * K
    second: list[list[Exact]] = [[Fraction(0)] * K for _ in range(K)]
    for group, mass in multiset_groups(policy, G):
        if given is not None and not given(group):
            continue
        whole += mass
        drawn: dict[int, Exact] = {}
        for o, weight in zip(group, weights(group), strict=True):
            drawn[o] = drawn[o] + weight if o in drawn else weight
        for o, a in drawn.items():
            scaled = mass * a
            first[o] = first[o] + scaled
            for other, b in drawn.items():
                if o <= other:
                    second[o][other] = second[o][other] + scaled * b
    if not whole:
        raise ValueError("no group fulfils the condition: moments given an impossible event are undefined")
    mean = [Surd.of(entry) / whole for entry in first]
    away = tuple(
        tuple(Surd.of(second[min(i, j)][max(i, j)]) / whole - mean[i] * mean[j] for j in range(K)) for i in range(K)
    )
    return _in_scores(policy, mean, away)


def _in_scores(policy: FinitePolicy, mean: Sequence[Surd], covariance: Matrix) -> GradientMoments:
    """Mean and covariance of Σ a_o s(o) from those of the coefficients a_o of the outcomes."""
    scores = [policy.score(o) for o in range(len(policy.probabilities))]
    columns = tuple(zip(*scores, strict=True))
    half = [[_dot(row, column) for column in columns] for row in covariance]
    full = tuple(tuple(_dot([row[j] for row in half], column) for j in range(policy.dimension)) for column in columns)
    return GradientMoments(tuple(_dot(mean, column) for column in columns), full)


def _dot(surds_: Sequence[Surd], rationals: Sequence[Fraction]) -> Surd:
    return sum((a * b for a, b in zip(surds_, rationals, strict=True) if b), Surd.of(0))


def moments_of(rows: Sequence[tuple[Fraction, Vector]], dimension: int) -> GradientMoments:
    """The mean and the covariance of a finite distribution of vectors, from pairs (mass, vector).

    Domain: masses of positive sum, by which they are divided. Errors: ValueError when the sum is 0.

    >>> moments_of([(Fraction(1), (Fraction(0),)), (Fraction(1), (Fraction(2),))], 1).trace == 1
    True
    """
    whole = sum((mass for mass, _ in rows), Fraction(0))
    if not whole:
        raise ValueError("no group fulfils the condition: moments given an impossible event are undefined")
    mean = combination([(mass / whole, vector) for mass, vector in rows], dimension)
    second: list[list[Exact]] = [[Fraction(0)] * dimension for _ in range(dimension)]
    for mass, vector in rows:
        for i, a in enumerate(vector):
            if a:
                scaled = mass * a
                for j in range(i, dimension):
                    if vector[j]:
                        second[i][j] = second[i][j] + scaled * vector[j]
    return GradientMoments(
        surds(mean),
        tuple(
            tuple(Surd.of(second[min(i, j)][max(i, j)]) / whole - Surd.of(mean[i]) * mean[j] for j in range(dimension))
            for i in range(dimension)
        ),
    )
