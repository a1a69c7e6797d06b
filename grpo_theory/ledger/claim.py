"""A claim is one or more statements lhs ∼ rhs on a domain, with evidence that decides them; nobody writes a verdict.

Each side has up to two faces: the formal expression that a derivation works on, and the literal function that computes
it by the definition at an exact point. The two meet only in the enumeration, which also checks that the formal line
says what the definition says.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import sympy as sp

from grpo_theory.arithmetic.domains import Domain
from grpo_theory.arithmetic.evaluate import NotExact, exact
from grpo_theory.ledger.relation import Relation
from grpo_theory.ledger.values import TRANSCENDENTAL, Value, compares, components, value_of

__all__ = ["Claim", "Context", "Evidence", "Finding", "Literal", "Point", "Relation", "Side", "Statement", "show"]

Point = Mapping[str, Any]
Literal = Callable[[Point], Any]


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

    def at(self, point: Point) -> tuple[Value, ...]:
        """The side's value at a point: by the definition where it is given, else from the expression."""
        return components(self.literal(point)) if self.literal is not None else self.formally(point)

    def formally(self, point: Point) -> tuple[Value, ...]:
        """The formal expression's value at a point, a ball where it is no surd; raises NotExact where it has none."""
        if self.formal is None:
            raise NotExact("this side has no formal expression")
        if not self.formal.has(*TRANSCENDENTAL):
            try:
                return components(exact(self.formal, point))
            except NotExact as problem:
                if not problem.only_a_ball:
                    raise
        parts = self.formal.args if isinstance(self.formal, sp.Tuple) else (self.formal,)
        return tuple(value_of(part, point) for part in parts)


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
