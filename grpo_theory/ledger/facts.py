"""Facts that a step of a derivation may use: each carries its own check, so none is taken on trust in silence.

A step from a to b is accepted when b − a equals a combination of the facts it names; so a fact is an equation or an
inequality together with a function that decides it on the statement's domain.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from grpo_theory.arithmetic.algebra import equal, sign, undefined_divisor
from grpo_theory.arithmetic.domains import Domain, Given
from grpo_theory.arithmetic.instances import admits, instance
from grpo_theory.arithmetic.limits import limit_at_infinity
from grpo_theory.arithmetic.signs import Sign
from grpo_theory.ledger.claim import Context, Relation
from grpo_theory.ledger.fact import KINKS, NOT_NEGATIVE, captured, identities, is_count, names_an_index, upward
from grpo_theory.ledger.fact import Fact as Fact


def algebra(lhs: sp.Expr, rhs: sp.Expr, because: str = "by algebra") -> Fact:
    """An identity that the normal form decides on the statement's domain.

    >>> from grpo_theory.symbols import p
    >>> algebra((1 - p) ** 2, 1 - 2 * p + p**2).check(Domain(), Context())
    True
    """
    return Fact(lhs, Relation.EQUAL, rhs, because, lambda domain, _: bool(equal(lhs, rhs, domain)))


def hypothesis(given: Given, position: sp.Expr | None = None) -> Fact:
    """An equation that the statement assumes, at a generic index or at one position between its limits.

    >>> from grpo_theory.arithmetic.domains import natural
    >>> from grpo_theory.symbols import G, k
    >>> given = Given(sp.Function("A")(k), sp.S(0), k, sp.S(0), G)
    >>> hypothesis(given, G).check(Domain((natural(G, 2),), given=(given,)), Context())
    True
    """
    at = given.index if position is None else position
    lhs, rhs = (given.lhs, given.rhs) if at is None else given.at(at)

    def check(domain: Domain, _: Context) -> bool:
        if given not in domain.given:
            return False
        if at is None:
            return True
        ends = (at - sp.S(given.lower), sp.S(given.upper) - at)
        return at.is_integer is True and all(sign(gap, domain) in NOT_NEGATIVE for gap in ends)

    return Fact(lhs, Relation.EQUAL, rhs, "by hypothesis", check)


def order(lhs: sp.Expr, rhs: sp.Expr, because: str, *, strict: bool = False) -> Fact:
    """An inequality lhs ≤ rhs (or <) whose difference has a sign that is settled on the statement's domain.

    >>> from grpo_theory.symbols import p
    >>> order(2 * p, 1 + p**2, "a square is not negative").check(Domain(), Context())
    True
    """
    allowed = (Sign.POSITIVE,) if strict else NOT_NEGATIVE
    relation = Relation.LESS if strict else Relation.AT_MOST
    return Fact(lhs, relation, rhs, because, lambda domain, _: sign(rhs - lhs, domain) in allowed)


def as_product(lhs: sp.Expr, rhs: sp.Expr, factors: Sequence[tuple[sp.Expr, int]], because: str) -> Fact:
    """lhs ≤ rhs because rhs − lhs is a product of powers, each even or of a factor that is not negative.

    >>> from grpo_theory.symbols import p
    >>> fact = as_product(2 * p, 1 + p**2, [(1 - p, 2)], "a square is not negative")
    >>> fact.check(Domain(), Context())
    True
    """

    def check(domain: Domain, _: Context) -> bool:
        # √x is real before its square is; SymPy squares it when the power is built, so both are looked at.
        if any(undefined_divisor(part, domain) is not None for b, power in factors for part in (b, b**power)):
            return False
        settled = all(power % 2 == 0 or sign(base, domain) in NOT_NEGATIVE for base, power in factors)
        return settled and bool(equal(rhs - lhs, sp.Mul(*(base**power for base, power in factors)), domain))

    return Fact(lhs, Relation.AT_MOST, rhs, because, check)


def summed(fact: Fact, weight: sp.Expr, index: sp.Symbol, lower: sp.Expr, upper: sp.Expr) -> Fact:
    """A fact at every index, times a weight that is not negative where the fact is an inequality, and summed.

    A strict inequality stays strict when the weight is positive and the sum has a term.

    >>> from grpo_theory.symbols import G, k
    >>> from grpo_theory.arithmetic.domains import natural
    >>> pointwise = order(2 * k - 1, k**2, "a square is not negative")
    >>> summed(pointwise, sp.binomial(G, k), k, sp.S(0), G).check(Domain((natural(G, 2),)), Context())
    True
    """

    def check(domain: Domain, context: Context) -> bool:
        inner = domain.with_index(index, lower, upper)
        if fact.relation is Relation.AT_MOST and sign(weight, inner) not in NOT_NEGATIVE:
            return False
        if fact.relation is Relation.LESS and not (
            sign(weight, inner) is Sign.POSITIVE and sign(upper - lower, domain) in NOT_NEGATIVE
        ):
            return False
        return fact.check(inner, context)

    left, right = (sp.Sum(weight * side, (index, lower, upper)) for side in (fact.lhs, fact.rhs))
    return Fact(left, fact.relation, right, fact.because, check, fact.assuming, fact.lemmas)


def binomial_theorem(power: sp.Expr, x: sp.Expr, y: sp.Expr, index: sp.Symbol | None = None) -> Fact:
    """Σ_{k=0}^{n} C(n,k) x^k y^{n−k} = (x+y)^n for every integer n ≥ 0.

    >>> from grpo_theory.symbols import n, p
    >>> binomial_theorem(n, p, 1 - p).lhs
    Sum(p**k*(1 - p)**(-k + n)*binomial(n, k), (k, 0, n))
    """
    from grpo_theory.symbols import k

    at = index if index is not None else k
    total = sp.Sum(sp.binomial(power, at) * x**at * y ** (power - at), (at, 0, power))

    def check(domain: Domain, _: Context) -> bool:
        return is_count(power, domain) and not any(at in e.free_symbols for e in (power, x, y))

    return Fact(total, Relation.EQUAL, (x + y) ** power, "the binomial theorem", check)


def binomial_mean(polynomial: sp.Expr, size: sp.Expr, p: sp.Expr, index: sp.Symbol) -> Fact:
    """E f(k) for k ~ Binomial(n, p) and f a polynomial: from E[k(k−1)…(k−j+1)] = n(n−1)…(n−j+1)·p^j, for every n.

    >>> from grpo_theory.symbols import G, k, p
    >>> sp.expand(binomial_mean(k, G, p, k).rhs)
    G*p
    """
    weight = sp.binomial(size, index) * p**index * (1 - p) ** (size - index)
    total = sp.Sum(weight * polynomial, (index, 0, size))
    value, rest = sp.Integer(0), sp.Poly(polynomial, index)
    while not rest.is_zero:
        degree, lead = rest.degree(), rest.LC()
        falling = sp.Mul(*(index - step for step in range(degree)))
        value += lead * sp.Mul(*(size - step for step in range(degree))) * p**degree
        rest = rest - sp.Poly(sp.expand(lead * falling), index)

    def check(domain: Domain, _: Context) -> bool:
        return is_count(size, domain) and not any(index in e.free_symbols for e in (size, p))

    return Fact(total, Relation.EQUAL, value, "the factorial moments of the binomial distribution", check)


def distance(fact: Fact) -> Fact:
    """|a − b| = b − a, from a fact a ≤ b.

    >>> from grpo_theory.symbols import p
    >>> distance(order(2 * p, 1 + p**2, "a square is not negative")).rhs
    p**2 - 2*p + 1
    """
    left = sp.Abs(fact.lhs - fact.rhs)
    because = f"the modulus of a difference whose sign is known: {fact.because}"
    return Fact(left, Relation.EQUAL, fact.rhs - fact.lhs, because, fact.check, fact.assuming, fact.lemmas)


def shifted(total: sp.Sum, by: int) -> Fact:
    """Σ_{k=a}^{b} f(k) = Σ_{k=a−s}^{b−s} f(k+s): the index renamed.

    >>> from grpo_theory.symbols import G, k
    >>> shifted(sp.Sum(k, (k, 1, G)), 1).rhs
    Sum(k + 1, (k, 0, G - 1))
    """
    index, lower, upper = total.limits[0]
    moved = sp.Sum(total.function.subs(index, index + by), (index, lower - by, upper - by))
    return Fact(
        total, Relation.EQUAL, moved, "the index is shifted", lambda *_: len(total.limits) == 1 and isinstance(by, int)
    )


def split(total: sp.Sum, *, first: int = 0, last: int = 0) -> Fact:
    """A sum with its first and last terms written out; the sum must have at least that many terms.

    >>> from grpo_theory.symbols import G, k
    >>> split(sp.Sum(k, (k, 0, G)), last=1).rhs
    G + Sum(k, (k, 0, G - 1))
    """
    index, lower, upper = total.limits[0]
    ends = [total.function.subs(index, lower + step) for step in range(first)]
    ends += [total.function.subs(index, upper - step) for step in range(last)]
    middle = sp.Sum(total.function, (index, lower + first, upper - last))

    def check(domain: Domain, _: Context) -> bool:
        sensible = len(total.limits) == 1 and min(first, last) >= 0
        return sensible and sign(upper - lower + 1 - first - last, domain) in NOT_NEGATIVE

    return Fact(total, Relation.EQUAL, sp.Add(*ends) + middle, "terms at the ends are written out", check)


def trinomial_revision(upper: sp.Expr, middle: sp.Expr, lower: sp.Expr) -> Fact:
    """C(n,k)·C(n−k,m) = C(n,m)·C(n−m,k) for integers 0 ≤ k ≤ n and 0 ≤ m ≤ n: both count disjoint choices.

    >>> from grpo_theory.symbols import G, K, k
    >>> trinomial_revision(G, k, K).rhs
    binomial(G, K)*binomial(G - K, k)
    """
    left = sp.binomial(upper, middle) * sp.binomial(upper - middle, lower)
    right = sp.binomial(upper, lower) * sp.binomial(upper - lower, middle)

    def check(domain: Domain, _: Context) -> bool:
        return all(sign(bound, domain) in NOT_NEGATIVE for bound in (middle, lower, upper - middle, upper - lower))

    return Fact(left, Relation.EQUAL, right, "both sides count pairs of disjoint choices", check)


def differentiated(expression: sp.Expr, variable: sp.Symbol) -> Fact:
    """d/dx of an expression by the rules of calculus.

    >>> from grpo_theory.symbols import p
    >>> differentiated(p**2, p).rhs
    2*p
    """
    left = sp.Derivative(expression, variable, evaluate=False)
    smooth = not expression.has(*KINKS)
    return Fact(left, Relation.EQUAL, sp.diff(expression, variable), "the rules of differentiation", lambda *_: smooth)


def limit_fact(expression: sp.Expr, variable: sp.Symbol, value: sp.Expr) -> Fact:
    """The limit for a variable that grows without bound, of a quotient of polynomials in it, from leading terms.

    >>> from grpo_theory.symbols import G
    >>> from grpo_theory.arithmetic.domains import natural
    >>> limit_fact((G - 1) / G, G, sp.S(1)).check(Domain((natural(G, 2),)), Context())
    True
    """
    left = sp.Limit(expression, variable, sp.oo)
    return Fact(
        left, Relation.EQUAL, value, "leading terms", lambda d, _: limit_at_infinity(expression, variable, value, d)
    )


def squeezed(expression: sp.Expr, variable: sp.Symbol, value: sp.Expr, below: Fact, above: Fact) -> Fact:
    """The limit of an expression between two others that have the same limit.

    >>> from grpo_theory.symbols import G
    >>> from grpo_theory.arithmetic.domains import natural
    >>> low, high = order(-1 / G, 0 / G, "G > 0"), order(0 / G, 1 / G, "G > 0")
    >>> squeezed(sp.S(0), G, sp.S(0), low, high).check(Domain((natural(G, 2),)), Context())
    True
    """

    def check(domain: Domain, context: Context) -> bool:
        ends, moving = ((below.lhs, below.rhs, below), (above.rhs, above.lhs, above)), identities(domain, variable)
        return all(
            bool(equal(inner, expression, domain))
            and fact.check(moving, context)
            and limit_at_infinity(outer, variable, value, domain)
            for outer, inner, fact in ends
        )

    lemmas, assuming = below.lemmas + above.lemmas, below.assuming + above.assuming
    left = sp.Limit(expression, variable, sp.oo)
    return Fact(left, Relation.EQUAL, value, "it is squeezed between its bounds", check, assuming, lemmas)


def assumed(name: str, lhs: sp.Expr, rhs: sp.Expr, relation: Relation = Relation.EQUAL) -> Fact:
    """A named theorem of the literature, used but not proved here: it is listed in the verdict.

    >>> assumed("a theorem", sp.S(1), sp.S(1)).assuming
    ('a theorem',)
    """
    return Fact(*upward(lhs, relation, rhs), f"by {name}", lambda *_: True, assuming=(name,))


def lemma(
    name: str,
    lhs: sp.Expr,
    rhs: sp.Expr,
    at: Mapping[Any, sp.Expr],
    relation: Relation = Relation.EQUAL,
    part: int = 0,
) -> Fact:
    """Another claim of the ledger at given values of its symbols and functions; it must be proved, and cover them.

    >>> lemma("rloo-exact", sp.S(1), sp.S(1), {}).lemmas
    ('rloo-exact',)
    """

    def check(domain: Domain, context: Context) -> bool:
        if context.lemma is None:
            return False
        statement = context.lemma(name).statements[part]
        formals = (statement.lhs.formal, statement.rhs.formal)
        if statement.relation is not relation or None in formals:
            return False
        if captured(formals, at) or names_an_index(statement.domain, formals, at):
            return False
        sides = zip((lhs, rhs), formals, strict=True)
        same = all(equal(given, instance(formal, at), domain) for given, formal in sides)
        return same and admits(statement.domain, at, domain)

    return Fact(*upward(lhs, relation, rhs), f"by {name}", check, lemmas=(name,))
