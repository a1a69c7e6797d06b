"""A SymPy expression at an exact point is an exact number: its tree is walked with surd arithmetic, unsimplified.

This road shares no rewriting with SymPy: sums are summed term by term, roots are taken of rational numbers only, minima
and cases are decided by exact comparison. An expression that leaves the field of surds (an exponential, a limit) raises
:class:`NotExact`, so that nothing inexact can pass for exact.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from math import comb, factorial
from typing import Any

import flint
import sympy as sp
from sympy.core.function import AppliedUndef

from grpo_theory.arithmetic.control_points import BERNSTEIN, node_value
from grpo_theory.arithmetic.surds import Surd

Values = Mapping[str, Any]


class NotExact(ValueError):
    """The expression has no value among sums of square roots of rationals; a ball may be all that a point gives.

    >>> raise NotExact("exp(1) is no surd")
    Traceback (most recent call last):
    ...
    grpo_theory.arithmetic.evaluate.NotExact: exp(1) is no surd
    """

    def __init__(self, message: str, *, only_a_ball: bool = False) -> None:
        super().__init__(message)
        self.only_a_ball = only_a_ball


def exact(expression: sp.Basic, values: Values) -> Any:
    """The exact value of an expression at a point: a Surd, a bool, or a tuple of them.

    ``values`` maps names of symbols to exact numbers (int, Fraction, str, Surd) and names of undefined functions to
    callables; ``D_f`` is the derivative of the function ``f``. Raises NotExact outside the field of surds.

    >>> from grpo_theory.symbols import p, G, k
    >>> str(exact(sp.sqrt((1 - p) / p), {"p": Fraction(1, 3)}))
    'sqrt(2)'
    >>> str(exact(sp.Sum(sp.binomial(G, k) * p**k, (k, 0, G)), {"p": Fraction(1, 2), "G": 2}))
    '9/4'
    """
    if isinstance(expression, sp.Tuple):
        return tuple(exact(entry, values) for entry in expression.args)
    if isinstance(expression, sp.Rational):
        return Surd.of(Fraction(int(expression.p), int(expression.q)))
    if isinstance(expression, sp.Symbol):
        return _value(expression.name, values)
    for kind, rule in _RULES:
        if isinstance(expression, kind):
            return rule(expression, values)
    raise NotExact(f"{expression} has no exact value as a sum of square roots")


def integer(expression: sp.Basic, values: Values) -> int:
    """The value of an expression that must be an integer, as a Python int; raises NotExact otherwise.

    >>> from grpo_theory.symbols import G
    >>> integer(2 * G - 1, {"G": 3})
    5
    """
    value = exact(expression, values)
    fraction = value.fraction() if isinstance(value, Surd) and value.is_rational else None
    if fraction is None or fraction.denominator != 1:
        raise NotExact(f"{expression} is not an integer at this point")
    return int(fraction)


def _value(name: str, values: Values) -> Any:
    if name not in values:
        raise NotExact(f"no value is given for {name}")
    value = values[name]
    return _surd(name, int(value) if isinstance(value, bool) else value)


def _surd(name: str, value: Any) -> Surd:
    if isinstance(value, flint.arb):
        raise NotExact(f"{name} is given as a ball", only_a_ball=True)
    return value if isinstance(value, Surd) else Surd.of(value)


def _add(expression: sp.Basic, values: Values) -> Surd:
    return reduce(lambda a, b: a + b, (exact(term, values) for term in expression.args), Surd.of(0))


def _mul(expression: sp.Basic, values: Values) -> Surd:
    return reduce(lambda a, b: a * b, (exact(term, values) for term in expression.args), Surd.of(1))


def _pow(expression: sp.Basic, values: Values) -> Surd:
    base, exponent = exact(expression.args[0], values), exact(expression.args[1], values)
    if not exponent.is_rational:
        raise NotExact(f"{expression}: the exponent is irrational")
    power = exponent.fraction()
    if power.denominator > 2 or abs(power) > 4096:
        raise NotExact(f"{expression}: only integer and half-integer exponents up to 4096 are exact here")
    root = base if power.denominator == 1 else base.sqrt()
    if root == Surd.of(0) and power < 0:
        raise NotExact(f"{expression}: division by zero")
    value: Surd = root**power.numerator
    return value


def _sum(expression: sp.Basic, values: Values) -> Surd:
    return _accumulate(expression, values, lambda a, b: a + b, Surd.of(0))


def _product(expression: sp.Basic, values: Values) -> Surd:
    return _accumulate(expression, values, lambda a, b: a * b, Surd.of(1))


def _accumulate(expression: sp.Basic, values: Values, join: Callable[[Surd, Surd], Surd], start: Surd) -> Surd:
    """Runs over the last limit first, so that inner limits may depend on outer indices, as SymPy orders them."""
    *inner, (index, lower, upper) = expression.args[1:]
    body = expression.func(expression.args[0], *inner) if inner else expression.args[0]
    total = start
    for position in range(integer(lower, values), integer(upper, values) + 1):
        total = join(total, exact(body, {**values, index.name: position}))
    return total


def _extreme(choose: Callable[..., Any]) -> Callable[[sp.Basic, Values], Surd]:
    return lambda expression, values: choose(exact(term, values) for term in expression.args)


def _piecewise(expression: sp.Basic, values: Values) -> Surd:
    for branch, condition in expression.args:
        if exact(condition, values) is True:
            return exact(branch, values)  # type: ignore[no-any-return]
    raise NotExact(f"{expression}: no case applies at this point")


def _relation(expression: sp.Basic, values: Values) -> bool:
    left, right = exact(expression.args[0], values), exact(expression.args[1], values)
    tests: dict[str, Callable[[], bool]] = {
        "Equality": lambda: left == right,
        "Unequality": lambda: left != right,
        "StrictLessThan": lambda: left < right,
        "LessThan": lambda: left <= right,
        "StrictGreaterThan": lambda: left > right,
        "GreaterThan": lambda: left >= right,
    }
    return bool(tests[type(expression).__name__]())


def _logic(expression: sp.Basic, values: Values) -> bool:
    parts = [bool(exact(term, values)) for term in expression.args]
    if isinstance(expression, sp.And):
        return all(parts)
    return any(parts) if isinstance(expression, sp.Or) else not parts[0]


def _binomial(expression: sp.Basic, values: Values) -> Surd:
    upper, lower = (integer(term, values) for term in expression.args)
    if upper < 0:
        raise NotExact(f"{expression}: a negative upper index is not counted here")
    return Surd.of(comb(upper, lower) if lower >= 0 else 0)


def _function(expression: sp.Basic, values: Values) -> Any:
    name = expression.func.__name__
    if name not in values:
        raise NotExact(f"no values are given for the function {name}")
    # A parameter such as theta has no value: the function is then given at its indices only.
    arguments = [exact(a, values) for a in expression.args if not (isinstance(a, sp.Symbol) and a.name not in values)]
    plain = [int(a.fraction()) if a.is_rational and a.fraction().denominator == 1 else a for a in arguments]
    return _surd(name, values[name](*plain))


def _bernstein(expression: sp.Basic, values: Values) -> Surd:
    at = exact(expression.args[0], values)
    if not at.is_rational:
        raise NotExact(f"{expression}: a Bernstein sum is exact at rational numbers only")
    return node_value(expression, at.fraction())


def _derivative(expression: sp.Basic, values: Values) -> Any:
    inner = expression.args[0]
    if not isinstance(inner, AppliedUndef) or len(expression.args) != 2:
        raise NotExact(f"{expression} is a derivative without given values")
    return _function(sp.Function(f"D_{inner.func.__name__}")(*inner.args), values)


_RULES: tuple[tuple[Any, Callable[[Any, Values], Any]], ...] = (
    (sp.Add, _add),
    (sp.Mul, _mul),
    (sp.Pow, _pow),
    (sp.Sum, _sum),
    (sp.Product, _product),
    (sp.Min, _extreme(min)),
    (sp.Max, _extreme(max)),
    (sp.Abs, lambda expression, values: abs(exact(expression.args[0], values))),
    (sp.Piecewise, _piecewise),
    (sp.core.relational.Relational, _relation),
    ((sp.And, sp.Or, sp.Not), _logic),
    (sp.logic.boolalg.BooleanTrue, lambda expression, values: True),
    (sp.logic.boolalg.BooleanFalse, lambda expression, values: False),
    (sp.binomial, _binomial),
    (sp.factorial, lambda expression, values: Surd.of(factorial(integer(expression.args[0], values)))),
    (BERNSTEIN, _bernstein),
    (AppliedUndef, _function),
    (sp.Derivative, _derivative),
)
