"""The trained Qwen-7B rows differ between the two halves of Table 2.

The halves are headed by different training data, yet all forty accuracies of the trained Qwen-7B rows are the same in
both; only the printed hours differ. So one half repeats the other; Table 1's rows for G = 16 say that it is the second.
"""

from collections.abc import Iterator
from fractions import Fraction

from grpo_theory.arithmetic.domains import Domain
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.evidence import Counterexample, Enumeration, Exhaustion
from grpo_theory.tables.two_grpo import BENCHMARKS, METRICS, TABLE_2, Row, read, row

MODEL = "Qwen-7B"


def points() -> Iterator[Point]:
    """The trained rows, by group size."""
    return ({"table": "Table 2", "model": MODEL, "setting": size} for size in ("2", "4", "8", "16"))


def half(data: str, point: Point) -> Row:
    """The row of one half of the table."""
    return row(TABLE_2, data, point["model"], point["setting"])


def accuracies(data: str, point: Point) -> tuple[Fraction, ...]:
    """The ten accuracies of a row."""
    return tuple(half(data, point).number(benchmark, metric) for benchmark in BENCHMARKS for metric in METRICS)


def hours(data: str, point: Point) -> Fraction:
    """The hours of a row."""
    return read(half(data, point).hours)


def characters_differ(point: Point) -> bool:
    """The statement again, on the printed characters of the rows."""
    return half("MATH", point).cells != half("DAPO", point).cells


def characters_agree(point: Point) -> bool:
    """The repair again, on the printed characters of the rows."""
    return not characters_differ(point)


def second_half_takes_longer(point: Point) -> bool:
    """The hours again, in whole hundredths."""
    first, second = (int(half(data, point).hours.replace(".", "")) for data in ("MATH", "DAPO"))
    return first < second


ROWS = Domain(words="the trained Qwen-7B rows of Table 2, G ∈ {2, 4, 8, 16}")
ON_MATH = Side(literal=lambda point: accuracies("MATH", point))
ON_DAPO = Side(literal=lambda point: accuracies("DAPO", point))

repair = Claim(
    name="table-2-halves-differ-repaired",
    source="two-grpo",
    label="Table 2",
    says="the ten accuracies of every trained Qwen-7B row are the same in both halves of Table 2; only the hours "
    "differ, those on DAPO being longer",
    statements=(
        Statement(
            ON_MATH,
            Relation.EQUAL,
            ON_DAPO,
            ROWS,
            (Exhaustion(points, characters_agree, ROWS.words), Enumeration(lambda _: points())),
            latex=r"x_{\text{MATH}}=x_{\text{DAPO}}",
        ),
        Statement(
            Side(literal=lambda point: hours("MATH", point)),
            Relation.LESS,
            Side(literal=lambda point: hours("DAPO", point)),
            ROWS,
            (Exhaustion(points, second_half_takes_longer, ROWS.words), Enumeration(lambda _: points())),
            latex=r"h_{\text{MATH}}<h_{\text{DAPO}}",
        ),
    ),
)

claim = Claim(
    name="table-2-halves-differ",
    source="two-grpo",
    label="Table 2",
    says="the accuracies of the trained Qwen-7B rows, G ∈ {2, 4, 8, 16}, differ between the two halves of Table 2",
    statements=(
        Statement(
            ON_MATH,
            Relation.UNEQUAL,
            ON_DAPO,
            ROWS,
            (Counterexample(points, characters_differ),),
            latex=r"x_{\text{MATH}}\ne x_{\text{DAPO}}",
        ),
    ),
    repair=repair,
)
