"""Boxes of rational sides with open or closed ends, the simplest rationals in them, and how they are halved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import floor

Ranges = Mapping[str, tuple[Fraction, Fraction]]
"""Closed sides: name -> (lowest, highest)."""

_BASES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29)


@dataclass(frozen=True)
class Edge:
    """The numbers between two rationals, each end included unless it is said to be open.

    >>> str(Edge(Fraction(0), Fraction(1), low_open=True))
    '(0, 1]'
    """

    low: Fraction
    high: Fraction
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        if self.low > self.high or (self.low == self.high and (self.low_open or self.high_open)):
            raise ValueError(f"{self} is empty: its lower end must lie below its upper end")

    def __str__(self) -> str:
        if self.low == self.high:
            return f"{{{self.low}}}"
        return f"{'(' if self.low_open else '['}{self.low}, {self.high}{')' if self.high_open else ']'}"

    @property
    def single(self) -> bool:
        """Whether the edge is one number."""
        return self.low == self.high

    def holds(self, value: Fraction) -> bool:
        """Whether a number lies on the edge."""
        above = self.low < value if self.low_open else self.low <= value
        return above and (value < self.high if self.high_open else value <= self.high)

    def at(self, value: Fraction) -> "Edge":
        """The edge that is one number."""
        return Edge(value, value)


Box = Mapping[str, Edge]


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The rational with the smallest denominator strictly between two numbers, nearest to zero among equals.

    >>> simplest(Fraction(3, 10), Fraction(2, 5))
    Fraction(1, 3)
    """
    if low < 0 < high:
        return Fraction(0)
    if high <= 0:
        return -simplest(-high, -low)
    whole = floor(low)
    if whole + 1 < high:
        return Fraction(whole + 1)
    low, high = low - whole, high - whole
    if low == 0:
        return whole + Fraction(1, floor(1 / high) + 1)
    return whole + 1 / simplest(1 / high, 1 / low)


def cut(edge: Edge) -> Fraction:
    """A simple rational in the middle half of an edge: where it is halved, and where a box is tried out.

    >>> cut(Edge(Fraction(0), Fraction(1)))
    Fraction(1, 2)
    """
    if edge.single:
        return edge.low
    quarter = (edge.high - edge.low) / 4
    return simplest(edge.low + quarter, edge.high - quarter)


def halved(box: Box, name: str) -> tuple[dict[str, Edge], dict[str, Edge]]:
    """The two parts of a box on either side of a simple rational in the middle of one edge, which both contain.

    >>> [str(part["p"]) for part in halved({"p": Edge(Fraction(0), Fraction(1), low_open=True)}, "p")]
    ['(0, 1/2]', '[1/2, 1]']
    """
    edge = box[name]
    middle = cut(edge)
    low = Edge(edge.low, middle, low_open=edge.low_open)
    return {**box, name: low}, {**box, name: Edge(middle, edge.high, high_open=edge.high_open)}


def simple_points(box: Box, most: int = 64) -> Iterator[dict[str, Fraction]]:
    """Points of a box with simple coordinates, the simplest first; closed ends are among them.

    >>> [str(point["p"]) for point in simple_points({"p": Edge(Fraction(0), Fraction(1), low_open=True)})][:4]
    ['1', '1/2', '1/3', '2/3']
    """
    free = [name for name, edge in box.items() if not edge.single]
    each = max(2, round(most ** (1 / len(free)))) if free else 1
    sides = [sorted(_simple(edge, each), key=_height) for edge in box.values()]
    points = (dict(zip(box, values, strict=True)) for values in product(*sides))
    yield from sorted(points, key=lambda point: sum(map(_height, point.values())))


def spread_points(box: Box, count: int = 192) -> Iterator[dict[str, Fraction]]:
    """Points that fill a box evenly: the digits of 1, 2, 3, … mirrored at the point, in one prime base for each edge.

    >>> [str(point["p"]) for point in spread_points({"p": Edge(Fraction(0), Fraction(1))}, 3)]
    ['1/2', '1/4', '3/4']
    """
    for number in range(1, count + 1):
        parts = (_mirrored(number, base) for base in _BASES)
        yield {name: e.low + (e.high - e.low) * part for (name, e), part in zip(box.items(), parts, strict=False)}


def _mirrored(number: int, base: int) -> Fraction:
    value, place = Fraction(0), Fraction(1, base)
    while number:
        number, digit = divmod(number, base)
        value, place = value + digit * place, place / base
    return value


def simpler(value: Fraction, edge: Edge) -> Iterator[Fraction]:
    """Rationals of an edge near a number, of growing denominators, simpler than the number itself.

    >>> [str(x) for x in simpler(Fraction(3, 10), Edge(Fraction(0), Fraction(1)))]
    ['0', '1/2', '1/3', '2/7']
    """
    seen = {value}
    largest = 1
    while largest < value.denominator:
        near = value.limit_denominator(largest)
        if near not in seen and edge.holds(near):
            seen.add(near)
            yield near
        largest += 1 if largest < 24 else largest // 4


def shown(box: Box) -> str:
    """The box in words, such as ``p ∈ (0, 1), beta = 1``.

    >>> shown({"p": Edge(Fraction(0), Fraction(1), True, True), "beta": Edge(Fraction(1), Fraction(1))})
    'p ∈ (0, 1), beta = 1'
    """
    return ", ".join(f"{name} = {e.low}" if e.single else f"{name} ∈ {e}" for name, e in box.items())


def _simple(edge: Edge, most: int) -> list[Fraction]:
    """Ends that belong to the edge, and simple rationals that divide it."""
    if edge.single:
        return [edge.low]
    found = [end for end in (edge.low, edge.high) if edge.holds(end)]
    parts = [edge]
    while parts and len(found) < most + 2:
        part = parts.pop(0)
        middle = simplest(part.low, part.high)
        if middle not in found:
            found.append(middle)
        parts += [Edge(part.low, middle), Edge(middle, part.high)]
    return found[: max(most, 2)]


def _height(value: Fraction) -> int:
    return abs(value.numerator) + value.denominator
