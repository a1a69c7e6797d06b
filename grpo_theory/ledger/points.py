"""Exact points to look at, smallest first, so that the first failure found is a small one."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import product
from math import gcd
from typing import Any

from grpo_theory.ledger.claim import Point

PROBABILITIES: tuple[Fraction, ...] = (
    Fraction(1, 3),
    Fraction(1, 2),
    Fraction(1, 5),
    Fraction(7, 10),
    Fraction(24, 25),
)
"""Rational success probabilities for agreement checks; p = 1/2 alone would prove nothing."""


def rationals(largest: int) -> Iterator[Fraction]:
    """The rationals in (0, 1) by growing denominator, then numerator.

    >>> [str(x) for x in rationals(4)]
    ['1/2', '1/3', '2/3', '1/4', '3/4']
    """
    for denominator in range(2, largest + 1):
        yield from (Fraction(a, denominator) for a in range(1, denominator) if gcd(a, denominator) == 1)


def grid(**axes: Iterable[Any]) -> Iterator[Point]:
    """Every combination of values, the last name varying fastest.

    >>> list(grid(G=(2, 3), x=(0, 1)))[1]
    {'G': 2, 'x': 1}
    """
    names = tuple(axes)
    for values in product(*(tuple(axis) for axis in axes.values())):
        yield dict(zip(names, values, strict=True))


def group_grid(max_group: int, **axes: Iterable[Any]) -> Iterator[Point]:
    """Group sizes 2 … max_group with success probabilities on both sides of one half, and further axes.

    >>> len(list(group_grid(3)))
    10
    """
    return grid(G=range(2, max_group + 1), p=PROBABILITIES, **axes)
