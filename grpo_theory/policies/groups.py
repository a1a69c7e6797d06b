"""Groups of outcomes: every expectation is the literal sum over all K^G groups that a policy can draw."""

import itertools
import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.errors import group_size, outside
from grpo_theory.policies.protocol import FinitePolicy, Group, RewardRule
from grpo_theory.policies.vectors import (
    Exact,
    SurdVector,
    Value,
    Vector,
    combination,
    mean_value,
    scaled,
    surds,
    total,
)

GROUP_LIMIT: Final = 2**20
"""The number K^G of groups beyond which a literal sum is refused."""

Condition = Callable[[Group], bool]


def rollouts(policy: FinitePolicy, n: int) -> Iterator[tuple[Group, Fraction]]:
    """All K^n outcome tuples of n independent rollouts, each with its probability Π π(o_i).

    Domain: n >= 1 with K^n <= 2^20, outcomes with π(o) = 0 never occurring. Errors: ValueError beyond the limit.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> [(group, str(q)) for group, q in rollouts(two_outcome("1/3"), 2)]
    [((0, 0), '1/9'), ((0, 1), '2/9'), ((1, 0), '2/9'), ((1, 1), '4/9')]
    """
    count = len(policy.probabilities)
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise outside("n", n, "the integers 1, 2, ...", "it counts independent rollouts")
    if n * math.log2(count) > math.log2(GROUP_LIMIT):
        raise ValueError(
            f"{count}^{n} outcome tuples lie beyond the limit of {GROUP_LIMIT}: the literal sum takes each one; "
            "use a smaller group or fewer outcomes"
        )
    return _tuples(policy.probabilities, n)


def _tuples(probabilities: tuple[Fraction, ...], n: int) -> Iterator[tuple[Group, Fraction]]:
    for group in itertools.product(range(len(probabilities)), repeat=n):
        mass = Fraction(1)
        for o in group:
            mass *= probabilities[o]
        yield group, mass


def groups(policy: FinitePolicy, G: int) -> Iterator[tuple[Group, Fraction]]:
    """All K^G groups of G independent rollouts, each with its probability Π π(o_i).

    Domain: G >= 2 with K^G <= 2^20. Errors: ValueError for another G and beyond the limit.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> sum(probability for _, probability in groups(two_outcome("1/3"), 5))
    Fraction(1, 1)
    """
    return rollouts(policy, group_size(G))


def group_rewards(policy: FinitePolicy, group: Group) -> tuple[Fraction, ...]:
    """The rewards (r(o_1), ..., r(o_G)) of a group.

    Domain: outcomes of the policy.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> [str(reward) for reward in group_rewards(two_outcome("1/3"), (0, 1, 1))]
    ['1', '0', '0']
    """
    return tuple(policy.rewards[o] for o in group)


def mixed(policy: FinitePolicy) -> Condition:
    """The event that a group is not silent: its rewards are not all equal.

    Domain: any finite policy; the answer is a predicate on groups, to be used as `given=`.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> mixed(two_outcome("1/3"))((0, 0)), mixed(two_outcome("1/3"))((0, 1))
    (False, True)
    """
    return lambda group: len(set(group_rewards(policy, group))) > 1


def condition_of(rule: RewardRule, policy: FinitePolicy, given: Condition | None) -> Condition | None:
    """The event that an expectation under a rule is conditioned on: `given`, and mixed groups for a rule that redraws.

    Domain: any rule; one that has `mixed_only` set never sees a silent group. None stands for the certain event.

    >>> from grpo_theory.groups import rule
    >>> from grpo_theory.policies.finite import two_outcome
    >>> condition_of(rule("grpo"), two_outcome("1/3"), None) is None
    True
    """
    if not getattr(rule, "mixed_only", False):
        return given
    is_mixed = mixed(policy)
    return lambda group: is_mixed(group) and (given is None or given(group))


def expected_over_groups(
    policy: FinitePolicy, G: int, f: Callable[[Group], Value], *, given: Condition | None = None
) -> Value:
    """E[f(o_1, ..., o_G)] = Σ Π π(o_i) f(o_1, ..., o_G), or that expectation given an event.

    Domain: f maps a group to a number or to a vector; `given` is a predicate on groups. Errors: ValueError when the
    event is impossible, or K^G lies beyond the limit.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> expected_over_groups(two_outcome("1/3"), 3, lambda group: Fraction(group.count(0)))
    Fraction(1, 1)
    """
    terms = [(q, f(group)) for group, q in groups(policy, G) if given is None or given(group)]
    if not terms:
        raise ValueError("no group fulfils the condition: an expectation given an impossible event is undefined")
    return mean_value(terms)


