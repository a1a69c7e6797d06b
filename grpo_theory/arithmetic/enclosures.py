"""lhs ≤ rhs on a box: certified by enclosures or by exact algebra, refuted by an exact point, or left open box by box.

A box is closed where the interval of rhs − lhs is not negative, or where it is monotone and not negative on the face on
which it is least; other boxes are halved at simple rationals, which are tried as counterexamples. What touches equality
inside the box is decided by exact algebra first. Boxes and seconds are limited, and what remains is returned:
undecided is a result.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import NoBall
from grpo_theory.arithmetic.boxes import Box, Edge, Ranges, shown
from grpo_theory.arithmetic.branching import Budget, Question, branch_and_bound, tried
from grpo_theory.arithmetic.conditions import STRICT, WEAK, Condition, Need, conditions, outright
from grpo_theory.arithmetic.exactly import algebraic_sign, identically_zero, unfolded
from grpo_theory.arithmetic.monotone import Signs
from grpo_theory.arithmetic.refutation import Point, fails
from grpo_theory.arithmetic.signs import Sign
from grpo_theory.arithmetic.unsigned import has_irrational, unsigned

__all__ = ["Certificate", "Condition", "Edge", "Need", "Ranges", "certify"]

BITS = 128
MOST_BOXES = 20_000
MOST_SECONDS = 10.0
NO_TIME = "the time ends before the first box"
_TURNED = {">=": "<=", ">": "<"}
_RELATIONS = ("<=", "<", ">=", ">", "=")


@dataclass(frozen=True)
class Certificate:
    """What was found: certified True, refuted False with a point, or None with the boxes left over and why.

    ``method`` is "intervals" or "algebra" for what was certified.

    >>> Certificate(True, None, 1, ()).holds
    True
    """

    holds: bool | None
    point: Point | None
    boxes: int
    undecided: tuple[Ranges, ...]
    method: str = "intervals"
    reason: str = ""


def certify(
    lhs: sp.Expr | int,
    rhs: sp.Expr | int,
    ranges: Mapping[str, tuple[Fraction, Fraction] | Edge],
    *,
    strict: bool = False,
    relation: str = "",
    most_boxes: int = MOST_BOXES,
    seconds: float = MOST_SECONDS,
    needs: Sequence[Condition] = (),
    gaps: Sequence[sp.Expr] = (),
    progress: Callable[[int, int, str], None] | None = None,
) -> Certificate:
    """Whether lhs ≤ rhs (<, ≥, >, =) at every point of a box of rationals whose ends may be open.

    A side of length zero fixes a variable, as for an integer. ``needs`` are conditions beside those that both sides
    show; where one is not settled, nothing is certified. ``gaps`` are further expressions, none of which may exceed
    zero or fall below it where rhs − lhs (lhs − rhs for ≥) does not. Errors: NoBall for what has no enclosure.

    >>> from grpo_theory.symbols import p
    >>> unit = {"p": (Fraction(0), Fraction(1))}
    >>> certify(p * (1 - p), sp.Rational(1, 4), unit).holds
    True
    >>> certify(p, sp.Rational(1, 2), unit).point
    {'p': Fraction(1, 1)}
    >>> certify(sp.log(p), p - 1, {"p": Edge(Fraction(0), Fraction(1), low_open=True)}).holds
    True
    """
    start = monotonic()
    lhs, rhs = sp.S(lhs), sp.S(rhs)
    chosen = relation or ("<" if strict else "<=")
    if chosen not in _RELATIONS:
        raise ValueError(f"relation = {chosen} lies outside {{{', '.join(_RELATIONS)}}}: an order or an equality")
    if chosen in _TURNED:
        lhs, rhs, chosen = rhs, lhs, _TURNED[chosen]
    box = {name: side if isinstance(side, Edge) else Edge(*side) for name, side in ranges.items()}
    budget = Budget(most_boxes, start + seconds, progress)
    sides, forms, need = _prepared(lhs, rhs, gaps, needs, box)
    used = {s.name for e in (*sides, *forms, *(c.part for c in need)) for s in e.free_symbols}
    free = {name: edge for name, edge in box.items() if name in used and not edge.single}
    fixed = {name: edge.low for name, edge in box.items() if name not in free}
    with flint.ctx.workprec(BITS):
        found = _decided(_question(sides, chosen, forms, need, free, budget), budget)
    return _restored(found, fixed, lambda point: fails(lhs, chosen, rhs, point))


def _prepared(
    lhs: sp.Expr, rhs: sp.Expr, gaps: Sequence[sp.Expr], needs: Sequence[Condition], box: Box
) -> tuple[tuple[sp.Expr, sp.Expr], tuple[sp.Expr, ...], tuple[Condition, ...]]:
    """Sides, forms of the gap and conditions, with the fixed variables put in and finite sums written out."""
    signless = any(map(has_irrational, (lhs, rhs, *gaps)))

    def plain(expression: sp.Expr) -> sp.Expr:
        single = {s: box[s.name] for s in expression.free_symbols if s.name in box and box[s.name].single}
        given = expression.xreplace({s: sp.Rational(str(edge.low)) for s, edge in single.items()})
        return unfolded(unsigned(given) if signless else given)

    left, right = plain(lhs), plain(rhs)
    gap = right - left
    forms = tuple(dict.fromkeys((gap, sp.factor_terms(gap), *map(plain, gaps))))
    own = tuple(Condition(plain(need.part), need.need) for need in needs)
    every = {s for e in (*forms, *(need.part for need in own)) for s in e.free_symbols}
    if len({s.name for s in every}) < len(every):
        raise NoBall(f"two symbols share a name among {', '.join(sorted(map(str, every)))}")
    return (left, right), forms, tuple(dict.fromkeys((*own, *conditions(left), *conditions(right))))


def _question(
    sides: tuple[sp.Expr, sp.Expr],
    relation: str,
    forms: tuple[sp.Expr, ...],
    need: tuple[Condition, ...],
    box: Box,
    budget: Budget,
) -> Question:
    """The question with the signs that hold on the whole box, and the conditions that they leave open."""
    known: dict[sp.Expr, Sign] = {}
    forms = tuple(dict.fromkeys(f for form in forms for f in (form, _stripped(form, box))))
    beside = (c for form in forms for c in conditions(form))
    for part in dict.fromkeys(condition.part for condition in (*need, *beside)):
        sign = outright(part, box)
        if sign not in STRICT and budget.prepares("signs"):
            exact = algebraic_sign(part, box, inner=False)
            sign = exact if exact is not Sign.UNKNOWN else sign
        if sign is not Sign.UNKNOWN:
            known[part] = sign
    unsettled = tuple(c for c in need if c.met(known.get(c.part, Sign.UNKNOWN)) is not True)
    # A form in fewer variables that is defined everywhere, such as one freed of a positive factor, stands for all.
    total = [f for f in forms if all(c.met(known.get(c.part, Sign.UNKNOWN)) for c in conditions(f))]
    fewest = min((form.free_symbols for form in total), key=len, default=set(forms[0].free_symbols))
    smaller = tuple(form for form in total if form.free_symbols <= fewest)
    forms = smaller if smaller and fewest < forms[0].free_symbols else forms
    return Question(sides, relation, forms, unsettled, Signs(box, known))


def _stripped(form: sp.Expr, box: Box) -> sp.Expr:
    """The form without its factors of settled strict sign; zero and sign stay as they are."""
    factors = {factor: outright(factor, box) for factor in sp.Mul.make_args(sp.factor_terms(form))}
    negative = sum(sign is Sign.NEGATIVE for sign in factors.values())
    return (-1) ** negative * sp.Mul(*(factor for factor, sign in factors.items() if sign not in STRICT))


def _decided(question: Question, budget: Budget) -> Certificate:
    box = question.signs.whole
    never = next((c for c in question.needs if c.met(question.signs.known.get(c.part, Sign.UNKNOWN)) is False), None)
    if never is not None:
        return Certificate(None, None, 0, (_closed(box),), reason=f"{never} holds nowhere on the box")
    found, where = tried(question, box, budget)
    if found is not None:
        return Certificate(False, found, 0, ())
    if where:
        return Certificate(None, None, 0, (_closed(box),), reason=where)
    if not question.needs and _by_algebra(question, box, budget):
        return Certificate(True, None, 1, (), "algebra")
    if budget.over():
        return Certificate(None, None, 0, (_closed(box),), reason=NO_TIME)
    if question.relation == "=":
        return Certificate(None, None, 1, (_closed(box),), reason="no point differs, and no identity was found")
    point, boxes, left = branch_and_bound(question, budget)
    if point is None and 0 < len(left) <= 64:
        left = [part for part in left if budget.over() or question.needs or not _by_algebra(question, part, budget)]
    if point is None and not left:
        return Certificate(True, None, boxes, ())
    reason = "" if point is not None else f"{len(left)} boxes are open when the budget ends"
    return Certificate(None if point is None else False, point, boxes, tuple(map(_closed, left)), reason=reason)


def _by_algebra(question: Question, box: Box, budget: Budget) -> bool:
    if question.relation == "=":
        return any(form == 0 or (not budget.over() and identically_zero(form, box)) for form in question.forms)
    wanted = (Sign.POSITIVE,) if question.relation == "<" else WEAK
    if any(outright(form, box) in wanted for form in question.forms):
        return True
    plain = [form for form in question.forms if not form.has(sp.exp)] or [question.forms[-1]]
    # What is continuous and not negative inside the box is not negative at its ends.
    inner = question.relation == "<="
    return any(not budget.over() and algebraic_sign(form, box, inner=inner) in wanted for form in reversed(plain))


def _restored(found: Certificate, fixed: Point, still_fails: Callable[[Point], bool | None]) -> Certificate:
    """The certificate in all variables, with the counterexample decided again on the sides as they were given."""
    left = tuple({**{name: (at, at) for name, at in fixed.items()}, **part} for part in found.undecided)
    if found.point is None:
        return Certificate(found.holds, None, found.boxes, left, found.method, found.reason)
    point = {**fixed, **found.point}
    if still_fails(point) is not True:
        reason = f"the point {shown({n: Edge(v, v) for n, v in point.items()})} failed one check and not the other"
        return Certificate(None, None, found.boxes, ({n: (v, v) for n, v in point.items()},), reason=reason)
    return Certificate(False, point, found.boxes, (), found.method)


def _closed(box: Box) -> Ranges:
    return {name: (edge.low, edge.high) for name, edge in box.items()}
