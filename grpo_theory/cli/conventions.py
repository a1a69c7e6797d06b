"""`grpo-theory conventions`: what TRL, verl and OpenRLHF compute on binary groups, side by side."""

from collections.abc import Mapping
from typing import Any

import click

from grpo_theory.cli.output import STDOUT, integer, json_option, progress, record, table


@click.command("conventions", short_help="what TRL, verl and OpenRLHF compute, side by side")
@click.option(
    "-G", "--group-size", "G", default="4", show_default=True, callback=integer, metavar="N", help="Rollouts, >= 1."
)
@click.option("--library", "libraries", multiple=True, metavar="NAME", help="trl, verl or openrlhf; may be repeated.")
@click.option("--recorded", is_flag=True, help="Show what was recorded even where a library is installed.")
@json_option
def command(G: int, libraries: tuple[str, ...], recorded: bool, json_file: str | None) -> int:
    """Print what RLHF libraries compute for groups of N rollouts with rewards 0 and 1.

    A library that is installed is run; the others answer from recorded results. Baseline, deviation and epsilon are
    found from the numbers. Ends with 1 where a library's numbers are not those of the exact rule beside them.
    """
    from grpo_theory.interop.sheet import comparison

    with record(json_file) as write, progress("conventions") as advance:
        sheet = comparison(G, libraries, from_record=recorded, progress=advance)
        write(sheet)
    if json_file != STDOUT:
        _print(sheet)
    return 0 if sheet["agree"] else 1


def _print(sheet: Mapping[str, Any]) -> None:
    for entry in sheet["libraries"]:
        origin = "its own code, run now" if entry["origin"] == "run" else "recorded from its own code; not run here"
        _conventions(entry, f"{entry['library']} {entry['version']} ({origin})")
        print()
    for entry in sheet["libraries"]:
        _advantages(entry, f"{entry['library']}: A of a success / of a failure in a group of {sheet['group_size']}")
        print()
    if sheet["group_size"] > 1:
        _weights(sheet)
        print()
    _notes(sheet)


def _conventions(entry: Mapping[str, Any], title: str) -> None:
    headers = ["option", "baseline", "std", "epsilon", "where", "silent", "group of one", "rule"]
    rows = []
    for row in entry["conventions"]:
        found = [row["baseline"], row["std"], _short(row["epsilon_float"]), row["where"]]
        alone = f"{_short(row['alone']['success'])} / {_short(row['alone']['failure'])}"
        rows.append([row["option"] + " *" * bool(row["batch"]), *(text or "-" for text in found)])
        rows[-1] += [_short(row["silent"]), alone, row["rule"]]
    table(headers, rows, title=title)


def _advantages(entry: Mapping[str, Any], title: str) -> None:
    first = entry["conventions"][0]["advantages"]
    shown = (
        [row["k"] for row in first]
        if len(first) <= 9
        else [0, 1, 2, 3, len(first) // 2, len(first) - 2, len(first) - 1]
    )
    rows = []
    for convention in entry["conventions"]:
        cells = [_pair(convention["advantages"][k]) for k in shown]
        verdict = {True: "yes", False: "NO", None: "not compared"}[convention["agrees"]]
        rows.append([convention["option"], *cells, verdict])
    table(["option", *(f"k = {k}" for k in shown), "as the rule"], rows, title=title)


def _pair(row: Mapping[str, Any]) -> str:
    values = []
    for name in ("success", "failure"):
        seen = row[f"library_{name}"]
        values.append(_short(row[f"{name}_float"] if seen is None else seen))
    return " / ".join(values)


def _weights(sheet: Mapping[str, Any]) -> None:
    rows, known = [], set()
    for entry in sheet["libraries"]:
        for row in entry["conventions"]:
            if row["effective_weight"] not in known:
                known.add(row["effective_weight"])
                rows.append([f"{entry['library']} {row['option']}", row["formula"], row["effective_weight"]])
    table(["first seen at", "rule", "effective weight w_G(p), exact"], rows)


def _notes(sheet: Mapping[str, Any]) -> None:
    for entry in sheet["libraries"]:
        for row in entry["conventions"]:
            if row["batch"]:
                print(f"* {entry['library']} {row['option']}: a batch of one group, one token each; {row['batch']}.")
        for left in entry["left_out"]:
            print(f"Left out: {entry['library']} {left['option']}, which needs {left['needs']}.")
    if any(entry["origin"] == "recorded" for entry in sheet["libraries"]):
        print("Recorded results stand in for libraries that were not run; CONTRIBUTING.md says how to install them.")


def _short(value: float | None) -> str:
    return "-" if value is None else f"{value + 0.0:.6g}"
