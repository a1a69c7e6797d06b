"""`grpo-theory trajectory`: the iterates of a recurrence, where they end, and their Lyapunov exponent."""

import math
from typing import Any

import click

from grpo_theory.cli.dynamics import named, parameters
from grpo_theory.cli.output import STDOUT, integer, json_option, progress, record, table
from grpo_theory.errors import outside, probability

MOST_STEPS = 1_000_000
_SHOWN = 12


@click.command("trajectory", short_help="iterates of a recurrence and their limit")
@parameters
@click.option("--start", metavar="P0", help="Success probability of the first policy, in (0, 1); P where not given.")
@click.option("--steps", default="50", callback=integer, metavar="N", help="Number of steps; 50.")
@json_option
def command(start: str | None, steps: int, json_file: str | None, **options: str | None) -> None:
    """Print p_0, …, p_N and what the orbit does in the end: a fixed point, a cycle, or nothing that repeats.

    Limits and Lyapunov exponents are observed in floating point; `fixed-points` certifies.
    """
    from grpo_theory.dynamics import limit, recurrence

    if not 0 <= steps <= MOST_STEPS:
        raise outside("steps", steps, f"the integers 0, ..., {MOST_STEPS}", "so many iterates are kept")
    first = float(probability("start" if start else "p_ref", start or options["p_ref"], open=True))
    with record(json_file) as write, progress("trajectory"):
        step = recurrence(**named(options))
        path = step.trajectory(first, steps)
        end = limit(step, first)
        answer = {
            "p": [float(p) for p in path.p],
            "logit": [_finite(z) for z in path.logit],
            "limit": end.kind,
            "period": end.period,
            "limit_points": [_finite(z) for z in end.logit],
            "lyapunov": _finite(end.lyapunov),
            "status": end.status,
        }
        write(answer)
    if json_file != STDOUT:
        _print(answer)


def _finite(value: float) -> float | str:
    """JSON has no infinities: they are written as text."""
    return float(value) if math.isfinite(value) else str(float(value))


def _print(answer: dict[str, Any]) -> None:
    count = len(answer["p"])
    kept = range(count) if count <= 2 * _SHOWN else [*range(_SHOWN), *range(count - _SHOWN, count)]
    rows = [[str(t), f"{answer['p'][t]:.9g}", f"{float(answer['logit'][t]):.9g}"] for t in kept]
    table(["t", "p", "log-odds"], rows, right=[0])
    ends = {"fixed-point": "settles at a fixed point", "cycle": f"settles on a cycle of period {answer['period']}"}
    exponent = f"{float(answer['lyapunov']):.6g}"
    print(f"observed: the orbit {ends.get(answer['limit'], 'does not repeat')}; Lyapunov exponent {exponent}")
