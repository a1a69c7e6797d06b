"""Eq. 8 tends to √(p(1−p))·(E₊π^GRPO − E₋π^GRPO), Eq. 9, as G → ∞, on every finite policy, silent groups counted 0.

Given the rewards, the successes of a group are drawn from π⁺ and the failures from π⁻, so that the difference of the
two means has the expectation E₊ − E₋ in every mixed group: at finite G the objective is c_G·(E₊ − E₋), where c_G is the
mean of the group's deviation. c_G tends to √(p(1−p)), squeezed between its bounds (claim grpo-arcsine).
"""

from collections.abc import Iterator
from typing import Any

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.calculus import limit_multiple
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Convergence, Enumeration
from grpo_theory.ledger.facts import lemma, split
from grpo_theory.losses.contrast import group_contrast_objective, population_contrast_objective
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.gradient_points import example_policies, gradient_point
from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.symbols import G, K, k, o, p, s

q = 1 - p
pi, f, r = sp.Function("pi")(o), sp.Function("f")(o), sp.Function("r")(o)
DOMAIN = Domain(
    (natural(G, 2), real(p, 0, 1), natural(K, 1), choice(r, 0, 1)),
    "every finite policy with success probability p",
    (Given(sp.Sum(r * pi, (o, 1, K)), p), Given(sp.Sum((1 - r) * pi, (o, 1, K)), q)),
)
among_successes, among_failures = sp.Sum(r * pi * f, (o, 1, K)) / p, sp.Sum((1 - r) * pi * f, (o, 1, K)) / q
contrast = among_successes - among_failures
deviation = sp.sqrt(k * (G - k)) / G
chance = sp.binomial(G, k) * p**k * q ** (G - k)
# By symmetry the objective is G times what the first rollout adds: σ̂/k·f for a success, −σ̂/(G−k)·f for a failure,
# with s successes among its G − 1 companions.
others = sp.binomial(G - 1, s) * p**s * q ** (G - 1 - s)
of_success = sp.Sum(others * sp.sqrt((s + 1) * (G - s - 1)) / (s + 1), (s, 0, G - 1))
of_failure = sp.Sum(-others * sp.sqrt(s * (G - s)) / (G - s), (s, 0, G - 1))
mean_over_groups = of_success * sp.Sum(r * pi * f, (o, 1, K)) + of_failure * sp.Sum((1 - r) * pi * f, (o, 1, K))
all_groups = sp.Sum(chance * deviation, (k, 0, G))
weight = sp.Sum(chance * sp.sqrt(k * (G - k)) / G, (k, 0, G)) / (p * q)
top = sp.sqrt(p * q)
silent = split(all_groups, first=1)
mixed = sp.Sum(chance * k * sp.sqrt((G - k) / k) / G, (k, 1, G))
ADVANTAGES = {
    sp.Function("A_success"): sp.Lambda(k, sp.sqrt((G - k) / k)),
    sp.Function("A_failure"): sp.Lambda(k, -sp.sqrt(k / (G - k))),
}
successes, failures = sp.Sum(r * pi * f, (o, 1, K)), sp.Sum((1 - r) * pi * f, (o, 1, K))
steps = (
    Step(
        contrast * mixed,
        "√((G−k)/k) and −√(k/(G−k)) are a centred rule: E[A | r=1] = c_G/p and E[A | r=0] = −c_G/(1−p)",
        using=(
            (lemma("advantage-from-contrast", of_success, mixed / p, ADVANTAGES), successes),
            (lemma("advantage-from-contrast", of_failure, -mixed / q, ADVANTAGES, part=1), failures),
        ),
    ),
    Step(contrast * all_groups, "silent groups have deviation 0", using=((silent, -contrast),)),
)
finite = Derivation(steps)
scaled = chain(
    mean_over_groups,
    *steps,
    Step(contrast * p * q * weight, "c_G is p(1−p) times the effective weight"),
)
arcsine = lemma("grpo-arcsine", sp.Limit(weight, G, sp.oo), 1 / top, {})
infinite = Derivation(
    (
        Step(
            contrast * p * q / top,
            "c_G/(p(1−p)) tends to 1/√(p(1−p))",
            using=(limit_multiple(arcsine, contrast * p * q, scaled),),
        ),
        Step(top * contrast, "p(1−p)/√(p(1−p)) = √(p(1−p))"),
    )
)


def literal(point: Point) -> Surd:
    """Equation 8 over all K^G groups of the policy."""
    return group_contrast_objective(point["moving"](), point["G"])


def population(point: Point) -> Surd:
    """Equation 9 by class means."""
    return population_contrast_objective(point["moving"]())


def bound(point: Point) -> Surd:
    """A relative error of 1/(4G·p(1−p)), twice the leading term, which falls to zero as the group grows."""
    variance = point["p"] * (1 - point["p"])
    return abs(population(point)) / Surd.of(4 * variance * point["G"])


def point_of(policy: FinitePolicy, size: int) -> dict[str, Any]:
    """A policy and a group size; the coordinate of gradients plays no part."""
    point = gradient_point(policy, 0)
    return {name: value for name, value in point.items() if name != "coordinate"} | {"G": size}


def points(max_group: int) -> Iterator[Point]:
    """Softmax policies and policies over token sequences, as long as their groups are few."""
    for policy in example_policies():
        yield from (point_of(policy, size) for size in range(2, max_group + 1) if len(policy.rewards) ** size <= 256)


def sizes(_: int) -> Iterator[Point]:
    """Groups of 2, 4 and 8 rollouts: at 8 the bound tells the limit from its multiples."""
    for policy in (SoftmaxPolicy.of("2/5 3/5", "1 0"), SoftmaxPolicy.of("2/3 1/3", "1 0"), *example_policies()[:2]):
        yield from (point_of(policy, size) for size in (2, 4, 8) if len(policy.rewards) ** size < 1000)


claim = Claim(
    name="population-objective",
    source="two-grpo",
    label="Eq. 9",
    says=(
        "E √((1−p̂)p̂)·(mean over successes of π^GRPO − mean over failures), silent groups 0, tends to "
        "√(p(1−p))·(E₊π^GRPO − E₋π^GRPO) as G → ∞; at finite G it is c_G·(E₊π^GRPO − E₋π^GRPO), c_G = E√((1−p̂)p̂)"
    ),
    statements=(
        Statement(
            Side(mean_over_groups, literal),
            Relation.EQUAL,
            Side(contrast * all_groups),
            DOMAIN,
            (finite, Enumeration(points)),
        ),
        Statement(
            Side(sp.Limit(mean_over_groups, G, sp.oo)),
            Relation.EQUAL,
            Side(top * contrast, population),
            DOMAIN,
            (infinite, Convergence(literal, bound, sizes)),
        ),
    ),
)
