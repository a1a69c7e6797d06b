"""Rewards from the logs that trainers write: TRL's parquet tables, verl's JSON lines, and plain CSV."""

import csv
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from grpo_theory.errors import nearest, outside

_NO_REWARD: Final = {"step", "advantage", "prompt", "completion", "id", "uid", "input", "output", "gts", "index"}
_KEYS: Final = ("uid", "id", "prompt_id", "index", "prompt", "input")
_SUFFIXES: Final = (".parquet", ".jsonl", ".csv")


@dataclass(frozen=True)
class Rollouts:
    """One reward for each logged rollout, in the order of the log, with the step and what names its prompt.

    Shapes: three tuples of one length; `keys` are empty texts where the log names no prompt, `steps` where it has none.

    >>> Rollouts((1.0, 0.0), ("a", "a"), ("1", "1")).binary()
    (1, 0)
    """

    rewards: tuple[float, ...]
    keys: tuple[str, ...]
    steps: tuple[str, ...]

    def binary(self, threshold: float | None = None) -> tuple[int, ...]:
        """1 for a success and 0 for a failure: the rewards themselves, or whether each exceeds the threshold.

        Errors: ValueError for a reward other than 0 and 1 where no threshold says what counts as a success.

        >>> Rollouts((0.2, 0.9), ("", ""), ("", "")).binary(0.5)
        (0, 1)
        """
        if threshold is None:
            odd = next((reward for reward in self.rewards if reward not in (0.0, 1.0)), None)
            if odd is not None:
                raise outside("reward", odd, "{0, 1}", "say which rewards are successes, e.g. threshold=0.5")
            return tuple(int(reward) for reward in self.rewards)
        return tuple(int(reward > threshold) for reward in self.rewards)


def read_log(path: str | Path, *, reward: str | None = None, group: str | None = None) -> Rollouts:
    """The rewards in a log file, or in all log files of a folder in the order of their names.

    Domain: TRL's completions_*.parquet (columns step, prompt, completion, advantage and one for each reward function;
    needs polars, which the extra `explore` brings), verl's {step}.jsonl (input, output, gts, score, step), or CSV with
    a header. `reward` names the column of rewards, `group` the one that names the prompt; where they are left out, the
    only numeric column that can be meant, and uid, id, prompt_id, index, prompt or input, in this order. Errors:
    ValueError for a file that cannot be read, for an unknown column, and where several columns may be meant.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "a.csv").write_text("id,reward\\n7,1\\n7,0\\n")
    ...     read_log(Path(folder) / "a.csv")
    Rollouts(rewards=(1.0, 0.0), keys=('7', '7'), steps=('', ''))
    """
    place = Path(path)
    files = sorted(one for one in place.iterdir() if one.suffix in _SUFFIXES) if place.is_dir() else [place]
    if not files:
        raise outside("path", str(path), "the files .parquet, .jsonl and .csv and folders of them", "no log is there")
    parts = [_rollouts(_table(one), reward, group, one) for one in files]
    return Rollouts(
        tuple(one for part in parts for one in part.rewards),
        tuple(one for part in parts for one in part.keys),
        tuple(one for part in parts for one in part.steps),
    )


Table = Mapping[str, Sequence[Any]]


def _table(path: Path) -> Table:
    readers = {".parquet": _parquet, ".jsonl": _json_lines, ".csv": _comma_separated}
    reader = readers.get(path.suffix)
    if reader is None:
        raise outside("path", str(path), "the files .parquet, .jsonl and .csv", "no other log is read")
    try:
        return reader(path)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise outside("path", str(path), "the logs that can be read", reason) from None


def _parquet(path: Path) -> Table:
    try:
        import polars as pl
        from polars.exceptions import PolarsError
    except ImportError:
        raise ValueError(
            "polars is not installed, and parquet needs it: pip install 'grpo-theory[explore]', or log to CSV"
        ) from None
    try:
        frame = pl.read_parquet(path)
    except PolarsError as error:
        raise OSError(f"no parquet table: {error}") from None
    return {name: frame[name].to_list() for name in frame.columns}


def _json_lines(path: Path) -> Table:
    with path.open(encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream if line.strip()]
    if not all(isinstance(row, dict) for row in rows):
        raise OSError("a line holds no JSON object")
    return _columns(rows)


def _comma_separated(path: Path) -> Table:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return _columns(list(csv.DictReader(stream)))


def _columns(rows: Sequence[Mapping[str, Any]]) -> Table:
    names = dict.fromkeys(name for row in rows for name in row if name is not None)
    return {name: [row.get(name) for row in rows] for name in names}


def _rollouts(table: Table, reward: str | None, group: str | None, path: Path) -> Rollouts:
    for name in (reward, group):
        if name is not None and name not in table:
            raise nearest(name, table, f"column of {path.name}")
    chosen = reward or _reward_column(table, path)
    key = group or next((name for name in _KEYS if name in table), None)
    rewards = tuple(_number(value, chosen, path) for value in table[chosen])
    keys = _texts(table[key]) if key is not None else ("",) * len(rewards)
    steps = _texts(table["step"]) if "step" in table else ("",) * len(rewards)
    return Rollouts(rewards, keys, steps)


def _reward_column(table: Table, path: Path) -> str:
    for usual in ("score", "reward"):
        if usual in table:
            return usual
    numeric = [name for name in table if name not in _NO_REWARD and _is_numeric(table[name])]
    if len(numeric) == 1:
        return numeric[0]
    meaning = "give reward= the name of the column that holds the rewards"
    raise outside(f"columns of {path.name}", ", ".join(numeric or table), "the tables with one reward", meaning)


def _is_numeric(values: Iterable[Any]) -> bool:
    return all(not math.isnan(_maybe(value)) for value in values)


def _maybe(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _number(value: Any, column: str, path: Path) -> float:
    number = _maybe(value)
    if not math.isfinite(number):
        raise outside(f"{column} of {path.name}", value, "the finite numbers", "every rollout needs a reward")
    return number


def _texts(values: Sequence[Any]) -> tuple[str, ...]:
    """Prompts as texts; a conversation is told from another by its JSON."""
    return tuple(one if isinstance(one, str) else json.dumps(one, sort_keys=True, default=str) for one in values)
