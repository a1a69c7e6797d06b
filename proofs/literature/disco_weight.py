"""The expected update is c_G·(E₊s − E₋s), and c_G → √(p(1−p)) for grpo, c_G → p(1−p) for Dr. GRPO's r − m, as G → ∞.

DisCO reads both losses as a weighted difference of the two classes' scores and takes the weights of an infinite group.
At finite G the weight is the group contrast: (G−1)/G·p(1−p) for Dr. GRPO, the mean of the group's deviation for grpo.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.calculus import limit_multiple
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Convergence, Enumeration
from grpo_theory.ledger.facts import algebra, binomial_mean, lemma, limit_fact
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.policies.finite import SoftmaxPolicy, two_outcome
from grpo_theory.policies.groups import expected_update
from grpo_theory.policies.points import at_outcome, policy_point
from grpo_theory.symbols import G, K, k, o, p, s

q = 1 - p
pi, score, reward = sp.Function("pi"), sp.Function("s"), sp.Function("r")
of_success, of_failure = sp.Function("A_success"), sp.Function("A_failure")
CENTRED = Given(k * of_success(k), -(G - k) * of_failure(k), k, sp.S(1), G - 1)
SILENT = (Given(of_success(G), sp.S(0)), Given(of_failure(sp.S(0)), sp.S(0)))
chance = sp.binomial(G, k) * p**k * q ** (G - k)
others = sp.binomial(G - 1, s) * p**s * q ** (G - 1 - s)
contrast = sp.Sum(chance * k * of_success(k) / G, (k, 1, G))
given_success = sp.Sum(others * of_success(s + 1), (s, 0, G - 1))
given_failure = sp.Sum(others * of_failure(s), (s, 0, G - 1))
successes = sp.Sum(pi(o) * score(o) * reward(o), (o, 1, K))
failures = sp.Sum(pi(o) * score(o) * (1 - reward(o)), (o, 1, K))
update = given_success * successes + given_failure * failures
class_contrast = successes / p - failures / q

grpo_contrast = sp.Sum(chance * sp.sqrt(k * (G - k)) / G, (k, 0, G))
plain_contrast = sp.Sum(chance * k * (1 - k / G) / G, (k, 0, G))
of_grpo = lemma("grpo-arcsine", sp.Limit(grpo_contrast / (p * q), G, sp.oo), 1 / sp.sqrt(p * q), {})
grpo_limit = limit_multiple(of_grpo, p * q, algebra(grpo_contrast, grpo_contrast, "c_G is p(1−p) times the weight"))
moments = binomial_mean(k * (G - k), G, p, k)
plain_closed = chain(
    plain_contrast,
    Step(moments.lhs / G**2, "1 − k/G = (G−k)/G"),
    Step(p * q * ((G - 1) / G), "E[k(G−k)] = G(G−1)·p(1−p)", using=((moments, 1 / G**2),)),
)
plain_limit = limit_multiple(limit_fact((G - 1) / G, G, sp.S(1)), p * q, plain_closed)

POLICIES = (SoftmaxPolicy.of("1/3 2/3", "1 0"), SoftmaxPolicy.of("1/5 3/10 1/2", "1 1 0"))


def one_coordinate(point: Point) -> Surd:
    """One coordinate of E[(1/G) Σ A_i s_i] over all K^G groups of outcomes."""
    policy = SoftmaxPolicy(point["policy"], point["rewards"])
    return expected_update(rule(point["rule"]), policy, point["G"])[point["coordinate"]]


def points(max_group: int) -> Iterator[Point]:
    """Every coordinate for three centred rules and two policies, with A⁺(k) and A⁻(k) read off reward vectors."""
    for policy, name in product(POLICIES, ("grpo", "mean_only", "maxrl")):
        for size, at in product(range(2, min(max_group, 4) + 1), range(policy.dimension)):
            vectors = [(Fraction(1),) * count + (Fraction(0),) * (size - count) for count in range(size + 1)]
            advantages = [rule(name).on_rewards(vector) for vector in vectors]
            yield policy_point(policy) | {
                "G": size,
                "rule": name,
                "coordinate": at,
                "s": at_outcome(tuple(policy.score(o)[at] for o in range(policy.dimension))),
                "A_success": lambda count, table=advantages: table[count][0],
                "A_failure": lambda count, table=advantages: table[count][-1],
            }


def weight_of(name: str, point: Point) -> Surd:
    """The factor between the literal expected update and E₊s − E₋s = (1, −1) of the two-outcome policy."""
    return expected_update(rule(name), two_outcome(point["p"]), point["G"])[0]


def sizes(_: int) -> Iterator[Point]:
    """Groups of 2, 4 and 8: at 8 the bounds tell a limit from its multiples."""
    return grid(G=(2, 4, 8), p=PROBABILITIES)


def grpo_bound(point: Point) -> Surd:
    """√(p(1−p))/(G·p(1−p)), which falls to zero as the group grows."""
    return Surd.of(1) / (Surd.sqrt(point["p"] * (1 - point["p"])) * Surd.of(point["G"]))


LIMITS = Domain((natural(G, 2), real(p, 0, 1)))

claim = Claim(
    name="disco-weight",
    source="literature",
    label="DisCO",
    says="the expected update is a weight times E₊s − E₋s, the difference of the classes' mean scores; as G → ∞"
    " the weight tends to √(p(1−p)) for GRPO and to p(1−p) for Dr. GRPO",
    statements=(
        Statement(
            Side(update, one_coordinate),
            Relation.EQUAL,
            Side(contrast * class_contrast),
            Domain(
                (natural(G, 2), real(p, 0, 1), natural(K, 1), choice(reward(o), 0, 1)),
                "every centred count rule; every finite policy with success probability p",
                (CENTRED, *SILENT),
            ),
            (
                Derivation(
                    (
                        Step(
                            contrast * class_contrast,
                            "E[A | r=1] = c_G/p and E[A | r=0] = −c_G/(1−p)",
                            using=(
                                (lemma("advantage-from-contrast", given_success, contrast / p, {}), successes),
                                (lemma("advantage-from-contrast", given_failure, -contrast / q, {}, part=1), failures),
                            ),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
        Statement(
            Side(sp.Limit(grpo_contrast, G, sp.oo)),
            Relation.EQUAL,
            Side(sp.sqrt(p * q)),
            LIMITS,
            (
                Derivation((Step(sp.sqrt(p * q), "w_G = c_G/(p(1−p)) tends to 1/√(p(1−p))", using=(grpo_limit,)),)),
                Convergence(lambda point: weight_of("grpo", point), grpo_bound, sizes),
            ),
        ),
        Statement(
            Side(sp.Limit(plain_contrast, G, sp.oo)),
            Relation.EQUAL,
            Side(p * q),
            LIMITS,
            (
                Derivation((Step(p * q, "c_G = (G−1)/G·p(1−p)", using=(plain_limit,)),)),
                Convergence(
                    lambda point: weight_of("mean_only", point), lambda point: Fraction(1, 4 * point["G"]), sizes
                ),
            ),
        ),
    ),
)
