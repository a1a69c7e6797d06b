"""∇L = −(E₊[a∇π^GRPO] − E₋[b∇π^GRPO]) with a = b = −√Var, for L := J of Equation 9.

Proposition 3.2 under the reading that makes it one: π^± and Var(q) are not differentiated, π^GRPO, the mean token
probability f(o), takes the place of π, and J itself is called the loss, whence the minus sign of a and b.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import differentiated
from grpo_theory.losses.contrast import class_distribution, contrastive_gradient
from grpo_theory.policies.dual import constant, dual_total
from grpo_theory.policies.gradient_points import all_coordinates, example_policies
from grpo_theory.policies.moving import mean_token_gradient, moving_mean_token
from grpo_theory.symbols import K, o, p, theta

# π and p carry no θ: the sampling distributions and the weight are held fixed.
pi, r, f = sp.Function("pi")(o), sp.Function("r")(o), sp.Function("f")(o, theta)
plus, minus = sp.Function("pi_plus")(o), sp.Function("pi_minus")(o)
DOMAIN = Domain(
    (natural(K, 1), real(p, 0, 1), choice(r, 0, 1)),
    "every finite policy with success probability p; π^± and Var held fixed",
    (Given(plus, r * pi / p, o, sp.S(1), K), Given(minus, (1 - r) * pi / (1 - p), o, sp.S(1), K)),
)
deviation = sp.sqrt(p * (1 - p))
a = b = -deviation
slope = sp.Derivative(f, theta)


def contrast(of_success: sp.Expr, of_failure: sp.Expr) -> sp.Expr:
    """E₊ of one expression minus E₋ of another."""
    return sp.Sum(plus * of_success, (o, 1, K)) - sp.Sum(minus * of_failure, (o, 1, K))


objective = deviation * contrast(f, f)
equation_7 = -contrast(a * slope, b * slope)


def frozen_gradient(point: Point) -> Surd:
    """The derivative of Σ_o c(o)·f(o) with the numbers c of Equation 9, each f carrying its own gradient."""
    policy, chance = point["moving"](), point["p"]
    terms = []
    for outcome, probability in enumerate(policy.probabilities):
        share = probability / chance if policy.rewards[outcome] == 1 else -probability / (1 - chance)
        terms.append(moving_mean_token(policy, outcome) * share)
    whole = dual_total(terms, policy.dimension) * constant(Surd.sqrt(chance * (1 - chance)), policy.dimension)
    return Surd.of(whole.gradient[point["coordinate"]])


def general_form(point: Point) -> Surd:
    """Equation 7 with a = b = −√Var and π^GRPO in place of π."""
    policy, chance = point["moving"](), point["p"]
    plus, minus = (class_distribution(policy, reward) for reward in (1, 0))
    coefficient = -Surd.sqrt(chance * (1 - chance))
    gradient = contrastive_gradient(
        plus, minus, lambda o: coefficient, lambda o: coefficient, lambda o: mean_token_gradient(policy, o)
    )
    return gradient[point["coordinate"]]


def points(_: int) -> Iterator[Point]:
    """Every logit of small policies with uneven probabilities, token sequences among them."""
    for point in all_coordinates(*example_policies()):
        shares = [class_distribution(point["moving"](), reward) for reward in (1, 0)]
        yield point | {
            "pi_plus": lambda o, share=shares[0]: share.get(o - 1, Fraction(0)),
            "pi_minus": lambda o, share=shares[1]: share.get(o - 1, Fraction(0)),
        }


claim = Claim(
    name="grpo-is-contrastive",
    source="two-grpo",
    label="Proposition 3.2",
    says=(
        "with L := J of Eq. 9, π^± and Var(q) not differentiated and π^GRPO in place of π, "
        "∇L = −(E₊[a∇π^GRPO] − E₋[b∇π^GRPO]) holds with a = b = −√Var"
    ),
    statements=(
        Statement(
            Side(sp.Derivative(objective, theta, evaluate=False), frozen_gradient),
            Relation.EQUAL,
            Side(equation_7, general_form),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(
                            deviation * contrast(slope, slope),
                            "only the token probabilities move",
                            using=(differentiated(objective, theta),),
                        ),
                        Step(equation_7, "−√Var is drawn into both expectations"),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
