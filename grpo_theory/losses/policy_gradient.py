"""Vanilla policy gradient on finite autoregressive policies: printed forms beside the derivatives themselves."""

from fractions import Fraction

from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.policies.vectors import RationalVector, combination, scaled


def printed_policy_gradient(policy: FinitePolicy) -> RationalVector:
    """E[r Σ_t ∇π(o_t | o_<t)], without a logarithm.

    Domain: any finite policy, any rewards. Source: `two-grpo` Eq. 2 as printed.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> printed_policy_gradient(two_outcome("1/3"))
    (Fraction(2, 27), Fraction(-2, 27))
    """
    return _expected(policy, [summed_token_gradient(policy, o) for o in range(len(policy.rewards))])


def score_policy_gradient(policy: FinitePolicy) -> RationalVector:
    """E[r Σ_t ∇log π(o_t | o_<t)].

    Domain: any finite policy, any rewards. Source: the form that `two-grpo` Eq. 2 has in the literature.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> score_policy_gradient(two_outcome("1/3"))
    (Fraction(2, 9), Fraction(-2, 9))
    """
    return _expected(policy, [summed_token_score(policy, o) for o in range(len(policy.rewards))])


def summed_token_gradient(policy: FinitePolicy, o: int) -> RationalVector:
    """Σ_t ∇π(o_t | o_<t), the direction in which the surrogate of GRPO moves an outcome.

    Domain: an outcome of the policy. Source: `two-grpo` A.2.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> summed_token_gradient(two_outcome("1/3"), 0)
    (Fraction(2, 9), Fraction(-2, 9))
    """
    return combination([(Fraction(1), gradient) for gradient in policy.token_gradients(o)], policy.dimension)


def summed_token_score(policy: FinitePolicy, o: int) -> RationalVector:
    """Σ_t ∇π(o_t | o_<t)/π(o_t | o_<t), token by token.

    Domain: an outcome of the policy; it equals ∇log π(o).

    >>> from grpo_theory.policies.finite import two_outcome
    >>> summed_token_score(two_outcome("1/3"), 0)
    (Fraction(2, 3), Fraction(-2, 3))
    """
    pairs = zip(policy.token_probabilities(o), policy.token_gradients(o), strict=True)
    return combination([(1 / probability, gradient) for probability, gradient in pairs], policy.dimension)


def printed_trajectory_gradient(policy: FinitePolicy, o: int) -> Fraction:
    """π(o)·Σ_t π(o_t | o_<t)/π(o_t | o_<t), a number where a gradient is meant: no ∇ stands on the right.

    Domain: an outcome of the policy; the value is |o|·π(o). Source: `two-grpo` A.2 as printed.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> printed_trajectory_gradient(two_outcome("1/3"), 0)
    Fraction(1, 3)
    """
    tokens = policy.token_probabilities(o)
    return policy.probabilities[o] * sum((1 / probability * probability for probability in tokens), Fraction(0))


def trajectory_gradient(policy: FinitePolicy, o: int) -> RationalVector:
    """π(o)·Σ_t ∇π(o_t | o_<t)/π(o_t | o_<t), which is ∇π(o) by the product rule.

    Domain: an outcome of the policy. Source: `two-grpo` A.2 with the ∇ that the printed right side lacks.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> trajectory_gradient(two_outcome("1/3"), 0)
    (Fraction(2, 9), Fraction(-2, 9))
    """
    return scaled(policy.probabilities[o], summed_token_score(policy, o))


def _expected(policy: FinitePolicy, directions: list[RationalVector]) -> RationalVector:
    weights = [q * reward for q, reward in zip(policy.probabilities, policy.rewards, strict=True)]
    return combination(list(zip(weights, directions, strict=True)), policy.dimension)
