"""Which losses have the general contrastive form: the enumeration against theory, and against planted falsehoods."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from grpo_theory.losses.catalogue import loss
from grpo_theory.losses.form import ContrastiveForm, Property, contrastive_form, example_pairs
from grpo_theory.losses.group_loss import GroupLoss, token_coefficients
from grpo_theory.losses.reals import Real, equal, multiply, sign, total
from grpo_theory.losses.sample import Sample
from grpo_theory.losses.table import CONVENTIONS, contrastive_table
from grpo_theory.policies.finite import two_outcome

TABLE = contrastive_table(3)
PROPERTIES = ("signs", "per_rollout", "balanced", "count_rule", "silent_zero", "defined")
SHORT = tuple(pair for pair in example_pairs() if all(len(pair[0].token_probabilities(o)) == 1 for o in range(2)))


def found(name: str, *, off_policy: bool = False, **parameters: Any) -> ContrastiveForm:
    place = CONVENTIONS.index((name, parameters))
    return TABLE[place + off_policy * len(CONVENTIONS)]


def differentiated(known: GroupLoss, sample: Sample) -> list[list[Real]]:
    return [list(row) for row in token_coefficients(known, sample, road="differentiated")]


@pytest.mark.parametrize("form", TABLE, ids=lambda form: f"{form.loss.name}-{form.loss.parameters}-{form.off_policy}")
def test_the_table_is_what_differentiation_finds(form: ContrastiveForm) -> None:
    other = contrastive_form(form.loss, largest=2, off_policy=form.off_policy, road="differentiated")
    again = contrastive_form(form.loss, largest=2, off_policy=form.off_policy)
    for name in PROPERTIES:
        one, two = getattr(again, name), getattr(other, name)
        assert one.witness == two.witness and one.detail == two.detail
        assert one.answer == two.answer or "undecided" in (one.answer, two.answer)
    assert again.groups == other.groups and again.skipped == other.skipped


def test_every_no_has_a_witness_that_contradicts_by_the_other_road() -> None:
    counted = 0
    for form in TABLE:
        for name in ("signs", "per_rollout", "balanced", "silent_zero"):
            part = getattr(form, name)
            assert (part.answer == "no") == (part.witness is not None) == bool(part.detail)
            if part.witness is not None:
                counted += 1
                assert contradicts(name, differentiated(form.loss, part.witness), part.witness)
    assert counted > 40


def contradicts(name: str, rows: list[list[Real]], sample: Sample) -> bool:
    if name == "signs":
        return any(sign(w) == (-1 if r else 1) for r, row in zip(sample.rewards, rows, strict=True) for w in row)
    if name == "per_rollout":
        return any(equal(row[0], w) is False for row in rows for w in row)
    if name == "balanced":
        return equal(total([row[0] for row in rows]), Fraction(0)) is False
    return sample.silent and any(sign(w) for row in rows for w in row)


def test_what_theory_says_on_policy() -> None:
    for name in ("dr_grpo", "rloo", "maxrl"):
        form = found(name)
        assert all(getattr(form, part).holds for part in PROPERTIES) and form.member
    for form in (found("reinforce"), found("grpo_population")):  # inside, yet not zero-sum, and moved by silent groups
        assert form.member and form.balanced.holds is False and form.silent_zero.holds is False
    ours = found("ec_rlvr", tau="1/2", all_wrong="zero")
    assert ours.member and ours.balanced.holds and ours.silent_zero.holds and ours.count_rule.holds is False
    smooth = found("ec_rlvr", tau="1/2", all_wrong="smooth", delta="1/10")
    assert smooth.member and smooth.balanced.holds is False and smooth.silent_zero.holds is False


def test_what_a_length_does_on_policy() -> None:
    assert found("grpo").balanced.holds is False and found("grpo").count_rule.holds is False
    assert found("dapo", dynamic_sampling=False).balanced.holds and found("dr_grpo").balanced.holds
    assert contrastive_form(loss("grpo"), pairs=SHORT).balanced.holds
    assert contrastive_form(loss("grpo"), pairs=SHORT).count_rule.holds
    assert found("disco", length_normalised=False).count_rule.holds and found("disco").count_rule.holds is False


def test_what_ratios_do_off_policy() -> None:
    for name in ("grpo", "dr_grpo", "dapo", "gmpo"):
        form = found(name, off_policy=True)
        assert form.signs.holds and form.per_rollout.holds is False and form.member is False
        assert contrastive_form(loss(name), pairs=SHORT, off_policy=True).member  # one token: the form again
    assert found("gspo", off_policy=True).member and found("gspo", off_policy=True).balanced.holds is False
    assert all(getattr(found("rloo", off_policy=True), part).holds for part in PROPERTIES)  # no ratio in it
    assert found("rloo", off_policy=True, score="sequence").balanced.holds is False


def test_losses_outside_the_form_name_their_smallest_group() -> None:
    penalised = found("grpo", beta="1/10").signs.witness
    assert penalised is not None and len(penalised.group) == 2 and len(penalised.theta.rewards) == 2
    crowded = found("conspo", tau="1/2", other_successes=True).signs
    assert crowded.witness is not None and crowded.witness.failures == () and len(crowded.witness.group) == 2
    raw = found("advantage", rule="softmax_uncentred").signs
    assert raw.detail.startswith("a failure is pushed up")


def test_groups_without_a_loss_are_named() -> None:
    undefined = found("ec_rlvr", tau="1/2").defined
    assert undefined.holds is False and undefined.witness is not None and undefined.witness.successes == ()
    assert "all_wrong = zero, skip or smooth" in undefined.detail
    assert found("ec_rlvr", tau="1/2", all_wrong="skip").defined.holds
    assert found("dapo").silent_zero.answer == "vacuous" and found("dapo").defined.holds
    assert found("dpo").defined.detail.startswith("DPO compares one success with one failure")


def test_balls_never_prove_an_equality() -> None:
    for form in TABLE:
        assert form.exact or form.balanced.answer in ("no", "undecided")
    form = found("conspo", tau="1/2", M="1/50")
    assert not form.exact and form.scope.endswith("as balls") and form.member


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("signs", lambda w, r, sample: -w),
        ("balanced", lambda w, r, sample: w * (2 if r else 1)),
        ("count_rule", lambda w, r, sample: w * sample.likelihoods[0]),
        ("silent_zero", lambda w, r, sample: w + 1 if sample.silent and r else w),
    ],
)
def test_a_planted_falsehood_is_seen(name: str, change: Any) -> None:
    known = loss("rloo")

    def planted(sample: Sample) -> tuple[tuple[Real, ...], ...]:
        rows = zip(known.token_weights(sample), sample.rewards, strict=True)
        return tuple(tuple(change(w, r, sample) for w in row) for row, r in rows)

    part = getattr(contrastive_form(replace(known, coefficients=planted), largest=2), name)
    assert part.holds is False and part.witness is not None and part.detail


def test_tokens_that_differ_are_seen() -> None:
    known = loss("rloo")

    def planted(sample: Sample) -> tuple[tuple[Real, ...], ...]:
        return tuple(tuple(multiply(w, Fraction(t + 1)) for t, w in enumerate(r)) for r in known.token_weights(sample))

    form = contrastive_form(replace(known, coefficients=planted), largest=2)
    assert form.per_rollout.holds is False and form.member is False and form.signs.holds


def test_kinks_are_counted_and_left_out() -> None:
    pairs = [(two_outcome("3/5"), two_outcome("1/2"))]
    form = contrastive_form(loss("grpo", clip="1/5"), largest=2, pairs=pairs, off_policy=True)
    assert (form.groups, form.skipped) == (2, 1) and "1 groups at a kink left out" in form.scope


@pytest.mark.parametrize("largest", [1, 7, 2.0, "3"])
def test_a_size_outside_its_range_is_refused(largest: Any) -> None:
    with pytest.raises(ValueError, match="lies outside the integers 2, ..., 6"):
        contrastive_form(loss("rloo"), largest=largest)


def test_answers_speak() -> None:
    assert Property("no").holds is False and Property("vacuous").holds is None
