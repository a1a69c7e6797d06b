"""Folds and flips: digits, an independent solution, and what changes across them."""

from fractions import Fraction
from typing import Any

import mpmath
import pytest

from grpo_theory.dynamics import bifurcations, decimal_bounds, fixed_points

CASES = [("1/5", "1e-4"), ("1e-3", "1e-5"), ("1e-4", "1e-5"), ("1/100", "0"), ("1/2", "1e-2"), ("0.99", "1e-8")]


def middle(ball: Any) -> Fraction:
    low, high = decimal_bounds(ball, 30)
    return (Fraction(low) + Fraction(high)) / 2


@pytest.mark.parametrize(("p_ref", "epsilon"), CASES)
def test_twenty_digits_and_an_independent_solution(p_ref: str, epsilon: str) -> None:
    mpmath.mp.dps = 50
    reference, small = mpmath.mpf(float(Fraction(p_ref))), mpmath.mpf(epsilon)
    reference = mpmath.mpf(Fraction(p_ref).numerator) / Fraction(p_ref).denominator

    def h(z: Any, beta: Any) -> Any:
        v = 1 / (2 + 2 * mpmath.cosh(z))
        return mpmath.log(reference / (1 - reference)) + 1 / (beta * mpmath.sqrt(v + small))

    found = bifurcations(p_ref=p_ref, epsilon=epsilon)
    assert found.complete
    for target, one in [(1, fold) for fold in found.folds] + [(-1, flip) for flip in found.flips]:
        for ball in (one.beta, one.z):
            low, high = decimal_bounds(ball, 30)
            assert abs(Fraction(high) - Fraction(low)) < abs(Fraction(low)) / 10**20
        solution = mpmath.findroot(
            lambda z, beta: [h(z, beta) - z, mpmath.diff(lambda x: h(x, beta), z) - target],  # noqa: B023
            (mpmath.mpf(str(float(one.z))), mpmath.mpf(str(float(one.beta)))),
        )
        assert abs(mpmath.mpf(middle(one.beta).numerator) / middle(one.beta).denominator / solution[1] - 1) < 1e-20


@pytest.mark.parametrize(("p_ref", "epsilon"), CASES)
def test_multipliers_pass_minus_one_at_a_flip(p_ref: str, epsilon: str) -> None:
    for flip in bifurcations(p_ref=p_ref, epsilon=epsilon).flips:
        sides = []
        for side in (-1, 1):
            beta = middle(flip.beta) * (1 + side * Fraction(1, 10**9))
            points = fixed_points(beta=beta, p_ref=p_ref, epsilon=epsilon).points
            sides.append(min(points, key=lambda point: abs(float(point.z) - float(flip.z))).multiplier)
        assert (sides[0] < -1 and sides[1] > -1) or (sides[0] > -1 and sides[1] < -1)


def test_the_flips_of_the_irregular_case_enclose_beta_5() -> None:
    first, second = bifurcations(p_ref="1e-4", epsilon="1e-5").flips
    assert first.beta < 5 < second.beta


def test_two_kl_bifurcates_where_its_multiplier_says() -> None:
    found = bifurcations(p_ref="1e-9", epsilon="1e-6", kind="two-kl", alpha="9/10")
    assert len(found.folds) == 2
    assert len(found.flips) == 2
    for target, one in [(1, fold) for fold in found.folds] + [(-1, flip) for flip in found.flips]:
        points = fixed_points(
            "two-kl", alpha="9/10", beta=middle(one.beta) * (1 + Fraction(1, 10**12)), p_ref="1e-9", epsilon="1e-6"
        ).points
        assert min(abs(float(point.multiplier) - target) for point in points) < 1e-4 or target == 1
    same = bifurcations(p_ref="1e-9", epsilon="1e-6", kind="two-kl", alpha=1)
    plain = bifurcations(p_ref="1e-9", epsilon="1e-6")
    assert [float(one.beta) for one in same.flips] == [float(one.beta) for one in plain.flips]


def test_no_bifurcation_where_the_smoothing_is_large() -> None:
    found = bifurcations(p_ref="1/2", epsilon="1/2")
    assert (found.folds, found.flips, found.undecided) == ((), (), ())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"p_ref": 0}, r"p_ref = 0 lies outside \(0, 1\)"),
        ({"epsilon": -1}, r"epsilon = -1 lies outside"),
        ({"kind": "mirror"}, "lies outside reference and two-kl"),
        ({"kind": "two-kl", "alpha": 0}, r"alpha = 0 lies outside \(0, 1\]"),
    ],
)
def test_unusable_parameters(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        bifurcations(**{"p_ref": "1/2", "epsilon": "1e-2", **arguments})
