"""Inequalities decided on a whole box by exact algebra, where equality inside the box defeats every enclosure."""

from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.algebra import sign, vanishes
from grpo_theory.arithmetic.balls import NoBall
from grpo_theory.arithmetic.boxes import Box
from grpo_theory.arithmetic.conditions import STRICT, outright
from grpo_theory.arithmetic.control_points import BERNSTEIN
from grpo_theory.arithmetic.domains import Domain, Variable
from grpo_theory.arithmetic.polynomials import factors
from grpo_theory.arithmetic.signs import Sign, product_sign

_MOST_TERMS = 400
_MOST_TERMS_OF_SUM = 2000
_MOST_DEGREE = 64
_MOST_ROOTS = 5
_MOST_SQUARED = 40


def algebraic_sign(expression: sp.Expr, box: Box, *, inner: bool) -> Sign:
    """The sign on a box, or on its inner part, by factors, coefficients and root counting; UNKNOWN if out of reach.

    Expressions whose expansion would be long are refused beforehand, so that every call ends soon.

    >>> from grpo_theory.arithmetic.boxes import Edge
    >>> from grpo_theory.symbols import p
    >>> edges = {"p": Edge(Fraction(0), Fraction(1))}
    >>> algebraic_sign(sp.Rational(1, 4) - p * (1 - p), edges, inner=True)
    <Sign.NONNEGATIVE: '>='>
    """
    if not affordable(expression, sum(not box[symbol.name].single for symbol in expression.free_symbols)):
        return Sign.UNKNOWN
    if _squares(expression):
        return Sign.NONNEGATIVE
    try:
        found = sign(expression, _domain(expression, box, inner))
    except (ValueError, TypeError, ArithmeticError, sp.PolynomialError):
        return Sign.UNKNOWN
    return found if found is not Sign.UNKNOWN else _by_factors(expression, box, inner)


def identically_zero(expression: sp.Expr, box: Box) -> bool:
    """Whether an expression is zero on the whole box.

    >>> from grpo_theory.arithmetic.boxes import Edge
    >>> from grpo_theory.symbols import p
    >>> identically_zero((1 + p) ** 2 - p**2 - 2 * p - 1, {"p": Edge(Fraction(0), Fraction(1))})
    True
    """
    if not affordable(expression, len(expression.free_symbols)):
        return False
    try:
        return vanishes(expression, _domain(expression, box, True)) is True
    except (ValueError, TypeError, ArithmeticError, sp.PolynomialError):
        return False


def affordable(expression: sp.Expr, variables: int) -> bool:
    """Whether the exact decision of an expression's sign is sure to be short.

    >>> x = sp.Symbol("x")
    >>> affordable((x + 1) ** 8, 1), affordable((x + 1) ** 1000, 1)
    (True, False)
    """
    # A Bernstein sum kept as one node would be a mere unknown to the kernel.
    if variables > 4 or expression.has(BERNSTEIN) or expression.count_ops() > 300:
        return False
    if any(len(str(n)) > 200 for n in expression.atoms(sp.Rational)):
        return False
    # The kernel writes exp(n·u) as a power with exponent n: only small exponents are sure to be short.
    inside = [node.args[0] for node in expression.atoms(sp.exp)]
    if any(e.count_ops() > 12 or any(max(abs(n.p), n.q) > 4 for n in e.atoms(sp.Rational)) for e in inside):
        return False
    terms, degree = _size(expression)
    if terms * (degree + 1) ** max(variables - 1, 0) > _MOST_TERMS or degree > _MOST_DEGREE:
        return False
    # Each root is squared away, which doubles the degree and the length of the numbers.
    roots = {node.base for node in expression.atoms(sp.Pow) if not node.exp.is_Integer}
    plain = len(roots) < 2 or not any(base.is_Rational for base in roots)
    return len(roots) <= _MOST_ROOTS and (plain or variables * degree * 2 ** len(roots) <= _MOST_SQUARED)


def unfolded(expression: sp.Expr) -> sp.Expr:
    """The expression with its finite sums written out.

    >>> k = sp.Symbol("k", integer=True)
    >>> unfolded(sp.Sum(k**2, (k, 1, 3)))
    14
    """
    if not expression.has(sp.Sum):
        return expression
    arguments = [unfolded(a) if isinstance(a, sp.Expr) else a for a in expression.args]
    if not isinstance(expression, sp.Sum):
        return expression.func(*arguments)
    index, lower, upper = expression.limits[0]
    if len(expression.limits) != 1 or not (lower.is_Integer and upper.is_Integer):
        raise NoBall(f"{expression} is no sum between two integers on the box")
    if upper - lower > _MOST_TERMS_OF_SUM:
        raise NoBall(f"{expression} has more than {_MOST_TERMS_OF_SUM} terms")
    values = range(int(lower), int(upper) + 1)
    return sp.Add(*(unfolded(expression.function.xreplace({index: sp.Integer(value)})) for value in values))


