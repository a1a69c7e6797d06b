"""What the libraries' own code answered on every binary reward vector, recorded in a file beside this module."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from grpo_theory.interop.conventions import CONVENTIONS, LARGEST_RECORDED, LIBRARIES, PROBE, Convention
from grpo_theory.interop.live import Answer, Vector, every_vector, measure, version

RECORDED_FILE: Final = "recorded.json"
SIZES: Final = tuple(range(1, LARGEST_RECORDED + 1))
Progress = Callable[[int, int, str], None]
Vectors = Callable[[int], Sequence[Vector]]


@dataclass(frozen=True)
class Answers:
    """What a library's code answered for one convention: group by group, and for the probe.

    Domain: `groups[G]` holds the answers by reward vector; `probe` is the advantage of the only success of 4096
    rollouts, and that of the first failure.

    >>> answers = recorded()["verl/rloo"]
    >>> answers.groups[2][0, 1], answers.probe[0]
    ((-1.0, 1.0), 1.0)
    """

    groups: Mapping[int, Mapping[Vector, Answer]]
    probe: tuple[float | None, float | None]


def ask(which: Convention, sizes: Sequence[int] = SIZES, vectors: Vectors = every_vector) -> Answers:
    """What the installed library answers now, for groups of the given sizes and their vectors.

    >>> from grpo_theory.interop.conventions import convention
    >>> version("verl") is None or ask(convention("verl/rloo"), (2,)).groups[2][0, 1] == (-1.0, 1.0)
    True
    """
    asked = [list(vectors(G)) for G in sizes]
    *answered, alone = measure(which, [*asked, [(1, *(0,) * (PROBE - 1))]])
    groups = {G: dict(zip(a, b, strict=True)) for G, a, b in zip(sizes, asked, answered, strict=True)}
    probe = alone[0]
    return Answers(groups, (None, None) if probe is None else (probe[0], probe[1]))


def record(which: Sequence[Convention] = CONVENTIONS, progress: Progress | None = None) -> dict[str, Any]:
    """The answers to conventions as JSON data, from the libraries' own code.

    Errors: ValueError where a library is not installed.

    >>> record(())
    {'versions': {}, 'answers': {}}
    """
    versions = {key: version(key) for key in LIBRARIES if any(c.library == key for c in which)}
    if missing := [key for key, found in versions.items() if found is None]:
        raise ValueError(f"{', '.join(missing)} cannot be run here: install the library and what its code imports")
    answers = {}
    for done, convention in enumerate(which):
        answers[convention.key] = _encoded(ask(convention))
        if progress is not None:
            progress(done + 1, len(which), convention.key)
    return {"versions": versions, "answers": answers}


def write(path: Path, data: Mapping[str, Any]) -> None:
    """Write recorded data, one line to a group size.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(Path(folder, "r.json"), {"versions": {}, "answers": {}})
    ...     json.loads(Path(folder, "r.json").read_text())
    {'versions': {}, 'answers': {}}
    """
    lines = []
    for key, answers in data["answers"].items():
        sizes = ",\n".join(f"   {json.dumps(G)}: {json.dumps(answer)}" for G, answer in answers.items())
        lines.append(f"  {json.dumps(key)}: {{\n{sizes}\n  }}")
    body = ",\n".join(lines)
    text = f'{{\n "versions": {json.dumps(data["versions"])},\n "answers": {{\n{body}\n }}\n}}\n'
    path.write_text(text, encoding="utf-8")


@cache
def recorded() -> Mapping[str, Answers]:
    """The recorded answers by the convention's key.

    >>> recorded()["trl/rloo"].groups[3][0, 1, 1]
    (-1.0, 0.5, 0.5)
    """
    return {key: _decoded(entry) for key, entry in _file()["answers"].items()}


def recorded_versions() -> Mapping[str, str]:
    """The versions of the libraries whose answers are recorded.

    >>> sorted(recorded_versions())
    ['openrlhf', 'trl', 'verl']
    """
    versions: Mapping[str, str] = _file()["versions"]
    return versions


@cache
def _file() -> Any:
    return json.loads(files("grpo_theory.interop").joinpath(RECORDED_FILE).read_text(encoding="utf-8"))


def _encoded(answers: Answers) -> dict[str, Any]:
    """Every distinct number once, and for every rollout of every vector its place in that list; None for a refusal."""
    coded: dict[str, Any] = {}
    for G, by_vector in answers.groups.items():
        rows = by_vector.values()
        numbers = sorted({value for row in rows if row for value in row if value is not None})
        places: list[list[int | None] | None] = [
            None if row is None else [None if value is None else numbers.index(value) for value in row] for row in rows
        ]
        coded[str(G)] = {"numbers": [x.hex() for x in numbers], "places": places}
    coded[str(PROBE)] = [None if x is None else x.hex() for x in answers.probe]
    return coded


def _decoded(coded: Mapping[str, Any]) -> Answers:
    groups: dict[int, dict[Vector, Answer]] = {}
    for G in SIZES:
        numbers = [float.fromhex(x) for x in coded[str(G)]["numbers"]]
        groups[G] = {
            vector: None if row is None else tuple(None if place is None else numbers[place] for place in row)
            for vector, row in zip(every_vector(G), coded[str(G)]["places"], strict=True)
        }
    success, failure = (None if x is None else float.fromhex(x) for x in coded[str(PROBE)])
    return Answers(groups, (success, failure))
