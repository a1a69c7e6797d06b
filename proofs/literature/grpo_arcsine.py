"""grpo's effective weight w_G tends to 1/√(p(1−p)) as G grows, so that its objective tends to 2·arcsin √p.

The contrast c_G lies between √(p(1−p))·E[u(3−u)]/2 and √(p(1−p)), where u = σ̂²/(p(1−p)): √u ≥ u(3−u)/2 since
√u·(√u−1)²·(√u+2) ≥ 0. The lower bound is a quotient of polynomials in G, and its limit is read off. The objective is
the antiderivative of the limit that vanishes at p = 0.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Convergence, Enumeration
from grpo_theory.ledger.facts import as_product, binomial_mean, differentiated, lemma, squeezed, summed
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.symbols import G, k, p

DOMAIN = Domain((natural(G, 2), real(p, 0, 1)))
q = 1 - p
top = sp.sqrt(p * q)
chance = sp.binomial(G, k) * p**k * q ** (G - k)
contrast = sp.Sum(chance * sp.sqrt(k * (G - k)) / G, (k, 0, G))

ratio = k * (G - k) / (G**2 * p * q)
root = sp.sqrt(k * (G - k)) / (G * top)
tangent = as_product(
    top * ratio * (3 - ratio) / 2,
    sp.sqrt(k * (G - k)) / G,
    ((top / 2, 1), (root, 1), (root - 1, 2), (root + 2, 1)),
    "√u ≥ u(3−u)/2, as √u(√u−1)²(√u+2) ≥ 0",
)
moments = binomial_mean(k * (G - k) * (3 * G**2 * p * q - k * (G - k)), G, p, k)
scale = top / (2 * G**4 * (p * q) ** 3)
lower = scale * moments.rhs
weight = contrast / (p * q)
from_below = chain(
    lower,
    Step(scale * moments.lhs, "the first four moments of the binomial distribution", using=((moments, -scale),)),
    Step(
        weight,
        "√u ≥ u(3−u)/2 for u = σ̂²/(p(1−p))",
        Relation.AT_MOST,
        using=((summed(tangent, chance, k, sp.S(0), G), 1 / (p * q)),),
    ),
)
increasing = lemma("contrast-increases-with-group", contrast, top, {}, Relation.LESS, part=1)
from_above = chain(
    weight, Step(1 / top, "c_G stays below √(p(1−p))", Relation.LESS, using=((increasing, 1 / (p * q)),))
)
limit = Derivation(
    (
        Step(
            1 / top,
            "the weight is squeezed between its moment bound and 1/√(p(1−p)), which have the same limit",
            using=(squeezed(weight, G, 1 / top, from_below, from_above),),
        ),
    )
)
objective = 2 * sp.asin(sp.sqrt(p))
antiderivative = Derivation(
    (Step(1 / top, "(2·arcsin x)′ = 2/√(1−x²) at x = √p, times 1/(2√p)", using=(differentiated(objective, p),)),)
)


def finite_weight(point: Point) -> Surd:
    """E[A | r=1] − E[A | r=0] for the first rollout, over all reward vectors of the other G − 1."""
    size, chance_of_success = point["G"], point["p"]
    total = Surd.of(0)
    for rest in product((0, 1), repeat=size - 1):
        probability = Fraction(1)
        for r in rest:
            probability *= chance_of_success if r else 1 - chance_of_success
        for reward, way in ((1, 1), (0, -1)):
            rewards = (reward, *rest)
            mean = Fraction(sum(rewards), size)
            spread = Surd.sqrt(sum((r - mean) ** 2 for r in rewards) / size)
            if spread != Surd.of(0):
                total = total + way * probability * Surd.of(reward - mean) / spread
    return total


def bound(point: Point) -> Surd:
    """A relative error of 1/(G·p(1−p)), which falls to zero as the group grows."""
    variance: Fraction = point["p"] * (1 - point["p"])
    relative: Surd = Surd.of(1) / (Surd.sqrt(variance) * point["G"] * variance)
    return relative


def sizes(_: int) -> Iterator[Point]:
    """Groups of 2, 4 and 8: at 8 the bound tells the limit from its multiples."""
    return grid(G=(2, 4, 8), p=PROBABILITIES)


def slope_on_the_circle(point: Point) -> Fraction:
    """dF/dp = (dF/dφ)/(dp/dφ) along p = sin²φ, F = 2φ, with sin φ = 2t/(1+t²) and cos φ = (1−t²)/(1+t²)."""
    t: Fraction = point["t"]
    sine, cosine = 2 * t / (1 + t**2), (1 - t**2) / (1 + t**2)
    return Fraction(2) / (2 * sine * cosine)


def circle(_: int) -> Iterator[Point]:
    """Rational points of the quarter circle."""
    for t in (Fraction(1, 2), Fraction(1, 3), Fraction(2, 3), Fraction(1, 10), Fraction(9, 10)):
        yield {"p": (2 * t / (1 + t**2)) ** 2, "t": t}


claim = Claim(
    name="grpo-arcsine",
    source="literature",
    label="Davis and Recht",
    says="for grpo (ε = 0) w_G(p) → 1/√(p(1−p)) as G → ∞, pointwise on (0, 1); the limit's objective is 2·arcsin √p",
    statements=(
        Statement(
            Side(sp.Limit(weight, G, sp.oo)),
            Relation.EQUAL,
            Side(1 / top),
            DOMAIN,
            (limit, Convergence(finite_weight, bound, sizes)),
        ),
        Statement(
            Side(sp.Derivative(objective, p, evaluate=False), slope_on_the_circle),
            Relation.EQUAL,
            Side(1 / top),
            Domain((real(p, 0, 1),)),
            (antiderivative, Enumeration(circle)),
        ),
    ),
)
