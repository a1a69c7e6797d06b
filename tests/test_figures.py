"""Figures are judged by their data; their files repeat byte by byte; what they draw is read at print size."""

import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axis import Axis
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from grpo_theory.discovery import files
from grpo_theory.dynamics import orbit_diagram
from grpo_theory.figures import FORMATS, STYLE, WIDTHS, Data, Figure, Landmark, canvas, export, figure, figures
from grpo_theory.figures.check import committed, differences

ALL = figures()
SMALLEST_TEXT = 7.0


@cache
def data_of(key: str) -> Data:
    return figure(key).data()


def same(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize("drawn", ALL, ids=lambda drawn: drawn.key)
def test_every_landmark_holds_on_the_data(drawn: Figure) -> None:
    data = data_of(drawn.key)
    assert drawn.landmarks
    assert [landmark.name for landmark in drawn.landmarks if not landmark.holds(data)] == []


@pytest.mark.parametrize("drawn", ALL, ids=lambda drawn: drawn.key)
def test_every_column_alone_is_held_by_some_landmark(drawn: Figure) -> None:
    data = data_of(drawn.key)
    unseen = []
    for name, column in data.items():
        for how, wrong in (("scaled", column * 1.01), ("shifted", column + 0.01), ("mirrored", column[::-1])):
            spoiled = {**data, name: wrong}
            with np.errstate(all="ignore"):
                held = all(landmark.holds(spoiled) for landmark in drawn.landmarks)
            if held and not same(wrong, column):
                unseen.append(f"{name} {how}")
    assert unseen == []


@pytest.mark.parametrize("drawn", ALL, ids=lambda drawn: drawn.key)
def test_the_committed_csv_is_what_the_data_say(drawn: Figure) -> None:
    assert committed(drawn).stat().st_size <= 300_000
    assert differences(drawn, data_of(drawn.key)) == ()


def drawn_texts(drawing: Canvas) -> Iterator[tuple[str, float, Bbox]]:
    """Every text that is drawn: content, size in points, box in pixels; ticks outside their axis are not drawn."""
    hidden = set()
    for axis in drawing.findobj(Axis):
        assert isinstance(axis, Axis)
        low, high = sorted(axis.get_view_interval())
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            if not low <= tick.get_loc() <= high:
                hidden |= {tick.label1, tick.label2}
    for text in drawing.findobj(Text):
        assert isinstance(text, Text)
        if text.get_visible() and text.get_text().strip() and text not in hidden:
            yield text.get_text(), float(text.get_fontsize()), Text.get_window_extent(text)  # of the words alone


def faults(drawing: Canvas) -> list[str]:
    """Texts that are too small, leave the canvas, or touch each other."""
    drawing.draw_without_rendering()
    texts = list(drawn_texts(drawing))
    width, height = drawing.bbox.width, drawing.bbox.height
    small = [f"{content} is smaller than {SMALLEST_TEXT} pt" for content, size, _ in texts if size < SMALLEST_TEXT]
    clipped = [
        f"{content} leaves the canvas"
        for content, _, box in texts
        if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height
    ]
    touching = [
        f"{one} touches {other}"
        for (one, _, box), (other, _, another) in combinations(texts, 2)
        if min(box.x1, another.x1) - max(box.x0, another.x0) > 1
        and min(box.y1, another.y1) - max(box.y0, another.y0) > 1
    ]
    return small + clipped + touching + crossing(drawing)


def crossing(drawing: Canvas) -> list[str]:
    """Texts among the data that lie across a side of their axes, which draws a line through them."""
    found = []
    for axes in drawing.axes:
        frame = axes.get_window_extent()
        for text in axes.texts:
            box = Text.get_window_extent(text)
            across = any(box.x0 < x < box.x1 and box.y0 < frame.y1 and box.y1 > frame.y0 for x in (frame.x0, frame.x1))
            along = any(box.y0 < y < box.y1 and box.x0 < frame.x1 and box.x1 > frame.x0 for y in (frame.y0, frame.y1))
            found += [f"{text.get_text()} lies across a side of its axes"] * (across or along)
    return found


def alike(drawing: Canvas) -> list[str]:
    """Curves of one legend that only their colour tells apart."""
    found = []
    for axes in drawing.axes:
        seen: dict[tuple[object, ...], str] = {}
        for line in (line for line in axes.get_lines() if not str(line.get_label()).startswith("_")):
            face = line.get_markerfacecolor() if line.get_marker() != "None" else ""
            look = (line.get_linestyle(), str(line._unscaled_dash_pattern), line.get_marker(), str(face) == "none")  # type: ignore[attr-defined]
            if look in seen:
                found.append(f"{seen[look]} and {line.get_label()} differ by colour alone")
            seen[look] = str(line.get_label())
    return found


@pytest.mark.parametrize("drawn", ALL, ids=lambda drawn: drawn.key)
def test_figures_are_legible_at_print_size(drawn: Figure) -> None:
    with mpl.rc_context(fname=STYLE):
        drawing = drawn.draw(data_of(drawn.key))
        assert drawing.get_size_inches()[0] in WIDTHS.values()
        assert faults(drawing) == []
        assert alike(drawing) == []


def test_curves_of_one_style_and_texts_across_a_side_would_be_seen() -> None:
    with mpl.rc_context(fname=STYLE):
        drawing = canvas("icml")
        axes = drawing.add_subplot()
        for label, colour in (("one", "red"), ("other", "green")):
            axes.plot([0, 1], [0, 1], "-", label=label, color=colour)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.annotate("a note", (0.5, 0.5), (0.0, 0.5), ha="center")
        drawing.draw_without_rendering()
        assert alike(drawing) == ["one and other differ by colour alone"]
        assert crossing(drawing) == ["a note lies across a side of its axes"]


def test_clipped_touching_and_small_texts_would_be_seen() -> None:
    with mpl.rc_context(fname=STYLE):
        drawing = canvas("icml")
        drawing.text(0.95, 0.5, "over the edge")
        drawing.text(0.2, 0.5, "one above")
        drawing.text(0.21, 0.51, "another", size=5)
    assert [fault.split()[-1] for fault in faults(drawing)] == ["pt", "canvas", "another"]


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    chosen = ("mroueh-note/figure-1", "mroueh-2503/figure-2", "grpo-theory/phase-diagram")
    script = (
        "import sys; from pathlib import Path; from grpo_theory.figures import export, figure\n"
        "for key in sys.argv[2:]: export(figure(key), Path(sys.argv[1]))"
    )
    for name in ("first", "second"):
        subprocess.run([sys.executable, "-c", script, str(tmp_path / name), *chosen], check=True)
    first = sorted(path for path in (tmp_path / "first").rglob("*") if path.is_file())
    assert len(first) == len(chosen) * (len(FORMATS) + 2)
    for path in first:
        assert path.read_bytes() == (tmp_path / "second" / path.relative_to(tmp_path / "first")).read_bytes(), path.name


def test_files_carry_no_date(tmp_path: Path) -> None:
    written = export(figure("mroueh-note/figure-1"), tmp_path)
    assert not any(b"CreationDate" in path.read_bytes() or b"<dc:date>" in path.read_bytes() for path in written)


def test_unknown_names_and_formats_suggest_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match="no figure is called mroueh-note/figure-11: did you mean mroueh-note/figure-1"
    ):
        figure("mroueh-note/figure-11")
    with pytest.raises(ValueError, match="no figure format is called pgn: did you mean png"):
        export(figure("mroueh-note/figure-1"), tmp_path, ["pgn"])
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


