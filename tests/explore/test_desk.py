"""Questions and answers without a page: states, errors with their fields, and work that is ended."""

import time
from typing import Any

import pytest

import grpo_theory as gt
from grpo_theory.dynamics import decimal_bounds
from grpo_theory.explore.bundle import MODULES, _scope, script
from grpo_theory.explore.certified import panels
from grpo_theory.explore.clerk import Clerk
from grpo_theory.explore.state import PRESETS, RULES, State, record, state_of
from grpo_theory.explore.widget import Desk, explorer


def parts(state: State) -> dict[str, Any]:
    return {name: value for part in panels(state) for name, value in part.items()}


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_its_panels(rule: str) -> None:
    found = parts(State(rule=rule, G="4", kind="proximal", eta="1/3"))
    if rule != "dynamic_grpo":
        assert found["fixed"]["complete"]
        expected = gt.fixed_points(**State(rule=rule, G="4", kind="proximal", eta="1/3").options())
        assert [point["logit"] for point in found["fixed"]["points"]] == [
            list(decimal_bounds(point.z, 20)) for point in expected.points
        ]
        assert len(found["basins"]["of"]) == len(expected.points)
    else:
        assert "dynamic" in found["fixed"]["error"]
    assert rule.startswith("population") or len(found["rule"]["coefficients"]) == 4


@pytest.mark.parametrize("kind", ["reference", "mirror", "two-kl", "proximal", "explicit"])
def test_conditions_say_which_number_decides(kind: str) -> None:
    strong = parts(State(kind=kind, beta="100", eta="1/1000", epsilon="1/10", alpha="1/2"))["conditions"]
    weak = parts(State(kind=kind, beta="1/10", eta="10", epsilon="1e-6", alpha="1/2"))["conditions"]
    met = {row["name"]: row["met"] for row in strong["rows"]}
    assert met["contraction rate"] is (kind != "mirror")
    assert not {row["name"]: row["met"] for row in weak["rows"]}["contraction rate"]
    assert all(row["number"] for row in [*strong["rows"], *weak["rows"]])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"beta": "0"}, "beta"),
        ({"p_ref": "1"}, "p_ref"),
        ({"epsilon": "-1"}, "epsilon"),
        ({"rule": "grpo", "G": "257"}, "G"),
    ],
)
def test_errors_name_their_field(given: dict[str, str], field: str) -> None:
    found = parts(State(**given))["fixed"]
    assert found["field"] == field
    assert "lies outside" in found["error"]


@pytest.mark.parametrize("given", [{"bet": "1"}, {"rule": "gpro"}, {"kind": "x"}, {"beta": 1}, {"formula": "r" * 401}])
def test_a_record_that_means_nothing_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="outside|called"):
        state_of(given)


def test_presets_are_states_with_fixed_points_where_promised() -> None:
    assert len({preset.id for preset in PRESETS}) == len(PRESETS) >= 18
    for preset in PRESETS:
        assert state_of(record(preset.state)) == preset.state
        preset.state.options()
    titles = {preset.id: preset for preset in PRESETS}
    assert len(parts(titles["three"].state)["fixed"]["points"]) == 3


def test_modules_come_after_what_they_import() -> None:
    assert script().count("= (() => {\n//") == len(MODULES) - 1  # presets have no comment
    with pytest.raises(ValueError, match="does not come before"):
        _scope("numbers", 'import { x } from "./main.js";\n')


def answer(desk: Desk, question: dict[str, Any], seconds: float = 30.0) -> dict[str, Any]:
    """The answer once it is done."""
    until = time.monotonic() + seconds
    (name,) = question["asks"]
    while time.monotonic() < until:
        found: dict[str, Any] = desk.answers(question)["of"][name]
        if found["done"]:
            return found
    raise AssertionError("no answer came")


def test_a_question_is_taken_up_once_and_cancelled_work_gives_way_to_the_next() -> None:
    desk = Desk()
    long = {"inequality": "p_next**3*beta <= p_next*beta*sqrt(p_next) + epsilon*p_ref**9 - p**3*p_ref**7/10**7"}
    first: dict[str, Any] = {"turn": 7, "asks": {"bound": {"turn": 7, "state": {**long, "over": "epsilon=1e-6:1"}}}}
    assert not desk.answers(first)["of"]["bound"]["done"]
    process = desk.clerks["bound"]._process
    assert not desk.answers(first)["of"]["bound"]["done"]
    assert desk.clerks["bound"]._process is process
    first["asks"]["bound"]["cancel"] = True
    assert desk.answers(first)["of"]["bound"]["error"].startswith("cancelled after")
    quick = {"turn": 9, "asks": {"bound": {"turn": 9, "state": {"inequality": "p < 1", "over": ""}}}}
    assert answer(desk, quick)["verdict"] == "CERTIFIED"
    desk.close()


def test_a_defect_and_a_dead_process_are_told() -> None:
    clerk = Clerk()
    clerk.ask("panels", 1, {"beta": "1"})
    assert clerk._process is not None
    clerk._process.kill()
    clerk._process.wait()
    for _ in range(100):
        if clerk.look(0.05)["done"]:
            break
    assert "ended unexpectedly" in clerk.look()["error"]
    clerk.close()


def test_the_widget_answers_what_its_page_asks() -> None:
    pytest.importorskip("anywidget")
    widget = explorer(beta="5", p_ref="1e-3", epsilon="1e-5")
    assert widget.state["beta"] == "5" and widget.live
    for turn in range(1, 200):
        widget.question = {"turn": turn, "asks": {"panels": {"turn": 1, "state": widget.state}}}
        found = widget.answer["of"]["panels"]
        if found["done"]:
            break
    expected = gt.fixed_points(beta="5", p_ref="1e-3", epsilon="1e-5")
    assert [point["multiplier"] for point in found["fixed"]["points"]] == [
        list(decimal_bounds(point.multiplier, 20)) for point in expected.points
    ]
    assert found["basins"]["strip"] and found["conditions"]["rows"] and "error" not in found


def test_fields_of_an_explorer_are_checked() -> None:
    for given in ({"betta": "1"}, {"rule": "own", "formula": "r -"}, {"rule": "rloo", "G": "1"}):
        with pytest.raises(ValueError, match="betta|formula|G = 1"):
            explorer(**given)
