"""Every rejected argument is answered by one line, and no text can keep the reader of numbers busy."""

import time
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st

from grpo_theory.errors import exact_rational, group_size, nearest, outside, probability, shown


def test_outside_names_argument_value_domain_and_meaning() -> None:
    error = outside("p_ref", 1.2, "(0, 1)", "the recurrence needs a reference policy")
    assert str(error) == "p_ref = 1.2 lies outside (0, 1): the recurrence needs a reference policy"


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, Fraction(3)),
        (Fraction(3, 10), Fraction(3, 10)),
        ("0.3", Fraction(3, 10)),
        (" 3/10 ", Fraction(3, 10)),
        ("1e-4", Fraction(1, 10000)),
        ("-.5", Fraction(-1, 2)),
        (sp.Rational(3, 10), Fraction(3, 10)),
        (fmpq(3, 10), Fraction(3, 10)),
        (fmpz(3), Fraction(3)),
        (np.int64(3), Fraction(3)),
    ],
)
def test_exact_numbers_are_taken_without_rounding(value: object, number: Fraction) -> None:
    assert exact_rational("x", value) == number


@given(st.fractions())
def test_a_rational_survives_its_own_text(number: Fraction) -> None:
    assert exact_rational("x", str(number)) == number


@pytest.mark.parametrize("value", [0.3, float("nan"), np.float64(0.3), sp.Float("0.3")])
def test_a_float_is_told_what_to_write_instead(value: object) -> None:
    with pytest.raises(ValueError, match=r'Fraction, an int, a str or a sympy rational \("0.3" is 3/10\)'):
        exact_rational("x", value)


@pytest.mark.parametrize(
    "value", ["", "nan", "inf", "1/0", "0x10", "1_0", "٣", "1e", "3/10/2", None, True, [1], sp.sqrt(2)]
)
def test_what_is_no_rational_number_is_refused_in_one_line(value: object) -> None:
    with pytest.raises(ValueError, match="^x = ") as caught:
        exact_rational("x", value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["1e999999999", "1e-999999999", "9" * 100_000, "1e" + "9" * 1000], ids=len)
def test_no_text_hangs(text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(ValueError, match="^x = "):
        exact_rational("x", text)
    assert time.perf_counter() - started < 0.1


def test_probabilities_include_their_ends_unless_open() -> None:
    assert probability("p", 0) == 0
    with pytest.raises(ValueError, match=r"^p = 0 lies outside \(0, 1\)"):
        probability("p", 0, open=True)
    with pytest.raises(ValueError, match=r"^p = 1.2 lies outside \[0, 1\]"):
        probability("p", "1.2")


@pytest.mark.parametrize("size", [1, 0, -3, 2.0, "4", None, True, 10**9, 10**1000])
def test_group_sizes_are_integers_between_two_and_the_limit(size: object) -> None:
    with pytest.raises(ValueError, match="^G = .* lies outside the integers 2, ..., 4096: "):
        group_size(size)


def test_group_sizes_accept_every_integer_type() -> None:
    assert (group_size(np.int64(8)), group_size(9, limit=9)) == (8, 9)


def test_nearest_suggests_or_lists() -> None:
    assert str(nearest("gpro", ["grpo", "rloo"], "rule")) == "no rule is called gpro: did you mean grpo?"
    assert str(nearest("xyz", ["grpo", "rloo"], "rule")) == "no rule is called xyz: there are grpo, rloo"
    assert "\n" not in str(nearest("a\nb", ["grpo"], "rule"))


def test_shown_is_short_and_printable_for_every_number() -> None:
    assert len(shown(Fraction(10**5000, 3))) <= 60
    assert len(shown("x" * 1000)) <= 70
