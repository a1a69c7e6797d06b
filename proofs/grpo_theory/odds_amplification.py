"""z* − z_ref lies in [2/(β√(1+4ε)), 1/(β√ε)], and so do the limits inferior and superior of z_t − z_ref.

0 < p(1−p) ≤ 1/4 puts Ω_ε between m = 2/√(1+4ε) and M = 1/√ε, and a fixed point has z* − z_ref = Ω/β. All three steps
have gain = pull/β, so that d_t = z_t − z_ref obeys d′ = c·d + (1−c)·Ω/β with c = 1 − pull; n steps, whatever policies
they pass through, stay below M/β + cⁿ(d_0 − M/β) and above m/β + cⁿ(d_0 − m/β), and cⁿ → 0.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, Variable, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.calculus import limit_multiple
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Convergence, Enumeration
from grpo_theory.ledger.facts import Fact, algebra, binomial_theorem, hypothesis, order, split, squeezed, summed
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.symbols import beta, d, epsilon, eta, i, j, k, n, p

policy = sp.Function("p")
lowest, highest = 2 / sp.sqrt(1 + 4 * epsilon), 1 / sp.sqrt(epsilon)


def total_weight(chance: sp.Expr) -> sp.Expr:
    """Ω_ε at a success probability."""
    return 1 / sp.sqrt(chance * (1 - chance) + epsilon)


def weight_bound(chance: sp.Expr, side: int) -> Fact:
    """Ω_ε < 1/√ε (side 1) or 2/√(1+4ε) ≤ Ω_ε (side −1)."""
    if side > 0:
        return order(total_weight(chance), highest, "p(1−p) > 0", strict=True)
    return order(lowest, total_weight(chance), "p(1−p) ≤ 1/4")


# One fixed point.
fixed = Given(d, total_weight(p) / beta)
FIXED = Domain((real(p, 0, 1), real(beta, 0), real(epsilon, 0), real(d)), "z* = z_ref + d fixed", given=(fixed,))


def fixed_points(_: int) -> Iterator[Point]:
    """Success probabilities with the reference whose fixed point they are."""
    for at in grid(p=PROBABILITIES, beta=(Fraction(1, 2), Fraction(3)), epsilon=(Fraction(1, 100), Fraction(2))):
        root = Surd.sqrt(at["p"] * (1 - at["p"]) + at["epsilon"])
        yield {**at, "d": Surd.of(1) / root / at["beta"]}


def fixed_statement(side: int) -> Statement:
    """Every fixed point obeys the bound of one side."""
    relation = Relation.LESS if side > 0 else Relation.AT_LEAST
    bound = highest if side > 0 else lowest
    proof = Derivation(
        (
            Step(total_weight(p) / beta, "the equation of a fixed point", using=(hypothesis(fixed),)),
            Step(bound / beta, "0 < p(1−p) ≤ 1/4", relation, using=((weight_bound(p, side), 1 / beta),)),
        )
    )
    return Statement(Side(d), relation, Side(bound / beta), FIXED, (proof, Enumeration(fixed_points)))


# n steps: the share c of the distance is kept each time.
KEPT = {"proximal": 1 / (1 + eta * beta), "explicit": 1 - eta * beta}
ETA: dict[str, Variable] = {"proximal": real(eta, 0), "explicit": real(eta, 0, 1 / beta)}
AHEAD = {"proximal": eta * beta, "explicit": eta * beta / (1 - eta * beta)}


def unrolled(kept: sp.Expr, steps: sp.Expr = n) -> sp.Expr:
    """d_n = cⁿd_0 + (1−c)/β·Σ c^{n−1−i}Ω(p_i)."""
    total = sp.Sum(kept ** (steps - 1 - i) * total_weight(policy(i)), (i, 0, steps - 1))
    return kept**steps * d + (1 - kept) / beta * total


def domain_of(rule: str) -> Domain:
    """η, β, ε, the start, the number of steps, and any policies on the way."""
    words = f"{rule} steps through any policies, d = z_0 − z_ref"
    return Domain(
        (real(beta, 0), ETA[rule], real(epsilon, 0), real(d), natural(n, 1), real(policy(i), 0, 1)),
        words,
    )


def bound_after(kept: sp.Expr, bound: sp.Expr) -> sp.Expr:
    """B/β + cⁿ(d_0 − B/β)."""
    return bound / beta + kept**n * (d - bound / beta)


def steps_stay_bounded(rule: str, side: int) -> Derivation:
    """Each Ω(p_i) is replaced by its bound, and the geometric sum of the weights is (1−cⁿ)/(1−c)."""
    kept, bound = KEPT[rule], highest if side > 0 else lowest
    # Σ c^{n−1−i} = c^{n−1}·Σ c^{−i}: the summand of the induction must not know the number of steps.
    geometric = by_induction(sp.Sum(kept**-j, (j, 0, n - 1)), (kept ** -(j + 1) - 1) / (1 / kept - 1), j)
    relation = Relation.LESS if side > 0 else Relation.AT_LEAST
    by_weight = summed(weight_bound(policy(i), side), kept ** (n - 1 - i), i, sp.S(0), n - 1)
    constant = bound * kept ** (n - 1) * sp.Sum(kept**-j, (j, 0, n - 1))
    return Derivation(
        (
            Step(
                kept**n * d + (1 - kept) / beta * constant,
                "every total weight is bounded",
                relation,
                using=((by_weight, (1 - kept) / beta),),
            ),
            Step(
                bound_after(kept, bound),
                "the geometric sum",
                using=((geometric, (1 - kept) / beta * bound * kept ** (n - 1)),),
            ),
        )
    )


def iterated(rule: str, point: Point) -> Surd:
    """d_n step by step: z′ = (1−pull)·z + pull·z_ref + gain·Ω(p), pull and gain as the rules define them."""
    rate, strength, smoothing = point["eta"], point["beta"], point["epsilon"]
    scale = 1 + rate * strength if rule == "proximal" else Fraction(1)
    pull, gain = rate * strength / scale, rate / scale
    z_ref = Fraction(1, 7)
    z = Surd.of(point["d"] + z_ref)
    for number in range(point["n"]):
        chance = point["p"](number)
        z = (1 - pull) * z + pull * z_ref + gain * (Surd.of(1) / Surd.sqrt(chance * (1 - chance) + smoothing))
    return z - z_ref


def passing(number: int) -> Fraction:
    """Policies on the way, neither constant nor monotone."""
    return (Fraction(1, 3), Fraction(9, 10), Fraction(1, 8), Fraction(1, 2))[number % 4]


def points(_: int) -> Iterator[Point]:
    """Few and several steps, starts on both sides of the bounds; η below 1/β, which both rules allow."""
    rates = ((Fraction(1, 2), Fraction(1, 3)), (Fraction(2), Fraction(2, 5)))
    for strength, rate in rates:
        at = {"beta": strength, "eta": rate, "p": passing}
        for more in grid(epsilon=(Fraction(1, 100), Fraction(1, 2)), d=(Fraction(-1), Fraction(9)), n=(1, 2, 5)):
            yield {**at, **more}


def steps_statement(rule: str, side: int) -> Statement:
    """d_n against its bound."""
    relation = Relation.LESS if side > 0 else Relation.AT_LEAST
    bound = highest if side > 0 else lowest
    kept = KEPT[rule]
    return Statement(
        Side(unrolled(kept), lambda point: iterated(rule, point)),
        relation,
        Side(bound_after(kept, bound)),
        domain_of(rule),
        (steps_stay_bounded(rule, side), Enumeration(points)),
    )


def one_step_more(rule: str) -> Statement:
    """c·d_n + gain·Ω(p_n) is d_{n+1}: the closed form obeys the recurrence, and d_0 starts it."""
    kept = KEPT[rule]
    following = unrolled(kept, n + 1)
    last = split(following.atoms(sp.Sum).pop(), last=1)
    stepped = kept * unrolled(kept) + (1 - kept) / beta * total_weight(policy(n))
    domain = domain_of(rule)
    proof = Derivation(
        (Step(following, "the last term of the sum stands apart", using=((last, -(1 - kept) / beta),)),),
    )
    return Statement(
        Side(stepped, lambda point: iterated(rule, {**point, "n": point["n"] + 1})),
        Relation.EQUAL,
        Side(following),
        replace(domain, variables=(*domain.variables, real(policy(n), 0, 1))),
        (proof, Enumeration(points)),
    )


# cⁿ → 0: (1+h)ⁿ ≥ 1 + nh, from the first two terms of the binomial theorem.
def vanishes(rule: str, side: int) -> Statement:
    """cⁿ(d_0 − B/β), by which n steps may still exceed the bound, tends to zero."""
    ahead, kept, bound = AHEAD[rule], KEPT[rule], highest if side > 0 else lowest
    expansion = binomial_theorem(n, ahead, sp.S(1), k)
    start = split(expansion.lhs, first=2)
    bernoulli = chain(
        1 + n * ahead,
        Step(start.rhs, "the other terms are not negative", Relation.AT_MOST),
        Step(expansion.rhs, "the binomial theorem", using=((start, sp.Integer(-1)), expansion)),
    )
    shrinking = chain(
        kept**n,
        Step(1 / (1 + n * ahead), "(1+h)ⁿ ≥ 1 + nh", Relation.AT_MOST, using=((bernoulli, kept**n / (1 + n * ahead)),)),
    )
    to_zero = squeezed(kept**n, n, sp.S(0), order(0 / n, kept**n, "c > 0"), shrinking)
    away = d - bound / beta
    excess = limit_multiple(to_zero, away, algebra(away * kept**n, away * kept**n))
    proof = Derivation((Step(sp.S(0), "0 < cⁿ ≤ 1/(1+nh) with c = 1/(1+h)", using=(excess,)),))
    left = Side(sp.Limit(away * kept**n, n, sp.oo))
    seen = Convergence(lambda at: excess_by_steps(rule, side, at), lambda at: Fraction(200, at["n"]), growing)
    domain = Domain((real(beta, 0), ETA[rule], real(epsilon, 0), real(d), natural(n, 1)), f"{rule} steps")
    return Statement(left, Relation.EQUAL, Side(sp.S(0)), domain, (proof, seen))


def excess_by_steps(rule: str, side: int, point: Point) -> Surd:
    """What n steps of the recurrence at the extreme total weight are away from B/β."""
    rate, strength = point["eta"], point["beta"]
    scale = 1 + rate * strength if rule == "proximal" else Fraction(1)
    root = Surd.sqrt(point["epsilon"] if side > 0 else point["epsilon"] + Fraction(1, 4))
    distance = Surd.of(point["d"])
    for _ in range(point["n"]):
        distance = (1 - rate * strength / scale) * distance + rate / scale / root
    away: Surd = distance - Surd.of(1) / root / strength
    return away


def growing(_: int) -> Iterator[Point]:
    """Up to a thousand steps, with an ε whose root is rational."""
    at = {"beta": Fraction(2), "eta": Fraction(2, 5), "epsilon": Fraction(1, 100)}
    return ({**at, **more} for more in grid(d=(Fraction(-1), Fraction(9)), n=(8, 64, 512)))


# The reference step is the proximal one with c = 0, and the explicit one at ηβ = 1.
def reference_statement(side: int) -> Statement:
    """After one reference step, or one explicit step with ηβ = 1, the distance lies within the bounds for good."""
    relation = Relation.LESS if side > 0 else Relation.AT_LEAST
    bound = highest if side > 0 else lowest
    after = (1 - eta * beta) * d + eta * total_weight(p)
    rest = Derivation(
        (
            Step(total_weight(p) / beta, "ηβ = 1: nothing of the old distance is kept"),
            Step(bound / beta, "0 < p(1−p) ≤ 1/4", relation, using=((weight_bound(p, side), 1 / beta),)),
        )
    )

    def literal(point: Point) -> Surd:
        return iterated("explicit", {**point, "n": 1, "p": lambda _: point["p"]})

    return Statement(
        Side(after, literal),
        relation,
        Side(bound / beta),
        Domain((real(p, 0, 1), real(beta, 0), choice(eta, 1 / beta), real(epsilon, 0), real(d)), "one reference step"),
        (rest, Enumeration(single_steps)),
    )


def single_steps(_: int) -> Iterator[Point]:
    """One step from both sides of the bounds."""
    for at in grid(p=PROBABILITIES, beta=(Fraction(1, 2), Fraction(3)), epsilon=(Fraction(1, 100),), d=(-2, 40)):
        yield {**at, "eta": 1 / at["beta"]}


claim = Claim(
    name="odds-amplification",
    source="grpo-theory",
    label="Theorem",
    says="every fixed point of the reference map (ε > 0) has z* − z_ref in [2/(β√(1+4ε)), 1/(β√ε)]; the limits "
    "inferior and superior of z_t − z_ref lie there for reference, proximal (all η, β > 0) and explicit (ηβ ≤ 1) steps",
    statements=(
        fixed_statement(1),
        fixed_statement(-1),
        reference_statement(1),
        reference_statement(-1),
        *(one_step_more(rule) for rule in KEPT),
        *(steps_statement(rule, side) for rule in KEPT for side in (1, -1)),
        *(vanishes(rule, side) for rule in KEPT for side in (1, -1)),
    ),
)
