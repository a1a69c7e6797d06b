"""What every finite policy offers: outcomes 0, ..., K−1 with exact probabilities, rewards, tokens and gradients."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Protocol, TypeAlias

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.policies.vectors import RationalVector

Group: TypeAlias = tuple[int, ...]
"""The outcomes of the G rollouts of one group, in the order in which they were drawn."""

OutcomeVector: TypeAlias = Callable[[int], RationalVector]


class FinitePolicy(Protocol):
    """A distribution over K outcomes that depends smoothly on finitely many logits.

    Outcomes are numbered 0, ..., K−1; `gradient` means the derivative in all logits, in one fixed order of
    coordinates, `dimension` many. An outcome is a sequence of tokens; for a softmax over outcomes it has one token.
    """

    @property
    def probabilities(self) -> tuple[Fraction, ...]:
        """π(o) of every outcome."""
        ...

    @property
    def rewards(self) -> tuple[Fraction, ...]:
        """r(o) of every outcome."""
        ...

    @property
    def dimension(self) -> int:
        """The number of logits."""
        ...

    def score(self, o: int) -> RationalVector:
        """∇log π(o)."""
        ...

    def gradient_of_probability(self, o: int) -> RationalVector:
        """∇π(o)."""
        ...

    def token_probabilities(self, o: int) -> tuple[Fraction, ...]:
        """π(o_t | o_<t) for t = 1, ..., |o|."""
        ...

    def token_gradients(self, o: int) -> tuple[RationalVector, ...]:
        """∇π(o_t | o_<t) for t = 1, ..., |o|."""
        ...


class RewardRule(Protocol):
    """A rule that turns the reward vector of a group into its advantages, by its definition."""

    def on_rewards(self, rewards: tuple[Fraction | Surd, ...]) -> Sequence[Surd]:
        """The advantage of every rollout of the group."""
        ...
