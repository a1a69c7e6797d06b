"""Narrow balls of exponentials, logarithms and roots."""

from fractions import Fraction

import flint
import pytest

from grpo_theory.arithmetic.precise import exp, log, logit, precisely, root, sigmoid


@pytest.mark.parametrize("p", [Fraction(1, 3), Fraction(1, 10**40), 1 - Fraction(1, 10**40)])
def test_log_odds_and_their_inverse_enclose_the_probability(p: Fraction) -> None:
    @precisely
    def there_and_back() -> flint.arb:
        return sigmoid(logit(p)) - flint.arb(flint.fmpq(p.numerator, p.denominator))

    gap = there_and_back()
    assert gap.contains(0) and gap.rad() < 1e-70


def test_the_precision_is_put_back() -> None:
    before = flint.ctx.prec
    assert precisely(lambda: flint.ctx.prec)() == 400
    assert flint.ctx.prec == before


def test_outside_their_domain_nothing_finite_comes_out() -> None:
    assert not log(-1).is_finite() and not root(-1).is_finite() and not log(0).is_finite()
    assert exp(log(2)).contains(2)
