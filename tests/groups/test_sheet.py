"""The theory sheet: the keys of the interface, texts that are exact, floats beside them."""

import json
from typing import Any

import pytest

from grpo_theory.groups import AdvantageRule, contrast, find_rule, rule, theory_sheet
from tests.groups.sample_rules import CLOSED_FORM_RULES, SURD_RULES, UNEVEN_RULES, label

KEYS = {
    "rule": str,
    "group_size": int,
    "advantages": list,
    "centred": bool,
    "expected_advantage": dict,
    "contrast": str,
    "effective_weight": str,
    "effective_objective": str,
    "silent_rate": str,
    "effective_sample_size": list,
}


@pytest.mark.parametrize("advantage_rule", SURD_RULES + UNEVEN_RULES + CLOSED_FORM_RULES, ids=label)
@pytest.mark.parametrize("p", [None, "3/10"])
def test_every_rule_has_a_sheet(advantage_rule: AdvantageRule, p: str | None) -> None:
    sheet: dict[str, Any] = json.loads(json.dumps(theory_sheet(advantage_rule, 4, p)))
    assert {key: type(sheet[key]) for key in KEYS} == KEYS
    assert [row["k"] for row in sheet["advantages"]] == [0, 1, 2, 3, 4]
    assert sheet["advantages"][0]["success"] is None and sheet["advantages"][4]["failure"] is None
    assert sheet["multiple_of"] is None or {"rule", "factor", "factor_float"} == set(sheet["multiple_of"])
    if p is not None:
        for key in ("contrast", "effective_weight", "effective_objective", "silent_rate"):
            assert isinstance(sheet[f"{key}_float"], float)
        assert sheet["contrast"] == str(contrast(advantage_rule, 4)(p))


def test_a_sheet_by_hand() -> None:
    sheet = theory_sheet(rule("grpo"), 2, "1/3")
    assert sheet["advantages"][1] == {
        "k": 1,
        "success": "1",
        "success_float": 1.0,
        "failure": "-1",
        "failure_float": -1.0,
    }
    assert sheet["expected_advantage"] == {"success": "2/3", "failure": "-1/3"}
    assert (sheet["contrast"], sheet["effective_weight"], sheet["silent_rate"]) == ("2/9", "1", "5/9")
    assert sheet["multiple_of"] == {"rule": "rloo", "factor": "1", "factor_float": 1.0}


def test_rules_are_found_by_name_by_formula_and_conditioned() -> None:
    assert find_rule("trl-grpo").name == "trl_grpo"
    assert find_rule("r-mean").name == "r - mean"
    assert find_rule("(r-mean)/(std+eps)", epsilon="1e-6").parameters == (("eps", "1/1000000"),)
    assert find_rule("dynamic_sampling(grpo)", ddof=1).name == "dynamic_sampling(grpo)"
    for text, says in (
        ("gpro", "did you mean grpo"),
        ("rr-mean", "no rule is called"),
        ("(r-", "the end found"),
        ("r + stdd", "did you mean std"),
    ):
        with pytest.raises(ValueError, match=says):
            find_rule(text)
    with pytest.raises(ValueError, match="ddof"):
        find_rule("r - mean + 0", ddof=1)


def test_sheets_are_bounded() -> None:
    with pytest.raises(ValueError, match="G = 257 lies outside"):
        theory_sheet(rule("grpo"), 257)
