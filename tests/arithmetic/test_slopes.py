"""Slopes by truncated series against slopes by the rules of calculus and by difference quotients."""

from fractions import Fraction

import flint
import pytest
import sympy as sp

from grpo_theory.arithmetic.balls import ball
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.arithmetic.slopes import slope

x = sp.Symbol("x", real=True)


@pytest.mark.parametrize("at", [Fraction(-2), Fraction(1, 3), Fraction(5)])
def test_the_slope_of_a_softmax_is_that_of_calculus(at: Fraction) -> None:
    @precisely
    def by_calculus() -> flint.arb:
        return ball(sp.diff(sp.log(sp.exp(3 * x) / (sp.exp(3 * x) + 2)), x), {"x": at})

    found = slope(lambda s: ((s * 3).exp() / ((s * 3).exp() + 2)).log(), at)
    assert found.overlaps(by_calculus()) and found.rad() < 1e-80


def test_the_slope_lies_between_difference_quotients_of_a_convex_function() -> None:
    @precisely
    def value(at: flint.arb) -> flint.arb:
        return (at.exp() + 1).log()

    step, at = flint.arb("0.001"), flint.arb("0.5")
    found = slope(lambda s: (s.exp() + 1).log(), "1/2")
    assert (value(at) - value(at - step)) / step < found < (value(at + step) - value(at)) / step
