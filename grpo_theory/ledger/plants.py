"""Planted falsehoods: every claim's evidence must reject it once its right side is spoilt.

The right side is scaled, shifted, mirrored (p → 1−p), or taken at the next group size; an inequality is also turned
round. A spoilt statement counts as a falsehood when it fails at an exact point. Each piece of evidence that supports
the claim must then stop supporting it. A refuted statement is planted with a truth: its counterexample must fall
silent.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import sympy as sp

from grpo_theory.arithmetic.evaluate import NotExact
from grpo_theory.ledger.claim import Claim, Context, Point, Relation, Side, Statement
from grpo_theory.ledger.evidence import Convergence, Counterexample, Enumeration, EvidenceDisagrees, Exhaustion
from grpo_theory.ledger.values import Value
from grpo_theory.symbols import G, p

# A spoilt side may have no value where the claim has one: the function of another group size, a division by zero.
_NO_VALUE = (NotExact, LookupError, ValueError, ArithmeticError)


@dataclass(frozen=True)
class Audit:
    """How many falsehoods were planted in a claim and caught, and the names of those that survived.

    >>> Audit(4, 4, ()).passed("")
    True
    """

    planted: int
    caught: int
    survivors: tuple[str, ...]

    def passed(self, immune: str) -> bool:
        """Whether every falsehood was caught, and there was one or a reason why there is none."""
        return not self.survivors and (self.planted > 0 or bool(immune))


def audit(claim: Claim, context: Context) -> Audit:
    """Plants falsehoods in every statement of a claim and of its repair, and counts those that the evidence rejects.

    >>> audit(Claim("an-example", "card", "", "nothing is said", ()), Context())
    Audit(planted=0, caught=0, survivors=())
    """
    planted, survivors = 0, []
    for part, statement in enumerate(claim.statements):
        for name, spoilt in spoilings(statement):
            if not is_planted(statement, spoilt, context):
                continue
            planted += 1
            if not rejected(statement, spoilt, context):
                survivors.append(f"{claim.name}, part {part + 1}: {name}")
    if claim.repair is not None:
        inner = audit(claim.repair, context)
        planted, survivors = planted + inner.planted, survivors + list(inner.survivors)
    return Audit(planted, planted - len(survivors), tuple(survivors))


def spoilings(statement: Statement) -> Iterator[tuple[str, Statement]]:
    """The spoilt copies of a statement, each with the name of its falsehood.

    >>> from fractions import Fraction
    >>> from grpo_theory.ledger.claim import Side
    >>> from grpo_theory.arithmetic.domains import Domain
    >>> true = Statement(Side(p), Relation.EQUAL, Side(p), Domain(), (Enumeration(lambda _: [{"p": Fraction(1, 3)}]),))
    >>> [name for name, _ in spoilings(true)]
    ['scaled', 'shifted', 'mirrored', 'next group size']
    """
    if any(isinstance(evidence, Counterexample) for evidence in statement.evidence):
        yield "right side made equal to the left", replace(statement, rhs=statement.lhs, relation=_reflexive(statement))
        return
    changes: tuple[tuple[str, Callable[[sp.Expr], sp.Expr], Callable[[Side], Side]], ...] = (
        ("scaled", lambda e: 2 * e, lambda s: _after(s, lambda x: x + x)),
        ("shifted", lambda e: e + 1, lambda s: _after(s, lambda x: x + 1)),
        ("mirrored", lambda e: e.subs(p, 1 - p), lambda s: _before(s, _mirrored)),
        ("next group size", lambda e: e.subs(G, G + 1), lambda s: _before(s, _next_group)),
    )
    for name, formal, literal in changes:
        yield name, replace(statement, rhs=_changed(statement.rhs, formal, literal))
    turned = {Relation.LESS: Relation.AT_LEAST, Relation.AT_MOST: Relation.GREATER}
    turned |= {Relation.GREATER: Relation.AT_MOST, Relation.AT_LEAST: Relation.LESS, Relation.UNEQUAL: Relation.EQUAL}
    if statement.relation in turned:
        yield "turned round", replace(statement, relation=turned[statement.relation])


def _reflexive(statement: Statement) -> Relation:
    weak = {Relation.LESS: Relation.AT_MOST, Relation.GREATER: Relation.AT_LEAST, Relation.UNEQUAL: Relation.EQUAL}
    return weak.get(statement.relation, statement.relation)


def _changed(side: Side, formal: Callable[[sp.Expr], sp.Expr], literal: Callable[[Side], Side]) -> Side:
    expression = side.formal
    if isinstance(expression, sp.Tuple):
        expression = sp.Tuple(*(formal(entry) for entry in expression))
    elif expression is not None:
        expression = formal(expression)
    return Side(expression, literal(side).literal if side.literal is not None else None)


def _after(side: Side, change: Callable[[Value], Value]) -> Side:
    return Side(literal=lambda point: tuple(change(value) for value in side.at(point)))


def _before(side: Side, change: Callable[[Point], Point]) -> Side:
    return Side(literal=lambda point: side.at(change(point)))


def _mirrored(point: Point) -> Point:
    return {**point, "p": 1 - point["p"]} if "p" in point else point


def _next_group(point: Point) -> Point:
    return {**point, "G": point["G"] + 1} if "G" in point else point


def is_planted(statement: Statement, spoilt: Statement, context: Context) -> bool:
    """Whether a spoilt statement fails at a point of the evidence, or is a truth in place of a falsehood.

    >>> from fractions import Fraction
    >>> from grpo_theory.ledger.claim import Side
    >>> from grpo_theory.arithmetic.domains import Domain
    >>> true = Statement(Side(p), Relation.EQUAL, Side(p), Domain(), (Enumeration(lambda _: [{"p": Fraction(1, 3)}]),))
    >>> [is_planted(true, spoilt, Context()) for _, spoilt in spoilings(true)]
    [True, True, True, False]
    """
    for evidence in statement.evidence:
        if isinstance(evidence, Counterexample):
            return True
        if isinstance(evidence, Convergence) and evidence.check(spoilt, context).holds is False:
            return True
        if isinstance(evidence, (Enumeration, Exhaustion)):
            points = evidence.points(context.max_group) if isinstance(evidence, Enumeration) else evidence.points()
            if any(_fails(spoilt, point) for point in points):
                return True
    return False


def _fails(statement: Statement, point: Point) -> bool:
    try:
        return statement.domain.contains(point) and not statement.at(point)
    except _NO_VALUE:
        return False


def rejected(statement: Statement, spoilt: Statement, context: Context) -> bool:
    """Whether no piece of evidence supports the spoilt statement; a silenced counterexample must not speak up.

    >>> from fractions import Fraction
    >>> from grpo_theory.ledger.claim import Side
    >>> from grpo_theory.arithmetic.domains import Domain
    >>> true = Statement(Side(p), Relation.EQUAL, Side(p), Domain(), (Enumeration(lambda _: [{"p": Fraction(1, 3)}]),))
    >>> [rejected(true, spoilt, Context()) for _, spoilt in spoilings(true)]
    [True, True, True, False]
    """
    for evidence in statement.evidence:
        try:
            finding = evidence.check(spoilt, context)
        except (*_NO_VALUE, EvidenceDisagrees):
            # A second road that contradicts the spoilt side gives it no support.
            continue
        if isinstance(evidence, Counterexample):
            if finding.holds is False:
                return False
        elif finding.holds is True:
            return False
    return True
