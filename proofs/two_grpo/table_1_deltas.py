"""Every printed Δ of Table 1 is the difference of the printed entries, one unit of the last digit allowed.

Table 1 prints accuracies for G = 2 and G = 16 and, below them, Δ. Of its fifty differences three are wrong: a sign
(DS-1.5B on MATH, Minerva Math, Pass@32), and two for Qwen-1.5B on DAPO, one of them beside the misprint 33/61, which is
read as 33.61; no reading of it with these digits gives the printed +0.71.
"""

from collections.abc import Iterator
from fractions import Fraction

from grpo_theory.arithmetic.domains import Domain
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.evidence import Counterexample, Enumeration, Exhaustion
from grpo_theory.ledger.points import grid
from grpo_theory.tables.two_grpo import BENCHMARKS, METRICS, TABLE_1, blocks, row

ALLOWED = Fraction(1, 100)
RECOMPUTED = {
    ("MATH", "DS-1.5B", "Minerva Math", "Pass@32"): Fraction("0.05"),
    ("DAPO", "Qwen-1.5B", "Minerva Math", "Pass@32"): Fraction("-0.55"),
    ("DAPO", "Qwen-1.5B", "AIME 2025", "Mean@32"): Fraction("-1.45"),
}


def points() -> Iterator[Point]:
    """The fifty cells of Table 1 that hold a Δ, as printed: block by block, benchmark by benchmark."""
    for data, model in blocks(TABLE_1):
        yield from grid(table=("Table 1",), data=(data,), model=(model,), benchmark=BENCHMARKS, metric=METRICS)


def key(point: Point) -> tuple[str, str, str, str]:
    """The cell that a point names."""
    return point["data"], point["model"], point["benchmark"], point["metric"]


def entry(point: Point, setting: str) -> Fraction:
    """The number printed at the point's place in the row of a setting."""
    data, model, benchmark, metric = key(point)
    return row(TABLE_1, data, model, setting).number(benchmark, metric)


def difference(point: Point) -> Fraction:
    """The entry for G = 2 minus the entry for G = 16."""
    return entry(point, "2") - entry(point, "16")


def error(point: Point) -> Fraction:
    """The distance of the printed Δ from the difference of the printed entries."""
    return abs(entry(point, "Δ") - difference(point))


def hundredths(point: Point, setting: str) -> int:
    """The same number in whole hundredths, read off the printed characters."""
    data, model, benchmark, metric = key(point)
    text = row(TABLE_1, data, model, setting).printed(benchmark, metric).replace("/", ".")
    digits, decimals = text.lstrip("+-").split(".")
    return (-1 if text.startswith("-") else 1) * (100 * int(digits) + int(decimals.ljust(2, "0")))


def holds_in_hundredths(point: Point) -> bool:
    """The statement again, in integers."""
    gap = hundredths(point, "Δ") - hundredths(point, "2") + hundredths(point, "16")
    return -1 <= gap <= 1


def is_wrong_exactly_where_listed(point: Point) -> bool:
    """The repair again, in integers."""
    return holds_in_hundredths(point) == (key(point) not in RECOMPUTED)


def is_recomputed(point: Point) -> bool:
    """The listed differences again, in integers."""
    return hundredths(point, "2") - hundredths(point, "16") == RECOMPUTED[key(point)] * 100


def wrong_cells() -> Iterator[Point]:
    """The three cells whose Δ is wrong."""
    return (point for point in points() if key(point) in RECOMPUTED)


CELLS = Domain(words="the 50 printed Δ of accuracies in Table 1")

repair = Claim(
    name="table-1-deltas-repaired",
    source="two-grpo",
    label="Table 1",
    says="a printed Δ of Table 1 differs by more than 0.01 from the difference of the printed entries in three cells "
    "and no other: DS-1.5B on MATH, Minerva Math Pass@32 (printed −0.05, recomputed +0.05); Qwen-1.5B on DAPO, Minerva "
    "Math Pass@32 (printed +0.71, recomputed −0.55 with 33/61 read as 33.61) and AIME 2025 Mean@32 (printed −2.50, "
    "recomputed −1.45)",
    statements=(
        Statement(
            Side(literal=lambda point: int(error(point) <= ALLOWED)),
            Relation.EQUAL,
            Side(literal=lambda point: int(key(point) not in RECOMPUTED)),
            CELLS,
            (Exhaustion(points, is_wrong_exactly_where_listed, CELLS.words), Enumeration(lambda _: points())),
            latex=r"|\Delta_{\text{printed}}-(x_2-x_{16})|\le 0.01 \iff \text{cell not among the three listed}",
        ),
        Statement(
            Side(literal=difference),
            Relation.EQUAL,
            Side(literal=lambda point: RECOMPUTED[key(point)]),
            Domain(words="the three wrong cells"),
            (Exhaustion(wrong_cells, is_recomputed, "the three wrong cells"), Enumeration(lambda _: wrong_cells())),
            latex=r"x_2-x_{16}\in\{+0.05,\,-0.55,\,-1.45\}",
        ),
    ),
)

claim = Claim(
    name="table-1-deltas",
    source="two-grpo",
    label="Table 1",
    says="every printed Δ of Table 1 is the entry for G = 2 minus the entry for G = 16, up to 0.01",
    statements=(
        Statement(
            Side(literal=error),
            Relation.AT_MOST,
            Side(literal=lambda point: ALLOWED),
            CELLS,
            (Counterexample(points, holds_in_hundredths),),
            latex=r"|\Delta_{\text{printed}}-(x_2-x_{16})|\le 0.01",
        ),
    ),
    repair=repair,
)
