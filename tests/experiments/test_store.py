"""A run that was stopped goes on and ends with the same bytes; folders with anything else are refused before work."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from grpo_theory.experiments.catalogue import configured, run
from grpo_theory.experiments.store import MANIFEST, cell_file

NAME = "ec-rlvr-against-grpo"
OPTIONS: dict[str, Any] = {"groups": (2, 4), "rollouts": 4, "steps": 6, "seeds": 3, "prompts": 3}
SMALL = configured(NAME, OPTIONS)


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "run"
    run(NAME, SMALL, out=out)
    return out


def test_a_run_writes_cells_tables_and_manifest(whole: Path) -> None:
    cells = {f"cells/{cell_file(whole, cell.key).name}" for cell in SMALL.cells()}
    assert set(content(whole)) == {MANIFEST, "summary.csv", "curves.csv", *cells}


def test_an_interrupted_run_goes_on_and_ends_with_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    def stop(done: int, total: int, latest: str) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(NAME, SMALL, out=tmp_path / "run", progress=stop)
    assert len(content(tmp_path / "run")) == 1 + 2
    seen: list[int] = []
    run(NAME, SMALL, out=tmp_path / "run", progress=lambda done, total, latest: seen.append(done))
    assert seen == [2, 3, 4, 5]
    assert content(tmp_path / "run") == content(whole)


def test_a_killed_process_goes_on_and_ends_with_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    script = (
        "import sys, time; from pathlib import Path\n"
        "from grpo_theory.experiments.catalogue import configured, run\n"
        f"experiment = configured({NAME!r}, {OPTIONS!r})\n"
        f"run({NAME!r}, experiment, out=Path(sys.argv[1]), progress=lambda *_: time.sleep(0.5))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(out)])
    deadline = time.monotonic() + 60
    while not list(out.glob("cells/*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (out / "summary.csv").exists()
    run(NAME, SMALL, out=out)
    assert content(out) == content(whole)


def test_several_processes_do_not_change_the_result(whole: Path, tmp_path: Path) -> None:
    run(NAME, SMALL, out=tmp_path / "run", jobs=2)
    assert content(tmp_path / "run") == content(whole)


def test_a_finished_run_is_read_and_a_torn_cell_computed_again(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    run(NAME, SMALL, out=out)
    torn = cell_file(out, SMALL.cells()[0].key)
    torn.write_bytes(torn.read_bytes()[:100])
    seen: list[str] = []
    run(NAME, SMALL, out=out, progress=lambda done, total, latest: seen.append(latest))
    assert seen == ["kept from before", SMALL.cells()[0].key]
    assert content(out) == content(whole)


def test_a_run_is_the_same_whatever_other_runs_there_are(tmp_path: Path) -> None:
    few, more = (run(NAME, configured(NAME, {**OPTIONS, "seeds": seeds})) for seeds in (2, 3))
    for one, other in zip(few.results, more.results, strict=True):
        assert one["sampled"]["kl"] == other["sampled"]["kl"][:2]


@pytest.mark.parametrize("options", [{"seeds": 4}, {"tau": "1/2"}])
def test_a_folder_with_other_parameters_is_refused(whole: Path, options: dict[str, Any]) -> None:
    before = content(whole)
    with pytest.raises(ValueError, match=r"out = run lies outside .*: its run has other values of (setting|tau)$"):
        run(NAME, configured(NAME, {**OPTIONS, **options}), out=whole)
    assert content(whole) == before


def test_folders_with_anything_else_are_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match=f"it holds notes.txt and no {MANIFEST}"):
        run(NAME, SMALL, out=tmp_path)
    with pytest.raises(ValueError, match="lies outside the folders that can be written: "):
        run(NAME, SMALL, out=tmp_path / "notes.txt" / "below")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / MANIFEST).write_text("{")
    with pytest.raises(ValueError, match="it holds another experiment's run"):
        run(NAME, SMALL, out=tmp_path / "other")
    assert content(tmp_path) == {"notes.txt": b"mine", f"other/{MANIFEST}": b"{"}
