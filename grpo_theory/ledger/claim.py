"""A claim is one or more statements lhs ∼ rhs on a domain, with evidence that decides them; nobody writes a verdict.

Each side has up to two faces: the formal expression that a derivation works on, and the literal function that computes
it by the definition at an exact point. The two meet only in the enumeration, which also checks that the formal line
says what the definition says.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

import sympy as sp

from grpo_theory.arithmetic.domains import Domain
from grpo_theory.arithmetic.evaluate import NotExact, exact
from grpo_theory.arithmetic.surds import Surd

Point = Mapping[str, Any]
Literal = Callable[[Point], Any]


class Relation(Enum):
    """How the two sides of a statement compare.

    >>> Relation.AT_MOST.value
    '≤'
    """

    EQUAL = "="
    UNEQUAL = "≠"
    LESS = "<"
    AT_MOST = "≤"
    GREATER = ">"
    AT_LEAST = "≥"


@dataclass(frozen=True)
class Side:
    """One side of a statement: its formal expression, its literal meaning at a point, or both.

    >>> from fractions import Fraction
    >>> from grpo_theory.symbols import p
    >>> Side(p * (1 - p)).at({"p": Fraction(1, 3)})
    (Surd('2/9'),)
    """

    formal: sp.Expr | None = None
    literal: Literal | None = None

    def at(self, point: Point) -> tuple[Surd, ...]:
        """The side's exact value at a point: by the definition where it is given, else from the expression."""
        return components(self.literal(point)) if self.literal is not None else self.formally(point)

    def formally(self, point: Point) -> tuple[Surd, ...]:
        """The formal expression's exact value at a point; raises NotExact where it has none."""
        if self.formal is None:
            raise NotExact("this side has no formal expression")
        return components(exact(self.formal, point))


def components(value: Any) -> tuple[Surd, ...]:
    """A value as a flat tuple of exact numbers: numbers, truth values, and nested tuples of them.

    >>> components((True, (2, "1/2")))
    (Surd('1'), Surd('2'), Surd('1/2'))
    """
    if isinstance(value, (tuple, list)):
        return tuple(component for entry in value for component in components(entry))
    if isinstance(value, Surd):
        return (value,)
    return (Surd.of(int(value) if isinstance(value, bool) else value),)


def compares(left: tuple[Surd, ...], relation: Relation, right: tuple[Surd, ...]) -> bool:
    """Whether two exact values stand in a relation; vectors compare as a whole for = and ≠, by component otherwise.

    >>> compares((Surd.of(1),), Relation.LESS, (Surd.sqrt(2),))
    True
    """
    if len(left) != len(right):
        raise ValueError(f"a side with {len(left)} components cannot be compared with one of {len(right)}")
    if relation in (Relation.EQUAL, Relation.UNEQUAL):
        return (left == right) == (relation is Relation.EQUAL)
    tests: dict[Relation, Callable[[Surd, Surd], bool]] = {
        Relation.LESS: lambda a, b: a < b,
        Relation.AT_MOST: lambda a, b: a <= b,
        Relation.GREATER: lambda a, b: a > b,
        Relation.AT_LEAST: lambda a, b: a >= b,
    }
    return all(tests[relation](a, b) for a, b in zip(left, right, strict=True))


@dataclass(frozen=True)
class Finding:
    """What one piece of evidence says: holds True, False or None (not decided), within a scope.

    >>> Finding("derivation", True, "p ∈ (0, 1)", "3 steps").holds
    True
    """

    kind: str
    holds: bool | None
    scope: str
    detail: str
    seconds: float = 0.0
    point: Point | None = None
    assuming: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """How far finite checks go, and where lemmas are looked up.

    >>> Context(max_group=4).max_group
    4
    """

    max_group: int = 6
    lemma: Callable[[str], "Claim"] | None = None


class Evidence(Protocol):
    """Anything that can check a statement."""

    @property
    def kind(self) -> str:
        """The evidence's kind, as the ledger prints it."""

    def check(self, statement: "Statement", context: Context) -> Finding:
        """Checks the statement, from scratch."""


@dataclass(frozen=True)
class Statement:
    """lhs ∼ rhs for every point of a domain, with the evidence offered for or against it.

    >>> from fractions import Fraction
    >>> from grpo_theory.symbols import p
    >>> from grpo_theory.arithmetic.domains import real
    >>> Statement(Side(p), Relation.LESS, Side(sp.S(1)), Domain((real(p, 0, 1),))).at({"p": Fraction(1, 2)})
    True
    """

    lhs: Side
    relation: Relation
    rhs: Side
    domain: Domain
    evidence: tuple[Evidence, ...] = ()
    latex: str = ""

    def at(self, point: Point) -> bool:
        """Whether the statement holds at one exact point."""
        return compares(self.lhs.at(point), self.relation, self.rhs.at(point))


@dataclass(frozen=True)
class Claim:
    """A named statement of a source, exactly as it is printed there, and what repairs it where it is false.

    ``label`` is the source's own number; ``assuming`` names hypotheses that the source makes in words; ``immune`` says
    why planted falsehoods cannot reach a claim, where none can be planted.

    >>> Claim("an-example", "card", "Lemma 0", "nothing is said", ()).statements
    ()
    """

    name: str
    source: str
    label: str
    says: str
    statements: tuple[Statement, ...]
    repair: "Claim | None" = None
    assuming: tuple[str, ...] = ()
    immune: str = ""
    notes: str = field(default="", compare=False)


def show(value: Any) -> str:
    """An exact value as text, for counterexamples and records.

    >>> from fractions import Fraction
    >>> show((Fraction(1, 3), Fraction(2, 3)))
    '(1/3, 2/3)'
    """
    if isinstance(value, (tuple, list)):
        return f"({', '.join(show(entry) for entry in value)})"
    return str(value)
