"""Verdicts as an adversary would try them: what is not shown is not PROVED, what contradicts itself is an error."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, choice, natural, real
from grpo_theory.ledger.claim import Claim, Context, Evidence, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration, EvidenceDisagrees, Exhaustion
from grpo_theory.ledger.facts import assumed, lemma
from grpo_theory.ledger.observation import Observation
from grpo_theory.ledger.plants import audit
from grpo_theory.ledger.verdict import Verdict, decide
from grpo_theory.symbols import G, p, r

P = Domain((real(p, 0, 1),))
THIRD: list[Point] = [{"p": Fraction(1, 3)}]
MANY: list[Point] = [{"p": Fraction(1, d)} for d in (2, 3, 5)]
BY_ALGEBRA = Derivation((Step(p - p**2, "expanded"),))


def statement(*evidence: Evidence, lhs: Any = p * (1 - p), rhs: Any = p - p**2, **changes: Any) -> Statement:
    whole = Statement(Side(sp.S(lhs)), Relation.EQUAL, Side(sp.S(rhs)), P, evidence)
    return replace(whole, **changes)


def claim(*statements: Statement, name: str = "a-claim", **fields: Any) -> Claim:
    return Claim(name, "card", "Lemma 0", "a claim", statements, **fields)


def verdict(*statements: Statement, **fields: Any) -> Verdict:
    return decide(claim(*statements, **fields), Context()).verdict


def at(points: list[Point]) -> Enumeration:
    return Enumeration(lambda _: points)


def never(_: Point) -> bool:
    return False


def test_derivation_and_enumeration_prove() -> None:
    assert verdict(statement(BY_ALGEBRA, at(MANY))) is Verdict.PROVED


@pytest.mark.parametrize("evidence", [(BY_ALGEBRA,), (at(MANY),), (at(MANY), at(THIRD)), ()], ids=str)
def test_one_road_proves_nothing(evidence: tuple[Evidence, ...]) -> None:
    assert verdict(statement(*evidence)) is Verdict.OPEN


@pytest.mark.parametrize("points", [[], [{"p": Fraction(3, 2)}], [{"p": Fraction(1)}]], ids=str)
def test_an_enumeration_without_points_of_the_domain_is_open(points: list[Point]) -> None:
    assert verdict(statement(BY_ALGEBRA, at(points))) is Verdict.OPEN


def test_a_domain_without_points_is_open() -> None:
    empty = statement(BY_ALGEBRA, at(MANY), domain=Domain((real(p, 1, 0),)))
    assert verdict(empty) is Verdict.OPEN


def test_the_formal_line_must_say_what_the_definition_says() -> None:
    elsewhere = Side(p * (1 - p), lambda point: 2 * point["p"] * (1 - point["p"]))
    finding = at(MANY).check(statement(lhs=0, rhs=0), Context())
    assert finding.holds is True
    whole = statement(BY_ALGEBRA, at(MANY))
    assert verdict(replace(whole, lhs=elsewhere)) is not Verdict.PROVED
    assert "differs from the definition" in at(MANY).check(replace(whole, lhs=elsewhere), Context()).detail


def test_a_formal_line_that_no_point_reaches_is_no_proof() -> None:
    unnamed = sp.Function("unnamed")(p)
    sides = Side(unnamed, lambda point: point["p"])
    derived = Derivation((Step(unnamed, "the same"),))
    assert verdict(statement(derived, at(MANY), lhs=0, rhs=0)) is not Verdict.PROVED
    assert verdict(replace(statement(derived, at(MANY)), lhs=sides, rhs=sides)) is Verdict.OPEN


def test_a_side_without_a_formal_line_is_not_derived() -> None:
    literal = Side(None, lambda point: point["p"] - point["p"] ** 2)
    assert verdict(replace(statement(BY_ALGEBRA, at(MANY)), rhs=literal)) is Verdict.OPEN


def test_evidence_that_disagrees_raises() -> None:
    refuting = Counterexample(lambda: THIRD, never)
    false = statement(at([{"p": Fraction(1, 2)}]), refuting, lhs=p, rhs=1 - p)
    with pytest.raises(EvidenceDisagrees, match="refutes what enumeration supports"):
        verdict(false)


def test_a_counterexample_that_the_second_road_denies_raises() -> None:
    denied = Counterexample(lambda: THIRD, lambda _: True)
    with pytest.raises(EvidenceDisagrees, match="finds that the statement holds"):
        verdict(statement(denied, lhs=p, rhs=1 - p))


def test_an_enumeration_alone_refutes_nothing() -> None:
    assert verdict(statement(at(THIRD), lhs=p, rhs=1 - p)) is Verdict.OPEN


def test_a_counterexample_outside_the_domain_refutes_nothing() -> None:
    outside = Counterexample(lambda: [{"p": Fraction(4, 3)}, {"p": Fraction(0)}], never)
    assert verdict(statement(outside, lhs=p, rhs=1 - p)) is Verdict.OPEN


def test_a_true_statement_has_no_counterexample() -> None:
    assert verdict(statement(Counterexample(lambda: MANY, never))) is Verdict.OPEN


def test_the_first_counterexample_of_the_search_is_reported() -> None:
    decision = decide(claim(statement(Counterexample(lambda: MANY, never), lhs=p, rhs=1 - p)), Context())
    assert decision.counterexample == {"p": Fraction(1, 3)}


def refuted(repair: Claim | None) -> Verdict:
    return verdict(statement(Counterexample(lambda: THIRD, never), lhs=p, rhs=1 - p), repair=repair)


def proved_repair(domain: Domain) -> Claim:
    return claim(statement(BY_ALGEBRA, at(MANY), domain=domain), name="a-claim-repaired")


def test_a_proved_repair_at_the_counterexample_corrects() -> None:
    assert refuted(proved_repair(P)) is Verdict.CORRECTED


@pytest.mark.parametrize(
    "repair",
    [
        proved_repair(Domain((real(p, sp.Rational(2, 5), 1),))),
        proved_repair(Domain((choice(p, sp.Rational(1, 2)),))),
        claim(statement(BY_ALGEBRA)),
        claim(statement(at(MANY))),
        claim(),
        None,
    ],
    ids=["beside it", "one other point", "not enumerated", "not derived", "empty", "none"],
)
def test_another_repair_leaves_it_refuted(repair: Claim | None) -> None:
    assert refuted(repair) is Verdict.REFUTED


def test_one_open_part_leaves_the_claim_open() -> None:
    assert verdict(statement(BY_ALGEBRA, at(MANY)), statement(at(MANY))) is Verdict.OPEN


def test_one_refuted_part_refutes_the_claim() -> None:
    wrong = statement(Counterexample(lambda: THIRD, never), lhs=p, rhs=1 - p)
    assert verdict(statement(BY_ALGEBRA, at(MANY)), wrong) is Verdict.REFUTED


def test_a_repair_must_cover_every_counterexample() -> None:
    first = statement(Counterexample(lambda: THIRD, never), lhs=p, rhs=1 - p)
    second = statement(Counterexample(lambda: [{"p": Fraction(3, 4)}], never), lhs=p, rhs=1 - p)
    below = proved_repair(Domain((real(p, 0, sp.Rational(2, 3)),)))
    assert verdict(first, second, repair=below) is Verdict.REFUTED
    assert verdict(first, second, repair=proved_repair(P)) is Verdict.CORRECTED


def test_a_counterexample_is_never_one_of_a_bare_enumeration() -> None:
    parts = statement(at(MANY), lhs=p, rhs=2 * p), statement(Counterexample(lambda: THIRD, never), lhs=p, rhs=1 - p)
    decision = decide(claim(*parts), Context())
    assert (decision.verdict, decision.counterexample) == (Verdict.REFUTED, {"p": Fraction(1, 3)})


def test_what_is_seen_is_only_observed() -> None:
    seen = Observation(lambda: (True, "1,000 seeds", "mean 0.31"))
    assert verdict(statement(seen, at(MANY))) is Verdict.OBSERVED
    assert verdict(statement(Observation(lambda: (False, "", "")))) is Verdict.OPEN


@pytest.mark.parametrize("kind", [Enumeration, Counterexample, Exhaustion, Observation, Derivation])
def test_evidence_cannot_be_given_out_for_another_kind(kind: Any) -> None:
    with pytest.raises(TypeError, match="kind"):
        kind(lambda _: MANY, kind="derivation")


def cases(values: list[int], again: Any = lambda point: point["r"] ** 2 == point["r"]) -> Exhaustion:
    return Exhaustion(lambda: [{"r": value} for value in values], again, "r ∈ {0, 1}")


def test_cases_prove_with_an_enumeration_and_refute_by_two_roads() -> None:
    squares = Statement(Side(r**2), Relation.EQUAL, Side(r), Domain((choice(r, 0, 1),)))
    assert verdict(replace(squares, evidence=(cases([0, 1]), at([{"r": 0}, {"r": 1}])))) is Verdict.PROVED
    doubled = replace(squares, rhs=Side(2 * r), evidence=(cases([0, 1], never),))
    with pytest.raises(EvidenceDisagrees):
        verdict(doubled)
    assert verdict(replace(doubled, evidence=(cases([1], never),))) is Verdict.REFUTED


def test_cases_that_are_none_are_open() -> None:
    squares = Statement(Side(r**2), Relation.EQUAL, Side(r), Domain((choice(r, 0, 1),)))
    assert verdict(replace(squares, evidence=(cases([]), at([{"r": 0}])))) is Verdict.OPEN


@pytest.mark.parametrize(
    "domain", [Domain((natural(G, 2),)), Domain((natural(G, 2, 4),)), P.and_also(natural(G, 2, 3))], ids=Domain.describe
)
def test_cases_that_leave_some_out_are_open(domain: Domain) -> None:
    """(G − 2)(G − 3) = 0 at G = 2 and 3, and nowhere else."""
    two: list[Point] = [{"G": 2, "p": Fraction(1, 3)}, {"G": 3, "p": Fraction(1, 3)}]
    evidence = (Exhaustion(lambda: two, lambda point: point["G"] < 4, "all G"), at(two))
    vanishing = Statement(Side((G - 2) * (G - 3)), Relation.EQUAL, Side(sp.S(0)), domain, evidence)
    assert verdict(vanishing) is Verdict.OPEN


def citing(name: str, lhs: sp.Expr, rhs: sp.Expr, cited: str) -> Claim:
    proof = Derivation((Step(rhs, "by a lemma", using=(lemma(cited, lhs, rhs, {}),)),))
    return claim(statement(proof, at(MANY), lhs=lhs, rhs=rhs), name=name)


def decided_with(wanted: Claim, *others: Claim) -> Verdict:
    ledger = {entry.name: entry for entry in (wanted, *others)}
    return decide(wanted, Context(lemma=lambda name: ledger[name])).verdict


PRODUCT = p * (1 - p)


def test_a_proved_lemma_carries_a_proof() -> None:
    base = claim(statement(BY_ALGEBRA, at(MANY)), name="base")
    assert decided_with(citing("top", PRODUCT, p - p**2, "base"), base) is Verdict.PROVED


def test_an_open_lemma_carries_none() -> None:
    base = claim(statement(BY_ALGEBRA), name="base")
    assert decided_with(citing("top", PRODUCT, p - p**2, "base"), base) is Verdict.OPEN


def test_a_refuted_lemma_carries_none() -> None:
    wrong = claim(statement(Counterexample(lambda: THIRD, never), lhs=p, rhs=1 - p), name="base")
    only_half: list[Point] = [{"p": Fraction(1, 2)}]
    proof = Derivation((Step(1 - p, "by a lemma", using=(lemma("base", p, 1 - p, {}),)),))
    top = claim(statement(proof, at(only_half), lhs=p, rhs=1 - p), name="top")
    assert decided_with(top, wrong) is Verdict.OPEN


def test_a_lemma_that_rests_on_itself_carries_none() -> None:
    first, second = citing("first", p, 1 - p, "second"), citing("second", p, 1 - p, "first")
    half: list[Point] = [{"p": Fraction(1, 2)}]
    round_about = [
        replace(c, statements=tuple(replace(s, evidence=(s.evidence[0], at(half))) for s in c.statements))
        for c in (first, second)
    ]
    assert decided_with(*round_about) is Verdict.OPEN
    alone = citing("alone", PRODUCT, p - p**2, "alone")
    assert decided_with(alone) is Verdict.OPEN


def test_without_a_ledger_no_lemma_holds() -> None:
    assert decide(citing("top", PRODUCT, p - p**2, "base"), Context()).verdict is Verdict.OPEN


def test_an_assumed_theorem_is_listed() -> None:
    fact = assumed("a classical theorem", PRODUCT, p - p**2)
    proof = Derivation((Step(p - p**2, "by it", using=(fact,)),))
    assert decide(claim(statement(proof, at(MANY))), Context()).assuming == ("a classical theorem",)


def test_the_scope_is_that_of_the_derivation() -> None:
    some = Domain((natural(G, 2, 8), real(p, 0, 1)))
    decision = decide(claim(statement(BY_ALGEBRA, at(MANY), domain=some)), Context())
    assert decision.scope == "2 ≤ G ≤ 8; p ∈ (0, 1)"


def points_of_two(_: int) -> Iterator[Point]:
    yield {"p": Fraction(1, 2)}


def test_points_that_cannot_tell_are_told_by_the_audit() -> None:
    sound = audit(claim(statement(BY_ALGEBRA, at(MANY))), Context())
    assert sound.planted == sound.caught > 0
    careless = audit(claim(statement(Enumeration(points_of_two), lhs=p, rhs=sp.Rational(1, 2))), Context())
    assert careless.planted == careless.caught