def test_figure_3_prints_one_number_that_is_no_fixed_point() -> None:
    data = data_of("mroueh-2503/figure-3")
    unsettled = [name for name, p in data.items() if name.startswith("p from 0.1") and abs(p[-1] - p[-2]) > 1e-6]
    assert unsettled == ["p from 0.1 beta=5 p_ref=1e-4"]


def test_figure_2_counts_the_same_fixed_points_as_a_curve_of_log_odds() -> None:
    data = data_of("mroueh-2503/figure-2")
    for beta, p_ref, p in zip(*(data[f"fixed {name}"] for name in ("beta", "p_ref", "p")), strict=True):
        if 1e-12 < p < 1 - 1e-12:
            residual = np.log(p / (1 - p)) - np.log(p_ref / (1 - p_ref)) - 1 / (beta * np.sqrt(p * (1 - p) + 1e-5))
            assert abs(residual) < 1e-9


def test_certified_counts_agree_with_the_folds_of_the_phase_diagram() -> None:
    data = data_of("grpo-theory/phase-diagram")
    counts = data["count"].reshape(len(data["count beta"]), len(data["count z_ref"]))
    for column, z_ref in enumerate(data["count z_ref"]):
        low, high = (np.interp(z_ref, data["z_ref"], data[f"{side} fold"]) for side in ("lower", "upper"))
        between = (data["count beta"] > low) & (data["count beta"] < high)
        assert np.array_equal(counts[:, column], np.where(between, 3.0, 1.0))


def test_the_bound_of_figure_4_is_the_formula_as_printed() -> None:
    data = data_of("mroueh-2503/figure-4")
    inner = np.abs(data["z"]) < 12
    p = data["p"][inner]
    printed = p * (1 - p) * np.abs(2 * p - 1) / (2 * (p * (1 - p) + 1e-5) ** 1.5)
    assert np.allclose(data["B epsilon=1e-5"][inner], printed, rtol=1e-8, atol=1e-12)


def test_orbits_of_the_bifurcation_diagram_are_what_floats_find_where_they_settle() -> None:
    data = data_of("grpo-theory/bifurcations")
    for beta in (0.15, 3.5, 10.0, 20.0):
        nearest = data["orbit beta"][np.argmin(np.abs(data["orbit beta"] - beta))]
        late = orbit_diagram([nearest], p_ref="1e-3", epsilon="1e-5", start="1/2", burn_in=300, keep=48)
        assert np.allclose(np.unique(late.round(5)), data["orbit z"][data["orbit beta"] == nearest], atol=2e-5)
