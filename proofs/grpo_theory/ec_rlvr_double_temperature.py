"""As G → ∞, with a = 1 + 1/τ and π_a ∝ π^a, E[−∇L_G] → (1/τ)(E_{π_a}[s | r=1] − E_{π_a}[s]), at the rate 1/G.

In a group τ·(−∇L_G) is R₊ − R, two means of scores weighted by u = π^{1/τ}, over the successes and over all. For such a
mean R = N/D, with ν the quotient of the expectations and δ = E D, (R−ν)δ² = δ(N−νD) + (δ−D)(N−νD) + (R−ν)(δ−D)². The
first part has mean zero, and the others at most Var D + Var(N−νD) and ∣R−ν∣·Var D, of order 1/G as variances of means
of G draws (claim batch-variance).
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.arithmetic.precise import log, precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import lemma
from grpo_theory.ledger.weighted_means import (
    bounded,
    error,
    law,
    moments,
    normalised,
    over_groups,
    quantities,
    variables,
)
from grpo_theory.losses.ec_rlvr import ec_rlvr_weights
from grpo_theory.policies.classes import class_mean
from grpo_theory.policies.finite import SoftmaxPolicy, two_outcome
from grpo_theory.policies.points import at_outcome
from grpo_theory.symbols import B, G, K, i, k, n, o, tau

KINDS = ("won", "all")
GROUPS = Domain(
    (natural(G, 2), natural(n, 1), real(tau, 0), real(law, 0), *variables("won"), *variables("all")),
    "every finite policy and its groups",
    (normalised, *moments("won"), *moments("all")),
)
update = (over_groups(quantities("won")[0]) - over_groups(quantities("all")[0])) / tau
target = (quantities("won")[2] - quantities("all")[2]) / tau
distance = (error("won") + error("all")) / tau


def masses(policy: SoftmaxPolicy, power: int, kind: str) -> tuple[Fraction, ...]:
    """π^{1/τ} at 1/τ a natural number, of the successes or of all outcomes."""
    chosen = zip(policy.probabilities, policy.rewards, strict=True)
    return tuple(chance**power * (reward if kind == "won" else 1) for chance, reward in chosen)


def mean_of(weights: tuple[Fraction, ...], values: tuple[Fraction, ...]) -> Fraction:
    """The weighted mean."""
    return sum((w * x for w, x in zip(weights, values, strict=True)), Fraction(0)) / sum(weights)


def first_scores(policy: SoftmaxPolicy) -> tuple[Fraction, ...]:
    """The first coordinate of every score."""
    return tuple(policy.score(o)[0] for o in range(policy.dimension))


def groups_of(policy: SoftmaxPolicy, size: int) -> list[tuple[int, ...]]:
    """Every group of outcomes."""
    return list(product(range(len(policy.rewards)), repeat=size))


def by_definition(point: Point) -> Fraction:
    """One coordinate of E[−∇L_G] over all K^G groups, 0 where none succeeds."""
    policy, total = point["moving"](), Fraction(0)
    for group in groups_of(policy, point["G"]):
        likelihoods = [policy.probabilities[o] for o in group]
        weights = ec_rlvr_weights(likelihoods, [policy.rewards[o] for o in group], point["tau"])
        scores = [policy.score(o)[0] for o in group]
        slope = sum((w * x for w, x in zip(weights, scores, strict=True)), Fraction(0))
        total += prod(likelihoods, start=Fraction(1)) * slope
    return total


def of_kind(policy: SoftmaxPolicy, size: int, power: int, kind: str) -> dict[str, Any]:
    """The quantities of one kind of mean; where no rollout succeeds R₊ counts as R, so that the two cancel."""
    scores = first_scores(policy)
    weigh, every = masses(policy, power, kind), masses(policy, power, "all")
    rows = []
    for group in groups_of(policy, size):
        own = weigh if any(weigh[o] for o in group) else every
        pick = tuple(scores[o] for o in group)
        rows.append((mean_of(tuple(own[o] for o in group), pick), sum(weigh[o] for o in group) / Fraction(size)))
    chances = policy.probabilities
    joint = tuple(c * w for c, w in zip(chances, weigh, strict=True))
    nu, delta = mean_of(joint, scores), sum(joint)
    spread_w = sum((c * (w * (x - nu)) ** 2 for c, w, x in zip(chances, weigh, scores, strict=True)), Fraction(0))
    spread_v = sum((c * (w - delta) ** 2 for c, w in zip(chances, weigh, strict=True)), Fraction(0))
    named = {"nu": nu, "delta": delta, "M": max(scores) - min(scores), "v": spread_v, "w": spread_w}
    functions = {"R": lambda j: rows[j - 1][0], "D": lambda j: rows[j - 1][1]}
    return {f"{name}_{kind}": value for name, value in (named | functions).items()}


POLICIES = (two_outcome("1/3"), SoftmaxPolicy.of("1/5 3/10 1/2", "1 1 0"), SoftmaxPolicy.of("1/2 1/8 3/8", "0 1 0"))


def points(_: int) -> Iterator[Point]:
    """Policies with two and three outcomes at τ = 1 and τ = 1/3, groups as long as there are few."""
    for policy, size, power in product(POLICIES, (2, 3, 4), (1, 3)):
        if len(policy.rewards) ** size > 30:
            continue
        chances = [prod((policy.probabilities[o] for o in g), start=Fraction(1)) for g in groups_of(policy, size)]
        kinds = of_kind(policy, size, power, "won") | of_kind(policy, size, power, "all")
        named = {"G": size, "n": len(chances), "tau": Fraction(1, power)}
        yield {**named, "P": at_outcome(tuple(chances)), "moving": lambda policy=policy: policy, **kinds}


def within(way: int) -> Statement:
    """±(E[−∇L_G] − limit) ≤ C/G."""
    facts = (bounded("won", way), bounded("all", -way))
    bound = target + way * distance
    return Statement(
        Side(update, by_definition),
        Relation.AT_MOST if way > 0 else Relation.AT_LEAST,
        Side(bound),
        GROUPS,
        (
            Derivation(
                (
                    Step(
                        bound,
                        "; ".join(dict.fromkeys(fact.because for fact in facts)),
                        Relation.AT_MOST if way > 0 else Relation.AT_LEAST,
                        using=tuple((fact, 1 / tau) for fact in facts),
                    ),
                )
            ),
            Enumeration(points),
        ),
    )


pi, f, score, level = (sp.Function(name)(o) for name in ("pi", "f", "s", "ell"))


def over_outcomes(body: sp.Expr) -> sp.Sum:
    """A sum over all outcomes."""
    return sp.Sum(body, (o, 1, K))


def variance_of_means() -> Statement:
    """Var of the mean of f over a group is Var f/G: what the hypotheses v/G and w/G say for f = u and f = u(s−ν)."""
    mean, second = over_outcomes(pi * f), over_outcomes(pi * f**2)
    rows = sp.Sum(second + (G - 1) * mean**2, (i, 1, G))
    left, right = rows / G**2 - mean**2, (second - mean**2) / G
    known = lemma("batch-variance", left, right, {B: G, sp.Function("w"): PI, sp.Function("g"): VALUE})
    return Statement(
        Side(left, literal_variance),
        Relation.EQUAL,
        Side(right),
        Domain((natural(G, 2), natural(K, 1)), "every finite policy"),
        (Derivation((Step(right, "the mean of G draws", using=(known,)),)), Enumeration(outcome_points)),
    )


PI, VALUE = (sp.Lambda(o, part) for part in (pi, f))


def literal_variance(point: Point) -> Fraction:
    """E(mean of f over a group − E f)² over all K^G groups."""
    policy, values = point["moving"](), point["values"]
    centre, total = sum((c * x for c, x in zip(policy.probabilities, values, strict=True)), Fraction(0)), Fraction(0)
    for group in groups_of(policy, point["G"]):
        mass = prod((policy.probabilities[o] for o in group), start=Fraction(1))
        total += mass * (sum(values[o] for o in group) / Fraction(len(group)) - centre) ** 2
    return total


def outcome_points(_: int) -> Iterator[Point]:
    """The same policies; f is the likelihood weight of a success."""
    for policy, size, power in product(POLICIES, (2, 3), (1, 3)):
        values = masses(policy, power, "won")
        columns = {"pi": policy.probabilities, "f": values}
        named = {"G": size, "K": len(values), "tau": Fraction(1, power), "values": values}
        yield {**named, "moving": lambda policy=policy: policy, **{n: at_outcome(c) for n, c in columns.items()}}


def limit_of_scores() -> Statement:
    """(ν₊ − ν)/τ = (1/τ)(E_{π_a}[s | r=1] − E_{π_a}[s]) for π_a ∝ π^{1+1/τ}; successes are the outcomes 1 … k."""
    # π = e^ℓ, so that powers of likelihoods are exponentials.
    drawn, sharpened = sp.exp(level) * sp.exp(level / tau), sp.exp((1 + 1 / tau) * level)

    def won(body: sp.Expr) -> sp.Expr:
        return sp.Sum(body, (o, 1, k))

    def every(body: sp.Expr) -> sp.Expr:
        return won(body) + sp.Sum(body, (o, k + 1, K))

    whole = every(sharpened)
    given_success = (won(sharpened * score) / whole) / (won(sharpened) / whole)
    left = (won(drawn * score) / won(drawn) - every(drawn * score) / every(drawn)) / tau
    right = (given_success - every(sharpened * score) / whole) / tau
    return Statement(
        Side(left, literal_target),
        Relation.EQUAL,
        Side(right, literal_limit),
        Domain((natural(k, 1), natural(K, k), real(tau, 0), real(level)), "every finite policy"),
        (Derivation((Step(right, "π·π^{1/τ} = π^a, and its total cancels"),)), Enumeration(sharpened_points)),
    )


def literal_target(point: Point) -> Fraction:
    """(ν₊ − ν)/τ, quotients of expectations over one rollout."""
    policy, power = point["moving"](), int(1 / point["tau"])
    scores = first_scores(policy)
    joint = (
        tuple(c * w for c, w in zip(policy.probabilities, masses(policy, power, kind), strict=True)) for kind in KINDS
    )
    won, every = (mean_of(weights, scores) for weights in joint)
    return (won - every) * power


def literal_limit(point: Point) -> Fraction:
    """The contrast of the scores under π_a, normalised first."""
    policy, power = point["moving"](), int(1 / point["tau"])
    total = sum((c ** (1 + power) for c in policy.probabilities), Fraction(0))
    sharp = SoftmaxPolicy(tuple(c ** (1 + power) / total for c in policy.probabilities), policy.rewards)
    scores = first_scores(policy)
    return power * (class_mean(sharp, lambda o: scores[o], 1) - mean_of(sharp.probabilities, scores))


def sharpened_points(_: int) -> Iterator[Point]:
    """Policies whose successes come first."""
    for policy, power in product((*POLICIES[:2], SoftmaxPolicy.of("1/8 1/2 3/8", "1 0 0")), (1, 3)):
        scores = first_scores(policy)
        named = {"k": sum(map(int, policy.rewards)), "K": len(scores), "tau": Fraction(1, power)}
        levels = tuple(precisely(log)(chance) for chance in policy.probabilities)
        yield {
            **named,
            "ell": lambda o, levels=levels: levels[o - 1],
            "s": at_outcome(scores),
            "moving": lambda policy=policy: policy,
        }


claim = Claim(
    name="ec-rlvr-double-temperature",
    source="grpo-theory",
    label="Theorem",
    says="as G → ∞, with a = 1 + 1/τ and π_a ∝ π^a, E[−∇L_G] → (1/τ)(E_{π_a}[s | r=1] − E_{π_a}[s]) on every finite"
    " policy: the distance is at most C/(τG), C the sum over the two means of (Var u + Var u(s−ν) + 2M·Var u)/(2δ²),"
    " u = π^{1/τ}, or 0 for a failure in the first mean, δ = E u, ν = E us/δ, M the width of the scores' range",
    statements=(within(1), within(-1), variance_of_means(), limit_of_scores()),
)
