"""Successes and failures of a finite policy: class probabilities, conditional means, and the contrast of the scores."""

from collections.abc import Callable
from fractions import Fraction

from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.policies.vectors import (
    RationalVector,
    Value,
    combination,
    difference,
    mean_value,
    norm_squared,
    total,
)


def outcomes(policy: FinitePolicy, reward: Fraction | int | None = None) -> tuple[int, ...]:
    """The outcomes {o : r(o) = reward}, all of them when no reward is given.

    Domain: any finite policy; a reward that no outcome has gives the empty tuple.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> outcomes(two_outcome("1/3"), 1)
    (0,)
    """
    return tuple(o for o, r in enumerate(policy.rewards) if reward is None or r == reward)


def class_probability(policy: FinitePolicy, reward: Fraction | int) -> Fraction:
    """P(r = reward) = Σ_{o : r(o) = reward} π(o).

    Domain: any finite policy; 0 for a reward that no outcome has.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> class_probability(two_outcome("1/3"), 0)
    Fraction(2, 3)
    """
    return total([policy.probabilities[o] for o in outcomes(policy, reward)])


def success_probability(policy: FinitePolicy) -> Fraction:
    """p = P(r = 1) under binary rewards.

    Domain: rewards in {0, 1}, 0 and 1 included as values of p. Errors: ValueError for other rewards.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> success_probability(two_outcome("1/3"))
    Fraction(1, 3)
    """
    if any(reward not in (0, 1) for reward in policy.rewards):
        raise ValueError(f"rewards = {_listed(policy.rewards)} are not binary: a success is a reward of 1, a failure 0")
    return class_probability(policy, 1)


def class_mean(policy: FinitePolicy, f: Callable[[int], Value], reward: Fraction | int) -> Value:
    """The conditional expectation E[f(o) | r(o) = reward] = Σ π(o) f(o) / P(r = reward) over that class.

    Domain: f maps an outcome to a number or to a vector. Errors: ValueError when no outcome has that reward.

    >>> from grpo_theory.policies.finite import SoftmaxPolicy
    >>> policy = SoftmaxPolicy.of("1/2 1/3 1/6", "1 1 0")
    >>> class_mean(policy, lambda o: policy.probabilities[o], 1)
    Fraction(13, 30)
    """
    members = outcomes(policy, reward)
    if not members:
        raise ValueError(f"no outcome has reward {reward}: an expectation over an empty class is undefined")
    return mean_value([(policy.probabilities[o], f(o)) for o in members])


def expected_reward(policy: FinitePolicy) -> Fraction:
    """E r = Σ π(o) r(o), for any rewards.

    Domain: any finite policy. Source: `two-grpo` Eq. 1.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> expected_reward(two_outcome("1/3"))
    Fraction(1, 3)
    """
    return total([q * reward for q, reward in zip(policy.probabilities, policy.rewards, strict=True)])


def reward_variance(policy: FinitePolicy) -> Fraction:
    """Var r = E r² − (E r)², for any rewards.

    Domain: any finite policy.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> reward_variance(two_outcome("1/3"))
    Fraction(2, 9)
    """
    second = total([q * reward**2 for q, reward in zip(policy.probabilities, policy.rewards, strict=True)])
    return second - expected_reward(policy) ** 2


def reward_gradient(policy: FinitePolicy) -> RationalVector:
    """∇E r = Σ r(o) ∇π(o), for any rewards; for binary rewards this is ∇p.

    Domain: any finite policy.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> reward_gradient(two_outcome("1/3"))
    (Fraction(2, 9), Fraction(-2, 9))
    """
    terms = [(reward, policy.gradient_of_probability(o)) for o, reward in enumerate(policy.rewards)]
    return combination(terms, policy.dimension)


def score_contrast(policy: FinitePolicy) -> RationalVector:
    """Δ = E[s | r = 1] − E[s | r = 0], the contrast of the scores s = ∇log π.

    Domain: binary rewards with both classes present. Errors: ValueError otherwise.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> score_contrast(two_outcome("1/3"))
    (Fraction(1, 1), Fraction(-1, 1))
    """
    success_probability(policy)
    return difference(class_mean(policy, policy.score, 1), class_mean(policy, policy.score, 0))


def contrast_norm(policy: FinitePolicy) -> Fraction:
    """D = ‖Δ‖².

    Domain: as for `score_contrast`.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> contrast_norm(two_outcome("1/3"))
    Fraction(2, 1)
    """
    return norm_squared(score_contrast(policy))


def class_score_variance(policy: FinitePolicy, reward: Fraction | int) -> Fraction:
    """E[‖s − E[s | r]‖² | r], the variance of the score within one class: v₊ for reward 1, v₋ for reward 0.

    Domain: a reward that some outcome has. Errors: ValueError otherwise.

    >>> from grpo_theory.policies.finite import SoftmaxPolicy
    >>> class_score_variance(SoftmaxPolicy.of("1/2 1/3 1/6", "1 1 0"), 1)
    Fraction(12, 25)
    """
    mean = class_mean(policy, policy.score, reward)

    def spread(o: int) -> Fraction:
        return norm_squared(difference(policy.score(o), mean))

    return class_mean(policy, spread, reward)


def _listed(numbers: tuple[Fraction, ...]) -> str:
    return ", ".join(str(number) for number in numbers[:8]) + (", ..." if len(numbers) > 8 else "")
