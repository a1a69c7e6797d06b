"""Facts about exponentials and logarithms: tangents, monotony, and the logarithm of a product.

The normal form knows e^x only as a positive quantity with e^{x+y} = e^x·e^y; what else a proof needs is named here.
"""

from collections.abc import Sequence

import sympy as sp

from grpo_theory.arithmetic.algebra import equal, sign
from grpo_theory.arithmetic.domains import Domain
from grpo_theory.arithmetic.signs import Sign
from grpo_theory.ledger.claim import Context, Relation
from grpo_theory.ledger.fact import NOT_NEGATIVE, Fact

_NOT_ZERO = (Sign.POSITIVE, Sign.NEGATIVE)


def exponential_above(x: sp.Expr, power: int = 1, *, strict: bool = False) -> Fact:
    """(1 + x/n)^n ≤ e^x: the tangent at zero, taken of x/n and raised to the n-th power; strict for x ≠ 0.

    For n > 1 the base 1 + x/n must not be negative.

    >>> from grpo_theory.arithmetic.domains import real
    >>> from grpo_theory.symbols import A
    >>> positive, any_sign = Domain((real(A, 0),)), Domain((real(A),))
    >>> [exponential_above(A, strict=True).check(domain, Context()) for domain in (positive, any_sign)]
    [True, False]
    """
    base = 1 + x / power

    def check(domain: Domain, _: Context) -> bool:
        if power < 1 or (power > 1 and sign(base, domain) not in NOT_NEGATIVE):
            return False
        return not strict or sign(x, domain) in _NOT_ZERO

    relation = Relation.LESS if strict else Relation.AT_MOST
    return Fact(base**power, relation, sp.exp(x), "an exponential lies above its tangent", check)


def exponential_increases(fact: Fact) -> Fact:
    """e^a ∼ e^b from a ∼ b.

    >>> from grpo_theory.ledger.facts import order
    >>> from grpo_theory.symbols import p
    >>> exponential_increases(order(p, 1 + p, "1 > 0", strict=True)).check(Domain(), Context())
    True
    """
    because = f"the exponential increases: {fact.because}"
    left, right = sp.exp(fact.lhs), sp.exp(fact.rhs)
    return Fact(left, fact.relation, right, because, fact.check, fact.assuming, fact.lemmas)


def logarithm_below(x: sp.Expr, *, strict: bool = False) -> Fact:
    """log x ≤ x − 1 for x > 0: the tangent at one; strict for x ≠ 1.

    >>> from grpo_theory.arithmetic.domains import real
    >>> from grpo_theory.symbols import p
    >>> fact = logarithm_below(p, strict=True)
    >>> [fact.check(Domain((real(p, 0, upper),)), Context()) for upper in (1, 2)]
    [True, False]
    """

    def check(domain: Domain, _: Context) -> bool:
        return sign(x, domain) is Sign.POSITIVE and (not strict or sign(x - 1, domain) in _NOT_ZERO)

    relation = Relation.LESS if strict else Relation.AT_MOST
    return Fact(sp.log(x), relation, x - 1, "a logarithm lies below its tangent", check)


def logarithm_increases(fact: Fact) -> Fact:
    """log a ∼ log b from a ∼ b with a > 0.

    >>> from grpo_theory.arithmetic.domains import real
    >>> from grpo_theory.ledger.facts import order
    >>> x = sp.Symbol("x", real=True)
    >>> fact = logarithm_increases(order(x, 1 + x, "1 > 0", strict=True))
    >>> fact.check(Domain((real(x, 0),)), Context()), fact.check(Domain((real(x, -1),)), Context())
    (True, False)
    """

    def check(domain: Domain, context: Context) -> bool:
        return sign(fact.lhs, domain) is Sign.POSITIVE and fact.check(domain, context)

    because = f"the logarithm increases: {fact.because}"
    return Fact(sp.log(fact.lhs), fact.relation, sp.log(fact.rhs), because, check, fact.assuming, fact.lemmas)


def logarithm_of(product: sp.Expr, factors: Sequence[tuple[sp.Expr, sp.Expr | int]]) -> Fact:
    """log Π bᵢ^{nᵢ} = Σ nᵢ·log bᵢ for bᵢ > 0, where the product of the powers is the given expression.

    >>> from grpo_theory.arithmetic.domains import real
    >>> from grpo_theory.symbols import beta, p
    >>> fact = logarithm_of(sp.sqrt(p) * sp.exp(beta), [(p, sp.Rational(1, 2)), (sp.E, beta)])
    >>> fact.rhs, fact.check(Domain((real(p, 0, 1), real(beta, 0))), Context())
    (beta + log(p)/2, True)
    """
    powers = [(sp.S(base), sp.S(exponent)) for base, exponent in factors]

    def check(domain: Domain, _: Context) -> bool:
        positive = all(base == sp.E or sign(base, domain) is Sign.POSITIVE for base, _ in powers)
        return positive and bool(equal(product, sp.Mul(*(base**exponent for base, exponent in powers)), domain))

    total = sp.Add(*(exponent * sp.log(base) for base, exponent in powers))
    return Fact(sp.log(product), Relation.EQUAL, total, "the logarithm of a product", check)


def power_by_logarithm(base: sp.Expr, exponent: sp.Expr) -> Fact:
    """b^y = e^{y·log b} for b > 0, which is what a real power means.

    >>> from grpo_theory.arithmetic.domains import real
    >>> from grpo_theory.symbols import alpha, beta
    >>> fact = power_by_logarithm(alpha, beta)
    >>> fact.rhs, [fact.check(Domain((real(alpha, low), real(beta, 0))), Context()) for low in (0, -1)]
    (exp(beta*log(alpha)), [True, False])
    """

    def check(domain: Domain, _: Context) -> bool:
        return sign(base, domain) is Sign.POSITIVE

    right = sp.exp(exponent * sp.log(base))
    return Fact(base**exponent, Relation.EQUAL, right, "a real power by its logarithm", check)
