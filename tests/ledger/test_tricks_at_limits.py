"""Tricks with limits, exponents, powers, ranges of sums and single terms: none of them may be derived."""

import pytest
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.ledger.calculus import drawn_out
from grpo_theory.ledger.claim import Context
from grpo_theory.ledger.exponentials import power_by_logarithm
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import algebra, hypothesis, limit_fact, order, shifted, split
from grpo_theory.ledger.limits import limit_through
from grpo_theory.ledger.logit_steps import above, line, moved, never_above, rate
from grpo_theory.ledger.onesided import limit_from_above, squeezed_from_above
from grpo_theory.ledger.whitening import single_term
from grpo_theory.symbols import G, epsilon, eta, i, k, n, p, p_0, tau
from tests.ledger.falsehoods import EQ, GE, GT, HALF, LE, LT, Falsehood, N, P, by, f, false, total, y

ONE, ZERO = sp.S(1), sp.S(0)
EPSILON, STEPS = real(epsilon, 0), Domain((real(p, 0, 1), real(eta, 0), real(tau, 0)))
# y is ε itself, and a function of ε is known where ε stands only.
ALONG = Domain((EPSILON, choice(y, epsilon)))
AT_EPSILON, AT_SIZE = Domain((EPSILON, choice(f(epsilon), 0))), Domain((natural(G, 1), choice(f(G), 0)))
endless, rest = sp.Sum(1, (k, 0, sp.oo)), sp.Sum(1, (k, 1, sp.oo))
halfway = total(k, k, 0, HALF)
triangle = total(k, k, 1, G)
scattered = total(k - 3, k, 0, G)
few, double = total(1, k, 1, n - 1), sp.Sum(k, (i, 1, 2), (k, 1, 2))
moving_value = Given(f(n), 1 / G)


def at_zero(expression: sp.Expr, value: sp.Expr, domain: Domain, fact: Fact) -> Falsehood:
    return false(sp.Limit(expression, epsilon, 0, "+"), EQ, value, domain, by(value, fact))


