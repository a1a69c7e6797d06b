"""EC-RLVR's step against the line that it is said to reach: by definition, by floats, and by what is proved of it."""

import math
from fractions import Fraction
from itertools import product

import flint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grpo_theory.dynamics import amplification_step, amplifying_rates
from grpo_theory.losses.ec_rlvr import ec_rlvr_weights
from grpo_theory.policies.finite import two_outcome

CHANCES = st.fractions(Fraction(1, 50), Fraction(49, 50), max_denominator=50)
TEMPERATURES = st.fractions(Fraction(1, 5), Fraction(5), max_denominator=5)
SIZES = st.fractions(Fraction(1, 20), Fraction(20), max_denominator=20)


@settings(max_examples=40, deadline=None)
@given(CHANCES, SIZES, TEMPERATURES, st.sampled_from([None, 2, 4]))
def test_the_next_probability_is_that_of_the_literal_step(
    p: Fraction, eta: Fraction, tau: Fraction, G: int | None
) -> None:
    policy, slope = two_outcome(p), 0.0
    for group in product((0, 1), repeat=G) if G else ((0, 1),):
        likelihoods = [policy.probabilities[o] for o in group]
        weights = ec_rlvr_weights(likelihoods, [policy.rewards[o] for o in group], tau)
        mass = math.prod(map(float, likelihoods)) if G else 1.0
        slope += mass * sum(float(w) * float(policy.score(o)[0]) for w, o in zip(weights, group, strict=True))
    found = amplification_step(p, eta, tau, G=G)
    literal = 1 / (1 + (1 - float(p)) / float(p) * math.exp(-float(eta) * slope))
    assert float(found.p_next.mid()) == pytest.approx(literal, rel=1e-9)
    assert float(found.target) == pytest.approx(float(p + eta * p * (1 - p) / tau))
    assert found.holds == bool(found.p_next >= flint.arb(flint.fmpq(found.target.numerator, found.target.denominator)))


@settings(max_examples=40, deadline=None)
@given(CHANCES, SIZES, TEMPERATURES)
def test_what_is_proved_of_the_region_holds(p: Fraction, rate: Fraction, tau: Fraction) -> None:
    eta = rate * tau
    if p >= Fraction(1, 2):
        assert amplification_step(p, eta, tau).holds is False
        assert amplification_step(p, eta, tau, G=7).holds is False
    assert amplification_step(p, eta, tau, G=2).holds is False
    if rate <= 1 / p - 2 * (1 - p) and p <= Fraction(1, 2):
        assert amplification_step(p, eta, tau, natural=True).holds is True
    if rate >= 1 / p:
        assert amplification_step(p, eta, tau, natural=True).holds is False


@pytest.mark.parametrize(
    ("p", "tau", "options"),
    [
        ("1/10", "1", {}),
        ("1/20", "3", {}),
        ("3/20", "1/10", {"G": 6}),
        ("1/20", "1", {"G": 8}),
        ("3/5", "1", {"natural": True}),
    ],
)
def test_the_ends_of_the_interval_part_steps_that_amplify_from_others(
    p: str, tau: str, options: dict[str, int | bool]
) -> None:
    ends = amplifying_rates(p, tau, **options)  # type: ignore[arg-type]
    assert ends is not None
    temperature, (low, high) = Fraction(tau), ends

    def holds(rate: Fraction) -> bool | None:
        return amplification_step(p, rate * temperature, tau, **options).holds  # type: ignore[arg-type]

    shares = (Fraction(1, 1000), Fraction(1, 3), Fraction(999, 1000))
    assert all(holds(low + share * (high - low)) for share in shares)
    assert holds(high * Fraction(1001, 1000)) is False
    assert low == 0 or holds(low * Fraction(999, 1000)) is False


def test_groups_of_five_have_no_region_where_six_have_one() -> None:
    cold = [amplifying_rates(Fraction(n, 100), "1/50", G=5) for n in range(1, 50)]
    assert cold == [None] * 49
    assert amplifying_rates("3/20", "1/50", G=6) is not None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("1", 1, 1), "p = 1 lies outside"),
        (("1/2", 0, 1), "eta = 0 lies outside"),
        (("1/2", 1, -1), "tau = -1 lies outside"),
        ((0.5, 1, 1), "p = 0.5"),
    ],
)
def test_bad_input_is_named(arguments: tuple[object, object, object], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        amplification_step(*arguments)


def test_a_natural_step_is_one_on_the_population_loss() -> None:
    with pytest.raises(ValueError, match="G = 4 lies outside"):
        amplification_step("1/2", 1, 1, G=4, natural=True)
