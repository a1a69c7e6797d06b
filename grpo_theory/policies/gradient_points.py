"""Finite policies that move along one coordinate, as points of a claim: values and derivatives by outcome and token."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from grpo_theory.policies.autoregressive import AutoregressivePolicy
from grpo_theory.policies.classes import success_probability
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.moving import mean_token_gradient, mean_token_probability
from grpo_theory.policies.protocol import FinitePolicy


def gradient_point(policy: FinitePolicy, coordinate: int) -> dict[str, Any]:
    """π(o), its tokens, their mean f(o), and the derivative D_… of each along one coordinate of the parameters.

    Outcomes and tokens are numbered from 1, the coordinate from 0; ``length(o)`` is the number of tokens and
    ``moving()`` the policy itself. Domain: binary rewards. Errors: ValueError for others.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> point = gradient_point(two_outcome("1/3"), 0)
    >>> point["pi"](1), point["D_pi"](2), point["D_p_q"]()
    (Fraction(1, 3), Fraction(-2, 9), Fraction(2, 9))
    """
    slopes = [policy.gradient_of_probability(o)[coordinate] for o in range(len(policy.rewards))]
    p = success_probability(policy)
    return {
        "policy": getattr(policy, "tables", policy.probabilities),
        "rewards": policy.rewards,
        "coordinate": coordinate,
        "K": len(policy.rewards),
        "p": p,
        "moving": lambda: policy,
        "pi": lambda o: policy.probabilities[o - 1],
        "D_pi": lambda o: slopes[o - 1],
        "r": lambda o: policy.rewards[o - 1],
        "p_q": lambda: p,
        "D_p_q": lambda: sum((r * slope for r, slope in zip(policy.rewards, slopes, strict=True)), Fraction(0)),
        "f": lambda o: mean_token_probability(policy, o - 1),
        "D_f": lambda o: mean_token_gradient(policy, o - 1)[coordinate],
        "length": lambda o: len(policy.token_probabilities(o - 1)),
        "token": lambda o, t: policy.token_probabilities(o - 1)[t - 1],
        "D_token": lambda o, t: policy.token_gradients(o - 1)[t - 1][coordinate],
    }


def at_coordinate(gradient: Callable[[FinitePolicy], Any]) -> Callable[[Any], Any]:
    """The literal side of a gradient statement: the entry of a gradient at the point's coordinate.

    >>> from grpo_theory.policies.classes import reward_gradient
    >>> from grpo_theory.policies.finite import two_outcome
    >>> at_coordinate(reward_gradient)(gradient_point(two_outcome("1/3"), 1))
    Fraction(-2, 9)
    """
    return lambda point: gradient(point["moving"]())[point["coordinate"]]


def all_coordinates(*policies: FinitePolicy) -> Iterator[dict[str, Any]]:
    """The point of every coordinate of every policy.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> [point["coordinate"] for point in all_coordinates(two_outcome("1/3"))]
    [0, 1]
    """
    for policy in policies:
        yield from (gradient_point(policy, coordinate) for coordinate in range(policy.dimension))


def example_policies() -> tuple[FinitePolicy, ...]:
    """Two-, three- and four-outcome policies and two over token sequences, chosen without symmetry.

    >>> [len(policy.rewards) for policy in example_policies()]
    [2, 3, 4, 3, 4]
    """
    return (
        SoftmaxPolicy.of("1/3 2/3", "1 0"),
        SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 1"),
        SoftmaxPolicy.of("1/5 1/10 3/10 2/5", "0 1 1 0"),
        AutoregressivePolicy.of({(): "1/3 2/3", (1,): "1/4 3/4"}, "1 0 1", length=2, stop=0),
        AutoregressivePolicy.of({(): "1/3 2/3", (0,): "2/5 3/5", (1,): "1/7 6/7"}, "0 1 1 0", length=2),
    )
