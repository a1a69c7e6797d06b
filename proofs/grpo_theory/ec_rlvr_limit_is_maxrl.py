"""τ·E[−∇L_G] → (1 − (1−p)^{G−1})·∇log p as τ → ∞ on every finite policy, which at G = 2 is ∇p.

As τ → ∞ every likelihood π^{1/τ} tends to one, so in each group with a success τ·(−∇L_G) tends to the mean score of the
successes less the mean score of all: maxrl's update. There are finitely many groups. Its expectation is a sum over the
counts of the companions of one rollout, P(some companion succeeds)·(E₊s − Es), where Es = 0 and E₊s = ∇log p.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import prod

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Convergence, Enumeration
from grpo_theory.ledger.exponentials import exponential_above, exponential_increases, logarithm_below
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import binomial_theorem, hypothesis, shifted, split, squeezed, summed
from grpo_theory.ledger.limits import limit_through
from grpo_theory.ledger.ranges import by_induction, linear
from grpo_theory.losses.ec_rlvr import ec_rlvr_weights
from grpo_theory.policies.finite import SoftmaxPolicy, two_outcome
from grpo_theory.policies.groups import expected_update
from grpo_theory.policies.points import at_outcome, policy_point
from grpo_theory.symbols import G, K, i, j, n, o, p, s, tau

q = 1 - p
# Groups with a success, numbered j = 1 … n, each with its probability P(j). The order of rollouts plays no part, so the
# first of them is a success; the others have likelihood π, reward r and score s (one coordinate).
law, first, first_score = (sp.Function(name)(j) for name in ("P", "pi_first", "s_first"))
likelihood, reward, score = (sp.Function(name)(j, i) for name in ("pi", "r", "s"))


def tempered(probability: sp.Expr) -> sp.Expr:
    """π^{1/τ}."""
    return sp.exp(sp.log(probability) / tau)


def over_others(body: sp.Expr) -> sp.Sum:
    """A sum over the rollouts after the first."""
    return sp.Sum(body, (i, 2, G))


def contrast(weigh_first: sp.Expr, weigh: sp.Expr) -> sp.Expr:
    """The weighted mean score of successes less that of all rollouts."""
    won = (weigh_first * first_score + over_others(reward * weigh * score)) / (
        weigh_first + over_others(reward * weigh)
    )
    every = (weigh_first * first_score + over_others(weigh * score)) / (weigh_first + over_others(weigh))
    return won - every


def tends_to_one(probability: sp.Expr) -> Fact:
    """π^{1/τ} → 1, between 1 + log(π)/τ and 1."""
    power = tempered(probability)
    tangent = (exponential_above(sp.log(probability) / tau), sp.S(1))
    below = chain(power, Step(1 + sp.log(probability) / tau, "e^x ≥ 1 + x", Relation.AT_LEAST, using=(tangent,)))
    falls = Step(sp.S(0), "log π ≤ π − 1 ≤ 0", Relation.AT_MOST, using=((logarithm_below(probability), 1 / tau),))
    above = exponential_increases(chain(sp.log(probability) / tau, falls))
    return squeezed(power, tau, sp.S(1), below, above)


limit = limit_through(
    sp.Sum(law * contrast(tempered(first), tempered(likelihood)), (j, 1, n)),
    tau,
    (tends_to_one(first), tends_to_one(likelihood)),
)

# The update of (r − m)/m in each of these groups, m = k/G.
mean = (1 + over_others(reward)) / G
of_rule = ((1 - mean) / mean * first_score + over_others((reward - mean) / mean * score)) / G
every_rollout = by_induction(over_others(sp.S(1)), o - 1, o)
apart = linear(over_others((reward - mean) / mean * score))
to_rule = (
    Step(
        sp.Sum(law * contrast(sp.S(1), sp.S(1)).subs(1 + over_others(sp.S(1)), G), (j, 1, n)),
        "G rollouts",
        rewriting=(every_rollout,),
    ),
    Step(
        sp.Sum(law * of_rule, (j, 1, n)),
        "Σ((r_i − m)/m)·s_i/G is the mean score of the successes less the mean score of all",
        using=((summed(apart, law / G, j, sp.S(1), n), -sp.S(1)),),
    ),
)

# One rollout with s successes among its G − 1 companions: (G−k)/k is its advantage if it succeeds, −1 if not.
pi, f, r = sp.Function("pi")(o), sp.Function("s")(o), sp.Function("r")(o)
others = sp.binomial(G - 1, s) * p**s * q ** (G - 1 - s)
given_success = sp.Sum(others * (G - s - 1) / (s + 1), (s, 0, G - 1))
given_failure = -sp.Sum(others, (s, 1, G - 1))
won, lost = sp.Sum(pi * r * f, (o, 1, K)), sp.Sum(pi * (1 - r) * f, (o, 1, K))
centred = Given(sp.Sum(pi * f, (o, 1, K)), sp.S(0))
everything = Given(sp.Sum(pi, (o, 1, K)), sp.S(1))
successes = Given(sp.Sum(pi * r, (o, 1, K)), p)
relabelled = shifted(given_success, -1)
ended = split(relabelled.rhs, last=1)
some_success = sp.Sum(others, (s, 1, G - 1))
of_success = chain(
    given_success,
    Step(relabelled.rhs, "k = s + 1 successes", using=(relabelled,)),
    Step(ended.rhs, "the term k = G is written out: it is zero", using=(ended,)),
    Step(q / p * some_success, "C(G−1, k−1)·(G−k)/k = C(G−1, k)"),
)
of_failures = chain(
    lost,
    Step(centred.lhs - won, "all but the successes"),
    Step(-won, "scores have mean zero", using=(hypothesis(centred),)),
)
all_chances = binomial_theorem(G - 1, p, q, s)
value = (1 - q ** (G - 1)) * won / p


def groups_of(policy: SoftmaxPolicy, size: int) -> Iterator[tuple[Fraction, tuple[int, ...]]]:
    """Every group of outcomes with its probability."""
    for group in product(range(len(policy.rewards)), repeat=size):
        yield prod((policy.probabilities[o] for o in group), start=Fraction(1)), group


@precisely
def by_definition(point: Point) -> flint.arb:
    """One coordinate of τ·E[−∇L_G] over all K^G groups, 0 where none succeeds."""
    policy, total = point["moving"](), flint.arb(0)
    for mass, group in groups_of(policy, point["G"]):
        likelihoods, rewards = [policy.probabilities[o] for o in group], [policy.rewards[o] for o in group]
        weights = ec_rlvr_weights(likelihoods, rewards, point["tau"])
        scores = [policy.score(o)[point["coordinate"]] for o in group]
        total += sum((as_ball(mass * x) * as_ball(w) for w, x in zip(weights, scores, strict=True)), flint.arb(0))
    return total * as_ball(point["tau"])


def of_means(point: Point) -> Fraction:
    """One coordinate of E[mean score of successes − mean score of all; some success] over all K^G groups."""
    policy, total = point["moving"](), Fraction(0)
    for mass, group in groups_of(policy, point["G"]):
        scores = [policy.score(o)[point["coordinate"]] for o in group]
        won_by = [score for score, o in zip(scores, group, strict=True) if policy.rewards[o] == 1]
        if won_by:
            total += mass * (sum(won_by) / Fraction(len(won_by)) - sum(scores) / Fraction(len(scores)))
    return total


POLICIES = (
    two_outcome("1/3"),
    SoftmaxPolicy.of("1/5 3/10 1/2", "1 1 0"),
    SoftmaxPolicy.of("1/2 1/8 3/8", "0 1 0"),
)


def of_maxrl(point: Point) -> Surd:
    """One coordinate of the expected update of the rule (r − m)/m, 0 in groups without success."""
    return expected_update(rule("maxrl"), point["moving"](), point["G"])[point["coordinate"]]


def of_logarithm(point: Point) -> Fraction:
    """(1 − (1−p)^{G−1})·∂p/p for one coordinate."""
    policy = point["moving"]()
    some_companion = 1 - (1 - point["p"]) ** (point["G"] - 1)
    return Fraction(some_companion * policy.success_gradient[point["coordinate"]] / point["p"])


def points(max_group: int) -> Iterator[Point]:
    """Policies with two and three outcomes, groups as long as there are few."""
    for policy in POLICIES:
        for size, at in product(range(2, min(max_group, 5) + 1), range(policy.dimension)):
            values = at_outcome(tuple(policy.score(o)[at] for o in range(policy.dimension)))
            yield {
                **policy_point(policy),
                "G": size,
                "coordinate": at,
                "s": values,
                "moving": lambda policy=policy: policy,
            }


def listed(point: Point) -> Point:
    """The groups with a success, numbered from 1, a success first in each."""
    policy, at = point["moving"](), point["coordinate"]
    rows = []
    for mass, group in groups_of(policy, point["G"]):
        if any(policy.rewards[o] == 1 for o in group):
            rows.append((mass, sorted(group, key=lambda o: -policy.rewards[o])))
    return {
        **{name: point[name] for name in ("G", "coordinate", "moving", "policy")},
        "n": len(rows),
        "P": lambda j: rows[j - 1][0],
        "pi_first": lambda j: policy.probabilities[rows[j - 1][1][0]],
        "s_first": lambda j: policy.score(rows[j - 1][1][0])[at],
        "pi": lambda j, i: policy.probabilities[rows[j - 1][1][i - 1]],
        "r": lambda j, i: policy.rewards[rows[j - 1][1][i - 1]],
        "s": lambda j, i: policy.score(rows[j - 1][1][i - 1])[at],
    }


def heated(_: int) -> Iterator[Point]:
    """Small groups at growing temperatures."""
    for point in points(3):
        if point["G"] == 2 or len(point["rewards"]) == 2:
            yield from (
                {**listed(point), "tau": temperature} for temperature in (Fraction(1), Fraction(16), Fraction(256))
            )


def once(_: int) -> Iterator[Point]:
    """The same groups, at one temperature."""
    return (point for point in heated(0) if point["tau"] == 1)


GROUPS = Domain(
    (natural(G, 2), natural(n, 1), real(first, 0, 1), real(likelihood, 0, 1), choice(reward, 0, 1), real(tau, 0)),
    "every finite policy: its groups with a success, in any number",
)

claim = Claim(
    name="ec-rlvr-limit-is-maxrl",
    source="grpo-theory",
    label="Theorem",
    says="τ·E[−∇L_G] → (1 − (1−p)^{G−1})·∇log p as τ → ∞ on every finite policy; at G = 2 this is ∇p",
    statements=(
        Statement(
            Side(limit.lhs),
            Relation.EQUAL,
            Side(limit.rhs, of_means),
            GROUPS,
            (
                Derivation((Step(limit.rhs, "π^{1/τ} → 1 for every rollout of every group", using=(limit,)),)),
                Convergence(by_definition, lambda point: 4 / point["tau"], heated),
            ),
        ),
        Statement(
            Side(limit.rhs, of_means),
            Relation.EQUAL,
            Side(to_rule[-1].line, of_maxrl),
            GROUPS,
            (Derivation(to_rule), Enumeration(once)),
        ),
        Statement(
            Side(given_success * won + given_failure * lost, of_means),
            Relation.EQUAL,
            Side(value, of_logarithm),
            Domain(
                (natural(G, 2), real(p, 0, 1), natural(K, 1), choice(r, 0, 1)),
                "every finite policy",
                (centred, everything, successes),
            ),
            (
                Derivation(
                    (
                        Step(
                            some_success * (q / p * won - lost),
                            "a success gains what a failure loses, (1−p)/p times",
                            using=((of_success, won),),
                        ),
                        Step(
                            some_success * won / p,
                            "scores have mean zero, and (1−p)/p + 1 = 1/p",
                            using=((of_failures, -some_success),),
                        ),
                        Step(
                            value,
                            "some of the G − 1 others succeeds unless all fail",
                            using=((split(all_chances.lhs, first=1), -won / p), (all_chances, won / p)),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
