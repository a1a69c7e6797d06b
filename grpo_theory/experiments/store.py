"""Runs that can be killed and started again: every finished cell is a file, written whole or not at all."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from grpo_theory import __version__
from grpo_theory.errors import outside
from grpo_theory.experiments.cells import Cell, computed
from grpo_theory.processes import spread

Progress = Callable[[int, int, str], None]
MANIFEST: Final = "manifest.json"
_LIBRARIES: Final = ("numpy", "scipy")


def manifest(name: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What fixes an experiment's results: its name, its parameters, and the versions of what computes them.

    >>> sorted(manifest("temperature-sweep", {}))
    ['experiment', 'libraries', 'package', 'parameters']
    """
    libraries = {library: version(library) for library in _LIBRARIES}
    return {"experiment": name, "parameters": dict(parameters), "package": __version__, "libraries": libraries}


def claim_folder(out: Path, fixed: Mapping[str, Any]) -> None:
    """The folder is made, or found to hold an unfinished or finished run of the same experiment, and can be written.

    Errors: ValueError for a file, a folder with other content or another manifest, and one that cannot be written.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     claim_folder(Path(folder) / "new", {"experiment": "a"})
    ...     claim_folder(Path(folder) / "new", {"experiment": "b"})
    Traceback (most recent call last):
    ...
    ValueError: out = new lies outside the folders that are empty or hold this run: it holds another experiment's run
    """
    domain = "the folders that are empty or hold this run"
    try:
        out.mkdir(parents=True, exist_ok=True)
        held = sorted(path.name for path in out.iterdir())
        if MANIFEST in held:
            _same_run(out, fixed, domain)
        elif held:
            raise outside("out", out.name, domain, f"it holds {held[0]} and no {MANIFEST}")
        write(out / MANIFEST, fixed)
        (out / "cells").mkdir(exist_ok=True)
    except OSError as error:
        raise outside("out", str(out), "the folders that can be written", error.strerror or str(error)) from None


def _same_run(out: Path, fixed: Mapping[str, Any], domain: str) -> None:
    try:
        known = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except ValueError:
        known = None
    if known == json.loads(json.dumps(fixed)):
        return
    if not isinstance(known, dict) or known.get("experiment") != fixed["experiment"]:
        raise outside("out", out.name, domain, "it holds another experiment's run")
    old, new = (each.get("parameters", {}) for each in (known, fixed))
    changed = sorted(key for key in {*old, *new} if old.get(key) != json.loads(json.dumps(new.get(key))))
    what = f"its run has other values of {', '.join(changed)}" if changed else "other versions computed its run"
    raise outside("out", out.name, domain, what)


def write(path: Path, content: Mapping[str, Any] | str) -> None:
    """A file that appears whole: written beside its place, then moved there.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write(Path(folder) / "a.json", {"p": 0.5})
    ...     [path.name for path in Path(folder).iterdir()]
    ['a.json']
    """
    text = content if isinstance(content, str) else json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    beside = path.with_name(f"{path.name}.part")
    beside.write_text(text, encoding="utf-8", newline="")
    beside.replace(path)


def cell_file(out: Path, key: str) -> Path:
    """Where the result of a cell is kept.

    >>> cell_file(Path("run"), "ec-rlvr tau=1/2").as_posix()
    'run/cells/ec-rlvr_tau=1-2.json'
    """
    return out / "cells" / f"{re.sub(r'[^A-Za-z0-9.=-]', '_', key.replace('/', '-'))}.json"


def finished(
    cells: Sequence[Cell], out: Path | None, jobs: int, progress: Progress | None
) -> tuple[dict[str, Any], ...]:
    """The results of all cells, those found in the folder read and the others computed and kept there.

    Domain: jobs ≥ 1 processes. Results depend on the cells alone.

    >>> finished([], None, 1, None)
    ()
    """
    files = {} if out is None else {cell.key: cell_file(out, cell.key) for cell in cells}
    found = {key: kept for key, path in files.items() if (kept := _kept(path)) is not None}
    rest = [cell for cell in cells if cell.key not in found]
    if progress is not None and found:
        progress(len(found), len(cells), "kept from before")
    for _, outcome in spread(computed, rest, jobs):
        result = outcome()
        found[result["key"]] = result
        if out is not None:
            write(files[result["key"]], result)
        if progress is not None:
            progress(len(found), len(cells), result["key"])
    return tuple(found[cell.key] for cell in cells)


def _kept(path: Path) -> dict[str, Any] | None:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, dict) else None
