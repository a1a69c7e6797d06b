"""One checked claim as a page of a notebook: statement, verdict, scope, counterexample, and every line of its proof."""

from collections.abc import Iterable, Iterator
from typing import Final

from grpo_theory.arithmetic.latex import latex
from grpo_theory.ledger import catalogue
from grpo_theory.ledger.claim import Claim, Statement
from grpo_theory.ledger.derivation import Derivation
from grpo_theory.ledger.evidence import Exhaustion
from grpo_theory.ledger.records import SIGNS, ClaimRecord, statement_latex

_ENTITIES: Final = str.maketrans({mark: f"&#{ord(mark)};" for mark in r"\`*_|<>$[]#&"})


def plain(text: str) -> str:
    r"""A text as Markdown that shows exactly this text, in a table too and whatever dialect of Markdown reads it.

    >>> plain("p_ref < |A|")
    'p&#95;ref &#60; &#124;A&#124;'
    """
    return " ".join(text.split()).translate(_ENTITIES)


def verdict_table(records: Iterable[ClaimRecord]) -> str:
    """A Markdown table of checked claims: name, label in the source, statement, verdict.

    >>> print(verdict_table([]))
    | claim | in the source | says | verdict |
    |:---|:---|:---|:---|
    """
    rows = (f"| `{one.name}` | {plain(one.label)} | {plain(one.statement)} | **{one.verdict}** |" for one in records)
    return "\n".join(("| claim | in the source | says | verdict |", "|:---|:---|:---|:---|", *rows))


def claim_page(entry: ClaimRecord) -> str:
    """A checked claim in Markdown with LaTeX: what it says, its verdict, scope or counterexample, and its repair.

    Domain: a record from `verify`, whose claim is in the catalogue. Errors: ValueError for another name.

    >>> from grpo_theory.ledger.runner import verify
    >>> page = claim_page(verify(["variance-is-called-deviation"]).claims[0])
    >>> "**Counterexample.** G = 2, k = 1" in page, "**Repair, PROVED.**" in page
    (True, True)
    """
    claim = catalogue.claim(entry.name)
    lines = [f"**{entry.verdict}** · `{entry.name}` · {plain(entry.label)}", "", plain(entry.statement), ""]
    lines += [*_formulas(claim), *_counterexample(entry)]
    lines += [f"Scope: {plain(entry.scope)}", ""] if entry.counterexample is None else []
    if entry.repair is not None and claim.repair is not None:
        lines += [f"**Repair, {entry.repair.verdict}.** {plain(entry.repair.statement)}", ""]
        lines += [*_formulas(claim.repair), f"Scope: {plain(entry.repair.scope)}", ""]
    return "\n".join(lines)


def derivation_page(entry: ClaimRecord) -> str:
    """Every line of the derivations of a checked claim and of its repair, with its reason, in Markdown with LaTeX.

    Domain and errors: as for `claim_page`.

    >>> from grpo_theory.ledger.runner import verify
    >>> print(derivation_page(verify(["total-weight"]).claims[0]).splitlines()[0])
    Each step checked:
    """
    claim = catalogue.claim(entry.name)
    repair = () if claim.repair is None else ("**Of the repair.**", "", *_derivations(claim.repair))
    return "\n".join((*_derivations(claim), *repair))


def _formulas(claim: Claim) -> Iterator[str]:
    for statement in claim.statements:
        if formula := statement_latex(statement):
            yield from (f"$${formula}$$", "")


def _counterexample(entry: ClaimRecord) -> Iterator[str]:
    if entry.counterexample is not None:
        point = ", ".join(f"{name} = {value}" for name, value in entry.counterexample.items())
        found = next((e.detail for e in entry.evidence if e.holds is False), "")
        said = found.removeprefix(point).lstrip(": ").split("; point ")[0]
        yield from (f"**Counterexample.** {plain(point)}: {plain(said)}.", "")


def _derivations(claim: Claim) -> Iterator[str]:
    for number, statement in enumerate(claim.statements, 1):
        part = f"Part {number}, each" if len(claim.statements) > 1 else "Each"
        for evidence in statement.evidence:
            if isinstance(evidence, Derivation):
                yield from (f"{part} step checked:", "", *_chain(statement, evidence))
            elif isinstance(evidence, Exhaustion):
                yield from (f"{part} case checked: {plain(evidence.words)}.", "")


def _chain(statement: Statement, derivation: Derivation) -> Iterator[str]:
    """The lines as items with room between them: fractions and roots are taller than a line of text."""
    yield from (f"- $\\displaystyle {latex(statement.lhs.formal)}$", "")
    for step in derivation.steps:
        yield from (f"- $\\displaystyle {SIGNS[step.relation]} {latex(step.line)}$ &emsp;{plain(step.because)}", "")
