"""Work spread over processes of its own: started afresh, sharing nothing, results as they come."""

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import active_children, get_context
from typing import TypeVar

from grpo_theory.errors import outside

Item = TypeVar("Item")
Result = TypeVar("Result")


def spread(
    task: Callable[[Item], Result], items: Sequence[Item], jobs: int
) -> Iterator[tuple[Item, Callable[[], Result]]]:
    """Each item with a function that gives task(item), or raises what it raised, in the order in which they are done.

    Domain: jobs ≥ 1 processes; with one of them, or for one item, the task runs in this process when its result is
    asked for. Task and items must be picklable; workers load modules again, so that nothing is shared. Errors:
    ValueError when a worker ends before its task.

    >>> [result() for _, result in spread(abs, [-1, -2], 1)]
    [1, 2]
    """
    if jobs == 1 or len(items) < 2:
        yield from ((item, partial(task, item)) for item in items)
        return
    before = set(active_children())
    pool = ProcessPoolExecutor(min(jobs, len(items)), mp_context=get_context("spawn"), initializer=_deaf)
    try:
        futures = {pool.submit(task, item): item for item in items}
        for future in as_completed(futures):
            if isinstance(future.exception(), BrokenProcessPool):
                guard = "a worker ended early: scripts must start under if __name__ == '__main__', memory must suffice"
                raise outside("jobs", jobs, "what this program can start", guard)
            yield futures[future], future.result
    except BaseException:  # interrupted, or nobody wants the rest: what is running would be waited for
        for child in set(active_children()) - before:
            child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _deaf() -> None:
    """Ctrl-C reaches every process of a terminal; only the first one answers, and ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
