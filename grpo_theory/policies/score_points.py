"""Finite policies with any scores, and any centred count rule, as points of a claim: D, v₊, v₋ and the rule's b_k."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.policies.classes import class_score_variance, contrast_norm, success_probability
from grpo_theory.policies.finite import SoftmaxPolicy, exact_numbers
from grpo_theory.policies.points import at_outcome
from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.policies.vectors import RationalVector, combination, scaled

Coefficients = Callable[[int], Fraction]


@dataclass(frozen=True)
class ScoredPolicy:
    """π_θ(o) ∝ π(o)·exp(θ·s(o)) at θ = 0, where ∇log π_θ(o) = s(o): a finite policy with given scores.

    Domain: scores with Σ π(o)s(o) = 0. Errors: ValueError for others.

    >>> ScoredPolicy.of("1/3 2/3", "1 0", "2", "-1").score(1)
    (Fraction(-1, 1),)
    """

    probabilities: tuple[Fraction, ...]
    rewards: tuple[Fraction, ...]
    scores: tuple[RationalVector, ...]

    def __post_init__(self) -> None:
        """Scores are derivatives of log-probabilities that keep summing to one."""
        if any(combination(zip(self.probabilities, self.scores, strict=True), self.dimension)):
            raise ValueError("the scores have a mean other than 0: the probabilities would not keep summing to 1")

    @classmethod
    def of(cls, probabilities: str, rewards: str, *scores: str) -> "ScoredPolicy":
        """From texts: probabilities, rewards, and one vector of scores for each outcome."""
        vectors = tuple(exact_numbers("score", score) for score in scores)
        return cls(exact_numbers("probability", probabilities), exact_numbers("reward", rewards), vectors)

    @property
    def dimension(self) -> int:
        """The number of parameters."""
        return len(self.scores[0])

    def score(self, o: int) -> RationalVector:
        """∇log π(o)."""
        return self.scores[o]

    def gradient_of_probability(self, o: int) -> RationalVector:
        """∇π(o) = π(o)·s(o)."""
        return scaled(self.probabilities[o], self.scores[o])

    def token_probabilities(self, o: int) -> tuple[Fraction, ...]:
        """An outcome is one token."""
        return (self.probabilities[o],)

    def token_gradients(self, o: int) -> tuple[RationalVector, ...]:
        """An outcome is one token."""
        return (self.gradient_of_probability(o),)


@dataclass(frozen=True)
class ContrastRule:
    """A⁺ = G·b_k/k and A⁻ = −G·b_k/(G−k), zero in silent groups: the centred count rule with coefficients b_k.

    >>> [str(A) for A in ContrastRule(lambda k: Fraction(1)).on_rewards((Fraction(1), Fraction(0), Fraction(0)))]
    ['3', '-3/2', '-3/2']
    """

    b: Coefficients

    def on_rewards(self, rewards: tuple[Fraction | Surd, ...]) -> tuple[Surd, ...]:
        """The advantage of every rollout of the group."""
        size, wins = len(rewards), sum(1 for reward in rewards if reward == 1)
        if wins in (0, size):
            return (Surd.of(0),) * size
        up, down = Fraction(size * self.b(wins), wins), -Fraction(size * self.b(wins), size - wins)
        return tuple(Surd.of(up if reward == 1 else down) for reward in rewards)


def mean_over_mixed(chance: Fraction, size: int, f: Coefficients) -> Fraction:
    """E[f(k); 0 < k < G] as the sum over all 2^G reward vectors.

    >>> mean_over_mixed(Fraction(1, 3), 2, lambda k: Fraction(1))
    Fraction(4, 9)
    """
    total = Fraction(0)
    for rewards in itertools.product((0, 1), repeat=size):
        if 0 < (wins := sum(rewards)) < size:
            total += chance**wins * (1 - chance) ** (size - wins) * f(wins)
    return total


def score_point(policy: FinitePolicy) -> dict[str, Any]:
    """K, p, π(o), r(o), the scores s(o, c) by coordinates c = 1 … n, and D, v₊, v₋ by their definitions.

    ``moving()`` is the policy itself. Domain: binary rewards, both classes present. Errors: ValueError for others.

    >>> point = score_point(SoftmaxPolicy.of("1/2 1/3 1/6", "1 1 0"))
    >>> point["n"], point["D"], point["v_plus"], point["s"](1, 2)
    (3, Fraction(38, 25), Fraction(12, 25), Fraction(-1, 3))
    """
    return {
        "policy": policy.probabilities,
        "rewards": policy.rewards,
        "moving": lambda: policy,
        "K": len(policy.rewards),
        "n": policy.dimension,
        "p": success_probability(policy),
        "pi": at_outcome(policy.probabilities),
        "r": at_outcome(policy.rewards),
        "s": lambda o, c: policy.score(o - 1)[c - 1],
        "D": contrast_norm(policy),
        "v_plus": class_score_variance(policy, 1),
        "v_minus": class_score_variance(policy, 0),
    }


def whitening_point(policy: FinitePolicy, size: int, b: Coefficients) -> dict[str, Any]:
    """A policy, a group size and a centred count rule: b, E b_k = way·x and S = E 1/(D + v₊/k + v₋/(G−k)).

    Silent groups count 0; way is a sign, x a modulus; both means are sums over binomial weights.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> point = whitening_point(two_outcome("1/3"), 2, lambda k: Fraction(3))
    >>> point["way"], point["x"], point["S"]
    (1, Fraction(4, 3), Fraction(2, 9))
    """
    point = score_point(policy)
    p, spread = point["p"], (point["D"], point["v_plus"], point["v_minus"])
    weights = {k: comb(size, k) * p**k * (1 - p) ** (size - k) for k in range(1, size)}
    square = {k: spread[0] + spread[1] / k + spread[2] / (size - k) for k in weights}
    mean = sum((weight * b(k) for k, weight in weights.items()), Fraction(0))
    return point | {
        "G": size,
        "b": b,
        "way": 1 if mean > 0 else -1,
        "x": abs(mean),
        "S": sum((weight / square[k] for k, weight in weights.items()), Fraction(0)),
    }


def uneven_policies() -> tuple[FinitePolicy, ...]:
    """Policies with two, three and four outcomes on which v₊ and v₋ differ, none of them symmetric.

    >>> [(point["v_plus"] == point["v_minus"], point["K"]) for point in map(score_point, uneven_policies())]
    [(True, 2), (False, 3), (False, 3), (False, 4), (False, 4)]
    """
    return (
        SoftmaxPolicy.of("1/3 2/3", "1 0"),
        SoftmaxPolicy.of("1/2 1/6 1/3", "1 1 0"),
        SoftmaxPolicy.of("1/5 3/10 1/2", "1 0 0"),
        SoftmaxPolicy.of("1/6 1/3 1/10 2/5", "1 1 0 0"),
        ScoredPolicy.of("1/6 1/3 1/4 1/4", "1 1 0 0", "2 1", "1/2 -1", "-1 1/3", "-1 1/3"),
    )


def rules_by_coefficients() -> Iterator[Coefficients]:
    """Coefficients b_k of three centred count rules that no paper names, one of them negative at k = 1.

    >>> [[str(b(k)) for k in (1, 2, 3)] for b in rules_by_coefficients()]
    [['1', '1/3', '1/2'], ['-1/2', '1', '5/2'], ['2', '2', '2']]
    """
    yield lambda k: Fraction(k * k - 4 * k + 5, k + 1) if k < 3 else Fraction(1, 2)
    yield lambda k: Fraction(3 * k, 2) - 2
    yield lambda k: Fraction(2)
