"""EC-RLVR at several temperatures: how far each explores, and what it pays for that in success."""

from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any, Final

from grpo_theory.experiments.cells import Cell
from grpo_theory.experiments.columns import curve_columns
from grpo_theory.experiments.metrics import METRICS
from grpo_theory.experiments.prompts import Floats
from grpo_theory.experiments.records import Record, Table
from grpo_theory.experiments.settings import Setting, chosen, plain, positive
from grpo_theory.experiments.updates import Method
from grpo_theory.policies.finite import SoftmaxPolicy

SETTING: Final = Setting(rollouts=8, steps=100, learning_rate=Fraction(1), level=Fraction(3, 5))


@dataclass(frozen=True)
class TemperatureSweep:
    """Temperatures τ of EC-RLVR on a policy of three outcomes, one group of all rollouts in every step.

    Domain: τ > 0; `probabilities` of two or three outcomes sum to 1, their shares within successes and within failures
    are those of every prompt, whose success probability comes from the difficulties; `rewards` 0 or 1, both present.
    The loss is multiplied by τ and an all-wrong group counts 0. Errors: ValueError outside.

    >>> [cell.key for cell in TemperatureSweep().cells()]
    ['tau=1/10', 'tau=1/2', 'tau=1', 'tau=2']
    """

    tau: tuple[Fraction, ...] = (Fraction(1, 10), Fraction(1, 2), Fraction(1), Fraction(2))
    probabilities: tuple[Fraction, ...] = (Fraction(2, 5), Fraction(1, 10), Fraction(1, 2))
    rewards: tuple[Fraction, ...] = (Fraction(1), Fraction(1), Fraction(0))
    setting: Setting = SETTING

    def __post_init__(self) -> None:
        values = tuple(positive("tau", tau, "likelihoods are raised to the power 1/tau") for tau in self.tau)
        object.__setattr__(self, "tau", chosen("tau", values))
        policy = SoftmaxPolicy.of(self.probabilities, self.rewards)
        object.__setattr__(self, "probabilities", policy.probabilities)
        object.__setattr__(self, "rewards", policy.rewards)
        self.cells()

    def cells(self) -> tuple[Cell, ...]:
        """One cell for each temperature."""
        policy, G = SoftmaxPolicy(self.probabilities, self.rewards), self.setting.rollouts
        return tuple(Cell(f"tau={tau}", Method("ec-rlvr", tau), G, policy, self.setting) for tau in self.tau)

    def to_json(self) -> dict[str, Any]:
        """The parameters as JSON values."""
        return {each.name: plain(getattr(self, each.name)) for each in fields(self)}

    def tables(self) -> dict[str, Table]:
        """No tables beyond those of every experiment."""
        return {}

    def columns(self, record: Record) -> dict[str, Floats]:
        """The numbers behind the figure: every metric of every temperature."""
        return curve_columns(record, [cell.key for cell in record.cells], METRICS)
