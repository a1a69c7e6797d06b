"""τ* of EC-RLVR on two outcomes: the identity, root isolation, SciPy, and the loss itself over all groups."""

import math
from collections.abc import Callable
from fractions import Fraction
from math import comb
from typing import Any

import numpy as np
import pytest
from flint import fmpq, fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from grpo_theory.losses.best_temperature import (
    Temperatures,
    best_temperatures,
    signal_share,
    signal_to_noise,
    slope_polynomial,
)
from grpo_theory.losses.ec_rlvr import ec_rlvr_weights
from grpo_theory.policies.covariance import weighted_moments
from grpo_theory.policies.finite import SoftmaxPolicy, two_outcome
from grpo_theory.policies.groups import expected_over_groups
from grpo_theory.policies.protocol import Group

CHANCES = ("1/9", "1/3", "49/100", "1/2", "3/5", "7/8")
chances = st.fractions(Fraction(1, 50), Fraction(49, 50), max_denominator=50)


def positive_roots(polynomial: fmpq_poly) -> list[Any]:
    """The certified real roots in (0, ∞), from balls that isolate every complex root."""
    found: Any = polynomial.numer().complex_roots()
    return [root for root, _ in found if root.imag.contains(0) and not root.real.contains(0) and root.real > 0]


def loss_weights(policy: SoftmaxPolicy, tau: Fraction) -> Callable[[Group], list[Fraction]]:
    def weights(group: Group) -> list[Fraction]:
        chances = [policy.probabilities[o] for o in group]
        return [Fraction(str(w)) for w in ec_rlvr_weights(chances, [policy.rewards[o] for o in group], tau)]

    return weights


@pytest.mark.parametrize("p", CHANCES)
@pytest.mark.parametrize("G", [2, 3, 4, 5, 8, 12])
def test_the_slope_has_no_root_and_is_negative(G: int, p: str) -> None:
    coefficients = [Fraction(str(c)) for c in slope_polynomial(G, p).coeffs()]
    if G == 2:
        assert coefficients == []
        return
    assert coefficients[0] == 0 and coefficients[1] < 0
    assert all(c <= 0 for c in coefficients)
    assert positive_roots(slope_polynomial(G, p)) == []


def test_a_positive_root_would_be_seen() -> None:
    assert len(positive_roots(fmpq_poly([-2, 0, 1]))) == 1


@settings(max_examples=20, deadline=None)
@given(st.integers(3, 7), chances)
def test_the_slope_is_the_identity_of_the_docstring(G: int, p: Fraction) -> None:
    x = fmpq_poly([0, 1])
    inner = range(1, G)
    d = {k: (G - k) + k * x for k in inner}
    w = {k: comb(G, k) * p**k * (1 - p) ** (G - k) for k in inner}
    total = fmpq_poly([0])
    for i in inner:
        for j in range(i + 1, G):
            scale = w[i] * w[j] * (G - i) * (G - j) * (j - i) ** 2 * G**2
            term = fmpq_poly([fmpq(scale.numerator, scale.denominator)]) * x
            for k in inner:
                if k not in (i, j):
                    term *= d[k] ** 3
            total += term
    assert slope_polynomial(G, p) == -total


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 9), chances, st.fractions(0, 9, max_denominator=20), st.fractions(0, 9, max_denominator=20))
def test_the_share_falls_in_x(G: int, p: Fraction, x: Fraction, y: Fraction) -> None:
    near, far = (signal_share(G, p, at) for at in sorted((x, y)))
    assert near == far if G == 2 or x == y else near > far


