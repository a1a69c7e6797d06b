"""The variance of EC-RLVR's gradient in log-odds on the two-outcome policy: its sums, and bounds for every group size.

With x = (p/(1−p))^{1/τ}, −τ·∂L_G/∂z is φ_k = (G−k)/((G−k) + kx) in a group of 1 ≤ k ≤ G successes and 0 at k = 0. What
is said here holds for every x > 0.
"""

import sympy as sp

from grpo_theory.ledger.claim import Relation
from grpo_theory.ledger.derivation import Step, chain
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import as_product, binomial_mean, binomial_theorem, order, shifted, split, summed
from grpo_theory.ledger.whitening import chance, over_mixed, q
from grpo_theory.symbols import G, k, p, tau, x

credit = (G - k) / ((G - k) + k * x)
mean = over_mixed(credit)
second = over_mixed(credit**2)
variance = (second - mean**2) / tau**2
CENTRE = q / (q + p * x)


def around(centre: sp.Expr) -> Fact:
    """E φ² − (E φ)² ≤ E[(φ−c)²; 0 < k < G] + c²·((1−p)^G + p^G), the silent groups having φ = 0.

    >>> from grpo_theory.arithmetic.domains import Domain, natural, real
    >>> from grpo_theory.ledger.claim import Context
    >>> around(q).check(Domain((natural(G, 2), real(p, 0, 1), real(x, 0))), Context())
    True
    """
    whole = binomial_theorem(G, p, q, k)
    line = second - 2 * centre * mean + centre**2
    square = as_product(second - mean**2, line, ((mean - centre, 2),), "a square is not negative")
    mixed = over_mixed((credit - centre) ** 2)
    using = ((whole, -(centre**2)), (split(whole.lhs, first=1, last=1), centre**2))
    return chain(
        second - mean**2,
        Step(line, "the mean minimises the mean square", Relation.AT_MOST, using=(square,)),
        Step(mixed + centre**2 * (q**G + p**G), "probabilities sum to one", using=using),
    )


def near_centre() -> Fact:
    """(φ_k − c)² ≤ (Gp−k)²/(16p(1−p)·k(G−k)) for c = (1−p)/((1−p)+px), 0 < k < G: two means are at least their roots.

    φ_k − c = x(Gp−k)/(ab) with a = (G−k)+kx, b = (1−p)+px, and a² ≥ 4k(G−k)x, b² ≥ 4p(1−p)x.

    >>> from grpo_theory.arithmetic.domains import Domain, natural, real
    >>> from grpo_theory.ledger.claim import Context
    >>> near_centre().check(Domain((natural(k, 1), natural(G, k + 1), real(p, 0, 1), real(x, 0))), Context())
    True
    """
    a, b, gap = (G - k) + k * x, q + p * x, G * p - k
    inside = 1 / (4 * k * (G - k))
    middle = x * gap**2 * inside / b**2
    last = gap**2 * inside / (4 * p * q)
    of_group = as_product(
        (credit - CENTRE) ** 2,
        middle,
        ((gap, 2), (G - k - k * x, 2), (1 / (a * b), 2), (x * inside, 1)),
        "((G−k)+kx)² ≥ 4k(G−k)x",
    )
    of_chance = as_product(
        middle, last, ((gap, 2), (q - p * x, 2), (1 / b, 2), (inside / (4 * p * q), 1)), "((1−p)+px)² ≥ 4p(1−p)x"
    )
    return chain(
        (credit - CENTRE) ** 2,
        Step(middle, of_group.because, Relation.AT_MOST, using=(of_group,)),
        Step(last, of_chance.because, Relation.AT_MOST, using=(of_chance,)),
    )


