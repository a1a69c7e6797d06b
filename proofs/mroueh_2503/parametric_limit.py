"""TV_n ≤ TV_{n−1} + δ_n, Σδ_i → δ*, p_n → p* give limsup |p̃_n − p*| ≤ 2δ*: at most 2δ* + e in the end, for every e > 0.

TV_n, the largest difference in probability that any event shows between π̃_n and π_n, is at most δ_1 + … + δ_n because
both start at π_ref, TV_0 = 0; success is one of the events. So |p̃_n − p*| ≤ Σδ_i + |p_n − p*| at every n, and where
both limits are reached to within e/2, at most δ* + e, which is less than is claimed.
"""

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.ledger.claim import Claim, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import hypothesis, order, summed
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.policies.drifts import drifting_points, from_limit
from grpo_theory.symbols import i, j, n

# drift(i) is δ_{i+1}, the bound for the step from i to i+1, and slack(i) what that step does not use of it.
variation, drift, slack = (sp.Function(name) for name in ("TV", "drift", "slack"))
last, total, nearness = (sp.Symbol(name, nonnegative=True) for name in ("TV_n", "delta_star", "e"))
# p̃_n = p_n + gap with |gap| ≤ TV_n, p_n = p* + off, Σδ_i = δ* + excess.
gap, off, excess = (sp.Symbol(name, real=True) for name in ("gap", "off", "excess"))


def over_steps(summand: sp.Expr) -> sp.Sum:
    """A sum over the first n steps."""
    return sp.Sum(summand, (i, 0, n - 1))


START = Given(variation(0), sp.S(0))
LAST = Given(variation(n), last)
EACH_STEP = Given(variation(i + 1) - variation(i), drift(i) - slack(i), i, sp.S(0), n - 1)
REACHED = Given(over_steps(drift(i)), total + excess)
DOMAIN = Domain(
    (
        natural(n, 1),
        real(nearness, 0),
        real(total, 0, closed="lower"),
        real(slack(i), 0, closed="lower"),
        real(last, 0, closed="lower"),
        real(gap, -last, last, closed="both"),
        real(off, -nearness / 2, nearness / 2, closed="both"),
        real(excess, None, nearness / 2, closed="upper"),
    ),
    "n so large that |p_n − p*| ≤ e/2 and Σδ_i ≤ δ* + e/2",
    (START, LAST, EACH_STEP, REACHED),
)
all_steps = by_induction(over_steps(variation(i + 1) - variation(i)), variation(j + 1) - variation(0), j)
drifted = chain(
    last,
    Step(
        over_steps(drift(i)) - over_steps(slack(i)),
        "the differences add up to TV_n − TV_0",
        using=(
            (hypothesis(LAST), sp.Integer(-1)),
            (all_steps, sp.Integer(-1)),
            summed(hypothesis(EACH_STEP), sp.S(1), i, sp.S(0), n - 1),
            hypothesis(START),
        ),
    ),
    Step(
        total + excess,
        "what is not used of a step is not negative, and Σδ_i = δ* + excess",
        Relation.AT_MOST,
        using=(summed(order(0 * i, slack(i), "slack"), sp.S(1), i, sp.S(0), n - 1), hypothesis(REACHED)),
    ),
    Step(total + nearness / 2, "the excess is at most e/2", Relation.AT_MOST),
)


# For p̃_n − p* and for p* − p̃_n.
bounded = Derivation(
    (
        Step(last + nearness / 2, "success is one of the events", Relation.AT_MOST),
        Step(total + nearness, "TV_n ≤ Σδ_i ≤ δ* + e/2", Relation.AT_MOST, using=(drifted,)),
        Step(2 * total + nearness, "δ* is not negative", Relation.AT_MOST),
    )
)


claim = Claim(
    name="parametric-limit",
    source="mroueh-2503",
    label="Theorem on parametric policies",
    says="if TV(π̃_n, π_n) ≤ TV(π̃_{n−1}, π_{n−1}) + δ_n from π̃_0 = π_0, Σδ_i → δ* and p_n → p*, then"
    " limsup |p̃_n − p*| ≤ 2δ*: for every e > 0 all n from some n on have |p̃_n − p*| ≤ 2δ* + e",
    statements=(
        Statement(
            Side(gap + off, from_limit),
            Relation.AT_MOST,
            Side(2 * total + nearness),
            DOMAIN,
            (bounded, Enumeration(drifting_points)),
        ),
        Statement(
            Side(-gap - off, lambda point: -from_limit(point)),
            Relation.AT_MOST,
            Side(2 * total + nearness),
            DOMAIN,
            (bounded, Enumeration(drifting_points)),
        ),
    ),
    assuming=("both sequences start at π_ref: TV(π̃_0, π_0) = 0",),
)
