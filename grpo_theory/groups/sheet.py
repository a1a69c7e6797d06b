"""The theory sheet of a rule: everything about one group, exact, as plain data for the command line."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from grpo_theory import symbols
from grpo_theory.errors import group_size, probability
from grpo_theory.groups.closed_forms import Value
from grpo_theory.groups.contrast import (
    advantage_table,
    contrast,
    effective_objective,
    effective_sample_size,
    effective_weight,
    expected_advantage_function,
    is_centred,
    silent_rate,
)
from grpo_theory.groups.functions import FunctionOfP
from grpo_theory.groups.multiples import multiple_of
from grpo_theory.groups.rules import AdvantageRule, checked_rule

LARGEST_SHEET = 256
"""The group size up to which a sheet is written out: its exact texts grow like G²."""


def theory_sheet(rule: AdvantageRule, G: int, p: Fraction | int | str | None = None) -> dict[str, Any]:
    """Advantages at every k, c_G, w_G, F_G, silent rate, effective sample size and multiples of a rule at one G.

    Domain: 2 ≤ G ≤ 256; p an exact probability or None. Result: JSON data; exact numbers are texts with a float beside
    them under *_float, functions of p are texts in p when p is None. Errors: ValueError outside the domain.

    >>> from grpo_theory.groups import rule
    >>> sheet = theory_sheet(rule("grpo"), 3, "1/3")
    >>> sheet["contrast"], sheet["effective_weight"], sheet["multiple_of"]["rule"]
    ('2/9*sqrt(2)', 'sqrt(2)', 'rloo')
    """
    size = group_size(G, limit=LARGEST_SHEET)
    checked_rule(rule)
    chance = None if p is None else probability("p", p)
    sheet: dict[str, Any] = {"rule": rule.name, "formula": rule.formula, "parameters": dict(rule.parameters)}
    sheet |= {"group_size": size, "p": None if chance is None else str(chance)}
    sheet["advantages"] = _advantages(rule, size, chance)
    sheet["centred"] = is_centred(rule, size)
    success, failure = (expected_advantage_function(rule, size, given) for given in (1, 0))
    expected = {"success": _shown(success, chance), "failure": _shown(failure, chance)}
    sheet["expected_advantage"] = {key: exact for key, (exact, _) in expected.items()}
    if chance is not None:
        sheet["expected_advantage_float"] = {key: number for key, (_, number) in expected.items()}
    functions: dict[str, FunctionOfP] = {
        "contrast": contrast(rule, size),
        "effective_weight": effective_weight(rule, size),
        "effective_objective": effective_objective(rule, size),
        "silent_rate": silent_rate(rule, size),
    }
    for key, function in functions.items():
        sheet[key], number = _shown(function, chance)
        if chance is not None:
            sheet[f"{key}_float"] = number
    sheet["effective_sample_size"] = _sample_sizes(rule, size, chance)
    multiple = multiple_of(rule, size)
    sheet["multiple_of"] = multiple and {"rule": multiple.rule, **_number("factor", multiple.factor)}
    return sheet


def _shown(function: FunctionOfP, chance: Fraction | None) -> tuple[str, float | None]:
    if chance is None:
        return str(function), None
    value = function(chance)
    return str(value), float(value)


def _number(key: str, value: Value | None) -> dict[str, Any]:
    if value is None:
        return {key: None, f"{key}_float": None}
    return {key: str(value), f"{key}_float": float(value)}


def _advantages(rule: AdvantageRule, size: int, chance: Fraction | None) -> list[dict[str, Any]]:
    if rule.population is not None and chance is None:
        texts = [str(expected_advantage_function(rule, size, given)) for given in (1, 0)]
        return [
            {"k": k, "success": texts[0] if k else None, "failure": texts[1] if k < size else None}
            for k in range(size + 1)
        ]
    rows = enumerate(advantage_table(rule if chance is None else rule.at(chance), size))
    return [{"k": k, **_number("success", success), **_number("failure", failure)} for k, (success, failure) in rows]


def _sample_sizes(rule: AdvantageRule, size: int, chance: Fraction | None) -> list[dict[str, Any]]:
    if rule.population is not None and chance is None:
        p = symbols.p
        return [
            {"k": k, "value": str((k * (1 - p) + (size - k) * p) ** 2 / (k * (1 - p) ** 2 + (size - k) * p**2))}
            for k in range(size + 1)
        ]
    sizes = effective_sample_size(rule if chance is None else rule.at(chance), size)
    return [{"k": k, **_number("value", value)} for k, value in enumerate(sizes)]
