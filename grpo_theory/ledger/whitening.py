"""The gradient of a centred count rule, b_k times the difference of the class means: its moments, as claims write them.

Symbols: D, v₊, v₋ of the policy's scores; b(k) the rule's coefficients, x = |E b_k| over mixed groups.
"""

import sympy as sp

from grpo_theory.arithmetic.algebra import sign
from grpo_theory.arithmetic.domains import Domain
from grpo_theory.ledger.claim import Context, Relation
from grpo_theory.ledger.derivation import Step, chain
from grpo_theory.ledger.fact import NOT_NEGATIVE, Fact, bound_symbols
from grpo_theory.ledger.facts import binomial_mean, split
from grpo_theory.symbols import G, k, p

D = sp.Symbol("D", positive=True)
v_plus, v_minus = (sp.Symbol(name, nonnegative=True) for name in ("v_plus", "v_minus"))
NOISE = (v_plus, v_minus)
b = sp.Function("b")
q = 1 - p
chance = sp.binomial(G, k) * p**k * q ** (G - k)
square = D + v_plus / k + v_minus / (G - k)


def over_mixed(term: sp.Expr) -> sp.Sum:
    """Σ_{k=1}^{G−1} C(G,k)p^k(1−p)^{G−k}·f(k): an expectation in which silent groups count as zero.

    >>> over_mixed(sp.S(1)).limits
    ((k, 1, G - 1),)
    """
    return sp.Sum(chance * term, (k, 1, G - 1))


def relative_variance(coefficients: sp.Expr, mean: sp.Expr) -> sp.Expr:
    """E[b_k²(D + v₊/k + v₋/(G−k))]/(D·(E b_k)²) − 1, the relative variance of one group's gradient.

    >>> from grpo_theory.symbols import x
    >>> relative_variance(b(k), x).subs(G, 2).doit().subs({D: 1, v_plus: 0, v_minus: 0, p: sp.Rational(1, 2)})
    -1 + b(1)**2/(2*x**2)
    """
    return over_mixed(coefficients**2 * square) / (D * mean**2) - 1


def deviation_square(scale: sp.Expr) -> Fact:
    """E[k(G−k)(D + v₊/k + v₋/(G−k))] over mixed groups = G[(G−1)p(1−p)D + (1−p)(1−(1−p)^{G−1})v₊ + p(1−p^{G−1})v₋].

    Both sides are divided by ``scale``, which must not depend on k.

    >>> from grpo_theory.arithmetic.domains import natural, real
    >>> domain = Domain((natural(G, 2), real(p, 0, 1), real(D, 0), *(real(v, 0, closed="lower") for v in NOISE)))
    >>> deviation_square(G**2).check(domain, Context())
    True
    """
    using: list[tuple[Fact, sp.Expr]] = []
    for factor, term in ((D, k * (G - k)), (v_plus, G - k), (v_minus, k)):
        moment = binomial_mean(term, G, p, k)
        using += [(split(moment.lhs, first=1, last=1), -factor / scale), (moment, factor / scale)]
    closed = (G - 1) * p * q * D + q * (1 - q ** (G - 1)) * v_plus + p * (1 - p ** (G - 1)) * v_minus
    start = over_mixed(k * (G - k) * square / scale)
    return chain(start, Step(G * closed / scale, "moments of the binomial distribution", using=tuple(using)))


def single_term(total: sp.Sum, position: sp.Expr) -> Fact:
    """f(m) ≤ Σ_{k=a}^{b} f(k) for an integer m with a ≤ m ≤ b, where no f(k) is negative.

    >>> from grpo_theory.arithmetic.domains import natural, real
    >>> one, none = single_term(over_mixed(sp.S(1)), G - 1), single_term(over_mixed(sp.S(1)), G)
    >>> [fact.check(Domain((natural(G, 2), real(p, 0, 1))), Context()) for fact in (one, none)]
    [True, False]
    """
    index, lower, upper = total.limits[0]

    def check(domain: Domain, _: Context) -> bool:
        free = not bound_symbols(total.function) & position.free_symbols and index not in position.free_symbols
        whole = all(end.is_integer is True for end in (position, lower, upper)) and len(total.limits) == 1
        inside = all(sign(gap, domain) in NOT_NEGATIVE for gap in (position - lower, upper - position))
        return (
            free and whole and inside and sign(total.function, domain.with_index(index, lower, upper)) in NOT_NEGATIVE
        )

    term = total.function.subs(index, position)
    return Fact(term, Relation.AT_MOST, total, "a sum of terms that are not negative exceeds each of them", check)
