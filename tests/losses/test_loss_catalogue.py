"""Losses by name, and what is refused: names, parameters, groups, and EC-RLVR's group without a success."""

from fractions import Fraction
from typing import Any

import flint
import pytest

import grpo_theory as gt
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.losses.catalogue import LOSSES, loss, loss_names
from grpo_theory.losses.cross_entropy import margin_at
from grpo_theory.losses.ec_rlvr import ec_rlvr_population_weights, ec_rlvr_value, ec_rlvr_weights
from grpo_theory.losses.expected import expected_gradient
from grpo_theory.losses.reals import equal, logarithm, power, sign, subtract, total
from grpo_theory.losses.sample import Sample
from grpo_theory.policies.autoregressive import AutoregressivePolicy
from grpo_theory.policies.finite import SoftmaxPolicy, two_outcome

PAIR = Sample(two_outcome("1/3"), (0, 1))


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_says_what_it_is(name: str) -> None:
    known = loss(name, **({"rule": "rloo"} if name == "advantage" else {}))
    assert known.name == name and known.source and known.words and known.words.isascii()
    assert all(isinstance(key, str) and isinstance(value, str) for key, value in known.parameters)
    parameters = {key: value for key, value in known.parameters if value not in ("none", "True", "False")}
    assert loss(name.upper().lower().replace("_", "-"), **_numbers(parameters)).parameters[:1] == known.parameters[:1]


def _numbers(parameters: dict[str, str]) -> dict[str, Any]:
    return {key: int(value) if key == "ddof" else value for key, value in parameters.items()}


def test_conspo_is_labelled_a_reconstruction() -> None:
    assert "reconstruction" in loss("conspo").source and loss("conspo").words.startswith("reconstruction")
    assert [name for name in loss_names() if "reconstruction" in loss(name, **_needed(name)).source] == ["conspo"]


