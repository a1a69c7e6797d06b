"""Sums of square roots: field axioms, decided equality and order, text, and what is refused."""

import copy
import math
import pickle
import time
from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from flint import fmpq, fmpz
from hypothesis import given, settings
from hypothesis import strategies as st

from grpo_theory.arithmetic.squarefree import factors, square_part
from grpo_theory.arithmetic.surds import Surd
from tests.arithmetic.strategies import fractions, mp_value, sqrt_terms, surds


@given(surds, surds, surds)
def test_field_axioms(x: Surd, y: Surd, z: Surd) -> None:
    assert x + y == y + x
    assert (x + y) + z == x + (y + z)
    assert x * y == y * x
    assert (x * y) * z == x * (y * z)
    assert x * (y + z) == x * y + x * z
    assert x + 0 == x == x * 1
    assert x - x == 0
    assert -x == 0 - x
    assert x + -x == 0
    assert hash(x + y) == hash(y + x)


@given(surds, surds)
def test_division_inverts_multiplication(x: Surd, y: Surd) -> None:
    if y:
        assert (x / y) * y == x
        assert y * (1 / y) == 1
        assert y**-2 * y * y == 1
    else:
        with pytest.raises(ZeroDivisionError):
            x / y


@given(sqrt_terms)
def test_value_agrees_with_mpmath(terms: list[tuple[Fraction, int]]) -> None:
    x = sum((q * Surd.sqrt(d) for q, d in terms), Surd.of(0))
    reference = mp_value(terms)
    assert x.sign() == (0 if abs(reference) < mpmath.mpf(10) ** -40 else mpmath.sign(reference))
    assert float(x) == pytest.approx(float(reference), rel=1e-15, abs=1e-300 if x else 1e-30)
    if x:
        ball = x.arb(120)
        assert ball.rel_accuracy_bits() >= 120
        with mpmath.workdps(60):
            assert (
                abs(mpmath.mpf(ball.mid().str(50, radius=False)) - reference) < abs(reference) * mpmath.mpf(10) ** -35
            )


@given(surds, surds)
def test_order_agrees_with_the_sign_of_the_difference(x: Surd, y: Surd) -> None:
    assert (x < y, x == y, x > y).count(True) == 1
    assert (x <= y) == (not y < x)
    assert (x >= y) == (not x < y)
    assert abs(x) >= 0
    assert abs(x) in (x, -x)


def test_order_of_numbers_that_agree_in_all_digits_of_a_float() -> None:
    # Pell: a² − 2b² = 1 makes a − b√2 = 1/(a + b√2), here about 1e-306.
    a, b = 1, 0
    for _ in range(400):
        a, b = 3 * a + 4 * b, 2 * a + 3 * b
    x = Surd.of(a) - b * Surd.sqrt(2)
    assert x > 0
    assert x.sign() == 1
    assert x == 1 / (a + b * Surd.sqrt(2))
    with mpmath.workdps(700):
        assert float(x) == float(1 / (a + b * mpmath.sqrt(2)))


@given(surds)
def test_text_pickle_and_sympy_return_the_same_number(x: Surd) -> None:
    assert Surd.of(str(x)) == x
    assert pickle.loads(pickle.dumps(x)) == x
    assert copy.deepcopy(x) == x
    assert sum((q * Surd.sqrt(d) for d, q in x.terms.items()), Surd.of(0)) == x
    assert list(x.terms) == sorted(x.terms)
    assert all(square_part(d) == (1, d) for d in x.terms)
    assert abs(sp.N(x.sympy(), 30) - sp.Float(x.arb(110).mid().str(33, radius=False), 30)) <= 1e-25 * (
        1 + abs(float(x))
    )


@given(surds)
def test_squares_have_roots(x: Surd) -> None:
    assert (x * x).sqrt() == abs(x)


@given(fractions)
def test_rational_numbers_behave_as_fractions(q: Fraction) -> None:
    x = Surd.of(q)
    assert x == q
    assert hash(x) == hash(q)
    assert x.is_rational
    assert x.fraction() == q
    assert float(x) == float(q)
    assert str(x) == str(q)
    assert x == Surd.of(str(q)) == Surd.of(fmpq(q.numerator, q.denominator)) == Surd.of(sp.Rational(str(q)))
    assert [q + x, q - x, q * x] == [Surd.of(y) for y in (2 * q, 0, q * q)]
    assert Surd.sqrt(abs(q)) ** 2 == abs(q)


