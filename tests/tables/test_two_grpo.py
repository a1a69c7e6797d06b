"""The tables are whole: every row has ten numbers, one of them misprinted, and every block has its settings."""

from fractions import Fraction

import pytest

from grpo_theory.tables.two_grpo import BENCHMARKS, METRICS, SETTINGS, TABLE_1, TABLE_2, Row, blocks, read, row

EVERY = [(name, entry) for name, table in (("1", TABLE_1), ("2", TABLE_2)) for entry in table]


@pytest.mark.parametrize("entry", [e for _, e in EVERY], ids=[f"{n} {e.data} {e.model} {e.setting}" for n, e in EVERY])
def test_a_row_has_ten_accuracies_in_percent(entry: Row) -> None:
    numbers = [entry.number(benchmark, metric) for benchmark in BENCHMARKS for metric in METRICS]
    assert len(numbers) == 10
    assert all(-100 < x < 100 if entry.setting == "Δ" else 0 < x < 100 for x in numbers)
    # At least one of 32 samples is right at least as often as one sample is on the average.
    if entry.setting != "Δ":
        assert all(mean <= best for mean, best in zip(numbers[::2], numbers[1::2], strict=True))


def test_one_number_is_misprinted() -> None:
    odd = [
        entry for _, entry in EVERY if any("/" in entry.printed(b, metric) for b in BENCHMARKS for metric in METRICS)
    ]
    assert [(entry.data, entry.model, entry.setting) for entry in odd] == [("DAPO", "Qwen-1.5B", "2")]
    assert odd[0].number("Minerva Math", "Pass@32") == Fraction("33.61")


def test_blocks_and_settings_are_those_of_the_paper() -> None:
    assert len(blocks(TABLE_1)) == 5 and len(blocks(TABLE_2)) == 4
    assert len(TABLE_1) == 5 * 4 and len(TABLE_2) == 4 * 5
    assert set(blocks(TABLE_2)) < set(blocks(TABLE_1))
    assert {setting.group_size for setting in SETTINGS} == {2, 16}
    assert row(TABLE_1, "MATH", "DS-1.5B", "16").hours == "38.40"
    assert read("-81.6%") == Fraction("-81.6")


def test_a_row_that_is_not_printed_is_an_error() -> None:
    with pytest.raises(KeyError, match="no row for DS-1.5B"):
        row(TABLE_2, "MATH", "DS-1.5B", "2")
