"""From rollout logs to theory: rewards as trainers write them, the difficulty of prompts, and what to expect next."""

from grpo_theory.logs.difficulty import Difficulty, fit_difficulty
from grpo_theory.logs.forecast import Forecast, Range, forecast
from grpo_theory.logs.grouping import Groups, group_rollouts
from grpo_theory.logs.reading import Rollouts, read_log

__all__ = [
    "Difficulty",
    "Forecast",
    "Groups",
    "Range",
    "Rollouts",
    "fit_difficulty",
    "forecast",
    "group_rollouts",
    "read_log",
]