def test_canonical_forms() -> None:
    assert Surd.sqrt(8) == 2 * Surd.sqrt(2)
    assert Surd.sqrt(2) * Surd.sqrt(3) == Surd.sqrt(6)
    assert Surd.sqrt(Fraction(1, 3)) == Surd.sqrt(3) / 3
    assert dict(Surd.sqrt("12/25").terms) == {3: Fraction(2, 5)}
    assert str(Surd.sqrt(Fraction(3, 16))) == "1/4*sqrt(3)"
    assert str(Surd.of("0.3")) == "3/10"
    assert str(Surd.of("1/2") + 3 * Surd.sqrt(2)) == "1/2 + 3*sqrt(2)"
    assert str(-Surd.sqrt(2)) == "-sqrt(2)"
    assert str(Surd.of(0)) == "0"
    assert Surd.of(2) != Surd.sqrt(2)
    assert len({Surd.of(1), 1, Fraction(1), fmpq(1) + 0}) == 1
    assert Surd.sqrt(2) != "sqrt(2)"


def test_mixed_operands() -> None:
    root = Surd.sqrt(2)
    assert sp.Rational(1, 2) + root == root + sp.Rational(1, 2)
    assert fmpz(2) * root == root * fmpz(2)
    assert 1 / root == root / 2
    assert root < 2 and Fraction(1) < root and root >= Fraction(7, 5)
    assert sp.Symbol("x") * root == sp.Symbol("x") * sp.sqrt(2)
    assert sp.sympify(root) == sp.sqrt(2)


def test_latex() -> None:
    assert (Surd.sqrt("3/16") - 1).latex() == r"-1 + \frac{\sqrt{3}}{4}"
    assert (2 * Surd.sqrt(2)).latex() == r"2 \sqrt{2}"
    assert Surd.of("-1/2").latex() == r"-\frac{1}{2}"


@pytest.mark.parametrize("operation", [lambda x: x + 0.5, lambda x: 0.5 * x, lambda x: x < 0.5, lambda x: x / 0.5])
def test_floats_are_refused_in_arithmetic(operation: object) -> None:
    with pytest.raises(TypeError):
        operation(Surd.sqrt(2))  # type: ignore[operator]


def test_floats_are_refused_as_input() -> None:
    for value in (0.3, math.nan, sp.Float("0.3")):
        with pytest.raises(TypeError, match="is a float"):
            Surd.of(value)


@pytest.mark.parametrize(
    "value", ["", "abc", "1/0", "1e999999999", "sqrt(2", "sqrt(-2)", "2sqrt(2)", "1+sqrt(2)+", None, True]
)
def test_what_denotes_no_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"\A[^\n]+\Z"):
        Surd.of(value)


def test_roots_outside_the_domain_are_refused() -> None:
    with pytest.raises(ValueError, match="x = -1 lies outside"):
        Surd.sqrt(-1)
    for x in (Surd.sqrt(2), 1 + Surd.sqrt(2), 1 - Surd.sqrt(2), 4 + Surd.sqrt(6)):
        with pytest.raises(ValueError, match="lies outside"):
            x.sqrt()
    with pytest.raises(ValueError, match="lies outside the rationals"):
        Surd.sqrt(2).fraction()


def test_work_without_end_is_refused_at_once() -> None:
    start = time.perf_counter()
    with pytest.raises(ValueError, match="millions of digits"):
        Surd.sqrt(2) ** (9**9)
    with pytest.raises(ValueError, match="factor of"):
        Surd.sqrt((2**521 - 1) * (2**607 - 1))
    with pytest.raises(ValueError, match="independent roots"):
        1 / sum((Surd.sqrt(q) for q in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31)), Surd.of(0))
    assert time.perf_counter() - start < 5


def test_division_by_many_roots() -> None:
    x = sum((Surd.sqrt(q) for q in (2, 3, 5, 7, 11, 13)), Surd.of(1))
    assert x * (1 / x) == 1
    composite = Surd.sqrt(6) + Surd.sqrt(10) + Surd.sqrt(15) + 1
    assert composite * (1 / composite) == 1


def test_nested_roots() -> None:
    x = 1 + Surd.sqrt(2) - Surd.sqrt(3) + Surd.sqrt(30)
    assert (x * x).sqrt() == x
    assert (5 + 2 * Surd.sqrt(6)).sqrt() == Surd.sqrt(2) + Surd.sqrt(3)
    assert (5 - 2 * Surd.sqrt(6)).sqrt() == Surd.sqrt(3) - Surd.sqrt(2)


@given(st.integers(min_value=1, max_value=10**12))
@settings(max_examples=50)
def test_square_part(n: int) -> None:
    s, d = square_part(n)
    assert s * s * d == n
    assert all(e == 1 for _, e in factors(d))


def test_square_part_of_large_powers() -> None:
    prime = 2**89 - 1
    assert square_part(prime**3 * 4) == (2 * prime, prime)
    assert square_part(prime**6 * 5) == (prime**3, 5)
    assert square_part(10**301) == (10**150, 10)