def _needed(name: str) -> dict[str, Any]:
    return {"rule": "rloo"} if name == "advantage" else {}


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("rlo", {}, "no loss is called rlo: did you mean rloo."),
        (3, {}, "a loss is named by text, not by int"),
        ("dpo", {"tau": 1}, "loss dpo has no parameter tau: it takes beta"),
        ("advantage", {}, "loss advantage needs the parameter rule"),
        ("advantage", {"rule": 3}, "a rule is an AdvantageRule or its name, not a int"),
        ("advantage", {"rule": "rloo", "clip_low": "1/5"}, "a log-likelihood is no ratio to clip"),
        ("advantage", {"rule": "rloo", "score": "logs"}, "score = logs lies outside"),
        ("advantage", {"rule": "rloo", "average": "mean"}, "average = mean lies outside"),
        ("ec_rlvr", {"tau": 0}, r"tau = 0 lies outside \(0, oo\): the likelihoods are raised to the power 1/tau"),
        ("ec_rlvr", {"tau": 0.5}, "tau = 0.5 is a float, which an exact function does not take"),
        ("ec_rlvr", {"all_wrong": "ignore"}, "all_wrong = ignore lies outside {undefined, zero, skip, smooth}"),
        ("ec_rlvr", {"all_wrong": "smooth"}, r"delta = 0 lies outside \(0, oo\)"),
        ("ec_rlvr", {"delta": 1}, "delta = 1 lies outside {0}"),
        ("conspo", {"tau": -1}, r"tau = -1 lies outside \(0, oo\)"),
        ("conspo", {"M": "-1/10"}, r"M = -1/10 lies outside \[0, oo\)"),
        ("conspo", {"alpha": 2}, r"alpha = 2 lies outside \[0, 1\]"),
        ("conspo", {"progress": -1}, r"progress = -1 lies outside \[0, 1\]"),
        ("conspo", {"other_successes": 1}, "other_successes = 1 is no truth value"),
        ("infonce", {"tau": "0"}, r"tau = 0 lies outside \(0, oo\)"),
        ("nt_xent", {"tau": "-1/2"}, r"tau = -1/2 lies outside \(0, oo\)"),
        ("dpo", {"beta": 0}, r"beta = 0 lies outside \(0, oo\)"),
        ("grpo", {"clip": 1}, r"clip = 1 lies outside \(0, 1\)"),
        ("grpo", {"beta": -1}, r"beta = -1 lies outside \[0, oo\)"),
        ("dapo", {"clip_high": 0}, r"clip_high = 0 lies outside \(0, oo\)"),
        ("dapo", {"dynamic_sampling": "no"}, "dynamic_sampling = no is no truth value"),
        ("dr_grpo", {"length": 0}, r"length = 0 lies outside \(0, oo\)"),
        ("reinforce", {"baseline": "median"}, "baseline = median lies outside {none, mean}"),
        ("rloo", {"score": "token"}, "score = token lies outside {log, sequence}"),
        ("disco", {"score": "rho"}, "score = rho lies outside {log, ratio}"),
        ("disco", {"length_normalised": "yes"}, "length_normalised = yes is no truth value"),
    ],
)
def test_impossible_losses_are_refused(name: Any, parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        loss(name, **parameters)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Sample(two_outcome("1/3"), ()), "the group is empty"),
        (lambda: Sample(two_outcome("1/3"), (2,)), "outcome = 2 lies outside the integers 0, ..., 1"),
        (lambda: Sample(two_outcome("1/3"), (0,), SoftmaxPolicy.of("1/2 1/2", "0 1")), "different rewards"),
        (
            lambda: Sample(
                AutoregressivePolicy.of({(): "1/3 2/3", (1,): "1/4 3/4"}, "1 0 1", length=2, stop=0),
                (0, 1),
                SoftmaxPolicy.of("1/3 1/3 1/3", "1 0 1"),
            ),
            "outcomes of different lengths",
        ),
        (lambda: SoftmaxPolicy.of("1/3 1/3", "1 0"), "probabilities sum to 2/3: a distribution sums to 1"),
        (lambda: loss("ec_rlvr").value(Sample(SoftmaxPolicy.of("1/3 2/3", "1 2"), (0, 1))), "are not binary"),
        (lambda: loss("dpo").weights(Sample(two_outcome("1/3"), (0, 0))), "this group has 2 and 0"),
        (lambda: loss("infonce").weights(Sample(two_outcome("1/3"), (0, 0))), "this group has 2 successes"),
        (lambda: loss("grpo").value(Sample(two_outcome("1/3"), (0,))), "G = 1 lies outside"),
        (lambda: expected_gradient(loss("rloo"), two_outcome("1/3"), 40), r"2\^40 outcome tuples lie beyond"),
    ],
)
def test_impossible_groups_are_refused(build: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build()


def test_a_policy_that_never_succeeds_has_no_ec_rlvr_loss() -> None:
    never = SoftmaxPolicy.of("1/3 2/3", "0 0")
    with pytest.raises(ValueError, match="choose all_wrong = zero, skip or smooth"):
        ec_rlvr_population_weights(never, 1)
    with pytest.raises(ValueError, match="every group is thrown away by ec_rlvr"):
        expected_gradient(loss("ec_rlvr", all_wrong="skip"), never, 2)
    assert expected_gradient(loss("ec_rlvr", all_wrong="zero"), never, 2) == (0, 0)


def test_the_conventions_for_an_all_wrong_group() -> None:
    wrong = Sample(two_outcome("1/3"), (1, 1))
    for road in (loss("ec_rlvr").value, loss("ec_rlvr").weights):
        with pytest.raises(ValueError, match="EC-RLVR is -log 0, undefined, in a group without a success"):
            road(wrong)
    assert loss("ec_rlvr", all_wrong="zero").value(wrong) == 0
    with pytest.raises(ValueError, match="drawn again"):
        loss("ec_rlvr", all_wrong="skip").value(wrong)
    smooth = loss("ec_rlvr", all_wrong="smooth", delta="1/3")
    assert smooth.value(wrong).overlaps(logarithm(Fraction(5)))  # -log(δ/(4/3 + δ))
    assert smooth.weights(wrong) == (Fraction(-2, 5), Fraction(-2, 5))


def test_skipping_is_conditioning_on_a_success() -> None:
    policy, G = two_outcome("1/3"), 3
    zero, skip = (expected_gradient(loss("ec_rlvr", all_wrong=name), policy, G) for name in ("zero", "skip"))
    mass = 1 - Fraction(2, 3) ** G
    assert skip == tuple(entry / mass for entry in zero)


def test_ec_rlvr_functions_and_loss_are_one() -> None:
    policy = SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 1")
    for tau in ("1/3", "1/2", 1, 2, "2/3", 3):
        sample = Sample(policy, (0, 1, 1, 2))
        weights = ec_rlvr_weights(sample.likelihoods, sample.rewards, tau)
        ours = loss("ec_rlvr", tau=tau)
        assert all(equal(a, b) is not False for a, b in zip(weights, ours.weights(sample), strict=True))
        assert equal(total(weights), Fraction(0)) is not False
        assert [sign(w) for w in weights] == [1, -1, -1, 1]
        assert equal(ec_rlvr_value(sample.likelihoods, sample.rewards, tau), ours.value(sample)) is not False


def test_population_weights_are_those_of_the_group_of_all_outcomes() -> None:
    policy = SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 1")
    everything = Sample(policy, (0, 1, 2))
    assert ec_rlvr_population_weights(policy, "1/2") == loss("ec_rlvr", tau="1/2").weights(everything)


def test_one_success_makes_ec_rlvr_infonce_and_conspo() -> None:
    policy = SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 0")
    sample = Sample(policy, (0, 1, 2, 2))
    ours = loss("ec_rlvr", tau="1/2").weights(sample)
    assert loss("infonce", tau="1/2").weights(sample) == ours
    assert loss("conspo", tau="1/2").weights(sample) == ours == loss("nt_xent", tau="1/2").weights(sample)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((["1/2"], [1, 0], 1), "2 rewards for 1 likelihoods"),
        (([], [], 1), "a group has at least one rollout"),
        ((["1/2", "1/3"], [1, 2], 1), "rewards must be 0 or 1"),
        ((["1/2", "1/3"], [1, 0], -1), r"tau = -1 lies outside \(0, oo\)"),
        ((["1/2", 0.5], [1, 0], 1), "likelihood = 0.5 is a float"),
        ((["1/2", "3/2"], [1, 0], 1), r"likelihood = 3/2 lies outside \(0, 1\]"),
        ((["1/2", flint.arb(2)], [1, 0], 1), r"likelihood = 2.0+ lies outside \(0, 1\]"),
    ],
)
def test_impossible_groups_of_likelihoods_are_refused(arguments: Any, message: str) -> None:
    for function in (ec_rlvr_value, ec_rlvr_weights):
        with pytest.raises(ValueError, match=message):
            function(*arguments)


