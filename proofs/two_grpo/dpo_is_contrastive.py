"""∇L_DPO = −(E[a(o⁺)∇π(o⁺)] − E[b(o⁻)∇π(o⁻)]) for coefficients a, b: the loss of DPO is contrastive.

Proposition 3.3 with coefficients that do what Definition 3.1 asks: a depends on its own sample, the other one being
averaged out: a(o⁺) = β·E[σ' | o⁺]/π(o⁺) and b(o⁻) = β·E[σ' | o⁻]/π(o⁻), by total expectation over any joint
distribution w(i, j) of pairs with marginals D⁺, D⁻.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.ledger.calculus import exchanged
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import differentiated, hypothesis, summed
from grpo_theory.losses import dpo
from grpo_theory.policies.autoregressive import AutoregressivePolicy
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.symbols import K, beta, i, j, m, theta

better, worse = sp.Function("pi_better")(i, theta), sp.Function("pi_worse")(j, theta)
better_ref, worse_ref = sp.Function("ref_better")(i), sp.Function("ref_worse")(j)
weight = sp.Function("w")(i, j)
share_better, share_worse = sp.Function("D_plus")(i), sp.Function("D_minus")(j)
positive = (better, worse, better_ref, worse_ref, share_better, share_worse)
odds = (better / better_ref) ** beta / (worse / worse_ref) ** beta
slope = weight / (1 + odds)
a, b = sp.Function("a")(i), sp.Function("b")(j)
# The coefficients: the mean of σ' = 1/(1+R) given one sample of the pair, times β, over the sample's probability.
OF_BETTER = Given(a, beta * sp.Sum(slope, (j, 1, m)) / share_better / better, i, sp.S(1), K)
OF_WORSE = Given(b, beta * sp.Sum(slope, (i, 1, K)) / share_worse / worse, j, sp.S(1), m)
DOMAIN = Domain(
    (natural(K, 1), natural(m, 1), real(beta, 0), *(real(probability, 0) for probability in positive)),
    "every pair of finite policies, every joint distribution of K preferred and m dispreferred outcomes",
    (
        Given(share_better, sp.Sum(weight, (j, 1, m)), i, sp.S(1), K),
        Given(share_worse, sp.Sum(weight, (i, 1, K)), j, sp.S(1), m),
        OF_BETTER,
        OF_WORSE,
    ),
)
loss = sp.Sum(sp.Sum(-weight * sp.log(odds / (1 + odds)), (j, 1, m)), (i, 1, K))
up = sp.Sum(slope * sp.Derivative(better, theta) / better, (j, 1, m), (i, 1, K))
down = sp.Sum(slope * sp.Derivative(worse, theta) / worse, (j, 1, m), (i, 1, K))
pull, push = share_better * sp.Derivative(better, theta), share_worse * sp.Derivative(worse, theta)
contrastive = -(sp.Sum(pull * a, (i, 1, K)) - sp.Sum(push * b, (j, 1, m)))

PAIRS = (
    (SoftmaxPolicy.of("1/3 2/3", "1 0"), SoftmaxPolicy.of("3/5 2/5", "1 0")),
    (SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 1"), SoftmaxPolicy.of("1/5 1/5 3/5", "1 0 1")),
    (SoftmaxPolicy.of("1/5 1/10 3/10 2/5", "0 1 1 0"), SoftmaxPolicy.of("1/4 1/2 1/8 1/8", "0 1 1 0")),
    (
        AutoregressivePolicy.of({(): "1/3 2/3", (1,): "1/4 3/4"}, "1 0 1", length=2, stop=0),
        AutoregressivePolicy.of({(): "1/2 1/2", (1,): "2/5 3/5"}, "1 0 1", length=2, stop=0),
    ),
)


def point_of(policy: FinitePolicy, ref: FinitePolicy, strength: int, coordinate: int) -> dict[str, Any]:
    """One coordinate of one pair of policies, and a joint distribution of pairs that is no product."""
    wins = [o for o, reward in enumerate(policy.rewards) if reward == 1]
    losses = [o for o, reward in enumerate(policy.rewards) if reward == 0]
    count = len(wins) * len(losses)
    ranks = {(x, y): 1 + x + y * len(wins) for x in range(len(wins)) for y in range(len(losses))}
    joint = {place: Fraction(2 * rank, count * (count + 1)) for place, rank in ranks.items()}
    pairs = tuple((w, wins[x], losses[y]) for (x, y), w in joint.items())
    pull, push = dpo.dpo_coefficients(policy, ref, strength, pairs)
    slopes = [policy.gradient_of_probability(o)[coordinate] for o in range(len(policy.rewards))]
    return {
        "policy": policy.probabilities,
        "reference": ref.probabilities,
        "beta": strength,
        "coordinate": coordinate,
        "K": len(wins),
        "m": len(losses),
        "moving": lambda: (policy, ref, strength, pairs),
        "a": lambda i: pull(wins[i - 1]),
        "b": lambda j: push(losses[j - 1]),
        "w": lambda i, j: joint[i - 1, j - 1],
        "D_plus": lambda i: sum((joint[i - 1, y] for y in range(len(losses))), Fraction(0)),
        "D_minus": lambda j: sum((joint[x, j - 1] for x in range(len(wins))), Fraction(0)),
        "pi_better": lambda i: policy.probabilities[wins[i - 1]],
        "pi_worse": lambda j: policy.probabilities[losses[j - 1]],
        "D_pi_better": lambda i: slopes[wins[i - 1]],
        "D_pi_worse": lambda j: slopes[losses[j - 1]],
        "ref_better": lambda i: ref.probabilities[wins[i - 1]],
        "ref_worse": lambda j: ref.probabilities[losses[j - 1]],
    }


def points(_: int) -> Iterator[Point]:
    """Every coordinate of four pairs of policies, β = 1 and 2."""
    for policy, ref in PAIRS:
        for strength in (1, 2):
            yield from (point_of(policy, ref, strength, c) for c in range(policy.dimension))


def literal(point: Point) -> Fraction:
    """The gradient of the loss, differentiated as a quotient of moving probabilities."""
    return dpo.dpo_gradient(*point["moving"]())[point["coordinate"]]


proof = Derivation(
    (
        Step(differentiated(loss, theta).rhs, "the chain rule under the sums", using=(differentiated(loss, theta),)),
        Step(-beta * (up - down), "d/dx log σ(x) = σ(−x), and ∇R = β·R·(∇log π⁺ − ∇log π⁻)"),
        Step(-beta * (up - exchanged(down).rhs), "pairs are listed by their failure", using=((exchanged(down), beta),)),
        Step(
            contrastive,
            "∇π(o⁺)/π(o⁺) does not depend on o⁻, nor the other on o⁺: σ' is averaged given one of them",
            using=(
                summed(hypothesis(OF_BETTER), pull, i, sp.S(1), K),
                (summed(hypothesis(OF_WORSE), push, j, sp.S(1), m), sp.Integer(-1)),
            ),
        ),
    )
)

claim = Claim(
    name="dpo-is-contrastive",
    source="two-grpo",
    label="Proposition 3.3",
    says=(
        "∇L_DPO = −(E[a(o⁺)∇π(o⁺)] − E[b(o⁻)∇π(o⁻)]) with a(o⁺) = β·E[σ' | o⁺]/π(o⁺) and b(o⁻) = β·E[σ' | o⁻]/π(o⁻), "
        "for every joint distribution of pairs"
    ),
    statements=(
        Statement(
            Side(sp.Derivative(loss, theta, evaluate=False), literal),
            Relation.EQUAL,
            Side(contrastive),
            DOMAIN,
            (proof, Enumeration(points)),
        ),
    ),
)
