"""OpenRLHF's own advantage computation on prescribed rewards: one token to a response, no KL penalty."""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

Vector = tuple[int, ...]
_MAKER = "openrlhf.trainer.ppo_utils.experience_maker"
_PACKAGES = ("models", "trainer", "trainer.ppo_utils", "trainer.ray", "utils")


def advantages(option: str, groups: Sequence[Vector], bits: int = 53) -> list[tuple[float, ...]]:
    """The advantages of one batch of groups of equal size, by OpenRLHF's estimator with an option such as "rloo".

    Domain: `bits` 24 or 53, the precision of the rewards that it is given. Errors: what OpenRLHF raises.

    >>> from grpo_theory.interop.live import version
    >>> version("openrlhf") is None or advantages("rloo", [(0, 1)]) == [(-1.0, 1.0)]
    True
    """
    import torch

    kind, size = (torch.float64 if bits == 53 else torch.float32), len(groups[0])
    rewards = torch.tensor([float(reward) for group in groups for reward in group], dtype=kind)
    ones = torch.ones(len(rewards), 1, dtype=kind)
    with _modules() as maker, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of torch, about the deviation of one number
        batch = maker.Experience(
            index=list(range(len(rewards))), rewards=rewards, action_mask=ones, kl=torch.zeros_like(ones), info={}
        )
        flat = _maker(maker, option, size).compute_advantages_and_returns([batch])[0].advantages[:, 0].tolist()
    return [tuple(flat[start : start + size]) for start in range(0, len(flat), size)]


def _maker(maker: Any, option: str, size: int) -> Any:
    """An experience maker that knows its settings and nothing else: no model takes part in the computation."""
    settings = SimpleNamespace(estimator=option, gamma=1.0, lambd=1.0, no_std_norm=False)
    arguments = SimpleNamespace(
        rollout=SimpleNamespace(n_samples_per_prompt=size),
        reward=SimpleNamespace(clip_range=None),
        algo=SimpleNamespace(advantage=settings),
    )
    bare = maker.RemoteExperienceMaker.__new__(maker.RemoteExperienceMaker)
    bare.advantage_estimator, bare.kl_ctl = option, SimpleNamespace(value=0.0)
    bare.strategy = SimpleNamespace(args=arguments)
    return bare


@contextmanager
def _modules() -> Iterator[Any]:
    """OpenRLHF's module of experience makers, with deepspeed and the launcher of workers stood in for by nothing.

    Its packages import all of a training cluster when they are entered; here they only say where their files lie. What
    was put into sys.modules is taken out again.
    """
    spec = find_spec("openrlhf")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("openrlhf is not installed")
    root, before = Path(spec.submodule_search_locations[0]), dict(sys.modules)
    standing_in = {"deepspeed": ModuleType("deepspeed")}
    standing_in["openrlhf.trainer.ray.launcher"] = ModuleType("openrlhf.trainer.ray.launcher")
    standing_in["openrlhf.trainer.ray.launcher"].__dict__["RayActorGroup"] = object
    for name in _PACKAGES:
        package = ModuleType(f"openrlhf.{name}")
        package.__path__ = [str(root.joinpath(*name.split(".")))]
        standing_in[package.__name__] = package
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what OpenRLHF imports
            sys.modules.update(standing_in)
            yield importlib.import_module(_MAKER)
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] in ("openrlhf", "deepspeed")]:
            del sys.modules[name]
        sys.modules.update({n: m for n, m in before.items() if n.split(".")[0] in ("openrlhf", "deepspeed")})
