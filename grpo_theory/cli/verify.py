"""`grpo-theory verify`: check claims from their evidence and compare the verdicts with the committed ledger."""

import os
from dataclasses import replace
from typing import Any, Final

import click

from grpo_theory.cli.output import STDOUT, integer, json_option, progress, record, table

_FEW: Final = 8
_MOST_PROCESSES: Final = 8
_WIDEST_SCOPE: Final = 120


@click.command("verify", short_help="check the ledger's claims from their evidence")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--source", metavar="S", help="Only the claims of this source, such as two-grpo.")
@click.option("--max-group", callback=integer, metavar="N", help="Enumerate groups of at most N rollouts.")
@click.option("--jobs", callback=integer, metavar="J", help="Number of processes; as many as there are processors.")
@click.option("--audit", is_flag=True, help="Also run every claim's planted falsehoods; fail if one survives.")
@click.option("--update", is_flag=True, help="Write the committed ledger again, in a checkout, from all claims.")
@json_option
def command(
    names: tuple[str, ...],
    source: str | None,
    max_group: int | None,
    jobs: int | None,
    audit: bool,
    update: bool,
    json_file: str | None,
) -> int:
    """Check the claims called NAME, or all of them, and print each one's verdict with its scope.

    Ends with 1 if a verdict differs from the committed ledger, if evidence disagrees, or if a planted falsehood
    survives.
    """
    from grpo_theory.discovery import files
    from grpo_theory.ledger.runner import verify
    from grpo_theory.ledger.writer import folder_to_update
    from grpo_theory.ledger.writer import write as write_ledger

    if json_file in {path.stem.replace("_", "-") for path in files("proofs")}:
        names, json_file = (*names, str(json_file)), STDOUT  # `verify --json NAME` means the claim, not a file
    target = folder_to_update(names, source, max_group) if update else None
    with record(json_file) as write, progress("verify") as advance:
        workers = _processes(names) if jobs is None else jobs
        found = verify(names, source=source, max_group=max_group, jobs=workers, audit=audit, progress=advance)
        if target is not None and not found.disagreements:
            write_ledger(target, found)
            found = replace(found, differences=())
        write(found.to_json())
    if json_file != STDOUT:
        _print(found.to_json(), audit)
    return 0 if found.ok else 1


def _processes(names: tuple[str, ...]) -> int:
    """One process for a few named claims, which a second one would only delay; else one for each processor."""
    return 1 if 0 < len(names) <= _FEW else min(os.cpu_count() or 1, _MOST_PROCESSES)


def _shortened(scope: str) -> str:
    """A scope that fits a table; the record and the ledger hold it whole."""
    return scope if len(scope) <= _WIDEST_SCOPE else f"{scope[: _WIDEST_SCOPE - 2].rstrip()} …"


def _print(answer: dict[str, Any], audit: bool) -> None:
    headers = ["claim", "source", "label", "verdict", "scope"] + ["planted"] * audit
    rows = []
    for claim in answer["claims"]:
        row = [*(str(claim[key]) for key in ("name", "source", "label", "verdict")), _shortened(claim["scope"])]
        rows.append([*row, f"{claim['caught']}/{claim['planted']} caught"] if audit else row)
    table(headers, rows)
    counts = ", ".join(f"{count} {verdict}" for verdict, count in answer["summary"].items())
    print(f"{len(rows)} claims: {counts}; {answer['seconds']:.1f} s")
    for line in answer["disagreements"]:
        print(f"evidence disagrees: {line}")
    for claim in answer["claims"]:
        for survivor in claim.get("survivors", ()):
            print(f"a planted falsehood survives: {survivor}")
    for line in answer["differences"]:
        print(f"differs from the committed ledger: {line}")
