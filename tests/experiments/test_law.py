"""The exact law against the literal tree of all runs, and mean fields, matched steps and curves against definitions."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from grpo_theory.experiments.cells import GRIDS, Cell, exact_law, mean_field
from grpo_theory.experiments.groups import step_at
from grpo_theory.experiments.metrics import METRICS, metrics
from grpo_theory.experiments.prompts import difficulties, logits, softmax
from grpo_theory.experiments.settings import Setting
from grpo_theory.experiments.updates import Method
from grpo_theory.policies.finite import SoftmaxPolicy, two_outcome

TWO, THREE = two_outcome("1/2"), SoftmaxPolicy.of("2/5 1/10 1/2", "1 1 0")
FAILURES = SoftmaxPolicy.of("1/2 1/5 3/10", "1 0 0")


def cell(policy: SoftmaxPolicy, method: Method, G: int, rollouts: int, steps: int, prompts: int = 1) -> Cell:
    setting = Setting(seeds=1, steps=steps, rollouts=rollouts, prompts=prompts, difficulty=(Fraction(1), Fraction(1)))
    return Cell("tested", method, G, policy, setting)


def runs(cell: Cell, rate: float, pi: np.ndarray, steps: int) -> Iterator[tuple[float, np.ndarray]]:
    """Every run of one prompt with its probability: the tree of all groups."""
    if steps == 0:
        yield 1.0, pi
        return
    step = step_at(cell.coefficients, pi[None], cell.G, cell.groups_in_step, rate)
    for jump, chance in zip(step.jump[0], step.chance[0], strict=True):
        for after, end in runs(cell, rate, softmax(logits(pi) + jump), steps - 1):
            yield chance * after, end


@pytest.mark.parametrize(
    ("policy", "method", "G", "rollouts"),
    [
        (TWO, Method("grpo"), 2, 4),
        (TWO, Method("ec-rlvr", Fraction(1, 2)), 4, 4),
        (TWO, Method("conspo"), 3, 3),
        (THREE, Method("ec-rlvr"), 2, 2),
        (FAILURES, Method("maxrl"), 2, 2),
    ],
)
def test_the_law_is_the_tree_of_all_runs(policy: SoftmaxPolicy, method: Method, G: int, rollouts: int) -> None:
    tested = cell(policy, method, G, rollouts, 4)
    rate = tested.rate
    curves, _ = exact_law(tested, rate, *GRIDS[policy.dimension - 1])
    weights, ends = zip(*runs(tested, rate, tested.base[0], 4), strict=True)
    watched = metrics(np.array(ends)[:, None, :], tested.base, tested.wins, tested.setting.attempts)
    shares = np.array(weights)
    for name in METRICS:
        values = watched[name][:, 0]
        mean = float(shares @ values)
        assert curves[name].mean[-1, 0] == pytest.approx(mean, abs=3e-5), name
        assert curves[name].variance[-1, 0] == pytest.approx(float(shares @ (values - mean) ** 2), abs=5e-5), name
        for slope, cumulant in curves[name].cumulants.items():
            literal = float(np.log(shares @ np.exp(slope * (values - mean))))
            assert cumulant[-1] == pytest.approx(literal, rel=2e-2, abs=2e-3), (name, slope)


def test_the_mean_field_of_rloo_is_the_exact_policy_gradient() -> None:
    tested = cell(TWO, Method("rloo"), 4, 4, 3)
    path = mean_field(tested, 0.7)["pass@1"]
    z = 0.0
    for p in path:
        assert p == pytest.approx(1 / (1 + np.exp(-z)), abs=1e-12)
        z += 0.7 * p * (1 - p)


def test_a_mean_field_is_not_the_mean() -> None:
    tested = cell(TWO, Method("rloo"), 2, 2, 4)
    exact, _ = exact_law(tested, 3.0, *GRIDS[1])
    assert abs(exact["pass@1"].population[-1] - mean_field(tested, 3.0)["pass@1"][-1]) > 1e-3


@pytest.mark.parametrize("match", ["step", "signal"])
def test_matched_rates_give_equal_first_steps(match: str) -> None:
    lengths = []
    for name, G in (("grpo", 2), ("maxrl", 4), ("percentile", 8)):
        setting = Setting(seeds=1, steps=1, rollouts=8, prompts=5, match=match)
        tested = Cell("tested", Method(name), G, TWO, setting)
        step = tested.step(tested.base, tested.rate)
        mean = np.einsum("nj,nj->n", step.chance, step.jump[..., 0])
        square = np.einsum("nj,nj->n", step.chance, step.jump[..., 0] ** 2)
        lengths.append(float((square if match == "step" else mean**2).mean()))
    p = difficulties(Fraction(1, 2), Fraction(1), 5)
    assert lengths == pytest.approx([4 * float(((p * (1 - p)) ** 2).mean())] * 3, rel=1e-12)


def test_difficulties_are_quantiles() -> None:
    assert difficulties(Fraction(1), Fraction(1), 4) == pytest.approx([1 / 8, 3 / 8, 5 / 8, 7 / 8])
    with pytest.raises(ValueError, match="difficulty = '1/100,1' lies outside"):
        difficulties(Fraction(1, 100), Fraction(1), 4)
