"""The libraries' own code, run here where it is installed, against the record, the exact rules and the plug-ins."""

import random
import tempfile
from importlib.util import find_spec
from typing import Any

import pytest

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.interop.conventions import CONVENTIONS, LARGEST_RECORDED, LEFT_OUT, LIBRARIES, Convention
from grpo_theory.interop.identify import UNITS, identify, worst
from grpo_theory.interop.live import every_vector, measure
from grpo_theory.interop.plugins import advantages_of, trl_reward, verl_advantage
from grpo_theory.interop.records import SIZES, Answers, ask, recorded
from grpo_theory.interop.run_trl import build, opened, quiet
from grpo_theory.interop.run_verl import core_algos
from grpo_theory.interop.run_verl import opened as opened_verl
from grpo_theory.interop.sheet import comparison

EACH = pytest.mark.parametrize("one", CONVENTIONS, ids=lambda c: c.key)
SINGLE = 2.0**-24


def needs(library: str) -> None:
    """Leaves the test out where the library, or something that its code imports, is not installed."""
    for module in LIBRARIES[library].modules:
        if find_spec(module) is None:
            pytest.importorskip(module)


@pytest.fixture(scope="module")
def answers() -> dict[str, Answers]:
    return {}


def answered(one: Convention, answers: dict[str, Answers]) -> Answers:
    needs(one.library)
    if one.key not in answers:
        answers[one.key] = ask(one)
    return answers[one.key]


@EACH
def test_the_library_computes_what_the_exact_rule_says(one: Convention, answers: dict[str, Answers]) -> None:
    now = answered(one, answers)
    assert all(len(now.groups[G]) == 2**G for G in range(2, LARGEST_RECORDED + 1))
    assert worst(now, one.exact, one.bits) < UNITS
    assert len(identify(now, one.bits)) == 1


@EACH
def test_the_record_is_what_the_library_computes(one: Convention, answers: dict[str, Answers]) -> None:
    now, then = answered(one, answers), recorded()[one.key]
    for G in SIZES:
        for vector, row in then.groups[G].items():
            no_number = row is None or None in row
            same = row if no_number else pytest.approx(row, rel=2.0 ** (4 - one.bits), abs=2.0 ** (4 - one.bits))
            assert now.groups[G][vector] == same


@pytest.mark.parametrize("one", [c for c in CONVENTIONS if not c.batch], ids=lambda c: c.key)
def test_other_groups_of_the_batch_do_not_matter(one: Convention) -> None:
    needs(one.library)
    alone = measure(one, [[vector] for vector in every_vector(3)])
    assert [answer for (answer,) in alone] == measure(one, [every_vector(3)])[0]


@pytest.mark.parametrize("one", [c for c in CONVENTIONS if c.library == "verl" and c.bits == 53], ids=lambda c: c.key)
def test_in_single_precision_verl_stays_within_its_rounding(one: Convention) -> None:
    needs("verl")
    with opened_verl(one.option, 24) as run:
        for vector in every_vector(5):
            (row,) = run([vector])
            exact = [float(value) for value in one.exact.on_rewards(vector)]
            assert list(row) == pytest.approx(exact, rel=UNITS * SINGLE, abs=UNITS * SINGLE)


def test_trl_divides_by_the_deviation_of_the_batch() -> None:
    needs("trl")
    groups = [(1, 0, 0, 0), (1, 1, 1, 0), (0, 0, 0, 0)]
    flat = [Surd.of(reward) for group in groups for reward in group]
    mean = sum(flat, Surd.of(0)) / len(flat)
    spread = (sum(((reward - mean) ** 2 for reward in flat), Surd.of(0)) / (len(flat) - 1)).sqrt()
    exact = rule("trl_grpo", scale_rewards="batch", batch_std=spread)
    with opened("grpo scale_rewards=batch") as run:
        for group, row in zip(groups, run(groups), strict=True):
            assert list(row) == pytest.approx([float(a) for a in exact.on_rewards(group)], rel=1e-6, abs=1e-6)


def test_gpg_divides_by_the_share_of_successes_in_the_batch() -> None:
    needs("verl")
    groups = [(1, 0, 0), (1, 1), (0, 0, 0, 0)]
    with opened_verl("gpg", 24) as run:
        for group, row in zip(groups, run(groups), strict=True):
            mean = sum(group) / len(group)
            assert list(row) == pytest.approx([9 / 3 * (reward - mean) for reward in group], abs=1e-6)


def test_verl_registers_nothing_that_we_do_not_speak_of() -> None:
    needs("verl")
    known = {c.option.split()[0] for c in CONVENTIONS if c.library == "verl"}
    known |= {option for library, option, _ in LEFT_OUT if library == "verl"}
    assert known == {name for name in core_algos().ADV_ESTIMATOR_REGISTRY if not name.startswith("test_")}


