"""The committed ledger is what a fresh check of every claim gives."""

import json
from collections import Counter
from pathlib import Path

import pytest

from grpo_theory import discovery
from grpo_theory.ledger import catalogue
from grpo_theory.ledger.records import Record
from grpo_theory.ledger.runner import fresh
from grpo_theory.ledger.verdict import Verdict
from grpo_theory.ledger.writer import JSON_NAME, MARKDOWN_NAME, write

PROOFS = discovery.folder("proofs")


def test_no_evidence_disagrees(record: Record) -> None:
    assert record.disagreements == ()


def test_the_committed_ledger_is_fresh(record: Record) -> None:
    assert [str(difference) for difference in fresh(record, whole=True)] == []
    assert record.ok


@pytest.mark.parametrize("name", [JSON_NAME, MARKDOWN_NAME])
def test_writing_the_ledger_again_changes_no_byte(name: str, record: Record, tmp_path: Path) -> None:
    write(tmp_path, record)
    again = (tmp_path / name).read_text(encoding="utf-8")
    assert again == (PROOFS / name).read_text(encoding="utf-8"), "stale: run grpo-theory verify --update"


def test_the_ledger_holds_every_claim_once_in_order(record: Record) -> None:
    listed = [entry["name"] for entry in json.loads((PROOFS / JSON_NAME).read_text(encoding="utf-8"))["claims"]]
    assert listed == list(catalogue.names()) == [claim.name for claim in record.claims]
    assert max(Counter(listed).values()) == 1


def test_every_refutation_names_its_point_and_every_correction_its_repair(record: Record) -> None:
    for claim in record.claims:
        if claim.verdict in (Verdict.REFUTED.value, Verdict.CORRECTED.value):
            assert claim.counterexample is not None, claim.name
        if claim.verdict == Verdict.CORRECTED.value:
            assert claim.repair is not None and claim.repair.verdict in ("PROVED", "CERTIFIED"), claim.name


def test_every_claim_says_what_it_says(record: Record) -> None:
    for claim in record.claims:
        assert claim.statement and claim.latex and claim.scope and claim.evidence, claim.name
