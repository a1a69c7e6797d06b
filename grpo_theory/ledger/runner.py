"""Every named claim decided afresh from its evidence, in one process or several, and held against the ledger."""

import json
import operator
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from grpo_theory import discovery
from grpo_theory.errors import outside
from grpo_theory.ledger import catalogue
from grpo_theory.ledger.claim import Context
from grpo_theory.ledger.plants import Audit, audit
from grpo_theory.ledger.records import ClaimRecord, Difference, EvidenceRecord, Record, claim_latex, recorded
from grpo_theory.ledger.verdict import decided
from grpo_theory.processes import spread

MAX_GROUP: Final = 6
"""How far enumerations go unless told otherwise; the committed ledger is made with it."""
SMALLEST_GROUP: Final = 2
LARGEST_GROUP: Final = 12

Progress = Callable[[int, int, str], None]
_COMPARED: Final = ("verdict", "scope", "statement", "counterexample", "repair verdict")


def verify(
    names: Sequence[str] = (),
    *,
    source: str | None = None,
    max_group: int | None = None,
    jobs: int = 1,
    audit: bool = False,
    progress: Progress | None = None,
) -> Record:
    """The verdicts on the named claims, or on all of them, each from its evidence checked afresh.

    Domain: `names` are claims of the ledger, `source` keeps those of one source; enumerations go up to groups of
    `max_group` (2 to 12; 6 unless given); `jobs` ≥ 1 is a number of processes; `audit` plants falsehoods; `progress` is
    called with the claims done, their total and the latest name. A claim whose evidence disagrees, or whose check
    breaks off, does not lose the others: it is OPEN and listed under `disagreements`. Errors: ValueError for an unknown
    name or source, suggesting the nearest, and outside the domains.

    >>> verify(["group-deviation-identity"]).summary
    {'PROVED': 1}
    """
    chosen = _chosen((names,) if isinstance(names, str) else names, source)
    size = _integer("max_group", MAX_GROUP if max_group is None else max_group, SMALLEST_GROUP, LARGEST_GROUP)
    workers = _integer("jobs", jobs, 1, None)
    start = time.perf_counter()
    found: dict[str, ClaimRecord] = {}
    for entry in _checked(chosen, size, audit, workers):
        found[entry.name] = entry
        if progress is not None:
            progress(len(found), len(chosen), entry.name)
    record = Record(tuple(found[name] for name in chosen), time.perf_counter() - start)
    return replace(record, differences=fresh(record, whole=not names and source is None))


def _chosen(names: Sequence[str], source: str | None) -> tuple[str, ...]:
    """The named claims in the ledger's order, each once."""
    everything = catalogue.names(source)
    for name in names:
        if (home := catalogue.source_of(name)) and name not in everything:
            raise outside("name", name, f"the claims of {source}", f"{home} states it")
    return tuple(name for name in everything if not names or name in names)


def _integer(name: str, value: Any, low: int, high: int | None) -> int:
    domain = f"the integers {low}, ..., {high}" if high is not None else f"the integers from {low} on"
    meaning = {"jobs": "claims are checked in that many processes"}.get(
        name, "enumerations of groups cost up to 2^G terms"
    )
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise outside(name, value, domain, meaning)
    number = operator.index(value)
    if number < low or (high is not None and number > high):
        raise outside(name, number, domain, meaning)
    return number


def _checked(names: tuple[str, ...], max_group: int, plant: bool, jobs: int) -> Iterator[ClaimRecord]:
    """The records of claims in the order in which they are done."""
    task = partial(checked, max_group=max_group, plant=plant)
    yield from (result() for _, result in spread(task, names, jobs))


def checked(name: str, max_group: int = MAX_GROUP, plant: bool = False) -> ClaimRecord:
    """The record of one claim; an exception from its file or its evidence is kept in the record.

    >>> checked("group-deviation-identity").verdict
    'PROVED'
    """
    context = Context(max_group, catalogue.claim)
    start = time.perf_counter()
    try:
        claim = catalogue.claim(name)
        decision = decided(name, context)
        return recorded(claim, decision, _audited(name, context) if plant else None)
    except Exception as error:  # a claim's file may raise anything, and must not take the other claims with it
        return _broken(name, error, time.perf_counter() - start)


def _audited(name: str, context: Context) -> Audit:
    claim = catalogue.claim(name)
    result = audit(claim, context)
    if result.survivors or result.passed(claim.immune):
        return result
    return replace(result, survivors=(f"{name}: nothing could be planted, and the claim does not say why",))


def _broken(name: str, error: Exception, seconds: float) -> ClaimRecord:
    kind = type(error).__name__
    message = str(error) if kind == "EvidenceDisagrees" else f"{kind}: {error}"
    evidence = (EvidenceRecord("disagreement", None, "nothing", message, seconds),)
    entry = ClaimRecord(
        name, catalogue.source_of(name), "", "", "", "OPEN", "not decided", evidence=evidence, failure=message
    )
    try:
        claim = catalogue.claim(name)
        return replace(entry, label=claim.label, statement=claim.says, latex=claim_latex(claim))
    except Exception:  # the file itself does not load: its path is all that is known
        return entry


def committed() -> dict[str, dict[str, Any]]:
    """The claims of the committed ledger by name; empty where there is no ledger yet.

    Errors: ValueError for a ledger file that is no JSON of this shape.

    >>> all("verdict" in entry for entry in committed().values())
    True
    """
    path = discovery.folder("proofs") / "ledger.json"
    if not path.is_file():
        return {}
    try:
        return {entry["name"]: entry for entry in json.loads(path.read_text(encoding="utf-8"))["claims"]}
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"proofs/{path.name} is no ledger: grpo-theory verify --update writes it again") from None


def fresh(record: Record, *, whole: bool = False) -> tuple[Difference, ...]:
    """Where a record and the committed ledger differ: verdict, scope, statement, counterexample, the repair's verdict.

    Domain: with `whole` the record is meant to hold every claim, so that a claim of the ledger without a file counts.

    >>> fresh(Record((), 0.0))
    ()
    """
    ledger = committed()
    differences: list[Difference] = []
    for entry in record.claims:
        if entry.name not in ledger:
            differences.append(Difference(entry.name, "verdict", None, entry.verdict))
            continue
        new, old = _fields(entry.to_json()), _fields(ledger[entry.name])
        differences += [Difference(entry.name, key, old[key], new[key]) for key in _COMPARED if old[key] != new[key]]
    if whole:
        gone = [name for name in ledger if name not in {entry.name for entry in record.claims}]
        differences += [Difference(name, "verdict", ledger[name]["verdict"], None) for name in gone]
    return tuple(differences)


def _fields(entry: dict[str, Any]) -> dict[str, Any]:
    repair = entry.get("repair")
    return {key: entry.get(key) for key in _COMPARED[:-1]} | {"repair verdict": repair["verdict"] if repair else None}
