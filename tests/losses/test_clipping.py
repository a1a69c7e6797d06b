"""The clipped product against its forms by the sign of the advantage, and its slopes against its shape."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.losses.clipping import clip_radius, clipped, clipped_ratio, clipped_slope, kink, plateau

ratios = st.fractions(Fraction(1, 50), 5, max_denominator=50)
radii = st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=20)
advantages = st.fractions(-3, 3, max_denominator=9)


@given(ratios, advantages, radii)
def test_the_sign_of_the_advantage_chooses_the_bound(rho: Fraction, A: Fraction, c: Fraction) -> None:
    expected = A * min(rho, 1 + c) if A > 0 else A * max(rho, 1 - c)
    assert clipped(rho, A, c) == expected
    assert clipped(rho, A * Surd.sqrt(2), c) == expected * Surd.sqrt(2)


@given(ratios, advantages, radii)
def test_the_slope_is_the_advantage_before_the_kink_and_zero_beyond(rho: Fraction, A: Fraction, c: Fraction) -> None:
    edge = kink(A, c)
    assume(rho != edge)
    active = edge is not None and (rho < edge if A > 0 else rho > edge)
    assert clipped_slope(rho, A, c) == (A if active else 0)


@given(advantages.filter(bool), radii)
def test_the_kink_has_two_slopes(A: Fraction, c: Fraction) -> None:
    edge = kink(A, c)
    assert edge is not None
    left, right = clipped_slope(edge, A, c, "left"), clipped_slope(edge, A, c, "right")
    assert left == max(A, 0) and right == min(A, 0)
    with pytest.raises(ValueError, match="no derivative"):
        clipped_slope(edge, A, c)


@given(ratios, advantages.filter(bool), radii)
def test_beyond_the_kink_lies_the_plateau(beyond: Fraction, A: Fraction, c: Fraction) -> None:
    edge = kink(A, c)
    assert edge is not None
    rho = edge + beyond if A > 0 else edge * min(beyond, Fraction(1))
    assert clipped(rho, A, c) == plateau(A, c)


def test_the_other_end_of_the_interval_is_no_kink() -> None:
    assert clipped_slope(Fraction(4, 5), Fraction(1), "0.2") == 1
    assert clipped_slope(Fraction(1, 10), Fraction(1), "0.2") == 1
    assert plateau(Fraction(0), "0.2") == 0


@pytest.mark.parametrize("clip", [0, 1, "-1/5", 0.2])
def test_a_radius_outside_its_interval_is_refused(clip: object) -> None:
    with pytest.raises(ValueError, match="clip = "):
        clip_radius(clip)
    with pytest.raises(ValueError, match="clip = "):
        clipped_ratio(Fraction(1), clip)
