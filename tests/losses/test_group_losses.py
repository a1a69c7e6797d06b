"""Losses of a group: closed coefficients, differentiated values, and a third implementation in floats, all the same."""

import itertools
import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import flint
import mpmath as mp
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grpo_theory.groups import rule
from grpo_theory.losses import dpo as dpo_module
from grpo_theory.losses import grpo as grpo_module
from grpo_theory.losses import mroueh
from grpo_theory.losses.catalogue import LOSSES, loss
from grpo_theory.losses.class_contrasts import dpo
from grpo_theory.losses.expected import expected_coefficients, expected_gradient, expected_value
from grpo_theory.losses.form import example_pairs
from grpo_theory.losses.forward import Forward, still
from grpo_theory.losses.group_loss import GroupLoss, loss_gradient, token_coefficients
from grpo_theory.losses.reals import equal, is_exact, multiply
from grpo_theory.losses.sample import Sample
from grpo_theory.losses.surrogates import NoGradient
from grpo_theory.losses.table import CONVENTIONS
from grpo_theory.policies.autoregressive import AutoregressivePolicy
from grpo_theory.policies.finite import SoftmaxPolicy, two_outcome
from grpo_theory.policies.groups import expected_update, mixed
from tests.losses.numeric_group_losses import NUMERIC, Group
from tests.policies import numeric
from tests.policies.numeric import Policy, real, tokens_at
from tests.policies.strategies import autoregressive_pairs, softmax_pairs

pairs = st.one_of(softmax_pairs(), autoregressive_pairs())
names = [f"{name} {parameters}" for name, parameters in CONVENTIONS]
LONG = AutoregressivePolicy.of(
    {(): "1/3 2/3", (1,): "1/4 3/4", (1, 1): "2/5 3/5"}, "1 0 1 0", length=3, stop=0
)  # outcomes of lengths 1, 2, 3, 3
LONG_OLD = AutoregressivePolicy.of({(): "1/2 1/2", (1,): "2/7 5/7", (1, 1): "1/2 1/2"}, "1 0 1 0", length=3, stop=0)

PAIRS: tuple[Any, ...] = (*example_pairs()[:6:2], *example_pairs()[-3:], (LONG, LONG_OLD))


def as_float(x: Any) -> Any:
    if is_exact(x):
        return real(x)
    with flint.ctx.workprec(400):
        return mp.mpf(x.str(70, radius=False))


def close(exact: Any, value: Any) -> bool:
    with mp.workdps(numeric.DIGITS):
        return bool(abs(as_float(exact) - value) < mp.mpf(10) ** -25)


def weighable(known: GroupLoss, sample: Sample) -> bool:
    if known.undefined(sample) or known.redrawn(sample):
        return False
    try:
        known.token_weights(sample)
    except NoGradient:
        return False
    return True


def samples(pair: tuple[Policy, Policy], G: int, off_policy: bool) -> list[Sample]:
    theta, other = pair
    groups = itertools.combinations_with_replacement(range(len(theta.rewards)), G)
    return [Sample(theta, group, other if off_policy else None, other) for group in groups]


def in_floats(sample: Sample, name: str, parameters: dict[str, Any]) -> Callable[[list[list[Any]]], Any]:
    def rows(tokens: list[list[Any]]) -> list[list[Any]]:
        return [tokens[o] for o in sample.group]

    sampler, anchor = sample.sampler, sample.anchor
    assert isinstance(sampler, SoftmaxPolicy | AutoregressivePolicy)
    assert isinstance(anchor, SoftmaxPolicy | AutoregressivePolicy)
    with mp.workdps(numeric.DIGITS):
        old, ref = (rows(tokens_at(policy, [mp.mpf(0)] * policy.dimension)) for policy in (sampler, anchor))
    p = sum((q for q, r in zip(sampler.probabilities, sampler.rewards, strict=True) if r == 1), Fraction(0))
    rewards = [int(r) for r in sample.rewards]
    value = NUMERIC[name, tuple(parameters.items())]
    return lambda tokens: value(Group(rows(tokens), old, ref, rewards, real(p)))


