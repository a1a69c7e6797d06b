"""Whole processes: --help against a program that imports what the package is built on, and verify of everything."""

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grpo_theory import discovery

Fixture = Callable[..., Any]
COMMAND = [sys.executable, "-m", "grpo_theory"]
HELP = "grpo-theory --help"
EAGER = "python -c 'import numpy, scipy.optimize, sympy, matplotlib.pyplot'"
BARE = "python -c pass"
JOBS = 2


def output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def test_help(ours: Fixture) -> None:
    benchmark = ours(HELP, "the whole process", 0.15, {EAGER: None, BARE: None})
    text = benchmark.pedantic(output, args=(*COMMAND, "--help"), rounds=15, warmup_rounds=1)
    assert "verify" in text


def test_eager_import(peer: Fixture) -> None:
    benchmark = peer(HELP, EAGER)
    script = "import numpy, scipy.optimize, sympy, matplotlib.pyplot"
    assert benchmark.pedantic(output, args=(sys.executable, "-c", script), rounds=5, warmup_rounds=1) == ""


def test_bare_interpreter(peer: Fixture) -> None:
    benchmark = peer(HELP, BARE)
    assert benchmark.pedantic(output, args=(sys.executable, "-c", "pass"), rounds=15, warmup_rounds=1) == ""


def test_verify_of_everything(ours: Fixture, tmp_path: Path) -> None:
    benchmark = ours(f"grpo-theory verify --jobs {JOBS}, everything", "the whole process", 60)
    written = tmp_path / "ledger.json"

    def verify() -> int:
        return subprocess.run(
            [*COMMAND, "verify", "--jobs", str(JOBS), "--json", str(written)], capture_output=True, check=False
        ).returncode

    # 1 says that a claim does not hold or that the committed ledger is stale: still a whole run
    assert benchmark.pedantic(verify, rounds=3) in (0, 1)
    decided = json.loads(written.read_text(encoding="utf-8"))
    assert len(decided["claims"]) == len(discovery.files("proofs"))
    # the largest process, counted once for the command, for each worker and for their tracker: never too little
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    benchmark.extra_info["memory"] = ((JOBS + 2) * largest, 2**30)
