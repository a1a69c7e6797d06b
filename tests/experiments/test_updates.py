"""Updates and their moments in floats against the exact losses and the literal sums over groups."""

from collections import defaultdict
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from grpo_theory.experiments.groups import chances, moments_at, multisets, step_at
from grpo_theory.experiments.updates import METHODS, RULES, Method, coefficients
from grpo_theory.groups import rule
from grpo_theory.losses.catalogue import loss
from grpo_theory.losses.multiset_weights import weights_of_loss
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.groups import groups
from grpo_theory.policies.variance import update_moments

POLICIES = (
    SoftmaxPolicy.of("1/3 2/3", "1 0"),
    SoftmaxPolicy.of("1/2 1/5 3/10", "1 1 0"),
    SoftmaxPolicy.of("1/7 2/7 4/7", "0 1 0"),
)
TAU = Fraction(1, 2)


def floats(policy: SoftmaxPolicy) -> np.ndarray:
    return np.array([float(q) for q in policy.probabilities])


def wins(policy: SoftmaxPolicy) -> np.ndarray:
    return np.array([r == 1 for r in policy.rewards])


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: str(len(policy.rewards)))
@pytest.mark.parametrize("name", ["ec-rlvr", "conspo"])
@pytest.mark.parametrize("G", [2, 3, 4])
def test_losses_weigh_every_rollout_as_their_exact_forms(policy: SoftmaxPolicy, name: str, G: int) -> None:
    exact = weights_of_loss(
        loss("ec_rlvr", tau=TAU, all_wrong="zero") if name == "ec-rlvr" else loss("conspo", tau=TAU), policy
    )
    of = coefficients(Method(name, TAU), G, wins(policy))
    for group in product(range(policy.dimension), repeat=G):
        counts = np.array([group.count(o) for o in range(policy.dimension)])
        found = of(counts, floats(policy))
        for o, weight in zip(group, exact(group), strict=True):
            assert found[o] == pytest.approx(float(TAU) * float(weight), abs=1e-13)


def test_the_margin_is_that_of_the_exact_reconstruction() -> None:
    policy = POLICIES[1]
    exact = weights_of_loss(loss("conspo", tau=1, M="1/5", progress=1), policy)
    of = coefficients(Method("conspo", margin=Fraction(1, 5)), 3, wins(policy))
    assert of(np.array([1, 1, 1]), floats(policy)) == pytest.approx([float(w) for w in exact((0, 1, 2))], abs=1e-13)


@pytest.mark.parametrize("name", RULES)
def test_rules_weigh_every_rollout_as_on_its_reward_vector(name: str) -> None:
    policy, G = POLICIES[1], 4
    chosen = rule(RULES[name], **({"D": 1, "v_plus": 0, "v_minus": 0} if name == "optimal" else {}))
    of = coefficients(Method(name), G, wins(policy))
    for group in product(range(3), repeat=G):
        counts = np.array([group.count(o) for o in range(3)])
        values = chosen.values_on([policy.rewards[o] for o in group])
        for o, value in zip(group, values, strict=True):
            assert of(counts, floats(policy))[o] == pytest.approx(float(value) / G, abs=1e-14)


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: str(len(policy.rewards)))
@pytest.mark.parametrize("name", ["grpo", "maxrl", "rloo"])
def test_moments_are_the_literal_sums_over_groups(policy: SoftmaxPolicy, name: str) -> None:
    exact = update_moments(rule(name), policy, 4).batch(3)
    found = moments_at(coefficients(Method(name), 4, wins(policy)), floats(policy)[None], 4, 3)
    # A two-outcome policy moves one logit here and two opposite ones there: squares are half as large.
    scale = 2 if policy.dimension == 2 else 1
    assert scale * found.noise[0] == pytest.approx(float(exact.trace), rel=1e-12)
    assert scale * found.signal[0] == pytest.approx(sum(float(each) ** 2 for each in exact.mean), rel=1e-12)


@pytest.mark.parametrize("name", METHODS)
def test_several_groups_move_as_all_pairs_of_groups(name: str) -> None:
    policy, G = POLICIES[0], 3
    of, pi = coefficients(Method(name), G, wins(policy)), floats(policy)[None]
    one, two = (step_at(of, pi, G, B, 1.0) for B in (1, 2))
    literal: dict[float, float] = defaultdict(float)
    for (a, p), (b, q) in product(zip(one.jump[0, :, 0], one.chance[0], strict=True), repeat=2):
        literal[round((a + b) / 2, 10)] += p * q
    found: dict[float, float] = defaultdict(float)
    for jump, chance in zip(two.jump[0, :, 0], two.chance[0], strict=True):
        found[round(jump, 10)] += chance
    assert found.keys() == literal.keys()
    assert all(found[jump] == pytest.approx(literal[jump], abs=1e-13) for jump in literal)


def test_multinomial_chances_are_those_of_the_groups() -> None:
    policy = POLICIES[1]
    literal: dict[tuple[int, ...], float] = defaultdict(float)
    for group, chance in groups(policy, 3):
        literal[tuple(group.count(o) for o in range(3))] += float(chance)
    counts = multisets(3, 3)
    found = chances(counts, np.log(floats(policy))[None])[0]
    assert {tuple(row): value for row, value in zip(counts.tolist(), found, strict=True)} == pytest.approx(literal)


def test_effective_sample_size_of_a_centred_rule_is_4k_times_failures_over_g() -> None:
    of = coefficients(Method("maxrl"), 8, np.array([True, False]))
    p = 0.3
    found = moments_at(of, np.array([[p, 1 - p]]), 8, 2).spread[0]
    expected = 4 * (8 - 1) * p * (1 - p)  # E[4k(G−k)/G] = 4(G−1)p(1−p)
    assert found == pytest.approx(2 * expected, rel=1e-12)


def test_small_temperatures_do_not_overflow() -> None:
    of = coefficients(Method("ec-rlvr", Fraction(1, 50)), 4, np.array([True, True, False]))
    pi = np.array([1e-9, 0.3, 0.7 - 1e-9])
    found = of(multisets(4, 3), pi)
    assert np.isfinite(found).all()
    tally = multisets(4, 3) * found
    assert np.allclose(tally.sum(axis=1), 0, atol=1e-12)
