"""Branch and bound over a box: close what is settled, try simple points, halve the rest, within a budget."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile
from time import monotonic

import sympy as sp

from grpo_theory.arithmetic.boxes import Box, Edge, cut, halved, simple_points, simplest, spread_points
from grpo_theory.arithmetic.conditions import WEAK, Condition
from grpo_theory.arithmetic.extended import sign_of
from grpo_theory.arithmetic.images import Memo
from grpo_theory.arithmetic.monotone import Signs
from grpo_theory.arithmetic.refutation import Point, fails, simplified
from grpo_theory.arithmetic.signs import Sign

_EVERY = 32
_MOST_SPREAD = 10
_SHALLOW = 24
_NARROW = Fraction(1, 2**56)


@dataclass(frozen=True)
class Question:
    """Whether every form of the gap is ≥ 0 (> 0, = 0) on the whole box of ``signs``, where ``needs`` are met.

    >>> Question((sp.S(0), sp.S(1)), "<=", (sp.S(1),), (), Signs({}, {})).strict
    False
    """

    sides: tuple[sp.Expr, sp.Expr]
    relation: str
    forms: tuple[sp.Expr, ...]
    needs: tuple[Condition, ...]
    signs: Signs

    @property
    def strict(self) -> bool:
        """Whether equality is excluded."""
        return self.relation == "<"


@dataclass(frozen=True)
class Budget:
    """How many boxes may be looked at, and until when (`time.monotonic`).

    >>> Budget(10, monotonic() + 60).over()
    False
    """

    boxes: int
    until: float
    progress: Callable[[int, int, str], None] | None = None

    def over(self) -> bool:
        """Whether the time has come."""
        return monotonic() > self.until

    def prepares(self, what: str) -> bool:
        """Whether there is time left for work before the first box, which is then announced."""
        if self.progress is not None:
            self.progress(0, self.boxes, what)
        return not self.over()


def tried(question: Question, box: Box, budget: Budget | None = None) -> tuple[Point | None, str]:
    """The first of some simple points at which the inequality fails, and a place where a side is undefined.

    The points end with the time of the ``budget``.

    >>> from grpo_theory.symbols import p
    >>> whole = {"p": Edge(Fraction(0), Fraction(1))}
    >>> tried(Question((p, p / 2), "<=", (-p / 2,), (), Signs(whole, {})), whole)[0]
    {'p': Fraction(1, 1)}
    """
    undefined = ""
    within = _while_time(budget)
    for point in takewhile(within, simple_points(box)):
        broken = _broken(question, point)
        if broken is not None:
            undefined = undefined or broken
        elif violates(question, point):
            return point, ""
    if undefined:
        return None, undefined
    for point in takewhile(within, spread_points(box) if len(box) <= _MOST_SPREAD else ()):
        if violates(question, point):
            return simplified(point, box, lambda at: violates(question, at)), ""
    return None, ""


def _while_time(budget: Budget | None) -> Callable[[Point], bool]:
    return lambda point: budget is None or budget.prepares("trying points")


def violates(question: Question, point: Point) -> bool:
    """Whether the inequality certainly fails at a point: suspected by intervals, decided by the sides themselves.

    >>> from grpo_theory.symbols import p
    >>> whole = {"p": Edge(Fraction(0), Fraction(1))}
    >>> violates(Question((p, p**2), "<=", (p**2 - p,), (), Signs(whole, {})), {"p": Fraction(1, 2)})
    True
    """
    place = {name: Edge(value, value) for name, value in point.items()}
    value = question.signs.range(question.forms[-1], place)
    sign = sign_of(value)
    if sign is Sign.POSITIVE and question.relation != "=":
        return False
    if sign is Sign.NONNEGATIVE and question.relation == "<=":
        return False
    return _broken(question, point) is None and fails(*_triple(question), point) is True


def branch_and_bound(question: Question, budget: Budget) -> tuple[Point | None, int, list[Box]]:
    """A counterexample, the number of boxes looked at, and the boxes that are left.

    >>> from grpo_theory.symbols import p
    >>> whole = {"p": Edge(Fraction(0), Fraction(1))}
    >>> gap = sp.exp(p) - 1 - p
    >>> branch_and_bound(Question((1 + p, sp.exp(p)), "<=", (gap,), (), Signs(whole, {})), Budget(9, monotonic() + 9))
    (None, 1, [])
    """
    whole = question.signs.whole
    names = {symbol.name for part in _parts(question) for symbol in part.free_symbols}
    fill = {name: cut(edge) for name, edge in whole.items() if name not in names}
    waiting: deque[tuple[int, Box]] = deque([(0, {n: edge for n, edge in whole.items() if n in names})])
    left: list[Box] = []
    seen = 0
    while waiting and seen < budget.boxes and not budget.over():
        # The oldest box first: the search widens evenly, so the first counterexample is a coarse, simple point.
        level, box = waiting.popleft()
        seen += 1
        if budget.progress is not None and seen % _EVERY == 0:
            budget.progress(seen, budget.boxes, f"{len(waiting)} open")
        slopes = _unclosed(question, box, level)
        if slopes is None:
            continue
        # With many variables second derivatives are dear: they are tried once, on the whole, when the rest is slow.
        if (
            seen == _SHALLOW
            and len(names) > 2
            and _closed(question, {n: edge for n, edge in whole.items() if n in names}, 2)
        ):
            return None, seen, []
        for trial in _trials(box, slopes):
            point = {**fill, **trial}
            if violates(question, point):
                return simplified(point, whole, lambda at: violates(question, at)), seen, []
        name = _widest(question, box, level)
        if name is None:
            left.append(box)
        else:
            waiting.extend((level + 1, part) for part in halved(box, name))
    return None, seen, [{**whole, **box} for box in (*left, *(box for _, box in waiting))]


def _unclosed(question: Question, box: Box, level: int) -> dict[str, Sign] | None:
    """None where the box is settled, else the directions in which the gap is known to change."""
    if _closed(
        question, box, 2 if len(box) <= 2 or (len(box) == 3 and level % 3 == 0) else 1, level % 3 == 2 and len(box) <= 3
    ):
        return None
    signs, memo, best = question.signs, _memo(question, box), question.forms[-1]
    changes = {symbol.name: signs.slope(best, symbol) for symbol in best.free_symbols}
    return {name: signs.on(change, box, 0, memo) for name, change in changes.items() if change is not None}


def _closed(question: Question, box: Box, depth: int, every: bool = False) -> bool:
    """Whether the box is settled by the form that was written for enclosures (the last), or by ``every`` form."""
    signs, memo = question.signs, _memo(question, box)
    *others, best = question.forms
    wanted = (Sign.POSITIVE,) if question.strict else WEAK
    if not all(c.met(signs.on(c.part, box, 1, memo)) is True for c in question.needs):
        return False
    if any(signs.on(form, box, 0, memo, question.strict) in wanted for form in question.forms):
        return True
    if signs.on(best, box, depth, memo, question.strict) in wanted or signs.by_mean_value(best, box, memo):
        return True
    return every and any(signs.on(form, box, 1, memo, question.strict) in wanted for form in others)


def _memo(question: Question, box: Box) -> Memo:
    return question.signs.memo(sp.Tuple(*_parts(question)), box)


def _parts(question: Question) -> tuple[sp.Expr, ...]:
    return (*question.forms, *(condition.part for condition in question.needs))


def _trials(box: Box, slopes: dict[str, Sign]) -> list[Point]:
    """The middle of a box, and a point towards the corner where the gap is least."""
    middle = {name: cut(edge) for name, edge in box.items()}
    corner = {name: _towards(edge, slopes.get(name, Sign.UNKNOWN)) for name, edge in box.items()}
    return [middle] if corner == middle else [middle, corner]


def _towards(edge: Edge, slope: Sign) -> Fraction:
    if slope is Sign.UNKNOWN or slope is Sign.ZERO:
        return cut(edge)
    end = edge.low if slope in WEAK else edge.high
    if edge.holds(end):
        return end
    eighth = (edge.high - edge.low) / 8
    return simplest(edge.low, edge.low + eighth) if slope in WEAK else simplest(edge.high - eighth, edge.high)


def _widest(question: Question, box: Box, level: int) -> str | None:
    """The edge to halve: by turns the one that is widest and the one along which the gap varies most."""
    whole = question.signs.whole
    widths = {n: (e.high - e.low) / (whole[n].high - whole[n].low) for n, e in box.items()}
    wide = {name: width for name, width in widths.items() if width > _NARROW}
    if not wide:
        return None
    widest = max(wide, key=lambda name: wide[name])
    if level % 2 == 0 or len(wide) == 1 or wide[widest] > 16 * min(wide.values()):
        return widest
    form, memo = question.forms[-1], _memo(question, box)
    varies: dict[str, float] = {}
    for symbol in form.free_symbols:
        change = question.signs.slope(form, symbol)
        if change is None or symbol.name not in wide:
            continue
        low, high = question.signs.range(change, box, memo)
        size = abs(low).max(abs(high))
        if not size.is_finite():
            return widest
        varies[symbol.name] = float(size.mid()) * float(box[symbol.name].high - box[symbol.name].low)
    return max(varies, key=lambda name: varies[name], default=widest)


def _broken(question: Question, point: Point) -> str | None:
    """A condition that certainly fails at a point, in words."""
    place = {name: Edge(value, value) for name, value in point.items()}
    for condition in question.needs:
        if condition.met(question.signs.on(condition.part, place, 0)) is False:
            return f"{condition} fails at {', '.join(f'{n} = {v}' for n, v in point.items())}"
    return None


def _triple(question: Question) -> tuple[sp.Expr, str, sp.Expr]:
    return question.sides[0], question.relation, question.sides[1]
