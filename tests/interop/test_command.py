"""The command conventions: tables, JSON, one line for unusable input, 1 where a number is not the rule's."""

import json
from typing import Any

import pytest

from grpo_theory.cli import run
from grpo_theory.groups import effective_weight, rule
from grpo_theory.interop import live, sheet
from grpo_theory.interop.conventions import CONVENTIONS
from grpo_theory.interop.records import recorded
from grpo_theory.interop.sheet import comparison


def answered(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(["conventions", "--recorded", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_json_holds_every_convention_by_library(capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "-G", "3")
    assert found["group_size"] == 3
    assert [entry["library"] for entry in found["libraries"]] == ["TRL", "verl", "OpenRLHF"]
    assert sum(len(entry["conventions"]) for entry in found["libraries"]) == len(CONVENTIONS)
    for entry in found["libraries"]:
        assert entry["origin"] == "recorded"
        for row in entry["conventions"]:
            assert [a["k"] for a in row["advantages"]] == [0, 1, 2, 3]
            assert row["agrees"] is True
            assert row["silent"] == 0
            assert set(row["expected_advantage"]) == {"success", "failure"}


def test_numbers_are_exact_beside_floats(capsys: pytest.CaptureFixture[str]) -> None:
    row = answered(capsys, "-G", "4", "--library", "verl")["libraries"][0]["conventions"][0]
    assert (row["std"], row["epsilon"], row["where"]) == ("Bessel", "1/1000000", "std + ε")
    one = row["advantages"][1]
    assert one["success"] == "250000/166667"
    assert one["success_float"] == pytest.approx(one["library_success"], abs=1e-12)
    assert row["effective_weight"] == str(effective_weight(rule("verl_grpo"), 4))


def test_beyond_the_record_only_the_rules_speak(capsys: pytest.CaptureFixture[str]) -> None:
    for row in answered(capsys, "-G", "9", "--library", "openrlhf")["libraries"][0]["conventions"]:
        assert row["agrees"] is None
        assert all(a["library_success"] is None and a["library_failure"] is None for a in row["advantages"])
        assert row["advantages"][2]["success"] is not None


def test_a_group_of_one_has_no_weight(capsys: pytest.CaptureFixture[str]) -> None:
    by_option = {
        row["option"]: row for row in answered(capsys, "-G", "1", "--library", "verl")["libraries"][0]["conventions"]
    }
    assert by_option["rloo"]["alone"] == {"success": 1, "failure": 0}
    assert by_option["grpo_passk"]["alone"] == {"success": None, "failure": None}
    assert all(row["effective_weight"] is None for row in by_option.values())
    assert by_option["grpo"]["agrees"] is True


@pytest.mark.parametrize("G", [1, 4, 12])
def test_the_tables_say_where_their_numbers_come_from(G: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["conventions", "--recorded", "-G", str(G)]) == 0
    out = capsys.readouterr().out
    assert "recorded from its own code; not run here" in out
    assert "Left out: verl remax" in out


BAD = {
    "no rollout": (["-G", "0"], "G = 0 lies outside the integers 1, ..., 64"),
    "too many": (["-G", "65"], "G = 65 lies outside the integers 1, ..., 64"),
    "no number": (["-G", "two"], "-G = two lies outside"),
    "unknown library": (["--library", "verll"], "no library is called verll: did you mean verl?"),
    "no library at all": (["--library", "zzz"], "no library is called zzz: there are openrlhf, trl, verl"),
}


@pytest.mark.parametrize(("arguments", "message"), BAD.values(), ids=BAD)
def test_unusable_input(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["conventions", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("G", [True, 2.0, "3"])
def test_only_integers_are_group_sizes(G: Any) -> None:
    with pytest.raises(ValueError, match="lies outside the integers 1"):
        comparison(G, from_record=True)


def test_a_number_that_is_not_the_rule_s_ends_with_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = recorded()
    monkeypatch.setattr(sheet, "recorded", lambda: {**known, "verl/rloo": known["verl/grpo"]})
    assert run(["conventions", "--recorded", "-G", "4"]) == 1
    assert " NO" in capsys.readouterr().out


def test_a_missing_library_is_answered_from_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "find_spec", lambda name: None)
    entries = comparison(2)["libraries"]
    assert {entry["origin"] for entry in entries} == {"recorded"}
