"""The explorer: a widget that draws the recurrence in JavaScript while Python certifies what it shows."""

from grpo_theory.explore.bundle import script, static_page, style
from grpo_theory.explore.state import PRESETS, State
from grpo_theory.explore.widget import explorer

__all__ = ["PRESETS", "State", "explorer", "script", "static_page", "style"]
