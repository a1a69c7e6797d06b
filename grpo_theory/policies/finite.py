"""Softmax policies over K outcomes with rational probabilities: in its own logits every score is exact."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grpo_theory.errors import exact_rational, outside, probability
from grpo_theory.policies.classes import (
    class_score_variance,
    contrast_norm,
    reward_gradient,
    score_contrast,
    success_probability,
)
from grpo_theory.policies.vectors import RationalVector, scaled

LARGEST_POLICY = 64
"""The number of outcomes beyond which a finite policy is refused: sums over its groups would never end."""


@dataclass(frozen=True)
class SoftmaxPolicy:
    """π(o) = exp(z_o)/Σ exp(z_j) over K outcomes, given by its probabilities, with rewards r(o).

    Domain: 2 <= K <= 64 positive rationals that sum to one, and K rational rewards. The coordinates of every gradient
    are the K logits z_o. Errors: ValueError for anything else; see `SoftmaxPolicy.of` for other ways to write one.

    >>> SoftmaxPolicy((Fraction(1, 3), Fraction(2, 3)), (Fraction(1), Fraction(0))).score(0)
    (Fraction(2, 3), Fraction(-2, 3))
    """

    probabilities: tuple[Fraction, ...]
    rewards: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "probabilities", checked_distribution("probabilities", self.probabilities))
        object.__setattr__(self, "rewards", tuple(exact_rational("reward", reward) for reward in self.rewards))
        if len(self.rewards) != len(self.probabilities):
            raise ValueError(
                f"{len(self.rewards)} rewards for {len(self.probabilities)} outcomes: every outcome needs one reward"
            )

    @classmethod
    def of(cls, probabilities: str | Iterable[object], rewards: str | Iterable[object]) -> "SoftmaxPolicy":
        """The policy whose probabilities and rewards are written as texts or as any exact numbers.

        Domain: a text of numbers between spaces, or numbers that `exact_rational` takes. Errors: as for the class.

        >>> SoftmaxPolicy.of("1/2 1/3 1/6", "1 1 0").success_probability
        Fraction(5, 6)
        """
        return cls(exact_numbers("probability", probabilities), exact_numbers("reward", rewards))

    @property
    def dimension(self) -> int:
        """The number K of logits."""
        return len(self.probabilities)

    def score(self, o: int) -> RationalVector:
        """s(o) = ∇log π(o) = e_o − π."""
        return tuple(Fraction(j == o) - q for j, q in enumerate(self.probabilities))

    def gradient_of_probability(self, o: int) -> RationalVector:
        """∇π(o) = π(o)·s(o)."""
        return scaled(self.probabilities[o], self.score(o))

    def token_probabilities(self, o: int) -> tuple[Fraction, ...]:
        """An outcome is one token: (π(o),)."""
        return (self.probabilities[o],)

    def token_gradients(self, o: int) -> tuple[RationalVector, ...]:
        """An outcome is one token: (∇π(o),)."""
        return (self.gradient_of_probability(o),)

    @property
    def success_probability(self) -> Fraction:
        """p = P(r = 1)."""
        return success_probability(self)

    @property
    def success_gradient(self) -> RationalVector:
        """∇p."""
        success_probability(self)
        return reward_gradient(self)

    @property
    def contrast(self) -> RationalVector:
        """Δ = E[s | r = 1] − E[s | r = 0]."""
        return score_contrast(self)

    @property
    def contrast_norm(self) -> Fraction:
        """D = ‖Δ‖²."""
        return contrast_norm(self)

    @property
    def v_plus(self) -> Fraction:
        """v₊ = E[‖s − E[s | r = 1]‖² | r = 1]."""
        return class_score_variance(self, 1)

    @property
    def v_minus(self) -> Fraction:
        """v₋ = E[‖s − E[s | r = 0]‖² | r = 0]."""
        return class_score_variance(self, 0)


def two_outcome(p: object) -> SoftmaxPolicy:
    """The two-outcome policy: outcome 0 succeeds with probability p, outcome 1 fails.

    Domain: 0 < p < 1, exact. Errors: ValueError otherwise.

    >>> two_outcome("3/10").probabilities
    (Fraction(3, 10), Fraction(7, 10))
    """
    success = probability("p", p, open=True)
    return SoftmaxPolicy((success, 1 - success), (Fraction(1), Fraction(0)))


def checked_distribution(name: str, numbers: Sequence[object]) -> tuple[Fraction, ...]:
    """Positive rational probabilities that sum to one, as Fractions.

    Domain: 2 to 64 numbers. Errors: ValueError that names what is wrong.

    >>> checked_distribution("probabilities", ["1/4", "3/4"])
    (Fraction(1, 4), Fraction(3, 4))
    """
    values = tuple(exact_rational(name, number) for number in numbers)
    if not 2 <= len(values) <= LARGEST_POLICY:
        raise outside(f"number of {name}", len(values), f"2, ..., {LARGEST_POLICY}", "a policy must choose")
    for value in values:
        if not 0 < value < 1:
            raise outside(name, value, "(0, 1)", "a softmax gives every outcome a positive probability")
    if sum(values) != 1:
        raise ValueError(f"{name} sum to {sum(values)}: a distribution sums to 1")
    return values


def exact_numbers(name: str, numbers: str | Iterable[object]) -> tuple[Fraction, ...]:
    """Several exact numbers, from a text with spaces between them or from any numbers.

    Domain: numbers that `exact_rational` takes. Errors: ValueError for others, under the given name.

    >>> exact_numbers("reward", "1 1/2 0")
    (Fraction(1, 1), Fraction(1, 2), Fraction(0, 1))
    """
    return tuple(exact_rational(name, item) for item in (numbers.split() if isinstance(numbers, str) else numbers))
