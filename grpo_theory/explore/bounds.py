"""Your own bound: an inequality of the reader's, certified on a box or refuted, as data for the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from grpo_theory.dynamics.bounds_check import Bound, certify_bound
from grpo_theory.explore.certified import failed
from grpo_theory.explore.state import State

SECONDS: Final = 60.0
_BOXES: Final = 200_000


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
    return {**answer, "rows": _rows(found), "counterexample": point, "given": given}


def _rows(found: Bound) -> list[list[str]]:
    rows = [["for all", found.scope]]
    if found.map is not None:
        rows.append(["recurrence", found.map])
    if found.counterexample is not None:
        rows.append(["fails at", ", ".join(f"{name} = {value}" for name, value in found.counterexample.items())])
    if found.sides is not None:
        rows += [["left side there", found.sides[0]], ["right side there", found.sides[1]]]
    if found.verdict == "CERTIFIED":
        rows.append(["by", found.method])
    if found.reason:
        rows.append(["why", found.reason])
    return [*rows, ["boxes", str(found.boxes)], ["seconds", f"{found.seconds:.2f}"]]
