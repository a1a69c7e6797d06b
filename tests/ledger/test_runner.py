"""The catalogue, the runner and the writer: names, order, processes, failures, and the files of the ledger."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grpo_theory import discovery
from grpo_theory.ledger import catalogue
from grpo_theory.ledger.records import Difference, Record
from grpo_theory.ledger.runner import checked, fresh, verify
from grpo_theory.ledger.writer import folder_to_update, write

ONE = "group-deviation-identity"
HEAD = """
import sympy as sp
from fractions import Fraction
from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.ledger.claim import Claim, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.symbols import p
DOMAIN = Domain((real(p, 0, 1),))
POINTS = [{"p": Fraction(1, 3)}, {"p": Fraction(3, 4)}]

def stated(lhs, rhs, *evidence, name):
    statement = Statement(Side(lhs), Relation.EQUAL, Side(rhs), DOMAIN, evidence)
    return Claim(name, "card", "Lemma 0", "a claim", (statement,))
"""
TRUE = (
    "claim = stated(p + p, 2 * p, Derivation((Step(2 * p, 'added'),)), Enumeration(lambda _: POINTS), name='true-one')"
)
TORN = (
    "claim = stated(p, 1 - p, Enumeration(lambda _: [{'p': Fraction(1, 2)}]), "
    "Counterexample(lambda: POINTS, lambda _: False), name='torn')"
)
FALSE = "claim = stated(p, 1 - p, Counterexample(lambda: POINTS, lambda _: False), name='wrong')"


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A proofs folder of its own: one true claim, one false, one torn, one that does not load."""
    proofs = tmp_path / "proofs"
    (proofs / "card").mkdir(parents=True)
    files = {"true_one": HEAD + TRUE, "torn": HEAD + TORN, "wrong": HEAD + FALSE, "broken": "import no_such_module"}
    for name, text in files.items():
        (proofs / "card" / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(discovery, "folder", lambda _: proofs)
    catalogue.claim.cache_clear()
    yield proofs
    catalogue.claim.cache_clear()
    for name in [name for name in sys.modules if name.startswith("proofs.card")]:
        del sys.modules[name]


def test_names_are_listed_without_loading_a_file(ledger: Path) -> None:
    before = set(sys.modules)
    assert catalogue.names() == ("broken", "torn", "true-one", "wrong")
    assert not any(name.startswith("proofs.") for name in set(sys.modules) - before)


def test_a_torn_and_a_broken_claim_do_not_lose_the_others(ledger: Path) -> None:
    record = verify()
    assert [claim.verdict for claim in record.claims] == ["OPEN", "OPEN", "PROVED", "REFUTED"]
    assert len(record.disagreements) == 2
    assert record.disagreements[0].startswith("broken: ModuleNotFoundError")
    assert "counterexample refutes what enumeration supports" in record.disagreements[1]
    assert not record.ok
    assert record.claims[1].statement == "a claim"


def test_a_ledger_with_disagreements_is_not_written(ledger: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not written while evidence disagrees"):
        write(tmp_path, verify())


def test_a_stale_ledger_is_seen(ledger: Path) -> None:
    for name in ("torn", "broken"):
        (ledger / "card" / f"{name}.py").unlink()
    record = verify()
    assert str(record.differences[0]) == "true-one: verdict is PROVED, the committed ledger says None"
    files = write(ledger, record)
    assert verify().ok and verify().differences == ()
    kept = json.loads(files[0].read_text(encoding="utf-8"))
    kept["claims"][1]["verdict"] = "PROVED"
    kept["claims"][0]["scope"] = "everything"
    files[0].write_text(json.dumps(kept), encoding="utf-8")
    assert [(d.name, d.field) for d in verify().differences] == [("true-one", "scope"), ("wrong", "verdict")]
    assert verify(["true-one"]).ok and not verify(["wrong"]).ok
    (ledger / "card" / "wrong.py").unlink()
    assert not verify().ok
    files[0].write_text("[]", encoding="utf-8")
    with pytest.raises(ValueError, match="is no ledger"):
        verify()


def test_the_people_s_ledger_shows_statement_proof_and_counterexample(ledger: Path) -> None:
    for name in ("torn", "broken"):
        (ledger / "card" / f"{name}.py").unlink()
    text = write(ledger, verify())[1].read_text(encoding="utf-8")
    assert "| PROVED | 1 |" in text and "| REFUTED | 1 |" in text
    assert "grpo-theory verify --update" in text
    assert "**Counterexample.** p = 1/3: the left side is 1/3, the right side 2/3." in text
    assert "— added" in text


WRONG_FILES = {
    "no claim": ("claim = None", "states no claim"),
    "another name": (HEAD + TRUE, "states true-one of card: its path says wrong of card"),
}


@pytest.mark.parametrize("text, message", WRONG_FILES.values(), ids=WRONG_FILES.keys())
def test_a_file_that_states_something_else_is_told(text: str, message: str, ledger: Path) -> None:
    (ledger / "card" / "wrong.py").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        catalogue.claim("wrong")


def test_a_folder_of_no_source_is_told(ledger: Path) -> None:
    (ledger / "nobody").mkdir()
    (ledger / "nobody" / "x.py").write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match="proofs/nobody belongs to no source"):
        catalogue.names()


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"names": ["group-deviation-identiti"]}, "did you mean group-deviation-identity"),
        ({"source": "literatur"}, "did you mean literature"),
        ({"names": [ONE], "source": "two-grpo"}, "literature states it"),
        ({"max_group": 1}, "max_group = 1 lies outside the integers 2, ..., 12"),
        ({"max_group": 13}, "max_group = 13 lies outside"),
        ({"max_group": 2.5}, "max_group = 2.5 lies outside"),
        ({"jobs": 0}, "jobs = 0 lies outside"),
        ({"jobs": True}, "jobs = True lies outside"),
    ],
    ids=str,
)
def test_unusable_arguments_are_named(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        verify(**arguments)


def test_a_name_may_stand_alone_and_twice() -> None:
    assert [claim.name for claim in verify(ONE).claims] == [ONE]
    assert len(verify([ONE, ONE]).claims) == 1


def test_two_processes_give_the_same_record_in_the_ledger_s_order() -> None:
    names = catalogue.names("mroueh-note")[:3]
    heard: list[tuple[int, int, str]] = []
    apart = verify(names[::-1], jobs=2, progress=lambda *news: heard.append(news))
    together = verify(names)
    assert [claim.name for claim in apart.claims] == list(names)
    assert [claim.verdict for claim in apart.claims] == [claim.verdict for claim in together.claims]
    assert [(done, total) for done, total, _ in heard] == [(1, 3), (2, 3), (3, 3)]
    assert {name for _, _, name in heard} == set(names)


def test_smaller_groups_change_no_verdict() -> None:
    assert checked(ONE, 2).verdict == checked(ONE, 5).verdict == "PROVED"


def test_an_audit_counts_and_reports() -> None:
    (claim,) = verify([ONE], audit=True).to_json()["claims"]
    assert claim["caught"] == claim["planted"] > 0 and claim["survivors"] == []
    assert "planted" not in verify([ONE]).to_json()["claims"][0]


def test_a_claim_in_which_nothing_can_be_planted_must_say_why(ledger: Path) -> None:
    (ledger / "card" / "wrong.py").write_text(HEAD + "claim = stated(p, p, name='wrong')", encoding="utf-8")
    assert verify(["wrong"], audit=True).survivors == (
        "wrong: nothing could be planted, and the claim does not say why",
    )


def test_the_record_is_json() -> None:
    answer = json.loads(json.dumps(verify([ONE]).to_json()))
    assert {"claims", "summary", "seconds", "disagreements", "differences"} == answer.keys()


def test_only_whole_runs_may_update() -> None:
    for arguments in ((("x",), None, None), ((), "card", None), ((), None, 4)):
        with pytest.raises(ValueError, match="--update"):
            folder_to_update(*arguments)


def test_an_installed_package_refuses_to_update(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "folder", lambda _: tmp_path / "_shipped" / "proofs")
    with pytest.raises(ValueError, match="the ledger is committed with the sources"):
        folder_to_update((), None, None)


def test_a_record_that_leaves_claims_out_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="leaves out"):
        write(tmp_path, Record((), 0.0))


def test_only_a_verdict_that_differs_fails() -> None:
    changed = (Difference(ONE, "scope", "a", "b"),)
    assert Record((), 0.0, changed).ok
    assert not Record((), 0.0, (Difference(ONE, "repair verdict", "PROVED", "OPEN"),)).ok
    assert fresh(Record((), 0.0)) == ()
