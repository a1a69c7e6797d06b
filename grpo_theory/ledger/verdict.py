"""A verdict is a pure function of evidence: nobody types one.

PROVED: a derivation closes and an enumeration agrees. CERTIFIED: an enclosure closes. REFUTED: an exact point fails and
an independent check agrees. CORRECTED: refuted, and a repair is itself proved or certified and holds at the
counterexample. OBSERVED: numbers without an enclosure. OPEN: everything else.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from sympy.core.function import AppliedUndef

from grpo_theory.arithmetic.evaluate import NotExact
from grpo_theory.ledger.claim import Claim, Context, Finding, Point, Statement
from grpo_theory.ledger.derivation import Derivation
from grpo_theory.ledger.evidence import EvidenceDisagrees, describe
from grpo_theory.ledger.values import lies_in


class Verdict(Enum):
    """What the evidence amounts to.

    >>> Verdict.PROVED.value
    'PROVED'
    """

    PROVED = "PROVED"
    CERTIFIED = "CERTIFIED"
    CORRECTED = "CORRECTED"
    REFUTED = "REFUTED"
    OBSERVED = "OBSERVED"
    OPEN = "OPEN"


POSITIVE = (Verdict.PROVED, Verdict.CERTIFIED)


@dataclass(frozen=True)
class Decision:
    """A verdict with what it rests on: findings, scope, hypotheses, the counterexample, the repair's own decision.

    >>> Decision(Verdict.OPEN, "nothing", (), ()).verdict.value
    'OPEN'
    """

    verdict: Verdict
    scope: str
    findings: tuple[Finding, ...]
    assuming: tuple[str, ...]
    counterexample: Point | None = None
    repair: "Decision | None" = None


def decide(claim: Claim, context: Context) -> Decision:
    """The decision on a claim from its evidence, checked afresh, repair included.

    >>> decide(Claim("an-example", "card", "", "nothing is said", ()), Context()).verdict.value
    'OPEN'
    """
    checked = [(statement, findings_of(statement, context)) for statement in claim.statements]
    verdicts = [_of_statement(claim.name, findings) for _, findings in checked]
    lemmas = {name for statement in claim.statements for name in lemmas_of(statement)}
    unproved = sorted(name for name in lemmas if not _lemma_stands(name, context))
    findings = tuple(finding for _, found in checked for finding in found)
    assuming = tuple(dict.fromkeys((*claim.assuming, *(a for f in findings for a in f.assuming))))
    verdict = combined(verdicts)
    if verdict in POSITIVE and unproved:
        verdict = Verdict.OPEN
    decision = Decision(verdict, _scope(verdict, checked, unproved), findings, assuming)
    if verdict is not Verdict.REFUTED:
        return decision
    points = _refuting(findings)
    refuted = replace(decision, counterexample=points[0])
    return refuted if claim.repair is None else _with_repair(refuted, claim, points, context)


def findings_of(statement: Statement, context: Context) -> tuple[Finding, ...]:
    """What each piece of a statement's evidence says, with the time it took.

    >>> from grpo_theory.arithmetic.domains import Domain
    >>> from grpo_theory.ledger.claim import Relation, Side
    >>> findings_of(Statement(Side(), Relation.EQUAL, Side(), Domain()), Context())
    ()
    """
    return tuple(_timed(lambda e=evidence: e.check(statement, context)) for evidence in statement.evidence)  # type: ignore[misc]


def _timed(check: Callable[[], Finding]) -> Finding:
    start = time.perf_counter()
    finding = check()
    return replace(finding, seconds=time.perf_counter() - start)


def _refuting(findings: Iterable[Finding]) -> list[Point]:
    """The points that refute: an enumeration alone is one road, and refutes nothing without a second judgement."""
    kinds = ("counterexample", "derivation")
    return [f.point for f in findings if f.holds is False and f.kind in kinds and f.point is not None]


def _of_statement(name: str, findings: tuple[Finding, ...]) -> Verdict:
    holding = {finding.kind for finding in findings if finding.holds is True}
    failing = [finding for finding in findings if finding.holds is False]
    if failing and holding:
        raise EvidenceDisagrees(f"{name}: {failing[0].kind} refutes what {', '.join(sorted(holding))} supports")
    if failing:
        return Verdict.REFUTED if _refuting(failing) else Verdict.OPEN
    if {"derivation", "enumeration"} <= holding:
        return Verdict.PROVED
    if "enclosure" in holding:
        return Verdict.CERTIFIED
    return Verdict.OBSERVED if "observation" in holding else Verdict.OPEN


_STRENGTH = (Verdict.OPEN, Verdict.OBSERVED, Verdict.CERTIFIED, Verdict.PROVED)


def combined(verdicts: list[Verdict]) -> Verdict:
    """The verdict on a conjunction: refuted when one part is, else as strong as its weakest part.

    >>> combined([Verdict.PROVED, Verdict.OPEN]).value
    'OPEN'
    """
    if Verdict.REFUTED in verdicts:
        return Verdict.REFUTED
    return min(verdicts, key=_STRENGTH.index, default=Verdict.OPEN)


def lemmas_of(statement: Statement) -> tuple[str, ...]:
    """The claims that a statement's derivations rest on.

    >>> from grpo_theory.arithmetic.domains import Domain
    >>> from grpo_theory.ledger.claim import Relation, Side
    >>> lemmas_of(Statement(Side(), Relation.EQUAL, Side(), Domain()))
    ()
    """
    derivations = (evidence for evidence in statement.evidence if isinstance(evidence, Derivation))
    return tuple(dict.fromkeys(name for derivation in derivations for name in derivation.lemmas()))


@cache
def decided(name: str, context: Context) -> Decision:
    """The decision on a claim of the ledger by its name, made once per process: lemmas are cited many times.

    >>> nothing = Claim("an-example", "card", "", "nothing is said", ())
    >>> decided("an-example", Context(lemma=lambda name: nothing)).verdict.value
    'OPEN'
    """
    if context.lemma is None:
        raise ValueError(f"name = {name} cannot be looked up: the context knows no ledger")
    return decide(context.lemma(name), context)


def _lemma_stands(name: str, context: Context) -> bool:
    """Whether a lemma is proved; one that rests on itself, by whatever detour, proves nothing."""
    if context.lemma is None or name in _rests_on(name, context):
        return False
    return decided(name, context).verdict in POSITIVE


def _rests_on(name: str, context: Context) -> set[str]:
    """Every claim that a claim or its repair cites, directly or through its lemmas."""
    assert context.lemma is not None
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        claim: Claim | None = context.lemma(waiting.pop())
        while claim is not None:
            fresh = {cited for statement in claim.statements for cited in lemmas_of(statement)} - reached
            reached |= fresh
            waiting += fresh
            claim = claim.repair
    return reached


def _scope(verdict: Verdict, checked: list[tuple[Statement, tuple[Finding, ...]]], unproved: list[str]) -> str:
    """Never wider than the evidence: the derivations' domains, or what was looked at."""
    if verdict is Verdict.REFUTED:
        return f"fails at {describe(_refuting(f for _, findings in checked for f in findings)[0])}"
    if unproved:
        return f"rests on {', '.join(unproved)}, not proved"
    wanted = {Verdict.PROVED: "derivation", Verdict.CERTIFIED: "enclosure", Verdict.OBSERVED: "observation"}
    kind = wanted.get(verdict)
    scopes = [f.scope for _, findings in checked for f in findings if f.kind == kind and f.holds]
    return "; also ".join(dict.fromkeys(scopes)) or "not decided"


