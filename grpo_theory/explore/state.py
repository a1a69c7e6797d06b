"""What the explorer shows, as texts: the same record that the page, its links and Python exchange."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from grpo_theory.dynamics.kinds import kind_of
from grpo_theory.errors import exact_rational, group_size, nearest, outside
from grpo_theory.explore.bundle import read
from grpo_theory.groups import AdvantageRule, find_rule, parse_rule

LARGEST_G: Final = 256
_LONGEST: Final = 400
OWN: Final = "own"

POPULATION: Final[Mapping[str, str]] = {
    "population_grpo": "grpo",
    "population_mean_only": "mean-only",
    "population_maxrl": "maxrl",
}
"""The page's name of a weight of the limit G → ∞ -> its name in `grpo_theory.recurrence`."""

_GROUP_GRPO: Final = ("grpo", "grpo_bessel", "dynamic_grpo")
_GROUP_SOFTMAX: Final = ("softmax", "softmax_uncentred")
_GROUP_PLAIN: Final = (
    "mean_only",
    "rloo",
    "maxrl",
    "percentile",
    "trl_grpo",
    "trl_rloo",
    "verl_grpo",
    "verl_dr_grpo",
    "verl_rloo",
    "verl_grpo_passk",
    "openrlhf_group_norm",
    "openrlhf_dr_grpo",
    "openrlhf_rloo",
)
RULES: Final = (*POPULATION, *_GROUP_GRPO, *_GROUP_SOFTMAX, *_GROUP_PLAIN, OWN)
"""Every rule that the page offers."""


@dataclass(frozen=True)
class State:
    """Kind, rule and parameters of a recurrence, where it starts, and the texts typed beside it; all as text.

    >>> State(beta="2").options()["beta"]
    '2'
    """

    kind: str = "reference"
    rule: str = "population_grpo"
    beta: str = "1"
    eta: str = "0.01"
    alpha: str = "1/2"
    p_ref: str = "1/5"
    epsilon: str = "1e-4"
    tau: str = "1"
    G: str = "8"
    p_0: str = "1/10"
    steps: str = "30"
    axis: str = "logit"
    formula: str = "(r-mean)/(std+eps)"
    inequality: str = "p_next >= p_ref"
    over: str = "p=0:1,p_ref=0:1,beta=1/10:10,epsilon=1e-4:1"

    @property
    def group_size(self) -> int:
        """G as an integer. Errors: ValueError outside 2, …, 256."""
        if not (self.G.isascii() and self.G.isdecimal() and len(self.G) < 10):
            raise outside("G", self.G, f"the integers 2, ..., {LARGEST_G}", "a group compares at least two rollouts")
        return group_size(int(self.G), limit=LARGEST_G)

    @property
    def population(self) -> bool:
        """Whether the weight is that of the limit G → ∞."""
        return self.rule in POPULATION

    def advantage_rule(self) -> AdvantageRule:
        """The count rule in use, the reader's own parsed from its formula. Errors: ValueError, one line."""
        if self.rule == OWN:
            return parse_rule(self.formula, eps=self.epsilon, tau=self.tau)
        if self.rule in _GROUP_SOFTMAX:
            return find_rule(self.rule, tau=self.tau)
        if self.rule not in _GROUP_GRPO:
            return find_rule(self.rule)
        name = "dynamic_sampling(grpo)" if self.rule == "dynamic_grpo" else "grpo"
        return find_rule(name, exact_rational("epsilon", self.epsilon), 1 if self.rule == "grpo_bessel" else None)

    def weight(self) -> dict[str, Any]:
        """The arguments of `grpo_theory.recurrence` that choose the weight."""
        if not self.population:
            return {"weight": self.advantage_rule(), "G": self.group_size}
        chosen: dict[str, Any] = {"weight": POPULATION[self.rule]}
        return {**chosen, "epsilon": self.epsilon} if self.rule == "population_grpo" else chosen

    def options(self) -> dict[str, Any]:
        """The arguments of `grpo_theory.recurrence` and `grpo_theory.fixed_points`."""
        takes = kind_of(self.kind).takes
        beside: dict[str, Any] = {name: getattr(self, name) for name in ("eta", "alpha") if name in takes}
        return {"kind": self.kind, "beta": self.beta, "p_ref": self.p_ref, **beside, **self.weight()}


def state_of(given: Mapping[str, object]) -> State:
    """The state that a record from the page means: texts of at most 400 characters under known names.

    Errors: ValueError for unknown names, kinds and rules, and for what is no text.

    >>> state_of({"kind": "mirror"}).kind
    'mirror'
    """
    known = {field.name for field in fields(State)}
    for name, value in given.items():
        if name not in known:
            raise nearest(str(name), known, "field of the explorer")
        if not isinstance(value, str) or len(value) > _LONGEST:
            raise outside(str(name), value, f"texts of at most {_LONGEST} characters", "the page sends what was typed")
    state = State(**{name: str(value) for name, value in given.items()})
    if state.rule not in RULES:
        raise nearest(state.rule, RULES, "rule of the explorer")
    kind_of(state.kind)
    return state


def record(state: State) -> dict[str, str]:
    """The state as JSON values.

    >>> record(State())["p_ref"]
    '1/5'
    """
    return asdict(state)


@dataclass(frozen=True)
class Preset:
    """A state worth looking at: a figure of a paper, or a hard case.

    >>> PRESETS[0].title
    'three fixed points'
    """

    id: str
    group: str
    title: str
    note: str
    state: State


PRESETS: Final = tuple(
    Preset(one["id"], one["group"], one["title"], one["note"], state_of(one["state"]))
    for one in json.loads(read("presets.json"))
)
"""The presets of the page."""
