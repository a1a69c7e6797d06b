"""Bounds on grpo's contrast and maxrl's weight at any success probability, for every group size, sharp at the ends."""

import sympy as sp

from grpo_theory.ledger.claim import Relation
from grpo_theory.ledger.derivation import Step, chain
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import as_product, binomial_mean, binomial_theorem, order, split, summed
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.symbols import G, k

TOP = sp.sqrt(G - 1)
_SHARE = k * (G - k) / (G - 1)
_LAST = G - 1


def _weight(chance: sp.Expr) -> sp.Expr:
    return sp.binomial(G, k) * chance**k * (1 - chance) ** (G - k)


def contrast(chance: sp.Expr) -> sp.Expr:
    """c_G = Σ_{k=1}^{G−1} C(G,k)p^k(1−p)^{G−k}·√(k(G−k))/G, the silent groups left out.

    >>> from grpo_theory.symbols import p
    >>> contrast(p).limits
    ((k, 1, G - 1),)
    """
    return sp.Sum(_weight(chance) * sp.sqrt(k * (G - k)) / G, (k, 1, _LAST))


def contrast_at_most(chance: sp.Expr, *, failures: bool = False) -> Fact:
    """c_G ≤ √(G−1)·p, from √(k(G−k)) ≤ √(G−1)·k at integers; with failures counted, c_G ≤ √(G−1)·(1−p).

    >>> from grpo_theory.arithmetic.domains import Domain, natural, real
    >>> from grpo_theory.ledger.claim import Context
    >>> from grpo_theory.symbols import p
    >>> contrast_at_most(p).check(Domain((natural(G, 2), real(p, 0, 1))), Context())
    True
    """
    weight, count = _weight(chance), G - k if failures else k
    below = order(sp.sqrt(k * (G - k)), TOP * count, "(G−1)k² − k(G−k) = Gk(k−1) ≥ 0, or so with failures")
    whole = binomial_mean(count, G, chance, k)
    ends = split(whole.lhs, first=1, last=1)
    mixed = sp.Sum(weight * count, (k, 1, _LAST))
    pointwise = summed(below, weight, k, sp.S(1), _LAST)
    return chain(
        contrast(chance),
        Step(TOP / G * mixed, "the deviation of a mixed group", Relation.AT_MOST, using=((pointwise, 1 / G),)),
        Step(TOP / G * whole.lhs, "silent groups' terms are not negative", Relation.AT_MOST, using=((ends, -TOP / G),)),
        Step(TOP * (1 - chance if failures else chance), "the mean of a binomial count", using=((whole, TOP / G),)),
    )


def contrast_at_least(chance: sp.Expr) -> Fact:
    """c_G ≥ (√(G−1)/G)·(E m)²/E m², m = k(G−k)/(G−1) ≥ 1 in mixed groups: √m ≥ 1 ≥ 2λm − λ²m² for λ = E m/E m².

    >>> from grpo_theory.arithmetic.domains import Domain, natural, real
    >>> from grpo_theory.ledger.claim import Context
    >>> from grpo_theory.symbols import p
    >>> fact = contrast_at_least(p)
    >>> sp.limit(fact.lhs.subs(G, 5) / p, p, 0), fact.check(Domain((natural(G, 2), real(p, 0, 1))), Context())
    (2, True)
    """
    weight, scale = _weight(chance), TOP / G
    mean = binomial_mean(_SHARE, G, chance, k)
    square = binomial_mean(sp.expand(_SHARE**2), G, chance, k)
    first, second = sp.factor(mean.rhs), sp.factor(square.rhs)
    ratio = first / second
    body = 2 * ratio * _SHARE - ratio**2 * _SHARE**2
    flat = order(TOP, sp.sqrt(k * (G - k)), "k(G−k) − (G−1) = (k−1)(G−1−k) ≥ 0")
    tangent = as_product(body, sp.S(1), ((1 - ratio * _SHARE, 2),), "a square is not negative")
    at_least_one = (summed(flat, weight, k, sp.S(1), _LAST), 1 / G)
    bounded = (summed(tangent, weight, k, sp.S(1), _LAST), scale)
    whole = [sp.Sum(weight * _SHARE, (k, 0, G)), sp.Sum(weight * sp.expand(_SHARE**2), (k, 0, G))]
    ends = tuple(
        (split(total, first=1, last=1), way * scale) for total, way in zip(whole, (-2 * ratio, ratio**2), strict=True)
    )
    moments = ((mean, 2 * ratio * scale), (square, -(ratio**2) * scale))
    every = scale * (2 * ratio * whole[0] - ratio**2 * whole[1])
    mixed = scale * sp.Sum(weight * body, (k, 1, _LAST))
    return chain(
        contrast(chance),
        Step(scale * sp.Sum(weight, (k, 1, _LAST)), "σ̂ ≥ √(G−1)/G", Relation.AT_LEAST, using=(at_least_one,)),
        Step(mixed, "1 ≥ 2λm − λ²m²", Relation.AT_LEAST, using=(bounded,)),
        Step(every, "m vanishes in silent groups", using=ends),
        Step(scale * first**2 / second, "moments of the binomial distribution", using=moments),
    )