@pytest.mark.parametrize("p", CHANCES)
@pytest.mark.parametrize("G", [2, 3, 4])
def test_the_share_is_that_of_the_loss_over_all_groups(G: int, p: str) -> None:
    policy = two_outcome(p)
    for n in (1, 2, 3):
        weights = loss_weights(policy, Fraction(1, n))

        def slope(group: Group, at: Callable[[Group], list[Fraction]] = weights) -> Fraction:
            away = [policy.rewards[o] - policy.probabilities[0] for o in group]  # ∂ log π/∂z
            return sum((w * s for w, s in zip(at(group), away, strict=True)), Fraction(0))

        def square(group: Group, at: Callable[[Group], Fraction] = slope) -> Fraction:
            return at(group) ** 2

        mean, second = expected_over_groups(policy, G, slope), expected_over_groups(policy, G, square)
        odds = (policy.probabilities[0] / policy.probabilities[1]) ** n
        assert mean**2 / second == signal_share(G, p, odds)
        assert float(mean**2 / (second - mean**2)) == pytest.approx(signal_to_noise(G, float(Fraction(p)), 1 / n))
        # in the two logits of a softmax the ratio is the same
        assert 1 / (1 + weighted_moments(weights, policy, G).relative) == mean**2 / second


@pytest.mark.parametrize(("G", "p"), [(3, 0.2), (3, 0.8), (8, 0.45), (16, 0.55), (5, 0.95)])
def test_scipy_finds_the_same_end(G: int, p: float) -> None:
    found = optimize.minimize_scalar(lambda u: -signal_to_noise(G, p, math.exp(u)), bounds=(-6, 6), method="bounded")
    best = best_temperatures(G, str(p))
    assert best.low == best.high
    limit = float(signal_to_noise(G, p, best.low))
    assert limit * (1 - 0.01) <= -found.fun <= limit * (1 + 1e-12)


@pytest.mark.parametrize("G", [2, 3, 9])
@pytest.mark.parametrize("p", CHANCES)
def test_the_best_set_by_the_values_at_many_temperatures(G: int, p: str) -> None:
    tau = np.concatenate([[0.0], np.geomspace(0.05, 50, 60), [np.inf]])
    values = signal_to_noise(G, float(Fraction(p)), tau)
    best = best_temperatures(G, p)
    top = values.max()
    reached = {float(t) for t, value in zip(tau, values, strict=True) if value >= top * (1 - 1e-12)}
    everything = reached == {float(t) for t in tau}
    assert everything == (best == Temperatures(0.0, math.inf)) == (G == 2 or p == "1/2")
    if not everything:
        assert best.low in reached
        assert (np.diff(values) <= 1e-12 * top).all() if best.low == 0 else (np.diff(values) >= -1e-12 * top).all()


def test_the_cold_limit_below_one_half_is_the_whitening_optimum() -> None:
    for G in (2, 5):
        assert signal_share(G, "1/3", 0) == 1 - Fraction(1, 3) ** G - Fraction(2, 3) ** G


def test_limits_in_floats_are_the_exact_ones() -> None:
    share = signal_share(6, "1/3", 1)
    assert signal_to_noise(6, 1 / 3, np.inf) == pytest.approx(float(share / (1 - share)), rel=1e-13)
    near = signal_share(6, "4/5", 10**12)  # x → ∞
    assert signal_to_noise(6, 0.8, 0.0) == pytest.approx(float(near / (1 - near)), rel=1e-9)


@pytest.mark.parametrize(
    ("job", "message"),
    [
        (lambda: best_temperatures(1, "1/2"), "G = 1 lies outside"),
        (lambda: best_temperatures(3, 1), r"p = 1 lies outside \(0, 1\)"),
        (lambda: best_temperatures(3, 0.5), "float"),
        (lambda: signal_share(3, "1/2", -1), "x = -1 lies outside"),
        (lambda: slope_polynomial(40, "1/2"), "G = 40 lies outside"),
        (lambda: signal_to_noise(3, 0.5, -1.0), "tau = -1.0 lies outside"),
        (lambda: signal_to_noise(3, 1.0, 1.0), "p = 1.0 lies outside"),
    ],
)
def test_bad_input_is_refused_in_one_line(job: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        job()
