"""Counterexamples: points where an inequality fails, decided again by a road of their own, and made as simple as found.

The second road takes both sides as they were given and works them out exactly with surds; where a side is no surd, as
balls at growing precision by another walk over the tree than the one that found the point.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import NoBall, ball
from grpo_theory.arithmetic.boxes import Box, simpler
from grpo_theory.arithmetic.evaluate import exact

Point = Mapping[str, Fraction]
_MOST_BITS = 8192


def fails(lhs: sp.Expr, relation: str, rhs: sp.Expr, point: Point) -> bool | None:
    """Whether lhs ≤ rhs (or <, =) is false at an exact point; None where that is not settled or a side is undefined.

    >>> from grpo_theory.symbols import p
    >>> fails(sp.sqrt(p), "<=", p, {"p": Fraction(1, 3)}), fails(sp.exp(p), "<=", p, {"p": Fraction(1, 3)})
    (True, True)
    """
    try:
        left, right = exact(lhs, point), exact(rhs, point)
        return bool({"<=": left > right, "<": left >= right, "=": left != right}[relation])
    except (ValueError, ZeroDivisionError):
        return _fails_by_balls(lhs, relation, rhs, point)


def _fails_by_balls(lhs: sp.Expr, relation: str, rhs: sp.Expr, point: Point) -> bool | None:
    bits = 256
    while bits <= _MOST_BITS:
        with flint.ctx.workprec(bits):
            try:
                left, right = ball(lhs, point), ball(rhs, point)
            except (NoBall, ZeroDivisionError):
                return None
            if left > right or (relation == "=" and left < right):
                return True
            if left < right:
                return False
            if left.is_nan() or right.is_nan():
                return None
            if relation == "<" and left == right and left.is_exact():
                return True
        bits *= 4
    return None


def simplified(point: Point, box: Box, still_fails: Callable[[Point], bool]) -> Point:
    """A counterexample with each coordinate in turn as simple as it may be while the inequality still fails.

    >>> from grpo_theory.arithmetic.boxes import Edge
    >>> whole = {"p": Edge(Fraction(0), Fraction(1))}
    >>> str(simplified({"p": Fraction(667, 1000)}, whole, lambda at: at["p"] > Fraction(3, 5))["p"])
    '1'
    """
    best = dict(point)
    for name in box:
        for value in simpler(best[name], box[name]):
            tried = {**best, name: value}
            if still_fails(tried):
                best = tried
                break
    return best
