"""One cell of an experiment: a method with one group size, its exact law, its mean-field path, its sampled runs."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from grpo_theory.errors import outside
from grpo_theory.experiments import law
from grpo_theory.experiments.groups import Step, StepMoments, gradients, moments_at, relative, step_at
from grpo_theory.experiments.metrics import METRICS, Curve, curves, features, metrics
from grpo_theory.experiments.prompts import Bits, Floats, base_policies, difficulties, logits, softmax, successes
from grpo_theory.experiments.settings import Setting
from grpo_theory.experiments.updates import Coefficients, Method, coefficients
from grpo_theory.policies.finite import SoftmaxPolicy

GRIDS: Final = {1: (12.0, 1 / 32), 2: (8.0, 1 / 8)}
"""By number of logits: where the grid ends, and its spacing. Beyond its end p differs from 1 by less than 4e-4."""


@dataclass(frozen=True)
class Cell:
    """A method at a group size, on a population of prompts.

    Domain: G ≥ 2 divides the rollouts of a step; the policy's classes give the shares of outcomes within successes and
    within failures, at most three outcomes in all. Errors: ValueError otherwise, and beyond the limit of multisets.

    >>> Cell("rloo", Method("rloo"), 4, SoftmaxPolicy.of("1/2 1/2", "1 0"), Setting(rollouts=8)).groups_in_step
    2
    """

    key: str
    method: Method
    G: int
    policy: SoftmaxPolicy
    setting: Setting

    def __post_init__(self) -> None:
        if self.G < 2 or self.setting.rollouts % self.G:
            meaning = "groups of equal size fill the budget of a step"
            raise outside("G", self.G, f"the divisors >= 2 of the {self.setting.rollouts} rollouts of a step", meaning)
        if self.policy.dimension not in (2, 3):
            raise outside("outcomes", self.policy.dimension, "{2, 3}", "the exact law is carried over a grid of logits")
        first = self.base[:1]
        if not self.moments(first).signal.all():
            raise outside("method", self.method.name, "the methods that move a policy", "its expected step is zero")
        self.step(first, 1.0)  # beyond the limit of multisets this is an error, now and not after some work

    @property
    def groups_in_step(self) -> int:
        """B = rollouts/G, the number of independent groups of one prompt in one step."""
        return self.setting.rollouts // self.G

    @property
    def wins(self) -> Bits:
        """Which outcomes succeed."""
        return successes(self.policy.rewards)

    @property
    def base(self) -> Floats:
        """The base policies of the prompts, shape (N, K)."""
        setting = self.setting
        return base_policies(difficulties(*setting.difficulty, setting.prompts), self.policy)

    @property
    def coefficients(self) -> Coefficients:
        """The method as a function of counts and policy."""
        return coefficients(self.method, self.G, self.wins)

    def step(self, pi: Floats, rate: float) -> Step:
        """The exact distribution of one step at policies π."""
        return step_at(self.coefficients, pi, self.G, self.groups_in_step, rate)

    def moments(self, pi: Floats) -> StepMoments:
        """The exact moments of one step's mean gradient at policies π."""
        return moments_at(self.coefficients, pi, self.G, self.groups_in_step)

    @property
    def rate(self) -> float:
        """The learning rate times the factor that makes methods comparable, see `settings.MATCHES`."""
        eta, match = float(self.setting.learning_rate), self.setting.match
        if match == "none":
            return eta
        base = self.base
        p = (base * self.wins).sum(axis=1, keepdims=True)
        gradient = (base * (self.wins - p))[:, : 1 if base.shape[1] == 2 else None]
        first = self.moments(base)
        own = first.signal + (first.noise if match == "step" else 0.0)
        return eta * math.sqrt((gradient**2).sum(axis=1).mean() / own.mean())


def computed(cell: Cell) -> dict[str, Any]:
    """Everything about a cell as JSON values: exact curves, their variances, mean-field path, sampled runs.

    >>> small = Setting(seeds=2, steps=3, rollouts=4, prompts=2)
    >>> found = computed(Cell("rloo", Method("rloo"), 2, SoftmaxPolicy.of("1/2 1/2", "1 0"), small))
    >>> len(found["sampled"]["pass@1"]), len(found["exact"]["pass@1"])
    (2, 4)
    """
    rate = cell.rate
    top, h = GRIDS[cell.policy.dimension - 1]
    exact, moments = exact_law(cell, rate, top, h)
    coarse, _ = exact_law(cell, rate, top + 2, 2 * h)
    runs = sampled_runs(cell, rate, range(cell.setting.seeds))
    error = {name: float(np.abs(exact[name].population - coarse[name].population).max()) for name in METRICS}
    return {
        "key": cell.key,
        "rate": rate,
        "grid_error": error,
        "exact": {name: exact[name].population.tolist() for name in METRICS},
        "variance": {name: exact[name].total_variance.tolist() for name in METRICS},
        "variance_error": {
            name: np.abs(exact[name].total_variance - coarse[name].total_variance).tolist() for name in METRICS
        },
        "cumulants": {name: _safe(exact[name], coarse[name]) for name in METRICS},
        "width": {name: exact[name].width for name in METRICS},
        "mean_field": {name: values.tolist() for name, values in mean_field(cell, rate).items()},
        "relative_variance": (moments[:, 1] / moments[:, 0]).tolist(),
        "effective_sample_size": moments[:, 2].tolist(),
        "sampled": {name: runs[name].tolist() for name in METRICS},
    }


