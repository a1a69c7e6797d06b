"""Points that several claims share: unlike pairs of policies with groups of growing size, policies by token means."""

from collections.abc import Iterator
from functools import partial
from itertools import chain, islice
from typing import Any

from grpo_theory.policies.autoregressive import AutoregressivePolicy
from grpo_theory.policies.classes import success_probability
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.moving import mean_token_probability
from grpo_theory.policies.points import at_outcome
from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.policies.small import small_autoregressive, small_policies


def unlike_pairs() -> tuple[tuple[FinitePolicy, FinitePolicy], ...]:
    """Pairs (π_θ, π_old) over two outcomes, three outcomes, and token sequences of two lengths, chosen unlike.

    >>> [len(theta.rewards) for theta, _ in unlike_pairs()]
    [2, 3, 3]
    """
    return (
        (SoftmaxPolicy.of("1/3 2/3", "1 0"), SoftmaxPolicy.of("3/5 2/5", "1 0")),
        (SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 1"), SoftmaxPolicy.of("1/5 1/5 3/5", "1 0 1")),
        (
            AutoregressivePolicy.of({(): "1/3 2/3", (1,): "1/4 3/4"}, "1 0 1", length=2, stop=0),
            AutoregressivePolicy.of({(): "1/2 1/2", (1,): "2/5 3/5"}, "1 0 1", length=2, stop=0),
        ),
    )


def unlike_groups(max_group: int) -> Iterator[tuple[FinitePolicy, FinitePolicy, int]]:
    """Each pair of `unlike_pairs` with the group sizes 2, ..., 5 for two outcomes and 2, 3 for three.

    Domain: no size beyond `max_group`.

    >>> [(len(theta.rewards), G) for theta, _, G in unlike_groups(3)]
    [(2, 2), (2, 3), (3, 2), (3, 3), (3, 2), (3, 3)]
    """
    for (theta, old), largest in zip(unlike_pairs(), (5, 3, 3), strict=True):
        yield from ((theta, old, size) for size in range(2, min(max_group, largest) + 1))


def token_mean_point(policy: FinitePolicy) -> dict[str, Any]:
    """K, p, π(o), r(o) and h(o) = π^GRPO(o), the mean token probability; ``policy_itself()`` is the policy.

    Domain: binary rewards. Errors: ValueError for others.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> point = token_mean_point(two_outcome("1/3"))
    >>> point["p"], point["h"](2)
    (Fraction(1, 3), Fraction(2, 3))
    """
    levels = tuple(mean_token_probability(policy, o) for o in range(len(policy.rewards)))
    return {
        "K": len(policy.rewards),
        "p": success_probability(policy),
        "policy": policy.probabilities,
        "rewards": policy.rewards,
        "token_means": levels,
        "pi": at_outcome(policy.probabilities),
        "r": at_outcome(policy.rewards),
        "h": at_outcome(levels),
        "policy_itself": partial(_same, policy),
    }


def token_mean_points() -> Iterator[dict[str, Any]]:
    """Small softmax policies, smallest first, then autoregressive ones with sequences of two lengths.

    >>> str(next(token_mean_points())["p"])
    '1/2'
    """
    policies: Iterator[FinitePolicy] = chain(small_policies(3, 4), islice(small_autoregressive(3), 0, 60, 4))
    return map(token_mean_point, policies)


def _same(policy: FinitePolicy) -> FinitePolicy:
    return policy
