"""The command line: answers, exit codes, one line for every error, and nothing heavy behind --help."""

import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from rich.console import Console

from grpo_theory.cli import output, run

HEAVY = {"numpy", "scipy", "sympy", "matplotlib", "flint", "mpmath", "rich"}


def process(*arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "grpo_theory", *arguments]
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, **options)


def loaded(*code: str) -> set[str]:
    done = subprocess.run([sys.executable, "-X", "importtime", *code], capture_output=True, text=True, check=True)
    return {line.rsplit("|", 1)[1].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}


def test_help_imports_nothing_heavy() -> None:
    names = loaded("-m", "grpo_theory", "--help")
    assert "click" in names
    assert not names & HEAVY


@pytest.mark.parametrize("command", ["rule", "verify", "fixed-points", "bifurcations", "trajectory"])
def test_help_of_a_command_imports_nothing_heavy(command: str) -> None:
    assert not loaded("-m", "grpo_theory", command, "--help") & HEAVY


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert not loaded("-c", "import grpo_theory; dir(grpo_theory)") & (HEAVY | {"click"})


def test_every_command_that_help_lists_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    listed = re.findall(r"^  (\S+)  ", capsys.readouterr().out.split("Commands:")[1], re.MULTILINE)
    assert {"verify", "rule", "fixed-points", "bifurcations", "trajectory"} <= set(listed)
    for command in listed:
        assert run([command, "--help"]) == 0
        assert "--json" in capsys.readouterr().out


BAD = {
    "unknown command": ["verfy"],
    "unknown option": ["verify", "--jsn"],
    "unknown claim": ["verify", "no-such-claim"],
    "nearly a claim": ["verify", "bernoulli-advantag"],
    "unknown source": ["verify", "--source", "two-grop"],
    "no group": ["verify", "--max-group", "1"],
    "no number of groups": ["verify", "--max-group", "x"],
    "no process": ["verify", "--jobs", "0"],
    "a ledger of one claim": ["verify", "bernoulli-moments", "--update"],
    "group of one": ["rule", "grpo", "-G", "1"],
    "group of half a rollout": ["rule", "grpo", "-G", "2.5"],
    "negative group": ["rule", "grpo", "-G", "-4"],
    "group too large": ["rule", "grpo", "-G", "1000000"],
    "group of many digits": ["rule", "grpo", "-G", "9" * 6000],
    "no group size": ["rule", "grpo"],
    "no rule": ["rule", "-G", "4"],
    "unknown rule": ["rule", "gpro", "-G", "4"],
    "probability above one": ["rule", "grpo", "-G", "4", "--p", "1.2"],
    "probability below zero": ["rule", "grpo", "-G", "4", "--p", "-1/5"],
    "probability not a number": ["rule", "grpo", "-G", "4", "--p", "nan"],
    "huge exponent": ["rule", "grpo", "-G", "4", "--p", "1e-999999999"],
    "negative smoothing": ["rule", "grpo", "-G", "4", "--epsilon", "-1"],
    "ddof of two": ["rule", "grpo", "-G", "4", "--ddof", "2"],
    "temperature zero": ["rule", "softmax", "-G", "4", "--tau", "0"],
    "parameter of another rule": ["rule", "rloo", "-G", "4", "--tau", "1"],
    "setting without value": ["rule", "grpo", "-G", "4", "--set", "epsilon"],
    "unknown setting": ["rule", "grpo", "-G", "4", "--set", "epsilom=1"],
    "empty formula": ["rule", "", "-G", "4"],
    "malformed formula": ["rule", "(r-mean", "-G", "4"],
    "unknown name in a formula": ["rule", "(r-mean)/sdt", "-G", "4"],
    "attribute in a formula": ["rule", "r.__class__", "-G", "4"],
    "call in a formula": ["rule", "__import__('os')", "-G", "4"],
    "tower of powers": ["rule", "9**9**9**9", "-G", "4"],
    "deep formula": ["rule", "(" * 5000 + "r" + ")" * 5000, "-G", "4"],
    "division by zero": ["rule", "(r-mean)/(k-k)", "-G", "4"],
    "file that is a folder": ["rule", "grpo", "-G", "4", "--json", "/"],
    "file in no folder": ["rule", "grpo", "-G", "4", "--json", "/no/such/folder/x.json"],
}


@pytest.mark.parametrize("arguments", BAD.values(), ids=BAD.keys())
def test_unusable_input_ends_with_two_and_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert re.fullmatch(r"grpo-theory: [^\n]+\n", printed.err)
    assert "Traceback" not in printed.err and len(printed.err) < 400


def test_a_ledger_of_some_claims_is_refused_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "bernoulli-moments", "--update"]) == 2
    assert "--update with bernoulli-moments lies outside the runs of all claims" in capsys.readouterr().err


def test_the_nearest_name_is_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, nearest in (
        (["verify", "bernoulli-advantag"], "bernoulli-advantage"),
        (["rule", "gpro", "-G", "4"], "grpo"),
    ):
        run(arguments)
        assert f"did you mean {nearest}?" in capsys.readouterr().err


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(arguments) == 0
    return json.loads(capsys.readouterr().out)


