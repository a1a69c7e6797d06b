"""What a check of the ledger returns: plain data, the same for the command, for Python and for the committed ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grpo_theory.arithmetic.latex import latex
from grpo_theory.ledger.claim import Claim, Finding, Relation, Statement
from grpo_theory.ledger.evidence import exact_values
from grpo_theory.ledger.plants import Audit
from grpo_theory.ledger.verdict import Decision, Verdict, summary

SIGNS: Mapping[Relation, str] = {
    Relation.EQUAL: "=",
    Relation.UNEQUAL: r"\neq",
    Relation.LESS: "<",
    Relation.AT_MOST: r"\le",
    Relation.GREATER: ">",
    Relation.AT_LEAST: r"\ge",
}


@dataclass(frozen=True)
class EvidenceRecord:
    """One finding: its kind, whether it holds (None: not decided), where, in what words, and the seconds it took.

    >>> EvidenceRecord("enumeration", True, "G ∈ {2}", "exact agreement at 1 point", 0.1).to_json()["holds"]
    True
    """

    kind: str
    holds: bool | None
    scope: str
    detail: str
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """The finding under the names of the interface."""
        return {
            "kind": self.kind,
            "holds": self.holds,
            "scope": self.scope,
            "detail": self.detail,
            "seconds": self.seconds,
        }


@dataclass(frozen=True)
class RepairRecord:
    """What repairs a refuted claim: its statement in words and in LaTeX, its own verdict and scope.

    >>> RepairRecord("p ≤ 1", "p \\\\le 1", "PROVED", "p ∈ (0, 1)").to_json()["verdict"]
    'PROVED'
    """

    statement: str
    latex: str
    verdict: str
    scope: str

    def to_json(self) -> dict[str, Any]:
        """The repair under the names of the interface."""
        return {"statement": self.statement, "latex": self.latex, "verdict": self.verdict, "scope": self.scope}


@dataclass(frozen=True)
class ClaimRecord:
    """One claim with its verdict, scope, evidence, counterexample and repair; ``failure`` says what stopped its check.

    ``audit`` is there when falsehoods were planted; ``survivors`` names those that the evidence did not reject.

    >>> ClaimRecord("a-claim", "card", "", "nothing", "", "OPEN", "not decided").to_json()["repair"] is None
    True
    """

    name: str
    source: str
    label: str
    statement: str
    latex: str
    verdict: str
    scope: str
    assuming: tuple[str, ...] = ()
    evidence: tuple[EvidenceRecord, ...] = ()
    counterexample: Mapping[str, str] | None = None
    repair: RepairRecord | None = None
    audit: Audit | None = None
    failure: str = ""

    def to_json(self) -> dict[str, Any]:
        """The claim under the names of the interface."""
        answer: dict[str, Any] = {
            "name": self.name,
            "source": self.source,
            "label": self.label,
            "statement": self.statement,
            "latex": self.latex,
            "verdict": self.verdict,
            "scope": self.scope,
            "assuming": list(self.assuming),
            "evidence": [entry.to_json() for entry in self.evidence],
            "counterexample": None if self.counterexample is None else dict(self.counterexample),
            "repair": None if self.repair is None else self.repair.to_json(),
        }
        if self.audit is not None:
            answer |= {"planted": self.audit.planted, "caught": self.audit.caught}
            answer["survivors"] = list(self.audit.survivors)
        return answer


@dataclass(frozen=True)
class Difference:
    """A field of a claim in which a fresh check and the committed ledger differ; None stands for what is absent.

    >>> str(Difference("a-claim", "verdict", "PROVED", "OPEN"))
    'a-claim: verdict is OPEN, the committed ledger says PROVED'
    """

    name: str
    field: str
    committed: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.name}: {self.field} is {self.found}, the committed ledger says {self.committed}"


@dataclass(frozen=True)
class Record:
    """The outcome of checking claims: one record each, in the ledger's order, and the seconds it all took.

    ``disagreements`` holds a line for every claim whose evidence contradicts itself or whose check broke off;
    ``differences`` compares with the committed ledger.

    >>> Record((), 0.0).ok
    True
    """

    claims: tuple[ClaimRecord, ...]
    seconds: float
    differences: tuple[Difference, ...] = ()

    @property
    def disagreements(self) -> tuple[str, ...]:
        """What stopped the check of a claim, claim by claim."""
        return tuple(f"{claim.name}: {claim.failure}" for claim in self.claims if claim.failure)

    @property
    def survivors(self) -> tuple[str, ...]:
        """The planted falsehoods that some evidence did not reject."""
        return tuple(name for claim in self.claims if claim.audit is not None for name in claim.audit.survivors)

    @property
    def summary(self) -> dict[str, int]:
        """How many claims have each verdict."""
        return summary({claim.name: Verdict(claim.verdict) for claim in self.claims})

    @property
    def ok(self) -> bool:
        """Whether no evidence disagrees, no planted falsehood survives, and every verdict is the committed one."""
        verdicts = any(difference.field.endswith("verdict") for difference in self.differences)
        return not (self.disagreements or self.survivors or verdicts)

    def to_json(self) -> dict[str, Any]:
        """The record under the names of the interface."""
        return {
            "claims": [claim.to_json() for claim in self.claims],
            "summary": self.summary,
            "seconds": self.seconds,
            "disagreements": list(self.disagreements),
            "differences": [str(difference) for difference in self.differences],
        }


def recorded(claim: Claim, decision: Decision, audit: Audit | None = None) -> ClaimRecord:
    """A claim and the decision on it as plain data.

    >>> from grpo_theory.ledger.claim import Context
    >>> from grpo_theory.ledger.verdict import decide
    >>> nothing = Claim("a-claim", "card", "Lemma 0", "nothing is said", ())
    >>> recorded(nothing, decide(nothing, Context())).verdict
    'OPEN'
    """
    repair = None
    if decision.repair is not None and claim.repair is not None:
        formula, verdict = claim_latex(claim.repair), decision.repair.verdict.value
        repair = RepairRecord(claim.repair.says, formula, verdict, decision.repair.scope)
    return ClaimRecord(
        name=claim.name,
        source=claim.source,
        label=claim.label,
        statement=claim.says,
        latex=claim_latex(claim),
        verdict=decision.verdict.value,
        scope=decision.scope,
        assuming=decision.assuming,
        evidence=tuple(_finding(finding) for finding in decision.findings),
        counterexample=None if decision.counterexample is None else exact_values(decision.counterexample),
        repair=repair,
        audit=audit,
    )


def _finding(finding: Finding) -> EvidenceRecord:
    return EvidenceRecord(finding.kind, finding.holds, finding.scope, finding.detail, finding.seconds)


def claim_latex(claim: Claim) -> str:
    """The claim's statements in LaTeX, side by side; its words where no statement has a formula.

    >>> claim_latex(Claim("a-claim", "card", "", "nothing is said", ()))
    '\\\\text{nothing is said}'
    """
    formulas = [formula for formula in map(statement_latex, claim.statements) if formula]
    return r" ,\qquad ".join(formulas) if formulas else rf"\text{{{claim.says}}}"


def statement_latex(statement: Statement) -> str:
    """A statement in LaTeX: as its author displays it, else from its formal sides; empty where it has neither.

    >>> from grpo_theory.arithmetic.domains import Domain
    >>> from grpo_theory.ledger.claim import Side
    >>> from grpo_theory.symbols import p
    >>> statement_latex(Statement(Side(p**2), Relation.AT_MOST, Side(p), Domain()))
    'p^{2} \\\\le p'
    """
    if statement.latex:
        return statement.latex
    if statement.lhs.formal is None or statement.rhs.formal is None:
        return ""
    return f"{latex(statement.lhs.formal)} {SIGNS[statement.relation]} {latex(statement.rhs.formal)}"
