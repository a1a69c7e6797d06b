"""`grpo-theory verify`: check claims from their evidence and compare the verdicts with the committed ledger."""

from dataclasses import replace
from typing import Any

import click

from grpo_theory.cli.output import STDOUT, integer, json_option, progress, record, table


@click.command("verify", short_help="check the ledger's claims from their evidence")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--source", metavar="S", help="Only the claims of this source, such as two-grpo.")
@click.option("--max-group", callback=integer, metavar="N", help="Enumerate groups of at most N rollouts.")
@click.option("--jobs", callback=integer, default="1", show_default=True, metavar="J", help="Number of processes.")
@click.option("--audit", is_flag=True, help="Also run every claim's planted falsehoods; fail if one survives.")
@click.option("--update", is_flag=True, help="Write the committed ledger again, in a checkout, from all claims.")
@json_option
def command(
    names: tuple[str, ...],
    source: str | None,
    max_group: int | None,
    jobs: int,
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
        found = verify(names, source=source, max_group=max_group, jobs=jobs, audit=audit, progress=advance)
        if target is not None and not found.disagreements:
            write_ledger(target, found)
            found = replace(found, differences=())
        write(found.to_json())
    if json_file != STDOUT:
        _print(found.to_json(), audit)
    return 0 if found.ok else 1


def _print(answer: dict[str, Any], audit: bool) -> None:
    headers = ["claim", "source", "label", "verdict", "scope"] + ["planted"] * audit
    rows = []
    for claim in answer["claims"]:
        row = [str(claim[key]) for key in ("name", "source", "label", "verdict", "scope")]
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
