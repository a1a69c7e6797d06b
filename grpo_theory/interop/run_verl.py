"""verl's own estimators, out of its registry, on prescribed rewards: one token to a response."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

Vector = tuple[int, ...]


def advantages(option: str, groups: Sequence[Vector], bits: int = 53) -> list[tuple[float, ...]]:
    """The advantages of one batch of groups, of any sizes, by verl's estimator with an option such as "grpo".

    Domain: `bits` 24 or 53, the precision of the rewards that the estimator is given. Errors: what verl raises.

    >>> from grpo_theory.interop.live import version
    >>> version("verl") is None or advantages("rloo", [(0, 1)]) == [(-1.0, 1.0)]
    True
    """
    algorithms = core_algos()
    import numpy as np
    import torch

    name, _, rest = option.partition(" ")
    scale = rest != "norm_adv_by_std_in_grpo=False"
    kind = torch.float64 if bits == 53 else torch.float32
    rewards = torch.tensor([[float(reward)] for group in groups for reward in group], dtype=kind)
    index = np.array([place for place, group in enumerate(groups) for _ in group], dtype=object)
    given: dict[str, Any] = {"token_level_rewards": rewards, "response_mask": torch.ones(rewards.shape, dtype=int)}
    given["config"] = algorithms.AlgoConfig(norm_adv_by_std_in_grpo=scale, gamma=1.0)
    if name != "reinforce_plus_plus":
        given["index"] = index
    if name in ("grpo", "grpo_vectorized", "gdpo"):
        given["norm_adv_by_std_in_grpo"] = scale
    flat = iter(algorithms.get_adv_estimator_fn(name)(**given)[0][:, 0].tolist())
    return [tuple(next(flat) for _ in group) for group in groups]


def core_algos() -> Any:
    """The module in which verl registers its advantage estimators.

    >>> from grpo_theory.interop.live import version
    >>> version("verl") is None or "grpo" in core_algos().ADV_ESTIMATOR_REGISTRY
    True
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what verl imports
        from verl.trainer.ppo import core_algos as algorithms
    return algorithms
