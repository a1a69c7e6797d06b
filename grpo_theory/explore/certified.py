"""The certified panels: fixed points, conditions and basins of a state, as data for the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from flint import arb

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.dynamics import (
    Condition,
    FixedPoint,
    FixedPoints,
    decimal_bounds,
    fixed_points,
    improvement,
    lipschitz_constant,
)
from grpo_theory.dynamics.parameters import ALPHA, BETA, ETA, number
from grpo_theory.explore.basin_strip import basins_part
from grpo_theory.explore.sheet import rule_sheet
from grpo_theory.explore.state import State

Part = dict[str, Any]

_DIGITS: Final = 20
_FIELD: Final = re.compile(r"(\w+) = ")


def panels(state: State) -> Iterator[Part]:
    """The parts of the certified panels, the quick ones first; an error is a part with "error" and its "field".

    >>> first = next(panels(State()))
    >>> [point["stability"] for point in first["fixed"]["points"]]
    ['attracting', 'repelling', 'attracting']
    """
    try:
        state.options()
    except ValueError as error:
        yield {"rule": {"error": str(error)}, "fixed": failed(error), "conditions": failed(error), **failed(error)}
        return
    found = _tried(lambda: fixed_points(**state.options()))
    points = failed(found) if isinstance(found, ValueError) else fixed_part(found)
    yield {"fixed": points, "conditions": _or_error(lambda: conditions(state, found))}
    yield {"rule": _or_error(lambda: rule_sheet(state))}
    if not isinstance(found, ValueError):
        yield {"basins": _or_error(lambda: basins_part(state, found))}
    else:
        yield {"basins": failed(found)}


def failed(error: ValueError) -> Part:
    """An error as data: its line, and the field that it names, if any.

    >>> failed(ValueError("beta = 0 lies outside (0, ∞)"))["field"]
    'beta'
    """
    text = str(error)
    named = _FIELD.match(text)
    return {"error": text, "field": named[1] if named else None}


def _tried(make: Any) -> Any:
    try:
        return make()
    except ValueError as error:
        return error


def _or_error(make: Any) -> Part:
    result = _tried(make)
    return failed(result) if isinstance(result, ValueError) else result


def fixed_part(found: FixedPoints) -> Part:
    """Every fixed point with certified boxes.

    >>> fixed_part(fixed_points(beta=1, p_ref="1/5", epsilon="1e-4"))["complete"]
    True
    """
    return {
        "complete": found.complete,
        "points": [_point(point) for point in found.points],
        "undecided": [
            [decimal_bounds(low, _DIGITS)[0], decimal_bounds(high, _DIGITS)[1]] for low, high in found.undecided
        ],
        "contraction": None if found.contraction is None else decimal_bounds(found.contraction, _DIGITS)[1],
        "empty": "There is no fixed point inside (0, 1).",
    }


def _point(point: FixedPoint) -> Part:
    return {
        "logit": list(decimal_bounds(point.z, _DIGITS)),
        "radius": float(point.z.rad()),
        "p": list(decimal_bounds(point.p, _DIGITS)),
        "multiplier": list(decimal_bounds(point.multiplier, _DIGITS)),
        "stability": point.stability,
        "shown": shown_probability(point.p, point.one_minus_p),
    }


def shown_probability(p: arb, rest: arb) -> str:
    """p to six figures, or 1 − (1 − p) where the failures are rare.

    >>> shown_probability(arb(1) - arb("1e-9"), arb("1e-9"))
    '1 − 1.000e−9'
    """
    if float(rest) < 0.005:
        return f"1 − {_decimal(rest, 4)}"
    return _decimal(p, 6)


def _decimal(ball: arb, digits: int) -> str:
    middle = (Decimal(decimal_bounds(ball, _DIGITS)[0]) + Decimal(decimal_bounds(ball, _DIGITS)[1])) / 2
    text = f"{middle:.{digits - 1}e}" if abs(middle) < Decimal("1e-3") else f"{middle:.{digits}g}"
    return text.replace("-", "−").replace("+", "")


def conditions(state: State, found: FixedPoints | ValueError) -> Part:
    """Contraction and monotone improvement: what must hold, the number that decides, its bound, and whether it holds.

    >>> [row["met"] for row in conditions(State(beta="20"), ValueError())["rows"]][:2]
    [True, True]
    """
    if state.rule != "population_grpo" or number_is_zero(state.epsilon):
        return _measured(found)
    chosen = {key: value for key, value in state.options().items() if key not in ("kind", "weight")}
    known = improvement(state.kind, **chosen)
    rows = [*_strength(state), _row("contraction rate", known.contraction), _row("order preserved", known.order)]
    rows += [_row("start above 1/2", known.start), _row("limits above p_ref", known.amplification)]
    steady = "From p₀ = p_ref the iterates never decrease." if known.never_decreases else _NOT_SECURED
    every = " Every start tends to one fixed point." if known.contraction.met else ""
    return {"rows": rows, "says": steady + every, "monotone": known.never_decreases}


_NOT_SECURED: Final = (
    "No condition here secures that iterates from p_ref never decrease; a condition not met decides nothing."
)


def number_is_zero(text: str) -> bool:
    """Whether a text denotes zero.

    >>> number_is_zero("0.0")
    True
    """
    return Decimal(text) == 0 if "/" not in text else text.startswith("0/")


def _row(name: str, one: Condition) -> Part:
    bound = None if one.bound is None else _surd(one.bound)
    return {
        "name": name,
        "needs": one.needs,
        "number": _surd(one.number),
        "bound": bound,
        "met": one.met,
        "source": one.source,
    }


def _strength(state: State) -> list[Part]:
    """β (αβ for two-kl) against s(ε), and η against its limit for explicit steps."""
    s, beta, claim = lipschitz_constant(state.epsilon), number(BETA, state.beta), "global-contraction"
    if state.kind == "mirror":
        return []
    share = number(ALPHA, state.alpha) if state.kind == "two-kl" else 1
    needs = "αβ > s(ε)" if state.kind == "two-kl" else "β > s(ε)"
    rows = [_row("contraction", Condition(needs, Surd.of(share * beta), s, Surd.of(share * beta) > s, claim))]
    if state.kind == "explicit":
        eta, limit = Surd.of(number(ETA, state.eta)), 2 / (s + beta)
        rows.append(_row("step size", Condition("η < 2/(β+s(ε))", eta, limit, eta < limit, claim)))
    return rows


def _surd(value: Surd) -> str:
    text, decimal = str(value), f"{float(value):.6g}"
    if text == decimal or len(text) > 14:
        return decimal.replace("-", "−")
    return f"{text} = {decimal}" if "sqrt" not in text else decimal


def _measured(found: FixedPoints | ValueError) -> Part:
    """For other weights the certified bound of the slope, where there is one."""
    if isinstance(found, ValueError):
        return failed(found)
    rate = found.contraction
    text = "not below 1" if rate is None else f"{float(rate):.6g}"
    row = {
        "name": "contraction rate",
        "needs": "sup |dz′/dz| < 1",
        "number": text,
        "bound": "1",
        "met": rate is not None,
    }
    says = "Closed forms are known for population grpo with ε > 0; for other weights the slope itself is enclosed."
    return {"rows": [{**row, "source": "fixed_points"}], "says": says, "monotone": None}
