"""lim_{ε→0} lim_{N→∞} E[Y | X_i = x] = (x − p)/√(p(1−p)) for groups of 2N Bernoulli(p) rewards and both x.

The limits stand in the printed order: N grows at a fixed ε > 0. With σ̂² = μ̂(1−μ̂), v = σ̂² − σ² and σ² = p(1−p),
1/(σ̂+ε) is 1/(σ+ε) − v/(2σ(σ+ε)²) up to (σ̂−σ)²·[1/(2σ) + 1/(σ̂+ε)]/(σ+ε)², which is at most C·v². All three terms are
polynomials in the number of other successes, so their means are exact, and E v² falls like 1/N.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import comb

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.calculus import limit_multiple
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Convergence, Enumeration
from grpo_theory.ledger.facts import Fact, algebra, binomial_mean, order, squeezed, summed
from grpo_theory.ledger.onesided import limit_from_above
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.symbols import epsilon, n, p, r, s

# s successes among the other 2n−1 rollouts; the mean counts the own reward too.
others = 2 * n - 1
mean = (s + r) / (2 * n)
squared = mean * (1 - mean)
deviation = sp.sqrt((s + r) * (2 * n - s - r)) / (2 * n)
sigma = sp.sqrt(p * (1 - p))
excess = squared - p * (1 - p)
weight = sp.binomial(others, s) * p**s * (1 - p) ** (others - s)
conditional_mean = sp.Sum(weight * (r - mean) / (deviation + epsilon), (s, 0, others))

# Everything is multiplied by 2εσ³(σ+ε)², so that only σ̂ + ε is left to divide by.
cubed = p * (1 - p) * sigma
scale = 2 * epsilon * cubed * (sigma + epsilon) ** 2
level = 2 * epsilon * cubed * (sigma + epsilon)
slope = epsilon * p * (1 - p)
curve = epsilon + 2 * sigma
square = order(2 * deviation * sigma, deviation**2 + sigma**2, "a square is not negative")


def polynomial_bound(side: int) -> sp.Expr:
    """(x − μ̂)(level − slope·v) ± curve·v², one polynomial in s on each side."""
    return (r - mean) * (level - slope * excess) + side * curve * excess**2


def mean_of_bound(side: int) -> sp.Expr:
    """The mean of the polynomial bound, term by term."""
    return sum((fact.rhs * cofactor for fact, cofactor in moments(side)), sp.Integer(0))


def moments(side: int) -> tuple[tuple[Fact, sp.Expr], ...]:
    """The binomial means that the bound needs, with their coefficients."""
    terms = ((r - mean, level), ((r - mean) * excess, -slope), (excess**2, side * curve))
    return tuple((binomial_mean(sp.expand(term), others, p, s), factor) for term, factor in terms)


def bound(side: int) -> Fact:
    """The mean of the polynomial bound lies below (side −1) or above (side +1) the scaled conditional mean."""
    smoothed = deviation + epsilon
    remainder = (
        (squared + 2 * deviation * sigma, curve),
        (deviation / smoothed, 2 * cubed),
        ((1 - side * (r - mean)) * (1 + 2 * sigma / smoothed), slope),
    )
    relation = Relation.AT_MOST if side > 0 else Relation.AT_LEAST
    total = sp.Sum(weight * polynomial_bound(side), (s, 0, others))
    return chain(
        scale * conditional_mean,
        Step(
            total,
            "the remainder of the expansion lies between −C v² and C v²",
            relation,
            using=tuple((summed(square, weight * part, s, sp.S(0), others), factor) for part, factor in remainder),
        ),
        Step(mean_of_bound(side), "means of polynomials of a binomial count", using=moments(side)),
    )


scaled = squeezed(scale * conditional_mean, n, (r - p) * level, bound(-1), bound(1))
unscaled = algebra(conditional_mean, 1 / scale * (scale * conditional_mean), "the scale is divided out")
at_fixed_epsilon = limit_multiple(scaled, 1 / scale, unscaled)
limit = (r - p) / sigma

squares = ((s + r) * (1 - mean) ** 2 + (2 * n - s - r) * mean**2) / (2 * n)
by_squares = sp.Sum(weight * (r - mean) / (sp.sqrt(squares) + epsilon), (s, 0, others))


def standardised(rewards: tuple[int, ...], smoothing: Fraction) -> Surd:
    """Y of the first reward of a group: mean and deviation over the whole group."""
    average = Fraction(sum(rewards), len(rewards))
    spread = Surd.sqrt(sum((reward - average) ** 2 for reward in rewards) / len(rewards))
    return (rewards[0] - average) / (spread + smoothing)


def literal(point: Point) -> Surd:
    """E[Y | X = x] over all reward vectors of the other 2N − 1 rollouts."""
    total = Surd.of(0)
    for rest in product((0, 1), repeat=2 * point["n"] - 1):
        chance = Fraction(1)
        for reward in rest:
            chance *= point["p"] if reward else 1 - point["p"]
        total = total + chance * standardised((point["r"], *rest), point["epsilon"])
    return total


def by_counts(point: Point) -> Surd:
    """The same for larger groups: vectors with equally many successes are taken together."""
    rest, chance, total = 2 * point["n"] - 1, point["p"], Surd.of(0)
    for wins in range(rest + 1):
        vector = (point["r"],) + (1,) * wins + (0,) * (rest - wins)
        total = total + comb(rest, wins) * chance**wins * (1 - chance) ** (rest - wins) * standardised(
            vector, point["epsilon"]
        )
    return total


def points(_: int) -> Iterator[Point]:
    """Groups of two to six rollouts."""
    return grid(n=(1, 2, 3), r=(0, 1), p=PROBABILITIES[:4], epsilon=(Fraction(1, 100), Fraction(1, 2)))


def growing(_: int) -> Iterator[Point]:
    """Groups up to 64 rollouts, ε falling with them."""
    return ({**at, "epsilon": Fraction(1, 4 * at["n"])} for at in grid(n=(2, 8, 32), r=(0, 1), p=PROBABILITIES[:4]))


def distance(point: Point) -> Fraction:
    """(1/(2N) + 2ε)/σ²: what the finite group and the smoothing take away, both of first order."""
    variance: Fraction = point["p"] * (1 - point["p"])
    first_order: Fraction = Fraction(1, 2 * point["n"]) + 2 * point["epsilon"]
    return first_order / variance


ALL = Domain((natural(n, 1), choice(r, 0, 1), real(p, 0, 1), real(epsilon, 0)))

claim = Claim(
    name="prop-4-1-case-1",
    source="two-grpo",
    label="Eq. 14",
    says="lim_{ε→0} lim_{N→∞} E[Y_i | X_i = x] = (x − p)/√(p(1−p)) in groups of 2N, x in {0, 1}, every p in (0, 1), "
    "with σ̂ = √(μ̂(1−μ̂)) at every N and ε",
    statements=(
        Statement(
            Side(by_squares, literal),
            Relation.EQUAL,
            Side(conditional_mean),
            ALL,
            (
                Derivation((Step(conditional_mean, "squared distances of zeros and ones average to μ̂(1−μ̂)"),)),
                Enumeration(points),
            ),
        ),
        Statement(
            Side(sp.Limit(sp.Limit(conditional_mean, n, sp.oo), epsilon, 0, "+")),
            Relation.EQUAL,
            Side(limit),
            ALL,
            (
                Derivation(
                    (
                        Step(
                            limit,
                            "at fixed ε the mean times 2εσ³(σ+ε)² lies between the means of the polynomials "
                            "(x−μ̂)(2εσ³(σ+ε) − εσ²v) ∓ (ε+2σ)v², v = μ̂(1−μ̂) − σ², since 2σ̂σ ≤ σ̂² + σ²; both tend to "
                            "2εσ³(σ+ε)(x−p), so the mean to (x−p)/(σ+ε); then ε falls to zero",
                            rewriting=(limit_from_above(at_fixed_epsilon, epsilon),),
                        ),
                    )
                ),
                Convergence(by_counts, distance, growing),
            ),
        ),
    ),
)
