"""`grpo-theory figures`: what it writes, what it compares, and that a failure stops no other figure."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from grpo_theory.cli import run
from grpo_theory.figures import Data, Figure, Tolerance, figure, figures, press
from grpo_theory.figures.check import committed, differences
from grpo_theory.figures.export import digest
from grpo_theory.figures.gallery import NAME, folder_to_update, text
from grpo_theory.figures.unmade import UNMADE

KEY = "mroueh-note/figure-1"


def test_csv_manifest_and_formats_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["figures", KEY, "--out", str(tmp_path), "--format", "svg,pdf", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    stem = tmp_path / "mroueh-note" / "figure-1"
    assert answer["files"] == [str(stem.with_suffix(kind)) for kind in (".csv", ".json", ".svg", ".pdf")]
    manifest = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
    assert manifest["sha256"] == digest(stem.with_suffix(".csv"))
    assert manifest["source"]["label"] == "Figure 1"
    assert manifest["versions"].keys() >= {"grpo-theory", "numpy", "matplotlib", "python"}
    assert all(abs(one["read"] - one["value"]) <= one["precision"] for one in manifest["landmarks"])


def test_a_source_means_all_its_figures() -> None:
    assert press.chosen(["mroueh-2503", "mroueh-2503/figure-1", KEY]) == (
        *(f"mroueh-2503/figure-{i}" for i in range(1, 5)),
        KEY,
    )
    assert press.chosen([]) == tuple(one.key for one in figures())


def test_check_alone_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["figures", KEY, "--check"]) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def spoiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[Figure]:
    """A figure whose data are not what is committed, under the name of one that is."""
    true = figure(KEY)

    def data() -> Data:
        return {name: column * 1.001 for name, column in true.data().items()}

    wrong = Figure(true.name, true.source, true.caption, data, true.draw, true.landmarks)
    monkeypatch.setattr(press, "figure", lambda key: wrong if key == KEY else figure(key))
    yield wrong


@pytest.mark.usefixtures("spoiled")
def test_changed_numbers_end_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["figures", KEY, "--check", "--jobs", "1"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert f"{KEY}: column p: 199 of 199 numbers differ, the first is 0.005005 for 0.005" in [
        line.replace("0.0050049999999999995", "0.005005") for line in lines
    ]
    assert any("landmark weight of a success at p = 1/10" in line for line in lines)


def test_a_failing_figure_names_itself_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(key: str) -> Figure:
        if key == KEY:
            raise ZeroDivisionError("division by zero")
        return figure(key)

    monkeypatch.setattr(press, "figure", broken)
    chosen = ["mroueh-note", "mroueh-2503/figure-1"]
    assert run(["figures", *chosen, "--out", str(tmp_path), "--format", "svg", "--jobs", "1"]) == 1
    assert f"{KEY}: ZeroDivisionError: division by zero" in capsys.readouterr().out
    assert (tmp_path / "mroueh-2503" / "figure-1.svg").is_file()


def test_two_processes_make_what_one_makes(tmp_path: Path) -> None:
    for jobs in ("1", "2"):
        arguments = ["figures", "mroueh-note", "mroueh-2503/figure-1", "--format", "png", "--jobs", jobs]
        assert run([*arguments, "--out", str(tmp_path / jobs)]) == 0
    for path in (tmp_path / "1").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "2" / path.relative_to(tmp_path / "1")).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["mroueh-note/figure-2"], "no figure is called mroueh-note/figure-2"),
        (["mroueh-2503/figure-5"], "mroueh-2503/figure-5 is not made: it needs a trained language model"),
        (["--update", "--check"], "--check with --update lies outside the runs"),
        (["--format", ""], "no figure format is called '': there are pdf, png, svg"),
        (["--format", "pgn"], "no figure format is called pgn: did you mean png"),
        (["--jobs", "0"], "jobs = 0 lies outside the integers from 1 on"),
        (["--jobs", "two"], "--jobs = two lies outside the integers"),
        (["--out", "/dev/null/folder"], "out = /dev/null/folder lies outside the folders that can be written"),
    ],
)
def test_unusable_input_ends_with_two(
    arguments: list[str],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["figures", *arguments]) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_tolerances_and_shares_are_what_counts() -> None:
    true = figure(KEY)
    data = true.data()
    near = {**data, "success": data["success"] * (1 + 1e-7)}
    rough = Figure(true.name, true.source, "", true.data, true.draw, ())
    assert differences(rough, near) == ()
    exact = Figure(true.name, true.source, "", true.data, true.draw, (), tolerance=Tolerance(1e-9, 0.0))
    assert len(differences(exact, near)) == 1
    loose = Figure(true.name, true.source, "", true.data, true.draw, (), tolerance=Tolerance(shares={"success": 0.01}))
    one_off = data["success"].copy()
    one_off[7] += 1
    assert differences(loose, {**data, "success": one_off}) == ()
    assert differences(rough, {**data, "success": one_off})[0].startswith("column success: 1 of 199")
    assert differences(true, {"p": data["p"]})[0] == "columns differ: failure, success"
    assert "197 numbers for 199" in differences(true, {**data, "p": data["p"][1:-1]})[0]
    assert not np.isnan(data["p"]).any()


@pytest.mark.parametrize("shown", figures(), ids=lambda shown: shown.key)
def test_the_gallery_pictures_show_the_committed_numbers(shown: Figure) -> None:
    table = committed(shown)
    assert f"data sha256 {digest(table)}".encode() in table.with_suffix(".png").read_bytes()


def test_the_gallery_is_fresh() -> None:
    assert (folder_to_update() / NAME).read_text(encoding="utf-8") == text(figures())


@pytest.mark.parametrize("shown", figures(), ids=lambda shown: shown.key)
def test_every_figure_says_what_fixes_it(shown: Figure) -> None:
    assert shown.parameters
    assert shown.label or shown.source in ("grpo-theory", "card")
    assert shown.caption.endswith((".", ")"))


def test_what_is_not_regenerated_is_no_figure_of_ours() -> None:
    labels = {(one.source, one.label) for one in figures()}
    assert not labels & {(one.source, one.label) for one in UNMADE}
    assert all(one.reason and one.shows for one in UNMADE)