TRICKS: dict[str, Falsehood] = {
    "a limit of a quantity that moves along": at_zero(y, ZERO, ALONG, limit_from_above(algebra(y, epsilon), epsilon)),
    "squeezed where a quantity moves along": at_zero(
        y,
        ZERO,
        ALONG,
        squeezed_from_above(y, epsilon, ZERO, order(0 * epsilon, y, "y = ε"), order(y, epsilon, "y = ε")),
    ),
    "a limit of a function known at one point": at_zero(
        f(epsilon), ZERO, AT_EPSILON, limit_from_above(algebra(f(epsilon), 0 * epsilon), epsilon)
    ),
    "a limit at infinity of a function known at one size": false(
        sp.Limit(f(G), G, sp.oo), EQ, 0, AT_SIZE, by(0, limit_fact(f(G), G, ZERO))
    ),
    "a limit of a bounded function of the variable": false(
        sp.Limit(G * f(G) / (G * f(G) + 1), G, sp.oo),
        EQ,
        1,
        Domain((natural(G, 1), real(f(G), 0, 1, closed="upper"))),
        by(1, limit_fact(G * f(G) / (G * f(G) + 1), G, ONE)),
    ),
    "a limit carried through a function known at one size": false(
        sp.Limit(1 + f(n) + 1 / G, G, sp.oo),
        EQ,
        1,
        Domain((natural(n, 1), natural(G, 1)), given=(moving_value,)),
        by(1 + f(n), limit_through(1 + f(n) + 1 / G, G, [limit_fact(1 / G, G, ZERO)])),
        by(ONE, hypothesis(moving_value)),
    ),
    "a limit carried through terms that grow in number": false(
        sp.Limit(total(1 / G, k, 1, n), G, sp.oo),
        EQ,
        0,
        Domain((natural(G, 1), natural(n, G))),
        by(ZERO, limit_through(total(1 / G, k, 1, n), G, [limit_fact(1 / G, G, ZERO)])),
    ),
    "a term more of a sum without end": false(
        endless, EQ, endless + 1, N, by(endless + 1, split(endless, first=1), shifted(rest, 1))
    ),
    "nought and one by a sum without end": false(0, EQ, 1, N, by(1, split(endless, first=1), shifted(rest, 1))),
    "a term between two indices": false(
        halfway, EQ, HALF + total(k, k, 0, -HALF), N, by(HALF + total(k, k, 0, -HALF), split(halfway, last=1))
    ),
    "an end that divides by zero": false(total(1, k, 0, sp.floor(1 / (G - 2))), GE, 0, N),
    "a sum of a function bounded at one quantity": false(
        total(f(k), k, 0, G), GE, 0, Domain((natural(G, 2), natural(k, 0), real(f(k), 0)))
    ),
    "a sum to a real end": false(total(1, k, 1, y), GE, 0, Domain((real(y, 0),))),
    "an exponent whose sum has terms of either sign": false(sp.exp(scattered), GE, 1, N),
    "an exponent whose sum may be empty": false(
        sp.exp(total(k, k, 1, n - 1)), GT, 1, Domain((natural(n, 1),)), by(1, relation=GT)
    ),
    "an exponent turned round": false(sp.exp(-triangle), GE, 1, N),
    "a logarithm of a sum in an exponent": false(sp.exp(sp.log(triangle) / 2) - 2, GE, 0, N),
    "another sum of the same index in an exponent": false(sp.exp(triangle) - sp.exp(total(k**2, k, 1, G)), GE, 0, N),
    "an index drawn out of its sum": false(
        total(k * p, k, 0, G),
        EQ,
        k * total(p, k, 0, G),
        Domain((natural(G, 2), natural(k, 0), real(p, 0, 1))),
        by(k * total(p, k, 0, G), drawn_out(k, p, k, ZERO, G)),
    ),
    "nought to a power by its logarithm": false(
        p_0**y,
        EQ,
        sp.exp(y * sp.log(p_0)),
        Domain((real(p_0, 0, 1, closed="lower"), real(y, 0))),
        by(sp.exp(y * sp.log(p_0)), power_by_logarithm(p_0, y)),
    ),
    "a negative number to a power by its logarithm": false(
        (p - 1) ** G,
        EQ,
        sp.exp(G * sp.log(p - 1)),
        Domain((natural(G, 1), real(p, 0, 1))),
        by(sp.exp(G * sp.log(p - 1)), power_by_logarithm(p - 1, G)),
    ),
    "one of terms of either sign": false(
        G - 3, LE, scattered, N, by(scattered, single_term(scattered, G), relation=LE)
    ),
    "a term beyond the last": false(G + 1, LE, triangle, N, by(triangle, single_term(triangle, G + 1), relation=LE)),
    "a term of an empty sum": false(
        ONE, LE, few, Domain((natural(n, 1),)), by(few, single_term(few, n - 1), relation=LE)
    ),
    "a term between two terms": false(
        HALF * G, LE, triangle, N, by(triangle, single_term(triangle, HALF * G), relation=LE)
    ),
    "a term of a double sum": false(4, LE, double, N, by(double, single_term(double, sp.S(2)), relation=LE)),
    "a step as long as the rate is": false(
        moved(2 * rate), LT, line, STEPS, *never_above(2 * rate, order(2 * rate, rate, "shorter", strict=True))
    ),
    "a step shorter than the rate reaches the line": false(
        moved(rate / 2), GE, line, STEPS, *above(rate / 2, (order(rate, rate / 2, "longer"), ONE))
    ),
    "a step reaches the line whatever p is": false(moved(rate), GE, line, STEPS, *above(rate)),
}


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS.keys())
def test_no_trick_closes(trick: Falsehood) -> None:
    (derivation,) = trick.statement.evidence
    assert derivation.check(trick.statement, Context()).holds is None


def test_a_range_that_a_function_gives_counts() -> None:
    size = sp.Function("length")(i)
    parts = total(p, k, 1, size)
    statement = false(
        parts, EQ, p * total(1, k, 1, size), P, by(p * total(1, k, 1, size), drawn_out(p, ONE, k, ONE, size))
    )
    (derivation,) = statement.statement.evidence
    assert derivation.check(statement.statement, Context()).holds is True
