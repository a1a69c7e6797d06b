"""One finite group of rollouts: advantage rules, and every expectation over a group by two independent roads."""

from grpo_theory.groups.catalogue import NAMED, find_rule, parse_rule, rule
from grpo_theory.groups.contrast import (
    contrast,
    effective_objective,
    effective_sample_size,
    effective_weight,
    expected_advantage,
    expected_advantage_function,
    is_centred,
    silent_rate,
)
from grpo_theory.groups.enumeration import EnumeratedGroups, enumerate_groups
from grpo_theory.groups.histogram import enumerate_by_histogram, success_histogram
from grpo_theory.groups.levels import (
    expected_level_advantage,
    expected_over_multisets,
    literal_level_advantage,
    multisets,
)
from grpo_theory.groups.multiples import Multiple, multiple_of
from grpo_theory.groups.rules import AdvantageRule, dynamic_sampling
from grpo_theory.groups.sheet import theory_sheet

__all__ = [
    "NAMED",
    "AdvantageRule",
    "EnumeratedGroups",
    "Multiple",
    "contrast",
    "dynamic_sampling",
    "effective_objective",
    "effective_sample_size",
    "effective_weight",
    "enumerate_by_histogram",
    "enumerate_groups",
    "expected_advantage",
    "expected_advantage_function",
    "expected_level_advantage",
    "expected_over_multisets",
    "find_rule",
    "is_centred",
    "literal_level_advantage",
    "multiple_of",
    "multisets",
    "parse_rule",
    "rule",
    "silent_rate",
    "success_histogram",
    "theory_sheet",
]
