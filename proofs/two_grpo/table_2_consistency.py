"""The rows without training and those for G = 16 of Table 2 equal Table 1's for the same model and training data.

All rows without training and all printed hours agree, and so does Qwen-7B on MATH. Qwen-1.5B on MATH has other numbers
for Olympiad Bench; Qwen-1.5B on DAPO differs in three last digits; Qwen-7B on DAPO differs in every number, since the
second half of Table 2 repeats the accuracies of the first. The runs with G = 2 had other batches in Table 2, as a
footnote says; their hours are printed the same on MATH all the same, and differ on DAPO.
"""

from collections.abc import Iterator
from fractions import Fraction

from grpo_theory.arithmetic.domains import Domain
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.evidence import Counterexample, Enumeration, Exhaustion
from grpo_theory.ledger.points import grid
from grpo_theory.tables.two_grpo import BENCHMARKS, METRICS, TABLE_1, TABLE_2, Row, blocks, read, row

SETTINGS = ("w/o", "16")
# Table 2 minus Table 1, in hundredths, wherever the two differ.
DIFFERS = {
    ("MATH", "Qwen-1.5B"): {("Olympiad Bench", "Mean@32"): -81, ("Olympiad Bench", "Pass@32"): 51},
    ("DAPO", "Qwen-1.5B"): {
        ("MATH-500", "Pass@32"): -1,
        ("AMC 2023", "Pass@32"): -1,
        ("Olympiad Bench", "Mean@32"): -1,
    },
    ("DAPO", "Qwen-7B"): {
        ("MATH-500", "Mean@32"): -145,
        ("MATH-500", "Pass@32"): -55,
        ("AMC 2023", "Mean@32"): -790,
        ("AMC 2023", "Pass@32"): -654,
        ("Minerva Math", "Mean@32"): -164,
        ("Minerva Math", "Pass@32"): -236,
        ("AIME 2025", "Mean@32"): -104,
        ("AIME 2025", "Pass@32"): 49,
        ("Olympiad Bench", "Mean@32"): -287,
        ("Olympiad Bench", "Pass@32"): 27,
    },
}


HOURS_DIFFER = {("DAPO", "Qwen-1.5B"): 151, ("DAPO", "Qwen-7B"): -20}


def points() -> Iterator[Point]:
    """The eighty accuracies that both tables print."""
    for data, model in blocks(TABLE_2):
        names = {"data": (data,), "model": (model,), "setting": SETTINGS}
        yield from grid(tables=("Tables 1 and 2",), **names, benchmark=BENCHMARKS, metric=METRICS)


def trained_runs() -> Iterator[Point]:
    """The four trained runs with G = 16, by data and model."""
    return ({"data": data, "model": model, "setting": "16"} for data, model in blocks(TABLE_2))


def pairs() -> Iterator[Point]:
    """The four runs with G = 2 that both tables print."""
    return ({"data": data, "model": model, "setting": "2"} for data, model in blocks(TABLE_2))


def rows(point: Point) -> tuple[Row, Row]:
    """The two rows, in Table 1 and in Table 2."""
    place = point["data"], point["model"], point["setting"]
    return row(TABLE_1, *place), row(TABLE_2, *place)


def accuracy(table: int, point: Point) -> Fraction:
    """The number that one of the tables prints."""
    return rows(point)[table - 1].number(point["benchmark"], point["metric"])


def hours(table: int, point: Point) -> Fraction:
    """The hours that one of the tables prints."""
    return read(rows(point)[table - 1].hours)


def listed(point: Point) -> Fraction:
    """The listed difference, zero where none is listed."""
    if point["setting"] != "16":
        return Fraction(0)
    differences = DIFFERS.get((point["data"], point["model"]), {})
    return Fraction(differences.get((point["benchmark"], point["metric"]), 0), 100)


def texts_agree(point: Point) -> bool:
    """The statement again, on the printed characters."""
    first, second = (entry.printed(point["benchmark"], point["metric"]) for entry in rows(point))
    return first == second


def differs_as_listed(point: Point) -> bool:
    """The repair again, in whole hundredths read off the characters."""
    texts = (entry.printed(point["benchmark"], point["metric"]) for entry in rows(point))
    first, second = (int(text.replace(".", "")) for text in texts)
    return second - first == listed(point) * 100


def hours_agree(point: Point) -> bool:
    """The hours again, on the printed characters."""
    first, second = rows(point)
    return first.hours == second.hours


def listed_hours(point: Point) -> Fraction:
    """The listed difference of hours, zero where none is listed."""
    return Fraction(HOURS_DIFFER.get((point["data"], point["model"]), 0), 100)


def hours_differ_as_listed(point: Point) -> bool:
    """The hours of the runs with G = 2 again, in whole hundredths read off the characters."""
    first, second = (int(entry.hours.replace(".", "")) for entry in rows(point))
    return second - first == HOURS_DIFFER.get((point["data"], point["model"]), 0)


BOTH = Domain(words="the 80 accuracies without training and for G = 16 that both tables print")
RUNS = Domain(words="the 4 runs with G = 16")
PAIRS = Domain(words="the 4 runs with G = 2")

repair = Claim(
    name="table-2-consistency-repaired",
    source="two-grpo",
    label="Tables 1 and 2",
    says="Table 2 minus Table 1 is 0 in every accuracy without training and in the row of Qwen-7B on MATH for G = 16; "
    "for G = 16 it is −0.81 and +0.51 in Olympiad Bench of Qwen-1.5B on MATH, −0.01 in three numbers of Qwen-1.5B on "
    "DAPO, and not 0 in any number of Qwen-7B on DAPO, as listed; all hours for G = 16 agree; for G = 2 those on MATH "
    "agree, those on DAPO differ by +1.51 (Qwen-1.5B) and −0.20 (Qwen-7B)",
    statements=(
        Statement(
            Side(literal=lambda point: accuracy(2, point) - accuracy(1, point)),
            Relation.EQUAL,
            Side(literal=listed),
            BOTH,
            (Exhaustion(points, differs_as_listed, BOTH.words), Enumeration(lambda _: points())),
            latex=r"x_{\text{Table 2}}-x_{\text{Table 1}}=\text{the listed difference}",
        ),
        Statement(
            Side(literal=lambda point: hours(2, point)),
            Relation.EQUAL,
            Side(literal=lambda point: hours(1, point)),
            RUNS,
            (Exhaustion(trained_runs, hours_agree, RUNS.words), Enumeration(lambda _: trained_runs())),
            latex=r"h_{\text{Table 2}}=h_{\text{Table 1}}",
        ),
        Statement(
            Side(literal=lambda point: hours(2, point) - hours(1, point)),
            Relation.EQUAL,
            Side(literal=listed_hours),
            PAIRS,
            (Exhaustion(pairs, hours_differ_as_listed, PAIRS.words), Enumeration(lambda _: pairs())),
            latex=r"h_{\text{Table 2}}-h_{\text{Table 1}}=\text{the listed difference}",
        ),
    ),
)

claim = Claim(
    name="table-2-consistency",
    source="two-grpo",
    label="Tables 1 and 2",
    says="the accuracies of the rows without training and for G = 16 in Table 2 equal those of Table 1 for the same "
    "model and training data",
    statements=(
        Statement(
            Side(literal=lambda point: accuracy(2, point)),
            Relation.EQUAL,
            Side(literal=lambda point: accuracy(1, point)),
            BOTH,
            (Counterexample(points, texts_agree),),
            latex=r"x_{\text{Table 2}}=x_{\text{Table 1}}",
        ),
    ),
    repair=repair,
)
