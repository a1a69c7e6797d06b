"""Every time saving of Table 1 is at least 70 %, recomputed from the printed hours.

Table 1 prints hours for G = 2 and G = 16 and the relative change. The second part holds the printed percentages against
the hours: each is right to one unit of its own last digit.
"""

from collections.abc import Iterator
from fractions import Fraction

from grpo_theory.arithmetic.domains import Domain
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.evidence import Enumeration, Exhaustion
from grpo_theory.tables.two_grpo import TABLE_1, blocks, read, row


def points() -> Iterator[Point]:
    """The five pairs of training data and model of Table 1."""
    return ({"table": "Table 1", "data": data, "model": model} for data, model in blocks(TABLE_1))


def printed(point: Point, setting: str) -> str:
    """The text in the column of hours."""
    return row(TABLE_1, point["data"], point["model"], setting).hours


def saving(point: Point) -> Fraction:
    """1 − (hours for G = 2)/(hours for G = 16)."""
    return 1 - read(printed(point, "2")) / read(printed(point, "16"))


def error(point: Point) -> Fraction:
    """The distance of the printed change from the recomputed one, in percentage points."""
    return abs(read(printed(point, "Δ")) + 100 * saving(point))


def last_digit(point: Point) -> Fraction:
    """One unit of the last printed digit of the change, in percentage points."""
    return Fraction(1, 10 ** len(printed(point, "Δ").rstrip("%").split(".")[1]))


def hundredths_of_hours(point: Point, setting: str) -> int:
    """The hours in whole hundredths, read off the printed characters."""
    hours, hundredths = printed(point, setting).split(".")
    return 100 * int(hours) + int(hundredths.ljust(2, "0"))


def saves_seventy_percent(point: Point) -> bool:
    """The statement again, in integers."""
    return 10 * hundredths_of_hours(point, "2") <= 3 * hundredths_of_hours(point, "16")


def percentage_is_right(point: Point) -> bool:
    """The printed change again, by cross-multiplication in integers."""
    whole, decimals = printed(point, "Δ").strip("-%").split(".")
    scale = 10 ** len(decimals)
    short, long = hundredths_of_hours(point, "2"), hundredths_of_hours(point, "16")
    gap: int = (int(whole) * scale + int(decimals)) * long - 100 * scale * (long - short)
    return bool(abs(gap) <= long)


RUNS = Domain(words="the 5 runs of Table 1")

claim = Claim(
    name="table-1-time",
    source="two-grpo",
    label="Table 1, Sec. 5.2",
    says="in every run of Table 1 the hours for G = 2 are at least 70 % fewer than those for G = 16, and the printed "
    "percentages agree with the printed hours to one unit of their last digit",
    statements=(
        Statement(
            Side(literal=saving),
            Relation.AT_LEAST,
            Side(literal=lambda point: Fraction(7, 10)),
            RUNS,
            (Exhaustion(points, saves_seventy_percent, RUNS.words), Enumeration(lambda _: points())),
            latex=r"1-h_2/h_{16}\ge 70\,\%",
        ),
        Statement(
            Side(literal=error),
            Relation.AT_MOST,
            Side(literal=last_digit),
            RUNS,
            (Exhaustion(points, percentage_is_right, RUNS.words), Enumeration(lambda _: points())),
            latex=r"|\Delta_{\text{printed}}-100\,(h_2-h_{16})/h_{16}|\le\text{one unit of the last digit}",
        ),
    ),
)
