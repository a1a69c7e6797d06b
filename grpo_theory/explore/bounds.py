"""Your own bound: an inequality of the reader's, certified on a box or refuted, as data for the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from grpo_theory.dynamics.bound_rows import bound_rows
from grpo_theory.dynamics.bounds_check import certify_bound
from grpo_theory.explore.certified import failed
from grpo_theory.explore.state import State

SECONDS: Final = 60.0
_BOXES: Final = 200_000
_PAGE_WORDS: Final = {"map": "recurrence", "counterexample": "fails at"}


def bound_part(state: State, progress: Callable[[int, int, str], None] | None = None) -> dict[str, Any]:
    """The verdict on the typed inequality under the kind and the rule in use; an error is data too.

    >>> bound_part(State(inequality="p*(1-p) <= 1/4", over=""))["verdict"]
    'CERTIFIED'
    """
    try:
        weight = {key: value for key, value in state.weight().items() if key != "epsilon"}
        found = certify_bound(
            state.inequality,
            state.over.strip() or None,
            state.kind,
            **weight,
            most_boxes=_BOXES,
            seconds=SECONDS,
            progress=progress,
        )
    except ValueError as error:
        return failed(error)
    given = {name: getattr(state, name) for name in ("eta", "alpha", "epsilon", "tau", "G", "p_ref", "beta")}
    point = None if found.counterexample is None else {name: str(x) for name, x in found.counterexample.items()}
    answer = {"verdict": found.verdict, "statement": found.statement, "kind": state.kind, "rule": state.rule}
    return {
        **answer,
        "rows": [[_PAGE_WORDS.get(label, label), text] for label, text in bound_rows(found)],
        "counterexample": point,
        "given": given,
    }
