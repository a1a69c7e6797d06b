"""Running the libraries' own code where it is installed, and what it answers on every binary reward vector."""

from __future__ import annotations

import importlib.metadata
import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from importlib.util import find_spec
from itertools import product

from grpo_theory.interop import run_openrlhf, run_trl, run_verl
from grpo_theory.interop.conventions import LIBRARIES, Convention

Vector = tuple[int, ...]
Run = Callable[[Sequence[Vector]], list[tuple[float, ...]]]
Answer = tuple[float | None, ...] | None
"""The advantages of a group, None for one that is no finite number; None as a whole where the library refuses it."""


def version(library: str) -> str | None:
    """The version of an installed library; None where it or something that its code imports is missing.

    >>> version("trl") is None or version("trl")[0].isdigit()
    True
    """
    modules = LIBRARIES[library].modules
    if any(find_spec(module) is None for module in modules):
        return None
    try:
        return importlib.metadata.version(modules[-1])
    except importlib.metadata.PackageNotFoundError:  # a checkout on the path
        return "unknown"


def measure(convention: Convention, groups: Sequence[Sequence[Vector]]) -> list[list[Answer]]:
    """What the library's own code answers for lists of groups of one size: in one batch, or each in a batch of its own.

    Domain: rewards 0 and 1; in each list groups of equal size. One batch serves a list where no group depends on the
    others.

    >>> from grpo_theory.interop.conventions import convention
    >>> version("verl") is None or measure(convention("verl/gpg"), [[(0, 1)]]) == [[(-1.0, 1.0)]]
    True
    """
    with _opened(convention) as run:
        if convention.batch:
            return [[answer for group in some for answer in _batch(run, [group])] for some in groups]
        return [_batch(run, some) for some in groups]


def _opened(convention: Convention) -> AbstractContextManager[Run]:
    if convention.library == "trl":
        return run_trl.opened(convention.option)
    if convention.library == "verl":
        return run_verl.opened(convention.option, convention.bits)
    return run_openrlhf.opened(convention.option, convention.bits)


def _batch(run: Run, groups: Sequence[Vector]) -> list[Answer]:
    try:
        rows = run(groups)
    except (ValueError, AssertionError):
        return [None] * len(groups)
    return [tuple(value if math.isfinite(value) else None for value in row) for row in rows]


def every_vector(G: int) -> list[Vector]:
    """The 2^G vectors of G binary rewards, in lexicographic order.

    >>> every_vector(2)
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    return list(product((0, 1), repeat=G))


def one_of_each(G: int) -> list[Vector]:
    """One vector for every number of successes, failures first.

    >>> one_of_each(2)
    [(0, 0), (0, 1), (1, 1)]
    """
    return [(0,) * (G - k) + (1,) * k for k in range(G + 1)]
