"""What a method makes of a group: the coefficient on ∇log π(o) of each of its rollouts, in floats and vectorised.

`counts[..., o]` says how often outcome o occurs in the group; a method treats equal rollouts alike, so one coefficient
for each outcome says it all. Counts and policies broadcast here, many states or runs at once; the exact forms, and
those for one policy, are in `grpo_theory.groups` and `grpo_theory.losses`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from grpo_theory.errors import nearest
from grpo_theory.experiments.prompts import Bits, Floats
from grpo_theory.groups import rule
from grpo_theory.groups.contrast import advantage_table
from grpo_theory.losses.multiset_weights import conspo_weights_at, ec_rlvr_weights_at

Counts = NDArray[np.int64]
Coefficients = Callable[[Counts, Floats], Floats]
"""(counts, π) ↦ coefficients, all of shape (…, K) up to broadcasting."""

RULES: Final = {
    "mean-only": "mean_only",
    "rloo": "rloo",
    "grpo": "grpo",
    "percentile": "percentile",
    "softmax": "softmax",
    "maxrl": "maxrl",
    "optimal": "whitened_optimum",
}
"""Methods that are advantage rules; `optimal` is the whitening of least variance."""
LOSSES: Final = ("ec-rlvr", "conspo")
METHODS: Final = (*RULES, *LOSSES)


@dataclass(frozen=True)
class Method:
    """A method by name, with the parameters of its loss.

    Domain: τ > 0 for the rule `softmax` and the losses; the losses are multiplied by τ, so that τ changes their
    direction and not the scale of their steps. `margin` is ConSPO's m, constant over training (the method's schedule is
    left out). `spread` is (D, v₊, v₋) of the policy for which `optimal` has the least variance; the default is a
    two-outcome policy's, for which b_k is constant. Errors: ValueError for an unknown name.

    >>> Method("ec-rlvr", Fraction(1, 2)).name
    'ec-rlvr'
    """

    name: str
    tau: Fraction = Fraction(1)
    margin: Fraction = Fraction(0)
    spread: tuple[Fraction, Fraction, Fraction] = (Fraction(1), Fraction(0), Fraction(0))

    def __post_init__(self) -> None:
        if self.name not in METHODS:
            raise nearest(self.name, METHODS, "method")


def coefficients(method: Method, G: int, wins: Bits) -> Coefficients:
    """The function (counts, π) ↦ coefficient of ∇log π(o) for each rollout with outcome o in a group of G.

    Domain: `wins` says which outcomes succeed. A group in which a method is undefined counts zero.

    >>> of = coefficients(Method("mean-only"), 2, np.array([True, False]))
    >>> of(np.array([1, 1]), np.array([0.5, 0.5])).tolist()
    [0.25, -0.25]
    """
    if method.name in RULES:
        return _of_rule(method, G, wins)
    tau, handicap = float(method.tau), float(method.margin / method.tau)
    if method.name == "ec-rlvr":
        return lambda counts, pi: tau * ec_rlvr_weights_at(counts, np.log(pi), wins, tau)
    scale = np.full(len(wins), 1 / tau)
    return lambda counts, pi: tau * conspo_weights_at(counts, np.log(pi), wins, scale, handicap)


def _of_rule(method: Method, G: int, wins: Bits) -> Coefficients:
    parameters = {
        "optimal": dict(zip(("D", "v_plus", "v_minus"), method.spread, strict=True)),
        "softmax": {"tau": method.tau},
    }
    chosen = rule(RULES[method.name], **parameters.get(method.name, {}))
    rows = advantage_table(chosen, G)
    table = np.array([[0.0 if each is None else float(each) for each in row] for row in rows]) / G

    def of(counts: Counts, pi: Floats) -> Floats:
        found = table[counts[..., wins].sum(axis=-1)]
        return np.asarray(np.where(wins, found[..., :1], found[..., 1:]), dtype=float)

    return of