def test_every_convention_has_its_numbers_and_every_loss_a_convention() -> None:
    assert {(name, tuple(parameters.items())) for name, parameters in CONVENTIONS} == set(NUMERIC)
    assert {name for name, _ in CONVENTIONS} == set(LOSSES)


@pytest.mark.parametrize(("name", "parameters"), CONVENTIONS, ids=names)
@pytest.mark.parametrize("off_policy", [False, True])
def test_the_closed_coefficients_are_the_slopes_of_the_value(
    name: str, parameters: dict[str, Any], off_policy: bool
) -> None:
    known, met = loss(name, **parameters), 0
    for pair, G in itertools.product(PAIRS, (2, 3)):
        for sample in samples(pair, G, off_policy):
            if not weighable(known, sample):
                continue
            met += 1
            rows = [token_coefficients(known, sample, road=road) for road in ("closed", "differentiated")]
            for one, other in zip(*rows, strict=True):
                assert all(equal(a, b) is not False for a, b in zip(one, other, strict=True)), str(sample)
            slopes = [loss_gradient(known, sample, road=road) for road in ("closed", "differentiated")]
            assert all(equal(a, b) is not False for a, b in zip(*slopes, strict=True)), str(sample)
    assert met > 10


@pytest.mark.parametrize(("name", "parameters"), CONVENTIONS, ids=names)
@settings(max_examples=4, deadline=None)
@given(pairs, st.booleans(), st.integers(2, 3), st.randoms(use_true_random=False))
def test_value_and_gradient_agree_with_difference_quotients(
    name: str, parameters: dict[str, Any], pair: tuple[Policy, Policy], off_policy: bool, G: int, order: random.Random
) -> None:
    known = loss(name, **parameters)
    candidates = samples(pair, G, off_policy)
    order.shuffle(candidates)
    known_ones = [s for s in candidates if weighable(known, s)]
    picked = [s for silent in (False, True) for s in known_ones if s.silent is silent][:1] + known_ones[:1]
    for sample in picked:  # a mixed group wherever there is one
        f = in_floats(sample, name, parameters)
        with mp.workdps(numeric.DIGITS):
            value = f(tokens_at(pair[0], [mp.mpf(0)] * pair[0].dimension))
        assert close(known.value(sample), value)
        quotients = numeric.gradient(pair[0], f)
        assert all(close(a, b) for a, b in zip(loss_gradient(known, sample), quotients, strict=True))


@pytest.mark.parametrize(("name", "parameters"), CONVENTIONS, ids=names)
def test_coefficients_are_permuted_with_the_rollouts(name: str, parameters: dict[str, Any]) -> None:
    known = loss(name, **parameters)
    for sample in samples((LONG, LONG_OLD), 3, True):
        if weighable(known, sample):
            turned = replace(sample, group=sample.group[1:] + sample.group[:1])
            rows = token_coefficients(known, sample)
            for one, other in zip(rows[1:] + rows[:1], token_coefficients(known, turned), strict=True):
                assert all(equal(a, b) is not False for a, b in zip(one, other, strict=True))


@settings(max_examples=8, deadline=None)
@given(pairs, st.integers(2, 3), st.sampled_from([None, Fraction(3, 8)]))
def test_expected_losses_are_the_objectives_of_the_literature(
    pair: tuple[Policy, Policy], G: int, clip: Fraction | None
) -> None:
    theta, old = pair
    try:
        slope = grpo_module.grpo_gradient(theta, old, rule("grpo"), G, clip=clip)
        population = mroueh.population_objective_gradient(theta, old, clip)
    except ValueError:  # a ratio sits on a kink
        assume(False)
    grpo, whole = loss("grpo", clip=clip), loss("grpo_population", clip=clip)
    assert expected_value(grpo, theta, G, old=old) == -grpo_module.grpo_objective(
        theta, old, rule("grpo"), G, clip=clip
    )
    assert expected_gradient(grpo, theta, G, old=old) == tuple(-entry for entry in slope)
    if all(len(theta.token_probabilities(o)) == 1 for o in range(len(theta.rewards))):
        assert expected_gradient(whole, theta, G, old=old) == tuple(-entry for entry in population)


