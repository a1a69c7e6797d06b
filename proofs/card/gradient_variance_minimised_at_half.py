"""Var[∂L_G/∂z] of EC-RLVR on the two-outcome policy is minimal over p at 1/2, for every G and τ.

It is so for no G and no τ. At p = 1/2 the variance is (1/(4G) − 4^{−G})/τ², whatever τ does to other p; it is at most
G·min(p, 1−p)/τ², since a group has a gradient only when it is mixed. So every p within 1/(8G²) of an end has a smaller
one. The variance is positive on all of (0, 1) and tends to 0 at both ends: it has no minimum.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import comb

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.ec_variance import at_one_half, credit, mean, second, variance
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import binomial_mean, binomial_theorem, hypothesis, order, split, summed
from grpo_theory.ledger.induction import inductively
from grpo_theory.ledger.points import rationals
from grpo_theory.ledger.whitening import chance, over_mixed, q
from grpo_theory.losses.logit_gradient import logit_gradient_variance, odds_point
from grpo_theory.losses.reals import Real
from grpo_theory.symbols import G, i, k, p, tau, x

ONE = sp.S(1)
WORDS = "two-outcome policy, x = (p/(1−p))^{1/τ}"
ANY = Domain((natural(G, 2), real(p, 0, 1), real(tau, 0), real(x, 0)), WORDS)

of_half = at_one_half(G)
at_half, closed_half = of_half.lhs, of_half.rhs


def at_most(failed: bool) -> Fact:
    """Var ≤ E φ² ≤ P(0 < k < G) ≤ E k/τ², or E(G−k)/τ²."""
    n = G - k if failed else k
    total = binomial_mean(n, G, p, k)
    below_one = summed(order(credit**2, ONE, "φ ≤ 1"), chance, k, ONE, G - 1)
    counts = summed(order(ONE, n, "a mixed group has one"), chance, k, ONE, G - 1)
    ends = split(total.lhs, first=1, last=1)
    return chain(
        variance,
        Step(second / tau**2, "a square is not negative", Relation.AT_MOST),
        Step(over_mixed(ONE) / tau**2, "φ ≤ 1", Relation.AT_MOST, using=((below_one, tau**-2),)),
        Step(over_mixed(n) / tau**2, "a mixed group has one", Relation.AT_MOST, using=((counts, tau**-2),)),
        Step(total.lhs / tau**2, "no term is negative", Relation.AT_MOST, using=((ends, -(tau**-2)),)),
        Step(total.rhs / tau**2, "the mean of a binomial count", using=((total, tau**-2),)),
    )


# Within 1/(8G²) of an end: 8G ≤ 4^G, so that the variance at 1/2 is at least 1/(8Gτ²).
reach, slack = 1 / (8 * G**2), sp.Symbol("slack", positive=True)
power_bound = inductively(
    8 * i, Relation.AT_MOST, sp.S(2) ** (2 * i), (i, sp.S(2), G), order(sp.S(16), sp.S(16), "8·2 = 4²"), sp.S(4)
)
half_at_least = Step(
    closed_half,
    "8G ≤ 4^G",
    Relation.AT_MOST,
    using=((power_bound, sp.S(2) ** (-2 * G) / (8 * G * tau**2)),),
)


def nearer(failed: bool) -> Statement:
    """Close to an end the variance is smaller than at one half."""
    bound, distance = at_most(failed), q if failed else p
    given = Given(distance + slack, reach)
    steps = (
        Step(bound.rhs, "a group must be mixed", Relation.AT_MOST, using=(bound,)),
        Step(G * (reach - slack) / tau**2, "so near to the end", using=((hypothesis(given), G / tau**2),)),
        Step(1 / (8 * G * tau**2), "slack is positive", Relation.LESS),
        half_at_least,
    )
    words = f"{WORDS}; {'1 − p' if failed else 'p'} + slack = 1/(8G²)"
    return Statement(
        Side(variance, by_groups),
        Relation.LESS,
        Side(closed_half, lambda point: by_groups({**point, "p": Fraction(1, 2)})),
        Domain((*ANY.variables, real(slack, 0)), words, (given,)),
        (Derivation(steps), Enumeration(lambda _: near_end(failed))),
    )


def by_groups(point: Point) -> Real:
    """The variance over all 2^G groups, from the loss's coefficients on each rollout."""
    return logit_gradient_variance(point["p"], point["G"], point["tau"])


def near_end(failed: bool) -> Iterator[Point]:
    """Probabilities that close to one end."""
    for size, tau_, part in product((2, 3, 4), (Fraction(1), Fraction(1, 2)), (9, 20)):
        distance = Fraction(1, part * size**2)
        point = odds_point(1 - distance if failed else distance, size, tau_)
        yield point | {"slack": Fraction(1, 8 * size**2) - distance}