def group_advantages(rule: RewardRule, policy: FinitePolicy, group: Group) -> SurdVector:
    """The advantages (A_1, ..., A_G) of a group, from its reward vector by the rule's definition.

    Domain: any rule with `on_rewards`, any group of the policy.

    >>> from grpo_theory.groups import rule
    >>> from grpo_theory.policies.finite import two_outcome
    >>> [str(A) for A in group_advantages(rule("grpo"), two_outcome("1/3"), (0, 1))]
    ['1', '-1']
    """
    return tuple(rule.on_rewards(group_rewards(policy, group)))


def advantage_tally(
    rule: RewardRule, policy: FinitePolicy, G: int, *, given: Condition | None = None
) -> dict[tuple[int, Surd], Fraction]:
    """E[(1/G)·#{i : o_i = o, A_i = A}] for every outcome o and advantage A that occur together.

    A mean over rollouts E[(1/G) Σ h(o_i, A_i)] is then Σ h(o, A)·tally(o, A): the terms of the literal sum over
    groups, collected. Domain and errors: as for `expected_over_groups`.

    >>> from grpo_theory.groups import rule
    >>> from grpo_theory.policies.finite import two_outcome
    >>> tally = advantage_tally(rule("grpo"), two_outcome("1/3"), 2)
    >>> {(o, str(A)): str(mass) for (o, A), mass in tally.items()}
    {(0, '0'): '1/9', (0, '1'): '2/9', (1, '-1'): '2/9', (1, '0'): '4/9'}
    """
    event = condition_of(rule, policy, given)
    masses: dict[tuple[int, Surd], Fraction] = {}
    known: dict[tuple[Fraction, ...], SurdVector] = {}
    mass = Fraction(0)
    for group, probability in groups(policy, G):
        if event is not None and not event(group):
            continue
        mass += probability
        rewards = group_rewards(policy, group)
        if rewards not in known:
            known[rewards] = tuple(rule.on_rewards(rewards))
        for key in zip(group, known[rewards], strict=True):
            masses[key] = masses.get(key, Fraction(0)) + probability
    if not mass:
        raise ValueError("no group fulfils the condition: an expectation given an impossible event is undefined")
    return {key: masses[key] / (G * mass) for key in sorted(masses)}


def expected_mean(
    rule: RewardRule,
    policy: FinitePolicy,
    G: int,
    h: Callable[[int, Surd], Exact],
    *,
    given: Condition | None = None,
) -> Surd:
    """E[(1/G) Σ h(o_i, A_i)] over the groups of a policy.

    Domain: h maps an outcome and its advantage to an exact number. Errors: as for `expected_over_groups`.

    >>> from grpo_theory.groups import rule
    >>> from grpo_theory.policies.finite import two_outcome
    >>> str(expected_mean(rule("grpo"), two_outcome("1/3"), 2, lambda o, A: A * A))
    '4/9'
    """
    tally = advantage_tally(rule, policy, G, given=given)
    return Surd.of(total([mass * h(o, A) for (o, A), mass in tally.items()]))


def expected_mean_vector(
    rule: RewardRule,
    policy: FinitePolicy,
    G: int,
    h: Callable[[int, Surd], Vector],
    *,
    given: Condition | None = None,
) -> SurdVector:
    """E[(1/G) Σ h(o_i, A_i)] over the groups of a policy, for vectors h.

    Domain: h maps an outcome and its advantage to a vector. Errors: as for `expected_over_groups`.

    >>> from grpo_theory.groups import rule
    >>> from grpo_theory.policies.finite import two_outcome
    >>> [str(entry) for entry in expected_mean_vector(rule("grpo"), two_outcome("1/3"), 2, lambda o, A: (A, A * A))]
    ['0', '4/9']
    """
    tally = advantage_tally(rule, policy, G, given=given)
    terms: list[tuple[Exact, Vector]] = [(mass, h(o, A)) for (o, A), mass in tally.items()]
    return surds(combination(terms, len(terms[0][1])))


def expected_update(rule: RewardRule, policy: FinitePolicy, G: int, *, given: Condition | None = None) -> SurdVector:
    """E[(1/G) Σ A_i s(o_i)], the expected on-policy update without clipping.

    Domain: any rule, any finite policy, `given=mixed(policy)` for groups that are not silent.

    >>> from grpo_theory.groups import rule
    >>> from grpo_theory.policies.finite import two_outcome
    >>> [str(entry) for entry in expected_update(rule("grpo"), two_outcome("1/3"), 2)]
    ['2/9', '-2/9']
    """
    return expected_mean_vector(rule, policy, G, lambda o, A: scaled(A, policy.score(o)), given=given)