def _with_repair(decision: Decision, claim: Claim, points: list[Point], context: Context) -> Decision:
    assert claim.repair is not None
    repair = decide(claim.repair, context)
    stands = repair.verdict in POSITIVE and all(covers(claim.repair, point) for point in points)
    return replace(decision, verdict=Verdict.CORRECTED if stands else Verdict.REFUTED, repair=repair)


def covers(repair: Claim, point: Point) -> bool:
    """Whether some statement of a repair speaks about a point, and holds there.

    >>> covers(Claim("an-example", "card", "", "nothing is said", ()), {})
    False
    """
    return any(_holds_there(statement, point) for statement in repair.statements)


def _holds_there(statement: Statement, point: Point) -> bool:
    try:
        return _speaks_of(statement, point) and lies_in(statement.domain, point) and statement.at(point)
    except (NotExact, KeyError):
        return False


def _speaks_of(statement: Statement, point: Point) -> bool:
    """Whether a statement looks at a point at all: by a definition, or by a name that a formal side shares with it."""
    sides = (statement.lhs, statement.rhs)
    if any(side.literal is not None for side in sides):
        return True
    formal = [side.formal for side in sides if side.formal is not None]
    names = {symbol.name for side in formal for symbol in side.free_symbols}
    names |= {call.func.__name__ for side in formal for call in side.atoms(AppliedUndef)}
    return bool(names & set(point))


def summary(verdicts: Mapping[str, Verdict]) -> dict[str, int]:
    """How many claims have each verdict.

    >>> summary({"a": Verdict.PROVED, "b": Verdict.PROVED})
    {'PROVED': 2}
    """
    counts = {verdict.value: list(verdicts.values()).count(verdict) for verdict in Verdict}
    return {name: count for name, count in counts.items() if count}
