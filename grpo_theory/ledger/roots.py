"""The square root of a square, where the square does not show: √s = x for s = x² and x ≥ 0."""

import sympy as sp

from grpo_theory.arithmetic.algebra import equal, sign
from grpo_theory.arithmetic.domains import Domain
from grpo_theory.ledger.claim import Context, Relation
from grpo_theory.ledger.fact import NOT_NEGATIVE, Fact


def root_of_square(square: sp.Expr, root: sp.Expr) -> Fact:
    """√s = x from s = x², by the normal form, and x ≥ 0.

    >>> from grpo_theory.arithmetic.domains import real
    >>> from grpo_theory.symbols import p
    >>> below, above = Domain((real(p, 0, 1),)), Domain((real(p, 1),))
    >>> [root_of_square(1 - 2 * p + p**2, 1 - p).check(domain, Context()) for domain in (below, above)]
    [True, False]
    """

    def check(domain: Domain, _: Context) -> bool:
        return sign(root, domain) in NOT_NEGATIVE and bool(equal(square, root**2, domain))

    return Fact(sp.sqrt(square), Relation.EQUAL, root, "the root of a square", check)
