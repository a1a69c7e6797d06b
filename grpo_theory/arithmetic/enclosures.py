"""lhs ≤ rhs on a box, certified by branch and bound with balls, refuted by an exact point, or left open box by box.

A box on which the ball of rhs − lhs is not negative is closed; a midpoint at which the difference is certainly negative
is a counterexample in exact rationals; other boxes are halved along their widest side. When the budget ends, the boxes
that remain are returned: floats suggest nothing here, and undecided is a result.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import ball, interval

Ranges = Mapping[str, tuple[Fraction, Fraction]]
_BITS = 128


@dataclass(frozen=True)
class Certificate:
    """What branch and bound found: certified True, refuted False with a point, or None with the boxes left over.

    >>> Certificate(True, None, 1, ()).holds
    True
    """

    holds: bool | None
    point: Mapping[str, Fraction] | None
    boxes: int
    undecided: tuple[Ranges, ...]


def certify(
    lhs: sp.Expr, rhs: sp.Expr, ranges: Ranges, *, strict: bool = False, most_boxes: int = 20_000
) -> Certificate:
    """Whether lhs ≤ rhs (or <) at every point of a closed box of rationals.

    A side of the box may have length zero, which is how an integer is fixed. Both sides must be finite on the box, else
    the boxes around a pole stay undecided.

    >>> from grpo_theory.symbols import p
    >>> certify(p * (1 - p), sp.Rational(26, 100), {"p": (Fraction(0), Fraction(1))}).holds
    True
    >>> certify(p, sp.Rational(1, 2), {"p": (Fraction(0), Fraction(1))}).point
    {'p': Fraction(3, 4)}
    """
    gap = rhs - lhs
    waiting: deque[Ranges] = deque([dict(ranges)])
    seen = 0
    with flint.ctx.workprec(_BITS):
        while waiting and seen < most_boxes:
            # The oldest box first: the search widens evenly, so the first counterexample is a coarse, simple point.
            box = waiting.popleft()
            seen += 1
            value = ball(gap, {name: interval(*ends) for name, ends in box.items()})
            if value > 0 or (not strict and value >= 0):
                continue
            middle = {name: (low + high) / 2 for name, (low, high) in box.items()}
            if _fails(gap, middle, strict):
                return Certificate(False, middle, seen, ())
            halves = _halved(box)
            if not halves:
                return Certificate(None, None, seen, (box, *waiting))
            waiting.extend(halves)
    return Certificate(True if not waiting else None, None, seen, tuple(waiting))


def _fails(gap: sp.Expr, point: Mapping[str, Fraction], strict: bool) -> bool:
    value = ball(gap, {name: interval(at, at) for name, at in point.items()})
    return bool(value < 0 or (strict and value == 0 and value.is_exact()))


def _halved(box: Ranges) -> tuple[Ranges, ...]:
    name = max(box, key=lambda n: box[n][1] - box[n][0])
    low, high = box[name]
    if low == high:
        return ()
    middle = (low + high) / 2
    return {**box, name: (low, middle)}, {**box, name: (middle, high)}
