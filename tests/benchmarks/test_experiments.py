"""Every experiment whole, as the command runs it; a run that was finished before; and the law against samples alone."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grpo_theory.experiments.catalogue import EXPERIMENTS
from grpo_theory.experiments.cells import GRIDS, exact_law, sampled_runs

Fixture = Callable[..., Any]
WHOLE = "grpo-theory experiment NAME --jobs 2 --out DIR, tables and figure included"
LAW = "pass@1 of grpo, G = 16, 60 steps of 64 rollouts, 16 prompts"
SAMPLES = "64 sampled runs"
CELL = next(cell for cell in EXPERIMENTS["normalisation-comparison"].default.cells() if cell.key == "grpo G=16")


def whole(name: str, out: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "grpo_theory", "experiment", name, "--jobs", "2", "--out", str(out), "--json"]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return found


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_whole_experiment(ours: Fixture, tmp_path: Path, name: str) -> None:
    benchmark = ours(WHOLE, name, 60)
    found = benchmark.pedantic(whole, args=(name, tmp_path / "run"), rounds=1)
    assert sum(row["sampled points outside band"] for row in found["summary"]) == 0
    error = max(row["grid error"] for row in found["summary"])
    assert error < 5e-3
    benchmark.extra_info["facts"] = {"largest error of the grid": f"{error:.1g}", "cells": str(len(found["summary"]))}


def test_a_finished_experiment_started_again(ours: Fixture, tmp_path: Path) -> None:
    name = "ec-rlvr-against-grpo"
    first = whole(name, tmp_path / "run")
    benchmark = ours(WHOLE, f"{name}, finished before")
    assert benchmark.pedantic(whole, args=(name, tmp_path / "run"), rounds=1) == first


def test_the_exact_law(ours: Fixture) -> None:
    benchmark = ours(LAW, "exact law: mean and variance of every metric", None, {SAMPLES: None})
    curves, _ = benchmark.pedantic(exact_law, args=(CELL, CELL.rate, *GRIDS[1]), rounds=5, warmup_rounds=1)
    assert curves["pass@1"].population[-1] == pytest.approx(0.931, abs=1e-3)
    top, h = GRIDS[1]
    coarse, _ = exact_law(CELL, CELL.rate, top, 2 * h)
    error = np.abs(coarse["pass@1"].population - curves["pass@1"].population).max()
    benchmark.extra_info["facts"] = {"difference from the grid of twice the spacing": f"{error:.1g}"}


def test_samples_alone(peer: Fixture) -> None:
    benchmark = peer(LAW, SAMPLES)
    runs = benchmark.pedantic(sampled_runs, args=(CELL, CELL.rate, range(64)), rounds=3)["pass@1"]
    deviation = float((runs.std(axis=0, ddof=1) / np.sqrt(len(runs))).max())
    benchmark.extra_info["facts"] = {"largest standard error of the mean": f"{deviation:.1g}"}
    assert runs.shape == (64, 61)
