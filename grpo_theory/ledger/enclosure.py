"""An inequality certified on closed boxes by balls: evidence of its own kind, with the boxes as its scope."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from grpo_theory.arithmetic.balls import NoBall
from grpo_theory.arithmetic.enclosures import Certificate, Ranges, certify
from grpo_theory.ledger.claim import Context, Finding, Relation, Statement

_TURNED = {Relation.GREATER: Relation.LESS, Relation.AT_LEAST: Relation.AT_MOST}


@dataclass(frozen=True)
class Enclosure:
    """lhs ≤ rhs, or <, ≥, >, on each of the given closed boxes; a side of length zero fixes an integer.

    Alone it makes a statement CERTIFIED on its boxes; beside a derivation it is a second road that shares no algebra.

    >>> from grpo_theory.symbols import p
    >>> from grpo_theory.arithmetic.domains import Domain, real
    >>> from grpo_theory.ledger.claim import Side
    >>> statement = Statement(Side(p * (1 - p)), Relation.LESS, Side(p), Domain((real(p, 0, 1),)))
    >>> finding = Enclosure(({"p": (Fraction(1, 10), Fraction(9, 10))},)).check(statement, Context())
    >>> finding.holds, finding.scope
    (True, 'p ∈ [1/10, 9/10]')
    """

    boxes: tuple[Ranges, ...]
    kind: str = field(default="enclosure", init=False)

    def check(self, statement: Statement, context: Context) -> Finding:
        """True when every box closes, False with an exact point of a box, None when a box stays open."""
        scope = "; ".join(dict.fromkeys(_words(box) for box in self.boxes))
        looked = 0
        for box in self.boxes:
            if not _inside(statement, box):
                return Finding(self.kind, None, scope, f"the box {_words(box)} leaves the domain")
            try:
                certificate = _certificate(statement, box)
            except NoBall as problem:
                return Finding(self.kind, None, scope, str(problem))
            looked += certificate.boxes
            if certificate.holds is False:
                return Finding(self.kind, False, scope, "fails at a point", point=certificate.point)
            if certificate.holds is None:
                return Finding(self.kind, None, scope, f"{len(certificate.undecided)} boxes stay open in {_words(box)}")
        return Finding(self.kind, True, scope, f"{looked} boxes closed by balls")


def _certificate(statement: Statement, box: Ranges) -> Certificate:
    low, high, relation = statement.lhs.formal, statement.rhs.formal, statement.relation
    if low is None or high is None or relation in (Relation.EQUAL, Relation.UNEQUAL):
        raise NoBall("only inequalities between expressions are certified on boxes")
    if relation in _TURNED:
        low, high, relation = high, low, _TURNED[relation]
    return certify(low, high, box, strict=relation is Relation.LESS)


def _inside(statement: Statement, box: Ranges) -> bool:
    ends: tuple[Mapping[str, Fraction], ...] = tuple({name: side[end] for name, side in box.items()} for end in (0, 1))
    return all(statement.domain.contains(corner) for corner in ends)


def _words(box: Ranges) -> str:
    sides = (f"{name} = {low}" if low == high else f"{name} ∈ [{low}, {high}]" for name, (low, high) in box.items())
    return ", ".join(sides)
