"""TV_n ≤ TV_{n−1} + δ_n, Σδ_i → δ*, p_n → p* give limsup |p̃_n − p*| ≤ 2δ*: at most 2δ* + e in the end, for every e > 0.

TV_n, the largest difference in probability that any event shows between π̃_n and π_n, is at most δ_1 + … + δ_n because
both start at π_ref, TV_0 = 0; success is one of the events. So |p̃_n − p*| ≤ Σδ_i + |p_n − p*| at every n, and where
both limits are reached to within e/2, at most δ* + e, which is less than is claimed.
"""

from grpo_theory.ledger.claim import Claim, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.drifting import LATE, gap, near_the_limit, nearness, off, total
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.policies.drifts import drifting_points, from_limit

# For p̃_n − p* and for p* − p̃_n.
bounded = Derivation(
    (*near_the_limit(), Step(2 * total + nearness, "δ* is not negative", Relation.AT_MOST)),
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
            LATE,
            (bounded, Enumeration(drifting_points)),
        ),
        Statement(
            Side(-gap - off, lambda point: -from_limit(point)),
            Relation.AT_MOST,
            Side(2 * total + nearness),
            LATE,
            (bounded, Enumeration(drifting_points)),
        ),
    ),
    assuming=("both sequences start at π_ref: TV(π̃_0, π_0) = 0",),
)