def _safe(fine: Curve, coarse: Curve) -> dict[str, list[float]]:
    """Cumulants raised by what the coarser grid makes of them."""
    pairs = {slope: (value, coarse.cumulants[slope]) for slope, value in fine.cumulants.items()}
    return {repr(slope): (one + np.abs(one - other)).tolist() for slope, (one, other) in pairs.items()}


def exact_law(cell: Cell, rate: float, top: float, h: float) -> tuple[dict[str, Curve], Floats]:
    """Mean and variance of every metric under the law of the sampled chain; and signal, noise, spread over time.

    The second result has shape (T + 1, 3): means over the prompts of ‖E g‖² and tr Var g, and of Σ 1/Σw² over the
    groups of a step.

    >>> small = Setting(seeds=1, steps=2, rollouts=4, prompts=2)
    >>> cell = Cell("rloo", Method("rloo"), 2, SoftmaxPolicy.of("1/2 1/2", "1 0"), small)
    >>> exact_law(cell, 1.0, 12.0, 0.25)[0]["pass@1"].mean.shape
    (3, 2)
    """
    base = cell.base
    starts = logits(base)
    grid = law.grid_around(starts, cell.wins, top, h)
    pi = softmax(grid.points)
    P = law.transition(grid, lambda z: cell.step(softmax(z), rate))
    watched = features(pi, cell.wins, cell.setting.attempts)
    found = law.expectations(P, grid, np.concatenate([watched, _moments(cell, pi)], axis=1), starts, cell.setting.steps)
    return dict(curves(found[..., :-3], base, cell.wins)), np.asarray(found[..., -3:].mean(axis=1), dtype=float)


def _moments(cell: Cell, pi: Floats) -> Floats:
    rows = [cell.moments(pi[i : i + 64]) for i in range(0, len(pi), 64)]
    return np.concatenate([np.stack([row.signal, row.noise, row.spread], axis=1) for row in rows])


def mean_field(cell: Cell, rate: float) -> dict[str, Floats]:
    """Every metric along z_{t+1} = z_t + rate·E g(z_t), the expected update without its noise; means over the prompts.

    >>> small = Setting(seeds=1, steps=2, rollouts=4, prompts=2)
    >>> cell = Cell("rloo", Method("rloo"), 2, SoftmaxPolicy.of("1/2 1/2", "1 0"), small)
    >>> bool(np.all(np.diff(mean_field(cell, 1.0)["pass@1"]) > 0))
    True
    """
    base, of = cell.base, cell.coefficients
    z, path = logits(base), [base]
    for _ in range(cell.setting.steps):
        step = step_at(of, path[-1], cell.G, 1, rate)  # the expectation of a mean of groups is that of one
        z = z + np.einsum("nj,njd->nd", step.chance, step.jump)
        path.append(softmax(z))
    watched = metrics(np.stack(path), base, cell.wins, cell.setting.attempts)
    return {name: np.asarray(values.mean(axis=-1), dtype=float) for name, values in watched.items()}


def sampled_runs(cell: Cell, rate: float, seeds: Sequence[int]) -> dict[str, Floats]:
    """Every metric along sampled runs, means over the prompts; shape (runs, T + 1).

    The random numbers of a run start from the setting's entropy, the cell's key and the number of the run: a run is the
    same whatever else is computed.

    >>> small = Setting(seeds=2, steps=2, rollouts=4, prompts=2)
    >>> cell = Cell("rloo", Method("rloo"), 2, SoftmaxPolicy.of("1/2 1/2", "1 0"), small)
    >>> one, both = sampled_runs(cell, 1.0, [1])["pass@1"], sampled_runs(cell, 1.0, [0, 1])["pass@1"]
    >>> bool(np.all(one[0] == both[1]))
    True
    """
    base, of, G = cell.base, cell.coefficients, cell.G
    generators = [generator(cell, seed) for seed in seeds]
    z = np.broadcast_to(logits(base), (len(seeds), *logits(base).shape))
    path = [np.broadcast_to(base, (len(seeds), *base.shape))]
    size = (len(base), cell.groups_in_step)
    for _ in range(cell.setting.steps):
        pi = path[-1][:, :, None, :]
        counts = np.stack([one.multinomial(G, pi[run], size=size) for run, one in enumerate(generators)])
        z = z + rate * relative(gradients(counts, of(counts, pi), pi).mean(axis=2))
        path.append(softmax(z))
    watched = metrics(np.stack(path, axis=1), base, cell.wins, cell.setting.attempts)
    return {name: np.asarray(values.mean(axis=-1), dtype=float) for name, values in watched.items()}


def generator(cell: Cell, seed: int) -> np.random.Generator:
    """The random numbers of one run of a cell.

    >>> cell = Cell("rloo", Method("rloo"), 2, SoftmaxPolicy.of("1/2 1/2", "1 0"), Setting(rollouts=4))
    >>> bool(generator(cell, 0).random() == generator(cell, 0).random())
    True
    """
    digest = hashlib.sha256(cell.key.encode()).digest()[:16]
    words = [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4)]
    return np.random.default_rng(np.random.SeedSequence(cell.setting.entropy, spawn_key=(*words, seed)))
