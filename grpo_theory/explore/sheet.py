"""The sheet of the rule in use: advantages, w_G, F_G and silent rate at p_0, and its coefficients for the map."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from grpo_theory.dynamics import weight_of
from grpo_theory.dynamics.parameters import P_REF, logit, number
from grpo_theory.dynamics.weights import bernstein_coefficients
from grpo_theory.explore.state import OWN, State
from grpo_theory.groups import AdvantageRule, effective_objective, effective_weight, theory_sheet

_GRID: Final = np.concatenate([[0.002, 0.01], np.linspace(0.02, 0.98, 49), [0.99, 0.998]])
_ROWS: Final = 33
_LONGEST: Final = 36


def rule_sheet(state: State) -> dict[str, Any]:
    """What the rule does to groups of G rollouts at p = p_0, exact beside decimal, with w_G and F_G over p.

    Errors: ValueError for a formula outside the grammar, and for values that are no finite numbers.

    >>> sheet = rule_sheet(State(rule="own", formula="r - mean", G="4", p_0="1/2"))
    >>> sheet["coefficients"], sheet["facts"][0][0]
    ([0.75, 0.75, 0.75, 0.75], 'weight w')
    """
    if state.population:
        return _population(state)
    rule, G = state.advantage_rule(), state.group_size
    sheet = theory_sheet(rule, G, state.p_0)
    facts = [
        _fact("weight w", sheet, "effective_weight"),
        _fact("objective F", sheet, "effective_objective"),
        _fact("contrast c", sheet, "contrast"),
        _fact("silent rate", sheet, "silent_rate"),
    ]
    facts += [["centred", "yes" if sheet["centred"] else "no", ""]]
    multiple = sheet["multiple_of"]
    if multiple:
        facts.append(
            [
                "a multiple of",
                f"{multiple['rule']}, times {_short(multiple['factor'])}",
                _decimal(multiple["factor_float"]),
            ]
        )
    table = [
        {"k": row["k"], **{side: _cell(row, side) for side in ("success", "failure")}}
        for row in sheet["advantages"][:_ROWS]
    ]
    return {
        "name": "your own rule" if state.rule == OWN else state.rule,
        "formula": rule.formula,
        "facts": facts,
        "advantages": table,
        "cut": G + 1 > _ROWS,
        "coefficients": _coefficients(rule, G),
        "mixed": rule.mixed_only,
        "curves": _curves(rule, G),
    }


def _population(state: State) -> dict[str, Any]:
    options = state.weight()
    weight = weight_of(options["weight"], None, options.get("epsilon"))
    z = np.log(_GRID) - np.log1p(-_GRID)
    start = np.asarray(logit(number(P_REF, state.p_0)))
    return {
        "name": state.rule.replace("_", " "),
        "formula": f"Ω = {weight.sympy()}",
        "facts": [["weight Ω", "", _decimal(float(weight.at(start)))]],
        "advantages": [],
        "cut": False,
        "coefficients": None,
        "mixed": False,
        "curves": {"p": _GRID.tolist(), "w": weight.at(z).tolist(), "F": []},
    }


def _coefficients(rule: AdvantageRule, G: int) -> list[float]:
    values = bernstein_coefficients(rule, G)
    if not np.isfinite(values).all():
        raise ValueError(f"rule {rule.name} has advantages that are no finite numbers at G = {G}")
    return [float(value) for value in values]


def _curves(rule: AdvantageRule, G: int) -> dict[str, list[float | None]]:
    rows = {"p": _GRID, "w": effective_weight(rule, G)(_GRID), "F": effective_objective(rule, G)(_GRID)}
    return {name: [float(x) if np.isfinite(x) else None for x in np.asarray(row)] for name, row in rows.items()}


def _fact(title: str, sheet: dict[str, Any], key: str) -> list[str]:
    return [title, _short(sheet[key]), _decimal(sheet[f"{key}_float"])]


def _cell(row: dict[str, Any], side: str) -> str:
    if row[side] is None:
        return "–"
    exact, value = _short(row[side]), _decimal(row[f"{side}_float"])
    return value if exact == value or len(exact) > 30 else f"{exact} = {value}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _decimal(value: float) -> str:
    return f"{value:.6g}".replace("-", "−")
