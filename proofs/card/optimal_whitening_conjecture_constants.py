"""Among constants A⁺, A⁻ with one E[A·s], ((1−p)/p, −1) up to scale has the least tr Var: only where m₊ = m₋.

m₊, m₋ = E[‖s‖² | r] are the second moments of the score within the two classes. E[A·s] = (A⁺ − A⁻)∇p depends on the
difference d of the constants alone, and tr Var is a parabola in A⁺ with its minimum at A⁺ : A⁻ = (1−p)m₋ : −p·m₊. The
conjecture exceeds it by (1−p)²(m₊ − m₋)²/(p·m₊ + (1−p)m₋), where m₊ = v₊ + (1−p)²D and m₋ = v₋ + p²D: it is right
exactly if v₋ − v₊ = (1−2p)D. On the two-outcome policy the optimum is p : −(1−p), the mirror image of the conjecture,
without any variance.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.facts import hypothesis, summed
from grpo_theory.policies.classes import class_mean, class_score_variance, contrast_norm, reward_gradient
from grpo_theory.policies.finite import SoftmaxPolicy, two_outcome
from grpo_theory.policies.gradient_points import example_policies, gradient_point
from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.policies.small import small_policies
from grpo_theory.policies.vectors import norm_squared
from grpo_theory.symbols import K, T, j, o, p

q = 1 - p
pi, r, score = sp.Function("pi")(o), sp.Function("r")(o), sp.Function("s")(o, j)
size, slope = sp.Function("n")(o), sp.Function("g")(j)
up, down = sp.Symbol("A_plus", real=True), sp.Symbol("A_minus", real=True)
plus, minus = sp.Symbol("m_plus", positive=True), sp.Symbol("m_minus", positive=True)
length = sp.Symbol("gamma", nonnegative=True)
ONE = sp.S(1)


def outcomes(summand: sp.Expr) -> sp.Sum:
    """Σ over the outcomes."""
    return sp.Sum(summand, (o, 1, K))


def coordinates(summand: sp.Expr) -> sp.Sum:
    """Σ over the coordinates of the parameters."""
    return sp.Sum(summand, (j, 1, T))


SUCCESSES, FAILURES = Given(outcomes(r * pi), p), Given(outcomes((1 - r) * pi), q)
CENTRED = Given(outcomes(pi * score), sp.S(0), j, ONE, T)
SLOPE = Given(outcomes(r * pi * score), slope, j, ONE, T)
SIZE = Given(coordinates(score**2), size, o, ONE, K)
PLUS, MINUS = Given(outcomes(r * pi * size), p * plus), Given(outcomes((1 - r) * pi * size), q * minus)
LENGTH = Given(coordinates(slope**2), length)
HYPOTHESES = (SUCCESSES, FAILURES, CENTRED, SLOPE, SIZE, PLUS, MINUS, LENGTH)
POLICY = (natural(K, 1), natural(T, 1), real(p, 0, 1), real(plus, 0), real(minus, 0), real(pi, 0), choice(r, 0, 1))
WORDS = "every finite policy with D > 0"
ANY = Domain((*POLICY, real(up), real(down)), f"{WORDS}, all constants", HYPOTHESES)
CONJECTURED = Domain(POLICY, WORDS, HYPOTHESES)


def variance(gain: sp.Expr, loss: sp.Expr) -> sp.Expr:
    """tr Var[A·s] = E[A²‖s‖²] − ‖E[A·s]‖²."""
    advantage = gain * r + loss * (1 - r)
    second = outcomes(pi * advantage**2 * coordinates(score**2))
    return second - coordinates(outcomes(pi * advantage * score) ** 2)


def least(d: sp.Expr) -> sp.Expr:
    """The least variance for a difference d of the constants."""
    return d**2 * (p * plus * q * minus / (p * plus + q * minus) - length)


def excess(gain: sp.Expr, d: sp.Expr) -> sp.Expr:
    """What another pair of that difference has beyond it."""
    return (p * plus + q * minus) * (gain - d * q * minus / (p * plus + q * minus)) ** 2


def steps(gain: sp.Expr, loss: sp.Expr, last: sp.Expr) -> tuple[Step, ...]:
    """From the definition to the parabola."""
    advantage, d = gain * r + loss * (1 - r), gain - loss
    mean = chain(
        outcomes(pi * advantage * score),
        Step(d * slope, "E s = 0", using=((hypothesis(SLOPE), d), (hypothesis(CENTRED), loss))),
    )
    square = chain(mean.lhs**2, Step(d**2 * slope**2, "squared", using=((mean, mean.lhs + d * slope),)))
    moments = gain**2 * p * plus + loss**2 * q * minus
    return (
        Step(
            outcomes(pi * advantage**2 * size) - coordinates(d**2 * slope**2),
            "‖s‖² coordinate by coordinate, and E[A·s] = d·∇p",
            using=(summed(hypothesis(SIZE), pi * advantage**2, o, ONE, K), (summed(square, ONE, j, ONE, T), -ONE)),
        ),
        Step(
            moments - d**2 * length,
            "class by class",
            using=((hypothesis(PLUS), gain**2), (hypothesis(MINUS), loss**2), (hypothesis(LENGTH), -(d**2))),
        ),
        Step(last, "the square is completed"),
    )


def literal_variance(policy: FinitePolicy, gain: Fraction, loss: Fraction) -> Fraction:
    """E‖As‖² − ‖E As‖² by outcomes and coordinates."""
    constants = [gain if reward == 1 else loss for reward in policy.rewards]
    rows = [(x, a, policy.score(o)) for o, (x, a) in enumerate(zip(policy.probabilities, constants, strict=True))]
    second = sum((x * a * a * norm_squared(s) for x, a, s in rows), Fraction(0))
    mean = [sum((x * a * s[at] for x, a, s in rows), Fraction(0)) for at in range(policy.dimension)]
    return Fraction(second - norm_squared(tuple(mean)))


def conjectured(point: Point) -> Fraction:
    """tr Var at ((1−p)/p, −1)."""
    return literal_variance(point["moving"](), (1 - point["p"]) / point["p"], Fraction(-1))


def competitor(point: Point) -> Fraction:
    """tr Var at the point's constants."""
    return literal_variance(point["moving"](), point["A_plus"], point["A_minus"])


