"""Two sequences of policies that drift apart: exact iterates, parametric ones beside them, their total variation."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain as joined
from itertools import combinations
from typing import Any

Policy = tuple[Fraction, ...]


def chance(policy: Policy, event: tuple[int, ...]) -> Fraction:
    """The probability of an event, a set of outcomes.

    >>> str(chance((Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)), (0, 2)))
    '2/3'
    """
    return sum((policy[o] for o in event), Fraction(0))


def total_variation(first: Policy, second: Policy) -> Fraction:
    """The largest |P(E) − Q(E)| over all events E.

    >>> str(total_variation((Fraction(1, 2), Fraction(1, 2)), (Fraction(1, 3), Fraction(2, 3))))
    '1/6'
    """
    outcomes = range(len(first))
    events = joined.from_iterable(combinations(outcomes, size) for size in range(len(first) + 1))
    return max(abs(chance(first, event) - chance(second, event)) for event in events)


def exact_policy(step: int) -> Policy:
    """π_t, three outcomes, tending to (7/12, 7/24, 1/8).

    >>> [str(x) for x in exact_policy(1)]
    ['11/24', '11/48', '5/16']
    """
    a = Fraction(1, 3) + Fraction(step, 4 * (step + 1))
    return a, a / 2, 1 - 3 * a / 2


def parametric_policy(step: int) -> Policy:
    """π̃_t, drifting away from π_t by up to 1/12.

    >>> [str(x) for x in parametric_policy(1)]
    ['1/2', '11/48', '13/48']
    """
    a, b, c = exact_policy(step)
    moved = Fraction(step, 12 * (step + 1))
    return a + moved, b, c - moved


def from_limit(point: Mapping[str, Any]) -> Fraction:
    """p̃_n − p*.

    >>> str(from_limit(next(drifting_points(0))))
    '-1/12'
    """
    distance: Fraction = chance(parametric_policy(point["n"]), point["successes"]) - point["p_star"]
    return distance


def drifting_points(_: int) -> Iterator[Mapping[str, Any]]:
    """Steps 1 to 9 of one drifting sequence, for every event as success; the bounds δ_i leave 2^{−i−3} unused.

    >>> len(list(drifting_points(0)))
    24
    """
    final = Fraction(7, 12), Fraction(7, 24), Fraction(1, 8)
    for event in joined(combinations(range(3), 1), combinations(range(3), 2)):
        for steps in (1, 2, 4, 9):
            yield point_of(steps, event, chance(final, event))


def point_of(steps: int, event: tuple[int, ...], p_star: Fraction) -> dict[str, Any]:
    """One number of steps and one event, with e no smaller than the distances that are left.

    >>> point_of(1, (0,), Fraction(7, 12))["TV_n"]
    Fraction(1, 24)
    """

    def varied(step: int) -> Fraction:
        return total_variation(parametric_policy(step), exact_policy(step))

    def unused(step: int) -> Fraction:
        return Fraction(1, 2 ** (step + 3))

    def bound(step: int) -> Fraction:
        return varied(step + 1) - varied(step) + unused(step)

    remaining = chance(exact_policy(steps), event) - p_star
    delta_star = Fraction(1, 12) + Fraction(1, 4)
    return {
        "n": steps,
        "successes": event,
        "p_star": p_star,
        "delta_star": delta_star,
        "off": remaining,
        "e": 2 * abs(remaining) + Fraction(1, 50),
        "gap": chance(parametric_policy(steps), event) - chance(exact_policy(steps), event),
        "excess": sum((bound(step) for step in range(steps)), Fraction(0)) - delta_star,
        "TV_n": varied(steps),
        "TV": varied,
        "drift": bound,
        "slack": unused,
    }