def inverse_moment(order_: int, failures: bool = False) -> Fact:
    """E[1/((k+1)…(k+j)); k ≥ 1] ≤ 1/(Gp)^j for j = 1 or 2; with failures counted, the same of G−k and 1−p.

    C(G,k)/((k+1)…(k+j)) is C(G+j, k+j)/((G+1)…(G+j)), and what is left of (p+1−p)^{G+j} is not negative.

    >>> from grpo_theory.arithmetic.domains import Domain, natural, real
    >>> from grpo_theory.ledger.claim import Context
    >>> [inverse_moment(2, side).check(Domain((natural(G, 2), real(p, 0, 1))), Context()) for side in (False, True)]
    [True, True]
    """
    size, n, r = G + order_, _count(failures), _rate(failures)
    factor = r**-order_ / sp.Mul(*(G + j for j in range(1, order_ + 1)))
    whole = binomial_theorem(size, p, q, k)
    ends = split(whole.lhs, last=order_ + 1) if failures else split(whole.lhs, first=order_ + 1)
    middle = next(iter(ends.rhs.atoms(sp.Sum)))
    moved = shifted(middle, 0 if failures else order_)
    start = _over(chance / sp.Mul(*(n + j for j in range(1, order_ + 1))), failures)
    return chain(
        start,
        Step(factor * moved.rhs, "one binomial coefficient over another"),
        Step(factor * middle, "the index is shifted", using=((moved, -factor),)),
        Step(factor * whole.lhs, "the other terms are not negative", Relation.AT_MOST, using=((ends, -factor),)),
        Step(factor, "probabilities sum to one", using=((whole, factor),)),
        Step((G * r) ** -order_, "G + 1 > G", Relation.AT_MOST),
    )


def _count(failures: bool) -> sp.Expr:
    return G - k if failures else k


def _rate(failures: bool) -> sp.Expr:
    return q if failures else p


def _over(term: sp.Expr, failures: bool) -> sp.Sum:
    """Over the groups with at least one success, or failure."""
    return sp.Sum(term, (k, 0, G - 1) if failures else (k, 1, G))


def spread_over(failures: bool = False) -> Fact:
    """E[(Gp−k)²/k; 0 < k < G] ≤ 3 + 2Gp(1−p)^G, from 1/k ≤ 1/(k+1) + 3/((k+1)(k+2)); of failures G−k likewise.

    >>> from grpo_theory.arithmetic.domains import Domain, natural, real
    >>> from grpo_theory.ledger.claim import Context
    >>> [spread_over(side).check(Domain((natural(G, 2), real(p, 0, 1))), Context()) for side in (False, True)]
    [True, True]
    """
    n, r, one = _count(failures), _rate(failures), sp.S(1)
    y, none, end = G * r, (1 - r) ** G, {"first" if failures else "last": 1}
    tail = 1 / (n + 1) + 3 / ((n + 1) * (n + 2))
    inverse = order(1 / n, tail, "1/k − 1/(k+1) = 1/(k(k+1)) ≤ 3/((k+1)(k+2)) as k ≥ 1")
    some = _over(chance * (y - n) ** 2 / n, failures)
    parts = {f: _over(chance * f, failures) for f in (n, one, tail)}
    whole, first = binomial_theorem(G, p, q, k), binomial_mean(n, G, p, k)
    outside = {"last" if failures else "first": 1}
    moments = ((split(first.lhs, **outside), -one), (first, one))
    total = ((split(whole.lhs, **outside), 2 * y), (whole, -2 * y))
    tails = ((inverse_moment(1, failures), y**2), (inverse_moment(2, failures), 3 * y**2))
    pointwise = summed(inverse, chance, k, *((sp.S(0), G - 1) if failures else (one, G)))
    return chain(
        over_mixed((y - n) ** 2 / n),
        Step(some, "no term is negative", Relation.AT_MOST, using=((split(some, **end), -one),)),
        Step(
            parts[n] - 2 * y * parts[one] + y**2 * parts[tail],
            "1/k is at most a sum of inverse moments",
            Relation.AT_MOST,
            using=((pointwise, y**2),),
        ),
        Step(
            y - 2 * y * (1 - none) + y**2 * parts[tail],
            "E k = Gp, and probabilities sum to one",
            using=(*moments, *total),
        ),
        Step(3 + 2 * y * none, "E 1/(k+1) ≤ 1/(Gp), E 1/((k+1)(k+2)) ≤ 1/(Gp)²", Relation.AT_MOST, using=tails),
    )


def one_among(failures: bool = False) -> Fact:
    """Gp(1−p)^{G−1} ≤ 1, the chance of exactly one success; with failures counted, of exactly one failure.

    >>> from grpo_theory.arithmetic.domains import Domain, natural, real
    >>> from grpo_theory.ledger.claim import Context
    >>> [one_among(side).check(Domain((natural(G, 2), real(p, 0, 1))), Context()) for side in (False, True)]
    [True, True]
    """
    whole = binomial_theorem(G, p, q, k)
    ends = split(whole.lhs, last=2) if failures else split(whole.lhs, first=2)
    rate = _rate(failures)
    return chain(
        G * rate * (1 - rate) ** (G - 1),
        Step(whole.lhs, "the other terms are not negative", Relation.AT_MOST, using=((ends, sp.S(-1)),)),
        Step(sp.S(1), "probabilities sum to one", using=(whole,)),
    )


