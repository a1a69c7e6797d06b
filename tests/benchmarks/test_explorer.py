"""From a drag to the new pictures, and to certified panels: in Debian's Chromium, behind `grpo-theory explore`."""

import itertools
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.explore.conftest import CHROMIUM, FLAGS, ROOT, free_port

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")

REDRAW = "explorer: from a drag to three new pictures"
CERTIFY = "explorer: from a drag to certified fixed points and conditions"
# Sets the slider as a hand would, and resolves once the frame with the new pictures has been painted.
DRAG = """([root, name, value]) => new Promise((done) => {
  const before = root.dataset.drawn;
  const slider = root.querySelector(`[data-field=${name}] input[type=range]`);
  slider.value = value;
  slider.dispatchEvent(new Event("input"));
  const look = () => root.dataset.drawn === before ? requestAnimationFrame(look) : done(root.dataset.drawn);
  requestAnimationFrame(look);
})"""
SETTLE = """(root) => new Promise((done) => {
  const look = () => {
    const row = root.querySelector("[data-table=certified] tbody tr");
    return row ? done(row.dataset.low) : requestAnimationFrame(look);
  };
  look();
})"""
SETTINGS = {
    "population grpo": {},
    "16-GRPO": {"rule": "grpo", "G": "16"},
    "256-GRPO": {"rule": "grpo", "G": "256"},
}
# A drag of ε changes the whole bifurcation diagram, one of β only the mark in it.
FIELDS = {"beta": "β", "epsilon": "ε"}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[bool], Any]]:
    """`pages(live)` opens the explorer behind its server, or as the file that needs none."""
    api = pytest.importorskip("playwright.sync_api")
    for needed in ("marimo", "anywidget"):
        pytest.importorskip(needed)
    path, port = tmp_path_factory.mktemp("explorer") / "explorer.html", free_port()
    command = [sys.executable, "-m", "grpo_theory", "explore"]
    subprocess.run([*command, "--static", str(path)], check=True, cwd=ROOT, capture_output=True)
    with (
        subprocess.Popen([*command, "--no-browser", "--port", str(port)], cwd=ROOT, stdout=subprocess.PIPE) as server,
        api.sync_playwright() as driver,
    ):
        assert server.stdout is not None and server.stdout.readline()
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield lambda live: _opened(browser, f"http://127.0.0.1:{port}/" if live else Path(path).as_uri())
        browser.close()
        server.send_signal(signal.SIGINT)


def _opened(browser: Any, address: str) -> Any:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    page.wait_for_selector(".gt-explorer[data-drawn]")
    return page


def _set(page: Any, setting: dict[str, str]) -> Any:
    if "rule" in setting:
        page.locator("select[data-choice=rule]").select_option(setting["rule"])
        page.locator("[data-field=G] input[type=text]").fill(setting["G"])
    page.wait_for_timeout(500)
    return page.query_selector(".gt-explorer")


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("live", [True, False], ids=["widget in marimo", "single file"])
def test_drag_to_redraw(
    pages: Callable[[bool], Any], ours: Callable[..., Any], live: bool, name: str, setting: str
) -> None:
    page, middle = pages(live), {"beta": 0.0, "epsilon": -4.0}[name]
    root, place = _set(page, SETTINGS[setting]), itertools.cycle([middle + 0.02 * k for k in range(-30, 31)])
    where = "widget in marimo" if live else "single file"
    benchmark = ours(REDRAW, f"{FIELDS[name]}, {where}, {setting}", at_most=0.05)
    before = int(root.get_attribute("data-drawn"))
    drawn = benchmark.pedantic(lambda: page.evaluate(DRAG, [root, name, next(place)]), rounds=60, warmup_rounds=5)
    assert int(drawn) > before
    page.close()


@pytest.mark.parametrize("setting", list(SETTINGS)[:2])
def test_drag_to_certified_panels(pages: Callable[[bool], Any], ours: Callable[..., Any], setting: str) -> None:
    page = pages(True)
    root, place = _set(page, SETTINGS[setting]), itertools.cycle([0.02 * k for k in range(-20, 21)])
    page.wait_for_selector("[data-table=certified]")
    benchmark = ours(CERTIFY, f"certified panels, {setting}", at_most=0.3)

    def drag() -> str:
        page.evaluate(DRAG, [root, "beta", next(place)])
        return str(page.evaluate(SETTLE, root))

    low = benchmark.pedantic(drag, rounds=20, warmup_rounds=2)
    assert -20 < float(low) < 400
    page.close()
