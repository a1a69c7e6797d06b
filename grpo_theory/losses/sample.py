"""A sampled group: its outcomes, the policy that moves, the one that drew them, and a reference where one is needed."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from grpo_theory.errors import outside
from grpo_theory.losses.reals import Real
from grpo_theory.policies.moving import check_pair, token_ratios
from grpo_theory.policies.protocol import FinitePolicy, Group


@dataclass(frozen=True)
class Sample:
    """The group (o_1, ..., o_G) of outcomes of π_θ, drawn from π_old, with a reference policy π_ref.

    Domain: outcomes of the policies, which share their rewards and the lengths of their outcomes. Without `old` the
    group is on-policy, π_old = π_θ held still; without `reference` π_ref = π_old. Errors: ValueError
    for an empty group, an unknown outcome, and policies that differ in rewards or lengths.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> Sample(two_outcome("1/3"), (0, 1, 1)).rewards
    (Fraction(1, 1), Fraction(0, 1), Fraction(0, 1))
    """

    theta: FinitePolicy
    group: Group
    old: FinitePolicy | None = None
    reference: FinitePolicy | None = None

    def __post_init__(self) -> None:
        for other in (self.old, self.reference):
            if other is not None and other is not self.theta:
                check_pair(self.theta, other)
        if not self.group:
            raise ValueError("the group is empty: a loss needs at least one rollout")
        count = len(self.theta.rewards)
        for o in self.group:
            if isinstance(o, bool) or not isinstance(o, int) or not 0 <= o < count:
                raise outside("outcome", o, f"the integers 0, ..., {count - 1}", "the policy has no other outcome")

    @property
    def sampler(self) -> FinitePolicy:
        """π_old, the policy that drew the group."""
        return self.theta if self.old is None else self.old

    @property
    def anchor(self) -> FinitePolicy:
        """π_ref."""
        return self.sampler if self.reference is None else self.reference

    @cached_property
    def rewards(self) -> tuple[Fraction, ...]:
        """r(o_i) of every rollout."""
        return tuple(self.theta.rewards[o] for o in self.group)

    @cached_property
    def tokens(self) -> tuple[tuple[Real, ...], ...]:
        """π_θ(o_{i,t} | o_{i,<t}) of every rollout i and token t, held still."""
        return tuple(self.theta.token_probabilities(o) for o in self.group)

    @cached_property
    def ratios(self) -> tuple[tuple[Fraction, ...], ...]:
        """ρ_{i,t} = π_θ(o_{i,t} | o_{i,<t})/π_old(o_{i,t} | o_{i,<t}), held still."""
        return tuple(token_ratios(self.theta, self.sampler, o) for o in self.group)

    @cached_property
    def likelihoods(self) -> tuple[Fraction, ...]:
        """π_θ(o_i) of every rollout, held still."""
        return tuple(self.theta.probabilities[o] for o in self.group)

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """|o_i| of every rollout."""
        return tuple(len(row) for row in self.tokens)

    @property
    def silent(self) -> bool:
        """Whether all rewards are equal."""
        return len(set(self.rewards)) == 1

    @property
    def successes(self) -> tuple[int, ...]:
        """The rollouts i with r(o_i) = 1, by their places in the group."""
        return _split(self.rewards, 1)

    @property
    def failures(self) -> tuple[int, ...]:
        """The rollouts i with r(o_i) = 0, by their places in the group."""
        return _split(self.rewards, 0)

    def __str__(self) -> str:
        """The group with the numbers that tell it apart: rewards, likelihoods, and π_old where it differs."""
        bits, masses = (" ".join(map(str, row)) for row in (self.rewards, self.likelihoods))
        text = f"rewards ({bits}), likelihoods ({masses})"
        if any(rho != 1 for row in self.ratios for rho in row):
            text += ", token ratios (" + "; ".join(" ".join(map(str, row)) for row in self.ratios) + ")"
        if max(self.lengths) > 1:
            text += f", lengths ({' '.join(map(str, self.lengths))})"
        return text


def _split(rewards: tuple[Fraction, ...], reward: int) -> tuple[int, ...]:
    if any(r not in (0, 1) for r in rewards):
        listed = ", ".join(map(str, rewards))
        raise ValueError(f"rewards = ({listed}) are not binary: a success is a reward of 1, a failure 0")
    return tuple(i for i, r in enumerate(rewards) if r == reward)
