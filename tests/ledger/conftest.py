"""One full check of the ledger for all tests that need it."""

import pytest

from grpo_theory.ledger.records import Record
from grpo_theory.ledger.runner import verify


@pytest.fixture(scope="session")
def record() -> Record:
    """Every claim decided afresh, as the command does it by default, on two processes."""
    return verify(jobs=2)
