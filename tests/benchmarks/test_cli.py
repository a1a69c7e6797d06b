"""Times of whole processes: --help within 0.15 s, verify of everything within 60 s and 1 GiB on two cores."""

import resource
import subprocess
import sys
import time

from pytest_benchmark.fixture import BenchmarkFixture

COMMAND = [sys.executable, "-m", "grpo_theory"]


def test_help(benchmark: BenchmarkFixture) -> None:
    benchmark.pedantic(lambda: subprocess.run([*COMMAND, "--help"], capture_output=True, check=True), rounds=15)
    assert benchmark.stats.stats.median <= 0.15


def test_verify_of_everything() -> None:
    started = time.perf_counter()
    subprocess.run([*COMMAND, "verify", "--jobs", "2"], capture_output=True, check=True)
    assert time.perf_counter() - started <= 60
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < 2**30
