"""Values of a side at an exact point: sums of square roots, or balls where exponentials and logarithms come in.

Surds are compared exactly. Two balls are told apart for certain when they do not meet; they count as equal only when
they meet and are far narrower than any error that a wrong formula would make.
"""

from collections.abc import Mapping
from typing import Any

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import NoBall, as_ball, ball
from grpo_theory.arithmetic.domains import Domain
from grpo_theory.arithmetic.evaluate import NotExact
from grpo_theory.arithmetic.given import Given
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.relation import Relation

Value = Surd | flint.arb
TRANSCENDENTAL = (sp.exp, sp.log, sp.asin, sp.tanh, sp.cosh, sp.sinh)
BITS = 400
_NARROW = flint.arb(2) ** -200


def value_of(expression: sp.Expr, point: Any) -> flint.arb:
    """A narrow ball around an expression's value at an exact point; raises NotExact where it has none.

    >>> bool(abs(value_of(sp.exp(sp.log(2)), {}) - 2) < 1e-50)
    True
    """
    try:
        with flint.ctx.workprec(BITS):
            value = ball(expression, point)
    except NoBall as problem:
        raise NotExact(str(problem)) from None
    if not value.is_finite():
        raise NotExact(f"{expression} has no finite value at this point")
    return value


def components(value: Any) -> tuple[Value, ...]:
    """A value as a flat tuple of numbers: surds, balls, truth values, and nested tuples of them.

    >>> components((True, (2, "1/2")))
    (Surd('1'), Surd('2'), Surd('1/2'))
    """
    if isinstance(value, (tuple, list)):
        return tuple(component for entry in value for component in components(entry))
    if isinstance(value, (Surd, flint.arb)):
        return (value,)
    return (Surd.of(int(value) if isinstance(value, bool) else value),)


def compares(left: tuple[Value, ...], relation: Relation, right: tuple[Value, ...]) -> bool:
    """Whether two values stand in a relation; vectors compare as a whole for = and ≠, by component otherwise.

    Raises NotExact where balls are too wide to tell.

    >>> compares((Surd.of(1),), Relation.LESS, (Surd.sqrt(2),))
    True
    """
    if len(left) != len(right):
        raise ValueError(f"a side with {len(left)} components cannot be compared with one of {len(right)}")
    pairs = list(zip(left, right, strict=True))
    if relation in (Relation.EQUAL, Relation.UNEQUAL):
        return all(_same(a, b) for a, b in pairs) == (relation is Relation.EQUAL)
    return all(_ordered(a, relation, b) for a, b in pairs)


def meets(given: Given, point: Mapping[str, Any]) -> bool | None:
    """Whether a hypothesis is met at a point, by balls where it is no matter of surds; None where that is not settled.

    >>> from fractions import Fraction
    >>> from grpo_theory.symbols import p
    >>> [meets(Given(sp.exp(sp.log(p)), value), {"p": Fraction(1, 3)}) for value in (p, 1 - p)]
    [True, False]
    """
    exactly = given.met(point)
    if exactly is not None or not sp.Tuple(given.lhs, given.rhs).has(*TRANSCENDENTAL):
        return exactly
    try:
        return all(_same(value_of(given.lhs, place), value_of(given.rhs, place)) for place in given.places(point))
    except (NotExact, LookupError):
        return None


def lies_in(domain: Domain, point: Mapping[str, Any]) -> bool:
    """Whether a point lies in a domain, hypotheses that only balls can decide included.

    >>> from grpo_theory.symbols import p
    >>> domain = Domain(given=(Given(sp.log(p), sp.S(0)),))
    >>> [lies_in(domain, {"p": number}) for number in (1, 2)], lies_in(domain, {})
    ([True, False], True)
    """
    return domain.contains(point) and not any(meets(given, point) is False for given in domain.given)


def within(first: Value, second: Value, bound: Value) -> bool:
    """Whether two values are no further apart than a bound; raises NotExact where balls are too wide to tell.

    >>> within(Surd.sqrt(2), Surd.of("7/5"), Surd.of("1/50"))
    True
    """
    if isinstance(first, Surd) and isinstance(second, Surd):
        return _ordered(abs(first - second), Relation.AT_MOST, bound)
    return _ordered(abs(_gap(first, second)), Relation.AT_MOST, bound)


def _same(first: Value, second: Value) -> bool:
    if isinstance(first, Surd) and isinstance(second, Surd):
        return first == second
    gap = _gap(first, second)
    if not gap.contains(0):
        return False
    if not gap.rad() < _NARROW:
        raise NotExact("the values are too wide apart in precision to be compared")
    return True


def _ordered(first: Value, relation: Relation, second: Value) -> bool:
    low, high = (first, second) if relation in (Relation.LESS, Relation.AT_MOST) else (second, first)
    strict = relation in (Relation.LESS, Relation.GREATER)
    if isinstance(low, Surd) and isinstance(high, Surd):
        return low < high if strict else low <= high
    gap = _gap(high, low)
    if gap > 0:
        return True
    if gap < 0:
        return False
    raise NotExact("the values are too close to be ordered by balls")


def _gap(first: Value, second: Value) -> flint.arb:
    with flint.ctx.workprec(BITS):
        return as_ball(first) - as_ball(second)
