"""The small sample logs that ship with the notebooks: synthetic rewards in the formats of TRL and verl, and as CSV.

No model was trained for them: prompts' success probabilities are drawn from Beta(0.6, 0.9), rewards are coin tosses.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

SHAPE: Final = (0.6, 0.9)
PROMPTS: Final = 120
G: Final = 8
STEP: Final = 10
_SEED: Final = 20250510


def rows() -> Iterator[tuple[str, int]]:
    """A prompt's name and a reward for each rollout, group by group, the same on every machine.

    >>> first = next(rows())
    >>> first[0], first[1] in (0, 1)
    ('What is 17 + 4?', True)
    """
    generator = np.random.Generator(np.random.PCG64(_SEED))
    for number in range(PROMPTS):
        p = generator.beta(*SHAPE)
        for _ in range(G):
            yield f"What is {number + 17} + {3 * number + 4}?", int(generator.random() < p)


def write_samples(folder: Path) -> tuple[Path, ...]:
    """The three logs: verl's 10.jsonl, rewards.csv, and where polars is installed TRL's completions_00010.parquet.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in write_samples(Path(folder))][:2]
    ['10.jsonl', 'rewards.csv']
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn = list(rows())
    lines, table = folder / f"{STEP}.jsonl", folder / "rewards.csv"
    records = [{"input": name, "output": "…", "gts": "…", "score": float(r), "step": STEP} for name, r in drawn]
    lines.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), encoding="utf-8")
    with table.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("id", "reward"))
        writer.writerows((index // G, reward) for index, (_, reward) in enumerate(drawn))
    return (lines, table, *_parquet(folder, drawn))


def _parquet(folder: Path, drawn: list[tuple[str, int]]) -> tuple[Path, ...]:
    try:
        import polars as pl
    except ImportError:
        return ()
    columns: dict[str, Any] = {
        "step": [STEP] * len(drawn),
        "prompt": [name for name, _ in drawn],
        "completion": ["…"] * len(drawn),
        "accuracy_reward": [float(reward) for _, reward in drawn],
        "advantage": _advantages([reward for _, reward in drawn]),
    }
    path = folder / f"completions_{STEP:05d}.parquet"
    pl.DataFrame(columns).write_parquet(path)
    return (path,)


def _advantages(rewards: list[int]) -> list[float]:
    """What TRL logs beside the rewards: (r − mean)/(std + 1e-4), std with Bessel's correction."""
    groups = np.array(rewards, dtype=float).reshape(-1, G)
    spread = groups.std(axis=1, ddof=1, keepdims=True)
    advantages = (groups - groups.mean(axis=1, keepdims=True)) / (spread + 1e-4)
    return [float(one) for one in advantages.ravel()]
