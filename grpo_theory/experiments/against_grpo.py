"""EC-RLVR against GRPO with groups of 2 and of 16, MaxRL and ConSPO, at the same budget of rollouts."""

from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any, Final

from grpo_theory.errors import exact_rational, outside
from grpo_theory.experiments.cells import Cell
from grpo_theory.experiments.columns import curve_columns, deviation_columns
from grpo_theory.experiments.prompts import Floats
from grpo_theory.experiments.records import Record, Table
from grpo_theory.experiments.settings import Setting, chosen, count, plain, positive
from grpo_theory.experiments.updates import Method
from grpo_theory.policies.finite import two_outcome

SETTING: Final = Setting(rollouts=16, steps=80, learning_rate=Fraction(1), level=Fraction(3, 4))


@dataclass(frozen=True)
class AgainstGrpo:
    """Group sizes of GRPO, the larger of which all other methods use, and the parameters of the losses.

    Domain: group sizes divide the rollouts of a step; temperatures τ > 0; margin ≥ 0, constant over training. An
    all-wrong group counts 0. ConSPO is a reconstruction, here with sequences of equal length. Errors: ValueError
    outside.

    >>> [cell.key for cell in AgainstGrpo().cells()]
    ['grpo G=2', 'grpo G=16', 'ec-rlvr G=16', 'conspo G=16', 'maxrl G=16']
    """

    groups: tuple[int, ...] = (2, 16)
    tau: Fraction = Fraction(1)
    tau_conspo: Fraction = Fraction(1)
    margin: Fraction = Fraction(0)
    setting: Setting = SETTING

    def __post_init__(self) -> None:
        sizes = tuple(count("G", G, 2, 1024, "a group compares at least two rollouts") for G in self.groups)
        object.__setattr__(self, "groups", chosen("groups", sizes))
        for name in ("tau", "tau_conspo"):
            value = positive(name, getattr(self, name), "likelihoods are raised to the power 1/tau")
            object.__setattr__(self, name, value)
        object.__setattr__(self, "margin", _non_negative(self.margin))
        self.cells()

    def cells(self) -> tuple[Cell, ...]:
        """One cell for GRPO at each group size, and one for each other method at the largest."""
        largest, policy = max(self.groups), two_outcome("1/2")
        methods = [(Method("grpo"), G) for G in self.groups]
        methods += [(Method("ec-rlvr", self.tau), largest)]
        methods += [(Method("conspo", self.tau_conspo, self.margin), largest), (Method("maxrl"), largest)]
        return tuple(Cell(f"{method.name} G={G}", method, G, policy, self.setting) for method, G in methods)

    def to_json(self) -> dict[str, Any]:
        """The parameters as JSON values."""
        return {each.name: plain(getattr(self, each.name)) for each in fields(self)}

    def tables(self) -> dict[str, Table]:
        """No tables beyond those of every experiment."""
        return {}

    def columns(self, record: Record) -> dict[str, Floats]:
        """The numbers behind the figure: pass@1, pass@k and KL of every method, and how pass@1 varies over runs."""
        curves = curve_columns(record, [cell.key for cell in record.cells], ("pass@1", "pass@k", "kl"))
        return {**curves, **deviation_columns(record, "pass@1")}


def _non_negative(margin: object) -> Fraction:
    number = exact_rational("margin", margin)
    if number < 0:
        raise outside("margin", number, "[0, oo)", "a success is compared at a score lowered by it")
    return number
