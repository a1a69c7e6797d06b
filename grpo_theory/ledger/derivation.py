"""A derivation is a chain of displayed lines; every step is checked, and gives its reason in words.

The first line is the statement's left side, the last must be its right side. A step from a to b is accepted when
b − a equals the combination of the named facts, or when rewriting a by named equations gives b; an inequality may have
a remainder of settled sign. Every divisor of every line must be non-zero on the domain.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import sympy as sp

from grpo_theory.arithmetic.algebra import equal, sign, undefined_divisor
from grpo_theory.arithmetic.domains import Domain
from grpo_theory.arithmetic.signs import Sign
from grpo_theory.ledger.claim import Context, Finding, Relation, Statement
from grpo_theory.ledger.fact import NOT_NEGATIVE, Fact, bound_symbols

Use = tuple[Fact, sp.Expr]
_UP = {Relation.LESS: True, Relation.AT_MOST: False}
_DOWN = {Relation.GREATER: Relation.LESS, Relation.AT_LEAST: Relation.AT_MOST}


@dataclass(frozen=True)
class Step:
    """The next line, its relation to the line before, the reason, and the facts that carry it.

    ``using`` holds facts, or pairs (fact, cofactor): next − previous = Σ cofactor·(rhs − lhs), cofactors of
    inequalities being non-negative. ``rewriting`` holds equations that replace their left side wherever it stands.

    >>> from grpo_theory.symbols import p
    >>> Step(p - p**2, "the product is expanded").relation.value
    '='
    """

    line: sp.Expr
    because: str
    relation: Relation = Relation.EQUAL
    using: tuple[Fact | Use, ...] = ()
    rewriting: tuple[Fact, ...] = ()

    def uses(self) -> Iterator[Use]:
        """The facts with their cofactors, 1 where none is given."""
        for use in self.using:
            yield use if isinstance(use, tuple) else (use, sp.Integer(1))

    def facts(self) -> tuple[Fact, ...]:
        """All facts that the step names."""
        return tuple(fact for fact, _ in self.uses()) + self.rewriting


@dataclass(frozen=True)
class Derivation:
    """A chain of steps from the left side to the right side of a statement, for the whole of its domain.

    >>> from grpo_theory.symbols import p
    >>> from grpo_theory.arithmetic.domains import real
    >>> from grpo_theory.ledger.claim import Side
    >>> lhs, rhs = Side(p * (1 - p)), Side(p - p**2)
    >>> statement = Statement(lhs, Relation.EQUAL, rhs, Domain((real(p, 0, 1),)))
    >>> Derivation((Step(p - p**2, "the product is expanded"),)).check(statement, Context()).holds
    True
    """

    steps: tuple[Step, ...]
    kind: str = field(default="derivation", init=False)

    def check(self, statement: Statement, context: Context) -> Finding:
        """Holds when every step closes and the chain says what the statement says; else it is not decided."""
        scope = statement.domain.describe()
        problem = self._problem(statement, context)
        facts = [fact for step in self.steps for fact in step.facts()]
        assuming = tuple(dict.fromkeys(name for fact in facts for name in fact.assuming))
        if problem is not None:
            return Finding(self.kind, None, scope, problem, assuming=assuming)
        lemmas = tuple(dict.fromkeys(name for fact in facts for name in fact.lemmas))
        words = f"{len(self.steps)} steps, each checked" if len(self.steps) != 1 else "1 step, checked"
        return Finding(self.kind, True, scope, words + _using(lemmas), assuming=assuming)

    def lemmas(self) -> tuple[str, ...]:
        """Names of the claims that the derivation rests on."""
        return tuple(dict.fromkeys(n for step in self.steps for fact in step.facts() for n in fact.lemmas))

    def _problem(self, statement: Statement, context: Context) -> str | None:
        if statement.lhs.formal is None or statement.rhs.formal is None:
            return "the statement has no formal sides"
        line = statement.lhs.formal
        for end in (line, statement.rhs.formal):
            if (divisor := undefined_divisor(end, statement.domain)) is not None:
                return f"the divisor {divisor} may vanish on the domain"
        # The last line first: a chain that ends elsewhere, as a spoilt one does, need not be walked.
        last = self.steps[-1].line if self.steps else line
        if not equal(last, statement.rhs.formal, statement.domain):
            return "the last line is not the right side of the statement"
        for number, step in enumerate(self.steps, 1):
            if (divisor := undefined_divisor(step.line, statement.domain)) is not None:
                return f"step {number}: the divisor {divisor} may vanish on the domain"
            if (problem := step_problem(line, step, statement.domain, context)) is not None:
                return f"step {number} ({step.because}): {problem}"
            line = step.line
        reached = chained([step.relation for step in self.steps])
        if reached is None or statement.relation not in IMPLIES[reached]:
            gives = reached.value if reached else "nothing"
            return f"the chain gives {gives}, the statement says {statement.relation.value}"
        return None


def _using(lemmas: tuple[str, ...]) -> str:
    return f", using {', '.join(lemmas)}" if lemmas else ""


IMPLIES: dict[Relation, tuple[Relation, ...]] = {
    Relation.EQUAL: (Relation.EQUAL, Relation.AT_MOST, Relation.AT_LEAST),
    Relation.LESS: (Relation.LESS, Relation.AT_MOST, Relation.UNEQUAL),
    Relation.AT_MOST: (Relation.AT_MOST,),
    Relation.GREATER: (Relation.GREATER, Relation.AT_LEAST, Relation.UNEQUAL),
    Relation.AT_LEAST: (Relation.AT_LEAST,),
}


def chained(relations: list[Relation]) -> Relation | None:
    """What a chain of relations gives from its first line to its last; None where directions mix.

    >>> chained([Relation.EQUAL, Relation.AT_MOST, Relation.LESS]).value
    '<'
    """
    kinds = set(relations) - {Relation.EQUAL}
    for strict, weak in ((Relation.LESS, Relation.AT_MOST), (Relation.GREATER, Relation.AT_LEAST)):
        if kinds and kinds <= {strict, weak}:
            return strict if strict in kinds else weak
    return Relation.EQUAL if not kinds else None


def chain(start: sp.Expr, *steps: Step) -> Fact:
    """A chain of steps as one fact, from its first line to its last; for bounds that are used inside another proof.

    >>> from grpo_theory.symbols import p
    >>> chain(p, Step(p + p**2, "a square is positive", Relation.LESS)).relation.value
    '<'
    """
    facts = tuple(fact for step in steps for fact in step.facts())
    reached = chained([step.relation for step in steps])

    def check(domain: Domain, context: Context) -> bool:
        line = start
        for step in steps:
            unsafe = undefined_divisor(step.line, domain) is not None
            if unsafe or step_problem(line, step, domain, context) is not None:
                return False
            line = step.line
        return reached is not None

    ends = (start, steps[-1].line)
    if reached in _DOWN:
        reached, ends = _DOWN[reached], ends[::-1]
    because = "; ".join(step.because for step in steps)
    assuming = tuple(name for fact in facts for name in fact.assuming)
    lemmas = tuple(name for fact in facts for name in fact.lemmas)
    return Fact(ends[0], reached or Relation.EQUAL, ends[1], because, check, assuming, lemmas)


def step_problem(before: sp.Expr, step: Step, domain: Domain, context: Context) -> str | None:
    """Why a step does not close, or None when it does.

    >>> from grpo_theory.symbols import p
    >>> step_problem(p, Step(2 * p, "no reason"), Domain(), Context())
    'the lines are not shown to be equal'
    """
    for fact in step.facts():
        if not fact.check(domain, context):
            return f"the fact «{fact.because}» does not hold on the domain"
    for part in (*(side for fact in step.facts() for side in (fact.lhs, fact.rhs)), *(c for _, c in step.uses())):
        if (divisor := undefined_divisor(part, domain)) is not None:
            return f"the divisor {divisor} of a fact may vanish on the domain"
    bound = bound_symbols(before)
    for fact in step.rewriting:
        # Equality at the points of a domain is no equality of derivatives: see calculus.both_differentiated.
        differentiated = any(node.args[0].has(fact.lhs) for node in before.atoms(sp.Derivative))
        captured = (fact.lhs.free_symbols | fact.rhs.free_symbols) & bound
        if fact.relation is not Relation.EQUAL or captured or differentiated:
            return f"«{fact.because}» cannot be used for rewriting"
        before = before.xreplace({fact.lhs: fact.rhs})
    if isinstance(before, sp.Tuple) or isinstance(step.line, sp.Tuple):
        return _vector_problem(before, step, domain)
    if step.relation in _DOWN:
        return _order_problem(step.line, before, _DOWN[step.relation], tuple(step.uses()), domain)
    if step.relation is Relation.EQUAL:
        return _equality_problem(before, step.line, tuple(step.uses()), domain)
    return _order_problem(before, step.line, step.relation, tuple(step.uses()), domain)


def _vector_problem(before: sp.Expr, step: Step, domain: Domain) -> str | None:
    if step.relation is not Relation.EQUAL or step.using:
        return "vectors are compared by = and rewriting only"
    return None if equal(before, step.line, domain) else "the vectors are not shown to be equal"


def _equality_problem(before: sp.Expr, after: sp.Expr, uses: tuple[Use, ...], domain: Domain) -> str | None:
    if any(fact.relation is not Relation.EQUAL for fact, _ in uses):
        return "an equation cannot rest on an inequality"
    explained = sp.Add(*(cofactor * (fact.rhs - fact.lhs) for fact, cofactor in uses))
    return None if equal(after, before + explained, domain) else "the lines are not shown to be equal"


def _order_problem(
    low: sp.Expr, high: sp.Expr, relation: Relation, uses: tuple[Use, ...], domain: Domain
) -> str | None:
    """low ≤ high, or <, from facts with non-negative cofactors and a remainder of settled sign."""
    strict = False
    explained: sp.Expr = sp.Integer(0)
    for fact, cofactor in uses:
        if fact.relation is not Relation.EQUAL:
            factor_sign = sign(cofactor, domain)
            if factor_sign not in NOT_NEGATIVE:
                return f"the cofactor {cofactor} of an inequality may be negative"
            strict |= fact.relation is Relation.LESS and factor_sign is Sign.POSITIVE
        explained += cofactor * (fact.rhs - fact.lhs)
    if equal(high, low + explained, domain):
        remainder = Sign.ZERO
    else:
        remainder = sign(high - low - explained, domain)
    strict |= remainder is Sign.POSITIVE
    if remainder not in NOT_NEGATIVE:
        return "the inequality is not shown"
    return "the inequality is not shown to be strict" if _UP[relation] and not strict else None
