"""z_n = αz_ref + (1−α)z_{n−1} + Δ_R + Ω_ε(p_n), the two-KL recursion as the source displays it.

The weight belongs to the policy that was sampled, p_{n−1}, and is divided by β; with both put right the recursion holds
on every finite policy. The display already fails for two outcomes at π_ref = π_prev = (1/2, 1/2).
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.facts import lemma
from grpo_theory.ledger.points import grid
from grpo_theory.policies.points import at_outcome
from grpo_theory.policies.tilts import (
    conditional,
    geometric_mean,
    log_odds,
    renyi_divergence,
    reward_mean,
    smoothed_advantages,
    tilted,
)
from grpo_theory.symbols import K, alpha, beta, epsilon, j, m, o, p, p_ref

# Successes are numbered 1 … K, failures 1 … m.
ref_success, prev_success = sp.Function("ref_success")(o), sp.Function("prev_success")(o)
ref_failure, prev_failure = sp.Function("ref_failure")(j), sp.Function("prev_failure")(j)
deviation = sp.sqrt(p * (1 - p) + epsilon)
plus, minus = (1 - p) / deviation, p / deviation


def over_successes(summand: sp.Expr) -> sp.Sum:
    """A sum over the outcomes of reward 1."""
    return sp.Sum(summand, (o, 1, K))


def over_failures(summand: sp.Expr) -> sp.Sum:
    """A sum over the outcomes of reward 0."""
    return sp.Sum(summand, (j, 1, m))


powers_of_success = ref_success**alpha * prev_success ** (1 - alpha)
powers_of_failure = ref_failure**alpha * prev_failure ** (1 - alpha)
S, F = over_successes(powers_of_success), over_failures(powers_of_failure)
kept = over_successes(powers_of_success * sp.exp(plus / beta))
lost = over_failures(powers_of_failure * sp.exp(-minus / beta))
inside_success = over_successes((ref_success / p_ref) ** alpha * (prev_success / p) ** (1 - alpha))
inside_failure = over_failures((ref_failure / (1 - p_ref)) ** alpha * (prev_failure / (1 - p)) ** (1 - alpha))
renyi_success, renyi_failure = (sp.log(inside) / (alpha - 1) for inside in (inside_success, inside_failure))
renyi_term = (1 - alpha) * (renyi_failure - renyi_success)
odds_ref, odds = p_ref / (1 - p_ref), p / (1 - p)
recursion = alpha * sp.log(odds_ref) + (1 - alpha) * sp.log(odds) + renyi_term + 1 / (deviation * beta)

before = sp.log(kept / lost)
p_n = kept / (kept + lost)
displayed = recursion - 1 / (deviation * beta) + 1 / sp.sqrt(p_n * (1 - p_n) + epsilon)
proved = lemma("two-kl-recurrence", before, recursion, {})


@precisely
def new_policy(point: Point) -> tuple[flint.arb, ...]:
    """The tilted geometric mean, all outcomes one by one."""
    gains = smoothed_advantages(point["previous"], point["rewards"], point["epsilon"])
    mean = geometric_mean(point["reference"], point["previous"], point["alpha"])
    return tilted(mean, [gain / as_ball(point["beta"]) for gain in gains])


def new_log_odds(point: Point) -> flint.arb:
    """Its log-odds of success."""
    return log_odds(reward_mean(new_policy(point), point["rewards"]))


def without_weight(point: Point) -> flint.arb:
    """αz_ref + (1−α)z_{n−1} + Δ_R, both Rényi divergences computed from the conditional distributions."""
    share, rewards = as_ball(point["alpha"]), point["rewards"]
    divergences = [
        renyi_divergence(conditional(point["reference"], rewards, r), conditional(point["previous"], rewards, r), share)
        for r in (0, 1)
    ]
    chances = [reward_mean(point[name], rewards) for name in ("reference", "previous")]
    mixed = share * log_odds(chances[0]) + (1 - share) * log_odds(chances[1])
    return mixed + (1 - share) * (divergences[0] - divergences[1])


def total_weight(chance: flint.arb, point: Point) -> flint.arb:
    """Ω_ε at a success probability."""
    return 1 / (chance * (1 - chance) + as_ball(point["epsilon"])).sqrt()


@precisely
def by_display(point: Point) -> flint.arb:
    """The display: the weight of the new policy, not divided by β."""
    return without_weight(point) + total_weight(reward_mean(new_policy(point), point["rewards"]), point)


@precisely
def by_recursion(point: Point) -> flint.arb:
    """The recursion: the weight of the previous policy over β."""
    last = reward_mean(point["previous"], point["rewards"])
    return without_weight(point) + total_weight(last, point) / as_ball(point["beta"])


PAIRS = (
    (("1/2",), ("1/2",), ("1/2",), ("1/2",)),
    (("1/3",), ("2/3",), ("3/5",), ("2/5",)),
    (("1/6", "1/3"), ("1/2",), ("2/5", "1/5"), ("2/5",)),
)


def points() -> Iterator[Point]:
    """Pairs of policies with two and three outcomes, from equal ones on, at several shares, strengths, smoothings."""
    for pair in PAIRS:
        a, c, b, d = (tuple(Fraction(text) for text in part) for part in pair)
        named = {"K": len(a), "m": len(c), "reference": a + c, "previous": b + d, "p_ref": sum(a), "p": sum(b)}
        functions = {
            "ref_success": at_outcome(a),
            "prev_success": at_outcome(b),
            "ref_failure": at_outcome(c),
            "prev_failure": at_outcome(d),
        }
        rewards = (1,) * len(a) + (0,) * len(c)
        shares, strengths = (Fraction(1, 2), Fraction(1, 3)), (Fraction(1), Fraction(1, 5))
        for at in grid(alpha=shares, beta=strengths, epsilon=(Fraction(0), Fraction(1, 9))):
            yield {**named, "rewards": rewards, **at, **functions}


def recheck(point: Point) -> bool:
    """For π_ref = π_prev, p = 1/2 and β = 1 the display says Ω(p_n) = Ω(1/2), which is so at p_n = 1/2 alone.

    The odds after the step are e^Ω > 1 + Ω, Ω(1/2) = 1/√(1/4+ε) ≥ 1/(1/2+ε): in fractions. Elsewhere nothing is said.
    """
    if point["reference"] != point["previous"] or point["p"] != Fraction(1, 2) or point["beta"] != 1:
        return True
    least: Fraction = 1 / (Fraction(1, 2) + point["epsilon"])
    return bool(1 + least <= 1)


DOMAIN = Domain(
    (
        natural(K, 1),
        natural(m, 1),
        real(alpha, None, 1),
        real(p, 0, 1),
        real(p_ref, 0, 1),
        real(beta, 0),
        real(epsilon, 0, closed="lower"),
        real(ref_success, 0),
        real(prev_success, 0),
        real(ref_failure, 0),
        real(prev_failure, 0),
    ),
    "every finite policy with K successes and m failures",
    (
        Given(over_successes(ref_success), p_ref),
        Given(over_successes(prev_success), p),
        Given(over_failures(ref_failure), 1 - p_ref),
        Given(over_failures(prev_failure), 1 - p),
    ),
)

repaired = Claim(
    name="two-kl-display-repaired",
    source="mroueh-2503",
    label="two-KL recursion, display",
    says="z_n = αz_ref + (1−α)z_{n−1} + Δ_R + Ω_ε(p_{n−1})/β on every finite policy",
    statements=(
        Statement(
            Side(before, new_log_odds),
            Relation.EQUAL,
            Side(recursion, by_recursion),
            DOMAIN,
            (
                Derivation((Step(recursion, "the recursion proved on every finite policy", using=(proved,)),)),
                Enumeration(lambda _: points()),
            ),
        ),
    ),
)

claim = Claim(
    name="two-kl-display",
    source="mroueh-2503",
    label="two-KL recursion, display",
    says="z_n = αz_ref + (1−α)z_{n−1} + Δ_R + Ω_ε(p_n), the Rényi term Δ_R as in the recursion, on every finite policy",
    statements=(
        Statement(
            Side(before, new_log_odds),
            Relation.EQUAL,
            Side(displayed, by_display),
            DOMAIN,
            (Counterexample(points, recheck),),
        ),
    ),
    repair=repaired,
)
