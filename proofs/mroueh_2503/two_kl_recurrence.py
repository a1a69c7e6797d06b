"""z_n = αz_ref + (1−α)z_{n−1} + Δ_R + Ω_ε(p_{n−1})/β, Δ_R = (1−α)[D_α(ref_F‖prev_F) − D_α(ref_S‖prev_S)].

The maximiser of the two-KL objective tilts π_ref^α π_prev^{1−α}. Its odds of success are e^{Ω_ε/β} times the quotient
of two sums of such powers, over successes and over failures; writing them with conditional distributions splits off
the odds p_ref/(1−p_ref) and p/(1−p) and leaves the two Rényi divergences.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.exponentials import logarithm_of
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

of_kept = chain(kept, Step(sp.exp(plus / beta) * S, "successes share the factor e^{ω⁺/β}"))
of_lost = chain(lost, Step(sp.exp(-minus / beta) * F, "failures share the factor e^{−ω⁻/β}"))
grown = sp.exp(plus / beta) * S / (sp.exp(-minus / beta) * F)
log_of_grown = logarithm_of(grown, [(sp.E, plus / beta), (S, 1), (sp.E, minus / beta), (F, -1)])
log_of_success = logarithm_of(inside_success, [(S, 1), (p_ref, -alpha), (p, alpha - 1)])
log_of_failure = logarithm_of(inside_failure, [(F, 1), (1 - p_ref, -alpha), (1 - p, alpha - 1)])
log_of_odds_ref = logarithm_of(odds_ref, [(p_ref, 1), (1 - p_ref, -1)])
log_of_odds = logarithm_of(odds, [(p, 1), (1 - p, -1)])


@precisely
def new_log_odds(point: Point) -> flint.arb:
    """The log-odds of success of the tilted geometric mean, all outcomes one by one."""
    gains = smoothed_advantages(point["previous"], point["rewards"], point["epsilon"])
    mean = geometric_mean(point["reference"], point["previous"], point["alpha"])
    new = tilted(mean, [gain / as_ball(point["beta"]) for gain in gains])
    return log_odds(reward_mean(new, point["rewards"]))


@precisely
def by_divergences(point: Point) -> flint.arb:
    """The recursion with both Rényi divergences computed from the conditional distributions."""
    share, rewards = as_ball(point["alpha"]), point["rewards"]
    divergences = [
        renyi_divergence(conditional(point["reference"], rewards, r), conditional(point["previous"], rewards, r), share)
        for r in (0, 1)
    ]
    chances = [reward_mean(point[name], rewards) for name in ("reference", "previous")]
    total_weight = 1 / (chances[1] * (1 - chances[1]) + as_ball(point["epsilon"])).sqrt()
    mixed = share * log_odds(chances[0]) + (1 - share) * log_odds(chances[1])
    return mixed + (1 - share) * (divergences[0] - divergences[1]) + total_weight / as_ball(point["beta"])


PAIRS = (
    (("1/3",), ("2/3",), ("3/5",), ("2/5",)),
    (("1/6", "1/3"), ("1/2",), ("2/5", "1/5"), ("2/5",)),
    (("1/16", "1/4"), ("1/8", "1/2", "1/16"), ("1/5", "1/10"), ("1/5", "1/5", "3/10")),
)


def points(_: int) -> Iterator[Point]:
    """Pairs of policies with two, three and five outcomes whose conditional distributions differ."""
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
        shares, strengths = (Fraction(1, 2), Fraction(1, 3), Fraction(9, 10)), (Fraction(1), Fraction(1, 5))
        for at in grid(alpha=shares, beta=strengths, epsilon=(Fraction(0), Fraction(1, 9))):
            yield {**named, "rewards": rewards, **at, **functions}


claim = Claim(
    name="two-kl-recurrence",
    source="mroueh-2503",
    label="two-KL recursion",
    says="z_n = αz_ref + (1−α)z_{n−1} + Δ_R + Ω_ε(p_{n−1})/β with"
    " Δ_R = (1−α)[D_α(ref_F‖prev_F) − D_α(ref_S‖prev_S)], on every finite policy",
    statements=(
        Statement(
            Side(sp.log(kept / lost), new_log_odds),
            Relation.EQUAL,
            Side(recursion, by_divergences),
            Domain(
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
            ),
            (
                Derivation(
                    (
                        Step(
                            sp.log(grown), "the tilt's factors are drawn out of both sums", rewriting=(of_kept, of_lost)
                        ),
                        Step(
                            1 / (deviation * beta) + sp.log(S) - sp.log(F),
                            "ω⁺ + ω⁻ = Ω_ε",
                            using=(log_of_grown,),
                        ),
                        Step(
                            recursion,
                            "conditional distributions are the policies over p_ref, p, 1−p_ref and 1−p",
                            using=(
                                (log_of_failure, sp.Integer(1)),
                                (log_of_success, sp.Integer(-1)),
                                (log_of_odds_ref, -alpha),
                                (log_of_odds, alpha - 1),
                            ),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
