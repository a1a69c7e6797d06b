"""`grpo-theory experiment`: an experiment on finite policies, its exact law beside sampled runs, in a folder."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grpo_theory.cli.output import STDOUT, integer, json_option, progress, record, table

if TYPE_CHECKING:
    from grpo_theory.experiments.records import Record

_MOST_PROCESSES = 8
_SHOWN = {
    "relative variance at start": "noise",
    "effective sample size at start": "ESS",
    "final pass@1": "pass@1",
    "final pass@k": "pass@k",
    "final entropy": "entropy",
    "final kl": "KL",
    "sampled final pass@1": "sampled",
}


@click.command("experiment", short_help="normalisations, EC-RLVR against GRPO, temperatures: exact law and samples")
@click.argument("name", metavar="NAME")
@click.option("--seeds", metavar="N", help="Number of sampled runs beside the exact law.")
@click.option("--steps", metavar="N", help="Number of training steps.")
@click.option("--rollouts", metavar="N", help="Rollouts of each prompt in each step: the budget.")
@click.option("--prompts", metavar="N", help="Number of prompts, quantiles of the difficulty.")
@click.option("--difficulty", metavar="A,B", help="Success probabilities of the prompts are Beta(A, B).")
@click.option("--learning-rate", metavar="ETA", help="Step length, before --match.")
@click.option("--match", metavar="HOW", help="What makes learning rates comparable: step, signal or none.")
@click.option("--attempts", metavar="K", help="The k of pass@k.")
@click.option("--level", metavar="P", help="The pass@1 whose first time is a method's speed.")
@click.option("--groups", metavar="G,...", help="Group sizes.")
@click.option("--rules", metavar="RULE,...", help="Normalisations (normalisation-comparison).")
@click.option("--tau", metavar="T[,...]", help="Temperature, or several (temperature-sweep).")
@click.option("--tau-conspo", metavar="T", help="Temperature of ConSPO (ec-rlvr-against-grpo).")
@click.option("--margin", metavar="M", help="Margin of ConSPO, constant (ec-rlvr-against-grpo).")
@click.option("--probabilities", metavar="P,...", help="Outcomes whose shares within classes are every prompt's.")
@click.option("--rewards", metavar="R,...", help="Their rewards, 0 or 1 (temperature-sweep).")
@click.option("--entropy", metavar="N", help="Where the random numbers start.")
@click.option("--risk", metavar="D", help="Probability that any sampled point may leave its band.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Keep cells, tables and figure there, or go on.",
)
@click.option("--jobs", callback=integer, metavar="J", help="Number of processes; as many as there are processors.")
@json_option
def command(name: str, out: Path | None, jobs: int | None, json_file: str | None, **options: str | None) -> int:
    """Run the experiment NAME: normalisation-comparison, ec-rlvr-against-grpo or temperature-sweep.

    With --out, finished cells are kept: a run that was stopped goes on when started again, and ends with the same
    bytes. Ends with 1 if a sampled point lies outside its band.
    """
    from grpo_theory.experiments.catalogue import from_texts, run

    chosen = from_texts(name, {key: text for key, text in options.items() if text is not None})
    workers = min(os.cpu_count() or 1, _MOST_PROCESSES) if jobs is None else jobs
    with record(json_file) as write, progress(name) as advance:
        found = run(name, chosen, out=out, jobs=workers, progress=advance)
        files = () if out is None else _figure(name, chosen.columns(found), out)
        write(_json(found, files))
    if json_file != STDOUT:
        _print(found, out)
    return 1 if any(row["sampled points outside band"] for row in found.tables["summary"]) else 0


def _figure(name: str, columns: Any, out: Path) -> tuple[str, ...]:
    """The experiment's figure drawn from this run; the committed figure's landmarks and findings are not this run's."""
    from dataclasses import replace

    from grpo_theory.experiments.catalogue import entry
    from grpo_theory.figures import export, figure

    caption = "Exact curves, their bands, and the means of sampled runs; the parameters are in the run's manifest."
    own = replace(figure(entry(name).figure), caption=caption, landmarks=(), parameters={})
    return tuple(str(path) for path in export(own, out / "figures", data=columns))


def _json(found: "Record", files: tuple[str, ...]) -> dict[str, Any]:
    tables = {name: [_finite(row) for row in rows] for name, rows in found.tables.items()}
    return {"experiment": found.name, "parameters": found.parameters, **tables, "files": list(files)}


def _finite(row: Any) -> dict[str, Any]:
    """JSON has no number for a level that is never reached: it is null."""
    return {key: None if value != value else value for key, value in row.items()}


def _print(found: "Record", out: Path | None) -> None:
    rows, setting = found.tables["summary"], found.parameters["setting"]
    speed = next(key for key in rows[0] if key.startswith("rollouts to"))
    shown = {"cell": "cell", speed: f"to {setting['level']}", **_SHOWN}
    table(list(shown.values()), [[_text(row[key]) for key in shown] for row in rows], right=range(1, len(shown)))
    print(f"exact, but for the mean of {setting['seeds']} sampled runs; learning rates matched by {setting['match']}")
    print(
        f"to {setting['level']}: {speed}, per prompt; pass@1 and the columns after it: after {setting['steps']} steps"
    )
    print("noise, ESS: relative variance and effective sample size of the first step, over all prompts")
    missed = sum(int(row["sampled points outside band"]) for row in rows)
    print(f"{missed} sampled points outside the bands of the exact law")
    if out is not None:
        print(f"tables, cells and figure in {out}")


def _text(value: Any) -> str:
    if isinstance(value, float):
        return "never" if value != value else f"{value:.3g}" if value < 1000 else f"{value:.0f}"
    return str(value)
