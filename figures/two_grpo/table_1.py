"""Table 1: accuracy against hours, two rollouts a group against sixteen, for every model, data set and benchmark."""

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.figures import Data, Figure, Landmark, canvas, reading
from grpo_theory.tables.two_grpo import BENCHMARKS, METRICS, TABLE_1, blocks, read, row

SIZES = ("2", "16")
RUNS = blocks(TABLE_1)
STYLES = (
    ("#0072B2", "-", "o"),
    ("#D55E00", "--", "s"),
    ("#009E73", "-.", "^"),
    ("#CC79A7", (0, (5, 1, 1, 1, 1, 1)), "D"),
    ("#111111", ":", "v"),
)


def data() -> Data:
    """Hours and, for each benchmark and metric, accuracy: run by run, G = 2 before G = 16."""
    rows = [row(TABLE_1, *run, size) for run in RUNS for size in SIZES]
    columns = {"hours": np.array([float(read(one.hours)) for one in rows])}
    for metric in METRICS:
        for benchmark in BENCHMARKS:
            numbers = [float(one.number(benchmark, metric)) for one in rows]
            columns[f"{metric} {benchmark}"] = np.array(numbers)
    return columns


def draw(data: Data) -> Canvas:
    """A column of panels for each benchmark, a row for each metric; a line from G = 2 (open) to G = 16 (full)."""
    drawn = canvas("neurips", 0.66)
    panels = drawn.subplots(len(METRICS), len(BENCHMARKS), sharex=True)
    for metric, line in zip(METRICS, panels, strict=True):
        for benchmark, axes in zip(BENCHMARKS, line, strict=True):
            for i, ((trained, model), (colour, style, mark)) in enumerate(zip(RUNS, STYLES, strict=True)):
                hours, score = (data[name][2 * i : 2 * i + 2] for name in ("hours", f"{metric} {benchmark}"))
                axes.plot(hours, score, color=colour, linestyle=style, linewidth=1, label=f"{model}, {trained}")
                axes.plot(hours[0], score[0], mark, mec=colour, mfc="white", markersize=3.6)
                axes.plot(hours[1], score[1], mark, color=colour, markersize=3.6)
            axes.set_xscale("log")
            axes.set_xticks([2, 8, 32], ["2", "8", "32"])
            axes.minorticks_off()
            axes.margins(x=0.12, y=0.12)
    for benchmark, axes in zip(BENCHMARKS, panels[0], strict=True):
        axes.set_title(benchmark.removesuffix(" Bench"))
    for metric, axes in zip(METRICS, panels[:, 0], strict=True):
        axes.set_ylabel(f"{metric} in %")
    panels[-1, 2].set_xlabel("hours of training")
    drawn.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return drawn


def lower(metric: str, data: Data) -> float:
    """In how many of the 25 cases the accuracy with two rollouts is below that with sixteen."""
    columns = [data[f"{metric} {benchmark}"] for benchmark in BENCHMARKS]
    return float(sum(np.count_nonzero(column[::2] < column[1::2]) for column in columns))


figure = Figure(
    name="table-1",
    source="two-grpo",
    label="Table 1, its numbers as printed; the paper's Figures 1 and 2 need trained models",
    caption="Accuracy against hours of training, as Table 1 prints them: groups of two rollouts (open) and of sixteen "
    "(full), five runs, five benchmarks. Two rollouts take 16 to 26 % of the hours; Mean@32 is lower in 19 of 25 "
    "cases, Pass@32 in 11 of 25. One entry is printed 33/61 and read as 33.61.",
    data=data,
    draw=draw,
    parameters={"G": "2 16", "runs": "; ".join(" on ".join(run[::-1]) for run in RUNS)},
    landmarks=(
        Landmark("Mean@32 lower with two rollouts, of 25", 19, 0.0, lambda data: lower("Mean@32", data)),
        Landmark("Pass@32 lower with two rollouts, of 25", 11, 0.0, lambda data: lower("Pass@32", data)),
        reading("hours of Qwen-1.5B on MATH, G = 2", "hours", 0, 2.05, 0.005),
        reading("MATH-500 Mean@32, first run", "Mean@32 MATH-500", 0, 69.28, 0.005),
        reading("AMC Mean@32, first run", "Mean@32 AMC 2023", 0, 49.53, 0.005),
        reading("Minerva Mean@32, first run", "Mean@32 Minerva Math", 0, 16.25, 0.005),
        reading("AIME Mean@32, first run", "Mean@32 AIME 2025", 0, 9.48, 0.005),
        reading("Olympiad Mean@32, first run", "Mean@32 Olympiad Bench", 0, 22.31, 0.005),
        reading("MATH-500 Pass@32, first run", "Pass@32 MATH-500", 0, 87.43, 0.005),
        reading("AMC Pass@32, first run", "Pass@32 AMC 2023", 0, 81.76, 0.005),
        reading("Minerva Pass@32, first run", "Pass@32 Minerva Math", 0, 33.26, 0.005),
        reading("Minerva Pass@32, printed 33/61", "Pass@32 Minerva Math", 6, 33.61, 0.005),
        reading("AIME Pass@32, first run", "Pass@32 AIME 2025", 0, 32.88, 0.005),
        reading("Olympiad Pass@32, first run", "Pass@32 Olympiad Bench", 0, 37.24, 0.005),
    ),
)
