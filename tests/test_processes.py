"""Work in processes: every result once, errors with their item, and an end that waits for nothing."""

import os
import signal
import subprocess
import sys
import time
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from grpo_theory.processes import spread

SCRIPT = """
import time
from grpo_theory.processes import spread
if __name__ == "__main__":
    print("begun", flush=True)
    for _, result in spread(time.sleep, [0, 600, 600], 2):
        result()
        print("one", flush=True)
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_result_comes_once_and_errors_stay_with_their_item(jobs: int) -> None:
    outcomes: dict[float, float | str] = {}
    for item, result in spread(sqrt, [4.0, -1.0, 9.0], jobs):
        try:
            outcomes[item] = result()
        except ValueError as error:
            outcomes[item] = str(type(error).__name__)
    assert outcomes == {4.0: 2.0, -1.0: "ValueError", 9.0: 3.0}


def test_leaving_early_waits_for_no_task() -> None:
    start = time.monotonic()
    for _, result in spread(time.sleep, [0, 600, 600], 2):
        result()
        break
    assert time.monotonic() - start < 300


@pytest.mark.parametrize("whole_group", [True, False])
@pytest.mark.parametrize("after", ["begun", "one"])
def test_an_interrupt_ends_it_at_any_moment(tmp_path: Path, after: str, whole_group: bool) -> None:
    script = tmp_path / "work.py"
    script.write_text(SCRIPT, encoding="utf-8")
    command = [sys.executable, str(script)]
    options: dict[str, Any] = {
        "stdout": subprocess.PIPE,
        "stderr": subprocess.DEVNULL,
        "text": True,
        "start_new_session": True,
    }
    with subprocess.Popen(command, **options) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if line.strip() == after:
                break
        send = os.killpg if whole_group else os.kill
        send(running.pid, signal.SIGINT)
        assert running.wait(timeout=120) != 0
