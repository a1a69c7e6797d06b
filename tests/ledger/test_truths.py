"""The controls of the falsehoods: the truth beside each trick is derived, so that a refusal means something."""

import pytest
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, choice, natural, real
from grpo_theory.ledger.claim import Claim, Context
from grpo_theory.ledger.facts import (
    binomial_mean,
    binomial_theorem,
    differentiated,
    lemma,
    limit_fact,
    order,
    shifted,
    split,
    squeezed,
    summed,
)
from grpo_theory.symbols import G, epsilon, k, p, r
from tests.ledger.falsehoods import CLOSED, EQ, HALF, LE, LT, NP, Falsehood, N, P, by, chance, f, false, known, total, x

_square = order(k, k**2, "k is an integer")
_middle = 1 - 1 / (2 * G)
_from_below = order(1 - 1 / G, _middle, "1/G > 1/(2G)")
_from_above = order(_middle, sp.S(1), "1/G > 0")
_large = known(sp.Abs(G - 3), EQ, G - 3, Domain((natural(G, 3),)))
_reward = known(r**2, EQ, r, Domain((choice(r, 0, 1),)))
TRUTHS: dict[str, Falsehood] = {
    "a polynomial": false((1 - p) ** 2, EQ, 1 - 2 * p + p**2, P),
    "the modulus is the root of the square": false(
        sp.sqrt((1 - 2 * p) ** 2), EQ, sp.Abs(1 - 2 * p), Domain((real(p, 0, HALF),))
    ),
    "quotient of roots": false(sp.sqrt((1 - p) / p), EQ, sp.sqrt(1 - p) / sp.sqrt(p), P),
    "weak at a half": false(p * (1 - p), LE, sp.Rational(1, 4), P),
    "strict inside": false(p**2, LT, p, P),
    "weak at closed ends": false(p**2, LE, p, CLOSED),
    "minimum on its side": false(sp.Min(p, 1 - p), EQ, p, Domain((real(p, 0, HALF, closed="upper"),))),
    "binomial weights sum to one": false(total(chance, k, 0, G), EQ, 1, NP, by(1, binomial_theorem(G, p, 1 - p))),
    "second moment": false(
        total(chance * k**2, k, 0, G),
        EQ,
        G * p + G * (G - 1) * p**2,
        NP,
        by(G * p + G * (G - 1) * p**2, binomial_mean(k**2, G, p, k)),
    ),
    "absorption": false(
        k * sp.binomial(G, k), EQ, G * sp.binomial(G - 1, k - 1), Domain((natural(k, 0), natural(G, k + 1)))
    ),
    "shifted": false(
        total(f(k), k, 1, G),
        EQ,
        total(f(k + 1), k, 0, G - 1),
        N,
        by(total(f(k + 1), k, 0, G - 1), shifted(total(f(k), k, 1, G), 1)),
    ),
    "split": false(
        total(k, k, 1, G), EQ, 3 + total(k, k, 3, G), N, by(3 + total(k, k, 3, G), split(total(k, k, 1, G), first=2))
    ),
    "summed": false(
        total(k, k, 1, G),
        LE,
        total(k**2, k, 1, G),
        N,
        by(total(k**2, k, 1, G), summed(_square, sp.S(1), k, sp.S(1), G), relation=LE),
    ),
    "a limit": false(sp.Limit((G - 1) / G, G, sp.oo), EQ, 1, N, by(1, limit_fact((G - 1) / G, G, sp.S(1)))),
    "squeezed": false(
        sp.Limit(_middle, G, sp.oo), EQ, 1, N, by(1, squeezed(_middle, G, sp.S(1), _from_below, _from_above))
    ),
    "a derivative": false(sp.Derivative(x**2, x), EQ, 2 * x, Domain((real(x, 0),)), by(2 * x, differentiated(x**2, x))),
    "a lemma inside its domain": false(
        sp.Abs(G - 2), EQ, G - 2, N, by(G - 2, lemma("a-lemma", sp.Abs(G - 2), G - 2, {G: G + 1})), ledger=_large
    ),
    "a choice among its values": false(
        p, EQ, p, P, by(p, lemma("a-lemma", sp.S(1), sp.S(1), {r: sp.S(1)})), ledger=_reward
    ),
    "smoothing on a closed end": false(
        sp.sqrt(p**2 + 2 * p * epsilon + epsilon**2), EQ, p + epsilon, P.and_also(real(epsilon, 0, closed="lower"))
    ),
}


@pytest.mark.parametrize("truth", TRUTHS.values(), ids=TRUTHS.keys())
def test_the_true_statement_is_derived(truth: Falsehood) -> None:
    def look_up(name: str) -> Claim:
        return truth.ledger[name]

    (derivation,) = truth.statement.evidence
    assert derivation.check(truth.statement, Context(lemma=look_up)).holds is True
