"""Statements that are false, or not shown, each with the derivation that a careless or a sly author would offer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.ledger.claim import Claim, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, Use, chain
from grpo_theory.ledger.facts import (
    Fact,
    algebra,
    as_product,
    binomial_mean,
    binomial_theorem,
    differentiated,
    distance,
    hypothesis,
    lemma,
    limit_fact,
    order,
    shifted,
    split,
    squeezed,
    summed,
    trinomial_revision,
)
from grpo_theory.ledger.onesided import limit_from_above
from grpo_theory.symbols import A, G, K, epsilon, i, j, k, n, o, p, r, rho

EQ, LT, LE, GT, GE = Relation.EQUAL, Relation.LESS, Relation.AT_MOST, Relation.GREATER, Relation.AT_LEAST
HALF = sp.Rational(1, 2)
x = sp.Symbol("x", positive=True)
y = sp.Symbol("y", real=True)
f, g = sp.Function("f"), sp.Function("g")

P = Domain((real(p, 0, 1),))
CLOSED = Domain((real(p, 0, 1, closed="both"),))
N = Domain((natural(G, 2),))
NP = Domain((natural(G, 2), real(p, 0, 1)))
K0 = Domain((natural(k, 0),))
KG = Domain((natural(k, 0), natural(G, k)))
X = Domain((real(x, 0),))
chance = sp.binomial(G, k) * p**k * (1 - p) ** (G - k)


def total(body: Any, index: sp.Symbol, lower: Any, upper: Any) -> sp.Sum:
    return sp.Sum(sp.S(body), (index, sp.S(lower), sp.S(upper)))


@dataclass(frozen=True)
class Falsehood:
    """A statement with a derivation that must not close, and the lemmas that it may look up."""

    statement: Statement
    ledger: Mapping[str, Claim] = field(default_factory=dict)


def false(
    lhs: Any,
    relation: Relation,
    rhs: Any,
    domain: Domain,
    *steps: Step,
    ledger: Mapping[str, Claim] | None = None,
) -> Falsehood:
    """lhs ∼ rhs by the steps; by one bare step to the right side where none are given."""
    offered = steps or (Step(sp.S(rhs), "clearly", relation),)
    statement = Statement(Side(sp.S(lhs)), relation, Side(sp.S(rhs)), domain, (Derivation(offered),))
    return Falsehood(statement, ledger or {})


def by(line: Any, *using: Fact | Use, relation: Relation = EQ) -> Step:
    return Step(sp.S(line), "by a fact", relation, using=using)


def rewritten(line: Any, *facts: Fact) -> Step:
    return Step(sp.S(line), "by rewriting", rewriting=facts)


def known(lhs: Any, relation: Relation, rhs: Any, domain: Domain) -> dict[str, Claim]:
    """A ledger that holds one lemma, proved or not."""
    statement = Statement(Side(sp.S(lhs)), relation, Side(sp.S(rhs)), domain)
    return {"a-lemma": Claim("a-lemma", "card", "", "a lemma", (statement,))}


ALGEBRA: dict[str, Falsehood] = {
    "last line is not the right side": false(p * (1 - p), EQ, p, P, Step(p - p**2, "expanded")),
    "no step at all": Falsehood(Statement(Side(p), EQ, Side(p**2), P, (Derivation(()),))),
    "a sign is lost": false((1 - p) ** 2, EQ, 1 + 2 * p + p**2, P),
    "a sign is lost between true ends": false(p, EQ, p, P, Step(-p, "turned"), Step(p, "turned back")),
    "true at one half only": false(p, EQ, 1 - p, P),
    "true at the ends only": false(p**2, EQ, p, P),
    "true for G = 2 and 3 only": false(total(k, k, 0, G), EQ, 3 * (G - 1), N),
    "true for the first five G": false(sp.Mul(*(G - v for v in range(2, 7)), evaluate=False), EQ, 0, N),
    "the step says nothing": false(p, EQ, 1, P),
    "√((1−2p)²) is 1 − 2p": false(sp.sqrt((1 - 2 * p) ** 2), EQ, 1 - 2 * p, P),
    "the other root": false(sp.sqrt(p * (1 - p)), EQ, -sp.sqrt(p) * sp.sqrt(1 - p), P),
    "roots are additive": false(sp.sqrt(p**2 + (1 - p) ** 2), EQ, 1, P),
    "quotient of roots upside down": false(sp.sqrt((1 - p) / p), EQ, sp.sqrt(p) / sp.sqrt(1 - p), P),
    "smoothing out of the root": false(
        sp.sqrt(p * (1 - p) + epsilon),
        EQ,
        sp.sqrt(p * (1 - p)) + epsilon,
        P.and_also(real(epsilon, 0, closed="lower")),
    ),
    "a cube root is a square root": false(p ** sp.Rational(1, 3), EQ, sp.sqrt(p), P),
    "exponents differ by one": false(p**G, EQ, p ** (G + 1), NP),
    "powers are additive": false(p**G + (1 - p) ** G, EQ, 1, NP),
    "exponentials are additive": false(sp.exp(p + x), EQ, sp.exp(p) + sp.exp(x), P.and_also(real(x, 0))),
    "minimum is its first": false(sp.Min(p, 1 - p), EQ, p, P),
    "maximum is its first": false(sp.Max(rho, 1), EQ, rho, Domain((real(rho, 0),))),
    "modulus dropped": false(sp.Abs(2 * p - 1), EQ, 2 * p - 1, P),
    "first case everywhere": false(sp.Piecewise((1, p < HALF), (0, True)), EQ, 1, P),
    "first case at its end": false(
        sp.Piecewise((1, p < HALF), (0, True)), EQ, 1, Domain((real(p, 0, HALF, closed="upper"),))
    ),
    "branches change at a declared break": false(sp.Min(p, 1 - p), EQ, p, Domain((real(p, 0, 1, breaks=(HALF,)),))),
    "vector turned round": false(sp.Tuple(p, 1 - p), EQ, sp.Tuple(1 - p, p), P),
    "functions agree": false(f(k), EQ, g(k), K0),
    "a function at the next index": false(f(k), EQ, f(k + 1), K0),
}

DIVISION: dict[str, Falsehood] = {
    "a divisor vanishes in the statement": false((4 * p**2 - 4 * p + 1) / (2 * p - 1), EQ, 2 * p - 1, P),
    "a divisor vanishes in a line": false(
        p, EQ, p, P, Step(p + (4 * p**2 - 4 * p + 1) / (2 * p - 1) - 2 * p + 1, "a zero"), Step(p, "dropped")
    ),
    "a divisor vanishes at the end": false(p / (p + p**2), EQ, 1 / (1 + p), Domain((real(p, 0, 1, closed="lower"),))),
    "a cofactor divides by zero": false(
        f(k), EQ, 1, K0.and_also(), by(1, (lemma("a-lemma", k * f(k), k, {}), 1 / k)), ledger=known(k * f(k), EQ, k, K0)
    ),
    "a root of a negative number": false(sp.sqrt(2 * p - 1), GE, 0, P),
    "a logarithm of a negative number": false(sp.log(2 * p - 1) ** 2, GE, 0, P),
    "the square of an imaginary root": false(
        2 * p - 1, GE, 0, P, by(0, as_product(sp.S(0), 2 * p - 1, [(sp.sqrt(2 * p - 1), 2)], "a square"), relation=GE)
    ),
    "the square of i": false(
        -p, GE, 0, P, by(0, as_product(sp.S(0), -p, [(sp.I, 2), (p, 1)], "a square"), relation=GE)
    ),
}

ORDER: dict[str, Falsehood] = {
    "strict for weak": false(p * (1 - p), LT, sp.Rational(1, 4), P),
    "strict at a closed end": false(p**2, LT, p, CLOSED),
    "weak steps, strict statement": false(
        p * (1 - p), LT, HALF * HALF, P, Step(sp.Rational(1, 4), "a square is not negative", LE)
    ),
    "directions mix": false(p, LT, 1 - p, P, Step(sp.S(2), "p < 2", LT), Step(1 - p, "2 > 1 − p", GT)),
    "turned round": false(p, GT, 1, P),
    "negative cofactor": false(-(p**2), LE, -p, P, by(-p, (order(p**2, p, "p < 1"), sp.Integer(-1)), relation=LE)),
    "cofactor of either sign": false(
        (2 * p - 1) * p**2,
        LE,
        (2 * p - 1) * p,
        P,
        by((2 * p - 1) * p, (order(p**2, p, "p < 1"), 2 * p - 1), relation=LE),
    ),
    "strict by a cofactor that may be zero": false(
        epsilon * p**2,
        LT,
        epsilon * p,
        P.and_also(real(epsilon, 0, closed="lower")),
        by(epsilon * p, (order(p**2, p, "p < 1", strict=True), epsilon), relation=LT),
    ),
    "a false inequality as a fact": false(p, LE, p**2, P, by(p**2, order(p, p**2, "squares are larger"), relation=LE)),
    "a false equation as a fact": false(p, EQ, p**2, P, by(p**2, algebra(p, p**2))),
    "an equation from an inequality": false(p**2, EQ, p, P, by(p, order(p**2, p, "p < 1"))),
    "a distance of the wrong sign": false(
        sp.Abs(p - p**2), EQ, p**2 - p, P, by(p**2 - p, distance(order(p, p**2, "no")))
    ),
    "an odd power as a product": false(
        2 * p - 1, GE, 0, P, by(0, as_product(sp.S(0), 2 * p - 1, [(2 * p - 1, 1)], "a product"), relation=GE)
    ),
    "a chain that does not close as a fact": false(
        p, LE, p**2, P, by(p**2, chain(p, Step(p**2, "no", LE)), relation=LE)
    ),
    "a sum of a fact with weights of either sign": false(
        total((k - 1) * k, k, 0, G),
        LE,
        total((k - 1) * k**2, k, 0, G),
        N,
        by(
            total((k - 1) * k**2, k, 0, G),
            summed(order(k, k**2, "k is an integer"), k - 1, k, sp.S(0), G),
            relation=LE,
        ),
    ),
    "a strict sum without terms": false(
        total(k, k, 1, G - 2),
        LT,
        total(k + 1, k, 1, G - 2),
        N,
        by(
            total(k + 1, k, 1, G - 2),
            summed(order(k, k + 1, "one more", strict=True), sp.S(1), k, sp.S(1), G - 2),
            relation=LT,
        ),
    ),
}

_two_sums = sp.Sum(k * j, (k, 0, G), (j, 0, G))
SUMS: dict[str, Falsehood] = {
    "limits shifted": false(total(k, k, 0, G), EQ, total(k, k, 1, G + 1), N),
    "summand shifted": false(total(f(k), k, 0, G), EQ, total(f(k + 1), k, 0, G), N),
    "last term dropped": false(total(f(k), k, 0, G), EQ, total(f(k), k, 0, G - 1), N),
    "shifted the wrong way": false(
        total(f(k), k, 1, G),
        EQ,
        total(f(k - 1), k, 0, G - 1),
        N,
        by(total(f(k - 1), k, 0, G - 1), shifted(total(f(k), k, 1, G), 1)),
    ),
    "shifted by a half": false(
        total(k, k, 1, G),
        EQ,
        total(k + HALF, k, HALF, G - HALF),
        N,
        by(total(k + HALF, k, HALF, G - HALF), shifted(total(k, k, 1, G), HALF)),
    ),
    "a double sum loses one": false(
        _two_sums, EQ, shifted(_two_sums, 1).rhs, N, by(shifted(_two_sums, 1).rhs, shifted(_two_sums, 1))
    ),
    "more terms split off than there are": false(
        total(k, k, 1, G),
        EQ,
        1 + 2 + 3 + total(k, k, 4, G),
        N,
        by(6 + total(k, k, 4, G), split(total(k, k, 1, G), first=3)),
    ),
    "a term split in": false(
        total(k, k, 2, G), EQ, total(k, k, 1, G), N, by(total(k, k, 1, G), split(total(k, k, 2, G), first=-1))
    ),
    "product of sums": false(total(f(k), k, 1, G) * total(g(k), k, 1, G), EQ, total(f(k) * g(k), k, 1, G), N),
    "a quantity of the index's name outside": false(k * total(1, k, 1, 2), EQ, total(k, k, 1, 2), K0),
    "an index that shadows a bounded quantity": false(
        total(sp.Abs(G - k), k, 0, 10), EQ, total(G - k, k, 0, 10), Domain((natural(k, 1), natural(G, k + 1)))
    ),
    "binomial weights sum to two": false(total(chance, k, 0, G), EQ, 2, NP, by(2, binomial_theorem(G, p, 1 - p))),
    "binomial theorem short of a term": false(total(chance, k, 1, G), EQ, 1, NP, by(1, binomial_theorem(G, p, 1 - p))),
    "binomial theorem of its own index": false(
        total(sp.binomial(n, k) * k**k * (1 - k) ** (n - k), k, 0, n),
        EQ,
        1,
        Domain((natural(n, 0),)),
        by(1, binomial_theorem(n, k, 1 - k, k)),
    ),
    "binomial theorem of a real power": false(
        binomial_theorem(epsilon, p, p).lhs,
        EQ,
        (2 * p) ** epsilon,
        P,
        by((2 * p) ** epsilon, binomial_theorem(epsilon, p, p)),
    ),
    "binomial mean of its own index": false(
        binomial_mean(k, n, k, k).lhs,
        EQ,
        n * k,
        Domain((natural(n, 0), natural(k, 0))),
        by(n * k, binomial_mean(k, n, k, k)),
    ),
    "wrong second moment": false(
        total(chance * k**2, k, 0, G), EQ, (G * p) ** 2, NP, by((G * p) ** 2, binomial_mean(k**2, G, p, k))
    ),
    "Pascal's rule upwards": false(sp.binomial(G, k), EQ, sp.binomial(G - 1, k) + sp.binomial(G - 1, k + 1), KG),
    "absorption without its shift": false(k * sp.binomial(G, k), EQ, G * sp.binomial(G - 1, k), KG),
    "revision out of its range": false(
        sp.binomial(G, k) * sp.binomial(G - k, K),
        EQ,
        sp.binomial(G, K) * sp.binomial(G - K, k),
        Domain((natural(k, 0), natural(G, 0), natural(K, 1))),
        by(sp.binomial(G, K) * sp.binomial(G - K, k), trinomial_revision(G, k, K)),
    ),
}

_below, _above = order(1 - 1 / G, sp.S(1), "1/G > 0"), order(sp.S(1), 2 + 1 / G, "1/G > 0")
LIMITS: dict[str, Falsehood] = {
    "a limit that is another": false(
        sp.Limit((G - 1) / G, G, sp.oo), EQ, 0, N, by(0, limit_fact((G - 1) / G, G, sp.S(0)))
    ),
    "a limit that does not exist": false(sp.Limit(G, G, sp.oo), EQ, 1, N, by(1, limit_fact(G, G, sp.S(1)))),
    "a sum taken for a constant": false(
        sp.Limit(total(1, k, 1, G) / G, G, sp.oo), EQ, 0, N, by(0, limit_fact(total(1, k, 1, G) / G, G, sp.S(0)))
    ),
    "a power taken for a constant": false(
        sp.Limit(2**G / G, G, sp.oo), EQ, 0, N, by(0, limit_fact(2**G / G, G, sp.S(0)))
    ),
    "a limit over one value": false(
        sp.Limit((G - 1) / G, G, sp.oo), EQ, HALF, Domain((choice(G, 2),)), by(HALF, limit_fact((G - 1) / G, G, HALF))
    ),
    "a limit over a bounded range": false(
        sp.Limit((G - 1) / G, G, sp.oo), EQ, 1, Domain((natural(G, 2, 8),)), by(1, limit_fact((G - 1) / G, G, sp.S(1)))
    ),
    "squeezed between different limits": false(
        sp.Limit(sp.S(1) + 0 * G, G, sp.oo), EQ, 2, N, by(2, squeezed(sp.S(1), G, sp.S(2), _below, _above))
    ),
    "a limit from above of what jumps": false(
        sp.Limit(sp.Piecewise((1, epsilon > 0), (0, True)), epsilon, 0, "+"),
        EQ,
        0,
        Domain((real(epsilon, 0),)),
        by(0, limit_from_above(algebra(*[sp.Piecewise((1, epsilon > 0), (0, True))] * 2), epsilon)),
    ),
    "a limit from above of an unknown function": false(
        sp.Limit(f(epsilon), epsilon, 0, "+"),
        EQ,
        f(0),
        Domain((real(epsilon, 0),)),
        by(f(0), limit_from_above(algebra(f(epsilon), f(epsilon)), epsilon)),
    ),
    "a limit from above into a pole": false(
        sp.Limit(epsilon / (epsilon + epsilon**2), epsilon, 0, "+"),
        EQ,
        0,
        Domain((real(epsilon, 0),)),
        by(0, limit_from_above(algebra(epsilon / (epsilon + epsilon**2), epsilon / (epsilon + epsilon**2)), epsilon)),
    ),
    "a derivative across a kink": false(
        sp.Derivative(sp.Piecewise((1, x <= 1), (x, True)), x),
        EQ,
        sp.Piecewise((0, x <= 1), (1, True)),
        X,
        by(sp.Piecewise((0, x <= 1), (1, True)), differentiated(sp.Piecewise((1, x <= 1), (x, True)), x)),
    ),
    "a wrong derivative": false(sp.Derivative(x**2, x), EQ, x, X, by(x, differentiated(x**2, x))),
    "a derivative of a sum is not nothing": false(
        sp.Derivative(total(x**k, k, 0, G), x), EQ, 0, N.and_also(real(x, 0))
    ),
}

_positive = known(f(o) + sp.Abs(f(o)), EQ, 2 * f(o), Domain((real(f(o), 0),)))
_reward = known(r**2, EQ, r, Domain((choice(r, 0, 1),)))
_large = known(sp.Abs(G - 3), EQ, G - 3, Domain((natural(G, 3),)))
_ordered = known(sp.Abs(G - k), EQ, G - k, Domain((natural(k, 1), natural(G, k))))
_geometric = known(total(x**k, k, 0, G) * (1 - x), EQ, 1 - x ** (G + 1), N.and_also(real(x, 0)))
_weak = known(p**2, LE, p, CLOSED)
_centred = Given(total(f(i), i, 1, G), sp.S(0))
LEMMAS: dict[str, Falsehood] = {
    "a lemma outside its domain": false(
        sp.Abs(G - 3), EQ, G - 3, N, by(G - 3, lemma("a-lemma", sp.Abs(G - 3), G - 3, {})), ledger=_large
    ),
    "a lemma at a value it does not cover": false(
        sp.Abs(G - 4),
        EQ,
        G - 4,
        Domain((natural(G, 3),)),
        by(G - 4, lemma("a-lemma", sp.Abs(G - 4), G - 4, {G: G - 1})),
        ledger=_large,
    ),
    "a choice outside its values": false(
        A**2, EQ, A, Domain((real(A),)), by(A, lemma("a-lemma", A**2, A, {r: A})), ledger=_reward
    ),
    "a choice outside its values, same name": false(
        r**2 * 0 + 49,
        EQ,
        7,
        Domain((choice(r, 0, 1),)),
        by(7, lemma("a-lemma", sp.S(49), sp.S(7), {r: sp.S(7)})),
        ledger=_reward,
    ),
    "a function that breaks its bound": false(
        -p + sp.Abs(-p),
        EQ,
        -2 * p,
        P,
        by(-2 * p, lemma("a-lemma", -p + sp.Abs(-p, evaluate=False), -2 * p, {f: sp.Lambda(o, -p)})),
        ledger=_positive,
    ),
    "a bound that depends on a replaced symbol": false(
        sp.Abs(G - 5 * k),
        EQ,
        G - 5 * k,
        Domain((natural(k, 1), natural(G, k))),
        by(G - 5 * k, lemma("a-lemma", sp.Abs(G - 5 * k), G - 5 * k, {k: 5 * k})),
        ledger=_ordered,
    ),
    "a value captured by the lemma's index": false(
        total(k**k, k, 0, G) * (1 - k),
        EQ,
        1 - k ** (G + 1),
        Domain((natural(G, 2), natural(k, 1))),
        by(1 - k ** (G + 1), lemma("a-lemma", total(k**k, k, 0, G) * (1 - k), 1 - k ** (G + 1), {x: k})),
        ledger=_geometric,
    ),
    "a weak lemma used as strict": false(
        p**2, LT, p, CLOSED, by(p, lemma("a-lemma", p**2, p, {}, LT), relation=LT), ledger=_weak
    ),
    "another statement than the lemma's": false(p, EQ, p**3, P, by(p**3, lemma("a-lemma", p, p**3, {})), ledger=_weak),
    "a hypothesis that is not made": false(total(f(i), i, 1, G), EQ, 0, N, by(0, hypothesis(_centred))),
    "rewriting captures an index": false(
        total(f(G), k, 1, 2),
        EQ,
        total(f(G * k), k, 1, 2),
        Domain((choice(k, 1), natural(G, 2))),
        rewritten(total(f(G * k), k, 1, 2), algebra(f(G), f(G * k))),
    ),
    "rewriting with a false equation": false(f(p), EQ, f(p**2), P, rewritten(f(p**2), algebra(f(p), f(p**2)))),
    "rewriting with an inequality": false(
        -p, LE, -(p**2), P, rewritten(-(p**2), order(p, p**2, "no")), Step(-(p**2), "the same", LE)
    ),
    "rewriting inside a derivative at one point": false(
        sp.Derivative(x**2 * p, p, evaluate=False) * 0 + sp.Derivative(p**2, p, evaluate=False),
        EQ,
        0,
        Domain((choice(p, 1),)),
        rewritten(0, algebra(p**2, sp.S(1))),
    ),
}

FALSEHOODS: dict[str, Falsehood] = ALGEBRA | DIVISION | ORDER | SUMS | LIMITS | LEMMAS
