"""Sums over a group of numbers of subsets, as unbiased estimators of pass@K need them."""

import sympy as sp

from grpo_theory.arithmetic.domains import Domain
from grpo_theory.ledger.claim import Context, Relation
from grpo_theory.ledger.fact import Fact, is_count


def subsets_of_failures(n: sp.Expr, m: sp.Expr, x: sp.Expr, y: sp.Expr, index: sp.Symbol) -> Fact:
    """Σ_{k=0}^{n} C(n,k)·C(n−k,m)·x^k·y^{n−k} = C(n,m)·y^m·Σ_{k=0}^{n−m} C(n−m,k)·x^k·y^{n−m−k}, integers 0 ≤ m ≤ n.

    Term by term C(n,k)·C(n−k,m) = C(n,m)·C(n−m,k), both counting k successes and m chosen failures among n rollouts;
    for k > n−m fewer than m failures are left, and the terms are zero.

    >>> from grpo_theory.symbols import G, K, k, p
    >>> subsets_of_failures(G, K, p, 1 - p, k).rhs.args[0]
    (1 - p)**K
    """
    total = sp.Sum(sp.binomial(n, index) * sp.binomial(n - index, m) * x**index * y ** (n - index), (index, 0, n))
    rest = sp.Sum(sp.binomial(n - m, index) * x**index * y ** (n - m - index), (index, 0, n - m))

    def check(domain: Domain, _: Context) -> bool:
        bound_alone = not any(index in e.free_symbols for e in (n, m, x, y))
        return bound_alone and is_count(m, domain) and is_count(n - m, domain)

    because = "choosing failures first and successes first counts the same pairs of subsets"
    return Fact(total, Relation.EQUAL, sp.binomial(n, m) * y**m * rest, because, check)
