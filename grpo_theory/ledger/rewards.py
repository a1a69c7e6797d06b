"""Groups with real rewards as points of a claim: integers, fractions and roots, ties at the mean included."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from grpo_theory.arithmetic.surds import Surd

Reward = int | Fraction | Surd

REWARD_VECTORS: tuple[tuple[Reward, ...], ...] = (
    (1, 0),
    (0, 1, 1),
    (Fraction(-1, 2), Fraction(7, 3)),
    (3, 1, 2),
    (5, 0, 0, 0),
    (Fraction(1, 2), Fraction(-1, 2), Fraction(3, 2), Fraction(1, 2)),
    (-7, 2, 2, 2, Fraction(1, 3)),
    (0, Surd.sqrt(2), -Surd.sqrt(2), 0),
)
"""Rewards that are not all equal; in some groups one rollout has exactly the mean reward."""


def reward_point(rewards: Sequence[Reward]) -> dict[str, Any]:
    """G, the rewards, r(i) for i = 1 … G, their mean, and their population deviation.

    Domain: at least one reward, the deviation in the field of surds.

    >>> point = reward_point((3, 1, 2, 2))
    >>> point["G"], str(point["r"](1)), str(point["mean"]), str(point["deviation"])
    (4, '3', '2', '1/2*sqrt(2)')
    """
    exact = tuple(Surd.of(reward) for reward in rewards)
    mean = sum(exact, Surd.of(0)) / len(exact)
    squares = [(reward - mean) ** 2 for reward in exact]
    return {
        "G": len(exact),
        "rewards": exact,
        "r": lambda i: exact[i - 1],
        "mean": mean,
        "deviation": (sum(squares, Surd.of(0)) / len(exact)).sqrt(),
    }


def reward_points(_: int) -> Iterator[dict[str, Any]]:
    """The point of every vector of REWARD_VECTORS.

    >>> len(list(reward_points(6)))
    8
    """
    return (reward_point(rewards) for rewards in REWARD_VECTORS)
