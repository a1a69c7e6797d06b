"""Binary-reward policy optimisation, stated exactly, and a ledger that decides what holds.

Public names are loaded when they are first used, so that importing the package costs next to nothing: none of numpy,
scipy, sympy and matplotlib is imported here.

>>> import grpo_theory as gt
>>> float(gt.contrast(gt.rule("grpo"), G=2)("1/2"))
0.25
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

__version__ = "0.1.0"

_HOME: Final = {
    "AdvantageRule": "grpo_theory.groups",
    "rule": "grpo_theory.groups",
    "parse_rule": "grpo_theory.groups",
    "expected_advantage": "grpo_theory.groups",
    "contrast": "grpo_theory.groups",
    "effective_weight": "grpo_theory.groups",
    "effective_objective": "grpo_theory.groups",
    "silent_rate": "grpo_theory.groups",
    "effective_sample_size": "grpo_theory.groups",
    "multiple_of": "grpo_theory.groups",
    "theory_sheet": "grpo_theory.groups",
    "enumerate_groups": "grpo_theory.groups",
    "ScoreSpread": "grpo_theory.policies.whitening",
    "optimal_whitening": "grpo_theory.policies.whitening",
    "relative_variance": "grpo_theory.policies.whitening",
    "ratio_to_optimum": "grpo_theory.policies.whitening",
    "gradient_moments": "grpo_theory.policies.covariance",
    "multiset_moments": "grpo_theory.policies.multisets",
    "equal_rollouts": "grpo_theory.policies.equal_rollouts",
    "Sample": "grpo_theory.losses.sample",
    "loss": "grpo_theory.losses.catalogue",
    "loss_names": "grpo_theory.losses.catalogue",
    "loss_gradient": "grpo_theory.losses.group_loss",
    "contrastive_form": "grpo_theory.losses.form",
    "contrastive_table": "grpo_theory.losses.table",
    "best_temperatures": "grpo_theory.losses.best_temperature",
    "recurrence": "grpo_theory.dynamics",
    "fixed_points": "grpo_theory.dynamics",
    "certify_bound": "grpo_theory.dynamics.bounds_check",
    "verify": "grpo_theory.ledger.runner",
    "Figure": "grpo_theory.figures",
    "Landmark": "grpo_theory.figures",
    "figure": "grpo_theory.figures",
    "read_log": "grpo_theory.logs",
    "group_rollouts": "grpo_theory.logs",
    "forecast": "grpo_theory.logs",
    "Source": "grpo_theory.sources",
    "source": "grpo_theory.sources",
}
"""Public name -> the module that defines it."""

__all__ = [*_HOME, "__version__"]

if TYPE_CHECKING:
    from grpo_theory.dynamics.bounds_check import certify_bound as certify_bound
    from grpo_theory.dynamics.fixed_points import fixed_points as fixed_points
    from grpo_theory.dynamics.recurrences import recurrence as recurrence
    from grpo_theory.figures import Figure as Figure
    from grpo_theory.figures import Landmark as Landmark
    from grpo_theory.figures import figure as figure
    from grpo_theory.groups import AdvantageRule as AdvantageRule
    from grpo_theory.groups import enumerate_groups as enumerate_groups
    from grpo_theory.groups import multiple_of as multiple_of
    from grpo_theory.groups import parse_rule as parse_rule
    from grpo_theory.groups import rule as rule
    from grpo_theory.groups import theory_sheet as theory_sheet
    from grpo_theory.groups.contrast import contrast as contrast
    from grpo_theory.groups.contrast import effective_objective as effective_objective
    from grpo_theory.groups.contrast import effective_sample_size as effective_sample_size
    from grpo_theory.groups.contrast import effective_weight as effective_weight
    from grpo_theory.groups.contrast import expected_advantage as expected_advantage
    from grpo_theory.groups.contrast import silent_rate as silent_rate
    from grpo_theory.ledger.runner import verify as verify
    from grpo_theory.logs.forecast import forecast as forecast
    from grpo_theory.logs.grouping import group_rollouts as group_rollouts
    from grpo_theory.logs.reading import read_log as read_log
    from grpo_theory.losses.best_temperature import best_temperatures as best_temperatures
    from grpo_theory.losses.catalogue import loss as loss
    from grpo_theory.losses.catalogue import loss_names as loss_names
    from grpo_theory.losses.form import contrastive_form as contrastive_form
    from grpo_theory.losses.group_loss import loss_gradient as loss_gradient
    from grpo_theory.losses.sample import Sample as Sample
    from grpo_theory.losses.table import contrastive_table as contrastive_table
    from grpo_theory.policies.covariance import gradient_moments as gradient_moments
    from grpo_theory.policies.equal_rollouts import equal_rollouts as equal_rollouts
    from grpo_theory.policies.multisets import multiset_moments as multiset_moments
    from grpo_theory.policies.whitening import ScoreSpread as ScoreSpread
    from grpo_theory.policies.whitening import optimal_whitening as optimal_whitening
    from grpo_theory.policies.whitening import ratio_to_optimum as ratio_to_optimum
    from grpo_theory.policies.whitening import relative_variance as relative_variance
    from grpo_theory.sources import Source as Source
    from grpo_theory.sources import source as source


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'grpo_theory' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
