"""The ledger as two generated files, proofs/ledger.json for machines and proofs/LEDGER.md for people."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from grpo_theory import discovery
from grpo_theory.errors import outside, shown
from grpo_theory.ledger import catalogue
from grpo_theory.ledger.markdown import ledger_text
from grpo_theory.ledger.records import ClaimRecord, Record
from grpo_theory.ledger.runner import verify

COMMAND: Final = "grpo-theory verify --update"
JSON_NAME: Final = "ledger.json"
MARKDOWN_NAME: Final = "LEDGER.md"


def write(folder: Path, record: Record | None = None) -> tuple[Path, Path]:
    """Both files of the ledger in a folder, made from a record of all claims, or from a fresh check of them.

    Domain: the record holds every claim of the catalogue, enumerated as far as by default. The files hold no time and
    no version, so that the same claims give the same bytes. Errors: ValueError for a record that leaves claims out or
    in which evidence disagrees.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     write(Path(name), Record((), 0.0))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    ValueError: the ledger holds every claim: the record leaves out ...
    """
    whole = verify() if record is None else record
    if left_out := set(catalogue.names()) - {claim.name for claim in whole.claims}:
        raise ValueError(f"the ledger holds every claim: the record leaves out {min(left_out)}")
    if whole.disagreements:
        raise ValueError(f"the ledger is not written while evidence disagrees: {whole.disagreements[0]}")
    files = (folder / JSON_NAME, folder / MARKDOWN_NAME)
    for path, text in zip(files, (json_text(whole), ledger_text(whole, COMMAND)), strict=True):
        path.write_text(text, encoding="utf-8")
    return files


def json_text(record: Record) -> str:
    """The machines' ledger: the record without times, planted falsehoods and comparisons.

    >>> json.loads(json_text(Record((), 0.0)))["summary"]
    {}
    """
    claims = [_timeless(claim) for claim in record.claims]
    body = {"generated_by": COMMAND, "summary": record.summary, "claims": claims}
    return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _timeless(claim: ClaimRecord) -> dict[str, Any]:
    kept = {key: value for key, value in claim.to_json().items() if key not in ("planted", "caught", "survivors")}
    kept["evidence"] = [{key: e[key] for key in e if key != "seconds"} for e in kept["evidence"]]
    return kept


def folder_to_update(names: Sequence[str], source: str | None, max_group: int | None) -> Path:
    """The folder proofs/ of a checkout, where a run of ``verify`` over all claims may write the ledger.

    Errors: ValueError where the run is over some claims only or enumerates to another group size, and where the package
    is installed without a checkout.

    >>> folder_to_update((), None, None).name
    'proofs'
    """
    meaning = "the committed ledger holds every claim, enumerated as far as by default"
    if names or source is not None or max_group is not None:
        given = " ".join([*names, *(["--source"] if source else []), *(["--max-group"] if max_group else [])])
        raise ValueError(f"--update with {shown(given)} lies outside the runs of all claims without options: {meaning}")
    folder = discovery.folder("proofs")
    if folder.parent.name == "_shipped":
        raise outside("--update", "an installed package", "the checkouts", "the ledger is committed with the sources")
    return folder
