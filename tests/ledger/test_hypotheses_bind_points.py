"""A point that violates a hypothesis of the domain neither supports nor refutes a statement."""

from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.ledger.claim import Context, Point, Relation, Side, Statement
from grpo_theory.ledger.evidence import Convergence, Counterexample, Enumeration
from grpo_theory.symbols import G, K, k, o, p, z

PI, A = sp.Function("pi"), sp.Function("A")
TOTAL = Given(sp.Sum(PI(o), (o, 1, K)), sp.S(1))
FIRST_BELOW_ONE = Statement(Side(PI(sp.S(1))), Relation.AT_MOST, Side(sp.S(1)), Domain((natural(K, 1),), "", (TOTAL,)))


def constant(value: Fraction) -> Point:
    return {"K": 2, "pi": lambda _: value}


def test_no_distribution_no_counterexample() -> None:
    search = Counterexample(lambda: [constant(Fraction(2))], lambda point: False)
    assert search.check(FIRST_BELOW_ONE, Context()).holds is None


def test_an_enumeration_keeps_only_points_that_meet_the_hypothesis() -> None:
    seen = Enumeration(lambda _: [constant(Fraction(2)), constant(Fraction(1, 2))]).check(FIRST_BELOW_ONE, Context())
    assert seen.holds is True and "1 point" in seen.detail


def test_a_hypothesis_at_every_index_is_checked_at_every_index() -> None:
    centred = Domain((natural(G, 2),), "", (Given(A(k), sp.S(0), k, sp.S(0), G),))
    assert centred.contains({"G": 3, "A": lambda position: Fraction(0)})
    assert not centred.contains({"G": 3, "A": lambda position: Fraction(position == 3)})
    assert centred.contains({"G": 3})


def test_a_hypothesis_in_logarithms_is_checked_by_balls() -> None:
    never = Domain((real(p, 0, 1),), "", (Given(sp.log(p), sp.S(5)),))
    of_itself = Domain((real(p, 0, 1), real(z)), "", (Given(z, sp.log(p) - sp.log(1 - p)),))
    points = Enumeration(lambda _: [{"p": Fraction(1, 2), "z": 0}, {"p": Fraction(1, 3), "z": 0}])
    findings = [
        points.check(Statement(Side(p), Relation.AT_MOST, Side(1 + z**2), domain), Context())
        for domain in (never, of_itself)
    ]
    assert [finding.holds for finding in findings] == [None, True]
    assert "no point" in findings[0].detail and "1 point" in findings[1].detail


def test_a_limit_under_a_hypothesis_that_no_point_meets_is_not_supported() -> None:
    never, named = Given(A(k), A(k) + 1, k, sp.S(0), sp.S(1)), Given(A(0), sp.S(1))
    seen = Convergence(lambda at: Fraction(1, at["G"]), lambda at: Fraction(1, at["G"]), lambda _: [{"G": 4, "A": one}])
    findings = [
        seen.check(
            Statement(
                Side(sp.Limit(1 / G, G, sp.oo)), Relation.EQUAL, Side(sp.S(0)), Domain((natural(G, 2),), "", (given,))
            ),
            Context(),
        )
        for given in (never, named)
    ]
    assert [finding.holds for finding in findings] == [None, True]


def one(_: int) -> int:
    return 1


def test_the_value_of_a_limit_is_held_against_its_definition() -> None:
    statement = Statement(
        Side(sp.Limit(1 / G, G, sp.oo)), Relation.EQUAL, Side(1 / K, lambda _: 0), Domain((natural(G, 2),))
    )
    seen = Convergence(lambda at: Fraction(1, at["G"]), lambda at: Fraction(1, at["G"]), lambda _: [{"G": 4, "K": 3}])
    assert seen.check(statement, Context()).holds is None


def test_no_counterexample_where_a_hypothesis_in_logarithms_is_not_met() -> None:
    domain = Domain((real(p, 0, 1), real(z)), "", (Given(z, sp.log(p)),))
    search = Counterexample(lambda: [{"p": Fraction(1, 2), "z": 5}], lambda _: False)
    statement = Statement(Side(z), Relation.LESS, Side(sp.S(0)), domain)
    assert search.check(statement, Context()).holds is None
