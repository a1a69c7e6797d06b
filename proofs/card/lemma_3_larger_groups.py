"""Var[∂L_G/∂z] of EC-RLVR on the two-outcome policy decreases in G, for all p and τ.

At p = 1/2 it is (1/(4G) − 4^{−G})/τ² for every τ, which rises from G = 2 to G = 3 and falls from there on. What holds
at every p and τ is that it tends to 0, and how fast: it is at most 3/(2τ²·G·p(1−p)).
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import comb

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.ledger.calculus import drawn_out
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.ec_variance import at_one_half, credit, second, variance
from grpo_theory.ledger.evidence import Convergence, Counterexample, Enumeration
from grpo_theory.ledger.facts import binomial_theorem, lemma, order, split, squeezed
from grpo_theory.ledger.induction import inductively
from grpo_theory.ledger.points import rationals
from grpo_theory.ledger.whitening import chance, over_mixed, q
from grpo_theory.losses.logit_gradient import logit_gradient_variance, odds_point
from grpo_theory.losses.reals import Real
from grpo_theory.symbols import G, i, j, k, p, tau, x

DOMAIN = Domain((natural(G, 2), real(p, 0, 1), real(tau, 0), real(x, 0)), "two-outcome policy, x = (p/(1−p))^{1/τ}")
bound = 3 / (2 * G * p * q * tau**2)
by_order = lemma("gradient-variance-order", variance, bound, {}, Relation.AT_MOST)

# E φ² − (E φ)² = E[(φ − E φ)²; 0 < k < G] + (E φ)²·((1−p)^G + p^G), and so not negative.
inner = sp.Sum((chance * credit).subs(k, j), (j, 1, G - 1))
whole = binomial_theorem(G, p, q, k)
cross = drawn_out(-2 * inner, chance * credit, k, sp.S(1), G - 1)
flat = drawn_out(inner**2, chance, k, sp.S(1), G - 1)
around_mean = over_mixed((credit - inner) ** 2) + inner**2 * (q**G + p**G)
not_negative = chain(
    sp.S(0),
    Step(around_mean / tau**2, "squares are not negative", Relation.AT_MOST),
    Step(
        (second + cross.rhs + flat.rhs + inner**2 * (q**G + p**G)) / tau**2,
        "the squares are written out, and the mean is free of k",
        using=((cross, tau**-2), (flat, tau**-2)),
    ),
    Step(
        variance,
        "probabilities sum to one",
        using=((whole, (inner / tau) ** 2), (split(whole.lhs, first=1, last=1), -((inner / tau) ** 2))),
    ),
)


now, later = at_one_half(G), at_one_half(G + 1)
powers = inductively(
    3 * i * (i + 1),
    Relation.LESS,
    sp.S(2) ** (2 * i),
    (i, sp.S(3), G),
    order(sp.S(36), sp.S(64), "3·3·4 < 4³", strict=True),
    sp.S(4),
)
falling = Derivation(
    (
        Step(later.rhs, later.because, using=(later,)),
        Step(
            now.rhs,
            "3G(G+1) < 4^G from G = 3 on",
            Relation.LESS,
            using=((powers, sp.S(2) ** (-2 * G) / (4 * G * (G + 1) * tau**2)),),
        ),
        Step(now.lhs, now.because, using=((now, sp.S(-1)),)),
    )
)


def by_groups(point: Point) -> Real:
    """The variance over all 2^G groups, from the loss's coefficients on each rollout."""
    return logit_gradient_variance(point["p"], point["G"], point["tau"])


def with_one_more(point: Point) -> Real:
    """The same for one rollout more."""
    return by_groups({**point, "G": point["G"] + 1})


def search() -> Iterator[Point]:
    """Group sizes from two on, τ = 1, probabilities by growing height."""
    return (odds_point(chance_, size, Fraction(1)) for size, chance_ in product((2, 3), rationals(4)))


def recheck(point: Point) -> bool:
    """Var_{G+1} ≤ Var_G by the binomial distribution of k, τ = 1."""

    def spread(size: int) -> Fraction:
        wins = point["p"]
        weights = ((at, comb(size, at) * wins**at * (1 - wins) ** (size - at)) for at in range(1, size))
        slopes = [(w, (size - at) * (1 - wins) / ((size - at) * (1 - wins) + at * wins)) for at, w in weights]
        return sum((w * s**2 for w, s in slopes), Fraction(0)) - sum((w * s for w, s in slopes), Fraction(0)) ** 2

    return spread(point["G"] + 1) <= spread(point["G"])


def points(max_group: int) -> Iterator[Point]:
    """Probabilities on both sides of one half, τ below, at and above 1."""
    for chance_, size in product((Fraction(1, 5), Fraction(7, 10), Fraction(49, 50)), range(2, max_group + 1)):
        yield from (odds_point(chance_, size, Fraction(1, n)) for n in (1, 3))
    yield odds_point(Fraction(1, 5), 4, Fraction(2))


def sizes(_: int) -> Iterator[Point]:
    """Growing groups."""
    return (
        odds_point(chance_, size, Fraction(1)) for chance_ in (Fraction(1, 3), Fraction(7, 10)) for size in (2, 4, 8)
    )


def halves(max_group: int) -> Iterator[Point]:
    """p = 1/2 at two temperatures, from G = 3 on."""
    return (odds_point(Fraction(1, 2), size, Fraction(1, n)) for size, n in product(range(3, max_group + 1), (1, 3)))


repair = Claim(
    name="lemma-3-larger-groups-repaired",
    source="card",
    label="Lemma 3",
    says="for all p and τ, Var[∂L_G/∂z] tends to 0 as G → ∞, and is at most 3/(2τ²·G·p(1−p)) for every G ≥ 2; at "
    "p = 1/2 it decreases from G = 3 on",
    statements=(
        Statement(
            Side(variance, by_groups),
            Relation.AT_MOST,
            Side(bound),
            DOMAIN,
            (
                Derivation((Step(bound, "the order of the variance", Relation.AT_MOST, using=(by_order,)),)),
                Enumeration(points),
            ),
        ),
        Statement(
            Side(sp.Limit(variance, G, sp.oo)),
            Relation.EQUAL,
            Side(sp.S(0)),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(
                            sp.S(0),
                            "between 0 and a multiple of 1/G",
                            using=(squeezed(variance, G, sp.S(0), not_negative, by_order),),
                        ),
                    )
                ),
                Convergence(
                    by_groups,
                    lambda at: Fraction(3) / (2 * at["G"] * at["p"] * (1 - at["p"]) * at["tau"] ** 2),
                    sizes,
                ),
            ),
        ),
        Statement(
            Side(later.lhs, with_one_more),
            Relation.LESS,
            Side(now.lhs, by_groups),
            Domain((natural(G, 3), real(tau, 0)), "p = 1/2"),
            (falling, Enumeration(halves)),
        ),
    ),
)

claim = Claim(
    name="lemma-3-larger-groups",
    source="card",
    label="Lemma 3",
    says="Var[∂L_G/∂z] decreases in G, for all p in (0, 1) and τ > 0",
    statements=(
        Statement(
            Side(variance.subs(G, G + 1), with_one_more),
            Relation.AT_MOST,
            Side(variance, by_groups),
            DOMAIN,
            (Counterexample(search, recheck),),
        ),
    ),
    repair=repair,
)
