"""The conventions side by side: what the libraries answer for one group, what that is, and its exact expectation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from grpo_theory.errors import outside
from grpo_theory.groups.closed_forms import Value
from grpo_theory.groups.contrast import effective_weight, expected_advantage_function
from grpo_theory.groups.rules import AdvantageRule
from grpo_theory.interop.conventions import (
    CONVENTIONS,
    LARGEST_RECORDED,
    LEFT_OUT,
    LIBRARIES,
    Convention,
    library,
)
from grpo_theory.interop.identify import Candidate, identify, read
from grpo_theory.interop.live import Answer, measure, one_of_each, version
from grpo_theory.interop.records import SIZES, Answers, ask, recorded, recorded_versions

LARGEST_SHEET: Final = 64
RUN: Final = "run"
RECORDED: Final = "recorded"
Progress = Callable[[int, int, str], None]


def comparison(
    G: int, libraries: Sequence[str] = (), *, from_record: bool = False, progress: Progress | None = None
) -> dict[str, Any]:
    """Per library and convention: A at every k, baseline, deviation, ε, silent groups, a group of one, expectations.

    Domain: 1 ≤ G ≤ 64, libraries by key (all of them if none is named). A library that is installed is run, unless
    `from_record`; the others answer from what was recorded, up to G = 6. Result: JSON data, where exact numbers are
    texts with a float beside them, functions of p texts in p, and the library's own numbers floats or None. Errors:
    ValueError outside the domain.

    >>> sheet = comparison(3, ["verl"], from_record=True)["libraries"][0]
    >>> sheet["origin"], sheet["conventions"][0]["std"], sheet["conventions"][0]["epsilon"]
    ('recorded', 'Bessel', '1/1000000')
    """
    if isinstance(G, bool) or not isinstance(G, int) or not 1 <= G <= LARGEST_SHEET:
        raise outside("G", G, f"the integers 1, ..., {LARGEST_SHEET}", "a group holds at least one rollout")
    keys = tuple(dict.fromkeys(library(name).key for name in libraries)) or tuple(LIBRARIES)
    origins = {key: RECORDED if from_record or version(key) is None else RUN for key in keys}
    wanted = [c for c in CONVENTIONS if c.library in keys]
    rows = []
    for done, convention in enumerate(wanted):
        rows.append(_row(convention, G, origins[convention.library] == RUN))
        if progress is not None:
            progress(done + 1, len(wanted), convention.key)
    entries = [
        _library(key, origins[key], [r for c, r in zip(wanted, rows, strict=True) if c.library == key]) for key in keys
    ]
    return {"group_size": G, "libraries": entries, "agree": all(row["agrees"] is not False for row in rows)}


def _library(key: str, origin: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    shown = LIBRARIES[key]
    return {
        "library": shown.title,
        "version": version(key) if origin == RUN else recorded_versions()[key],
        "origin": origin,
        "road": shown.road,
        "conventions": rows,
        "left_out": [{"option": option, "needs": needs} for owner, option, needs in LEFT_OUT if owner == key],
    }


def _row(convention: Convention, G: int, run: bool) -> dict[str, Any]:
    exact = convention.exact
    answers = ask(convention, SIZES, one_of_each) if run else recorded()[convention.key]
    row: dict[str, Any] = {"option": convention.option, "rule": exact.name, "formula": exact.formula}
    row |= _found(identify(answers, convention.bits))
    row["batch"] = convention.batch or None
    row["advantages"] = _advantages(convention, G, _at(convention, answers, G, run))
    row["agrees"] = _agrees(convention, row["advantages"], G)
    row["silent"] = _silent(answers)
    row["alone"] = {"success": _only(answers.groups[1][1,]), "failure": _only(answers.groups[1][0,])}
    return row | _expected(exact, G)


def _found(fitting: Sequence[Candidate]) -> dict[str, Any]:
    """What the library's numbers follow; None where they fit no convention, or more than one."""
    if len(fitting) != 1:
        return {"baseline": None, "std": None, "epsilon": None, "epsilon_float": None, "where": None}
    (one,) = fitting
    epsilon = None if one.epsilon is None else str(one.epsilon)
    floating = None if one.epsilon is None else float(one.epsilon)
    return {"baseline": one.baseline, "std": one.deviation, "epsilon": epsilon, "epsilon_float": floating} | {
        "where": one.where or None
    }


def _at(convention: Convention, answers: Answers, G: int, run: bool) -> dict[int, Answer]:
    """The library's answer to one vector for every k, failures first; empty where G is neither recorded nor run."""
    vectors = one_of_each(G)
    if G > LARGEST_RECORDED:
        return dict(enumerate(measure(convention, [vectors])[0])) if run else {}
    return {k: answers.groups[G][vector] for k, vector in enumerate(vectors)}


def _advantages(convention: Convention, G: int, answered: dict[int, Answer]) -> list[dict[str, Any]]:
    exact = convention.exact
    rows = []
    for k in range(G + 1):
        success, failure = exact.values(G, k) if exact.smallest_group <= G else (None, None)
        row: dict[str, Any] = {"k": k, **_number("success", success), **_number("failure", failure)}
        answer = answered.get(k)
        row["library_success"] = answer[-1] if answer is not None and k > 0 else None
        row["library_failure"] = answer[0] if answer is not None and k < G else None
        rows.append(row)
    return rows


def _number(key: str, value: Value | None) -> dict[str, Any]:
    return {key: None, f"{key}_float": None} if value is None else {key: str(value), f"{key}_float": float(value)}


def _agrees(convention: Convention, rows: list[dict[str, Any]], G: int) -> bool | None:
    """Whether the library's numbers are the exact ones up to rounding; None where there is nothing to compare."""
    pairs = [
        (row["k"], reward, row[f"library_{name}"])
        for row in rows
        for reward, name in ((1, "success"), (0, "failure"))
        if row[f"library_{name}"] is not None and row[name] is not None
    ]
    if not pairs:
        return None
    # What verl takes for the mean and the deviation of a group of one are numbers in single precision.
    exact, bits = convention.exact, convention.bits if G > 1 else 24
    return all(read(exact, (1,) * k + (0,) * (G - k), reward, number, bits) for k, reward, number in pairs)


def _silent(answers: Answers) -> float | None:
    """The one number that all rollouts of silent groups of 2 to 6 get; None where they differ."""
    silent = [answers.groups[G][(reward,) * G] for G in SIZES[1:] for reward in (0, 1)]
    values = {value for answer in silent for value in answer or (None,)}
    return values.pop() if len(values) == 1 else None


def _only(answer: Answer) -> float | None:
    return None if answer is None else answer[0]


def _expected(exact: AdvantageRule, G: int) -> dict[str, Any]:
    """E[A | r = 1], E[A | r = 0] and w_G as texts in p; None for a group of one, where no weight is defined."""
    if G < 2:
        return {"expected_advantage": None, "effective_weight": None}
    success, failure = (str(expected_advantage_function(exact, G, given)) for given in (1, 0))
    weight = str(effective_weight(exact, G))
    return {"expected_advantage": {"success": success, "failure": failure}, "effective_weight": weight}
