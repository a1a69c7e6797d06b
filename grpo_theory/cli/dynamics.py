"""What the commands on recurrences share: their options, and balls as decimal bounds."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from flint import arb

DIGITS: Final = 20
KINDS: Final = ("reference", "proximal", "explicit", "two-kl", "mirror")

_OPTIONS: Final = (
    click.option("--beta", required=True, metavar="B", help="Strength of the KL penalty, > 0."),
    click.option("--p-ref", required=True, metavar="P", help="Success probability of the reference, in (0, 1)."),
    click.option("--epsilon", required=True, metavar="E", help="Smoothing of the variance, >= 0."),
    click.option("--eta", metavar="H", help="Learning rate, for proximal and explicit steps."),
    click.option("--alpha", metavar="A", help="Share of the reference, for two-kl."),
    click.option("--kind", default="reference", metavar="KIND", help=f"One of {', '.join(KINDS)}; reference."),
    click.option("--weight", default="grpo", metavar="RULE", help="The rule whose contrast weight is used; grpo."),
    click.option("-G", "--group-size", "G", metavar="N", help="Rollouts in a group; without it, the population."),
)


def parameters(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that name a recurrence, added to a command; they arrive as text."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def named(options: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a recurrence that were given, the group size as an integer."""
    from grpo_theory.errors import outside

    given = {name: value for name, value in options.items() if value is not None}
    size = given.get("G")
    if size is not None:
        if not str(size).isdecimal() or len(str(size)) > 9:
            raise outside("G", size, "the integers from 2 on", "a group compares at least two rollouts")
        given["G"] = int(size)
    return given


def bounds(ball: "arb") -> list[str]:
    """Decimal texts below and above a ball."""
    from grpo_theory.dynamics import decimal_bounds

    return list(decimal_bounds(ball, DIGITS))


def between(ends: list[str], digits: int = 12) -> str:
    """The common number of two bounds, shortened for a table, or both where they differ in what is shown."""
    low, high = (f"{Decimal(end):.{digits}g}" for end in ends)
    return low if low == high else f"{low} … {high}"
