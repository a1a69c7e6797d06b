"""OpenRLHF's own advantage computation on prescribed rewards: one token to a response, no KL penalty."""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

Vector = tuple[int, ...]
Run = Callable[[Sequence[Vector]], list[tuple[float, ...]]]
_MAKER = "openrlhf.trainer.ppo_utils.experience_maker"
_PACKAGES = ("models", "trainer", "trainer.ppo_utils", "trainer.ray", "utils")


@contextmanager
def opened(option: str, bits: int = 53) -> Iterator[Run]:
    """OpenRLHF's estimator with an option such as "rloo", as a function of one batch of groups of equal size.

    Domain: `bits` 24 or 53, the precision of the rewards that it is given. Errors: what OpenRLHF raises.

    >>> from grpo_theory.interop.live import version
    >>> if version("openrlhf"):
    ...     with opened("rloo") as run:
    ...         assert run([(0, 1)]) == [(-1.0, 1.0)]
    """
    import torch

    kind = torch.float64 if bits == 53 else torch.float32
    with _modules() as maker:

        def run(groups: Sequence[Vector]) -> list[tuple[float, ...]]:
            size = len(groups[0])
            rewards = torch.tensor([float(reward) for group in groups for reward in group], dtype=kind)
            ones = torch.ones(len(rewards), 1, dtype=kind)
            given = {"rewards": rewards, "action_mask": ones, "kl": torch.zeros_like(ones), "info": {}}
            batch = maker.Experience(index=list(range(len(rewards))), **given)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # of torch, about the deviation of one number
                done = _maker(maker, option, size).compute_advantages_and_returns([batch])[0]
            flat = done.advantages[:, 0].tolist()
            return [tuple(flat[start : start + size]) for start in range(0, len(flat), size)]

        yield run


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
            maker = importlib.import_module(_MAKER)
        yield maker
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] in ("openrlhf", "deepspeed")]:
            del sys.modules[name]
        sys.modules.update({n: m for n, m in before.items() if n.split(".")[0] in ("openrlhf", "deepspeed")})
