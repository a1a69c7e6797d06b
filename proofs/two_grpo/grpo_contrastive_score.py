"""∇(−J) = −(E₊[a∇log π] − E₋[b∇log π]) on-policy with a = b = √Var, for J with the ratios π_θ/π_old of Equation 5.

The loss −J of a trajectory-level ratio ascends the contrast of the scores. With the ratio averaged over tokens, as in
Equation 5, the same holds with (1/|o|)Σ_t ∇log π(o_t | o_<t) in place of ∇log π(o). Samples and Var stay fixed.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import differentiated
from grpo_theory.losses.contrast import class_distribution, contrastive_gradient
from grpo_theory.policies.dual import Dual, constant, dual_total
from grpo_theory.policies.gradient_points import all_coordinates, example_policies
from grpo_theory.policies.moving import moving_probability
from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.policies.vectors import RationalVector, combination
from grpo_theory.symbols import K, o, p, t, theta

old, r, new = sp.Function("pi_old")(o), sp.Function("r")(o), sp.Function("pi")(o, theta)
plus, minus = sp.Function("pi_plus")(o), sp.Function("pi_minus")(o)
old_token, token = sp.Function("token_old")(o, t), sp.Function("token")(o, t, theta)
length = sp.Function("length")(o)
DOMAIN = Domain(
    (natural(K, 1), real(p, 0, 1), real(old, 0), real(old_token, 0), real(length, 0), choice(r, 0, 1)),
    "every finite policy with success probability p, on-policy: derivatives at π_θ = π_old",
    (Given(plus, r * old / p, o, sp.S(1), K), Given(minus, (1 - r) * old / (1 - p), o, sp.S(1), K)),
)
deviation = sp.sqrt(p * (1 - p))
Ratio = Callable[[FinitePolicy, int], Dual]
Direction = Callable[[FinitePolicy, int], RationalVector]


def contrast(term: sp.Expr) -> sp.Expr:
    """E₊ − E₋ of one expression under the sampling policy."""
    return sp.Sum(plus * term, (o, 1, K)) - sp.Sum(minus * term, (o, 1, K))


def part(ratio: sp.Expr, score: sp.Expr, moving: Ratio, direction: Direction) -> Statement:
    """The statement for one kind of ratio; on-policy the ratio's derivative is the score."""
    loss = -deviation * contrast(ratio)
    why = "∇(π_θ/π_old) = ∇log π_θ at π_θ = π_old"
    steps = (Step(-deviation * contrast(score), why, using=(differentiated(loss, theta),)),)
    return Statement(
        Side(sp.Derivative(loss, theta, evaluate=False), lambda point: frozen_gradient(point, moving)),
        Relation.EQUAL,
        Side(-contrast(deviation * score), lambda point: general_form(point, direction)),
        DOMAIN,
        (Derivation(steps), Enumeration(points)),
    )


def whole_ratio(policy: FinitePolicy, outcome: int) -> Dual:
    """π_θ(o)/π_old(o) at π_θ = π_old, with its gradient."""
    return moving_probability(policy, outcome) / policy.probabilities[outcome]


def token_ratio(policy: FinitePolicy, outcome: int) -> Dual:
    """The mean of the token ratios at π_θ = π_old, with its gradient."""
    tokens = zip(policy.token_probabilities(outcome), policy.token_gradients(outcome), strict=True)
    ratios = [Dual(probability, gradient) / probability for probability, gradient in tokens]
    return dual_total(ratios, policy.dimension) / len(ratios)


def whole_score(policy: FinitePolicy, outcome: int) -> RationalVector:
    """∇log π(o)."""
    return policy.score(outcome)


def mean_token_score(policy: FinitePolicy, outcome: int) -> RationalVector:
    """∇log π(o)/|o|: the logarithms of the tokens' probabilities add up to that of the sequence."""
    share = Fraction(1, len(policy.token_probabilities(outcome)))
    return combination([(share, policy.score(outcome))], policy.dimension)


def frozen_gradient(point: Point, moving: Ratio) -> Surd:
    """∇(−J) with frozen samples and weight, each ratio carrying its own gradient."""
    policy, chance = point["moving"](), point["p"]
    terms = []
    for outcome, probability in enumerate(policy.probabilities):
        share = probability / chance if policy.rewards[outcome] == 1 else -probability / (1 - chance)
        terms.append(moving(policy, outcome) * share)
    whole = dual_total(terms, policy.dimension) * constant(-Surd.sqrt(chance * (1 - chance)), policy.dimension)
    return Surd.of(whole.gradient[point["coordinate"]])


def general_form(point: Point, direction: Direction) -> Surd:
    """Equation 7 with a = b = √Var and scores in place of ∇π."""
    policy, chance = point["moving"](), point["p"]
    plus, minus = (class_distribution(policy, reward) for reward in (1, 0))
    coefficient = Surd.sqrt(chance * (1 - chance))
    gradient = contrastive_gradient(
        plus, minus, lambda o: coefficient, lambda o: coefficient, lambda o: direction(policy, o)
    )
    return gradient[point["coordinate"]]


def points(_: int) -> Iterator[Point]:
    """Every logit of small policies with uneven probabilities, token sequences among them."""
    for point in all_coordinates(*example_policies()):
        shares = [class_distribution(point["moving"](), reward) for reward in (1, 0)]
        yield point | {
            "pi_old": point["pi"],
            "token_old": point["token"],
            "pi_plus": lambda o, share=shares[0]: share.get(o - 1, Fraction(0)),
            "pi_minus": lambda o, share=shares[1]: share.get(o - 1, Fraction(0)),
        }


claim = Claim(
    name="grpo-contrastive-score",
    source="two-grpo",
    label="Proposition 3.2",
    says=(
        "on-policy, with J of Eq. 9 in the ratios of Eq. 5, ∇(−J) = −(E₊[a∇log π] − E₋[b∇log π]) holds with "
        "a = b = √Var; with ratios averaged over tokens ∇log π is averaged over them too"
    ),
    statements=(
        part(new / old, sp.Derivative(new, theta) / old, whole_ratio, whole_score),
        part(
            sp.Sum(token / old_token, (t, 1, length)) / length,
            sp.Sum(sp.Derivative(token, theta) / old_token, (t, 1, length)) / length,
            token_ratio,
            mean_token_score,
        ),
    ),
)
