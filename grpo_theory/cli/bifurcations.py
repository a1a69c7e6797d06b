"""`grpo-theory bifurcations`: the values of β at which fixed points are born, merge, or give way to a two-cycle."""

from typing import TYPE_CHECKING, Any

import click

from grpo_theory.cli.dynamics import between, bounds
from grpo_theory.cli.output import STDOUT, json_option, progress, record, table

if TYPE_CHECKING:
    from grpo_theory.dynamics import Bifurcation


@click.command("bifurcations", short_help="folds and flips in β, certified")
@click.option("--p-ref", required=True, metavar="P", help="Success probability of the reference, in (0, 1).")
@click.option("--epsilon", required=True, metavar="E", help="Smoothing of the variance, >= 0.")
@click.option("--kind", default="reference", metavar="KIND", help="reference or two-kl; reference.")
@click.option("--alpha", metavar="A", help="Share of the reference, for two-kl.")
@json_option
def command(json_file: str | None, **options: str | None) -> None:
    """Print every β at which a fixed point of the recurrence has multiplier +1 (fold) or −1 (flip), to 20 digits."""
    from grpo_theory.dynamics import bifurcations

    with record(json_file) as write, progress("bifurcations"):
        found = bifurcations(**{name: value for name, value in options.items() if value is not None})
        answer = {
            "folds": [_entry(fold) for fold in found.folds],
            "flips": [_entry(flip) for flip in found.flips],
            "undecided": [[bounds(low)[0], bounds(high)[1]] for low, high in found.undecided],
        }
        write(answer)
    if json_file != STDOUT:
        _print(answer)


def _entry(found: "Bifurcation") -> dict[str, Any]:
    return {"beta": bounds(found.beta), "logit": bounds(found.z)}


def _print(answer: dict[str, Any]) -> None:
    rows = [
        [name, between(entry["beta"], 14), between(entry["logit"], 14)]
        for name, entries in (("fold", answer["folds"]), ("flip", answer["flips"]))
        for entry in entries
    ]
    table(["kind", "β", "log-odds of the fixed point"], rows)
    if not rows:
        print("none: for no β does a fixed point have multiplier 1 or −1")
    for low, high in answer["undecided"]:
        print(f"undecided: log-odds in [{low}, {high}]")
