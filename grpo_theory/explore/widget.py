"""The explorer as an anywidget: the same JavaScript in marimo, in Jupyter and in a page without a server."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from types import new_class
from typing import Any, Final

from grpo_theory.explore.bundle import script, style
from grpo_theory.explore.clerk import Clerk
from grpo_theory.explore.state import record, state_of

_PATIENCE: Final = 0.25
"""Seconds for which a new answer is waited for before the page is told that it is still under way."""
_GLANCE: Final = 0.04
"""The same for an answer that is already being waited for."""


@dataclass
class Desk:
    """Questions of one page to its two clerks, "panels" and "bound".

    >>> desk = Desk()
    >>> desk.answers({"turn": 1, "asks": {}})
    {'turn': 1, 'of': {}}
    """

    clerks: dict[str, Clerk] = field(default_factory=lambda: {"panels": Clerk(), "bound": Clerk()})

    def answers(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answers so far to all open questions {"asks": {name: {"turn", "state"}}}, each taken up once."""
        asks = {name: ask for name, ask in question.get("asks", {}).items() if name in self.clerks}
        wait = _GLANCE
        for name, ask in asks.items():
            clerk = self.clerks[name]
            if ask["turn"] > clerk.turn:
                clerk.ask(name, int(ask["turn"]), dict(ask["state"]))
                wait = _PATIENCE
            if ask.get("cancel"):
                clerk.cancel()
        return {"turn": question.get("turn"), "of": {name: self.clerks[name].look(wait / len(asks)) for name in asks}}

    def close(self) -> None:
        """End both processes."""
        for clerk in self.clerks.values():
            clerk.close()


@lru_cache(maxsize=1)
def _widget_class() -> Any:
    """The widget's class, formed when it is first asked for, so that the package imports without anywidget."""
    try:
        anywidget, traitlets = import_module("anywidget"), import_module("traitlets")
    except ImportError:
        raise ValueError('the explorer needs anywidget: pip install "grpo-theory[explore]"') from None
    traits = {
        "_esm": script(),
        "_css": style(),
        "state": traitlets.Dict().tag(sync=True),
        "live": traitlets.Bool(True).tag(sync=True),
        "question": traitlets.Dict().tag(sync=True),
        "answer": traitlets.Dict().tag(sync=True),
    }
    return new_class("RecurrenceExplorer", (anywidget.AnyWidget,), {}, lambda body: body.update(traits))


def explorer(**state: str) -> Any:
    """The explorer of the recurrence, to be shown in a notebook: sliders, pictures, and certified panels beside them.

    Domain: fields of `State` as texts, such as beta="1/2". Result: an anywidget whose trait `state` follows the page
    and moves it. Errors: ValueError for unknown fields and values, and where anywidget is missing.

    >>> explorer(kind="mirrow")
    Traceback (most recent call last):
    ValueError: no recurrence is called mirrow: did you mean mirror?
    """
    chosen = state_of(state)
    chosen.options()
    widget = _widget_class()(state=record(chosen))
    desk = Desk()
    desk.clerks["panels"].start()
    widget.observe(_answering(weakref.ref(widget), desk), names="question")
    weakref.finalize(widget, desk.close)
    return widget


def _answering(widget: Callable[[], Any], desk: Desk) -> Callable[[Any], None]:
    def answer(change: Any) -> None:
        page = widget()
        if page is not None:
            page.answer = desk.answers(dict(change["new"]))

    return answer
