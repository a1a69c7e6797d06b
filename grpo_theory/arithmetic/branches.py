"""Which branch of a minimum, a maximum, a modulus or a case distinction applies, from the signs of differences."""

from collections.abc import Callable

import sympy as sp

from grpo_theory.arithmetic.signs import Sign

SignOf = Callable[[sp.Expr], Sign]
_UPPER = (Sign.POSITIVE, Sign.NONNEGATIVE, Sign.ZERO)
_LOWER = (Sign.NEGATIVE, Sign.NONPOSITIVE)


class Undecided(ValueError):
    """A sign or a shape that could not be settled is needed; no conclusion may be drawn.

    >>> raise Undecided("the sign of x is open")
    Traceback (most recent call last):
    ...
    grpo_theory.arithmetic.branches.Undecided: the sign of x is open
    """


def branch(expression: sp.Expr, sign_of: SignOf) -> sp.Expr:
    """The branch of Min, Max, Abs or Piecewise that applies everywhere; raises Undecided where that is not settled.

    >>> x = sp.Symbol("x", real=True)
    >>> branch(sp.Min(x, x**3, evaluate=False), lambda difference: Sign.UNKNOWN)
    Traceback (most recent call last):
    ...
    grpo_theory.arithmetic.branches.Undecided: which of x and x**3 is smaller is not settled on the domain
    """
    if isinstance(expression, sp.Piecewise):
        return _case(expression, sign_of)
    if isinstance(expression, sp.Abs):
        inner = expression.args[0]
        sign = sign_of(inner)
        if sign is Sign.UNKNOWN:
            raise Undecided(f"the sign of {inner} is not settled on the domain")
        return inner if sign in _UPPER else -inner
    smaller = isinstance(expression, sp.Min)
    best, *others = expression.args
    for other in others:
        sign = sign_of(other - best)
        if sign is Sign.UNKNOWN:
            raise Undecided(f"which of {best} and {other} is smaller is not settled on the domain")
        if (sign in _LOWER) == smaller:
            best = other
    return best


def _case(expression: sp.Piecewise, sign_of: SignOf) -> sp.Expr:
    for value, condition in expression.args:
        if truth(condition, sign_of):
            return value
    raise Undecided(f"no case of {expression} applies")


def truth(condition: sp.Basic, sign_of: SignOf) -> bool:
    """Whether a condition holds everywhere (True) or nowhere (False); raises Undecided otherwise.

    >>> truth(sp.Symbol("x") < 0, lambda difference: Sign.NONNEGATIVE)
    False
    """
    if condition in (sp.true, sp.false):
        return bool(condition)
    if isinstance(condition, sp.And):
        return all(truth(part, sign_of) for part in condition.args)
    if isinstance(condition, sp.Or):
        return any(truth(part, sign_of) for part in condition.args)
    sign = sign_of(condition.args[0] - condition.args[1])
    outcome = _TRUTH[type(condition).__name__].get(sign)
    if outcome is None:
        raise Undecided(f"whether {condition} holds is not settled on the domain")
    return outcome


_P, _N, _Z, _PW, _NW = Sign.POSITIVE, Sign.NEGATIVE, Sign.ZERO, Sign.NONNEGATIVE, Sign.NONPOSITIVE
_TRUTH: dict[str, dict[Sign, bool]] = {
    "StrictGreaterThan": {_P: True, _N: False, _Z: False, _NW: False},
    "GreaterThan": {_P: True, _PW: True, _Z: True, _N: False},
    "StrictLessThan": {_N: True, _P: False, _Z: False, _PW: False},
    "LessThan": {_N: True, _NW: True, _Z: True, _P: False},
    "Equality": {_Z: True, _P: False, _N: False},
    "Unequality": {_Z: False, _P: True, _N: True},
}
