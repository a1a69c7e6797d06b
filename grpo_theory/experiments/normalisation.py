"""Six normalisations of the advantages at equal rollouts: variance of the gradient, speed, and where training ends."""

from dataclasses import dataclass, fields
from fractions import Fraction
from itertools import product
from typing import Any, Final

import numpy as np

from grpo_theory.errors import nearest
from grpo_theory.experiments.cells import Cell
from grpo_theory.experiments.columns import curve_columns
from grpo_theory.experiments.groups import moments_at
from grpo_theory.experiments.prompts import Floats
from grpo_theory.experiments.records import SPEED, Record, Row, Table
from grpo_theory.experiments.settings import Setting, chosen, count, plain
from grpo_theory.experiments.updates import RULES, Method, coefficients
from grpo_theory.policies.finite import SoftmaxPolicy, two_outcome
from grpo_theory.policies.whitening import ScoreSpread

PROBABILITIES: Final = tuple(Fraction(text) for text in ("1/50", "1/10", "1/4", "1/2", "3/4", "9/10", "49/50"))
_FINE: Final = (Fraction(1, 50), *(Fraction(i, 20) for i in range(1, 20)), Fraction(49, 50))
POLICIES: Final = ("two-outcome", "two successes", "two failures")
"""The policies of the table `gradient`: in the last two a class consists of two equally likely outcomes."""


SETTING: Final = Setting(level=Fraction(3, 4))


@dataclass(frozen=True)
class NormalisationComparison:
    """Which normalisations, at which group sizes, on the two-outcome policy.

    Domain: rules of `updates.RULES`; every group size divides the rollouts of a step. Errors: ValueError outside.

    >>> len(NormalisationComparison(rules=("rloo", "maxrl"), groups=(2, 4)).cells())
    4
    """

    rules: tuple[str, ...] = ("mean-only", "grpo", "percentile", "softmax", "maxrl", "optimal")
    groups: tuple[int, ...] = (2, 4, 8, 16, 64)
    setting: Setting = SETTING

    def __post_init__(self) -> None:
        for rule in chosen("rules", tuple(self.rules)):
            if rule not in RULES:
                raise nearest(rule, RULES, "rule of this experiment")
        sizes = tuple(count("G", G, 2, 1024, "a group compares at least two rollouts") for G in self.groups)
        object.__setattr__(self, "groups", chosen("groups", sizes))
        self.cells()

    def cells(self) -> tuple[Cell, ...]:
        """One cell for each rule and group size."""
        policy = two_outcome("1/2")
        pairs = [(rule, G) for rule in self.rules for G in self.groups]
        return tuple(Cell(f"{rule} G={G}", Method(rule), G, policy, self.setting) for rule, G in pairs)

    def to_json(self) -> dict[str, Any]:
        """The parameters as JSON values."""
        return {each.name: plain(getattr(self, each.name)) for each in fields(self)}

    def tables(self) -> dict[str, Table]:
        """The table `gradient`: relative variance tr Var/‖E‖² of one prompt's step, for every policy, p and group size.

        Here `optimal` is the least variance for the policy at hand, which depends on its D, v₊ and v₋.
        """
        names = ("policy", "rule", "G", "p", "relative variance")
        rows: list[Row] = []
        for policy, rule, G, p in product(POLICIES, self.rules, self.groups, PROBABILITIES):
            values = (policy, rule, G, str(p), self.variance(policy, rule, G, p))
            rows.append(dict(zip(names, values, strict=True)))
        return {"gradient": tuple(rows)}

    def columns(self, record: Record) -> dict[str, Floats]:
        """The numbers behind the figure: variance over p, speed and end over G, and the curves of the largest group."""
        G = max(self.groups)
        middle = sorted(self.groups)[len(self.groups) // 2]
        found = {"G": np.array(self.groups, dtype=float), "p": np.array([float(p) for p in _FINE])}
        for rule in self.rules:
            found[f"variance {rule}"] = np.array([self.variance(POLICIES[0], rule, middle, p) for p in _FINE])
            ends = [each for each in record.tables["summary"] if each["method"] == rule]
            for name, column in (("speed", SPEED.format(self.setting.level)), ("end", "final pass@1")):
                found[f"{name} {rule}"] = np.array([float(row[column]) for row in ends])
        return {**found, **curve_columns(record, [f"{rule} G={G}" for rule in self.rules], ("pass@1",))}

    def variance(self, policy: str, rule: str, G: int, p: Fraction) -> float:
        """tr Var/‖E‖² of the mean of rollouts/G groups of G, from the sum over all multisets of one group."""
        at = policy_at(policy, p)
        spread = ScoreSpread.of_policy(at)
        method = Method(rule, spread=(spread.D, spread.v_plus, spread.v_minus))
        wins = np.array([reward == 1 for reward in at.rewards])
        pi = np.array([[float(each) for each in at.probabilities]])
        one = moments_at(coefficients(method, G, wins), pi, G, 1)
        return float(one.noise[0] / one.signal[0]) / (self.setting.rollouts // G)


def policy_at(name: str, p: Fraction) -> SoftmaxPolicy:
    """The policy of the table `gradient` with success probability p.

    Domain: a name of `POLICIES`, 0 < p < 1. Errors: ValueError otherwise.

    >>> [str(each) for each in policy_at("two successes", Fraction(1, 2)).probabilities]
    ['1/4', '1/4', '1/2']
    """
    q = 1 - p
    shares = {
        "two-outcome": ((p, q), (1, 0)),
        "two successes": ((p / 2, p / 2, q), (1, 1, 0)),
        "two failures": ((p, q / 2, q / 2), (1, 0, 0)),
    }
    if name not in shares:
        raise nearest(name, shares, "policy of this table")
    probabilities, rewards = shares[name]
    return SoftmaxPolicy.of(probabilities, rewards)
