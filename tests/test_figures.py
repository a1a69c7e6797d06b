"""Figures are judged by their data; their files repeat byte by byte."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grpo_theory.discovery import files, folder
from grpo_theory.figures import FORMATS, Figure, Landmark, export, figure, figures, read_csv

ALL = figures()


@pytest.mark.parametrize("drawn", ALL, ids=lambda drawn: drawn.key)
def test_every_landmark_holds_on_the_data(drawn: Figure) -> None:
    data = drawn.data()
    assert drawn.landmarks
    assert [landmark.name for landmark in drawn.landmarks if not landmark.holds(data)] == []


@pytest.mark.parametrize("drawn", ALL, ids=lambda drawn: drawn.key)
def test_some_landmark_fails_on_scaled_and_on_mirrored_data(drawn: Figure) -> None:
    data = drawn.data()
    scaled = {name: column * 1.01 for name, column in data.items()}
    mirrored = {name: column if name == "p" else column[::-1] for name, column in data.items()}
    for wrong in (scaled, mirrored):
        assert not all(landmark.holds(wrong) for landmark in drawn.landmarks)


@pytest.mark.parametrize("drawn", ALL, ids=lambda drawn: drawn.key)
def test_the_committed_csv_is_what_the_data_say(drawn: Figure) -> None:
    committed = read_csv(folder("figures") / drawn.source.replace("-", "_") / f"{drawn.name.replace('-', '_')}.csv")
    data = drawn.data()
    assert list(committed) == list(data)
    assert all(np.array_equal(committed[name], data[name]) for name in data)


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from grpo_theory.figures import export, figures\n"
        "for figure in figures(): export(figure, Path(sys.argv[1]))"
    )
    for name in ("first", "second"):
        subprocess.run([sys.executable, "-c", script, str(tmp_path / name)], check=True)
    first = sorted(path for path in (tmp_path / "first").rglob("*") if path.is_file())
    assert len(first) == len(ALL) * (len(FORMATS) + 1)
    for path in first:
        assert path.read_bytes() == (tmp_path / "second" / path.relative_to(tmp_path / "first")).read_bytes(), path.name


def test_files_carry_no_date(tmp_path: Path) -> None:
    written = export(ALL[0], tmp_path)
    assert not any(b"CreationDate" in path.read_bytes() or b"<dc:date>" in path.read_bytes() for path in written)


def test_unknown_names_and_formats_suggest_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no figure is called mroueh-note/figure-2: did you mean mroueh-note/figure-1"):
        figure("mroueh-note/figure-2")
    with pytest.raises(ValueError, match="no figure format is called pgn: did you mean png"):
        export(ALL[0], tmp_path, ["pgn"])
    assert not list(tmp_path.iterdir())


def test_one_file_one_figure() -> None:
    assert len(ALL) == len(files("figures"))


def test_a_landmark_reads_with_its_precision() -> None:
    landmark = Landmark("end", 1.0, 0.1, lambda data: float(data["y"][-1]))
    assert landmark.holds({"y": np.array([1.1 - 1e-9])})
    assert not landmark.holds({"y": np.array([1.2])})


def test_figure_1_of_the_note_is_exact() -> None:
    data = figure("mroueh-note/figure-1").data()
    assert np.allclose(data["success"] * data["failure"], 1, rtol=1e-15, atol=0)
    assert np.allclose(data["success"] ** 2 * data["p"], 1 - data["p"], rtol=1e-14, atol=0)
