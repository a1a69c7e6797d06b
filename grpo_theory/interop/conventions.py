"""The conventions of TRL, verl and OpenRLHF for the advantages of one group, each beside the exact rule that it is.

An option is named as its library names it. A convention that also looks at the rest of the batch is run on a batch that
is this one group, one token to a response; `batch` says what it takes from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from grpo_theory.errors import nearest
from grpo_theory.groups.catalogue import NAMED, parse_rule, rule
from grpo_theory.groups.rules import AdvantageRule

LARGEST_RECORDED: Final = 6
"""The group size up to which every binary reward vector is recorded."""

PROBE: Final = 4096
"""The size of one more group, with a single success: its deviation is so small that any smoothing shows."""


@dataclass(frozen=True)
class Library:
    """A library whose code computes advantages: its name, what its code needs to be imported, and how it is run.

    >>> LIBRARIES["trl"].title
    'TRL'
    """

    key: str
    title: str
    modules: tuple[str, ...]
    road: str


LIBRARIES: Final = {
    "trl": Library(
        "trl",
        "TRL",
        ("torch", "transformers", "tokenizers", "datasets", "trl"),
        "a trainer on a random one-layer GPT-2 generates, scores with these rewards and computes advantages",
    ),
    "verl": Library(
        "verl",
        "verl",
        ("torch", "tensordict", "ray", "omegaconf", "codetiming", "orjson", "verl"),
        "the function that verl.trainer.ppo.core_algos has in its registry",
    ),
    "openrlhf": Library(
        "openrlhf",
        "OpenRLHF",
        ("torch", "ray", "openrlhf"),
        "RemoteExperienceMaker.compute_advantages_and_returns without KL penalty, its launcher and deepspeed left out",
    ),
}
"""The libraries by key, in the order in which they are shown."""


@dataclass(frozen=True)
class Convention:
    """One way in which a library computes advantages, and the exact rule that it is on a batch of one group.

    Domain: `rule` is the name of a rule or a formula, with its `parameters`; `bits` is the precision of the arithmetic
    in which the library's code runs, 24 (single) or 53 (double); `batch` is empty where a group does not depend on the
    rest of the batch.

    >>> convention("verl/rloo").exact.name
    'verl_rloo'
    """

    library: str
    option: str
    rule: str
    bits: int
    parameters: tuple[tuple[str, str | int | bool], ...] = ()
    batch: str = ""

    @property
    def key(self) -> str:
        """The library and the option, as text."""
        return f"{self.library}/{self.option}"

    @property
    def exact(self) -> AdvantageRule:
        """The exact rule."""
        given = dict(self.parameters)
        return rule(self.rule, **given) if self.rule in NAMED else parse_rule(self.rule, eps=str(given["eps"]))


_BATCH_DEVIATION: Final = "the deviation is that of the whole batch"
_WHITENED: Final = "mean and deviation are those of all tokens of the batch"
_ROOT: Final = (("epsilon", "1e-8"), ("ddof", 1), ("placement", "inside"))

CONVENTIONS: Final = (
    Convention("trl", "grpo scale_rewards=group", "trl_grpo", 24),
    Convention("trl", "grpo scale_rewards=batch", "trl_grpo", 24, batch=_BATCH_DEVIATION),
    Convention("trl", "grpo scale_rewards=none", "trl_grpo", 24, (("scale_rewards", "none"),)),
    Convention(
        "trl",
        "grpo normalize_then_sum",
        "(r - mean)/(std1 + eps*(std1 + eps))",
        24,
        (("eps", "1e-4"),),
        "after each group, the whole batch is standardised again",
    ),
    Convention("trl", "rloo", "trl_rloo", 24),
    Convention(
        "trl",
        "rloo normalize_advantages",
        "(r - mean)/(std1 + eps*(G - 1)/G)",
        24,
        (("eps", "1e-4"),),
        "the advantages of the whole batch are standardised",
    ),
    Convention("verl", "grpo", "verl_grpo", 53),
    Convention("verl", "grpo norm_adv_by_std_in_grpo=False", "verl_dr_grpo", 53),
    Convention("verl", "grpo_vectorized", "verl_grpo", 24),
    Convention("verl", "grpo_vectorized norm_adv_by_std_in_grpo=False", "verl_dr_grpo", 24),
    Convention("verl", "gdpo", "grpo", 24, (("ddof", 1),), f"after each group, {_WHITENED}"),
    Convention("verl", "grpo_passk", "verl_grpo_passk", 53),
    Convention("verl", "grpo_passk norm_adv_by_std_in_grpo=False", "verl_grpo_passk", 53, (("norm_by_std", False),)),
    Convention("verl", "rloo", "verl_rloo", 53),
    Convention("verl", "rloo_vectorized", "rloo", 53),
    Convention("verl", "opo", "verl_dr_grpo", 53, batch="the mean is weighted by the lengths of the responses"),
    Convention("verl", "gpg", "maxrl", 24, batch="r - m is divided by the share of non-zero scores in the whole batch"),
    Convention("verl", "reinforce_plus_plus", "grpo", 24, _ROOT, _WHITENED),
    Convention("verl", "reinforce_plus_plus_baseline", "grpo", 24, _ROOT, f"after each group's mean, {_WHITENED}"),
    Convention("openrlhf", "group_norm", "openrlhf_group_norm", 53),
    Convention("openrlhf", "dr_grpo", "openrlhf_dr_grpo", 53),
    Convention("openrlhf", "rloo", "openrlhf_rloo", 53),
    Convention("openrlhf", "reinforce_baseline", "grpo", 24, batch=f"after each group's mean, {_WHITENED}"),
    Convention("openrlhf", "reinforce", "grpo", 24, batch=_WHITENED),
    Convention("openrlhf", "flash_reinforce", "mean_only", 53, batch="the mean is that of the whole batch"),
)
"""Every convention, library by library."""

LEFT_OUT: Final = (
    ("verl", "gae", "the values of a critic for every token"),
    ("verl", "remax", "the reward of a greedy response to the same prompt"),
    ("verl", "optimal_token_baseline", "log-probabilities and sums of squared probabilities for every token"),
    ("verl", "tir_optimal_token_baseline", "log-probabilities and sums of squared probabilities for every token"),
    ("openrlhf", "gae", "the values of a critic for every token"),
)
"""What is no function of the rewards alone: library, option, and what it needs besides."""


def convention(key: str) -> Convention:
    """The convention with a key such as verl/grpo.

    Errors: ValueError for an unknown key, with the nearest one.

    >>> convention("trl/rloo").rule
    'trl_rloo'
    """
    by_key = {c.key: c for c in CONVENTIONS}
    if key not in by_key:
        raise nearest(key, by_key, "convention")
    return by_key[key]


def library(key: str) -> Library:
    """The library with a key such as trl, whatever its case.

    Errors: ValueError for an unknown one, with the nearest.

    >>> library("OpenRLHF").key
    'openrlhf'
    """
    found = LIBRARIES.get(key.strip().casefold())
    if found is None:
        raise nearest(key, LIBRARIES, "library")
    return found
