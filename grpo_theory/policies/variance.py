"""Exact mean, second moment and variance of the update of one group, and of batches of independent groups.

Every sum here is literal. `covariance` and `multisets` reach larger groups, `whitening` has the closed forms,
`equal_rollouts` compares group sizes.
"""

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.errors import group_size, outside
from grpo_theory.policies.groups import GROUP_LIMIT, Condition, condition_of, group_advantages, groups, mixed
from grpo_theory.policies.protocol import FinitePolicy, Group, RewardRule
from grpo_theory.policies.vectors import Exact, RationalVector, SurdVector, Vector, combination, norm_squared, surds


@dataclass(frozen=True)
class Moments:
    """The mean E g and the second moment E‖g‖² of a random vector.

    Domain: exact numbers. `trace` is tr Var = E‖g‖² − ‖E g‖², `relative` is tr Var/‖E g‖².

    >>> Moments((Surd.of(1),), Surd.of(3)).trace == 2
    True
    """

    mean: SurdVector
    second: Surd

    @property
    def trace(self) -> Surd:
        """tr Var = E‖g‖² − ‖E g‖²."""
        return self.second - norm_squared(self.mean)

    @property
    def relative(self) -> Surd:
        """tr Var/‖E g‖². Errors: ValueError when E g = 0."""
        length = norm_squared(self.mean)
        if not length:
            raise ValueError("the mean update is 0: its relative variance is undefined")
        return self.trace / length

    def batch(self, Q: int) -> "Moments":
        """The moments of the mean of Q independent copies: the same mean, tr Var divided by Q.

        Domain: an integer Q >= 1. Errors: ValueError otherwise.

        >>> Moments((Surd.of(1),), Surd.of(3)).batch(4).trace == Fraction(1, 2)
        True
        """
        return Moments(self.mean, self.trace / _batch_size(Q) + norm_squared(self.mean))


def group_update(rule: RewardRule, policy: FinitePolicy, group: Group) -> Vector:
    """g = (1/G) Σ A_i s(o_i), the update of one sampled group.

    Domain: any rule, any group of the policy.

    >>> from grpo_theory.groups import rule
    >>> from grpo_theory.policies.finite import two_outcome
    >>> [str(x) for x in group_update(rule("grpo"), two_outcome("1/3"), (0, 1))]
    ['1/2', '-1/2']
    """
    share = Fraction(1, len(group))
    rows: list[tuple[Exact, Vector]] = []
    for o, advantage in zip(group, group_advantages(rule, policy, group), strict=True):
        rows.append((share * advantage, policy.score(o)))
    return combination(rows, policy.dimension)


def update_moments(rule: RewardRule, policy: FinitePolicy, G: int, *, given: Condition | None = None) -> Moments:
    """E g and E‖g‖² of the update g = (1/G) Σ A_i s_i of one group, as literal sums over all K^G groups.

    Domain: any rule, any finite policy, `given` conditions the groups. Errors: ValueError beyond the limit of groups
    or for an impossible condition. Source: `two-grpo` Definition 4.2 with one group as the unit of the batch.

    >>> from grpo_theory.groups import rule
    >>> from grpo_theory.policies.finite import two_outcome
    >>> moments = update_moments(rule("grpo"), two_outcome("1/3"), 2)
    >>> str(moments.second), str(moments.trace), str(moments.relative)
    ('2/9', '10/81', '5/4')
    """
    event = condition_of(rule, policy, given)
    drawn = [(group, q) for group, q in groups(policy, G) if event is None or event(group)]
    weighted = [(q, group_update(rule, policy, group)) for group, q in drawn]
    return _moments(weighted, policy.dimension)


def batch_moments(rule: RewardRule, policy: FinitePolicy, G: int, Q: int) -> Moments:
    """The moments of the mean update of Q independent groups, as the literal sum over all (K^G)^Q batches.

    Domain: tiny cases only, K^(GQ) <= 2^20; `update_moments(...).batch(Q)` is the same by additivity of variance.
    Errors: ValueError beyond the limit. Source: `two-grpo` Eq. 17.

    >>> from grpo_theory.groups import rule
    >>> from grpo_theory.policies.finite import two_outcome
    >>> str(batch_moments(rule("grpo"), two_outcome("1/3"), 2, 2).relative)
    '5/8'
    """
    _check_count(len(policy.probabilities), group_size(G) * _batch_size(Q))
    event = condition_of(rule, policy, None)
    drawn = [(group, q) for group, q in groups(policy, G) if event is None or event(group)]
    one = [(q, group_update(rule, policy, group)) for group, q in drawn]
    weighted: list[tuple[Fraction, Vector]] = []
    for batch in itertools.product(one, repeat=Q):
        mass = math.prod((q for q, _ in batch), start=Fraction(1))
        rows: list[tuple[Exact, Vector]] = [(Fraction(1, Q), update) for _, update in batch]
        weighted.append((mass, combination(rows, policy.dimension)))
    return _moments(weighted, policy.dimension)


