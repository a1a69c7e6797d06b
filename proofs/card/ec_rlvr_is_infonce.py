"""With one success L_G = −log(π(o_1)^{1/τ}/Σ_j π(o_j)^{1/τ}) is InfoNCE with the scores f_j = log π(o_j)/τ.

InfoNCE of one positive among N is −log(e^{f_1}/Σ_j e^{f_j}); N is the group size, and e^{log π/τ} = π^{1/τ} by the
meaning of a real power. The proof writes the exponent 1/τ as one positive number.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.arithmetic.precise import exp, log, precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.exponentials import power_by_logarithm
from grpo_theory.ledger.facts import summed
from grpo_theory.losses.ec_rlvr import ec_rlvr_value
from grpo_theory.symbols import G, j

pi = sp.Function("pi")
sharpness = sp.Symbol("inverse_tau", positive=True)
loss = -sp.log(pi(1) ** sharpness / sp.Sum(pi(j) ** sharpness, (j, 1, G)))
score = sp.log(pi(j)) * sharpness
infonce = -sp.log(sp.exp(score.subs(j, 1)) / sp.Sum(sp.exp(score), (j, 1, G)))
DOMAIN = Domain(
    (natural(G, 2), real(sharpness, 0), real(pi(j), 0), real(pi(1), 0)),
    "any likelihoods, the one success listed first; inverse_tau = 1/τ",
)


def of_group(point: Point) -> flint.arb:
    """L_G of the group in the order in which it was drawn."""
    value: flint.arb = ec_rlvr_value(point["group"], point["rewards"], point["tau"])
    return value


@precisely
def of_scores(point: Point) -> flint.arb:
    """InfoNCE of the scores log π/τ, the positive being the success."""
    scores = [log(x) / as_ball(point["tau"]) for x in point["group"]]
    positive = scores[point["rewards"].index(1)]
    return -(exp(positive) / sum(map(exp, scores), flint.arb(0))).log()


def points(_: int) -> Iterator[Point]:
    """Groups with their success at every place, temperatures on both sides of one."""
    likelihoods = tuple(map(Fraction, ("1/3", "1/7", "2/5", "1/7", "1")))
    for size in range(2, 6):
        group = likelihoods[:size]
        for at in range(size):
            listed = (group[at], *group[:at], *group[at + 1 :])
            for tau in (Fraction(1, 2), Fraction(1), Fraction(7, 3)):
                yield {
                    "G": size,
                    "tau": tau,
                    "inverse_tau": 1 / tau,
                    "group": group,
                    "rewards": tuple(int(place == at) for place in range(size)),
                    "pi": lambda place, listed=listed: listed[place - 1],
                }


claim = Claim(
    name="ec-rlvr-is-infonce",
    source="card",
    label="Proposed Loss",
    says="in a group with exactly one success L_G is InfoNCE, −log(e^{f_1}/Σ_j e^{f_j}), with the scores "
    "f_j = log π(o_j)/τ and N = G",
    statements=(
        Statement(
            Side(loss, of_group),
            Relation.EQUAL,
            Side(infonce, of_scores),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(
                            infonce,
                            "π^{1/τ} = e^{log π/τ}, rollout by rollout",
                            rewriting=(
                                power_by_logarithm(pi(1), sharpness),
                                summed(power_by_logarithm(pi(j), sharpness), sp.S(1), j, sp.S(1), G),
                            ),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
