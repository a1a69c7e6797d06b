"""∇J = √Var·(E₊∇π^GRPO − E₋∇π^GRPO), Equation 10, as the derivative of Equation 9.

It differentiates the token probabilities only, although √Var, π⁺ and π⁻ depend on the parameters too. The whole
derivative has two more parts: √Var times the difference of the classes' covariances of π^GRPO with the score, and
∇√Var = (1−2p)∇p/(2√Var) times the contrast itself.
"""

from collections.abc import Iterator

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.facts import differentiated
from grpo_theory.losses.contrast import population_contrast_derivative, population_contrast_gradient
from grpo_theory.policies.classes import class_mean, success_probability
from grpo_theory.policies.gradient_points import all_coordinates, at_coordinate, example_policies
from grpo_theory.policies.moving import mean_token_probability
from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.policies.small import small_policies
from grpo_theory.symbols import K, o, theta

pi, f, r = sp.Function("pi")(o, theta), sp.Function("f")(o, theta), sp.Function("r")(o)
p = sp.Function("p_q")(theta)
SUCCESSES = Given(sp.Sum(r * pi, (o, 1, K)), p)
DOMAIN = Domain(
    (natural(K, 1), real(p, 0, 1), real(pi, 0), choice(r, 0, 1)),
    "every finite policy with binary rewards, both classes present",
    (SUCCESSES,),
)


def over_outcomes(term: sp.Expr) -> sp.Sum:
    """Σ over the outcomes."""
    return sp.Sum(term, (o, 1, K))


root = sp.sqrt(p * (1 - p))
slope_of_p, slope_of_pi, slope_of_f = (sp.Derivative(quantity, theta) for quantity in (p, pi, f))
mean_plus, mean_minus = over_outcomes(r * pi * f) / p, over_outcomes((1 - r) * pi * f) / (1 - p)
objective = root * (mean_plus - mean_minus)
printed = root * (over_outcomes(r * pi * slope_of_f) / p - over_outcomes((1 - r) * pi * slope_of_f) / (1 - p))
# E[f·∇log π | class] − E[f | class]·E[∇log π | class], where Σ_{r=1} ∇π = ∇p and Σ_{r=0} ∇π = −∇p.
covariance_plus = over_outcomes(r * slope_of_pi * f) / p - mean_plus * slope_of_p / p
covariance_minus = over_outcomes((1 - r) * slope_of_pi * f) / (1 - p) + mean_minus * slope_of_p / (1 - p)
of_deviation = (1 - 2 * p) * slope_of_p / (2 * root) * (mean_plus - mean_minus)
whole = printed + root * (covariance_plus - covariance_minus) + of_deviation


def whole_literally(point: Point) -> Surd:
    """The three parts from class means of f, of the score, and of their product, coordinate by coordinate."""
    policy: FinitePolicy = point["moving"]()
    c: int = point["coordinate"]
    value = [mean_token_probability(policy, o) for o in range(len(policy.rewards))]
    score = [policy.score(o)[c] for o in range(len(policy.rewards))]
    means = [class_mean(policy, lambda o: value[o], reward) for reward in (1, 0)]
    scores = [class_mean(policy, lambda o: score[o], reward) for reward in (1, 0)]
    products = [class_mean(policy, lambda o: value[o] * score[o], reward) for reward in (1, 0)]
    plus, minus = (xy - x * y for xy, x, y in zip(products, means, scores, strict=True))
    chance = success_probability(policy)
    variance = chance * (1 - chance)
    slope = variance * (scores[0] - scores[1])
    deviation = Surd.sqrt(variance)
    by_deviation = (1 - 2 * chance) * slope * (means[0] - means[1]) / (2 * deviation)
    return population_contrast_gradient(policy)[c] + deviation * (plus - minus) + by_deviation


def search() -> Iterator[Point]:
    """Softmax policies, the smallest first, coordinate by coordinate."""
    return all_coordinates(*small_policies())


def holds_for_two_outcomes(point: Point) -> bool:
    """Along p, Equation 9 is √(pq)(p − q), of slope 2√(pq) + (1−2p)(p−q)/(2√(pq)); its printed part is 2√(pq)."""
    p, q = point["policy"]
    return bool(4 * p * q + (1 - 2 * p) * (p - q) == 4 * p * q)


def points(_: int) -> Iterator[Point]:
    """Every logit of small policies with uneven probabilities, token sequences among them."""
    return all_coordinates(*example_policies())


left = Side(sp.Derivative(objective, theta, evaluate=False), at_coordinate(population_contrast_derivative))

claim = Claim(
    name="objective-derivative",
    source="two-grpo",
    label="Eq. 10",
    says="∇J = √Var·(E₊∇π^GRPO − E₋∇π^GRPO) is the derivative of Eq. 9, p_q and π^± depending on θ",
    statements=(
        Statement(
            left,
            Relation.EQUAL,
            Side(printed, at_coordinate(population_contrast_gradient)),
            DOMAIN,
            (Counterexample(search, holds_for_two_outcomes),),
        ),
    ),
    repair=Claim(
        name="objective-derivative-repaired",
        source="two-grpo",
        label="Eq. 10",
        says=(
            "∇J = √Var·(E₊∇f − E₋∇f) + √Var·(Cov₊(f, ∇log π) − Cov₋(f, ∇log π)) + (1−2p)∇p/(2√Var)·(E₊f − E₋f), "
            "f = π^GRPO"
        ),
        statements=(
            Statement(
                left,
                Relation.EQUAL,
                Side(whole, whole_literally),
                DOMAIN,
                (
                    Derivation(
                        (
                            Step(
                                differentiated(objective, theta).rhs,
                                "products and quotients are differentiated, outcome by outcome",
                                using=(differentiated(objective, theta),),
                            ),
                            Step(whole, "the terms are collected by what moves: f, the classes, the deviation"),
                        )
                    ),
                    Enumeration(points),
                ),
            ),
        ),
    ),
)
