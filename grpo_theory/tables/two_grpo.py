"""Tables 1 and 2 of `two-grpo` and its training settings, as they are printed: numbers stay texts until they are read.

Accuracies are in percent, hours in hours; a cell holds Mean@32 / Pass@32. The one misprint, ``33/61`` (DAPO, Qwen-1.5B,
G = 2, Minerva Math, Pass@32), is kept as it stands and read as 33.61: all other numbers of the table have two decimals.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

BENCHMARKS: Final = ("MATH-500", "AMC 2023", "Minerva Math", "AIME 2025", "Olympiad Bench")
METRICS: Final = ("Mean@32", "Pass@32")


@dataclass(frozen=True)
class Row:
    """One printed row: training data, model, group size (or w/o, Δ), hours (or their change), five cells.

    >>> Row("MATH", "Qwen-1.5B", "2", "2.05", "1.00 / 2.00|3.00 / 4.00").printed("AMC 2023", "Pass@32")
    '4.00'
    """

    data: str
    model: str
    setting: str
    hours: str
    cells: str

    def printed(self, benchmark: str, metric: str) -> str:
        """The text of one number of the row."""
        return self.cells.split("|")[BENCHMARKS.index(benchmark)].split(" / ")[METRICS.index(metric)]

    def number(self, benchmark: str, metric: str) -> Fraction:
        """One number of the row, in percent."""
        return read(self.printed(benchmark, metric))


def read(text: str) -> Fraction:
    """The number that a printed text stands for; a percent sign is left out, a slash is a misprinted decimal point.

    >>> read("33/61"), read("-75.96%"), read("+5.4")
    (Fraction(3361, 100), Fraction(-1899, 25), Fraction(27, 5))
    """
    return Fraction(text.rstrip("%").replace("/", "."))


@dataclass(frozen=True)
class Setting:
    """One reported training run: group size, prompts per batch, epochs, training prompts, learning rate.

    >>> SETTINGS[0].learning_rate
    '8e-6'
    """

    group_size: int
    prompts_per_batch: int
    rollouts_per_batch: int
    epochs: int
    prompts: int
    learning_rate: str


SETTINGS: Final = (Setting(2, 256, 512, 10, 7500, "8e-6"), Setting(16, 32, 512, 10, 7500, "1e-6"))
"""Section 5.1: 2-GRPO and the baseline 16-GRPO."""

ROLLOUTS: Final = {2: "0.15", 16: "1.2"}
"""Section 5.2: rollouts of a whole training run, in millions, by group size."""

ROLLOUT_SHARE: Final = "12.5%"
"""Section 5.2: the rollouts of 2-GRPO as a share of those of 16-GRPO."""

TABLE_1: Final[tuple[Row, ...]] = (
    Row("MATH", "Qwen-1.5B", "w/o", "-", "31.83 / 81.92|34.30 / 79.23|5.33 / 28.91|3.64 / 22.31|15.40 / 37.16"),
    Row("MATH", "Qwen-1.5B", "2", "2.05", "69.28 / 87.43|49.53 / 81.76|16.25 / 33.26|9.48 / 32.88|22.31 / 37.24"),
    Row("MATH", "Qwen-1.5B", "16", "8.53", "70.24 / 87.24|51.25 / 83.46|16.84 / 33.46|10.10 / 35.82|23.11 / 37.82"),
    Row("MATH", "Qwen-1.5B", "Δ", "-75.96%", "-0.96 / +0.19|-1.71 / -1.70|-0.59 / -0.19|-0.62 / -2.94|-0.80 / -0.58"),
    Row("MATH", "Qwen-7B", "w/o", "-", "47.16 / 85.95|38.36 / 85.29|5.99 / 31.10|5.00 / 25.17|9.83 / 34.30"),
    Row("MATH", "Qwen-7B", "2", "2.43", "75.23 / 89.77|64.60 / 81.53|23.13 / 38.45|12.81 / 38.85|26.39 / 40.20"),
    Row("MATH", "Qwen-7B", "16", "9.30", "75.90 / 88.24|61.79 / 80.77|22.81 / 37.68|13.23 / 34.22|25.99 / 40.11"),
    Row("MATH", "Qwen-7B", "Δ", "-73.87%", "-0.67 / +1.53|+2.81 / +0.76|+0.32 / +0.77|-0.42 / +4.63|+0.40 / 0.09"),
    Row("MATH", "DS-1.5B", "w/o", "-", "65.11 / 84.90|44.14 / 73.86|14.64 / 32.80|22.40 / 42.79|20.07 / 33.23"),
    Row("MATH", "DS-1.5B", "2", "7.07", "74.36 / 88.85|56.95 / 88.63|21.28 / 38.34|24.89 / 46.79|33.69 / 45.86"),
    Row("MATH", "DS-1.5B", "16", "38.40", "75.98 / 89.16|58.91 / 87.26|21.76 / 38.29|26.97 / 56.36|35.39 / 47.05"),
    Row("MATH", "DS-1.5B", "Δ", "-81.6%", "-1.62 / -0.31|-1.96 / +1.38|-0.48 / -0.05|-2.08 / -9.56|-1.70 / -1.19"),
    Row("DAPO", "Qwen-1.5B", "w/o", "-", "31.83 / 81.92|34.30 / 79.23|5.33 / 28.91|3.64 / 22.31|15.40 / 37.16"),
    Row("DAPO", "Qwen-1.5B", "2", "2.12", "68.81 / 87.36|52.19 / 85.77|16.79 / 33/61|8.13 / 29.33|23.52 / 39.29"),
    Row("DAPO", "Qwen-1.5B", "16", "13.30", "70.66 / 87.04|56.56 / 85.54|18.00 / 34.16|9.58 / 32.31|24.56 / 39.19"),
    Row("DAPO", "Qwen-1.5B", "Δ", "-84.06%", "-1.85 / +0.32|-4.37 / +0.23|-1.21 / +0.71|-2.50 / -2.98|-1.04 / +0.10"),
    Row("DAPO", "Qwen-7B", "w/o", "-", "47.16 / 85.95|38.36 / 85.29|5.99 / 31.10|5.00 / 25.17|9.83 / 34.30"),
    Row("DAPO", "Qwen-7B", "2", "3.63", "77.43 / 90.51|64.84 / 91.59|21.95 / 38.05|14.58 / 33.03|29.86 / 45.24"),
    Row("DAPO", "Qwen-7B", "16", "17.68", "77.35 / 88.79|69.69 / 87.31|24.45 / 40.04|14.27 / 33.73|28.86 / 39.84"),
    Row("DAPO", "Qwen-7B", "Δ", "-79.47%", "+0.08 / 1.72|-4.85 / +4.28|-2.50 / -1.99|+0.31 / -0.70|+1.00 / +5.4"),
)
"""2-GRPO against 16-GRPO, five benchmarks; the rows Δ hold the printed differences, G = 2 minus G = 16."""

TABLE_2: Final[tuple[Row, ...]] = (
    Row("MATH", "Qwen-1.5B", "w/o", "-", "31.83 / 81.92|34.30 / 79.23|5.33 / 28.91|3.64 / 22.31|15.40 / 37.16"),
    Row("MATH", "Qwen-1.5B", "2", "2.05", "67.73 / 87.85|53.28 / 86.21|14.15 / 34.02|6.15 / 29.54|23.11 / 37.82"),
    Row("MATH", "Qwen-1.5B", "4", "2.78", "69.05 / 87.49|52.50 / 92.01|15.29 / 33.57|8.33 / 27.13|23.08 / 38.99"),
    Row("MATH", "Qwen-1.5B", "8", "4.67", "69.34 / 86.05|51.64 / 83.96|14.60 / 32.63|7.18 / 32.24|22.77 / 36.69"),
    Row("MATH", "Qwen-1.5B", "16", "8.53", "70.24 / 87.24|51.25 / 83.46|16.84 / 33.46|10.10 / 35.82|22.30 / 38.33"),
    Row("MATH", "Qwen-7B", "w/o", "-", "47.16 / 85.95|38.36 / 85.29|5.99 / 31.10|5.00 / 25.17|9.83 / 34.30"),
    Row("MATH", "Qwen-7B", "2", "2.43", "74.41 / 89.25|63.83 / 89.58|21.53 / 37.72|11.67 / 33.05|26.04 / 41.34"),
    Row("MATH", "Qwen-7B", "4", "3.48", "76.24 / 88.16|63.51 / 84.97|23.09 / 41.03|10.83 / 32.42|26.25 / 40.78"),
    Row("MATH", "Qwen-7B", "8", "5.48", "75.12 / 89.53|64.38 / 88.63|22.24 / 35.94|12.71 / 35.85|26.25 / 40.52"),
    Row("MATH", "Qwen-7B", "16", "9.30", "75.90 / 88.24|61.79 / 80.77|22.81 / 37.68|13.23 / 34.22|25.99 / 40.11"),
    Row("DAPO", "Qwen-1.5B", "w/o", "-", "31.83 / 81.92|34.30 / 79.23|5.33 / 28.91|3.64 / 22.31|15.40 / 37.16"),
    Row("DAPO", "Qwen-1.5B", "2", "3.63", "67.71 / 87.68|53.82 / 88.35|16.85 / 34.83|8.12 / 32.99|23.21 / 39.26"),
    Row("DAPO", "Qwen-1.5B", "4", "4.90", "69.14 / 87.78|54.69 / 86.88|17.53 / 35.74|8.43 / 36.18|23.30 / 39.00"),
    Row("DAPO", "Qwen-1.5B", "8", "8.62", "70.25 / 86.84|57.57 / 81.19|17.80 / 35.08|8.54 / 29.42|24.23 / 39.95"),
    Row("DAPO", "Qwen-1.5B", "16", "13.30", "70.66 / 87.03|56.56 / 85.53|18.00 / 34.16|9.58 / 32.31|24.55 / 39.19"),
    Row("DAPO", "Qwen-7B", "w/o", "-", "47.16 / 85.95|38.36 / 85.29|5.99 / 31.10|5.00 / 25.17|9.83 / 34.30"),
    Row("DAPO", "Qwen-7B", "2", "3.43", "74.41 / 89.25|63.83 / 89.58|21.53 / 37.72|11.67 / 33.05|26.04 / 41.34"),
    Row("DAPO", "Qwen-7B", "4", "5.39", "76.24 / 88.16|63.51 / 84.97|23.09 / 41.03|10.83 / 32.42|26.25 / 40.78"),
    Row("DAPO", "Qwen-7B", "8", "9.18", "75.12 / 89.53|64.38 / 88.63|22.24 / 35.94|12.71 / 35.85|26.25 / 40.52"),
    Row("DAPO", "Qwen-7B", "16", "17.68", "75.90 / 88.24|61.79 / 80.77|22.81 / 37.68|13.23 / 34.22|25.99 / 40.11"),
)
"""The ablation on the group size, in its two halves."""


def row(table: tuple[Row, ...], data: str, model: str, setting: str) -> Row:
    """The row of a table for training data, model and group size.

    Errors: KeyError where the table has no such row.

    >>> row(TABLE_1, "DAPO", "Qwen-7B", "16").hours
    '17.68'
    """
    for entry in table:
        if (entry.data, entry.model, entry.setting) == (data, model, setting):
            return entry
    raise KeyError(f"the table has no row for {model} trained on {data} with {setting}")


def blocks(table: tuple[Row, ...]) -> tuple[tuple[str, str], ...]:
    """The pairs (data, model) of a table, in the order in which they are printed.

    >>> blocks(TABLE_1)[-1]
    ('DAPO', 'Qwen-7B')
    """
    return tuple(dict.fromkeys((entry.data, entry.model) for entry in table))
