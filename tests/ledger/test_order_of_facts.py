"""An order fact is read from its smaller side: a lemma that says > must not serve as one that says <."""

from fractions import Fraction
from math import comb

import pytest
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.arithmetic.evaluate import exact
from grpo_theory.ledger.catalogue import claim
from grpo_theory.ledger.claim import Context, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import lemma
from grpo_theory.ledger.subsets import subsets_of_failures
from grpo_theory.symbols import G, K, k, p

ON_SUCCESSES, ON_FAILURES = sp.sqrt((1 - p) / p), sp.sqrt(p / (1 - p))
BELOW_HALF = Domain((real(p, 0, sp.Rational(1, 2)),))


@pytest.mark.parametrize(
    ("relation", "holds"),
    [(Relation.GREATER, True), (Relation.AT_LEAST, True), (Relation.LESS, None), (Relation.AT_MOST, None)],
)
def test_a_lemma_with_a_greater_sign_proves_only_that_direction(relation: Relation, holds: bool | None) -> None:
    known = lemma("weights-cross-at-half", ON_SUCCESSES, ON_FAILURES, {}, Relation.GREATER, part=1)
    statement = Statement(Side(ON_SUCCESSES), relation, Side(ON_FAILURES), BELOW_HALF)
    derivation = Derivation((Step(ON_FAILURES, "by the lemma", relation, using=(known,)),))
    assert derivation.check(statement, Context(lemma=claim)).holds is holds


@pytest.mark.parametrize("relation", [Relation.GREATER, Relation.AT_LEAST, Relation.UNEQUAL])
def test_no_fact_points_downwards(relation: Relation) -> None:
    with pytest.raises(ValueError, match="points upwards"):
        Fact(p, relation, p, "nothing", lambda *_: True)


@pytest.mark.parametrize("size", range(1, 6))
def test_subsets_of_failures_agrees_with_the_sum(size: int) -> None:
    fact = subsets_of_failures(G, K, p, 1 - p, k)
    for chosen in range(size + 1):
        x = Fraction(2, 7)
        point = {"G": size, "K": chosen, "p": x}
        direct = sum(
            comb(size, c) * comb(size - c, chosen) * x**c * (1 - x) ** (size - c) for c in range(size + 1 - chosen)
        )
        assert exact(fact.lhs, point) == exact(fact.rhs, point) == direct


def test_subsets_of_failures_needs_a_group_that_is_large_enough() -> None:
    fact = subsets_of_failures(G, K, p, 1 - p, k)
    assert fact.check(Domain((natural(K, 1), natural(G, K))), Context())
    assert not fact.check(Domain((natural(K, 1), natural(G, 2))), Context())
