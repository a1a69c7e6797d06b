"""The page in a real browser, as a file and behind the server: every control, every number, every message."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import grpo_theory as gt
from grpo_theory.dynamics import contraction_rate, decimal_bounds, improvement
from grpo_theory.explore import PRESETS
from grpo_theory.explore.state import record
from tests.explore.conftest import Watched
from tests.explore.hands import PANELS, certified, choose, live, pictures, redrawn, typed, value

Opener = Callable[..., Any]


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_sticks_out(watched: Opener, address: str, width: int) -> None:
    page = watched(address, width)
    if live(page):
        certified(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    parts = page.locator(".gt-card, .gt-panel, .gt-controls, .gt-explorer canvas").all()
    for box in (part.bounding_box() for part in parts):
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
    for name in PANELS:
        assert page.locator(f"[data-panel={name}] canvas").evaluate("c => c.clientWidth > 150 && c.clientHeight > 150")


def test_every_slider_moves_by_keys_and_every_picture_follows(watched: Opener, address: str) -> None:
    page = watched(address)
    choose(page, "kind", "proximal")
    choose(page, "rule", "grpo")
    typed(page, "eta", "1/10")
    for name in ("beta", "eta", "p_ref", "epsilon", "G", "p_0", "steps"):
        slider = page.locator(f"[data-field={name}] input[type=range]")
        before, text = pictures(page), value(page, name)
        slider.focus()
        for _ in range(5):
            redrawn(page, lambda: page.keyboard.press("ArrowRight"))
        assert value(page, name) != text, name
        assert pictures(page) != before, name
    for kind, name in (("two-kl", "alpha"), ("explicit", "eta")):
        redrawn(page, lambda: choose(page, "kind", kind))  # noqa: B023
        assert page.locator(f"[data-field={name}]").is_visible()
    redrawn(page, lambda: choose(page, "rule", "softmax"))
    assert page.locator("[data-field=tau]").is_visible()
    assert page.locator("[data-field=epsilon]").is_hidden()


def test_typing_is_checked_beside_the_field(watched: Opener, address: str) -> None:
    page = watched(address)
    before = pictures(page)
    redrawn(page, lambda: typed(page, "p_ref", "1/3"))
    assert pictures(page) != before
    typed(page, "p_ref", "1.2")
    message = page.locator("[data-field=p_ref] .gt-error")
    assert message.inner_text() == "p_ref = 1.2 lies outside (0, 1)"
    choose(page, "rule", "rloo")
    for text in ("abc", "", "1/0", "-3", "1e999", "1000"):
        typed(page, "G", text)
        assert "lies outside" in page.locator("[data-field=G] .gt-error").inner_text(), text
    redrawn(page, lambda: typed(page, "p_ref", "0.25"))
    assert message.inner_text() == ""


def test_dragging_and_arrow_keys_move_the_start_and_beta(watched: Opener, address: str) -> None:
    page = watched(address)
    for panel, field in (("cobweb", "p_0"), ("trajectory", "p_0"), ("bifurcation", "beta")):
        canvas = page.locator(f"[data-panel={panel}] canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        before = value(page, field)
        page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
        page.mouse.down()
        redrawn(page, lambda: page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.3 * box["height"]))  # noqa: B023
        page.mouse.up()
        moved = value(page, field)
        assert moved != before
        canvas.focus()
        redrawn(page, lambda: page.keyboard.press("ArrowUp"))
        assert value(page, field) != moved


@pytest.mark.parametrize("parameters", [("1", "1/5", "1e-4"), ("5", "1e-3", "1e-5"), ("20", "0.3", "1/100")])
def test_fixed_points_agree_with_python(watched: Opener, address: str, parameters: tuple[str, str, str]) -> None:
    page = watched(address)
    for name, text in zip(("beta", "p_ref", "epsilon"), parameters, strict=True):
        redrawn(page, lambda: typed(page, name, text))  # noqa: B023
    found = gt.fixed_points(beta=parameters[0], p_ref=parameters[1], epsilon=parameters[2])
    if not live(page):
        rows = page.locator("[data-table=numeric] tbody tr")
        shown = [float(row.get_attribute("data-logit")) for row in rows.all()]
        assert shown == pytest.approx([float(point.z) for point in found.points], rel=1e-12)
        assert "numeric, not certified" in page.locator("[data-panel=fixed-points]").inner_text()
        rate = contraction_rate("reference", beta=parameters[0], epsilon=parameters[2])
        told = page.locator("[data-condition='contraction'] td").all_inner_texts()
        assert float(told[3]) == pytest.approx(float(rate), rel=1e-3)
        assert told[1] == ("met" if rate < 1 else "not met")
        return
    rows = certified(page)
    boxes = [(row.get_attribute("data-low"), row.get_attribute("data-high")) for row in rows.all()]
    assert boxes == [decimal_bounds(point.z, 20) for point in found.points]
    said = [row.locator("td").nth(1).inner_text() for row in rows.all()]
    assert said == [{"attracting": "attracts", "repelling": "repels"}[point.stability] for point in found.points]
    for row, point in zip(rows.all(), found.points, strict=True):
        cells = [text.replace("−", "-").replace("…", "") for text in row.locator("td").all_inner_texts()]
        assert float(cells[2].split("box")[0]) == pytest.approx(float(point.z), rel=1e-6)
        assert float(cells[3]) == pytest.approx(float(point.multiplier), rel=1e-5)
        rare = cells[0].startswith("1 - ")
        assert float(cells[0].removeprefix("1 - ")) == pytest.approx(
            float(point.one_minus_p if rare else point.p), rel=1e-3
        )
    known = improvement("reference", beta=parameters[0], p_ref=parameters[1], epsilon=parameters[2])
    row = page.locator("[data-condition='contraction rate']")
    assert row.locator("td").nth(1).inner_text() == ("met" if known.contraction.met else "not met")
    assert float(row.locator("td").nth(3).inner_text().split("=")[-1]) == pytest.approx(
        float(known.contraction.number), rel=1e-5
    )


@pytest.mark.parametrize("kind", ["reference", "mirror", "two-kl", "proximal", "explicit"])
def test_every_kind_and_rule_draws(watched: Opener, static_file: str, kind: str) -> None:
    page = watched(static_file)
    choose(page, "kind", kind)
    rules = page.locator("select[data-choice=rule] option").evaluate_all("all => all.map(one => one.value)")
    assert len(rules) == 21
    for rule in rules:
        if rule != page.locator("select[data-choice=rule]").input_value():
            redrawn(page, lambda: choose(page, "rule", rule))  # noqa: B023


def test_axes_change_what_is_drawn_and_nothing_else(watched: Opener, static_file: str) -> None:
    page = watched(static_file)
    seen = [pictures(page)]
    for axis in ("wide", "p"):
        redrawn(page, lambda: choose(page, "axis", axis))  # noqa: B023
        seen.append(pictures(page))
        assert value(page, "p_0") == "1/10"
    for panel in range(3):
        assert len({one[panel] for one in seen}) >= 2


def test_presets_set_every_field(watched: Opener, static_file: str) -> None:
    page = watched(static_file)
    for preset in PRESETS:
        choose(page, "preset", preset.id)
        page.wait_for_timeout(60)
        expected = record(preset.state)
        for name in ("beta", "p_ref", "p_0"):
            assert Fraction(value(page, name)) == Fraction(expected[name]), preset.id
        assert page.locator("select[data-choice=kind]").input_value() == expected["kind"]
        assert page.locator(".gt-story").inner_text() == preset.note


@pytest.mark.parametrize(
    ("preset", "points", "end"), [("three", 3, "fixed point"), ("two-cycle", 3, "cycle"), ("irregular", 3, "irregular")]
)
def test_hard_cases_show_what_they_promise(watched: Opener, address: str, preset: str, points: int, end: str) -> None:
    page = watched(address)
    redrawn(page, lambda: choose(page, "preset", preset))
    rows = certified(page) if live(page) else page.locator("[data-table=numeric] tbody tr")
    assert rows.count() == points
    assert page.locator("[data-end]").get_attribute("data-end") == end


def test_a_planted_error_and_a_planted_request_would_be_seen(browser: Any, static_file: str) -> None:
    one = Watched(browser, static_file)
    assert one.wrong == []
    one.page.evaluate("() => fetch('http://192.0.2.1/').catch(() => console.error('planted'))")
    one.page.wait_for_timeout(200)
    one.page.close()
    assert any("planted" in line for line in one.wrong)
    assert any("connect-src" in line for line in one.wrong)
