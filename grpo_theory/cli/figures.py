"""`grpo-theory figures`: every figure again, each beside the CSV of its data and a manifest, or held against them."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grpo_theory.cli.output import STDOUT, integer, json_option, progress, record, table

if TYPE_CHECKING:
    from grpo_theory.figures.press import Printed

_MOST_PROCESSES = 8


@click.command("figures", short_help="make every figure again, or check them against their data")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Write there; grpo-theory-figures if absent."
)
@click.option(
    "--format", "formats", metavar="pdf,png,svg", help="Formats beside the CSV, separated by commas; all three."
)
@click.option(
    "--check", is_flag=True, help="Compare with the committed CSV files and the landmarks; writes only to --out."
)
@click.option("--jobs", callback=integer, metavar="J", help="Number of processes; as many as there are processors.")
@click.option(
    "--update", is_flag=True, help="In a checkout, write the committed CSV files, pictures and gallery again."
)
@json_option
def command(
    names: tuple[str, ...],
    out: Path | None,
    formats: str | None,
    check: bool,
    jobs: int | None,
    update: bool,
    json_file: str | None,
) -> int:
    """Make the figures called NAME (source/name, or a whole source), or all of them.

    Ends with 1 if a figure fails or, with --check, differs from what is committed; the others are made all the same.
    """
    from grpo_theory.figures.export import FORMATS, check_formats
    from grpo_theory.figures.gallery import folder_to_update
    from grpo_theory.figures.press import press

    wanted = FORMATS if formats is None else tuple(text.strip() for text in formats.split(","))
    check_formats(wanted)
    if update and check:
        raise ValueError("--check with --update lies outside the runs of this command: what is written is not compared")
    if update:
        folder_to_update()
    target = out if out is not None or check or update else Path("grpo-theory-figures")
    workers = min(os.cpu_count() or 1, _MOST_PROCESSES) if jobs is None else jobs
    with record(json_file) as write, progress("figures") as advance:
        found = press(names, out=target, formats=wanted, check=check, update=update, jobs=workers, progress=advance)
        write(_record(found))
    if json_file != STDOUT:
        _print(found)
    return 0 if all(one.ok for one in found) else 1


def _record(found: "Sequence[Printed]") -> dict[str, Any]:
    return {"files": [path for one in found for path in one.written], "figures": [one.to_json() for one in found]}


def _print(found: "Sequence[Printed]") -> None:
    rows = [[one.key, _status(one), str(len(one.written)), f"{one.seconds:.1f}"] for one in found]
    table(["figure", "status", "files", "seconds"], rows, right=(2, 3))
    bad = [one for one in found if not one.ok]
    print(f"{len(found)} figures, {len(bad)} of them not as they should be" if bad else f"{len(found)} figures")
    for one in bad:
        for line in (one.failure,) if one.failure else one.differences:
            print(f"{one.key}: {line}")


def _status(one: "Printed") -> str:
    if one.failure:
        return "failed"
    return "differs" if one.differences else "ok"
