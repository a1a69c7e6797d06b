"""What every experiment fixes: the population of prompts, the budget of rollouts, the step, and the samples."""

import operator
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any, Final

from grpo_theory.errors import exact_rational, outside

MATCHES: Final = {
    "step": "the root mean square of the first sampled step over the prompts is that of the exact policy gradient",
    "signal": "the root mean square of the first expected step over the prompts is that of the exact policy gradient",
    "none": "the advantages count as they are defined",
}
"""How the learning rates of different methods are made comparable."""


@dataclass(frozen=True)
class Setting:
    """Budget, population and samples of an experiment.

    Domain: every step draws `rollouts` for each prompt, for `steps` steps; prompt i of `prompts` starts at the
    (i + 1/2)/prompts quantile of Beta(difficulty), with parameters of its own; pass@k counts `attempts`; `seeds` runs
    are sampled beside the exact law, from the entropy `entropy`; all bands of an experiment hold together with
    probability 1 − `risk`. Exact numbers may be texts. Errors: ValueError outside, before any work.

    >>> Setting(seeds=4, learning_rate="1/2").learning_rate
    Fraction(1, 2)
    """

    seeds: int = 64
    steps: int = 60
    rollouts: int = 64
    learning_rate: Fraction = Fraction(2)
    match: str = "step"
    prompts: int = 16
    difficulty: tuple[Fraction, Fraction] = (Fraction(1, 2), Fraction(1))
    attempts: int = 8
    level: Fraction = Fraction(1, 2)
    entropy: int = 20261120
    risk: Fraction = Fraction(1, 1000)

    def __post_init__(self) -> None:
        for name, (low, high, meaning) in _COUNTS.items():
            object.__setattr__(self, name, count(name, getattr(self, name), low, high, meaning))
        for name, (top, meaning) in _POSITIVE.items():
            object.__setattr__(self, name, positive(name, getattr(self, name), meaning, top))
        shapes = tuple(positive("difficulty", each, "Beta(a, b) needs two positive shapes") for each in self.difficulty)
        if len(shapes) != 2:
            raise outside("difficulty", len(shapes), "the pairs a,b", "Beta(a, b) has two shapes")
        object.__setattr__(self, "difficulty", shapes)
        if self.match not in MATCHES:
            raise outside("match", self.match, "{" + ", ".join(MATCHES) + "}", "it says how learning rates compare")

    def to_json(self) -> dict[str, Any]:
        """The parameters as JSON values, exact numbers as texts.

        >>> Setting().to_json()["difficulty"]
        ['1/2', '1']
        """
        return {each.name: plain(getattr(self, each.name)) for each in fields(self)}


_COUNTS: Final = {
    "seeds": (1, 4096, "at least one run is sampled"),
    "steps": (1, 2000, "training takes steps"),
    "rollouts": (2, 1024, "every step draws so many for each prompt"),
    "prompts": (1, 256, "difficulties are that many quantiles"),
    "attempts": (1, 4096, "pass@k counts attempts"),
    "entropy": (0, 2**63 - 1, "it starts the random numbers"),
}
_POSITIVE: Final = {
    "learning_rate": (None, "a step needs a length"),
    "level": (1, "the population reaches a mean success probability"),
    "risk": (1, "bands hold with probability 1 - risk"),
}


def count(name: str, value: object, low: int, high: int, meaning: str) -> int:
    """An integer in [low, high].

    Errors: ValueError otherwise.

    >>> count("seeds", 3, 1, 10, "at least one run is sampled")
    3
    """
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise outside(name, value, f"the integers {low}, ..., {high}", meaning)
    number = operator.index(value)
    if not low <= number <= high:
        raise outside(name, number, f"the integers {low}, ..., {high}", meaning)
    return number


def positive(name: str, value: object, meaning: str, top: int | None = None) -> Fraction:
    """An exact number > 0, and below `top` where one is given.

    Errors: ValueError otherwise.

    >>> positive("tau", "0.1", "likelihoods are raised to the power 1/tau")
    Fraction(1, 10)
    """
    number = exact_rational(name, value)
    if number <= 0 or (top is not None and number >= top):
        raise outside(name, number, f"(0, {'oo' if top is None else top})", meaning)
    return number


def plain(value: object) -> Any:
    """A parameter as a JSON value: exact numbers as texts, tuples as lists.

    >>> plain((Fraction(1, 2), 3))
    ['1/2', 3]
    """
    if isinstance(value, Setting):
        return value.to_json()
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return str(value) if isinstance(value, Fraction) else value


def chosen(name: str, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values of an axis of an experiment: at least one, and none twice.

    Errors: ValueError otherwise.

    >>> chosen("groups", (2, 4))
    (2, 4)
    """
    if not values or len(set(values)) < len(values):
        raise outside(name, ",".join(map(str, values)), "the lists without repetition", "each value is one cell")
    return values