def test_a_theory_sheet_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    sheet = answer(capsys, "rule", "grpo", "-G", "2", "--p", "3/10", "--json")
    assert (sheet["advantages"][1]["success"], sheet["advantages"][1]["failure"]) == ("1", "-1")
    assert sheet["contrast"] == "21/100"
    assert sheet["effective_weight"] == "1"
    assert sheet["silent_rate"] == "29/50"


PLACES = ["grpo -G 4 --json", "grpo --json -G 4", "-G 4 --json grpo", "--json - grpo -G 4", "-G 4 grpo --json=-"]


@pytest.mark.parametrize("line", PLACES)
def test_options_stand_before_or_after_names(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "rule", *line.split())["rule"] == "grpo"


def test_json_before_a_claim_is_not_taken_for_a_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = answer(capsys, "verify", "--json", "bernoulli-advantage")
    assert [claim["name"] for claim in found["claims"]] == ["bernoulli-advantage"]
    assert not list(tmp_path.iterdir())


def test_json_in_a_file_leaves_the_table_on_standard_output(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "sheet.json"
    assert run(["rule", "rloo", "-G", "3", "--json", str(target)]) == 0
    assert "rloo in groups of 3" in capsys.readouterr().out
    assert json.loads(target.read_text())["group_size"] == 3


def test_a_failed_run_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text("kept")
    for target in (old, new):
        assert run(["rule", "grpo", "-G", "1", "--json", str(target)]) == 2
    assert old.read_text() == "kept"
    assert not new.exists()


def test_a_result_that_cannot_be_written_at_the_end_is_not_lost(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rule", "rloo", "-G", "3", "--json", "/dev/full"]) == 2
    printed = capsys.readouterr()
    assert json.loads(printed.out)["rule"] == "rloo"
    assert "No space left" in printed.err


def test_piped_tables_are_plain_text() -> None:
    done = process("rule", "grpo", "-G", "4")
    assert done.returncode == 0
    assert done.stderr == ""
    assert not re.search("[\x1b─│┃]", done.stdout)
    assert re.search(r"^1  sqrt\(3\) ≈ 1\.73205 +-1/3\*sqrt\(3\) ≈ -0\.57735  3$", done.stdout, re.MULTILINE)


def test_tables_in_a_terminal_are_drawn() -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "grpo_theory", "rule", "rloo", "-G", "2"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    assert (
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=theirs, env=environment, check=False).returncode == 0
    )
    os.close(theirs)
    assert "─" in os.read(ours, 65536).decode()
    os.close(ours)


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_no_table_in_a_terminal_breaks_a_word(width: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Names stay whole so that they can be copied: in a table that fits, or in blocks of lines where none does."""
    console = Console(file=io.StringIO(), force_terminal=True, width=width, color_system=None)
    headers = ("claim", "source", "label", "verdict", "group of one")
    rows = [
        ("success-amplification-finite-group", "grpo-theory", "takeaway on normalisation", "CORRECTED", "0.999999 / 0"),
        ("ec-rlvr-limit-is-maxrl", "card", "norm_adv_by_std_in_grpo=False", "PROVED", "- / -"),
    ]
    with patch("rich.console.Console", lambda **_: console):
        output._drawn(headers, rows, (), "claims of two sources")
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert set(" ".join([*headers, *rows[0], *rows[1]]).split()) <= set(shown.split())
    assert max(len(line) for line in shown.splitlines()) <= width
    assert ("─" in shown) == (width > 100)
    assert capsys.readouterr().out == ""


def test_a_closed_pipe_is_no_error() -> None:
    command = f"{sys.executable} -m grpo_theory rule rloo -G 200 | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_a_defect_is_one_line_and_its_traceback_is_for_those_who_ask(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise TypeError("planted")

    monkeypatch.setattr("grpo_theory.groups.theory_sheet", broken)
    assert run(["rule", "grpo", "-G", "4"]) == 3
    assert re.fullmatch(r"grpo-theory: defect: TypeError: planted [^\n]+\n", capsys.readouterr().err)
    monkeypatch.setenv("GRPO_THEORY_TRACEBACK", "1")
    with pytest.raises(TypeError, match="planted"):
        run(["rule", "grpo", "-G", "4"])


def test_an_interrupt_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("grpo_theory.groups.theory_sheet", interrupted)
    assert run(["rule", "grpo", "-G", "4"]) == 130
    assert capsys.readouterr().err.strip() == "grpo-theory: interrupted"


def test_verify_prints_the_verdict_with_its_scope(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "bernoulli-advantage"]) == 0
    assert re.search(r"^bernoulli-advantage +mroueh-note +.*PROVED", capsys.readouterr().out, re.MULTILINE)


def test_verify_as_json_holds_what_the_interface_names(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "verify", "bernoulli-advantage", "--json")
    assert {"claims", "summary", "seconds"} <= found.keys()
    keys = {"name", "source", "label", "statement", "latex", "verdict", "scope", "assuming", "evidence"}
    assert keys | {"counterexample", "repair"} <= found["claims"][0].keys()
    assert {"kind", "holds", "scope", "detail", "seconds"} <= found["claims"][0]["evidence"][0].keys()


def test_audit_counts_planted_falsehoods(capsys: pytest.CaptureFixture[str]) -> None:
    claim = answer(capsys, "verify", "bernoulli-advantage", "--audit", "--json")["claims"][0]
    assert claim["caught"] == claim["planted"] > 0