def batch(seed: int, graded: bool) -> dict[str, Any]:
    """A batch of uneven groups in mixed order, responses of random lengths, rewards at random tokens."""
    import numpy as np
    import torch

    generator = random.Random(seed)
    groups = [f"prompt {g}" for g in range(6) for _ in range(generator.randint(1, 7))]
    generator.shuffle(groups)
    length = 9
    rewards, mask = torch.zeros(len(groups), length, dtype=torch.float64), torch.zeros(len(groups), length).long()
    for place in range(len(groups)):
        last = generator.randrange(length)
        mask[place, : last + 1] = 1
        rewards[place, last] = generator.random() if graded else float(generator.random() < 0.5)
    return {"token_level_rewards": rewards, "response_mask": mask, "index": np.array(groups, dtype=object)}


@pytest.mark.parametrize("graded", [False, True], ids=["binary", "graded"])
@pytest.mark.parametrize(
    ("estimator", "ours", "settings"),
    [
        ("grpo", "verl_grpo", {}),
        ("grpo", "verl_dr_grpo", {"norm_adv_by_std_in_grpo": False}),
        ("rloo", "verl_rloo", {}),
        ("rloo_vectorized", "rloo", {}),
    ],
)
def test_a_rule_serves_verl_as_its_own_estimator_would(
    estimator: str, ours: str, settings: dict[str, Any], graded: bool
) -> None:
    needs("verl")
    import torch

    algorithms = core_algos()
    name = f"test_{estimator}_{ours}_{graded}"
    algorithms.register_adv_est(name)(verl_advantage(ours))
    try:
        for seed in range(20):
            given = batch(seed, graded)
            config = algorithms.AlgoConfig()
            own = algorithms.get_adv_estimator_fn(name)(**given, config=config)
            theirs = algorithms.get_adv_estimator_fn(estimator)(**given, **settings)
            for mine, other in zip(own, theirs, strict=True):
                assert mine.shape == other.shape
                assert mine.dtype == other.dtype
                torch.testing.assert_close(mine, other, rtol=3e-7, atol=3e-7)  # a group of one is theirs in single
    finally:
        del algorithms.ADV_ESTIMATOR_REGISTRY[name]


def test_a_formula_serves_verl_when_it_is_called_as_its_trainer_calls_it() -> None:
    needs("verl")
    import torch

    algorithms, given = core_algos(), batch(3, graded=False)
    algorithms.register_adv_est("test_formula")(verl_advantage("(r - mean)/(mean + 1/10)"))
    try:
        extra = {"config": algorithms.AlgoConfig(), "reward_baselines": torch.zeros(len(given["index"]))}
        advantages, returns = algorithms.get_adv_estimator_fn("test_formula")(**given, **extra)
    finally:
        del algorithms.ADV_ESTIMATOR_REGISTRY["test_formula"]
    assert torch.equal(advantages, returns)
    scores = given["token_level_rewards"].sum(-1)
    for name in set(given["index"]):
        members = [i for i, uid in enumerate(given["index"]) if uid == name]
        mean = scores[members].mean()
        expected = (scores[members] - mean) / (mean + 0.1) if len(members) > 1 else torch.zeros(1, dtype=torch.float64)
        for place, value in zip(members, expected.tolist(), strict=True):
            torch.testing.assert_close(advantages[place], value * given["response_mask"][place].double())


def test_verl_is_told_what_is_wrong() -> None:
    needs("verl")
    estimator, given = verl_advantage("grpo"), batch(1, graded=False)
    with pytest.raises(ValueError, match="index is missing"):
        estimator(**{**given, "index": None})
    with pytest.raises(ValueError, match="they must agree"):
        estimator(**{**given, "response_mask": given["response_mask"][:, :2]})


@pytest.mark.parametrize("name", ["maxrl", "grpo", "(r - mean)/sqrt(std**2 + 1/100)"])
def test_shaped_rewards_reach_trl_as_advantages_in_a_real_step(name: str) -> None:
    needs("trl")
    prescribed = [1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0]
    reward = trl_reward(name, lambda completions, **_: prescribed[: len(completions)], 4)
    settings = {"max_steps": 1, "num_generations": 4, "per_device_train_batch_size": 8}
    with quiet(), tempfile.TemporaryDirectory() as folder:
        trainer = build("grpo scale_rewards=none", folder, reward, **settings)
        trainer.train()
        logged = list(trainer._logs["advantages"])
    compute = advantages_of(name)
    assert logged == pytest.approx([*compute(prescribed[:4]), *compute(prescribed[4:])], abs=1e-6)


def test_the_command_runs_what_is_installed() -> None:
    needs("verl")
    (entry,) = comparison(3, ["verl"])["libraries"]
    assert entry["origin"] == "run"
    assert all(row["agrees"] and row["std"] is not None for row in entry["conventions"])
