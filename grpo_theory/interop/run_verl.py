"""verl's own estimators, out of its registry, on prescribed rewards: one token to a response."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

Vector = tuple[int, ...]
Run = Callable[[Sequence[Vector]], list[tuple[float, ...]]]


@contextmanager
def opened(option: str, bits: int = 53) -> Iterator[Run]:
    """verl's estimator with an option such as "grpo", as a function of one batch of groups of any sizes.

    Domain: `bits` 24 or 53, the precision of the rewards that the estimator is given. Errors: what verl raises.

    >>> from grpo_theory.interop.live import version
    >>> if version("verl"):
    ...     with opened("rloo") as run:
    ...         assert run([(0, 1)]) == [(-1.0, 1.0)]
    """
    algorithms = core_algos()
    name, _, rest = option.partition(" ")
    scale = rest != "norm_adv_by_std_in_grpo=False"
    estimator = algorithms.get_adv_estimator_fn(name)

    def run(groups: Sequence[Vector]) -> list[tuple[float, ...]]:
        given = _arguments(groups, bits)
        given["config"] = algorithms.AlgoConfig(norm_adv_by_std_in_grpo=scale, gamma=1.0)
        if name == "reinforce_plus_plus":
            del given["index"]
        if name in ("grpo", "grpo_vectorized", "gdpo"):
            given["norm_adv_by_std_in_grpo"] = scale
        flat = iter(estimator(**given)[0][:, 0].tolist())
        return [tuple(next(flat) for _ in group) for group in groups]

    yield run


def _arguments(groups: Sequence[Vector], bits: int) -> dict[str, Any]:
    import numpy as np
    import torch

    kind = torch.float64 if bits == 53 else torch.float32
    rewards = torch.tensor([[float(reward)] for group in groups for reward in group], dtype=kind)
    index = np.array([place for place, group in enumerate(groups) for _ in group], dtype=object)
    mask = torch.ones(rewards.shape, dtype=torch.int64)
    return {"token_level_rewards": rewards, "response_mask": mask, "index": index}


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
