"""Tricks against the kernel: each is a falsehood, or a line without a value, that must not be derived."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp

from grpo_theory.arithmetic.algebra import sign
from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.signs import Sign
from grpo_theory.ledger.calculus import both_differentiated, exchanged, limit_multiple
from grpo_theory.ledger.claim import Context, Relation, Side, Statement
from grpo_theory.ledger.derivation import Step, chain
from grpo_theory.ledger.evidence import Convergence, Counterexample, Enumeration
from grpo_theory.ledger.facts import algebra, hypothesis, lemma, limit_fact, order, squeezed, summed
from grpo_theory.ledger.onesided import limit_from_above
from grpo_theory.ledger.ranges import by_induction, linear
from grpo_theory.symbols import G, K, epsilon, i, j, k, n, o, p, p_0, theta
from tests.ledger.falsehoods import (
    CLOSED,
    EQ,
    GE,
    GT,
    HALF,
    LE,
    LT,
    NP,
    Falsehood,
    N,
    P,
    by,
    f,
    false,
    g,
    known,
    total,
    x,
    y,
)

ONE, ZERO = sp.S(1), sp.S(0)
NOUGHT = Given(f(k), ZERO, k, ZERO, G)
CENTRED = Given(total(f(i), i, 1, G), ZERO)
AT_ONE_EPSILON, AT_ONE_SIZE = Given(f(n), epsilon), Given(f(n), 1 / G)
SIZED = Domain((natural(n, 1), natural(G, 2)), given=(AT_ONE_SIZE,))
IMPOSSIBLE = Given(f(n), f(n) + 1)
ABSOLUTE = known(total(sp.Abs(f(o)), o, 1, G), EQ, total(f(o), o, 1, G), Domain((natural(G, 2), real(f(o), 0))))
shifted_modulus, shifted_sum = total(sp.Abs(o - 5), o, 1, G), total(o - 5, o, 1, G)
moving_line = f(theta)
from_nought = chain(ZERO, Step(1 / G, "G > 0", LE), by(f(n), (hypothesis(AT_ONE_SIZE), sp.S(-1))))
triangle = sp.Sum(f(i, j), (j, 1, i), (i, 1, K))
running = total(f(k), k, 1, G)


def rewritten(line: Any, *facts: Any) -> Step:
    return Step(sp.S(line), "by rewriting", rewriting=facts)


TRICKS: dict[str, Falsehood] = {
    "a logarithm that vanishes at a closed end": false(sp.log(1 + p), GT, 0, CLOSED),
    "a logarithm of a product": false(sp.log(p * (1 - p)), EQ, sp.log(p) - sp.log(1 - p), P),
    "a logarithm of a square": false(sp.log((1 - 2 * p) ** 2), EQ, 2 * sp.log(1 - 2 * p), P),
    "an arcsine beyond one": false(sp.asin(1 + p), EQ, sp.asin(1 + p), P, Step(sp.asin(1 + p), "the same")),
    "infinity as a number": false(sp.oo * p, EQ, sp.oo, P),
    "a symbolic power of a negative base": false((1 - 2 * p) ** x, EQ, (1 - 2 * p) ** x, P.and_also(real(x, 0))),
    "a negative power of zero": false(p_0 ** (-G), EQ, p_0 ** (-G), N.and_also(real(p_0, 0, 1, closed="both"))),
    "a power of either sign of zero": false(p_0**y, GE, 0, Domain((real(y), real(p_0, 0, 1, closed="both")))),
    "Pascal's rule below zero": false(
        sp.binomial(G - 1, k - 1) + sp.binomial(G - 1, k), EQ, sp.binomial(G, k), Domain((natural(k, 0), natural(G, 0)))
    ),
    "a binomial of a negative number": false(
        sp.binomial(G - 2, k) * G * (G - 1),
        EQ,
        sp.binomial(G, k) * (G - k) * (G - k - 1),
        Domain((natural(k, 0), natural(G, 1))),
    ),
    "a binomial of a real number": false(sp.binomial(x, k), GT, 0, Domain((real(x, 0), natural(k, 0)))),
    "a sum with fewer than no terms": false(total(1, k, 2, 0), EQ, -1, N),
    "a strict sum that may be empty": false(total(o, o, 1, G - 3), GT, 0, N),
    "a product with a factor of either sign": false(sp.Product(k - 3, (k, 0, G)), GT, 0, N),
    "a case at a break": false(
        sp.Piecewise((1, sp.Eq(p, HALF)), (0, True)), EQ, 0, Domain((real(p, 0, 1, breaks=(HALF,)),))
    ),
    "a case at a closed end": false(
        sp.Piecewise((1, p_0 > 0), (0, True)), EQ, 1, Domain((real(p_0, 0, 1, closed="both"),))
    ),
    "bounds that contradict each other": false(x, GT, 5, Domain((real(x, 6, 3),))),
    "an integer's inequality for reals": false(y, LE, y**2, Domain((real(y, 0),))),
    "a hypothesis between its indices": false(
        f(G / 2), EQ, 0, Domain((natural(G, 2),), given=(NOUGHT,)), by(0, hypothesis(NOUGHT, G / 2))
    ),
    "a lemma's hypothesis at another size": false(
        total(2 * f(i), i, 1, G + 1),
        EQ,
        0,
        Domain((natural(G, 2),), given=(CENTRED,)),
        by(0, lemma("a-lemma", total(2 * f(i), i, 1, G + 1), ZERO, {G: G + 1})),
        ledger=known(total(2 * f(i), i, 1, G), EQ, 0, Domain((natural(G, 2),), given=(CENTRED,))),
    ),
    "a lemma's hypothesis at one index only": false(
        total(k - 5, k, 0, G),
        EQ,
        0,
        N,
        by(0, lemma("a-lemma", total(k - 5, k, 0, G), ZERO, {f: sp.Lambda(k, k - 5), k: sp.S(5)})),
        ledger=known(total(f(k), k, 0, G), EQ, 0, Domain((natural(G, 2),), given=(NOUGHT,))),
    ),
    "a lemma's bound at one index only": false(
        shifted_modulus,
        EQ,
        shifted_sum,
        N,
        by(shifted_sum, lemma("a-lemma", shifted_modulus, shifted_sum, {f: sp.Lambda(o, o - 5), o: sp.S(6)})),
        ledger=ABSOLUTE,
    ),
    "a lemma's bound where a quantity has the index's name": false(
        shifted_modulus,
        EQ,
        shifted_sum,
        N.and_also(natural(o, 10)),
        by(shifted_sum, lemma("a-lemma", shifted_modulus, shifted_sum, {f: sp.Lambda(o, o - 5)})),
        ledger=ABSOLUTE,
    ),
    "a limit of what its variable bounds": false(
        sp.Limit(k / G, G, sp.oo), EQ, k / G, N.and_also(natural(k, 0, G)), by(k / G, limit_fact(k / G, G, k / G))
    ),
    "a limit that depends on its variable": false(
        sp.Limit(1 / G + p, G, sp.oo), EQ, 1 / G + p, NP, by(1 / G + p, limit_fact(1 / G + p, G, 1 / G + p))
    ),
    "a limit from above by a hypothesis at one value": false(
        sp.Limit(f(n), epsilon, 0, "+"),
        EQ,
        0,
        Domain((natural(n, 1), real(epsilon, 0)), given=(AT_ONE_EPSILON,)),
        by(0, limit_from_above(hypothesis(AT_ONE_EPSILON), epsilon)),
    ),
    "a limit of a multiple by a hypothesis at one value": false(
        sp.Limit(f(n), G, sp.oo),
        EQ,
        0,
        SIZED,
        by(0, limit_multiple(limit_fact(1 / G, G, ZERO), ONE, hypothesis(AT_ONE_SIZE))),
    ),
    "squeezed by a hypothesis at one value": false(
        sp.Limit(f(n), G, sp.oo),
        EQ,
        0,
        SIZED,
        by(0, squeezed(f(n), G, ZERO, from_nought, chain(f(n), by(1 / G, hypothesis(AT_ONE_SIZE))))),
    ),
    "rewriting inside an integral": false(
        sp.Integral(x**2, (x, 0, 1)),
        EQ,
        sp.Integral(x, (x, 0, 1)),
        Domain((choice(x, 1),)),
        rewritten(sp.Integral(x, (x, 0, 1)), algebra(x**2, x)),
    ),
    "rewriting inside a value at a point": false(
        sp.Subs(f(x**2), x, 2),
        EQ,
        sp.Subs(f(x), x, 2),
        Domain((choice(x, 1),)),
        rewritten(sp.Subs(f(x), x, 2), algebra(x**2, x)),
    ),
    "a derivative of a function known at one point": false(
        sp.Derivative(moving_line**2, theta, evaluate=False),
        EQ,
        sp.Derivative(moving_line, theta),
        Domain((choice(moving_line, 0, 1),)),
        by(
            sp.Derivative(moving_line, theta),
            both_differentiated(algebra(moving_line**2, moving_line), theta),
        ),
    ),
    "a weight that an outer index turns": false(
        total(total((j - 1) * k, k, 0, G), j, 0, G),
        LE,
        total(total((j - 1) * k**2, k, 0, G), j, 0, G),
        N,
        by(
            total(total((j - 1) * k**2, k, 0, G), j, 0, G),
            summed(summed(order(k, k**2, "an integer"), j - 1, k, ZERO, G), ONE, j, ZERO, G),
            relation=LE,
        ),
    ),
    "a triangle summed the other way": false(
        triangle,
        EQ,
        exchanged(triangle).rhs,
        Domain((natural(K, 1),)),
        by(exchanged(triangle).rhs, exchanged(triangle)),
    ),
    "an induction from a wrong start": false(
        total(k, k, 1, G),
        EQ,
        G * (G + 1) / 2 + 1,
        N,
        by(G * (G + 1) / 2 + 1, by_induction(total(k, k, 1, G), i * (i + 1) / 2 + 1, i)),
    ),
    "an induction on itself": false(
        running, EQ, running + 1, N, by(running + 1, by_induction(running, total(f(k), k, 1, i) + 1, i))
    ),
    "a sum of products by linearity": false(
        total(f(k) * g(k), k, 0, G),
        EQ,
        total(f(k), k, 0, G) * total(g(k), k, 0, G),
        N,
        by(total(f(k), k, 0, G) * total(g(k), k, 0, G), linear(total(f(k) * g(k), k, 0, G))),
    ),
    "a chain whose directions mix": false(
        p, LE, p**2, P, by(p**2, chain(p, Step(sp.S(2), "p < 2", LT), Step(p**2, "2 > p²", GT)), relation=LE)
    ),
}


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS.keys())
def test_no_trick_closes(trick: Falsehood) -> None:
    (derivation,) = trick.statement.evidence
    assert derivation.check(trick.statement, Context(lemma=trick.ledger.__getitem__)).holds is None


def test_an_index_hides_a_quantity_of_its_name_in_every_sum_of_a_double_one() -> None:
    double = sp.Sum(j - 3, (i, 1, 2), (j, 0, 2))
    assert sign(double, Domain((natural(j, 5),))) is Sign.UNKNOWN


@pytest.mark.parametrize(
    "ranged",
    [
        lambda: real(p),
        lambda: real(p_0, -1, 1),
        lambda: real(p, None, 1),
        lambda: choice(p, -1, 1),
        lambda: natural(k, -3),
        lambda: real(G, 2),
    ],
)
def test_no_range_breaks_what_its_symbol_assumes(ranged: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="symbol is assumed"):
        ranged()


def test_a_hypothesis_that_no_point_meets_supports_nothing() -> None:
    points = Enumeration(lambda _: [{"n": 2}])
    statement = Statement(Side(n), Relation.EQUAL, Side(n), Domain((natural(n, 1),), given=(IMPOSSIBLE,)))
    finding = points.check(statement, Context())
    assert finding.holds is None and "was not met" in finding.detail


def test_a_counterexample_to_a_formal_line_that_says_something_else_refutes_nothing() -> None:
    search = Counterexample(lambda: [{"p": Fraction(1, 3)}], lambda _: False)
    statement = Statement(Side(p, lambda at: 1 - at["p"]), Relation.EQUAL, Side(p**2), P)
    assert search.check(statement, Context()).holds is None


def test_a_limit_of_something_else_than_the_terms_is_not_supported() -> None:
    seen = Convergence(lambda at: Fraction(1, at["G"]), lambda at: Fraction(2, at["G"]), lambda _: [{"G": 2}, {"G": 8}])
    honest = Statement(Side(sp.Limit(1 / G, G, sp.oo)), Relation.EQUAL, Side(ZERO), N)
    other = Statement(Side(sp.Limit(1 / G**2, G, sp.oo)), Relation.EQUAL, Side(ZERO), N)
    assert [seen.check(statement, Context()).holds for statement in (honest, other)] == [True, None]
