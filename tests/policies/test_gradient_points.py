"""Points of moving policies: their derivatives against difference quotients of the policy itself."""

from fractions import Fraction

import pytest

from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.gradient_points import all_coordinates, at_coordinate, example_policies, gradient_point
from grpo_theory.policies.protocol import FinitePolicy


@pytest.mark.parametrize("policy", example_policies(), ids=lambda policy: str(policy.probabilities))
def test_values_and_derivatives_fit_together(policy: FinitePolicy) -> None:
    for point in all_coordinates(policy):
        outcomes = range(1, point["K"] + 1)
        assert sum(point["pi"](o) for o in outcomes) == 1
        assert sum(point["D_pi"](o) for o in outcomes) == 0
        assert point["D_p_q"]() == sum(point["r"](o) * point["D_pi"](o) for o in outcomes)
        for o in outcomes:
            positions = range(1, point["length"](o) + 1)
            relative = sum(point["D_token"](o, t) / point["token"](o, t) for t in positions)
            assert point["D_pi"](o) == point["pi"](o) * relative
            assert point["f"](o) * len(positions) == sum(point["token"](o, t) for t in positions)
            assert point["D_f"](o) * len(positions) == sum(point["D_token"](o, t) for t in positions)


def test_derivatives_are_those_of_a_small_step_in_one_logit() -> None:
    # Multiplying one weight by 1 + h moves its logit by log(1 + h) = h − h²/2 + ….
    weights, h = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)), Fraction(1, 10**9)
    policy = SoftmaxPolicy(weights, (Fraction(1), Fraction(0), Fraction(1)))
    for c in range(3):
        moved = [weight * (1 + h if o == c else 1) for o, weight in enumerate(weights)]
        point = gradient_point(policy, c)
        for o, weight in enumerate(weights):
            quotient = (moved[o] / sum(moved) - weight) / h
            assert abs(quotient - point["D_pi"](o + 1)) < 2 * h


def test_a_gradient_is_read_at_the_points_coordinate() -> None:
    policy = SoftmaxPolicy.of("1/3 2/3", "1 0")
    entries = [at_coordinate(lambda moving: moving.score(0))(point) for point in all_coordinates(policy)]
    assert tuple(entries) == policy.score(0)
