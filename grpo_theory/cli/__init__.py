"""The command `grpo-theory`: the only place that prints. A command imports what it works with when it is called."""

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Final

import click

from grpo_theory import __version__
from grpo_theory.cli import (
    bifurcations,
    bound,
    conventions,
    experiment,
    explore,
    figures,
    fixed_points,
    rule,
    trajectory,
    verify,
)

HOLDS: Final = 0
UNUSABLE: Final = 2
DEFECT: Final = 3
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
def app() -> None:
    """Exact theory of group-relative policy optimisation with binary rewards, and a ledger of what holds.

    Exit status: 0 success, 1 something was checked and does not hold, 2 unusable input.
    """


for _module in (verify, rule, fixed_points, bifurcations, trajectory, bound, conventions, figures, explore, experiment):
    app.add_command(_module.command)


def main() -> None:
    """Run the command line of this process, writing UTF-8 whatever the locale, and end it with the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """The exit status of a command line; every error is one line on standard error, never a traceback.

    Units: 0 success, 1 checked and does not hold, 2 unusable input, 3 a defect of the program itself, 130 interrupted,
    141 the reader of standard output went away. With GRPO_THEORY_TRACEBACK set, errors show where they arose.

    >>> run(["--version"])
    grpo-theory 0.1.0
    0
    """
    try:
        status = app.main(list(arguments) or ["--help"], prog_name="grpo-theory", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else HOLDS
    except (click.Abort, KeyboardInterrupt):
        return _complain("interrupted", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains again while it exits
        return PIPE_CLOSED
    except Exception as error:
        if os.environ.get("GRPO_THEORY_TRACEBACK"):
            raise
        if isinstance(error, click.ClickException):
            return _complain(error.format_message(), UNUSABLE)
        if isinstance(error, ValueError):
            return _complain(str(error), UNUSABLE)
        return _complain(f"defect: {type(error).__name__}: {error} (GRPO_THEORY_TRACEBACK=1 shows where)", DEFECT)


def _complain(message: str, status: int) -> int:
    print(f"grpo-theory: {' '.join(message.split())}", file=sys.stderr)
    return status
