"""Debian's Chromium for the tests, with its network shut, and the two ways to meet the explorer: a file, a server."""

import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
ROOT = Path(__file__).resolve().parents[2]
HERE = ("http://127.0.0.1:", "ws://127.0.0.1:", "file:", "data:", "blob:", "about:")
LONGEST = 30_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need a browser are left out where there is none."""
    absent = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(absent)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> str:
    """The address of a server that has begun to listen, once it answers."""
    address = f"http://127.0.0.1:{port}/"
    with urllib.request.urlopen(address, timeout=60):
        return address


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a running `grpo-theory explore`, which ends with status 0 on Ctrl-C."""
    pytest.importorskip("marimo")
    pytest.importorskip("anywidget")
    port = free_port()
    command = [sys.executable, "-m", "grpo_theory", "explore", "--no-browser", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("The explorer is at")
        address = wait_for(port)
        yield address
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0


@pytest.fixture(scope="session")
def static_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the page that `--static` writes."""
    path = tmp_path_factory.mktemp("static") / "explorer.html"
    command = [sys.executable, "-m", "grpo_theory", "explore", "--static", str(path)]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    return path.as_uri()


class Watched:
    """A page that remembers what went wrong on it: errors of the console, and requests that left the machine."""

    def __init__(self, browser: Any, address: str, width: int = 1280) -> None:
        self.wrong: list[str] = []
        self.page = browser.new_page(viewport={"width": width, "height": 900}, accept_downloads=True)
        self.page.set_default_timeout(LONGEST)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("request", self._requested)
        self.page.goto(address)
        self.page.wait_for_selector(".gt-explorer[data-drawn]")

    def _said(self, message: Any) -> None:
        if message.type == "error":
            self.wrong.append(f"console: {message.text}")

    def _requested(self, request: Any) -> None:
        if not request.url.startswith(HERE):
            self.wrong.append(f"request: {request.url}")


Opener = Callable[..., Any]


@pytest.fixture
def watched(browser: Any) -> Iterator[Opener]:
    """`watched(address, width)` opens a page; when the test ends, nothing may have gone wrong on any."""
    opened: list[Watched] = []

    def open_page(address: str, width: int = 1280) -> Any:
        opened.append(Watched(browser, address, width))
        return opened[-1].page

    yield open_page
    wrong = [line for one in opened for line in one.wrong]
    for one in opened:
        one.page.close()
    assert wrong == []


@pytest.fixture(params=["static", "live"])
def address(request: pytest.FixtureRequest) -> str:
    """Both ways to meet the explorer."""
    return str(request.getfixturevalue("static_file" if request.param == "static" else "server"))


@pytest.fixture(autouse=True)
def _no_download_of_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
