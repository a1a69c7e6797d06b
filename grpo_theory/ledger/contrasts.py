"""Bounds on grpo's contrast c_G = E σ̂ at any success probability, for every group size, sharp at both ends."""

import sympy as sp

from grpo_theory.ledger.claim import Relation
from grpo_theory.ledger.derivation import Step, chain
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import as_product, binomial_mean, order, split, summed
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
