"""What a reader does on the page and sees there, for the tests."""

from collections.abc import Callable
from typing import Any

PANELS = ("cobweb", "trajectory", "bifurcation")


def typed(page: Any, name: str, text: str) -> None:
    page.locator(f"[data-field={name}] input[type=text]").fill(text)


def value(page: Any, name: str) -> str:
    return str(page.locator(f"[data-field={name}] input[type=text]").input_value())


def choose(page: Any, name: str, option: str) -> None:
    page.locator(f"select[data-choice={name}]").select_option(option)


def drawn(page: Any) -> int:
    return int(page.locator(".gt-explorer").get_attribute("data-drawn"))


def redrawn(page: Any, act: Callable[[], object]) -> None:
    """Do something and wait until the pictures have been drawn anew."""
    before = drawn(page)
    act()
    page.wait_for_function(
        "([root, before]) => Number(root.dataset.drawn) > before", arg=[page.query_selector(".gt-explorer"), before]
    )


def pictures(page: Any) -> list[str]:
    return [page.locator(f"[data-panel={name}] canvas").evaluate("c => c.toDataURL()") for name in PANELS]


def live(page: Any) -> bool:
    return bool(page.locator("[data-do=certify]").is_enabled())


def certified(page: Any) -> Any:
    """The table of certified fixed points of the state shown now."""
    page.wait_for_timeout(150)
    page.wait_for_selector("[data-panel=fixed-points] [data-table=certified]")
    return page.locator("[data-table=certified] tbody tr")


def copied(page: Any, what: str) -> str:
    page.locator("[data-panel=copied]").evaluate("area => { area.value = ''; }")
    page.locator(f"[data-copy={what}]").click()
    page.wait_for_function("area => area.value !== ''", arg=page.query_selector("[data-panel=copied]"))
    return str(page.locator("[data-panel=copied]").input_value())
