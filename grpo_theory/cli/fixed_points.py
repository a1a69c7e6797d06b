"""`grpo-theory fixed-points`: every fixed point of a recurrence, or every point of a cycle, with proof."""

from typing import TYPE_CHECKING, Any

import click

from grpo_theory.cli.dynamics import DIGITS, between, bounds, named, parameters
from grpo_theory.cli.output import STDOUT, integer, json_option, progress, record, table

if TYPE_CHECKING:
    from grpo_theory.dynamics import FixedPoint, FixedPoints


@click.command("fixed-points", short_help="every fixed point of a recurrence, with proof")
@parameters
@click.option("--period", default="1", callback=integer, metavar="N", help="Points of period N, 1 to 4; 1.")
@json_option
def command(period: int, json_file: str | None, **options: str | None) -> None:
    """Print every fixed point of the success recurrence inside (0, 1), or every point of period N.

    Outside the printed boxes there is none: the list is complete, unless boxes are listed as undecided. Parameters are
    exact numbers such as 1/5 or 1e-4, or intervals such as 0.95:1.05, for which the answer holds throughout.
    """
    from grpo_theory.dynamics import fixed_points

    with record(json_file) as write, progress("fixed points"):
        found = fixed_points(**named(options), period=period)
        answer = as_json(found)
        write(answer)
    if json_file != STDOUT:
        _print(answer, period)


def as_json(found: "FixedPoints") -> dict[str, Any]:
    """The record of the command."""
    rate = found.contraction
    return {
        "complete": found.complete,
        "points": [_point(point) for point in found.points],
        "undecided": [_box(box) for box in found.undecided],
        "contraction": None if rate is None else bounds(rate)[1],
    }


def _point(point: "FixedPoint") -> dict[str, Any]:
    return {
        "logit": bounds(point.z),
        "p": point.p.str(DIGITS, radius=False),
        "one_minus_p": point.one_minus_p.str(DIGITS, radius=False),
        "p_bounds": bounds(point.p),
        "one_minus_p_bounds": bounds(point.one_minus_p),
        "multiplier": bounds(point.multiplier),
        "stability": point.stability,
    }


def _box(box: Any) -> list[str]:
    low, high = box
    return [bounds(low)[0], bounds(high)[1]]


def _print(answer: dict[str, Any], period: int) -> None:
    rows = [
        [
            between(p["logit"], 10),
            between(p["p_bounds"], 10),
            between(p["one_minus_p_bounds"], 6),
            between(p["multiplier"], 6),
            p["stability"],
        ]
        for p in answer["points"]
    ]
    title = "fixed points in (0, 1)" if period == 1 else f"points of period {period}"
    table(["log-odds", "p", "1 − p", "multiplier", "stability"], rows, title=title)
    for low, high in answer["undecided"]:
        print(f"undecided: log-odds in [{low}, {high}]")
    print("complete: there are no others" if answer["complete"] else "not complete: boxes above stayed undecided")
    if answer["contraction"] is not None:
        print(f"every start converges: |slope| is at most {float(answer['contraction']):.6g} everywhere")
