"""A SymPy expression on a box is an Arb ball that contains every value it takes there; no float stands in between."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from math import comb, factorial
from typing import Any

import flint
import sympy as sp
from sympy.core.function import AppliedUndef

from grpo_theory.arithmetic.control_points import BERNSTEIN, node_ball
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.symbols import theta

Box = Mapping[str, Any]


class NoBall(ValueError):
    """The expression has a part that has no ball here: an unknown function, a symbol without a range, a symbolic limit.

    >>> raise NoBall("no range is given for x")
    Traceback (most recent call last):
    ...
    grpo_theory.arithmetic.balls.NoBall: no range is given for x
    """


def interval(lower: Fraction, upper: Fraction) -> flint.arb:
    """A ball that contains the closed interval between two rationals, at the working precision.

    >>> bool(interval(Fraction(0), Fraction(1)).contains(flint.arb("0.5")))
    True
    """
    return _rational(lower).union(_rational(upper))


def ball(expression: sp.Basic, box: Box) -> flint.arb:
    """A ball that contains every value of an expression on a box; it is not finite where the expression may not be.

    ``box`` maps names of symbols to balls or exact numbers, and names of undefined functions to functions that return
    them. Raises NoBall for what cannot be enclosed.

    >>> from grpo_theory.symbols import p
    >>> value = ball(p * (1 - p), {"p": interval(Fraction(1, 4), Fraction(1, 2))})
    >>> bool(value >= 0), bool(value.contains(flint.arb("0.25")))
    (True, True)
    """
    if isinstance(expression, sp.Rational):
        return _rational(Fraction(int(expression.p), int(expression.q)))
    if isinstance(expression, sp.Symbol):
        if expression.name not in box:
            raise NoBall(f"no range is given for {expression}")
        return as_ball(box[expression.name])
    for kind, rule in _RULES:
        if isinstance(expression, kind):
            return rule(expression, box)
    raise NoBall(f"{expression} cannot be enclosed")


def as_ball(value: Any) -> flint.arb:
    """A ball that contains an exact number: an int, a Fraction, a text such as "3/10", a surd, or a ball itself.

    >>> bool(as_ball("3/10").contains(flint.arb(3) / 10))
    True
    """
    if isinstance(value, flint.arb):
        return value
    if isinstance(value, Surd):
        return value.arb(flint.ctx.prec)
    return _rational(Fraction(value))


def _function(expression: sp.Basic, box: Box) -> flint.arb:
    name = expression.func.__name__
    if name not in box:
        raise NoBall(f"no values are given for the function {name}")
    return as_ball(box[name](*(_needed(a, box) for a in expression.args if a != theta)))


def _derivative(expression: sp.Basic, box: Box) -> flint.arb:
    inner = expression.args[0]
    if not isinstance(inner, AppliedUndef):
        raise NoBall(f"{expression} is a derivative without given values")
    return _function(sp.Function(f"D_{inner.func.__name__}")(*inner.args), box)


def _rational(value: Fraction) -> flint.arb:
    return flint.arb(flint.fmpq(value.numerator, value.denominator))


def _fold(join: Callable[[Any, Any], Any]) -> Callable[[sp.Basic, Box], flint.arb]:
    return lambda expression, box: reduce(join, (ball(argument, box) for argument in expression.args))


def _pow(expression: sp.Basic, box: Box) -> flint.arb:
    base, exponent = expression.args
    if exponent.is_Integer:
        return ball(base, box) ** int(exponent)
    if exponent.is_Rational and exponent.q == 2:
        root = ball(base, box).sqrt()
        return root if exponent.p == 1 else root ** int(exponent.p)
    whole = _integer(exponent, box)
    return ball(base, box) ** whole if whole is not None else (ball(exponent, box) * ball(base, box).log()).exp()


def _integer(expression: sp.Basic, box: Box) -> int | None:
    """The integer that an expression is for certain, or None."""
    found = ball(expression, box).unique_fmpz() if ball(expression, box).is_exact() else None
    return None if found is None else int(found)


def _needed(expression: sp.Basic, box: Box) -> int:
    found = _integer(expression, box)
    if found is None:
        raise NoBall(f"{expression} is no single integer on the box")
    return found


def _over_range(join: Callable[[flint.arb, flint.arb], flint.arb], start: int) -> Callable[[sp.Basic, Box], flint.arb]:
    def rule(expression: sp.Basic, box: Box) -> flint.arb:
        body, (index, lower, upper) = expression.args[0], expression.args[-1]
        if len(expression.args) != 2:
            raise NoBall("write a double sum as a sum of sums")
        terms = range(_needed(lower, box), _needed(upper, box) + 1)
        return reduce(join, (ball(body, {**box, index.name: flint.arb(at)}) for at in terms), flint.arb(start))

    return rule


_RULES: tuple[tuple[Any, Callable[[Any, Box], flint.arb]], ...] = (
    (sp.Add, _fold(lambda a, b: a + b)),
    (sp.Mul, _fold(lambda a, b: a * b)),
    (sp.exp, lambda e, box: ball(e.args[0], box).exp()),
    (sp.Pow, _pow),
    (sp.log, lambda e, box: ball(e.args[0], box).log()),
    (sp.tanh, lambda e, box: ball(e.args[0], box).tanh()),
    (sp.cosh, lambda e, box: ball(e.args[0], box).cosh()),
    (sp.asin, lambda e, box: ball(e.args[0], box).asin()),
    (sp.Abs, lambda e, box: abs(ball(e.args[0], box))),
    (sp.Min, _fold(lambda a, b: a.min(b))),
    (sp.Max, _fold(lambda a, b: a.max(b))),
    (sp.Sum, _over_range(lambda a, b: a + b, 0)),
    (sp.Product, _over_range(lambda a, b: a * b, 1)),
    (sp.binomial, lambda e, box: flint.arb(comb(_needed(e.args[0], box), _needed(e.args[1], box)))),
    (sp.factorial, lambda e, box: flint.arb(factorial(_needed(e.args[0], box)))),
    (BERNSTEIN, lambda e, box: node_ball(e, ball(e.args[0], box))),
    (AppliedUndef, _function),
    (sp.Derivative, _derivative),
    (type(sp.pi), lambda e, box: flint.arb.pi()),
    (type(sp.E), lambda e, box: flint.arb(1).exp()),
)
