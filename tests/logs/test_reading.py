"""Logs as trainers write them: which columns are meant, how rollouts come back into groups, and what is refused."""

import json
from pathlib import Path

import pytest

from grpo_theory.discovery import folder
from grpo_theory.logs import Groups, Rollouts, group_rollouts, read_log
from grpo_theory.logs.samples import PROMPTS, G, rows, write_samples

SAMPLES = folder("notebooks") / "logs"


def test_the_shipped_logs_are_what_the_seed_gives(tmp_path: Path) -> None:
    for path in write_samples(tmp_path):
        if path.suffix == ".parquet":
            assert read_log(path) == read_log(SAMPLES / path.name)
        else:
            assert path.read_bytes() == (SAMPLES / path.name).read_bytes()


@pytest.mark.parametrize("name", ["10.jsonl", "rewards.csv"])
def test_every_format_gives_the_same_groups(name: str) -> None:
    found = group_rollouts(read_log(SAMPLES / name))
    drawn = [reward for _, reward in rows()]
    assert found.sizes == (G,) * PROMPTS
    assert found.successes == tuple(sum(drawn[i : i + G]) for i in range(0, len(drawn), G))
    assert found.warnings == ()


def test_parquet_as_trl_writes_it() -> None:
    pytest.importorskip("polars")
    assert group_rollouts(read_log(SAMPLES / "completions_00010.parquet")) == group_rollouts(
        read_log(SAMPLES / "10.jsonl")
    )


def test_parquet_without_polars_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    (tmp_path / "a.parquet").touch()
    with pytest.raises(ValueError, match="polars is not installed"):
        read_log(tmp_path / "a.parquet")


def test_a_broken_parquet_is_no_traceback(tmp_path: Path) -> None:
    pytest.importorskip("polars")
    (tmp_path / "a.parquet").write_bytes(b"no table")
    with pytest.raises(ValueError, match="lies outside the logs that can be read"):
        read_log(tmp_path / "a.parquet")


def test_a_folder_is_read_in_order_and_steps_keep_prompts_apart(tmp_path: Path) -> None:
    for step, scores in ((1, (1, 0)), (2, (1, 1))):
        lines = [json.dumps({"input": "a", "score": score, "step": step}) for score in scores]
        (tmp_path / f"{step}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert group_rollouts(read_log(tmp_path)) == Groups((2, 2), (1, 2))


def test_conversations_are_told_apart(tmp_path: Path) -> None:
    prompts = [[{"role": "user", "content": text}] for text in ("x", "x", "y", "y")]
    lines = [json.dumps({"prompt": prompt, "reward": i % 2}) for i, prompt in enumerate(prompts)]
    (tmp_path / "1.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert group_rollouts(read_log(tmp_path)).sizes == (2, 2)


def test_uneven_and_repeated_groups_are_warned_of() -> None:
    repeated = Rollouts((1.0,) * 6, ("a",) * 4 + ("b",) * 2, ("",) * 6)
    assert group_rollouts(repeated).warnings == (
        "group sizes are uneven: 1 of 2, 1 of 4",
        "all sizes are multiples of 2: a prompt may have been drawn more than once in a step",
    )
    assert group_rollouts(repeated, size=2) == Groups((2, 2, 2), (2, 2, 2))
    assert group_rollouts(repeated, size=3).warnings == (
        "1 groups of 3 consecutive rows hold more than one prompt: is the size right?",
    )


BAD = {
    "unknown column": ("id,reward\n1,1\n", {"reward": "rewrd"}, "no column of a.csv is called rewrd: did you mean"),
    "two rewards": ("id,x,y\n1,1,0\n", {}, "give reward= the name of the column"),
    "no number": ("id,reward\n1,yes\n", {}, "reward of a.csv = yes lies outside the finite numbers"),
    "nan": ("id,reward\n1,nan\n", {}, "reward of a.csv = nan lies outside the finite numbers"),
}


@pytest.mark.parametrize("case", BAD)
def test_unusable_logs_are_refused(case: str, tmp_path: Path) -> None:
    text, options, complaint = BAD[case]
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=complaint):
        read_log(tmp_path / "a.csv", **options)


def test_missing_files_and_other_formats_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "a.csv", tmp_path / "a.txt", tmp_path):
        with pytest.raises(ValueError, match="lies outside"):
            read_log(path)


def test_rewards_that_are_not_binary_need_a_threshold() -> None:
    graded = Rollouts((0.2, 0.9), ("a", "a"), ("", ""))
    with pytest.raises(ValueError, match=r"reward = 0.2 lies outside \{0, 1\}"):
        group_rollouts(graded)
    assert group_rollouts(graded, threshold=0.5) == Groups((2,), (1,))


def test_a_log_without_prompts_needs_a_size() -> None:
    nameless = Rollouts((1.0, 0.0, 1.0), ("",) * 3, ("",) * 3)
    with pytest.raises(ValueError, match="the log names no prompt"):
        group_rollouts(nameless)
    with pytest.raises(ValueError, match="size = 1 lies outside"):
        group_rollouts(nameless, size=1)
    assert group_rollouts(nameless, size=2).sizes == (2, 1)
    with pytest.raises(ValueError, match="rollouts = 0 lies outside"):
        group_rollouts(Rollouts((), (), ()))