def points(max_group: int) -> Iterator[Point]:
    """Probabilities on both sides of one half."""
    chances = (Fraction(1, 5), Fraction(7, 10), Fraction(49, 50))
    for chance_, size, tau_ in product(chances, range(2, max_group + 1), (Fraction(1), Fraction(1, 3))):
        yield odds_point(chance_, size, tau_) | {"mu": mean_by_counts(chance_, size, tau_)}


def mean_by_counts(wins: Fraction, size: int, tau_: Fraction) -> Fraction:
    """E φ_k by the binomial distribution of k, for τ = 1/n."""
    odds = (wins / (1 - wins)) ** int(1 / tau_)
    weights = ((at, comb(size, at) * wins**at * (1 - wins) ** (size - at)) for at in range(1, size))
    return sum((weight * (size - at) / (size - at + at * odds) for at, weight in weights), Fraction(0))


def halves(max_group: int) -> Iterator[Point]:
    """p = 1/2 at several temperatures."""
    return (odds_point(Fraction(1, 2), size, Fraction(1, n)) for size, n in product(range(2, max_group + 1), (1, 3)))


# It is positive: with μ = E φ, Var φ = E[(φ−μ)²; 0 < k < G] + μ²((1−p)^G + p^G).
mu = sp.Symbol("mu", positive=True)
POSITIVE = Domain((*ANY.variables, real(mu, 0)), f"{WORDS}, mu = E φ_k", (Given(mean, mu),))
whole = binomial_theorem(G, p, q, k)
about_mean = (over_mixed((credit - mu) ** 2) + mu**2 * (q**G + p**G)) / tau**2
is_mu = hypothesis(POSITIVE.given[0])
positive = (
    Step(
        about_mean,
        "around its mean; probabilities sum to one",
        using=(
            (is_mu, -(mean + mu) / tau**2),
            (is_mu, 2 * mu / tau**2),
            (whole, -((mu / tau) ** 2)),
            (split(whole.lhs, first=1, last=1), (mu / tau) ** 2),
        ),
    ),
    Step(sp.S(0), "silent groups miss the mean", Relation.GREATER),
)


def search() -> Iterator[Point]:
    """Pairs of rollouts at τ = 1, probabilities by growing height."""
    return (odds_point(chance_, size, Fraction(1)) for size, chance_ in product((2, 3), rationals(5)))


def recheck(point: Point) -> bool:
    """Var(1/2) ≤ Var(p) by the binomial distribution of k, τ = 1."""

    def spread(wins: Fraction) -> Fraction:
        size = point["G"]
        weights = ((at, comb(size, at) * wins**at * (1 - wins) ** (size - at)) for at in range(1, size))
        slopes = [(w, (size - at) * (1 - wins) / ((size - at) * (1 - wins) + at * wins)) for at, w in weights]
        return sum((w * s**2 for w, s in slopes), Fraction(0)) - sum((w * s for w, s in slopes), Fraction(0)) ** 2

    return spread(Fraction(1, 2)) <= spread(point["p"])


def bounded(failed: bool) -> Statement:
    """Var ≤ Gp/τ², or G(1−p)/τ²."""
    bound = at_most(failed)
    return Statement(
        Side(variance, by_groups),
        Relation.AT_MOST,
        Side(bound.rhs),
        ANY,
        (Derivation((Step(bound.rhs, bound.because, Relation.AT_MOST, using=(bound,)),)), Enumeration(points)),
    )


repair = Claim(
    name="gradient-variance-minimised-at-half-repaired",
    source="card",
    label="Variance of the gradient",
    says="for every G ≥ 2 and τ > 0, Var[∂L_G/∂z] is (1/(4G) − 4^{−G})/τ² at p = 1/2, positive at every p in (0, 1), "
    "at most G·min(p, 1−p)/τ², so that it tends to 0 at both ends, and smaller than at 1/2 for every p < 1/(8G²) and "
    "every p > 1 − 1/(8G²): 1/2 is never a minimum, and there is none",
    statements=(
        bounded(False),
        bounded(True),
        Statement(
            Side(at_half, by_groups),
            Relation.EQUAL,
            Side(closed_half),
            Domain((natural(G, 2), real(tau, 0)), "p = 1/2"),
            (Derivation((Step(closed_half, of_half.because, using=(of_half,)),)), Enumeration(halves)),
        ),
        Statement(
            Side(variance, by_groups),
            Relation.GREATER,
            Side(sp.S(0)),
            POSITIVE,
            (Derivation(positive), Enumeration(points)),
        ),
        nearer(False),
        nearer(True),
    ),
)

claim = Claim(
    name="gradient-variance-minimised-at-half",
    source="card",
    label="Variance of the gradient",
    says="Var[∂L_G/∂z] on the two-outcome policy is minimal over p at 1/2, for every G ≥ 2 and τ > 0",
    statements=(
        Statement(
            Side(at_half, lambda point: by_groups({**point, "p": Fraction(1, 2)})),
            Relation.AT_MOST,
            Side(variance, by_groups),
            ANY,
            (Counterexample(search, recheck),),
        ),
    ),
    repair=repair,
)
