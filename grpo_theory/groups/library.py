"""What TRL, verl and OpenRLHF compute from the rewards of one group, as exact rules.

Only functions of a single group belong here: whitening over a batch, length-weighted baselines and the like are left
out, and where a library adds them afterwards the docstring says so. Constants are the libraries' own;
grpo_theory.interop holds every rule against the numbers of their code.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.errors import outside
from grpo_theory.groups.closed_forms import Value
from grpo_theory.groups.evaluation import quotient
from grpo_theory.groups.named import Exact, chosen, grpo, mean_only, non_negative, rloo
from grpo_theory.groups.rules import AdvantageRule, Pair, Rewards, deviation_of, each_reward, mean_of

_TRL_EPSILON = Fraction(1, 10**4)
_VERL_EPSILON = Fraction(1, 10**6)
_OPENRLHF_EPSILON = Fraction(1, 10**9)


def trl_grpo(scale_rewards: str = "group", batch_std: Exact | Surd | None = None) -> AdvantageRule:
    """TRL's GRPOTrainer: (r − m)/(std1 + 1e−4), or r − m with scale_rewards="none".

    Domain: scale_rewards "group", "batch" or "none"; "batch" divides by the deviation of the whole batch, which no
    group knows, and takes it as `batch_std`, a rational or a surd. Errors: ValueError where it is missing.

    >>> round(float(trl_grpo().values(2, 1)[0]), 6)
    0.707007
    """
    chosen("scale_rewards", scale_rewards, ("group", "batch", "none"))
    if scale_rewards == "group":
        return grpo(_TRL_EPSILON, ddof=1, name="trl_grpo")
    if scale_rewards == "none":
        return replace(mean_only(), name="trl_grpo", parameters=(("scale_rewards", "none"),))
    if batch_std is None:
        raise ValueError("scale_rewards = batch divides by the deviation of the whole batch: give it as batch_std")
    spread = batch_std if isinstance(batch_std, Surd) else Surd.of(non_negative("batch_std", batch_std))
    if spread.sign() < 0:
        raise outside("batch_std", spread, "[0, oo)", "a deviation is a root")
    scale = spread + _TRL_EPSILON

    def by_counts(G: int, k: int) -> Pair:
        return Fraction(G - k, G) / scale, Fraction(-k, G) / scale

    def by_rewards(rewards: Rewards) -> tuple[Value, ...]:
        m = mean_of(rewards)
        return each_reward(rewards, lambda reward: (reward - m) / scale)

    parameters = (("scale_rewards", "batch"), ("batch_std", str(spread)))
    return AdvantageRule("trl_grpo", "(r - mean)/(batch_std + 1/10000)", by_counts, by_rewards, parameters)


def trl_rloo() -> AdvantageRule:
    """TRL's RLOOTrainer: the reward minus the mean of the other rewards, before the batch normalisation it offers.

    >>> str(trl_rloo().advantages(4, 1)[0])
    '1'
    """
    return replace(rloo(), name="trl_rloo")


def verl_grpo() -> AdvantageRule:
    """verl's grpo estimator: (r − m)/(std1 + 1e−6); a group of one keeps mean 0 and deviation 1.

    >>> [str(value) for value in verl_grpo().on_rewards([1])]
    ['1000000/1000001']
    """
    return grpo(_VERL_EPSILON, ddof=1, degenerate="raw", name="verl_grpo")


def verl_dr_grpo() -> AdvantageRule:
    """verl's grpo estimator with norm_adv_by_std_in_grpo=False: r − m; a group of one keeps its reward.

    >>> [str(value) for value in verl_dr_grpo().on_rewards([1])]
    ['1']
    """
    return _raw_when_alone(mean_only(), "verl_dr_grpo")


def verl_rloo() -> AdvantageRule:
    """verl's rloo estimator: (r − m)G/(G−1); a group of one keeps its reward.

    >>> str(verl_rloo().advantages(4, 1)[1])
    '-1/3'
    """
    return _raw_when_alone(rloo(), "verl_rloo")


def _raw_when_alone(base: AdvantageRule, name: str) -> AdvantageRule:
    def by_counts(G: int, k: int) -> Pair:
        return (Surd.of(1), Surd.of(0)) if G == 1 else base.by_counts(G, k)

    def by_rewards(rewards: Rewards) -> tuple[Value, ...]:
        return rewards if len(rewards) == 1 else base.by_rewards(rewards)

    return replace(base, name=name, by_counts=by_counts, by_rewards=by_rewards, smallest_group=1)


def verl_grpo_passk(norm_by_std: bool = True) -> AdvantageRule:
    """verl's grpo_passk estimator: only the best rollout counts, with (largest − second largest)/(std1 + 1e−6).

    Domain: `norm_by_std=False` leaves out the division. It is not centred.

    >>> [str(value) for value in verl_grpo_passk(norm_by_std=False).advantages(4, 1)]
    ['1', '0']
    """

    def by_counts(G: int, k: int) -> Pair:
        if k != 1:
            return Surd.of(0), Surd.of(0)
        scale = Surd.sqrt(Fraction(1, G)) + _VERL_EPSILON if norm_by_std else Surd.of(1)
        return Surd.of(1) / scale, Surd.of(0)

    def by_rewards(rewards: Rewards) -> tuple[Value, ...]:
        upwards = sorted(rewards)
        gap: Value = upwards[-1] - upwards[-2]
        if norm_by_std:
            gap = quotient(gap, deviation_of(rewards, ddof=1) + _VERL_EPSILON)
        best = rewards.index(upwards[-1])
        return tuple(gap if place == best else Surd.of(0) for place in range(len(rewards)))

    formula = "(largest - second)/(std1 + 1/1000000) for the best" if norm_by_std else "largest - second for the best"
    parameters = (("norm_by_std", str(norm_by_std)),)
    return AdvantageRule("verl_grpo_passk", formula, by_counts, by_rewards, parameters)


def openrlhf_group_norm() -> AdvantageRule:
    """OpenRLHF's group_norm: (r − m)/(std1 + 1e−9); version 0.11.2 does not whiten it over the batch.

    >>> float(openrlhf_group_norm().advantages(2, 1)[0]) < 0.5**0.5
    True
    """
    return grpo(_OPENRLHF_EPSILON, ddof=1, name="openrlhf_group_norm")


def openrlhf_dr_grpo() -> AdvantageRule:
    """OpenRLHF's dr_grpo: r − m.

    >>> str(openrlhf_dr_grpo().advantages(4, 1)[0])
    '3/4'
    """
    return replace(mean_only(), name="openrlhf_dr_grpo")


def openrlhf_rloo() -> AdvantageRule:
    """OpenRLHF's rloo: the reward minus the mean of the other rewards, not whitened over the batch.

    >>> str(openrlhf_rloo().advantages(4, 1)[0])
    '1'
    """
    return replace(rloo(), name="openrlhf_rloo")
