"""Polynomials with surd coefficients: both forms, exact and float values, decided equality, division, text."""

import ast
import math
import pickle
from collections.abc import Callable
from fractions import Fraction
from math import comb
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import arb, fmpq, fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from grpo_theory.arithmetic.bernstein_floats import evaluate
from grpo_theory.arithmetic.surds import LazySurd, Surd, SurdPolynomial
from grpo_theory.symbols import p as p_symbol
from tests.arithmetic.strategies import fractions, probabilities, surds

coefficient_lists = st.lists(surds, min_size=1, max_size=6)
polynomials = coefficient_lists.map(lambda c: SurdPolynomial.from_bernstein(len(c) - 1, c))
rational_polynomials = st.lists(fractions, min_size=1, max_size=4).map(
    lambda c: fmpq_poly([fmpq(x.numerator, x.denominator) for x in c])
)


def literal(coefficients: list[Surd], p: Fraction) -> Surd:
    """The Bernstein sum by its definition."""
    n = len(coefficients) - 1
    terms = (c * (comb(n, k) * p**k * (1 - p) ** (n - k)) for k, c in enumerate(coefficients))
    return sum(terms, Surd.of(0))


def root_sum(G: int) -> SurdPolynomial:
    """Σ_k C(G,k) p^k (1−p)^(G−k) √(k(G−k))/G."""
    return SurdPolynomial.from_bernstein(G, [Surd.sqrt(k * (G - k)) / G for k in range(G + 1)])


def in_powers(f: SurdPolynomial) -> SurdPolynomial:
    return SurdPolynomial.from_monomial(f.monomial())


@given(coefficient_lists, fractions)
def test_exact_values_are_the_literal_sum(c: list[Surd], p: Fraction) -> None:
    f = SurdPolynomial.from_bernstein(len(c) - 1, c)
    assert f(p) == literal(c, p) == in_powers(f)(p) == LazySurd(f, p).canonical()
    assert f(str(p)) == f(p) == f(sp.Rational(p.numerator, p.denominator))
    assert f.arb(p, 80).overlaps(literal(c, p).arb(80))


@given(coefficient_lists)
def test_bernstein_and_monomial_forms_return_each_other(c: list[Surd]) -> None:
    f = SurdPolynomial.from_bernstein(len(c) - 1, c)
    g = in_powers(f)
    assert f == g
    assert hash(f) == hash(g)
    assert in_powers(SurdPolynomial.from_bernstein(len(g.bernstein()) - 1, g.bernstein())).monomial() == g.monomial()
    assert all(part for part in g.monomial().values())
    assert list(g.monomial()) == sorted(g.monomial())


@pytest.mark.parametrize("n", [5, 20, 60])
def test_dense_rational_rows_survive_the_change_of_form(n: int) -> None:
    c = [Fraction((7 * k * k + 3) % 11 - 5, k + 1) for k in range(n + 1)]
    f = SurdPolynomial.from_bernstein(n, c)
    assert SurdPolynomial.from_monomial(f.monomial()).bernstein() == f.bernstein()
    assert in_powers(root_sum(n)) == root_sum(n)


@given(polynomials, polynomials, polynomials, probabilities)
def test_ring_axioms_in_either_form(f: SurdPolynomial, g: SurdPolynomial, h: SurdPolynomial, p: Fraction) -> None:
    assert f + g == g + f == in_powers(f) + g == in_powers(f) + in_powers(g)
    assert f * g == g * f == in_powers(f) * g == in_powers(f) * in_powers(g)
    assert f * (g + h) == f * g + f * h
    assert (f - f) == 0
    assert (f + g)(p) == f(p) + g(p)
    assert (f * g)(p) == f(p) * g(p)
    assert (2 - f)(p) == 2 - f(p)
    assert (f * Surd.sqrt(2) / 3)(p) == f(p) * Surd.sqrt(2) / 3


@given(polynomials)
def test_derivative_and_antiderivative(f: SurdPolynomial) -> None:
    for form in (f, in_powers(f)):
        assert form.antiderivative().derivative() == f
        assert form.antiderivative()(0) == 0
        assert form.derivative() == in_powers(f).derivative()