def powers(chance: sp.Expr) -> sp.Expr:
    """Σ_{s=0}^{G−2} (1−p)^s, maxrl's effective weight.

    >>> from grpo_theory.symbols import p
    >>> powers(p).subs(G, 3).doit()
    2 - p
    """
    return sp.Sum((1 - chance) ** k, (k, 0, G - 2))


def _others(chance: sp.Expr, body: sp.Expr) -> sp.Expr:
    """Σ_{k=1}^{G−1} C(G−1,k)p^k(1−p)^{G−1−k}·body: over the other rollouts, where one succeeds."""
    weight = sp.binomial(_LAST, k) * chance**k * (1 - chance) ** (_LAST - k)
    return sp.Sum(weight * body, (k, 1, _LAST))


def _some_success(chance: sp.Expr) -> Step:
    """p·Σ(1−p)^s = 1 − (1−p)^{G−1} is the chance that one of G−1 rollouts succeeds."""
    geometric = by_induction(powers(chance), (1 - (1 - chance) ** (k + 1)) / chance, k)
    total = binomial_theorem(_LAST, chance, 1 - chance, k)
    using = (geometric, (split(total.lhs, first=1), 1 / chance), (total, -1 / chance))
    return Step(_others(chance, sp.S(1)) / chance, "p·w = 1 − (1−p)^{G−1}", using=using)


def powers_at_most(chance: sp.Expr) -> Fact:
    """Σ_{s=0}^{G−2} (1−p)^s ≤ G − 1, as P(k ≥ 1) ≤ E k for k ~ Binomial(G−1, p).

    >>> from grpo_theory.arithmetic.domains import Domain, natural, real
    >>> from grpo_theory.ledger.claim import Context
    >>> from grpo_theory.symbols import p
    >>> powers_at_most(p).check(Domain((natural(G, 2), real(p, 0, 1))), Context())
    True
    """
    mean = binomial_mean(k, _LAST, chance, k)
    weight = _others(chance, sp.S(1)).function
    pointwise = summed(order(sp.S(1), k, "k ≥ 1"), weight, k, sp.S(1), _LAST)
    using = ((pointwise, 1 / chance), (split(mean.lhs, first=1), -1 / chance))
    return chain(
        powers(chance),
        _some_success(chance),
        Step(mean.lhs / chance, "k ≥ 1 where one succeeds", Relation.AT_MOST, using=using),
        Step(_LAST, "the mean of a binomial count", using=((mean, 1 / chance),)),
    )


def powers_at_least(chance: sp.Expr) -> Fact:
    """Σ_{s=0}^{G−2} (1−p)^s ≥ (G−1)/(1+(G−2)p), as P(k ≥ 1) ≥ (E k)²/E k²: 1 ≥ 2λk − λ²k² for λ = E k/E k².

    >>> from grpo_theory.arithmetic.domains import Domain, natural, real
    >>> from grpo_theory.ledger.claim import Context
    >>> from grpo_theory.symbols import p
    >>> fact = powers_at_least(p)
    >>> fact.lhs.subs(p, 0), fact.check(Domain((natural(G, 2), real(p, 0, 1))), Context())
    (G - 1, True)
    """
    mean, square = binomial_mean(k, _LAST, chance, k), binomial_mean(k**2, _LAST, chance, k)
    ratio = sp.factor(mean.rhs / square.rhs)
    body = 2 * ratio * k - ratio**2 * k**2
    tangent = as_product(body, sp.S(1), ((1 - ratio * k, 2),), "a square is not negative")
    weight = _others(chance, sp.S(1)).function
    bounded = (summed(tangent, weight, k, sp.S(1), _LAST), 1 / chance)
    ends = ((split(mean.lhs, first=1), -2 * ratio / chance), (split(square.lhs, first=1), ratio**2 / chance))
    moments = ((mean, 2 * ratio / chance), (square, -(ratio**2) / chance))
    every = (2 * ratio * mean.lhs - ratio**2 * square.lhs) / chance
    return chain(
        powers(chance),
        _some_success(chance),
        Step(_others(chance, body) / chance, "1 ≥ 2λk − λ²k²", Relation.AT_LEAST, using=(bounded,)),
        Step(every, "k = 0 adds nothing", using=ends),
        Step(sp.factor(ratio * mean.rhs / chance), "moments of the binomial distribution", using=moments),
    )