def falls_with_group() -> Fact:
    """Var[∂L_G/∂z] ≤ 3/(2τ²·G·p(1−p)), every G ≥ 2, p in (0, 1) and x > 0.

    >>> falls_with_group().rhs
    3/(2*G*p*tau**2*(1 - p))
    """
    one, ends = sp.S(1), q**G + p**G
    off, scale = (G * p - k) ** 2, 1 / (16 * p * q * G)
    mixed, spread = over_mixed((credit - CENTRE) ** 2), over_mixed(off / (k * (G - k)))
    halves = over_mixed(off / k) + over_mixed((G * q - (G - k)) ** 2 / (G - k))
    pointwise = summed(near_centre(), chance, k, one, G - 1)
    centre = order(CENTRE**2, one, "(1−p)/((1−p)+px) ≤ 1")
    summands = ((spread_over(), scale / tau**2), (spread_over(True), scale / tau**2))
    moments = scale * (6 + 2 * G * p * q**G + 2 * G * q * p**G)
    share = 1 / (8 * G * p * q * tau**2)
    chances = (
        (one_among(), q * (share + 1 / (G * p * tau**2))),
        (one_among(True), p * (share + 1 / (G * q * tau**2))),
    )
    bound = 3 / (2 * G * p * q * tau**2)
    return chain(
        variance,
        Step((mixed + CENTRE**2 * ends) / tau**2, "around c", Relation.AT_MOST, using=((around(CENTRE), tau**-2),)),
        Step(
            (spread / (16 * p * q) + ends) / tau**2,
            "(φ−c)² ≤ (Gp−k)²/(16p(1−p)k(G−k)) and c ≤ 1",
            Relation.AT_MOST,
            using=((pointwise, tau**-2), (centre, ends / tau**2)),
        ),
        Step((scale * halves + ends) / tau**2, "1/(k(G−k)) = (1/k + 1/(G−k))/G"),
        Step((moments + ends) / tau**2, "inverse moments of k and of G−k", Relation.AT_MOST, using=summands),
        Step(
            (6 * scale + (q + p) * share * tau**2 + q / (G * p) + p / (G * q)) / tau**2,
            "Gp(1−p)^{G−1} ≤ 1 and G(1−p)p^{G−1} ≤ 1",
            Relation.AT_MOST,
            using=chances,
        ),
        Step(bound, "p² + (1−p)² ≤ 1", Relation.AT_MOST),
    )


def at_one_half(size: sp.Expr) -> Fact:
    """At p = 1/2, where x = 1, the variance is (1/(4G) − 4^{−G})/τ²: the moments of G−k without the group k = 0.

    >>> from grpo_theory.arithmetic.domains import Domain, natural, real
    >>> from grpo_theory.ledger.claim import Context
    >>> at_one_half(G + 1).check(Domain((natural(G, 2), real(tau, 0))), Context())
    True
    """
    half, none = sp.S.Half, sp.S(2) ** -size
    weight = sp.binomial(size, k) * half**k * half ** (size - k)
    sums = {n: sp.Sum(weight * ((size - k) / size) ** n, (k, 1, size - 1)) for n in (1, 2)}
    counted: dict[int, Fact] = {}
    for n, total in sums.items():
        moment = binomial_mean((size - k) ** n, size, half, k)
        using = ((split(moment.lhs, first=1, last=1), -(size**-n)), (moment, size**-n))
        counted[n] = chain(total, Step(moment.rhs / size**n - none, "moments of G−k", using=using))
    slope = -(sums[1] + counted[1].rhs) / tau**2
    return chain(
        variance.subs({p: half, x: 1}).subs(G, size),
        Step((sums[2] - sums[1] ** 2) / tau**2, "(G−k)/((G−k)+k) = (G−k)/G"),
        Step((counted[2].rhs - sums[1] ** 2) / tau**2, "second moment", using=((counted[2], tau**-2),)),
        Step((1 / (4 * size) - none**2) / tau**2, "first moment", using=((counted[1], slope),)),
    )