@given(polynomials, rational_polynomials)
def test_exact_division(f: SurdPolynomial, divisor: fmpq_poly) -> None:
    by = SurdPolynomial.from_monomial({1: divisor})
    if divisor:
        assert (f * by).divide_exact(divisor) == f
        assert in_powers(f * by).divide_exact(by) == f
    else:
        with pytest.raises(ZeroDivisionError):
            f.divide_exact(divisor)


@pytest.mark.parametrize("G", [2, 3, 8, 33])
def test_division_by_the_variance_keeps_the_bernstein_form(G: int) -> None:
    f = root_sum(G)
    quotient = f.divide_exact([0, 1, -1])
    assert len(quotient.bernstein()) == G - 1
    assert quotient * SurdPolynomial.from_monomial({1: fmpq_poly([0, 1, -1])}) == f
    assert quotient == in_powers(f).divide_exact(fmpq_poly([0, 1, -1]))


def test_division_with_a_remainder_is_refused() -> None:
    for f in (root_sum(4) + 1, in_powers(root_sum(4) + 1)):
        for divisor in ([0, 1], [1, -1], [2, 1]):
            with pytest.raises(ValueError, match="leaves a remainder"):
                f.divide_exact(divisor)
    with pytest.raises(ValueError, match="rational polynomials"):
        root_sum(4).divide_exact(root_sum(4))


@pytest.mark.parametrize("G", [2, 3, 5, 16])
def test_equality_is_decided_against_small_changes(G: int) -> None:
    f = root_sum(G)
    tiny = Surd.of(Fraction(1, 10**60))
    assert f == f * SurdPolynomial.from_bernstein(3, [1, 1, 1, 1])
    assert f != f + tiny
    assert f != f * (1 + tiny)
    assert f != root_sum(G + 1)
    assert f != SurdPolynomial.from_bernstein(G, [*f.bernstein()[:1], *f.bernstein()[2:], Surd.of(0)])
    assert (f != 0) and (f - f == 0) and f != "p"


def test_small_groups() -> None:
    variance = SurdPolynomial.from_monomial({1: fmpq_poly([0, 1, -1])})
    assert root_sum(2) == variance
    assert root_sum(3) == variance * Surd.sqrt(2)
    assert root_sum(4) != variance * Surd.sqrt(3)


@given(polynomials)
def test_text_and_sympy_denote_the_polynomial(f: SurdPolynomial) -> None:
    for p in (Fraction(1, 3), Fraction(5, 7)):
        assert _value_of_text(str(f), p) == f(p)
        value = sp.sympify(f).subs(p_symbol, sp.Rational(p.numerator, p.denominator))
        assert abs(sp.N(value - f(p).sympy(), 40)) < 1e-25 * (1 + abs(float(f(p))))
    assert pickle.loads(pickle.dumps(f)) == f


def _value_of_text(text: str, p: Fraction) -> Surd:
    operations: dict[type, Callable[[Any, Any], Any]] = {
        ast.Add: lambda a, b: a + b,
        ast.Sub: lambda a, b: a - b,
        ast.Mult: lambda a, b: a * b,
        ast.Div: lambda a, b: Surd.of(a) / b,
        ast.Pow: lambda a, b: a**b,
    }

    def value(node: Any) -> Any:
        match node:
            case ast.BinOp():
                return operations[type(node.op)](value(node.left), value(node.right))
            case ast.UnaryOp():
                return -value(node.operand)
            case ast.Call():
                return Surd.sqrt(value(node.args[0]))
            case ast.Name():
                return p
            case _:
                return node.value

    return Surd.of(value(ast.parse(text, mode="eval").body))


def test_readable_forms() -> None:
    assert str(root_sum(4)) == "3*p**2*(1 - p)**2 + sqrt(3)*p*(1 - p)*(1 - 2*p + 2*p**2)"
    assert root_sum(3).latex() == r"\sqrt{2} p \left(1 - p\right)"
    assert str(SurdPolynomial.from_bernstein(0, [0])) == "0"
    assert str(SurdPolynomial.from_bernstein(1, [1, -1])) == "1 - 2*p"
    assert str(SurdPolynomial.from_bernstein(1, [-1, 1])) == "-(1 - 2*p)"
    assert _value_of_text(str(root_sum(70)), Fraction(1, 3)) == root_sum(70)("1/3")


