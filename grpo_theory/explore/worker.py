"""The process that certifies for the explorer: one question per line on standard input, parts of answers as lines out.

`python -m grpo_theory.explore.worker`. A page can never hang on it: whoever started it may end it at any time.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from queue import Empty, Queue
from threading import Thread, Timer
from time import monotonic
from typing import Any, Final, TextIO

from grpo_theory.explore.bounds import bound_part
from grpo_theory.explore.certified import failed, panels
from grpo_theory.explore.state import State, state_of

Question = dict[str, Any]

LONGEST: Final = 120.0
"""Seconds after which work is ended in any case."""
_IDLE: Final = 900.0
"""Seconds without a question after which the process ends; it is started again when it is needed."""


def serve(source: TextIO, sink: TextIO, ended: Callable[[], None] = lambda: None) -> None:
    """Answer questions {"ask", "turn", "state"} until the source ends; a newer question replaces an unfinished one.

    `ended` is called as soon as the source has ended, or an answer takes too long, whatever is under way.

    >>> from io import StringIO
    >>> out = StringIO()
    >>> serve(StringIO('{"ask": "panels", "turn": 1, "state": {"beta": "20"}}'), out)
    >>> json.loads(out.getvalue().splitlines()[-1])["done"]
    True
    """
    waiting: Queue[str | None] = Queue()
    Thread(target=_read, args=(source, waiting, ended), daemon=True).start()
    while (line := _next(waiting)) is not None:
        question = json.loads(line)
        limit = Timer(LONGEST, ended)
        limit.daemon = True
        limit.start()
        for part in _parts(question, sink):
            _write(sink, question, part)
            if _newer(waiting):
                break
        limit.cancel()


def _next(waiting: Queue[str | None]) -> str | None:
    """The next question; None once the source has ended, or when nobody has asked for a long time."""
    try:
        return waiting.get(timeout=_IDLE)
    except Empty:
        return None


def _newer(waiting: Queue[str | None]) -> bool:
    """Whether a question, and not the end of the source, is waiting."""
    with waiting.mutex:
        return bool(waiting.queue) and waiting.queue[0] is not None


def _read(source: TextIO, waiting: Queue[str | None], ended: Callable[[], None]) -> None:
    for line in source:
        if line.strip():
            waiting.put(line)
    waiting.put(None)
    ended()


def _parts(question: Question, sink: TextIO) -> Iterator[dict[str, Any]]:
    try:
        state = state_of(question["state"])
        if question["ask"] == "bound":
            yield {**bound_part(state, _progress(question, sink)), "done": True}
            return
        yield from _panels(state)
    except ValueError as error:
        yield {**failed(error), "done": True}
    except Exception as error:  # a defect must reach the page as a line, and the next question an answer
        yield {"error": f"defect: {type(error).__name__}: {error}", "done": True}


def _panels(state: State) -> Iterator[dict[str, Any]]:
    yield from panels(state)
    yield {"done": True}


def _progress(question: Question, sink: TextIO) -> Any:
    last = [monotonic()]

    def told(done: int, total: int, latest: str) -> None:
        if monotonic() - last[0] > 0.3:
            last[0] = monotonic()
            _write(sink, question, {"told": f"{done} of at most {total} boxes"})

    return told


def _write(sink: TextIO, question: Question, part: dict[str, Any]) -> None:
    sink.write(json.dumps({"ask": question["ask"], "turn": question["turn"], **part}) + "\n")
    sink.flush()


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout, lambda: os._exit(0))  # nobody is left to read an answer
