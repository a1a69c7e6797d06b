"""The command: what it refuses before any work, what it prints, and what the experiments show."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from grpo_theory.cli import run as command
from grpo_theory.experiments.catalogue import configured, run
from grpo_theory.experiments.normalisation import POLICIES, NormalisationComparison, policy_at
from grpo_theory.groups import rule
from grpo_theory.policies.whitening import ScoreSpread, optimal_relative_variance, relative_variance

TINY = ["--seeds", "2", "--steps", "3", "--prompts", "2", "--jobs", "1"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("temperature-swep", "no experiment is called temperature-swep: did you mean temperature-sweep?"),
        ("temperature-sweep --seeds 0", "seeds = 0 lies outside the integers 1, ..., 4096: "),
        ("temperature-sweep --seeds -3", "seeds = -3 lies outside the integers 1, ..., 4096: "),
        ("temperature-sweep --seeds 1.5", "seeds = 1.5 lies outside the integers of at most 18 digits: "),
        ("temperature-sweep --tau 0,1", "tau = 0 lies outside (0, oo): "),
        ("ec-rlvr-against-grpo --tau -1", "tau = -1 lies outside (0, oo): "),
        ("temperature-sweep --tau 1,1", "tau = '1,1' lies outside the lists without repetition: "),
        ("temperature-sweep --probabilities 1/2,1/4,1/8", "probabilities sum to 7/8: a distribution sums to 1"),
        ("temperature-sweep --probabilities 1,0 --rewards 1,0", "probabilities = 1 lies outside (0, 1): "),
        ("temperature-sweep --rewards 0,0,0", "rewards hold no success: "),
        ("temperature-sweep --rewards 1,2,0", "rewards = '1 2 0' lies outside {0, 1}: "),
        ("normalisation-comparison --groups 2,3", "G = 3 lies outside the divisors >= 2 of the 64 rollouts"),
        ("normalisation-comparison --rules grpo,gpro", "no rule of this experiment is called gpro: did you mean grpo?"),
        ("normalisation-comparison --margin 1", "no parameter of normalisation-comparison is called margin"),
        ("normalisation-comparison --match both", "match = both lies outside {step, signal, none}: "),
        ("normalisation-comparison --difficulty 1", "difficulty = 1 lies outside the pairs a,b: "),
        ("normalisation-comparison --difficulty 0,1", "difficulty = 0 lies outside (0, oo): "),
        ("temperature-sweep --rollouts 1024", "multisets = 525825 lies outside the integers up to 10000: "),
        ("ec-rlvr-against-grpo --margin -1", "margin = -1 lies outside [0, oo): "),
        ("temperature-sweep --jobs 0", "jobs = 0 lies outside the integers 1, ..., 1024: "),
        ("temperature-sweep --out pyproject.toml", "out = pyproject.toml lies outside the folders that can be written"),
    ],
)
def test_unusable_input_is_one_line_before_any_work(
    arguments: str, message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grpo_theory.experiments.store.computed", lambda cell: pytest.fail("work was begun"))
    assert command(["experiment", *arguments.split()]) == 2
    out, error = capsys.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert error.startswith(f"grpo-theory: {message}")


def test_json_holds_the_numbers_behind_the_plots(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["experiment", "temperature-sweep", "--tau", "1", "--json", *TINY]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"experiment", "parameters", "summary", "curves", "files"}
    assert [row["cell"] for row in found["summary"]] == ["tau=1"]
    assert found["summary"][0]["rollouts to pass@1 = 3/5"] is None
    assert len(found["curves"]) == 4 * 4
    assert {"exact", "mean field", "band low", "band high", "sampled mean", "metric"} <= set(found["curves"][0])


def test_a_folder_gets_tables_and_the_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run"
    arguments = ["normalisation-comparison", "--groups", "2,4", "--rules", "grpo,maxrl", "--rollouts", "4", *TINY]
    assert command(["experiment", *arguments, "--out", str(out)]) == 0
    written = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file() and path.parent.name != "cells"}
    figure = {f"figures/card/normalisation-comparison.{kind}" for kind in ("csv", "json", "pdf", "png", "svg")}
    assert written == {"manifest.json", "summary.csv", "curves.csv", "gradient.csv", *figure}
    assert "grpo G=2" in capsys.readouterr().out


def test_all_rules_coincide_in_groups_of_two_and_percentile_is_mean_only() -> None:
    options = {"groups": (2, 8), "rollouts": 8, "steps": 20, "seeds": 1, "prompts": 4}
    rows = run("normalisation-comparison", configured("normalisation-comparison", options)).tables["summary"]
    of_two = [row for row in rows if row["G"] == 2]
    assert len(of_two) == 6
    assert all(row["final kl"] == pytest.approx(of_two[0]["final kl"], rel=1e-9) for row in of_two)
    final = {row["method"]: row["final kl"] for row in rows if row["G"] == 8}
    assert final["percentile"] == pytest.approx(final["mean-only"], rel=1e-9)
    assert abs(float(final["grpo"]) - float(final["mean-only"])) > 1e-3


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("G", [2, 5, 8])
def test_the_table_of_variances_is_the_exact_closed_form(policy: str, G: int) -> None:
    p = Fraction(2, 7)
    experiment = NormalisationComparison(groups=(2, 4))
    spread = ScoreSpread.of_policy(policy_at(policy, p))
    batch = experiment.setting.rollouts // G
    for name in ("grpo", "maxrl", "percentile"):
        exact = float(relative_variance(rule(name), spread, G, p)) / batch
        assert experiment.variance(policy, name, G, p) == pytest.approx(exact, rel=1e-10)
    least = float(optimal_relative_variance(spread, G, p)) / batch
    assert experiment.variance(policy, "optimal", G, p) == pytest.approx(least, rel=1e-10)
