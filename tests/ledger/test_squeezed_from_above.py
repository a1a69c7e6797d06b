"""A limit from the right between two bounds, and a real power by its logarithm: what they accept and must refuse."""

import pytest
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, real
from grpo_theory.ledger.claim import Context
from grpo_theory.ledger.exponentials import power_by_logarithm
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import hypothesis, order
from grpo_theory.ledger.onesided import squeezed_from_above
from grpo_theory.symbols import A, beta, epsilon, p

NEAR = Domain((real(p, 0, 1), real(epsilon, 0)))
middle = epsilon / (1 + epsilon)
LOW, HIGH = order(0 * epsilon, middle, "ε > 0"), order(middle, epsilon, "1 + ε ≥ 1")
LESS = order(-epsilon, middle, "ε > 0")
POLE = order(middle, 1 / epsilon, "ε² ≤ 1 + ε near zero only")
AT_ONE = Given(epsilon, sp.S(1))

TRUE = {
    "between zero and ε": (squeezed_from_above(middle, epsilon, sp.S(0), LOW, HIGH), NEAR),
    "from below zero": (squeezed_from_above(middle, epsilon, sp.S(0), LESS, HIGH), NEAR),
    "beside a parameter": (
        squeezed_from_above(p + 0 * epsilon, epsilon, p, order(p - epsilon, p, ""), order(p, p + epsilon, "")),
        NEAR,
    ),
    "a power": (power_by_logarithm(A, beta), Domain((real(A, 0), real(beta, 0)))),
}
FALSE = {
    "another value": (squeezed_from_above(middle, epsilon, sp.S(1), LOW, HIGH), NEAR),
    "bounds with different limits": (
        squeezed_from_above(middle, epsilon, sp.S(0), LOW, order(middle, sp.S(1) + 0 * p, "")),
        NEAR,
    ),
    "bounds of something else": (squeezed_from_above(2 * middle, epsilon, sp.S(0), LOW, HIGH), NEAR),
    "bounds in the wrong order": (squeezed_from_above(middle, epsilon, sp.S(0), HIGH, LOW), NEAR),
    "a bound with a pole": (squeezed_from_above(middle, epsilon, sp.S(0), LOW, POLE), NEAR),
    "a bound that does not hold": (
        squeezed_from_above(middle, epsilon, sp.S(0), LOW, order(middle, epsilon / 2, "")),
        NEAR,
    ),
    "a bound at one point": (
        squeezed_from_above(sp.S(1) + 0 * p, epsilon, sp.S(0), order(0 * p, sp.S(1), ""), hypothesis(AT_ONE)),
        Domain((real(epsilon, 0),), given=(AT_ONE,)),
    ),
    "a parameter that moves along": (
        squeezed_from_above(p + 0 * epsilon, epsilon, sp.S(0), order(0 * p, p, ""), order(p, epsilon, "")),
        Domain((real(epsilon, 0), real(p, 0, epsilon))),
    ),
    "an interval that ends": (
        squeezed_from_above(middle, epsilon, sp.S(0), LOW, HIGH),
        Domain((real(epsilon, 0, 1),)),
    ),
    "a power of zero": (power_by_logarithm(A, beta), Domain((real(A, 0, closed="lower"), real(beta, 0)))),
    "a power below zero": (power_by_logarithm(A, sp.S(2)), Domain((real(A),))),
}


@pytest.mark.parametrize("fact, domain", TRUE.values(), ids=list(TRUE))
def test_a_fact_holds(fact: Fact, domain: Domain) -> None:
    assert fact.check(domain, Context())


@pytest.mark.parametrize("fact, domain", FALSE.values(), ids=list(FALSE))
def test_a_fact_with_a_gap_is_not_accepted(fact: Fact, domain: Domain) -> None:
    assert not fact.check(domain, Context())
