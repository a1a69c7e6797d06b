"""The commands fixed-points, bifurcations and trajectory: hard cases, records, and bad input in one line."""

import json
from decimal import Decimal
from typing import Any

import pytest

from grpo_theory.cli import run


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run([*arguments, "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return json.loads(captured.out)


def test_three_fixed_points_one_at_the_edge_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "fixed-points", "--beta", "1", "--p-ref", "1/5", "--epsilon", "1e-4")
    assert found["complete"] and found["undecided"] == [] and found["contraction"] is None
    assert [point["stability"] for point in found["points"]] == ["attracting", "repelling", "attracting"]
    assert Decimal("1.4e-43") < Decimal(found["points"][2]["one_minus_p"]) < Decimal("1.5e-43")
    assert found["points"][0]["p"].startswith("0.6811255")


def test_every_bound_has_fifteen_digits_and_is_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "fixed-points", "--beta", "1", "--p-ref", "1/5", "--epsilon", "1e-4")
    for point in found["points"]:
        for low, high in (point["logit"], point["multiplier"], point["p_bounds"]):
            assert Decimal(low) < Decimal(high)
            assert len(Decimal(low).as_tuple().digits) >= 15


def test_a_low_fixed_point_just_past_its_flip(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "fixed-points", "--beta", "1", "--p-ref", "1/100", "--epsilon", "0")
    multiplier = found["points"][0]["multiplier"]
    assert Decimal("-1.01") < Decimal(multiplier[0]) and Decimal(multiplier[1]) < -1
    assert found["points"][0]["stability"] == "repelling"


def test_a_two_cycle_is_certified_and_observed(capsys: pytest.CaptureFixture[str]) -> None:
    parameters = ("--beta", "5", "--p-ref", "1e-3", "--epsilon", "1e-5")
    cycle = answer(capsys, "fixed-points", *parameters, "--period", "2")
    assert [point["stability"] for point in cycle["points"]] == ["attracting", "attracting"]
    orbit = answer(capsys, "trajectory", *parameters, "--steps", "10")
    assert (orbit["limit"], orbit["period"], len(orbit["p"])) == ("cycle", 2, 11)
    for z, point in zip(orbit["limit_points"], cycle["points"], strict=True):
        assert z == pytest.approx(float(point["logit"][0]), abs=1e-7)


def test_an_orbit_that_depends_on_its_start(capsys: pytest.CaptureFixture[str]) -> None:
    parameters = ("trajectory", "--beta", "5", "--p-ref", "1e-4", "--epsilon", "1e-5", "--steps", "0")
    assert answer(capsys, *parameters, "--start", "0.1")["limit"] == "irregular"
    to_one = answer(capsys, *parameters)
    assert to_one["limit"] == "fixed-point" and to_one["limit_points"][0] > 40


def test_folds_are_where_the_number_of_fixed_points_changes(capsys: pytest.CaptureFixture[str]) -> None:
    folds = answer(capsys, "bifurcations", "--p-ref", "1/5", "--epsilon", "1e-4")["folds"]
    counts = []
    for low, high in (fold["beta"] for fold in folds):
        for beta in (str(Decimal(low) * Decimal("0.999")), str(Decimal(high) * Decimal("1.001"))):
            found = answer(capsys, "fixed-points", "--beta", beta, "--p-ref", "1/5", "--epsilon", "1e-4")
            counts.append(len(found["points"]))
    assert counts == [1, 3, 3, 1]


def test_an_interval_of_parameters_is_decided_as_a_whole(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "fixed-points", "--beta", "0.95:1.05", "--p-ref", "1/5", "--epsilon", "1e-2")
    inside = answer(capsys, "fixed-points", "--beta", "1", "--p-ref", "1/5", "--epsilon", "1e-2")
    for wide, narrow in zip(found["points"], inside["points"], strict=True):
        assert Decimal(wide["logit"][0]) < Decimal(narrow["logit"][0])
        assert Decimal(narrow["logit"][1]) < Decimal(wide["logit"][1])


def test_tables_say_that_nothing_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fixed-points", "--beta", "50", "--p-ref", "1/5", "--epsilon", "1e-2"]) == 0
    shown = capsys.readouterr().out
    assert "complete: there are no others" in shown and "every start converges" in shown
    assert run(["bifurcations", "--p-ref", "1/2", "--epsilon", "1"]) == 0
    assert "none: for no β" in capsys.readouterr().out


BASE = ["--beta", "1", "--p-ref", "1/2", "--epsilon", "1e-3"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["fixed-points", "--beta", "-1", "--p-ref", "1/5", "--epsilon", "0"], "beta = -1 lies outside (0, ∞)"),
        (["fixed-points", "--beta", "inf", "--p-ref", "1/5", "--epsilon", "0"], "beta = inf"),
        (["fixed-points", "--beta", "1", "--p-ref", "1", "--epsilon", "0"], "p_ref = 1 lies outside (0, 1)"),
        (["fixed-points", "--beta", "1", "--p-ref", "1/2", "--epsilon", "-1"], "epsilon = -1"),
        (["fixed-points", "--beta", "x", "--p-ref", "1/2", "--epsilon", "0"], "beta = x"),
        (["fixed-points", *BASE, "--kind", "refrence"], "did you mean reference"),
        (["fixed-points", *BASE, "--kind", "proximal"], "eta is missing"),
        (["fixed-points", *BASE, "--period", "9"], "period = 9"),
        (["fixed-points", *BASE, "-G", "two"], "G = two"),
        (["bifurcations", "--p-ref", "2", "--epsilon", "1"], "p_ref = 2"),
        (["trajectory", *BASE, "--start", "0"], "start = 0"),
        (["trajectory", *BASE, "--steps", "-1"], "steps = -1"),
        (["trajectory", "--p-ref", "1/2", "--epsilon", "1"], "--beta"),
    ],
)
def test_bad_input_ends_with_one_line(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and words in captured.err
    assert captured.err.count("\n") == 1 and "Traceback" not in captured.err


def test_the_printed_exponent_has_six_digits(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trajectory", "--beta", "5", "--p-ref", "1e-3", "--epsilon", "1e-5", "--steps", "3"]) == 0
    assert capsys.readouterr().out.endswith("a cycle of period 2; Lyapunov exponent -0.131647\n")