@settings(max_examples=8, deadline=None)
@given(pairs, st.integers(1, 3))
def test_pairs_that_keep_one_success_and_one_failure_make_dpo(pair: tuple[Policy, Policy], beta: int) -> None:
    theta, ref = pair
    slope = dpo_module.dpo_gradient(theta, ref, beta, dpo_module.preference_pairs(ref))
    on_mixed = replace(dpo(beta), redrawn=lambda sample: "drawn again" if sample.silent else "")
    assert expected_gradient(on_mixed, theta, 2, old=ref) == slope


@pytest.mark.parametrize("name", ["rloo", "maxrl"])
def test_expected_coefficients_are_the_expected_update(name: str) -> None:
    policy = SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 1")
    update = expected_update(rule(name), policy, 3)
    assert expected_gradient(loss(name), policy, 3) == tuple(-entry for entry in update)
    rows = expected_coefficients(loss(name), policy, 3)
    assert sum(row[0] for row in rows) == 0


def test_dynamic_sampling_conditions_on_mixed_groups() -> None:
    policy = two_outcome("1/3")
    update = expected_update(rule("grpo"), policy, 3, given=mixed(policy))
    assert expected_gradient(loss("dapo"), policy, 3) == tuple(-entry for entry in update)
    with pytest.raises(ValueError, match="drawn again"):
        loss("dapo").weights(Sample(policy, (0, 0)))


def test_a_wrong_coefficient_and_a_wrong_value_are_seen() -> None:
    known, sample = loss("ec_rlvr", tau="1/2"), Sample(two_outcome("1/3"), (0, 1))
    scaled = replace(known, coefficients=lambda s: tuple((2 * w,) for w in known.weights(s)))
    assert loss_gradient(scaled, sample) != loss_gradient(scaled, sample, road="differentiated")
    shifted = replace(known, formula=lambda s, tokens: known.formula(s, tokens) + tokens[0][0])
    assert loss_gradient(shifted, sample) != loss_gradient(shifted, sample, road="differentiated")


def test_the_value_exists_at_the_kink_and_the_gradient_does_not() -> None:
    sample = Sample(two_outcome("3/5"), (0, 1), two_outcome("1/2"))
    known = loss("grpo", clip="1/5")
    assert known.value(sample) == Fraction(-1, 5)
    for road in ("closed", "differentiated"):
        with pytest.raises(NoGradient, match="kink 6/5"):
            token_coefficients(known, sample, road=road)


def test_tokens_with_different_coefficients_have_no_common_one() -> None:
    sample = Sample(LONG, (1, 2), LONG_OLD)
    with pytest.raises(ValueError, match="the tokens of one rollout have different coefficients"):
        loss("grpo").weights(sample)
    assert len(loss("gspo", clip_low=None, clip_high=None).weights(sample)) == 2


def test_forward_numbers_follow_the_rules_of_differentiation() -> None:
    x = Forward(Fraction(2), (Fraction(1),))
    assert (x * x - x).gradient == (Fraction(3),)
    assert (x / (x * x)).gradient == (Fraction(-1, 4),)
    assert x.power(Fraction(-1)).gradient == (Fraction(-1, 4),)
    with mp.workdps(numeric.DIGITS):
        assert close(x.exp().gradient[0], mp.e**2) and close(x.log().value, mp.log(2))
    assert x.smaller(still(Fraction(1), 1)).gradient == (Fraction(0),)
    with pytest.raises(ValueError, match="cannot be told"):
        x.log().smaller(multiply(Fraction(1, 2), still(Fraction(4), 1).log().value))
