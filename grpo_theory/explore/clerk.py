"""Work in a process of its own that can be asked, looked at, and cancelled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any, Final

LONGEST: Final = 100.0
"""Seconds after which work is ended in any case; the process ends itself a little later."""
_STALE: Final = 1.5
"""Seconds of work on an older question after which a new process is sooner ready than the old one."""


@dataclass
class Clerk:
    """One question at a time, answered by a process that starts when it is first needed.

    >>> clerk = Clerk()
    >>> clerk.ask("bound", 1, {"inequality": "p < 1", "over": ""})
    >>> while not clerk.look(1.0)["done"]: pass
    >>> clerk.look()["verdict"]
    'CERTIFIED'
    >>> clerk.close()
    """

    _process: subprocess.Popen[str] | None = None
    _lines: SimpleQueue[str] = field(default_factory=SimpleQueue)
    _answer: dict[str, Any] = field(default_factory=lambda: {"turn": 0, "done": True})
    _asked: float = 0.0

    @property
    def turn(self) -> int:
        """The turn of the latest question."""
        return int(self._answer["turn"])

    def start(self) -> None:
        """Start the process, so that the first question finds it ready."""
        if self._process is not None and self._process.poll() is None:
            return
        root = str(Path(__file__).resolve().parents[2])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._lines = SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "grpo_theory.explore.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"},
            start_new_session=True,
        )
        Thread(target=_listen, args=(self._process, self._lines), daemon=True).start()

    def ask(self, name: str, turn: int, state: dict[str, object]) -> None:
        """Send a question; what was asked before is forgotten, and its process ended where it is still at work."""
        busy = not self._answer["done"] and monotonic() - self._asked > _STALE
        if busy:
            self.close()
        self.start()
        self._answer, self._asked = {"turn": turn, "done": False, "seconds": 0.0}, monotonic()
        stream = self._process.stdin if self._process else None
        try:
            if stream is not None:
                stream.write(json.dumps({"ask": name, "turn": turn, "state": state}) + "\n")
                stream.flush()
        except OSError:
            self._end("the process that certifies ended unexpectedly: change a value to try again")

    def look(self, wait: float = 0.0) -> dict[str, Any]:
        """The answer so far, after at most `wait` seconds for something new; "done" once nothing more will come."""
        deadline = monotonic() + wait
        while not self._answer["done"]:
            try:
                line = json.loads(self._lines.get(timeout=max(deadline - monotonic(), 1e-3)))
            except Empty:
                break
            if line["turn"] == self._answer["turn"]:
                self._answer = {**self._answer, **line}
                deadline = min(deadline, monotonic() + 0.01)
        return self._timed()

    def _timed(self) -> dict[str, Any]:
        if not self._answer["done"]:
            seconds = monotonic() - self._asked
            self._answer = {**self._answer, "seconds": round(seconds, 2)}
            if seconds > LONGEST:
                self._end(f"stopped after {LONGEST:.0f} seconds")
            elif self._process is None or self._process.poll() is not None:
                self._end("the process that certifies ended unexpectedly: change a value to try again")
        return self._answer

    def cancel(self) -> None:
        """End the work that is under way; what it already found stays."""
        if not self._answer["done"]:
            self._end(f"cancelled after {monotonic() - self._asked:.0f} seconds")

    def _end(self, why: str) -> None:
        self._answer = {**self._answer, "done": True, "error": why}
        self.close()

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def _listen(process: subprocess.Popen[str], lines: SimpleQueue[str]) -> None:
    try:
        for line in process.stdout or ():
            lines.put(line)
    except ValueError:  # closed while waiting
        return
