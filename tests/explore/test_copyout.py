"""What can be taken away from the page: a link, LaTeX, Python, CSV and PNG."""

import csv
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import grpo_theory as gt
from grpo_theory.explore.state import State
from tests.explore.hands import PANELS, choose, copied, typed, value

Opener = Callable[..., Any]


def test_the_link_restores_the_state(watched: Opener, address: str) -> None:
    page = watched(address)
    choose(page, "kind", "two-kl")
    choose(page, "rule", "grpo_bessel")
    choose(page, "axis", "p")
    for name, text in (
        ("beta", "1/3"),
        ("alpha", "2/7"),
        ("p_ref", "1e-3"),
        ("epsilon", "1e-6"),
        ("G", "12"),
        ("p_0", "0.99"),
    ):
        typed(page, name, text)
    link = copied(page, "link")
    assert link.startswith(address)
    again = watched(link)
    for name, text in (
        ("beta", "1/3"),
        ("alpha", "2/7"),
        ("p_ref", "1e-3"),
        ("epsilon", "1e-6"),
        ("G", "12"),
        ("p_0", "0.99"),
    ):
        assert value(again, name) == text
    chosen = [again.locator(f"select[data-choice={name}]").input_value() for name in ("kind", "rule", "axis")]
    assert chosen == ["two-kl", "grpo_bessel", "p"]


def test_the_python_that_is_copied_runs_and_agrees(watched: Opener, static_file: str, tmp_path: Path) -> None:
    page = watched(static_file)
    choose(page, "kind", "explicit")
    choose(page, "rule", "grpo_bessel")
    typed(page, "eta", "1/7")
    script = tmp_path / "copied.py"
    script.write_text(copied(page, "python"), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, str(script)], check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2]
    )
    options = State(kind="explicit", rule="grpo_bessel", eta="1/7").options()
    path = gt.recurrence(**options).trajectory(0.1, 30)
    assert f"30 {path.p[30]} {path.logit[30]}" in ran.stdout
    assert ran.stdout.rstrip().endswith("complete")


def test_the_latex_that_is_copied_names_the_parameters(watched: Opener, static_file: str) -> None:
    page = watched(static_file)
    latex = copied(page, "latex")
    assert latex.startswith(r"\begin{align*}")
    assert r"\beta = 1,\ p_{\mathrm{ref}} = \tfrac{1}{5},\ \varepsilon = 10^{-4}" in latex
    assert latex.count("{") == latex.count("}")


def test_panels_can_be_taken_away(watched: Opener, address: str) -> None:
    page = watched(address)
    saved = {}
    for panel in PANELS:
        for kind in ("csv", "png"):
            with page.expect_download() as waiting:
                page.locator(f"[data-save={panel}-{kind}]").click()
            assert waiting.value.suggested_filename == f"{panel}.{kind}"
            saved[f"{panel}.{kind}"] = Path(waiting.value.path()).read_bytes()
    for name, content in saved.items():
        if name.endswith("png"):
            assert content.startswith(b"\x89PNG") and len(content) > 4000
    rows = list(csv.DictReader(io.StringIO(saved["trajectory.csv"].decode())))
    path = gt.recurrence(beta="1", p_ref="1/5", epsilon="1e-4").trajectory(0.1, 30)
    assert [float(row["logit"]) for row in rows] == pytest.approx(path.logit.tolist(), rel=1e-12)
    assert [float(row["p"]) for row in rows] == pytest.approx(path.p.tolist(), rel=1e-12)
    curve = [
        row for row in csv.DictReader(io.StringIO(saved["bifurcation.csv"].decode())) if row["curve"] == "fixed point"
    ]
    one = curve[len(curve) // 2]
    found = gt.fixed_points(beta=float(one["beta"]), p_ref="1/5", epsilon="1e-4")
    assert min(abs(float(point.z) - float(one["logit"])) for point in found.points) < 1e-9
