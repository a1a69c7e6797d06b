"""Facts about derivatives, limits, and finite sums and products, each made from others and checked with them."""

import sympy as sp

from grpo_theory.arithmetic.domains import Domain
from grpo_theory.arithmetic.limits import grows_alone
from grpo_theory.ledger.claim import Context, Relation
from grpo_theory.ledger.fact import identities
from grpo_theory.ledger.facts import Fact


def both_differentiated(fact: Fact, variable: sp.Symbol) -> Fact:
    """From f = g on a whole domain, df/dx = dg/dx: the variable must move freely there.

    It does where the domain does not bound it, or bounds it as a real variable with open ends. Of the hypotheses only
    those count that are identities in the variable: free of it, or with functions of it on both sides, no constants.

    >>> from grpo_theory.arithmetic.domains import choice
    >>> from grpo_theory.ledger.facts import algebra
    >>> from grpo_theory.symbols import p
    >>> fact = both_differentiated(algebra(p**2, p), p)
    >>> fact.lhs, fact.check(Domain((choice(p, 0, 1),)), Context())
    (Derivative(p**2, p), False)
    """
    sides = (sp.Derivative(side, variable, evaluate=False) for side in (fact.lhs, fact.rhs))

    def check(domain: Domain, context: Context) -> bool:
        equation = fact.relation is Relation.EQUAL
        return equation and _moves_freely(variable, domain) and fact.check(identities(domain, variable), context)

    because = f"the derivatives of equal functions: {fact.because}"
    return Fact(next(sides), Relation.EQUAL, next(sides), because, check, fact.assuming, fact.lemmas)


def _moves_freely(variable: sp.Symbol, domain: Domain) -> bool:
    if domain.branches:
        return all(_moves_freely(variable, branch) for branch in domain.branches)
    for known in domain.variables:
        if any(end is not None and end.has(variable) for end in (known.lower, known.upper)):
            return False
        closed = (known.lower is not None and not known.lower_open) or (
            known.upper is not None and not known.upper_open
        )
        if known.atom == variable and (known.values or known.integer or closed):
            return False
        # A function of the variable with listed values may take them at this point only.
        if known.values and known.atom.has(variable):
            return False
    return True


def exchanged(total: sp.Sum) -> Fact:
    """Σ_i Σ_j f(i, j) = Σ_j Σ_i f(i, j): the order of two finite sums whose limits do not depend on each other.

    >>> from grpo_theory.symbols import K, i, j
    >>> f = sp.Function("f")
    >>> exchanged(sp.Sum(sp.Sum(f(i, j), (j, 1, K)), (i, 1, K))).rhs
    Sum(f(i, j), (i, 1, K), (j, 1, K))
    """
    # SymPy writes a sum of sums as one sum, the inner limits first.
    inside, outside = total.limits
    turned = sp.Sum(total.function, outside, inside)

    def check(*_: object) -> bool:
        own = {outside[0], inside[0]}
        return len(own) == 2 and not any(end.has(name) for end in (*outside[1:], *inside[1:]) for name in own)

    return Fact(total, Relation.EQUAL, turned, "the order of two finite sums is exchanged", check)


def drawn_out(factor: sp.Expr, body: sp.Expr, index: sp.Symbol, lower: sp.Expr, upper: sp.Expr) -> Fact:
    """Σ c·f(k) = c·Σ f(k) for c free of the index.

    >>> from grpo_theory.symbols import G, k, p
    >>> drawn_out(p, k, k, sp.S(0), G).rhs
    p*Sum(k, (k, 0, G))
    """
    left, right = sp.Sum(factor * body, (index, lower, upper)), factor * sp.Sum(body, (index, lower, upper))
    return Fact(left, Relation.EQUAL, right, "a common factor is drawn out", lambda *_: not factor.has(index))


def product_of(first: sp.Expr, second: sp.Expr, index: sp.Symbol, lower: sp.Expr, upper: sp.Expr) -> Fact:
    """Π f·Π g = Π f·g over one range.

    >>> from grpo_theory.symbols import G, i
    >>> f, g = sp.Function("f"), sp.Function("g")
    >>> product_of(f(i), g(i) / f(i), i, sp.S(1), G).rhs
    Product(g(i), (i, 1, G))
    """
    left = sp.Product(first, (index, lower, upper)) * sp.Product(second, (index, lower, upper))
    together = sp.Product(first * second, (index, lower, upper))
    return Fact(left, Relation.EQUAL, together, "two products over one range are one", lambda *_: True)


def limit_multiple(known: Fact, factor: sp.Expr, same: Fact) -> Fact:
    """From lim g = v and f = c·g with c free of the variable, lim f = c·v.

    ``same`` is the fact f = c·g for every value of the variable in the domain.

    >>> from grpo_theory.arithmetic.domains import natural
    >>> from grpo_theory.ledger.facts import algebra, limit_fact
    >>> from grpo_theory.symbols import G, p
    >>> known = limit_fact((G - 1) / G, G, sp.S(1))
    >>> fact = limit_multiple(known, p, algebra(p - p / G, p * ((G - 1) / G)))
    >>> fact.lhs.args[0], fact.rhs, fact.check(Domain((natural(G, 2),)), Context())
    (p - p/G, p, True)
    """
    inner, variable, *_ = known.lhs.args
    left = sp.Limit(same.lhs, variable, sp.oo)

    def check(domain: Domain, context: Context) -> bool:
        limits = (f.relation is Relation.EQUAL for f in (known, same))
        stands = known.lhs == sp.Limit(inner, variable, sp.oo) and not factor.has(variable)
        agrees = bool(same.rhs == factor * inner)
        moving = identities(domain, variable)
        return (
            all(limits)
            and stands
            and agrees
            and grows_alone(variable, domain)
            and known.check(moving, context)
            and same.check(moving, context)
        )

    lemmas, assuming = known.lemmas + same.lemmas, known.assuming + same.assuming
    because = f"the limit of a constant multiple; {known.because}; {same.because}"
    return Fact(left, Relation.EQUAL, factor * known.rhs, because, check, assuming, lemmas)
