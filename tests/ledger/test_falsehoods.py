"""No derivation of a falsehood closes, whatever the trick."""

import pytest

from grpo_theory.ledger.claim import Claim, Context
from tests.ledger.falsehoods import FALSEHOODS, Falsehood


@pytest.mark.parametrize("planted", FALSEHOODS.values(), ids=FALSEHOODS.keys())
def test_no_falsehood_is_derived(planted: Falsehood) -> None:
    def look_up(name: str) -> Claim:
        return planted.ledger[name]

    (derivation,) = planted.statement.evidence
    assert derivation.check(planted.statement, Context(lemma=look_up)).holds is None


def test_there_are_many() -> None:
    assert len(FALSEHOODS) >= 80