def expected_after_dropping(rule: RewardRule, policy: FinitePolicy, G: int, Q: int) -> SurdVector:
    """E of the mean update over those of Q independent groups that are not silent, 0 when all are.

    Domain: tiny cases, K^(GQ) <= 2^20, the sum over batches literal. Errors: ValueError beyond the limit. Source:
    `two-grpo` Sec. 6, zero-advantage rollouts dropped and the rest averaged.

    >>> from grpo_theory.groups import rule
    >>> from grpo_theory.policies.finite import two_outcome
    >>> [str(x) for x in expected_after_dropping(rule("grpo"), two_outcome("1/3"), 2, 1)]
    ['2/9', '-2/9']
    """
    _check_count(len(policy.probabilities), group_size(G) * _batch_size(Q))
    is_mixed = mixed(policy)
    one = [(q, group_update(rule, policy, group) if is_mixed(group) else None) for group, q in groups(policy, G)]
    rows: list[tuple[Exact, Vector]] = []
    for batch in itertools.product(one, repeat=Q):
        mass = math.prod((q for q, _ in batch), start=Fraction(1))
        kept = [update for _, update in batch if update is not None]
        rows += [(mass / len(kept), update) for update in kept]
    return surds(combination(rows, policy.dimension))


def across_prompts(prompts: tuple[tuple[Fraction, Moments], ...]) -> Moments:
    """The moments of a group's update when its prompt is drawn first: mixtures of means and of second moments.

    Domain: pairs (probability of the prompt, moments given the prompt), probabilities summing to one, one dimension.
    Errors: ValueError otherwise. Source: `two-grpo` Sec. 4.2.

    >>> mixture = across_prompts(((Fraction(1, 2), Moments((Surd.of(1),), Surd.of(1))),
    ...                           (Fraction(1, 2), Moments((Surd.of(3),), Surd.of(9)))))
    >>> mixture.trace == 1
    True
    """
    if sum(share for share, _ in prompts) != 1:
        raise ValueError("the probabilities of the prompts do not sum to 1")
    rows: list[tuple[Exact, Vector]] = [(share, moments.mean) for share, moments in prompts]
    second = sum((share * moments.second for share, moments in prompts), Surd.of(0))
    return Moments(surds(combination(rows, len(prompts[0][1].mean))), second)


def sample_mean_variance(weights: tuple[Fraction, ...], vectors: tuple[RationalVector, ...], B: int) -> Fraction:
    """tr Var of the mean of B independent draws from a finite distribution of vectors, over all draws literally.

    Domain: weights that sum to one, N^B <= 2^20. Errors: ValueError beyond. Source: `two-grpo` Lemma 4.3, Eq. 16.

    >>> sample_mean_variance((Fraction(1, 3), Fraction(2, 3)), ((Fraction(1),), (Fraction(0),)), 2)
    Fraction(1, 9)
    """
    _check_count(len(weights), _batch_size(B))
    weighted: list[tuple[Fraction, Vector]] = []
    for batch in itertools.product(range(len(weights)), repeat=B):
        mass = math.prod((weights[index] for index in batch), start=Fraction(1))
        rows: list[tuple[Exact, Vector]] = [(Fraction(1, B), vectors[index]) for index in batch]
        weighted.append((mass, combination(rows, len(vectors[0]))))
    return _moments(weighted, len(vectors[0])).trace.fraction()


def _moments(weighted: list[tuple[Fraction, Vector]], dimension: int) -> Moments:
    mass = sum((q for q, _ in weighted), Fraction(0))
    if not mass:
        raise ValueError("no group fulfils the condition: moments given an impossible event are undefined")
    rows: list[tuple[Exact, Vector]] = [(q / mass, update) for q, update in weighted]
    second = Surd.of(0)
    for q, update in weighted:
        second = second + q / mass * norm_squared(update)
    return Moments(surds(combination(rows, dimension)), second)


def _batch_size(Q: int) -> int:
    if isinstance(Q, bool) or not isinstance(Q, int) or Q < 1:
        raise outside("batch size", Q, "the integers 1, 2, ...", "it counts independent draws")
    return Q


def _check_count(base: int, exponent: int) -> None:
    if exponent * math.log2(max(base, 2)) > math.log2(GROUP_LIMIT):
        raise ValueError(f"{base}^{exponent} batches lie beyond the limit of {GROUP_LIMIT} of a literal sum")