def second_moment(point: Point, reward: int) -> Fraction:
    """E[‖s‖² | r]."""
    policy = point["moving"]()
    return Fraction(class_mean(policy, lambda at: norm_squared(policy.score(at)), reward))


def point_of(policy: FinitePolicy, shift: Fraction) -> dict[str, Any]:
    """A policy and constants shifted from the conjectured ones, which leaves their difference."""
    point = {name: value for name, value in gradient_point(policy, 0).items() if name != "coordinate"}
    chance, scores = point["p"], [policy.score(at) for at in range(len(policy.rewards))]
    slopes = [
        sum((x * s[c] for x, s, reward in zip(policy.probabilities, scores, policy.rewards, strict=True) if reward), 0)
        for c in range(policy.dimension)
    ]
    return point | {
        "T": policy.dimension,
        "A_plus": (1 - chance) / chance + shift,
        "A_minus": shift - 1,
        "m_plus": class_mean(policy, lambda at: norm_squared(scores[at]), 1),
        "m_minus": class_mean(policy, lambda at: norm_squared(scores[at]), 0),
        "gamma": norm_squared(tuple(map(Fraction, slopes))),
        "s": lambda at, c: scores[at - 1][c - 1],
        "n": lambda at: norm_squared(scores[at - 1]),
        "g": lambda c: slopes[c - 1],
    }


def search() -> Iterator[Point]:
    """The smallest policies first, shifts by ±1, then by ±1/2."""
    for policy in small_policies():
        for shift in (Fraction(1), Fraction(-1), Fraction(1, 2), Fraction(-1, 2)):
            point = point_of(policy, shift)
            yield {name: point[name] for name in ("policy", "rewards", "p", "A_plus", "A_minus", "moving")}


def parabola(point: Point) -> Fraction:
    """The least variance of this difference of constants, and the square beyond it, from class means."""
    policy, chance, d = point["moving"](), point["p"], point["A_plus"] - point["A_minus"]
    won, lost = chance * second_moment(point, 1), (1 - chance) * second_moment(point, 0)
    along = norm_squared(reward_gradient(policy))
    off = point["A_plus"] - d * lost / (won + lost)
    return Fraction(d**2 * (won * lost / (won + lost) - along) + (won + lost) * off**2)


def points(_: int) -> Iterator[Point]:
    """Policies over outcomes and over sequences, a policy where the conjecture is right among them."""
    for policy in (two_outcome("1/2"), SoftmaxPolicy.of("1/4 1/4 1/2", "1 1 0"), *example_policies()):
        yield from (point_of(policy, shift) for shift in (Fraction(0), Fraction(-3, 2), Fraction(2, 7)))


def two_outcome_points(_: int) -> Iterator[Point]:
    """Two-outcome policies on both sides of one half."""
    return (point_of(two_outcome(chance), Fraction(0)) for chance in ("1/3", "1/5", "1/2", "9/10"))


