"""Certify or refute an inequality in p, p_next and the parameters on a box, given as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import product
from time import monotonic
from typing import Any, Final

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import NoBall, ball
from grpo_theory.arithmetic.boxes import Box, Edge, Ranges, shown
from grpo_theory.arithmetic.conditions import Condition
from grpo_theory.arithmetic.enclosures import MOST_BOXES, MOST_SECONDS, NO_TIME, Certificate, certify
from grpo_theory.arithmetic.evaluate import exact
from grpo_theory.arithmetic.unsigned import unsigned
from grpo_theory.dynamics.bound_ranges import ranges
from grpo_theory.dynamics.inequality import P_NEXT, Inequality, inequality
from grpo_theory.dynamics.kinds import SOFTMAX
from grpo_theory.dynamics.log_odds import collected, log_odds_gap, with_split_logs
from grpo_theory.dynamics.recurrences import AnyRecurrence, recurrence
from grpo_theory.dynamics.weights import GroupWeight
from grpo_theory.errors import nearest, outside

CERTIFIED: Final = "CERTIFIED"
REFUTED: Final = "REFUTED"
OPEN: Final = "OPEN"
VANILLA: Final = "vanilla"
MAPS: Final = ("reference", "mirror", "proximal", "explicit", "two-kl", VANILLA)
_MOST_CASES: Final = 256
_DIGITS: Final = 15
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Bound:
    """The verdict on an inequality over a box: CERTIFIED, REFUTED with an exact point, or OPEN with what is left.

    ``sides`` are both sides at the counterexample, exact where they are sums of square roots. ``method`` says whether
    intervals or exact algebra closed the box.

    >>> certify_bound("p*(1-p) <= 1/4").verdict
    'CERTIFIED'
    """

    statement: str
    map: str | None
    over: Box
    verdict: str
    counterexample: Mapping[str, Fraction] | None
    sides: tuple[str, str] | None
    boxes: int
    seconds: float
    method: str
    undecided: tuple[Ranges, ...]
    reason: str

    @property
    def scope(self) -> str:
        """The box in words."""
        return shown(self.over) or "one point"

    def to_json(self) -> dict[str, Any]:
        """The result as JSON values, numbers as exact text."""
        point = self.counterexample
        left = [{name: [str(low), str(high)] for name, (low, high) in box.items()} for box in self.undecided[:100]]
        return {
            "verdict": self.verdict,
            "counterexample": None if point is None else {name: str(value) for name, value in point.items()},
            "boxes": self.boxes,
            "seconds": round(self.seconds, 6),
            "statement": self.statement,
            "map": self.map,
            "over": {name: str(edge) for name, edge in self.over.items()},
            "sides": None if self.sides is None else {"lhs": self.sides[0], "rhs": self.sides[1]},
            "method": self.method if self.verdict == CERTIFIED else None,
            "undecided": left,
            "reason": self.reason,
        }


def certify_bound(
    text: str,
    over: str | Mapping[str, object] | None = None,
    map: str | None = None,
    *,
    weight: object = "grpo",
    G: int | None = None,
    most_boxes: int = MOST_BOXES,
    seconds: float = MOST_SECONDS,
    progress: Progress | None = None,
) -> Bound:
    """Whether "LHS <= RHS" (<, >=, >, =) holds at every point of a box, p_next being the image of p under a map.

    Domain: names p, p_next, p_ref, eta, beta, tau, epsilon, alpha, G, k; functions sqrt, exp, log, min, max, abs,
    sigma, logit; exact numbers. ``over`` maps names to ranges "low:high", or is a text "p=0:1,eta=0:1"; an end outside
    the name's domain is not included (p = 0, beta = 0), one inside it is. ``weight``, G as in `recurrence`. Units: the
    budget is ``most_boxes`` boxes and ``seconds`` seconds, set-up included. Errors: ValueError for a text outside the
    grammar, unknown names, ranges outside a domain, p_next without a map.

    >>> certify_bound("p_next >= p", "p=0:1,beta=0:10,epsilon=0:1", map="mirror").verdict
    'CERTIFIED'
    >>> certify_bound("p_next >= p_ref + 1/10", map="reference", over={"beta": (5, 10)}).verdict
    'REFUTED'
    """
    start = monotonic()
    if not isinstance(most_boxes, int) or most_boxes < 1:
        raise outside("most_boxes", most_boxes, "the integers 1, 2, ...", "at least one box is looked at")
    if not 0 < seconds < float("inf"):
        raise outside("seconds", seconds, "(0, ∞)", "the search must end")
    kind = None if map is None else _kind(map)
    step = None if kind is None else _step(kind, weight, G)
    found = inequality(text, None if step is None else partial(step.sympy, log_odds=True))
    if P_NEXT.name in found.names and step is None:
        raise ValueError(f"p_next is the image of p under a map: choose one of {', '.join(MAPS)}")
    used = _used(found, step)
    box = ranges(over, used)
    if P_NEXT.name not in found.names:
        step = kind = None
    limits = (most_boxes, start + seconds, progress)
    certificate = _over_integers(found, step, box, limits)
    sides = None if certificate.point is None else _values(found, step, certificate.point)
    verdict = {True: CERTIFIED, False: REFUTED, None: OPEN}[certificate.holds]
    took, c = monotonic() - start, certificate
    return Bound(str(found), kind, box, verdict, c.point, sides, c.boxes, took, c.method, c.undecided, c.reason)


def _kind(name: str) -> str:
    key = str(name).strip().lower().replace("_", "-")
    if key == SOFTMAX:
        return VANILLA
    if key not in MAPS:
        raise nearest(str(name), MAPS, "map")
    return key


def _step(kind: str, weight: object, G: int | None) -> AnyRecurrence:
    """The map, the weight of a count rule written by nodes that enclose themselves."""
    step = recurrence(SOFTMAX if kind == VANILLA else kind, weight=weight, G=G)
    return replace(step, weight=replace(step.weight, compact=True)) if isinstance(step.weight, GroupWeight) else step


def _used(found: Inequality, step: AnyRecurrence | None) -> frozenset[str]:
    names = found.names - {P_NEXT.name}
    if step is not None and P_NEXT.name in found.names:
        names |= {symbol.name for symbol in step.sympy().free_symbols}
    return names | ({"G"} if "k" in names else set())


def _over_integers(found: Inequality, step: AnyRecurrence | None, box: Box, limits: Any) -> Certificate:
    """The certificate over all values of G and k, joined: one refutation refutes, one open case leaves open."""
    cases = list(_cases(box))
    if not cases:
        raise ValueError("k lies outside {0, ..., G}: no number of successes is left in the ranges of G and k")
    joined = Certificate(True, None, 0, (), "algebra")
    for case in cases:
        one = _certificate(found, step, case, limits) if monotonic() < limits[1] else _unseen(case)
        boxes, left = joined.boxes + one.boxes, (*joined.undecided, *one.undecided)
        if one.holds is False:
            return Certificate(False, one.point, boxes, ())
        method = one.method if one.method == "intervals" else joined.method
        holds = True if joined.holds and one.holds else None
        joined = Certificate(holds, None, boxes, left, method, joined.reason or one.reason)
    return joined


def _cases(box: Box) -> Iterator[Box]:
    names = [name for name in ("G", "k") if name in box]
    counts = [range(int(box[name].low), int(box[name].high) + 1) for name in names]
    cases = [dict(zip(names, values, strict=True)) for values in product(*counts)]
    cases = [case for case in cases if case.get("k", 0) <= case.get("G", case.get("k", 0))]
    if len(cases) > _MOST_CASES:
        raise ValueError(f"the ranges of G and k hold {len(cases)} cases: at most {_MOST_CASES} are looked at")
    for case in cases:
        yield {**box, **{name: Edge(Fraction(value), Fraction(value)) for name, value in case.items()}}


def _certificate(found: Inequality, step: AnyRecurrence | None, box: Box, limits: Any) -> Certificate:
    most_boxes, until, progress = limits
    if progress is not None:
        progress(0, most_boxes, "setting up")
    lhs, rhs, *parts = (_with_next(e, found, step) for e in (found.lhs, found.rhs, *(n.part for n in found.needs)))
    needs = tuple(Condition(part, need.need) for part, need in zip(parts, found.needs, strict=True))
    try:
        return certify(
            lhs,
            rhs,
            box,
            relation=found.relation,
            needs=needs,
            gaps=() if step is None else _gaps(found, step, box, until),
            most_boxes=most_boxes,
            seconds=max(until - monotonic(), 0.01),
            progress=progress,
        )
    except NoBall as problem:
        return _unseen(box, str(problem))


def _unseen(box: Box, reason: str = NO_TIME) -> Certificate:
    return Certificate(None, None, 0, ({n: (e.low, e.high) for n, e in box.items()},), reason=reason)


def _with_next(side: sp.Expr, found: Inequality, step: AnyRecurrence | None) -> sp.Expr:
    return side if step is None else side.xreplace({P_NEXT: _image(found, step)})


def _image(found: Inequality, step: AnyRecurrence, *, log_odds: bool = False) -> sp.Expr:
    """p_next in the symbols of the inequality, so that each name stands for one symbol."""
    image = step.sympy(log_odds=log_odds)
    return unsigned(image) if found.unsigned else image


def _gaps(found: Inequality, step: AnyRecurrence, box: Box, until: float) -> Sequence[sp.Expr]:
    """The gap with the image as σ of its log-odds, and the whole inequality in log-odds where it can be written so."""
    gap = found.rhs - found.lhs if found.relation in ("<=", "<", "=") else found.lhs - found.rhs
    free = {name: edge for name, edge in box.items() if not edge.single}
    following = _image(found, step, log_odds=True)
    symbols = gap.free_symbols | following.free_symbols
    fixed = {s: sp.Rational(str(box[s.name].low)) for s in symbols if s.name in box and box[s.name].single}
    logit = with_split_logs(following.xreplace(fixed), free)
    plain = with_split_logs(gap.xreplace(fixed), free)
    in_logits = log_odds_gap(plain, logit, free) if monotonic() < until else None
    image = collected(plain.xreplace({P_NEXT: 1 / (1 + sp.exp(-logit))}))
    forms = (image,) if in_logits is None else (image, in_logits)
    return tuple(form for form in forms if not form.has(sp.nan, sp.zoo))


def _values(found: Inequality, step: AnyRecurrence | None, point: Mapping[str, Fraction]) -> tuple[str, str]:
    """Both sides at a point: exact where they are surds, else as decimals."""
    values = []
    for side in (found.lhs, found.rhs):
        expression = _with_next(side, found, step)
        try:
            values.append(str(exact(expression, point)))
        except (ValueError, ZeroDivisionError):
            with flint.ctx.workprec(512):
                values.append(ball(expression, point).str(_DIGITS, radius=False))
    return values[0], values[1]