def test_the_margin_rises_and_stays() -> None:
    margins = [margin_at("1/50", "3/10", Fraction(t, 10)) for t in range(11)]
    assert margins == [Fraction(min(t, 3), 150) for t in range(11)]
    assert margin_at(1, 0, 0) == 1
    early, late = (loss("conspo", M="1/50", progress=at).weights(PAIR)[0] for at in (0, 1))
    assert sign(subtract(late, early)) == 1 and early == loss("conspo").weights(PAIR)[0]


def test_powers_stay_exact_where_they_can() -> None:
    assert power(Fraction(8, 27), Fraction(-2, 3)) == Fraction(9, 4)
    assert str(power(Fraction(1, 2), Fraction(3, 2))) == "1/4*sqrt(2)"
    assert isinstance(power(Fraction(2), Fraction(1, 3)), flint.arb)
    assert equal(power(Fraction(2), Fraction(1, 3)), Fraction(5, 4)) is False


def test_sums_of_many_roots_become_balls() -> None:
    likelihoods = [Fraction(1, n) for n in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31)]
    weights = ec_rlvr_weights(likelihoods, [1] + [0] * 10, 2)
    assert isinstance(weights[0], flint.arb) and [sign(w) for w in weights] == [1] + [-1] * 10
    assert equal(total(weights), Fraction(0)) is None
    assert isinstance(ec_rlvr_weights(likelihoods[:3], [1, 0, 0], 2)[0], Surd)


def test_public_names() -> None:
    assert gt.loss("rloo").weights(gt.Sample(two_outcome("1/3"), (0, 1))) == (Fraction(1, 2), Fraction(-1, 2))
    assert gt.loss_names() == loss_names()
    assert gt.contrastive_form(gt.loss("rloo"), largest=2).member
    assert gt.loss_gradient(gt.loss("rloo"), PAIR) == (Fraction(-1, 2), Fraction(1, 2))
