"""What was recorded from the libraries' code: whole, and followed by the exact rules; a changed number is noticed."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from grpo_theory.groups import NAMED, rule
from grpo_theory.interop import records
from grpo_theory.interop.conventions import CONVENTIONS, LEFT_OUT, LIBRARIES, Convention, convention, library
from grpo_theory.interop.identify import UNITS, Candidate, candidates, identify, lies_within, seen, worst
from grpo_theory.interop.live import every_vector
from grpo_theory.interop.records import SIZES, Answers, recorded, recorded_versions
from grpo_theory.ledger.claim import Context
from grpo_theory.ledger.plants import audit
from grpo_theory.ledger.verdict import Verdict, decide
from proofs.literature import rlhf_library_conventions as proof

EACH = pytest.mark.parametrize("one", CONVENTIONS, ids=lambda c: c.key)


def nudged(answers: Answers, G: int, vector: tuple[int, ...], factor: float) -> Answers:
    row = answers.groups[G][vector]
    assert row is not None
    changed = tuple(None if value is None else value * factor for value in row)
    return replace(answers, groups={**answers.groups, G: {**answers.groups[G], vector: changed}})


def words(one: Candidate) -> tuple[object, ...]:
    return one.baseline, one.deviation, one.epsilon, one.where


def test_every_vector_of_every_size_is_recorded() -> None:
    assert set(recorded()) == {c.key for c in CONVENTIONS}
    for answers in recorded().values():
        assert list(answers.groups) == list(SIZES)
        for G, by_vector in answers.groups.items():
            assert list(by_vector) == every_vector(G)
            assert all(row is None or len(row) == G for row in by_vector.values())


def test_versions_are_recorded_for_every_library() -> None:
    assert list(recorded_versions()) == list(LIBRARIES)
    assert all(version[0].isdigit() for version in recorded_versions().values())


def test_every_estimator_of_verl_is_run_or_says_what_it_needs() -> None:
    run = {c.option.split()[0] for c in CONVENTIONS if c.library == "verl"}
    left = {option for key, option, _ in LEFT_OUT if key == "verl"}
    assert not run & left
    assert len(run | left) == 14


@EACH
def test_the_exact_rule_gives_the_recorded_numbers(one: Convention) -> None:
    assert worst(recorded()[one.key], one.exact, one.bits) < UNITS


@EACH
def test_exactly_one_convention_fits(one: Convention) -> None:
    assert len(identify(recorded()[one.key], one.bits)) == 1


@EACH
def test_silent_groups_get_nothing(one: Convention) -> None:
    for G in SIZES[1:]:
        for reward in (0, 1):
            assert set(recorded()[one.key].groups[G][(reward,) * G] or ()) == {0.0}


@EACH
def test_no_convention_fits_a_spoilt_number(one: Convention) -> None:
    answers = recorded()[one.key]
    assert identify(nudged(answers, 5, (0, 0, 0, 0, 1), 1 + 2.0 ** (6 - one.bits)), one.bits) == ()


def test_no_candidate_is_looked_for_twice() -> None:
    for bits in (24, 53):
        found = list(candidates(bits))
        assert len({words(c) for c in found}) == len(found)


@pytest.mark.parametrize("bits", [24, 53])
def test_candidates_are_told_apart(bits: int) -> None:
    """Numbers that are an exact rule's own, rounded, fit that rule and no other."""

    def own(one: Candidate) -> Answers:
        def rounded(G: int, k: int, reward: int) -> float:
            value = one.rule.values(G, k)[1 - reward]
            assert value is not None
            return float(value)

        groups = {G: {v: tuple(rounded(G, sum(v), r) for r in v) for v in every_vector(G)} for G in (2, 3, 4)}
        return Answers(groups, (rounded(4096, 1, 1), rounded(4096, 1, 0)))

    for one in candidates(bits):
        (found,) = identify(own(one), bits)
        assert words(found) == words(one)


def test_a_refused_group_fits_nothing() -> None:
    answers = recorded()["verl/grpo"]
    refused = replace(answers, groups={**answers.groups, 3: {**answers.groups[3], (0, 1, 1): None}})
    assert seen(refused) is None
    assert identify(refused, 53) == ()
    assert identify(replace(answers, probe=(None, 0.0)), 53) == ()


def test_a_number_beyond_the_rounding_is_not_within() -> None:
    value = rule("trl_grpo").values(2, 1)[0]
    assert value is not None
    ball = value.arb(128)
    assert lies_within(float(value), ball, 24)
    assert not lies_within(float(value) * (1 + 2.0**-19), ball, 24)


def test_groups_of_one() -> None:
    def alone(key: str) -> tuple[object, ...]:
        return tuple(recorded()[key].groups[1].values())

    assert alone("verl/grpo") == ((0.0,), (pytest.approx(1 / (1 + 1e-6), rel=2.0**-23),))
    assert alone("verl/rloo") == alone("verl/opo") == ((0.0,), (1.0,))
    assert alone("verl/rloo_vectorized") == alone("trl/rloo") == ((0.0,), (0.0,))
    assert alone("verl/grpo_passk") == (None, None)
    assert alone("openrlhf/group_norm") == ((None,), (None,))


def test_record_and_file_are_the_same(tmp_path: Path) -> None:
    data: Mapping[str, object] = json.loads(Path(records.__file__).with_name(records.RECORDED_FILE).read_text())
    records.write(tmp_path / "again.json", data)
    assert (tmp_path / "again.json").read_text() == Path(records.__file__).with_name("recorded.json").read_text()


def test_a_library_that_is_not_there_cannot_be_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "version", lambda key: None)
    with pytest.raises(ValueError, match="verl cannot be run here"):
        records.record((convention("verl/rloo"),))


def test_unknown_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="no library is called trrl: did you mean trl"):
        library("trrl")
    with pytest.raises(ValueError, match="no convention is called verl/rlo: did you mean verl/rloo"):
        convention("verl/rlo")


def test_every_library_rule_of_the_catalogue_is_held_against_its_library() -> None:
    used = {c.rule for c in CONVENTIONS}
    assert {name for name in NAMED if name.startswith(("trl_", "verl_", "openrlhf_"))} <= used


def test_the_claim_is_proved_and_its_falsehoods_are_caught() -> None:
    assert decide(proof.claim, Context()).verdict is Verdict.PROVED
    assert audit(proof.claim, Context()).survivors == ()


def test_the_claim_says_every_convention() -> None:
    assert set(proof.SAID) == {c.key for c in CONVENTIONS}


@pytest.mark.parametrize("key", ["verl/grpo", "openrlhf/group_norm", "trl/rloo"])
def test_the_claim_falls_with_a_wrong_number(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spoilt = {**recorded(), key: nudged(recorded()[key], 4, (0, 1, 1, 0), 1 + 1e-4)}
    monkeypatch.setattr(proof, "recorded", lambda: spoilt)
    proof.measured.cache_clear()
    try:
        assert decide(proof.claim, Context()).verdict is Verdict.REFUTED
    finally:
        proof.measured.cache_clear()


def test_the_claim_falls_with_a_wrong_smoothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(proof.SAID, "verl/grpo", ("mean", "Bessel", "1e-5", "std + ε"))
    assert decide(proof.claim, Context()).verdict is Verdict.REFUTED