@pytest.mark.parametrize("G", [2, 7, 64, 1024])
def test_floats_are_accurate_near_both_ends(G: int) -> None:
    f = root_sum(G)
    ends = [10.0**-e for e in (1, 2, 3, 4, 6, 9, 12, 15)]
    points = np.array([0.5, 0.3, 0.123, 0.999, *ends, *(1 - x for x in ends)])
    values = f(points)
    assert values.shape == points.shape
    for p, value in zip(points, values, strict=True):
        reference = f.arb(float(p), 200)
        assert abs(float((arb(float(value)) - reference) / reference)) < 3e-14
        assert float(f(float(p))) == value
    assert f(1e-300) == pytest.approx(1e-300 * math.sqrt(G - 1), rel=1e-14)
    assert list(f(np.array([0.0, 1.0]))) == [0.0, 0.0]


def test_float_weights_of_the_binomial_sum_to_one() -> None:
    grid = np.linspace(0, 1, 401)
    for n in (0, 1, 2, 15, 16, 17, 500, 4096):
        assert np.max(np.abs(evaluate(np.ones(n + 1), grid) - 1)) < 1e-13
        assert np.max(np.abs(evaluate(np.linspace(0, 1, n + 1) if n else np.zeros(1), grid) - grid * (n > 0))) < 1e-13


def test_shapes_of_arrays() -> None:
    f = root_sum(5)
    grid = np.linspace(0, 1, 12).reshape(3, 4)
    assert f(grid).shape == (3, 4)
    assert np.array_equal(f(grid).ravel(), f(list(grid.ravel())))
    assert isinstance(f(0.25), float)
    assert isinstance(f(np.float64(0.25)), float)
    assert f(np.array([], dtype=float)).shape == (0,)


@pytest.mark.parametrize("p", [-0.1, 1.5, math.nan, math.inf])
def test_floats_outside_the_unit_interval_are_refused(p: float) -> None:
    with pytest.raises(ValueError, match=r"\Ap = .* lies outside \[0, 1\]"):
        root_sum(4)(p)
    with pytest.raises(ValueError, match="lies outside"):
        root_sum(4)(np.array([0.5, p]))


def test_wrong_input_is_refused() -> None:
    with pytest.raises(ValueError, match=r"n \+ 1 = 3"):
        SurdPolynomial.from_bernstein(2, [1, 2])
    with pytest.raises(ValueError, match="positive integers"):
        SurdPolynomial.from_monomial({0: fmpq_poly([1])})
    with pytest.raises(TypeError, match="is a float"):
        SurdPolynomial.from_bernstein(0, [0.5])
    with pytest.raises(TypeError):
        root_sum(4) * 0.5  # type: ignore[operator]
    with pytest.raises(ValueError, match="no rational number"):
        root_sum(4)("one half")
    with pytest.raises(TypeError, match="is a float"):
        LazySurd(root_sum(4), 0.5)


@given(coefficient_lists, probabilities)
@settings(max_examples=60)
def test_lazy_sums_behave_as_their_value(c: list[Surd], p: Fraction) -> None:
    f = SurdPolynomial.from_bernstein(len(c) - 1, c)
    lazy, exact = LazySurd(f, p), f(p)
    assert lazy == exact and exact == lazy and hash(lazy) == hash(exact)
    assert float(lazy) == float(exact)
    assert lazy.sign() == exact.sign()
    assert lazy + lazy == 2 * exact == exact + lazy == 2 * lazy
    assert 1 - lazy == 1 - exact == -(lazy - 1)
    assert not lazy < exact and lazy <= exact and not exact > lazy
    assert str(lazy) == str(exact) and lazy.latex() == exact.latex()
    assert lazy.arb(90).overlaps(exact.arb(90))
    assert not exact or lazy.arb(90).rel_accuracy_bits() >= 90
    assert pickle.loads(pickle.dumps(lazy)) == exact


def test_a_large_sum_against_mpmath() -> None:
    p, G = Fraction(3, 10), 1024
    lazy = LazySurd(root_sum(G), p)
    with mpmath.workdps(60):
        x = mpmath.mpf(3) / 10
        reference = mpmath.fsum(
            mpmath.binomial(G, k) * x**k * (1 - x) ** (G - k) * mpmath.sqrt(k * (G - k)) / G for k in range(G + 1)
        )
        for value in (lazy.arb(150), lazy.canonical().arb(150)):
            assert abs(mpmath.mpf(value.mid().str(50, radius=False)) - reference) < mpmath.mpf(10) ** -44
    assert float(lazy) == float(lazy.canonical()) == float(reference)
