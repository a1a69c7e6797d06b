"""Figure 3 of `conspo`, its sensitivity panels: values read off the print by eye, to about 0.1 of a score."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Panel:
    """One panel: the parameter, its values as printed under the axis, the average scores read off above them.

    >>> PANELS[0].scores[PANELS[0].values.index("10")]
    '44.4'
    """

    name: str
    values: tuple[str, ...]
    scores: tuple[str, ...]


PANELS: Final = (
    Panel("tau", ("1", "5", "10", "20"), ("40.0", "43.2", "44.4", "43.6")),
    Panel("M", (".005", ".01", ".02", ".03", ".05"), ("43.8", "44.4", "44.0", "43.1", "43.0")),
    Panel("alpha", ("10", "30", "50", "70", "100"), ("43.9", "44.4", "43.0", "42.1", "43.0")),
)
"""τ, the largest margin M, and the share α of training in percent over which the margin grows."""
