"""The two-KL step by its definition: a tilted geometric mean of two policies, and its recursion in log-odds.

A point names π_ref ``reference`` and π_prev ``previous``, outcome by outcome, with ``rewards``, alpha, beta, epsilon.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import flint

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.policies.points import at_outcome
from grpo_theory.policies.tilts import (
    conditional,
    geometric_mean,
    log_odds,
    penalised_tilt,
    renyi_divergence,
    reward_mean,
)

Point = Mapping[str, Any]
ClassPair = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def class_pair_point(pair: ClassPair) -> dict[str, Any]:
    """K, m, p_ref, p and both policies, from texts: π_ref and then π_prev, each on its successes and on its failures.

    >>> point = class_pair_point((("1/2",), ("1/2",), ("1/3",), ("2/3",)))
    >>> point["p"], point["reference"], point["prev_failure"](1)
    (Fraction(1, 3), (Fraction(1, 2), Fraction(1, 2)), Fraction(2, 3))
    """
    a, c, b, d = (tuple(Fraction(text) for text in part) for part in pair)
    return {
        "K": len(a),
        "m": len(c),
        "reference": a + c,
        "previous": b + d,
        "p_ref": sum(a),
        "p": sum(b),
        "rewards": (1,) * len(a) + (0,) * len(c),
        "ref_success": at_outcome(a),
        "prev_success": at_outcome(b),
        "ref_failure": at_outcome(c),
        "prev_failure": at_outcome(d),
    }


def new_success(point: Point) -> flint.arb:
    """The success probability of the tilted geometric mean, all outcomes one by one.

    >>> same = {"reference": ["1/2", "1/2"], "previous": ["1/2", "1/2"], "rewards": [1, 0]}
    >>> bool(new_success({**same, "alpha": "1/2", "beta": 2, "epsilon": 0}).overlaps(1 / (1 + flint.arb(-1).exp())))
    True
    """
    mean = geometric_mean(point["reference"], point["previous"], point["alpha"])
    options = {name: point[name] for name in ("beta", "epsilon")}
    return reward_mean(penalised_tilt(mean, point["previous"], point["rewards"], **options), point["rewards"])


@precisely
def without_weight(point: Point) -> flint.arb:
    """αz_ref + (1−α)z_{n−1} + Δ_R, both Rényi divergences computed from the conditional distributions.

    >>> same = {"reference": ["1/2", "1/2"], "previous": ["1/2", "1/2"], "rewards": [1, 0], "alpha": "1/2"}
    >>> bool(abs(without_weight(same)) < 1e-15)
    True
    """
    share, rewards = as_ball(point["alpha"]), point["rewards"]
    divergences = [
        renyi_divergence(conditional(point["reference"], rewards, r), conditional(point["previous"], rewards, r), share)
        for r in (0, 1)
    ]
    chances = [reward_mean(point[name], rewards) for name in ("reference", "previous")]
    mixed = share * log_odds(chances[0]) + (1 - share) * log_odds(chances[1])
    return mixed + (1 - share) * (divergences[0] - divergences[1])


@precisely
def total_weight(chance: Any, epsilon: Any) -> flint.arb:
    """Ω_ε(p) = 1/√(p(1−p)+ε).

    Domain: p in (0, 1), ε ≥ 0.

    >>> bool(total_weight("1/2", 0).contains(2))
    True
    """
    value = as_ball(chance)
    return 1 / (value * (1 - value) + as_ball(epsilon)).sqrt()


@precisely
def by_recursion(point: Point) -> flint.arb:
    """αz_ref + (1−α)z_{n−1} + Δ_R + Ω_ε(p_{n−1})/β, the weight of the previous policy.

    >>> same = {"reference": ["1/2", "1/2"], "previous": ["1/2", "1/2"], "rewards": [1, 0], "alpha": "1/2"}
    >>> bool(abs(by_recursion({**same, "beta": 2, "epsilon": 0}) - 1) < 1e-15)
    True
    """
    last = reward_mean(point["previous"], point["rewards"])
    return without_weight(point) + total_weight(last, point["epsilon"]) / as_ball(point["beta"])
