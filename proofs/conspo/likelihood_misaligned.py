"""A finite policy exists where grpo's score, a mean of clipped ratios, and the likelihood order two sequences apart.

One example proves it: π_θ = (1/3, 2/3) after π_old = (1/4, 3/4) with c = 1/5 scores the first sequence higher, as its
ratio 4/3 exceeds the other's 8/9, though it is half as likely. So it is on every two-outcome policy whose rarer
outcome has gained probability, for every clipping radius and for the scores of successes and of failures.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, choice, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration, Exhaustion
from grpo_theory.ledger.points import grid
from grpo_theory.policies.finite import two_outcome
from grpo_theory.policies.moving import token_ratios
from grpo_theory.symbols import clip, p

p_old = sp.Symbol("p_old", positive=True)
first, second = p / p_old, (1 - p) / (1 - p_old)
HALF = sp.Rational(1, 2)
RADIUS, RARE = real(clip, 0, 1), real(p, 0, HALF)
WORDS = "two-outcome policies whose rarer outcome has gained probability"


def score(point: Point, outcome: int, success: bool) -> Fraction:
    """The mean over tokens of min(ρ, 1+c) for a success, of max(ρ, 1−c) for a failure."""
    ratios = token_ratios(two_outcome(point["p"]), two_outcome(point["p_old"]), outcome)
    ends = 1 + point["clip"], 1 - point["clip"]
    clipped = [min(rho, ends[0]) if success else max(rho, ends[1]) for rho in ratios]
    return sum(clipped, Fraction(0)) / len(clipped)


def likelihood(point: Point, outcome: int) -> Fraction:
    """π_θ(o)."""
    return two_outcome(point["p"]).probabilities[outcome]


def example() -> Iterator[Point]:
    """The one example."""
    yield {"p": Fraction(1, 3), "p_old": Fraction(1, 4), "clip": Fraction(1, 5)}


def recheck(point: Point) -> bool:
    """By cross-multiplication: p/p_old > 1 > (1−p)/(1−p_old) sets every clipped pair in order, and p < 1−p."""
    return bool(point["p"] > point["p_old"] and 1 - point["p"] < 1 - point["p_old"] and 2 * point["p"] < 1)


def points(_: int) -> Iterator[Point]:
    """Small and large gains of the rarer outcome, clipped or not, for three radii."""
    chances = tuple(map(Fraction, ("1/3", "2/5", "1/10", "49/100")))
    for at in grid(
        p=chances, share=tuple(map(Fraction, ("1/9", "1/2", "9/10"))), clip=(Fraction(1, 5), Fraction(2, 3))
    ):
        yield {"p": at["p"], "p_old": at["p"] * at["share"], "clip": at["clip"]}


def orders(of_first: sp.Expr, of_second: sp.Expr, success: bool, domain: Domain, why: str) -> Statement:
    """The rarer outcome has the higher score."""
    return Statement(
        Side(of_first, lambda point: score(point, 0, success)),
        Relation.GREATER,
        Side(of_second, lambda point: score(point, 1, success)),
        domain,
        (Derivation((Step(of_second, why, Relation.GREATER),)), Enumeration(points)),
    )


claim = Claim(
    name="likelihood-misaligned",
    source="conspo",
    label="abstract",
    says="a finite policy exists where grpo's score, the mean of clipped token ratios, and the likelihood order two "
    "sequences differently",
    statements=(
        Statement(
            Side(
                sp.Tuple(sp.Min(first, 1 + clip), sp.Max(first, 1 - clip), 1 - p),
                lambda point: (score(point, 0, True), score(point, 0, False), likelihood(point, 1)),
            ),
            Relation.GREATER,
            Side(
                sp.Tuple(sp.Min(second, 1 + clip), sp.Max(second, 1 - clip), p),
                lambda point: (score(point, 1, True), score(point, 1, False), likelihood(point, 0)),
            ),
            Domain(
                (choice(p, sp.Rational(1, 3)), choice(p_old, sp.Rational(1, 4)), choice(clip, sp.Rational(1, 5))),
                "one example",
            ),
            (
                Exhaustion(example, recheck, "one example: π_θ = (1/3, 2/3), π_old = (1/4, 3/4), c = 1/5"),
                Enumeration(lambda _: example()),
            ),
        ),
        orders(
            sp.Min(first, 1 + clip),
            sp.Min(second, 1 + clip),
            True,
            Domain((RADIUS, RARE, real(p_old, 0, p, breaks=(p / (1 + clip),))), WORDS),
            "one ratio exceeds 1 and the other does not, clipped or not",
        ),
        orders(
            sp.Max(first, 1 - clip),
            sp.Max(second, 1 - clip),
            False,
            Domain((RARE, real(p_old, 0, p), real(clip, 0, 1, breaks=((p - p_old) / (1 - p_old),))), WORDS),
            "one ratio exceeds 1 and the other does not, clipped or not",
        ),
        Statement(
            Side(1 - p, lambda point: likelihood(point, 1)),
            Relation.GREATER,
            Side(p, lambda point: likelihood(point, 0)),
            Domain((RARE,), WORDS),
            (Derivation((Step(p, "p < 1/2", Relation.GREATER),)), Enumeration(points)),
        ),
    ),
)
