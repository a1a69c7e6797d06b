"""What only the page behind the server can do: your own rule and bound, basins, work that can be cancelled."""

import csv
import io
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import grpo_theory as gt
from grpo_theory.dynamics import decimal_bounds
from tests.explore.hands import certified, choose, copied, pictures, redrawn, typed

Opener = Callable[..., Any]


def test_an_unparsable_rule_shows_its_message(watched: Opener, server: str) -> None:
    page = watched(server)
    page.fill("[data-input=formula]", "(r-mean)/(sd+eps)")
    message = page.locator("[data-error=formula]")
    message.filter(has_text="unknown name sd").wait_for()
    page.fill("[data-input=formula]", "(r-mean)/(std+eps)")
    page.wait_for_selector("[data-table=advantages]")
    page.wait_for_function("node => node.textContent === ''", arg=page.query_selector("[data-error=formula]"))


def test_your_own_rule_is_drawn_and_its_sheet_agrees(watched: Opener, server: str) -> None:
    page = watched(server)
    before = pictures(page)
    typed(page, "epsilon", "1/10")
    redrawn(page, lambda: page.fill("[data-input=formula]", "(r-mean)/(std+eps)"))
    page.wait_for_selector("[data-fact='weight w']")
    certified(page)
    rule = gt.parse_rule("(r-mean)/(std+eps)", eps="1/10")
    for name, function in (("weight w", gt.effective_weight), ("objective F", gt.effective_objective)):
        shown = page.locator(f"[data-fact='{name}'] td").nth(1).inner_text()
        assert float(shown) == pytest.approx(float(function(rule, G=8)(Fraction(1, 10))), rel=1e-5)
    silent = page.locator("[data-fact='silent rate'] td").nth(1).inner_text()
    assert float(silent) == pytest.approx(0.9**8 + 0.1**8, rel=1e-5)
    found = gt.fixed_points(beta=1, p_ref="1/5", weight=rule, G=8)
    boxes = page.locator("[data-table=certified] tbody tr")
    assert boxes.count() == len(found.points)
    assert float(boxes.nth(0).get_attribute("data-low")) == pytest.approx(float(found.points[0].z), rel=1e-12)
    assert pictures(page) != before
    snippet = copied(page, "python")
    assert 'weight="(r-mean)/(std+eps)", G=8' in snippet


def ask(page: Any, claim: str, over: str) -> Any:
    page.fill("[data-input=inequality]", claim)
    page.fill("[data-input=over]", over)
    page.click("[data-do=certify]")
    return page.locator("[data-verdict]")


def test_a_bound_is_certified(watched: Opener, server: str) -> None:
    page = watched(server)
    choose(page, "kind", "mirror")
    verdict = ask(page, "p_next >= p", "p=0:1,beta=0:10,epsilon=0:1")
    assert verdict.get_attribute("data-verdict") == "CERTIFIED"


def test_a_bound_is_refuted_and_its_counterexample_drawn(watched: Opener, server: str) -> None:
    page = watched(server)
    certified(page)
    before = pictures(page)
    verdict = ask(page, "p_next >= p_ref + 1/10", "p=0:1,p_ref=0:1,beta=5:10,epsilon=1/10:1")
    assert verdict.get_attribute("data-verdict") == "REFUTED"
    page.wait_for_timeout(300)
    after = pictures(page)
    assert after[0] != before[0]
    rows = dict(row.split("\t") for row in page.locator("[data-table=bound] tbody tr").all_inner_texts())
    point = dict(part.split(" = ") for part in rows["fails at"].split(", "))
    step = gt.recurrence(
        beta=Fraction(point["beta"]), p_ref=Fraction(point["p_ref"]), epsilon=Fraction(point["epsilon"])
    )
    assert float(step.step(float(Fraction(point["p"])))) < float(Fraction(point["p_ref"])) + 0.1
    redrawn(page, lambda: page.click("[data-do=take]"))
    assert page.locator("[data-field=beta] input[type=text]").input_value() == point["beta"]


def test_a_bad_bound_shows_its_message_beside_the_field(watched: Opener, server: str) -> None:
    page = watched(server)
    for claim, over, words in (
        ("p_next", "", "0 found"),
        ("q < 1", "", "unknown name q"),
        ("p < 1", "p=2:3", "outside (0, 1)"),
    ):
        page.fill("[data-input=inequality]", claim)
        page.fill("[data-input=over]", over)
        page.click("[data-do=certify]")
        page.locator("[data-error=bound]").filter(has_text=words).wait_for()


def test_long_work_shows_progress_and_can_be_cancelled(watched: Opener, server: str) -> None:
    page = watched(server)
    page.fill(
        "[data-input=inequality]",
        "p_next*p_next*beta <= p_next*beta*sqrt(p_next) + epsilon*p_ref**9 - p**3*p_ref**7/10**7",
    )
    page.fill("[data-input=over]", "p=0:1,p_ref=0:1,beta=1/10:10,epsilon=1e-6:1")
    page.click("[data-do=certify]")
    page.locator("[data-do=cancel]").wait_for()
    assert page.locator("progress").first.count() == 1
    # The page itself stays quick while Python is at work.
    redrawn(page, lambda: typed(page, "beta", "7"))
    certified(page)
    page.click("[data-do=cancel]")
    page.locator("[data-error=bound]").filter(has_text="cancelled after").wait_for()
    verdict = ask(page, "p*(1-p) <= 1/4", "")
    assert verdict.get_attribute("data-verdict") == "CERTIFIED"


def test_basins_are_named_for_every_fixed_point(watched: Opener, server: str) -> None:
    page = watched(server)
    rows = certified(page)
    page.locator("[data-panel=basins] .gt-strip").wait_for()
    words = [row.locator("td").nth(4).inner_text() for row in rows.all()]
    assert words == ["(0.06505, 0.935)", "none: it repels", "(0, 0.06505) ∪ (0.935, 1)"]


def test_tables_can_be_taken_away_with_their_certified_boxes(watched: Opener, server: str) -> None:
    page = watched(server)
    choose(page, "rule", "grpo")
    certified(page)
    page.locator("[data-table=basins]").wait_for(state="attached")
    page.locator("[data-table=advantages]").wait_for(state="attached")
    saved = {}
    for name in ("fixed-points-csv", "conditions-csv", "basins-csv", "rule-csv", "rule-png"):
        with page.expect_download() as waiting:
            page.locator(f"[data-save={name}]").click()
        saved[name] = Path(waiting.value.path()).read_bytes()
    assert saved.pop("rule-png").startswith(b"\x89PNG")
    tables = {name: list(csv.reader(io.StringIO(text.decode()))) for name, text in saved.items()}
    found = gt.fixed_points(beta=1, p_ref="1/5", epsilon="1e-4", weight="grpo", G=8)
    boxes = [row[2] for row in tables["fixed-points-csv"][1:]]
    assert boxes == ["in [{}, {}]".format(*decimal_bounds(point.z, 20)) for point in found.points]
    assert tables["basins-csv"][0] == ["from log-odds", "to", "tends to"]
    assert tables["basins-csv"][1][0] == "-15" and tables["basins-csv"][-1][1] == "15"
    assert tables["conditions-csv"][1][0] == "contraction rate"
    assert sum(row[0].isdecimal() for row in tables["rule-csv"]) == 9