def _by_factors(expression: sp.Expr, box: Box, inner: bool) -> Sign:
    """The sign of a rational polynomial from its factors, some of them sums of squares."""
    symbols = sorted(expression.free_symbols, key=str)
    if not symbols or not expression.is_polynomial(*symbols):
        return Sign.UNKNOWN
    if not all(c.is_Rational for c in sp.Poly(expression, *symbols).coeffs()):
        return Sign.UNKNOWN
    content, found = factors(expression)
    if len(found) < 2:
        return Sign.UNKNOWN
    total = Sign.POSITIVE if content > 0 else Sign.NEGATIVE
    for factor, power in found:
        own = _quadratic(factor)
        own = own if own is not Sign.UNKNOWN else outright(factor, box)
        own = own if own is not Sign.UNKNOWN else sign(factor, _domain(factor, box, inner))
        if power % 2 == 0:
            own = Sign.POSITIVE if own in STRICT else Sign.NONNEGATIVE
        total = product_sign(total, own)
    return total


def _quadratic(factor: sp.Expr) -> Sign:
    if _squares(factor):
        return Sign.NONNEGATIVE
    return Sign.NONPOSITIVE if _squares(-factor) else Sign.UNKNOWN


def _domain(expression: sp.Expr, box: Box, inner: bool) -> Domain:
    variables = []
    for symbol in sorted(expression.free_symbols, key=str):
        edge = box[symbol.name]
        low, high = (sp.Rational(end.numerator, end.denominator) for end in (edge.low, edge.high))
        if edge.single:
            variables.append(Variable(symbol, values=(low,)))
        else:
            variables.append(Variable(symbol, low, high, inner or edge.low_open, inner or edge.high_open))
    return Domain(tuple(variables))


def _size(expression: sp.Expr) -> tuple[int, int]:
    """Bounds for the number of terms and the degree of the expansion; roots and functions count as one symbol more."""
    if expression.is_Rational or isinstance(expression, sp.Symbol):
        return 1, 0 if expression.is_Rational else 1
    parts = [_size(argument) for argument in expression.args]
    if isinstance(expression, sp.Add):
        return sum(terms for terms, _ in parts), max(degree for _, degree in parts)
    if isinstance(expression, sp.Mul):
        terms = 1
        for count, _ in parts:
            terms *= count
        return terms, sum(degree for _, degree in parts)
    if isinstance(expression, sp.Pow) and expression.exp.is_Integer:
        (terms, degree), exponent = parts[0], min(abs(int(expression.exp)), 10**4)
        return 1 if terms == 1 else min(terms * exponent**2, 10**9), degree * exponent
    return 2 * sum(terms for terms, _ in parts), 2 * max((degree for _, degree in parts), default=1)


def _squares(expression: sp.Expr) -> bool:
    """Whether a polynomial of degree 2 is a sum of squares: its matrix has no negative pivot."""
    symbols = sorted(expression.free_symbols, key=str)
    if not symbols or not expression.is_polynomial(*symbols):
        return False
    polynomial = sp.Poly(expression, *symbols)
    if polynomial.total_degree() != 2 or not all(c.is_Rational for c in polynomial.coeffs()):
        return False
    size = len(symbols) + 1
    matrix = [[Fraction(0)] * size for _ in range(size)]
    for powers, coefficient in polynomial.terms():
        places = [place for place, power in enumerate(powers) for _ in range(power)]
        i, j = [size - 1, size - 1, *places][-2:]
        value = Fraction(int(coefficient.p), int(coefficient.q)) / (1 if i == j else 2)
        matrix[i][j] = matrix[j][i] = value
    return _has_no_negative_pivot(matrix)


def _has_no_negative_pivot(matrix: list[list[Fraction]]) -> bool:
    size = len(matrix)
    for at in range(size):
        pivot = matrix[at][at]
        if pivot < 0 or (pivot == 0 and any(matrix[at][at:])):
            return False
        for row in range(at + 1, size) if pivot else ():
            factor = matrix[row][at] / pivot
            for column in range(at, size):
                matrix[row][column] -= factor * matrix[at][column]
    return True
