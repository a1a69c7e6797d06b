"""Whole processes: --help within 0.15 s, verify of everything within 60 s and 1 GiB on two cores."""

import resource
import subprocess
import sys
import time
from statistics import median

COMMAND = [sys.executable, "-m", "grpo_theory"]


def seconds(*arguments: str) -> float:
    started = time.perf_counter()
    subprocess.run([*COMMAND, *arguments], capture_output=True, check=True)
    return time.perf_counter() - started


def test_help_takes_at_most_150_ms() -> None:
    seconds("--help")  # compiles what a fresh checkout has not compiled yet
    assert median(seconds("--help") for _ in range(15)) <= 0.15


def test_verify_of_everything_takes_at_most_a_minute_and_a_gibibyte() -> None:
    assert seconds("verify", "--jobs", "2") <= 60
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < 2**30
