"""Table 2: accuracy against the group size, with the entries marked that contradict Table 1."""

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.figures import Data, Figure, Landmark, canvas, reading
from grpo_theory.tables.two_grpo import BENCHMARKS, METRICS, TABLE_1, TABLE_2, blocks, row

SIZES = ("2", "4", "8", "16")
RUNS = blocks(TABLE_2)
STYLES = (
    ("#0072B2", "-", "o"),
    ("#D55E00", "--", "s"),
    ("#009E73", "-.", "^"),
    ("#111111", ":", "v"),
)


def data() -> Data:
    """For each benchmark and metric the accuracies of Table 2, run by run, and Table 1's at G = 16."""
    columns = {"G": np.array([float(size) for size in SIZES])}
    for metric in METRICS:
        for benchmark in BENCHMARKS:
            numbers = [row(TABLE_2, *run, size).number(benchmark, metric) for run in RUNS for size in SIZES]
            before = [row(TABLE_1, *run, "16").number(benchmark, metric) for run in RUNS]
            columns[f"{metric} {benchmark}"] = np.array([float(one) for one in numbers])
            columns[f"Table 1 {metric} {benchmark}"] = np.array([float(one) for one in before])
    return columns


def draw(data: Data) -> Canvas:
    """A column of panels for each benchmark, a row for each metric; crosses: Table 1 where it prints another number."""
    drawn = canvas("neurips", 0.68)
    panels = drawn.subplots(len(METRICS), len(BENCHMARKS), sharex=True)
    steps = np.log2(data["G"])
    for metric, line in zip(METRICS, panels, strict=True):
        for benchmark, axes in zip(BENCHMARKS, line, strict=True):
            scores = data[f"{metric} {benchmark}"].reshape(len(RUNS), len(SIZES))
            before = data[f"Table 1 {metric} {benchmark}"]
            for (trained, model), (colour, style, mark), score, one in zip(RUNS, STYLES, scores, before, strict=True):
                label = f"{model}, {trained}"
                hollow = "white" if style == ":" else colour
                axes.plot(steps, score, mark, linestyle=style, color=colour, mfc=hollow, ms=3.4, lw=1, label=label)
                if abs(one - score[-1]) > 1e-9:
                    axes.plot(steps[-1], one, "x", color=colour, markersize=6, mew=1.4)
            axes.set_xticks(steps, SIZES)
            axes.margins(x=0.12, y=0.12)
    for benchmark, axes in zip(BENCHMARKS, panels[0], strict=True):
        axes.set_title(benchmark.removesuffix(" Bench"))
    for metric, axes in zip(METRICS, panels[:, 0], strict=True):
        axes.set_ylabel(f"{metric} in %")
    panels[-1, 2].set_xlabel("group size $G$")
    drawn.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return drawn


def first(metric: str, benchmark: str, value: float, before: float) -> tuple[Landmark, Landmark]:
    """What Table 2 prints first, and what Table 1 prints first at G = 16."""
    return (
        reading(f"{benchmark}, {metric}, first run at G = 2", f"{metric} {benchmark}", 0, value, 0.005),
        reading(f"{benchmark}, {metric}, Table 1, first run", f"Table 1 {metric} {benchmark}", 0, before, 0.005),
    )


figure = Figure(
    name="table-2",
    source="two-grpo",
    label="Table 2, its numbers as printed, against Table 1's at G = 16",
    caption="Accuracy against the group size as Table 2 prints it. Crosses: what Table 1 prints for the same run at "
    "G = 16, where that is another number. For Qwen-7B the half on DAPO (open triangles) repeats the half on MATH "
    "(squares) digit by digit, and contradicts Table 1 in every entry.",
    data=data,
    draw=draw,
    parameters={"G": " ".join(SIZES)},
    landmarks=(
        reading("group sizes", "G", -1, 16.0),
        *first("Mean@32", "MATH-500", 67.73, 70.24),
        *first("Mean@32", "AMC 2023", 53.28, 51.25),
        *first("Mean@32", "Minerva Math", 14.15, 16.84),
        *first("Mean@32", "AIME 2025", 6.15, 10.10),
        *first("Mean@32", "Olympiad Bench", 23.11, 23.11),
        *first("Pass@32", "MATH-500", 87.85, 87.24),
        *first("Pass@32", "AMC 2023", 86.21, 83.46),
        *first("Pass@32", "Minerva Math", 34.02, 33.46),
        *first("Pass@32", "AIME 2025", 29.54, 35.82),
        *first("Pass@32", "Olympiad Bench", 37.82, 37.82),
    ),
)
