"""Basins of attraction: which start in log-odds tends to which certified attractor, and where one basin ends.

Attractors and their traps are certified; a start is labelled by the trap that its orbit in floats enters, which is
observed. A basin need not be an interval: a low start can be thrown over the repelling fixed point. A boundary is
certified where its two sides are, step by step, mapped monotonically to the two sides of a separating fixed point. The
side of a cycle has no such proof, and exceptions: starts that land on the repelling point which the cycle surrounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from flint import arb, ctx
from numpy.typing import ArrayLike, NDArray

from grpo_theory.dynamics import floats
from grpo_theory.dynamics.attractors import BITS, Attractor, Separator, attractors, check_numbers, separators
from grpo_theory.dynamics.periodic import Map, step_map
from grpo_theory.dynamics.problems import Problem, problem
from grpo_theory.dynamics.ranges import precision
from grpo_theory.dynamics.recurrences import AnyRecurrence, recurrence
from grpo_theory.errors import outside

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

IRREGULAR: Final = -1
"""The label of a start whose orbit reached no trap and has a positive mean of log|dz′/dz|."""
UNDECIDED: Final = -2
"""The label of any other start whose orbit reached no trap."""
_EXPONENT_STEPS: Final = 512
_POSITIVE: Final = 0.01
_LONGEST_PULLBACK: Final = 64
_FINEST: Final = 1e-12
_ROUNDS: Final = 64


@dataclass(frozen=True)
class Boundary:
    """Two starts low < high with different labels `left` and `right`; status "certified" or "observed".

    Certified: between them lies exactly one point that a number `steps` of steps takes to a repelling fixed point;
    starts below it tend to attractor `left`, starts above it to `right`, with proof.

    >>> Boundary(0.0, 1.0, 0, 1, "observed", None).steps is None
    True
    """

    low: float
    high: float
    left: int
    right: int
    status: str
    steps: int | None


@dataclass(frozen=True)
class Basins:
    """Labels of starts: an index into `attractors`, IRREGULAR or UNDECIDED; `z` increases, denser at boundaries.

    >>> found = basins(beta=1, p_ref="1/5", epsilon="1e-4", starts=[-4.6, -2.2])
    >>> found.label.tolist()[0], found.label.tolist()[-1], found.intervals
    (1, 0, 2)
    """

    attractors: tuple[Attractor, ...]
    z: Floats
    label: Labels
    boundaries: tuple[Boundary, ...]
    complete: bool

    @property
    def p(self) -> Floats:
        """The starts as probabilities."""
        return floats.sigmoid(self.z)

    @property
    def intervals(self) -> int:
        """The number of pieces, from the lowest start to the highest, on which the label stays the same."""
        return len(self.boundaries) + 1

    def names(self) -> dict[int, str]:
        """What each label means, e.g. "fixed-point at z = 0.758949"."""
        told = {IRREGULAR: "irregular", UNDECIDED: "undecided"}
        for index, one in enumerate(self.attractors):
            places = ", ".join(f"{float(z):.6g}" for z in one.z) or "∞"
            told[index] = f"{one.kind} at z = {places}"
        return told


def basins(
    kind: str = "reference",
    *,
    beta: object,
    p_ref: object,
    epsilon: object = None,
    eta: object = None,
    alpha: object = None,
    weight: object = "grpo",
    G: int | None = None,
    starts: ArrayLike | None = None,
    steps: int = 4096,
    refine: bool = True,
    most: int = 20_000,
    periods: tuple[int, ...] = (1, 2, 3, 4),
    **rule_options: Any,
) -> Basins:
    """The attractor to which each start z tends, with every change of label between neighbours refined by bisection.

    Shapes: starts (n,) in log-odds (601 from −15 to 15 where None); more are added at changes, up to `most`. Domain:
    parameters as `fixed_points`, numbers only, without softmax. Cycles of `periods` are sought while starts are left
    over; a longer one, or one that stayed undecided, leaves its starts UNDECIDED or IRREGULAR. `complete`: every
    boundary is certified and no label is negative; what lies between starts with one label remains observed. Errors:
    ValueError outside.

    >>> found = basins(beta=1, p_ref="1/5", epsilon="1e-4")
    >>> [(round(one.low, 6), one.left, one.right, one.status) for one in found.boundaries]
    [(-2.665392, 1, 0, 'certified'), (2.665392, 0, 1, 'certified')]
    """
    chosen: dict[str, Any] = {"beta": beta, "p_ref": p_ref, "epsilon": epsilon, "eta": eta, "alpha": alpha}
    chosen |= {"weight": weight, "G": G, **rule_options}
    given = problem(kind, **chosen)
    check_numbers(given)
    step = recurrence(kind, **chosen)
    z = np.unique(_starts(starts))
    known, label = _caught(given, step, z, periods, steps)
    if refine:
        z, label = _refined(step, known, z, label, (steps, most))
    found = _boundaries(given, known, z, label)
    complete = bool((label >= 0).all()) and all(one.status == "certified" for one in found)
    return Basins(known, z, label, found, complete)


def _caught(
    given: Problem, step: AnyRecurrence, z: Floats, periods: tuple[int, ...], steps: int
) -> tuple[tuple[Attractor, ...], Labels]:
    """Attractors and labels; longer cycles, whose certificates cost most, only while starts are left over."""
    if not periods:
        raise outside("periods", periods, "subsets of {1, 2, 3, 4}", "attractors have a period")
    for count in range(1, len(periods) + 1):
        known = attractors(given, tuple(sorted(periods))[:count])
        label = labels(step, known, z, steps=steps)
        if (label >= 0).all():
            break
    return known, label


def labels(step: AnyRecurrence, known: tuple[Attractor, ...], z: Floats, *, steps: int = 4096) -> Labels:
    """The index of the attractor whose trap the orbit of each start enters; else IRREGULAR or UNDECIDED. Observed.

    Shapes: as z, finite log-odds. The exponent of what is left over is a mean over 512 further steps.

    >>> one = recurrence("mirror", beta=1, p_ref="1/2", epsilon="1e-2")
    >>> labels(one, attractors(problem("mirror", beta=1, p_ref="1/2", epsilon="1e-2")), np.zeros(2)).tolist()
    [0, 0]
    """
    traps = [(*_inwards(low, high), index) for index, one in enumerate(known) for low, high in one.traps]
    result = np.full(z.shape, UNDECIDED, dtype=np.int64)
    waiting, at = np.arange(z.size), z.astype(np.float64).ravel()
    for t in range(steps + 1):
        caught = np.full(at.shape, UNDECIDED, dtype=np.int64)
        for low, high, index in traps:
            caught[(at >= low) & (at <= high)] = index
        free = caught == UNDECIDED
        result.flat[waiting[~free]] = caught[~free]
        waiting, at = waiting[free], at[free]
        if not waiting.size or t == steps:
            break
        with np.errstate(over="ignore", invalid="ignore"):
            at = step.advance(at)
    if waiting.size:
        result.flat[waiting] = np.where(_exponents(step, at) > _POSITIVE, IRREGULAR, UNDECIDED)
    return result


def _exponents(step: AnyRecurrence, z: Floats) -> Floats:
    total = np.zeros_like(z)
    with np.errstate(all="ignore"):
        for _ in range(_EXPONENT_STEPS):
            total += np.log(np.abs(step.derivative(z)))
            z = step.advance(z)
    exponent = total / _EXPONENT_STEPS
    return np.where(np.isfinite(z) & np.isfinite(exponent), exponent, -np.inf)


def _starts(starts: ArrayLike | None) -> Floats:
    z = np.linspace(-15.0, 15.0, 601) if starts is None else floats.array(starts).ravel()
    if not z.size or not np.isfinite(z).all():
        raise outside("starts", "the array given", "finite log-odds, at least one", "an end has no orbit of its own")
    return z


def _inwards(low: arb, high: arb) -> tuple[float, float]:
    """The ends of a trap as floats, moved inwards so that rounding cannot put a start into it."""
    a, b = float(low), float(high)
    return a + 1e-9 * (1 + abs(a)) if np.isfinite(a) else a, b - 1e-9 * (1 + abs(b)) if np.isfinite(b) else b


def _refined(
    step: AnyRecurrence, known: tuple[Attractor, ...], z: Floats, label: Labels, limits: tuple[int, int]
) -> tuple[Floats, Labels]:
    """Starts halfway between neighbours of different labels, again and again, down to 1e-12 or `most` starts."""
    steps, most = limits
    for _ in range(_ROUNDS):
        wide = np.diff(z) > _FINEST * (1 + np.abs(z[1:]))
        place = np.flatnonzero((label[1:] != label[:-1]) & wide)
        if not place.size or z.size + place.size > most:
            break
        middle = 0.5 * (z[place] + z[place + 1])
        added = labels(step, known, middle, steps=steps)
        z, label = np.insert(z, place + 1, middle), np.insert(label, place + 1, added)
    return z, label


def _boundaries(given: Problem, known: tuple[Attractor, ...], z: Floats, label: Labels) -> tuple[Boundary, ...]:
    found = []
    parted = separators(given, known)
    with ctx.workprec(BITS + precision(given.weight)):
        step = step_map(given)
        for i in np.flatnonzero(label[1:] != label[:-1]):
            ends, sides = (float(z[i]), float(z[i + 1])), (int(label[i]), int(label[i + 1]))
            steps = _pullback(step, parted, ends, sides) if min(sides) >= 0 else None
            found.append(Boundary(*ends, *sides, "observed" if steps is None else "certified", steps))
    return tuple(found)


def _pullback(
    step: Map, parted: tuple[Separator, ...], ends: tuple[float, float], sides: tuple[int, int]
) -> int | None:
    """The number of monotone steps that take the two ends to the two sides of a separator; None where none does."""
    a, b = arb(ends[0]), arb(ends[1])
    for count in range(_LONGEST_PULLBACK):
        for one in parted:
            straight = a > one.low and a < one.u and b > one.u and b < one.high and sides == (one.left, one.right)
            swapped = b > one.low and b < one.u and a > one.u and a < one.high and sides == (one.right, one.left)
            if straight or swapped:
                return count
        low, high = a.lower().min(b.lower()), a.upper().max(b.upper())
        slope = step.slope(low, high)
        if not (slope > 0 or slope < 0):
            return None
        a, b = step.value(a), step.value(b)
    return None
