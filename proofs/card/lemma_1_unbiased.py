"""E[−∇L_G] = λ∇p with a λ that does not depend on p: EC-RLVR's group gradient is unbiased for reward up to a scale.

It is not. On the two-outcome policy E[−∂L_G/∂z] is λ_G(p)·∂p/∂z, one coordinate against one, but at G = 2
λ = 2/(τ(1+x)) with x = (p/(1−p))^{1/τ} falls from 2/τ to 0 as p grows. For every G and τ, λ_G is at least 1/τ at
p = 1/2 and below 1/τ once x > G(G−1). With three outcomes there need not be any λ.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import comb, prod

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, choice, natural, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Counterexample, Enumeration, Exhaustion
from grpo_theory.ledger.exponentials import exponential_increases, logarithm_increases
from grpo_theory.ledger.facts import binomial_mean, order, shifted, split, summed
from grpo_theory.ledger.points import PROBABILITIES, grid, rationals
from grpo_theory.losses.ec_rlvr import ec_rlvr_weights
from grpo_theory.policies.finite import SoftmaxPolicy, two_outcome
from grpo_theory.symbols import G, k, p, tau

q = 1 - p
p_other = sp.Symbol("p_other", positive=True)
odds = sp.exp(sp.log(p / q) / tau)


def slope(power: sp.Expr, chance: sp.Expr = p) -> sp.Expr:
    """E[−∂L_G/∂z] for two outcomes, with x for (p/(1−p))^{1/τ}."""
    mass = sp.binomial(G, k) * chance**k * (1 - chance) ** (G - k)
    return sp.Sum(mass * (G - k) / (tau * (G - k + k * power)), (k, 1, G))


def expected(policy: SoftmaxPolicy, size: int, temperature: Fraction) -> tuple[Fraction, ...]:
    """E[−∇L_G] over all K^G groups of outcomes, 0 where none succeeds."""
    total = [Fraction(0)] * policy.dimension
    for group in product(range(len(policy.rewards)), repeat=size):
        likelihoods = [policy.probabilities[o] for o in group]
        weights = ec_rlvr_weights(likelihoods, [policy.rewards[o] for o in group], temperature)
        mass = prod(likelihoods, start=Fraction(1))
        for weight, o in zip(weights, group, strict=True):
            total = [entry + mass * weight * part for entry, part in zip(total, policy.score(o), strict=True)]
    return tuple(total)


def gradient(point: Point) -> Fraction:
    """One coordinate of E[−∇L_G]."""
    return expected(two_outcome(point["p"]), point["G"], point["tau"])[0]


def factor(chance: Fraction, point: Point) -> Fraction:
    """λ = E[−∂L_G/∂z]/(∂p/∂z) of the two-outcome policy."""
    policy = two_outcome(chance)
    scale: Fraction = expected(policy, point["G"], point["tau"])[0] / policy.success_gradient[0]
    return scale


def search() -> Iterator[Point]:
    """Groups by size, temperatures, then pairs of probabilities by growing denominator."""
    for at in grid(G=(2, 3), tau=(Fraction(1), Fraction(1, 2)), p=tuple(rationals(4)), p_other=tuple(rationals(4))):
        if at["p"] < at["p_other"]:
            yield at


def recheck(point: Point) -> bool:
    """λ by counts at both probabilities."""

    def by_counts(chance: Fraction) -> Fraction:
        size, temperature = point["G"], Fraction(point["tau"])
        power = (chance / (1 - chance)) ** int(1 / temperature)
        total = Fraction(0)
        for wins in range(1, size):
            mass = comb(size, wins) * chance ** (wins - 1) * (1 - chance) ** (size - wins - 1)
            total += mass * (size - wins) / (size - wins + wins * power)
        return total / temperature

    return by_counts(point["p"]) == by_counts(point["p_other"])


def points(max_group: int) -> Iterator[Point]:
    """Group sizes up to the limit, temperatures at which everything is rational."""
    return grid(G=range(2, min(max_group, 5) + 1), p=PROBABILITIES, tau=(Fraction(1), Fraction(1, 2), Fraction(1, 3)))


def halves(max_group: int) -> Iterator[Point]:
    """p = 1/2, where x = 1 at every temperature."""
    return grid(G=range(2, max_group + 1), p=(Fraction(1, 2),), tau=(Fraction(1), Fraction(1, 2)))


def ordered(_: int) -> Iterator[Point]:
    """Pairs of groups of two."""
    for at in grid(G=(2,), tau=(Fraction(1), Fraction(1, 3)), p=PROBABILITIES, p_other=PROBABILITIES):
        if at["p"] < at["p_other"]:
            yield at


def explicitly() -> Statement:
    """λ_G in closed form, for every G."""
    relabelled = shifted(slope(odds), 1)
    ended = split(relabelled.rhs, last=1)
    others = sp.binomial(G - 2, k) * p**k * q ** (G - 2 - k)
    closed = sp.Sum(others / ((k + 1) * (G - 1 - k + (k + 1) * odds)), (k, 0, G - 2))
    value = p * q * G * (G - 1) / tau * closed
    steps = (
        Step(relabelled.rhs, "k + 1 successes", using=(relabelled,)),
        Step(ended.rhs, "the last term is written out: it is zero", using=(ended,)),
        Step(value, "(k+1)(G−1−k)·C(G, k+1) = G(G−1)·C(G−2, k)"),
    )
    domain = Domain((natural(G, 2), real(p, 0, 1), real(tau, 0)), "two-outcome policy")
    evidence = (Derivation(steps), Enumeration(points))
    return Statement(Side(slope(odds), gradient), Relation.EQUAL, Side(value), domain, evidence)


def falls_for_pairs() -> Statement:
    """At G = 2 λ = 2/(τ(1+x)), and x grows with p."""
    later = p_other / (1 - p_other)
    power = sp.exp(sp.log(later) / tau)
    first = order(p / q, later, "p < p'", strict=True)
    grown = chain(
        sp.log(p / q) / tau,
        Step(sp.log(later) / tau, "log increases", Relation.LESS, using=((logarithm_increases(first), 1 / tau),)),
    )
    left, right = 2 / (tau * (1 + power)), 2 / (tau * (1 + odds))
    using = ((exponential_increases(grown), left * right * tau / 2),)
    return Statement(
        Side(left, lambda point: factor(point["p_other"], point)),
        Relation.LESS,
        Side(right, lambda point: factor(point["p"], point)),
        Domain((real(p, 0, 1), real(p_other, p, 1), real(tau, 0)), "two-outcome policy, G = 2"),
        (Derivation((Step(right, "x increases with p", Relation.LESS, using=using),)), Enumeration(ordered)),
    )


def at_one_half() -> Statement:
    """λ_G(1/2)/4 = (1/2 − 2^{−G})/τ, at least 1/(4τ)."""
    half = sp.Rational(1, 2)
    mean = binomial_mean(G - k, G, half, k)
    whole = split(mean.lhs, first=1)
    value = (half - half**G) / tau
    steps = (
        Step(
            (mean.lhs - G * half**G) / (tau * G),
            "x = 1; the term k = 0 is taken away",
            using=((whole, -1 / (tau * G)),),
        ),
        Step(value, "the mean number of failures", using=((mean, 1 / (tau * G)),)),
    )
    domain = Domain((natural(G, 2), real(tau, 0)), "two-outcome policy, p = 1/2")
    evidence = (Derivation(steps), Enumeration(halves))
    return Statement(Side(slope(sp.S(1), half), gradient), Relation.EQUAL, Side(value), domain, evidence)


def small_beyond() -> Statement:
    """x·λ_G ≤ G(G−1)/τ, so that λ_G is below 1/τ for x > G(G−1)."""
    mass = sp.binomial(G, k) * p**k * q ** (G - k)
    mixed = binomial_mean(k * (G - k), G, p, k)
    term = order(odds * (G - k) / (tau * (G - k + k * odds)), k * (G - k) / tau, "k((G−k) + kx) ≥ x")
    termwise = summed(term, mass, k, sp.S(1), G)
    bound = p * q * G * (G - 1) / tau
    ends = ((split(mixed.lhs, first=1), -1 / tau), (mixed, 1 / tau))
    steps = (
        Step(termwise.rhs, "term by term", Relation.AT_MOST, using=(termwise,)),
        Step(bound, "E k(G−k) = G(G−1)p(1−p), and k = 0 adds nothing", using=ends),
    )

    def multiplied(point: Point) -> Fraction:
        power: Fraction = (point["p"] / (1 - point["p"])) ** int(1 / point["tau"])
        return power * gradient(point)

    domain = Domain((natural(G, 2), real(p, 0, 1), real(tau, 0)), "two-outcome policy")
    evidence = (Derivation(steps), Enumeration(points))
    return Statement(Side(termwise.lhs, multiplied), Relation.AT_MOST, Side(bound), domain, evidence)


def three_outcomes() -> Statement:
    """E[−∇L_2] is no multiple of ∇p on π = (1/2, 1/3, 1/6), one success, τ = 1: a determinant does not vanish."""
    policy = SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 0")

    def determinant(point: Point) -> Fraction:
        update, ascent = expected(policy, point["G"], point["tau"]), policy.success_gradient
        return update[1] * ascent[2] - update[2] * ascent[1]

    def differs(point: Point) -> bool:
        # A success beside failure j pulls with π_j^{1/τ}/(π_1^{1/τ} + π_j^{1/τ}), the same for all j only if π_j is.
        best, *rest = (probability ** int(1 / point["tau"]) for probability in policy.probabilities)
        pulls = {failure / (best + failure) for failure in rest}
        return len(pulls) > 1

    example = {"G": 2, "tau": Fraction(1)}
    words = "one example: π = (1/2, 1/3, 1/6), rewards (1, 0, 0), G = 2, τ = 1"
    return Statement(
        Side(literal=determinant),
        Relation.UNEQUAL,
        Side(sp.S(0)),
        Domain((choice(G, 2), choice(tau, 1)), words),
        (Exhaustion(lambda: [example], differs, words), Enumeration(lambda _: [example])),
        latex=r"\det\left(\mathbb E[-\nabla L_2],\ \nabla p\right) \ne 0",
    )


repair = Claim(
    name="lemma-1-unbiased-repaired",
    source="card",
    label="Lemma 1",
    says="on the two-outcome policy E[−∇L_G] = λ_G(p)∇p, λ_G = (G(G−1)/τ)·E[1/((s+1)(G−1−s+(s+1)x))] for"
    " s ~ Binomial(G−2, p), x = (p/(1−p))^{1/τ}; at G = 2 it is 2/(τ(1+x)) and strictly falls with p; for every G and τ"
    " it depends on p, being (2 − 2^{2−G})/τ ≥ 1/τ at p = 1/2 and at most G(G−1)/(τx); with three outcomes E[−∇L_G]"
    " need not be a multiple of ∇p",
    statements=(explicitly(), falls_for_pairs(), at_one_half(), small_beyond(), three_outcomes()),
)
OTHER = {p: p_other}
claim = Claim(
    name="lemma-1-unbiased",
    source="card",
    label="Lemma 1",
    says="E[−∇L_G] = λ∇p with λ independent of p: the ratio of the two is the same at p and p' (two-outcome policy)",
    statements=(
        Statement(
            Side(slope(odds) / (p * q), lambda point: factor(point["p"], point)),
            Relation.EQUAL,
            Side((slope(odds) / (p * q)).subs(OTHER), lambda point: factor(point["p_other"], point)),
            Domain((natural(G, 2), real(p, 0, 1), real(p_other, 0, 1), real(tau, 0)), "two-outcome policy"),
            (Counterexample(search, recheck),),
        ),
    ),
    repair=repair,
)
