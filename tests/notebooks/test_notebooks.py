"""The notebooks run, show what the package says, follow their fields, and define no theory of their own."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import grpo_theory as gt
from grpo_theory.discovery import folder
from grpo_theory.explore.state import State
from grpo_theory.groups import expected_advantage
from grpo_theory.logs import forecast, group_rollouts, read_log
from grpo_theory.losses.ec_rlvr import ec_rlvr_weights
from grpo_theory.policies.equal_rollouts import equal_rollouts
from grpo_theory.policies.whitening import ScoreSpread, ratio_to_optimum

mo = pytest.importorskip("marimo")
pytest.importorskip("anywidget")

PLACE = folder("notebooks")
NOTEBOOKS = sorted(path.stem for path in PLACE.glob("*.py"))
SEVERAL = [name for name in NOTEBOOKS if name[0].isdigit()]
DATA = {
    "01_grpo_is_contrastive": ("record", "entries"),
    "02_finite_groups": ("claim", "picture"),
    "03_success_amplification": ("claim", "page"),
    "04_losses_and_variance": ("record", "claims", "whitening", "rollouts"),
    "05_from_logs": (),
    "explorer": (),
}
"""What takes long and follows no field: kept from the first run where a notebook is run again."""

Definitions = Mapping[str, Any]
Run = tuple[str, Definitions]
Again = Callable[..., Run]


def app_of(name: str) -> Any:
    spec = spec_from_file_location(f"notebooks.{name}", PLACE / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.app


def shown(outputs: Any) -> str:
    return "\n".join(mo.as_html(one).text for one in outputs if one is not None)


@pytest.fixture(scope="module")
def first() -> Callable[[str], Run]:
    known: dict[str, Run] = {}

    def run(name: str) -> Run:
        if name not in known:
            outputs, definitions = app_of(name).run()
            known[name] = shown(outputs), definitions
        return known[name]

    return run


@pytest.fixture
def again(first: Callable[[str], Run]) -> Again:
    """A notebook run with other values in its fields."""

    def run(name: str, **fields: Any) -> Run:
        kept = {key: first(name)[1][key] for key in DATA[name]}
        outputs, definitions = app_of(name).run(defs={**kept, **fields})
        return shown(outputs), definitions

    return run


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_notebook_runs_without_a_complaint(name: str, first: Callable[[str], Run]) -> None:
    text, _ = first(name)
    assert text
    assert "danger" not in text and "Traceback" not in text
    assert "http" not in text.replace("http://www.w3.org", "")


def test_closed_forms_meet_the_enumeration(first: Callable[[str], Run], again: Again) -> None:
    text, found = first("01_grpo_is_contrastive")
    grpo = gt.rule("grpo")
    assert found["agreed"] and found["confirmed"]
    assert f"{float(expected_advantage(grpo, 6, '3/10', 1)):.6f}" in text
    assert found["entries"]["two-grpo-unbiased-grpo"].verdict == "CORRECTED"
    assert "Counterexample" in found["correction"] and "each step checked" in found["derivation"].lower()
    other, moved = again(
        "01_grpo_is_contrastive", p_text="1/7", largest=3, policy_text="1/3 1/3 1/3", reward_text="1 0 0", group=3
    )
    assert moved["agreed"] and len(moved["closed"]) == 2
    assert f"{float(expected_advantage(grpo, 3, '1/7', 1)):.6f}" in other
    assert moved["weight"] == gt.effective_weight(grpo, 3)("1/3")


@pytest.mark.parametrize(
    ("fields", "missing", "complaint"),
    [
        ({"p_text": "1"}, "closed", "p = 1 lies outside"),
        ({"policy_text": "1/2 1/3", "reward_text": "1 0", "group": 2}, "confirmed", "5/6"),
        ({"policy_text": "1/2 1/2", "reward_text": "1 1", "group": 2}, "confirmed", "no outcome has reward 0"),
        ({"policy_text": "1/8 " * 8, "reward_text": "1 0 " * 4, "group": 5}, "confirmed", "K^G = 32768 lies outside"),
    ],
)
def test_unusable_input_is_told_beside_the_field(
    again: Again, fields: dict[str, Any], missing: str, complaint: str
) -> None:
    said, found = again("01_grpo_is_contrastive", **fields)
    assert complaint in said and missing not in found


def test_a_rule_of_the_reader(first: Callable[[str], Run], again: Again) -> None:
    text, found = first("02_finite_groups")
    grpo = gt.rule("grpo")
    assert f"{float(gt.effective_weight(grpo, 8)('3/10')):.6g}" in text
    for size, entry in found["compared"].items():
        assert entry["silent"] == float(gt.silent_rate(grpo, size)("3/10"))
        assert entry["clean"] == float(equal_rollouts(grpo, ScoreSpread.of(1, 0, 0), size, "3/10", 16))
    other, moved = again("02_finite_groups", formula="r - mean", G=4)
    assert moved["sheet"]["effective_weight"] == "3/4" and moved["multiple"]["factor"] == "3/4"
    assert "<code>r - mean</code>" in other
    assert np.allclose(moved["weights"]["your rule"], 0.75)


@pytest.mark.parametrize("formula", ["(r-mean", "__import__('os')"])
def test_a_rule_that_cannot_be_read_shows_its_message(again: Again, formula: str) -> None:
    with pytest.raises(ValueError) as refused:
        gt.parse_rule(formula)
    said, found = again("02_finite_groups", formula=formula)
    assert "sheet" not in found and "compared" not in found
    assert mo.as_html(mo.callout(str(refused.value), kind="danger")).text in said


def test_fixed_points_and_cycles(first: Callable[[str], Run], again: Again) -> None:
    text, found = first("03_success_amplification")
    expected = gt.fixed_points(beta=1, p_ref="1/5", epsilon="1e-4")
    assert [float(one.z) for one in found["found"].points] == [float(one.z) for one in expected.points]
    assert "settles at a fixed point" in text and "1 − 1.488e−43" in text
    assert found["bound"].verdict == "CERTIFIED"
    assert [float(one.z) for one in found["played"].points] == [float(one.z) for one in expected.points]
    other, moved = again(
        "03_success_amplification",
        state=State(beta="5", p_ref="1e-3", epsilon="1e-5", p_0="1e-3"),
        inequality="p_next >= p",
        box="p=0:1,p_ref=0:1,beta=1:2,epsilon=1/10:1",
        map_name="reference",
    )
    assert "settles in a cycle of period 2" in other and "flip at" in other
    assert [one.stability for one in moved["cycle"].points] == ["attracting", "attracting"]
    assert moved["bound"].verdict == "REFUTED"
    assert all(f"{value}" in other for value in moved["bound"].counterexample.values())


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (State(kind="mirror", beta="3", epsilon="0"), "no fixed point inside (0, 1)"),
        (State(rule="rloo", beta="2"), "drawn for reference and two-kl steps"),
        (State(epsilon="x"), "epsilon"),
    ],
)
def test_hard_states_are_drawn_or_refused(again: Again, state: State, says: str) -> None:
    said, _ = again("03_success_amplification", state=state, inequality="p <= 1", box="", map_name="mirror")
    assert says in said


def test_a_bound_that_cannot_be_read_shows_its_message(again: Again) -> None:
    with pytest.raises(ValueError) as refused:
        gt.certify_bound("p_next >=", None, "reference")
    said, found = again("03_success_amplification", inequality="p_next >=", state=State(kind="explicit", eta="2"))
    assert "bound" not in found
    assert mo.as_html(mo.callout(str(refused.value), kind="danger")).text in said
    assert "There are no closed-form bounds here" in said


def test_losses_and_whitening(first: Callable[[str], Run], again: Again) -> None:
    text, found = first("04_losses_and_variance")
    assert text.count("(a reconstruction)") == sum(form.loss.name == "conspo" for form in found["forms"]) > 0
    assert found["ascent"] == ec_rlvr_weights(["1/2", "1/4", "1/8", "1/16"], [1, 0, 1, 0], "1/2")
    assert {form.loss.name for form in found["forms"] if form.member is False} == {"grpo", "advantage", "conspo"}
    grpo = gt.rule("grpo")
    assert found["over"]["grpo"] == float(ratio_to_optimum(grpo, found["spread"], 8, "3/8"))
    assert found["costs"][2][0] == float(equal_rollouts(grpo, found["spread"], 2, "3/8", 16))
    changed = {"policy_text": "1/2 1/2", "success_text": "1 0", "size": 4}
    heat = {"p_text": "3/4", "eta_text": "1/10", "heat_text": "1", "G": 2}
    kept = {"off_policy": True, "likelihoods": ["1/2", "1/4"], "rewards": ["0", "0"], "tau": "1"}
    said, moved = again("04_losses_and_variance", **changed, **heat, **kept, convention="undefined")
    assert "EC-RLVR is -log 0, undefined" in said and "ascent" not in moved
    assert moved["spread"] == ScoreSpread.of(2, 0, 0)
    assert [step.holds for step in moved["steps"].values()] == [False, False, True]
    assert "every } \\tau" in said


def test_logs_of_every_format_say_the_same(first: Callable[[str], Run], again: Again) -> None:
    text, found = first("05_from_logs")
    groups = group_rollouts(read_log(PLACE / "logs" / "10.jsonl"))
    expected = forecast(groups, G=8, gain=0.1)
    assert (found["groups"], found["found"]) == (groups, expected)
    for number in (expected.silent_rate, expected.attenuation, expected.next_mean, f"{groups.silent_share:.4g}"):
        assert str(number) in text
    assert "synthetic" in text
    _, other = again("05_from_logs", log_path=PLACE / "logs" / "rewards.csv", uploaded=[], formula="r - mean")
    assert other["groups"] == groups
    assert other["found"] == forecast(groups, rule=gt.parse_rule("r - mean"), G=8, gain=0.1)


def test_an_uploaded_log_with_uneven_groups_is_warned_of(again: Again) -> None:
    table = b"id,reward\n" + b"".join(b"%d,%d\n" % (i // 3, i % 2) for i in range(31))
    said, found = again("05_from_logs", uploaded=[("own.csv", table)], log_path=PLACE)
    assert found["groups"].sizes == (3,) * 10 + (1,)
    assert "group sizes are uneven" in said and "own.csv" in said


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"uploaded": [("own.csv", b"id,reward\n1,yes\n")], "log_path": None}, "lies outside the finite numbers"),
        ({"columns": {"reward": "scor", "group": None}, "rows": 0, "threshold_text": ""}, "did you mean score"),
        ({"G": 8, "gain_text": "-1"}, "gain = -1"),
        ({"formula": "r - meen"}, "mean"),
    ],
)
def test_a_log_that_cannot_be_used_shows_its_message(again: Again, fields: dict[str, Any], complaint: str) -> None:
    said, found = again("05_from_logs", **fields)
    assert complaint in said
    assert "found" not in found


@pytest.mark.parametrize("name", SEVERAL)
def test_notebooks_define_no_theory(name: str) -> None:
    """Cells call the package; the only functions beside cells draw."""
    tree = ast.parse((PLACE / f"{name}.py").read_text(encoding="utf-8"))
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert all(one == "_" or one.startswith("draw_") for one in functions)
    assert not any(isinstance(node, ast.Lambda | ast.ClassDef) for node in ast.walk(tree))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    allowed = {"marimo", "numpy", "grpo_theory", "pathlib", "tempfile", "fractions", "dataclasses"}
    assert {one.split(".")[0] for one in modules} <= allowed
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not called & {"sqrt", "exp", "log", "log1p", "logaddexp", "comb", "binomial"}


def quickstart() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((PLACE / "quickstart.ipynb").read_text(encoding="utf-8"))
    return content


def test_quickstart_is_a_plain_notebook_without_outputs() -> None:
    content = quickstart()
    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    names = [cell["id"] for cell in content["cells"]]
    assert len(set(names)) == len(names)
    for cell in content["cells"]:
        assert cell["cell_type"] == "markdown" or (cell["outputs"] == [] and cell["execution_count"] is None)
    assert "http" not in json.dumps(content)


def test_quickstart_runs_and_shows_what_it_says(tmp_path: Path) -> None:
    """Its code cells as one script, which writes what the last line of each would display."""
    lines = ["import json", "shown = {}"]
    for cell in quickstart()["cells"]:
        if cell["cell_type"] == "code":
            tree = ast.parse("".join(cell["source"]))
            if isinstance(tree.body[-1], ast.Expr):
                lines += [ast.unparse(one) for one in tree.body[:-1]]
                lines.append(f"shown[{cell['id']!r}] = repr({ast.unparse(tree.body[-1].value)})")
            else:
                lines.append(ast.unparse(tree))
    script = tmp_path / "quickstart.py"
    script.write_text("\n".join([*lines, "print(json.dumps(shown))"]), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)], check=True, capture_output=True, text=True, cwd=PLACE.parent, timeout=120
    )
    found = json.loads(done.stdout)
    expected = gt.fixed_points(beta=1, p_ref="1/5", epsilon="1e-4")
    assert found["points"] == repr(([(float(one.z), one.stability) for one in expected.points], expected.complete))
    assert found["state"] == repr([one.stability for one in expected.points])
    assert found["advantages"] == repr(["sqrt(3)", "-1/3*sqrt(3)"])
    assert "CORRECTED" in found["verify"] and "RecurrenceExplorer" in found["widget"]
