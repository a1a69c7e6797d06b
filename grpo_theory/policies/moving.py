"""Probabilities, tokens and ratios of a policy that moves with its logits, as exact numbers with exact gradients."""

from fractions import Fraction

from grpo_theory.policies.classes import outcomes, success_probability
from grpo_theory.policies.dual import Dual, dual_total
from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.policies.vectors import RationalVector, combination, total


def moving_probability(policy: FinitePolicy, o: int) -> Dual:
    """π(o) together with ∇π(o).

    Domain: an outcome of the policy.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> moving_probability(two_outcome("1/3"), 0)
    Dual(value=Fraction(1, 3), gradient=(Fraction(2, 9), Fraction(-2, 9)))
    """
    return Dual(policy.probabilities[o], policy.gradient_of_probability(o))


def moving_success(policy: FinitePolicy) -> Dual:
    """p together with ∇p.

    Domain: binary rewards. Errors: ValueError otherwise.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> moving_success(two_outcome("1/3")).gradient
    (Fraction(2, 9), Fraction(-2, 9))
    """
    success_probability(policy)
    return dual_total([moving_probability(policy, o) for o in outcomes(policy, 1)], policy.dimension)


def moving_class_mean(policy: FinitePolicy, values: list[Dual], reward: int) -> Dual:
    """E[f(o) | r(o) = reward] with its gradient, the conditional distribution moving with the logits too.

    Domain: `values[o]` is f(o) with its own gradient. Errors: ValueError when no outcome has that reward.

    >>> from grpo_theory.policies.finite import SoftmaxPolicy
    >>> policy = SoftmaxPolicy.of("1/2 1/3 1/6", "1 1 0")
    >>> moving_class_mean(policy, [moving_probability(policy, o) for o in range(3)], 1).value
    Fraction(13, 30)
    """
    members = outcomes(policy, reward)
    if not members:
        raise ValueError(f"no outcome has reward {reward}: an expectation over an empty class is undefined")
    masses = [moving_probability(policy, o) for o in members]
    weighted = [mass * values[o] for mass, o in zip(masses, members, strict=True)]
    return dual_total(weighted, policy.dimension) / dual_total(masses, policy.dimension)


def mean_token_probability(policy: FinitePolicy, o: int, *, divide: bool = True) -> Fraction:
    """π^GRPO(o) = (1/|o|) Σ_t π(o_t | o_<t), or the plain sum over tokens without `divide`.

    Domain: an outcome of the policy. Source: `two-grpo` Eq. 10; Appendix A.2 prints the plain sum.

    >>> from grpo_theory.policies.autoregressive import AutoregressivePolicy
    >>> policy = AutoregressivePolicy.of({(): "1/3 2/3", (1,): "1/4 3/4"}, "1 0 1", length=2, stop=0)
    >>> mean_token_probability(policy, 2)
    Fraction(17, 24)
    """
    tokens = policy.token_probabilities(o)
    return total(tokens) / (len(tokens) if divide else 1)


def mean_token_gradient(policy: FinitePolicy, o: int, *, divide: bool = True) -> RationalVector:
    """∇π^GRPO(o) = (1/|o|) Σ_t ∇π(o_t | o_<t), or the plain sum over tokens without `divide`.

    Domain: an outcome of the policy. Source: `two-grpo` Eq. 10.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> mean_token_gradient(two_outcome("1/3"), 0)
    (Fraction(2, 9), Fraction(-2, 9))
    """
    gradients = policy.token_gradients(o)
    weight = Fraction(1, len(gradients) if divide else 1)
    return combination([(weight, gradient) for gradient in gradients], policy.dimension)


def moving_mean_token(policy: FinitePolicy, o: int) -> Dual:
    """π^GRPO(o) together with its gradient.

    Domain: an outcome of the policy.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> moving_mean_token(two_outcome("1/3"), 1).value
    Fraction(2, 3)
    """
    return Dual(mean_token_probability(policy, o), mean_token_gradient(policy, o))


def check_pair(theta: FinitePolicy, old: FinitePolicy) -> None:
    """Two policies form a pair when they share their outcomes, the lengths of these, and the rewards.

    Errors: ValueError that says what differs.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> check_pair(two_outcome("1/3"), two_outcome("1/2"))
    """
    if theta.rewards != old.rewards:
        raise ValueError("the two policies have different rewards: a ratio compares them on the same outcomes")
    lengths = [[len(policy.token_probabilities(o)) for o in range(len(policy.rewards))] for policy in (theta, old)]
    if lengths[0] != lengths[1]:
        raise ValueError("the two policies have outcomes of different lengths: token ratios compare token by token")


def ratio(theta: FinitePolicy, old: FinitePolicy, o: int) -> Fraction:
    """ρ(o) = π_θ(o)/π_old(o), the ratio of the whole outcome.

    Domain: an outcome of both policies.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> ratio(two_outcome("1/2"), two_outcome("1/3"), 0)
    Fraction(3, 2)
    """
    return theta.probabilities[o] / old.probabilities[o]


def token_ratios(theta: FinitePolicy, old: FinitePolicy, o: int) -> tuple[Fraction, ...]:
    """ρ_t = π_θ(o_t | o_<t)/π_old(o_t | o_<t) for t = 1, ..., |o|.

    Domain: an outcome of both policies. Source: `two-grpo` Eq. 5.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> token_ratios(two_outcome("1/2"), two_outcome("1/3"), 0)
    (Fraction(3, 2),)
    """
    pairs = zip(theta.token_probabilities(o), old.token_probabilities(o), strict=True)
    return tuple(new / before for new, before in pairs)