def holds(point: Point) -> bool:
    """On two outcomes the scores are ±(1−p) and ±p in both logits: half of tr Var by hand, for both pairs."""
    win, lose = point["policy"]
    pairs = ((lose / win, Fraction(-1)), (point["A_plus"], point["A_minus"]))
    ours, theirs = (win * lose * (lose * a * a + win * b * b) - (win * lose * (a - b)) ** 2 for a, b in pairs)
    return bool(ours <= theirs)


def moment(reward: int) -> Statement:
    """E[‖s‖² | r] = v + (1−p)²D for successes, v + p²D for failures: Δ splits into (1−p)Δ and −pΔ."""
    share, mass, given = (r, p, SUCCESSES) if reward else (1 - r, q, FAILURES)
    middle = slope / p if reward else -slope / q
    whole = outcomes(share * pi * score**2)
    apart = outcomes(share * pi * (score - middle) ** 2)
    # Σ over failures of π·s is −∇p.
    inside = ((hypothesis(SLOPE), 2 * middle if reward else -2 * middle), (hypothesis(given), -(middle**2)))
    using = inside if reward else (*inside, (hypothesis(CENTRED), 2 * middle))
    split = chain(whole, Step(apart + slope**2 / mass, "the class mean of s is ∇p/p or −∇p/(1−p)", using=using))
    D = coordinates(slope**2) / (p * q) ** 2
    last = coordinates(apart) / mass + (p * q / mass) ** 2 * D
    return Statement(
        Side(coordinates(whole) / mass, lambda point: second_moment(point, reward)),
        Relation.EQUAL,
        Side(last, lambda point: within_and_between(point, reward)),
        CONJECTURED,
        (
            Derivation((Step(last, "coordinate by coordinate", using=((summed(split, ONE, j, ONE, T), 1 / mass),)),)),
            Enumeration(points),
        ),
    )


def within_and_between(point: Point, reward: int) -> Fraction:
    """v₊ + (1−p)²D or v₋ + p²D."""
    policy, chance = point["moving"](), point["p"]
    other = 1 - chance if reward else chance
    return Fraction(class_score_variance(policy, reward) + other**2 * contrast_norm(policy))


whole_parabola = least(up - down) + excess(up, up - down)
at_conjecture = least(1 / p) + q**2 * (plus - minus) ** 2 / (p * plus + q * minus)
# Scores ±(1−p) of the success and ∓p of the failure in both logits, constants 1 and −(1−p)/p.
mirrored = 2 * (p * q**2 + q * (q / p) ** 2 * p**2 - (p * q + q * (q / p) * p) ** 2)

claim = Claim(
    name="optimal-whitening-conjecture-constants",
    source="card",
    label="2. Optimal Whitening, conjecture",
    says="among constants (A⁺, A⁻) at known p with E[A·s] fixed, ((1−p)/p, −1) up to scale has the least tr Var[A·s] "
    "for every policy",
    statements=(
        Statement(
            Side(literal=conjectured),
            Relation.AT_MOST,
            Side(literal=competitor),
            Domain(words="every finite policy, every pair of constants with the same difference"),
            (Counterexample(search, holds),),
        ),
    ),
    repair=Claim(
        name="optimal-whitening-conjecture-constants-repaired",
        source="card",
        label="2. Optimal Whitening, conjecture",
        says="with P = p·E[‖s‖² | 1], Q = (1−p)·E[‖s‖² | 0], d = A⁺ − A⁻: tr Var[A·s] = d²(PQ/(P+Q) − ‖∇p‖²) + "
        "(P+Q)(A⁺ − dQ/(P+Q))², least at A⁺ : A⁻ = Q : −P alone; ((1−p)/p, −1) exceeds the least by "
        "(1−p)²(m₊ − m₋)²/(P+Q), m₊ = v₊ + (1−p)²D and m₋ = v₋ + p²D; on two outcomes (1, −(1−p)/p) has no variance",
        statements=(
            Statement(
                Side(variance(up, down), competitor),
                Relation.EQUAL,
                Side(whole_parabola, parabola),
                ANY,
                (Derivation(steps(up, down, whole_parabola)), Enumeration(points)),
            ),
            Statement(
                Side(variance(q / p, -ONE), conjectured),
                Relation.EQUAL,
                Side(at_conjecture),
                CONJECTURED,
                (Derivation(steps(q / p, -ONE, at_conjecture)), Enumeration(points)),
            ),
            moment(1),
            moment(0),
            Statement(
                Side(mirrored, lambda point: literal_variance(point["moving"](), Fraction(1), 1 - 1 / point["p"])),
                Relation.EQUAL,
                Side(sp.S(0)),
                Domain((real(p, 0, 1),), "every two-outcome policy"),
                (Derivation((Step(sp.S(0), "A·s is the same for both outcomes"),)), Enumeration(two_outcome_points)),
            ),
        ),
    ),
)
