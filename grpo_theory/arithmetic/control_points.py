"""A Bernstein polynomial with surd coefficients as one node of an expression: its range from its control points.

Written out in powers of p, the weight of a large group is a long sum of surds that cancel: an enclosure of it is wide,
and SymPy looks for its roots whenever it asks for its sign. As one node it costs what a symbol costs, and on every part
[a, b] of [0, 1] the polynomial lies between the least and the greatest of its control points there.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from itertools import pairwise

import sympy as sp
from flint import arb, ctx, fmpq
from sympy.core.symbol import Str

from grpo_theory.arithmetic import bernstein
from grpo_theory.arithmetic.boxes import Edge
from grpo_theory.arithmetic.extended import LINE, Range, between, sign_of
from grpo_theory.arithmetic.signs import Sign
from grpo_theory.arithmetic.surd_numbers import Surd
from grpo_theory.arithmetic.surd_text import parse

BERNSTEIN = sp.Function("bernstein", real=True)
"""bernstein(p, m, c_0; …; c_n): the m-th derivative of Σ_k C(n,k) p^k (1−p)^(n−k) c_k."""
_BETWEEN = "; "


def bernstein_node(coefficients: Sequence[Surd], variable: sp.Expr) -> sp.Expr:
    """Σ_k C(n,k) p^k (1−p)^(n−k) c_k as one node; the number itself where all coefficients are equal.

    >>> from grpo_theory.symbols import p
    >>> bernstein_node((Surd.of(0), Surd.of("1/2")), p)
    bernstein(p, 0, 0; 1/2)
    >>> bernstein_node((Surd.of(2), Surd.of(2)), p)
    2
    """
    if all(c == coefficients[0] for c in coefficients):
        return coefficients[0].sympy()
    return BERNSTEIN(variable, sp.S.Zero, Str(_BETWEEN.join(map(str, coefficients))))


def node_slope(node: sp.Expr) -> sp.Expr:
    """The derivative with respect to the variable, a node again, and a number where it is constant.

    >>> from grpo_theory.symbols import p
    >>> node_slope(bernstein_node((Surd.of(0), Surd.of(1), Surd.of(0)), p)), node_slope(BERNSTEIN(p, 0, Str("0; 3")))
    (bernstein(p, 1, 0; 1; 0), 3)
    """
    variable, order, text = node.args
    following = _coefficients(text.name, int(order) + 1)
    return following[0].sympy() if len(following) == 1 else BERNSTEIN(variable, order + 1, text)


def node_range(node: sp.Expr, variable: Range) -> Range:
    """The least and the greatest control point on an interval; at one point the value, by repeated means.

    >>> from grpo_theory.symbols import p
    >>> low, high = node_range(BERNSTEIN(p, 0, Str("0; 1; 0")), (arb("0.25"), arb("0.5")))
    >>> float(low), float(high)
    (0.375, 0.5)
    """
    low, high = variable
    if not (low.is_finite() and high.is_finite()):
        return LINE
    points: Sequence[arb] = _balls(node.args[2].name, int(node.args[1]), ctx.prec)
    if low is high:
        value = _split(points, low)[0][-1]
        return value, value
    if not high > 0:
        return LINE
    if not high == 1:  # noqa: SIM201 — of balls, `!=` says that they are certainly different
        points = _split(points, high)[0]
    if not low == 0:  # noqa: SIM201
        points = _split(points, low / high)[1]
    return reduce(arb.min, points), reduce(arb.max, points)


def node_sign(node: sp.Expr, edge: Edge) -> Sign:
    """The sign where the variable runs through an edge: from the signs of all coefficients, else from the range.

    >>> from grpo_theory.symbols import p
    >>> inside = Edge(Fraction(0), Fraction(1), True, True)
    >>> node_sign(BERNSTEIN(p, 0, Str("0; 1; 0")), inside)
    <Sign.POSITIVE: '>'>
    """
    if edge.single:
        return (Sign.ZERO, Sign.POSITIVE, Sign.NEGATIVE)[node_value(node, edge.low).sign()]
    ends = {0: edge.holds(Fraction(0)), -1: edge.holds(Fraction(1))}
    signs = _signs(node.args[2].name, int(node.args[1]))
    present = set(signs) - {0}
    if edge.low >= 0 and edge.high <= 1 and len(present) < 2:
        if not present:
            return Sign.ZERO
        strict = all(signs[place] for place, included in ends.items() if included)
        if present == {1}:
            return Sign.POSITIVE if strict else Sign.NONNEGATIVE
        return Sign.NEGATIVE if strict else Sign.NONPOSITIVE
    return sign_of(node_range(node, between(edge.low, edge.high)))


def node_value(node: sp.Expr, at: Fraction) -> Surd:
    """The exact value at a rational number, by the sum over k itself.

    >>> from grpo_theory.symbols import p
    >>> str(node_value(BERNSTEIN(p, 0, Str("0; sqrt(2); 0")), Fraction(1, 2)))
    '1/2*sqrt(2)'
    """
    return bernstein.value(_weights(node), fmpq(at.numerator, at.denominator))


def with_values(expression: sp.Expr) -> sp.Expr:
    """The expression with each node at a rational number replaced by its exact value.

    >>> with_values(1 + BERNSTEIN(sp.Rational(1, 2), 0, Str("0; sqrt(2); 0")))
    sqrt(2)/2 + 1
    """
    nodes = [node for node in expression.atoms(BERNSTEIN) if node.args[0].is_Rational]
    places = (Fraction(int(node.args[0].p), int(node.args[0].q)) for node in nodes)
    values = {node: node_value(node, at).sympy() for node, at in zip(nodes, places, strict=True)}
    return expression.xreplace(values)


def node_ball(node: sp.Expr, at: arb) -> arb:
    """A ball around the values on a ball, by the sum over k itself: a road of its own beside the control points.

    >>> from grpo_theory.symbols import p
    >>> float(node_ball(BERNSTEIN(p, 0, Str("0; 1; 0")), arb("0.5")))
    0.5
    """
    return bernstein.ball(_weights(node), at, ctx.prec)


def _weights(node: sp.Expr) -> bernstein.Weights:
    return bernstein.Weights.of(_coefficients(node.args[2].name, int(node.args[1])))


@lru_cache(maxsize=128)
def _coefficients(text: str, order: int) -> tuple[Surd, ...]:
    """The coefficients of the m-th derivative: differences of those of the one before it, times its degree."""
    if order == 0:
        return tuple(map(parse, text.split(_BETWEEN)))
    before = _coefficients(text, order - 1)
    degree = len(before) - 1
    return tuple((after - one) * degree for one, after in pairwise(before))


@lru_cache(maxsize=128)
def _signs(text: str, order: int) -> tuple[int, ...]:
    return tuple(c.sign() for c in _coefficients(text, order))


@lru_cache(maxsize=128)
def _balls(text: str, order: int, bits: int) -> tuple[arb, ...]:
    return tuple(c.arb(bits) for c in _coefficients(text, order))


def _split(points: Sequence[arb], at: arb) -> tuple[list[arb], list[arb]]:
    """The control points on [0, t] and on [t, 1], by repeated means with the weights 1 − t and t (de Casteljau)."""
    left, right, rest, row = [points[0]], [points[-1]], 1 - at, list(points)
    while len(row) > 1:
        row = [rest * a + at * b for a, b in pairwise(row)]
        left.append(row[0])
        right.append(row[-1])
    return left, right[::-1]
