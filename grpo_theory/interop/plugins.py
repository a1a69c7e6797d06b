"""Rules handed to a trainer: an advantage estimator for verl's registry, and shaped rewards for TRL's GRPO trainer.

A group's advantages are computed exactly from its rewards and rounded once; groups that come again are remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import Any, Final

from grpo_theory.errors import outside
from grpo_theory.groups.catalogue import find_rule
from grpo_theory.groups.contrast import is_centred
from grpo_theory.groups.rules import AdvantageRule

ALONE: Final = ("zero", "raw")
_REMEMBERED: Final = 65536


def advantages_of(rule: AdvantageRule | str, alone: str = "zero") -> Callable[[Sequence[float]], tuple[float, ...]]:
    """The function (r_1, …, r_G) ↦ (A_1, …, A_G) of a rule on floats: exact within, rounded once.

    Domain: a rule, its name, or a formula such as "(r - mean)/(std + eps)"; rewards are finite and taken at their exact
    binary value. `alone` says what a rollout without siblings gets where the rule has no value for it: 0, or its raw
    reward. Errors: ValueError for a rule that needs p, or that has no value for a group.

    >>> advantages_of("rloo")([1.0, 0.0, 0.0]), advantages_of("rloo")([1.0])
    ((1.0, -0.5, -0.5), (0.0,))
    """
    found = find_rule(rule) if isinstance(rule, str) else rule
    if found.population is not None:
        raise ValueError(f"rule {found.name} knows the success probability: give a trainer rule.at(p)")
    if alone not in ALONE:
        raise outside("alone", alone, "{zero, raw}", "a rollout without siblings gets 0 or its reward")

    @lru_cache(maxsize=_REMEMBERED)
    def computed(rewards: tuple[float, ...]) -> tuple[float, ...]:
        for reward in rewards:
            if not isfinite(reward):
                raise outside("reward", reward, "the finite numbers", "the advantages of its whole group depend on it")
        if len(rewards) < found.smallest_group:
            return rewards if alone == "raw" else (0.0,) * len(rewards)
        if set(rewards) <= {0.0, 1.0}:
            success, failure = found.values(len(rewards), int(sum(rewards)))
            return tuple(float(success if reward else failure) for reward in rewards)  # type: ignore[arg-type]
        return tuple(float(value) for value in found.values_on([Fraction(reward) for reward in rewards]))

    return lambda rewards: computed(tuple(float(reward) for reward in rewards))


def verl_advantage(rule: AdvantageRule | str, alone: str = "zero") -> Callable[..., Any]:
    """A rule as an estimator for verl: `register_adv_est("my_rule")(verl_advantage("grpo"))`.

    Domain: as in `advantages_of`. The estimator takes `token_level_rewards` and `response_mask` of shape
    (batch, length), sums the rewards of a response, groups by `index` in any order and sizes, and gives every token of
    the response its advantage; both results have that shape and the dtype of the rewards. Errors: ValueError for shapes
    that differ, for a batch without `index`, and for a group for which the rule has no value.

    >>> verl_advantage("(r - mean)/(std + eps)").__name__
    'estimator'
    """
    compute = advantages_of(rule, alone)

    def estimator(
        token_level_rewards: Any, response_mask: Any, config: Any = None, index: Any = None, **_: Any
    ) -> tuple[Any, Any]:
        if token_level_rewards.shape != response_mask.shape:
            shapes = f"{tuple(token_level_rewards.shape)} and {tuple(response_mask.shape)}"
            raise ValueError(f"token_level_rewards and response_mask have the shapes {shapes}: they must agree")
        scores = token_level_rewards.detach().sum(dim=-1).tolist()
        if index is None:
            raise ValueError("index is missing: the rule compares rollouts of the same prompt and needs their groups")
        groups = index.tolist() if hasattr(index, "tolist") else list(index)  # the entries of a tensor have no hash
        values = by_group(scores, groups, compute)
        column = token_level_rewards.new_tensor(values).unsqueeze(-1)
        advantages = column * response_mask
        return advantages, advantages.clone()

    return estimator


def by_group(
    scores: Sequence[float],
    groups: Iterable[Hashable],
    compute: Callable[[Sequence[float]], tuple[float, ...]],
) -> list[float]:
    """The advantages of all rollouts, each computed within the rollouts of the same group, in the given order.

    Errors: ValueError where there are not as many group names as scores.

    >>> by_group([1.0, 0.0, 1.0, 0.0, 0.0], "abbab", advantages_of("rloo"))
    [1.0, -0.5, 1.0, -1.0, -0.5]
    """
    places: dict[Hashable, list[int]] = {}
    for place, group in enumerate(groups):
        places.setdefault(group, []).append(place)
    if sum(map(len, places.values())) != len(scores):
        raise ValueError(f"index names {sum(map(len, places.values()))} rollouts where there are {len(scores)}")
    values = [0.0] * len(scores)
    for members in places.values():
        for place, value in zip(members, compute([scores[i] for i in members]), strict=True):
            values[place] = value
    return values


def trl_reward(
    rule: AdvantageRule | str, reward: Callable[..., Sequence[float]], num_generations: int
) -> Callable[..., list[float]]:
    """A reward function for TRL's GRPOTrainer with scale_rewards="none": the rule's advantages of another's rewards.

    Domain: TRL subtracts the mean of the group, so the rule must be centred; num_generations ≥ 2 is the trainer's,
    whose batches hold whole groups one after the other. TRL then logs advantages where it would log rewards. Errors:
    ValueError for a rule that is not centred, and for a batch that does not hold whole groups.

    >>> shaped = trl_reward("maxrl", lambda completions, **_: [float(text == "4") for text in completions], 2)
    >>> shaped(completions=["4", "5", "4", "4"])
    [1.0, -1.0, 0.0, 0.0]
    """
    found = find_rule(rule) if isinstance(rule, str) else rule
    compute = advantages_of(found)
    if not is_centred(found, num_generations):
        raise ValueError(f"rule {found.name} is not centred: TRL would subtract its mean")

    def shaped(*args: Any, **kwargs: Any) -> list[float]:
        rewards = list(reward(*args, **kwargs))
        if len(rewards) % num_generations:
            raise ValueError(f"{len(rewards)} rollouts are no whole groups of {num_generations}: is the batch split?")
        return by_group(rewards, [place // num_generations for place in range(len(rewards))], compute)

    shaped.__name__ = getattr(reward, "__name__", "reward")
    return shaped
