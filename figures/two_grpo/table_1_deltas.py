"""Table 1's fifty differences Δ, printed against recomputed; the three that contradict the printed entries marked."""

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.figures import Data, Figure, canvas, reading
from grpo_theory.tables.two_grpo import BENCHMARKS, METRICS, TABLE_1, blocks, row

ALLOWED = 0.01
CELLS = [(*run, benchmark, metric) for run in blocks(TABLE_1) for benchmark in BENCHMARKS for metric in METRICS]


def number(cell: tuple[str, str, str, str], setting: str) -> float:
    """The number printed in a cell's row for a group size, or in its row Δ."""
    trained, model, benchmark, metric = cell
    return float(row(TABLE_1, trained, model, setting).number(benchmark, metric))


def data() -> Data:
    """For each cell the printed Δ and the difference of the printed entries, G = 2 minus G = 16."""
    difference = [round(number(cell, "2") - number(cell, "16"), 10) for cell in CELLS]
    return {"printed": np.array([number(cell, "Δ") for cell in CELLS]), "recomputed": np.array(difference)}


def draw(data: Data) -> Canvas:
    """Printed against recomputed on the diagonal; ringed and named where they differ by more than a last digit."""
    drawn = canvas("icml", 0.92)
    axes = drawn.add_subplot()
    span = (-10.5, 6.5)
    axes.plot(span, span, "-", color="#999999", linewidth=0.7, zorder=1)
    wrong = np.abs(data["printed"] - data["recomputed"]) > ALLOWED + 1e-9
    axes.plot(data["recomputed"][~wrong], data["printed"][~wrong], "o", color="#0072B2", markersize=3)
    axes.plot(data["recomputed"][wrong], data["printed"][wrong], "s", color="#D55E00", markersize=4.5, zorder=3)
    for i in np.flatnonzero(wrong):
        trained, model, benchmark, metric = CELLS[i]
        place = (data["recomputed"][i], data["printed"][i])
        values = f"{place[1]:+.2f} for {place[0]:+.2f}".replace("-", "\N{MINUS SIGN}")
        words = f"{model} on {trained},\n{benchmark.split()[0]} {metric}:\n{values}"
        axes.annotate(words, place, OFFSETS[benchmark, model], arrowprops=ARROW, ha="center", va="center")
    axes.set(xlim=span, ylim=span, aspect="equal")
    axes.set(xlabel=r"$\Delta$ recomputed, in points", ylabel=r"$\Delta$ as printed, in points")
    axes.set_xticks([-10, -5, 0, 5])
    axes.set_yticks([-10, -5, 0, 5])
    return drawn


ARROW = {"arrowstyle": "-", "color": "#D55E00", "linewidth": 0.7}
OFFSETS = {
    ("Minerva Math", "DS-1.5B"): (2.9, -3.0),
    ("Minerva Math", "Qwen-1.5B"): (-6.5, 4.4),
    ("AIME 2025", "Qwen-1.5B"): (0.9, -7.6),
}

figure = Figure(
    name="table-1-deltas",
    source="two-grpo",
    label="Table 1, rows Δ as printed against the differences of its entries",
    caption="The fifty differences between two and sixteen rollouts that Table 1 prints, against those of its "
    "own entries. 47 agree up to one unit of the last digit. Squares: a sign lost, and two for Qwen-1.5B on DAPO; the "
    "entry 33/61 is read as 33.61, and no reading of its digits gives the printed +0.71.",
    data=data,
    draw=draw,
    parameters={"allowed": str(ALLOWED)},
    landmarks=(
        reading("first printed Δ", "printed", 0, -0.96, 0.005),
        reading("first recomputed Δ", "recomputed", 0, -0.96, 0.005),
        reading("printed for DS-1.5B on MATH, Minerva Pass@32", "printed", 25, -0.05, 0.0004),
        reading("recomputed there", "recomputed", 25, 0.05, 0.0004),
        reading("printed for Qwen-1.5B on DAPO, Minerva Pass@32", "printed", 35, 0.71, 0.005),
        reading("recomputed there", "recomputed", 35, -0.55, 0.005),
        reading("printed for Qwen-1.5B on DAPO, AIME Mean@32", "printed", 36, -2.5, 0.005),
        reading("recomputed there", "recomputed", 36, -1.45, 0.005),
    ),
)
