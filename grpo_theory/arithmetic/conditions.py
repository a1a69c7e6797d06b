"""What must hold for an expression to be a real number, and signs read off its tree on a box with open ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import reduce

import sympy as sp

from grpo_theory.arithmetic.boxes import Box, Edge
from grpo_theory.arithmetic.control_points import BERNSTEIN, node_sign
from grpo_theory.arithmetic.signs import Sign, product_sign, sum_sign

WEAK = (Sign.POSITIVE, Sign.NONNEGATIVE, Sign.ZERO)
STRICT = (Sign.POSITIVE, Sign.NEGATIVE)


class Need(Enum):
    """What a part of an expression must be.

    >>> Need.POSITIVE.value
    '> 0'
    """

    NONZERO = "≠ 0"
    POSITIVE = "> 0"
    NONNEGATIVE = "≥ 0"


@dataclass(frozen=True)
class Condition:
    """A part of an expression and what it must be.

    >>> from grpo_theory.symbols import p
    >>> str(Condition(p, Need.POSITIVE))
    'p > 0'
    """

    part: sp.Expr
    need: Need

    def __str__(self) -> str:
        return f"{self.part} {self.need.value}"

    def met(self, sign: Sign) -> bool | None:
        """Whether a sign meets the condition; None where it leaves that open."""
        if self.need is Need.NONZERO:
            return True if sign in STRICT else False if sign is Sign.ZERO else None
        if sign is Sign.POSITIVE or (self.need is Need.NONNEGATIVE and sign in WEAK):
            return True
        fails = (Sign.NEGATIVE,) if self.need is Need.NONNEGATIVE else (Sign.NEGATIVE, Sign.ZERO, Sign.NONPOSITIVE)
        return False if sign in fails else None


def conditions(expression: sp.Expr) -> tuple[Condition, ...]:
    """What must hold for an expression to be real: divisors not zero, radicands not negative, log of positive numbers.

    >>> from grpo_theory.symbols import p
    >>> [str(c) for c in conditions(sp.log(1 - p) / p)]
    ['p ≠ 0', '1 - p > 0']
    """
    return tuple(dict.fromkeys(_conditions(expression)))


def _conditions(expression: sp.Basic) -> Iterator[Condition]:
    for node in sp.preorder_traversal(expression):
        if isinstance(node, sp.log):
            yield Condition(node.args[0], Need.POSITIVE)
        if not isinstance(node, sp.Pow) or node.base.is_Rational:
            continue
        if not node.exp.is_Rational:
            yield Condition(node.base, Need.POSITIVE)
        elif not node.exp.is_Integer:
            yield Condition(node.base, Need.POSITIVE if node.exp < 0 else Need.NONNEGATIVE)
        elif node.exp < 0:
            yield Condition(node.base, Need.NONZERO)


def outright(expression: sp.Expr, box: Box) -> Sign:
    """The sign of an expression on a box as its tree shows it: products, sums of one sign, linear parts at corners.

    >>> from fractions import Fraction
    >>> from grpo_theory.arithmetic.boxes import Edge
    >>> from grpo_theory.symbols import epsilon, p
    >>> edges = {"p": Edge(Fraction(0), Fraction(1), True, True), "epsilon": Edge(Fraction(0), Fraction(1))}
    >>> outright(p * (1 - p) + epsilon, edges)
    <Sign.POSITIVE: '>'>
    """
    if expression.is_Rational:
        return _of_number(expression)
    if isinstance(expression, sp.exp):
        return Sign.POSITIVE
    if isinstance(expression, sp.Mul):
        return reduce(product_sign, (outright(factor, box) for factor in expression.args))
    if isinstance(expression, sp.Pow):
        return _of_power(expression, box)
    if isinstance(expression, sp.Abs):
        return _even(outright(expression.args[0], box))
    if isinstance(expression, sp.log):
        return outright(expression.args[0] - 1, box)
    if isinstance(expression, (sp.Add, sp.Symbol)):
        linear = _of_linear(expression, box)
        if linear is not Sign.UNKNOWN or not isinstance(expression, sp.Add):
            return linear
        return reduce(sum_sign, (outright(term, box) for term in expression.args))
    return _of_node(expression, box) if isinstance(expression, BERNSTEIN) else Sign.UNKNOWN


def _of_node(node: sp.Expr, box: Box) -> Sign:
    """The sign of a Bernstein sum in one variable of the box, or at a number."""
    variable = node.args[0]
    if variable.is_Rational:
        at = Fraction(int(variable.p), int(variable.q))
        return node_sign(node, Edge(at, at))
    edge = box.get(variable.name) if isinstance(variable, sp.Symbol) else None
    return Sign.UNKNOWN if edge is None else node_sign(node, edge)


def _of_number(value: sp.Rational) -> Sign:
    return Sign.ZERO if value == 0 else Sign.POSITIVE if value > 0 else Sign.NEGATIVE


def _even(sign: Sign) -> Sign:
    return Sign.ZERO if sign is Sign.ZERO else Sign.POSITIVE if sign in STRICT else Sign.NONNEGATIVE


def _of_power(expression: sp.Pow, box: Box) -> Sign:
    base, exponent = outright(expression.base, box), expression.exp
    if base is Sign.POSITIVE:
        return base
    if not exponent.is_Rational or (exponent < 0 and base not in STRICT):
        return Sign.UNKNOWN
    if exponent.is_Integer:
        return _even(base) if exponent % 2 == 0 else base
    return base if base in WEAK else Sign.UNKNOWN


def _of_linear(expression: sp.Expr, box: Box) -> Sign:
    """The sign of c_0 + Σ c_i·x_i from its least and its greatest value, at two corners."""
    low = high = sp.S.Zero
    low_open = high_open = False
    for term in sp.Add.make_args(expression):
        factor, rest = term.as_coeff_Mul()
        if rest == 1:
            low, high = low + factor, high + factor
            continue
        edge = box.get(rest.name) if isinstance(rest, sp.Symbol) else None
        if edge is None:
            return Sign.UNKNOWN
        ends = [
            (factor * sp.Rational(end.numerator, end.denominator), is_open)
            for end, is_open in ((edge.low, edge.low_open), (edge.high, edge.high_open))
        ]
        (least, least_open), (most, most_open) = ends if factor > 0 else ends[::-1]
        low, high, low_open, high_open = low + least, high + most, low_open or least_open, high_open or most_open
    if low > 0 or (low == 0 and low_open):
        return Sign.POSITIVE
    if high < 0 or (high == 0 and high_open):
        return Sign.NEGATIVE
    if low == high == 0:
        return Sign.ZERO
    return Sign.NONNEGATIVE if low == 0 else Sign.NONPOSITIVE if high == 0 else Sign.UNKNOWN
