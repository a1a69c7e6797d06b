"""Figure 3 of `mroueh-2503`: its panels, how they are drawn, and the number printed over each; texts as printed."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

EPSILON: Final = "1e-5"
START: Final = "0.1"
STEPS: Final = 50


@dataclass(frozen=True)
class Panel:
    """One panel: β and p_ref as printed, and the number printed as "p*".

    >>> Panel("5", "0.2", "0.2807").exact("beta")
    Fraction(5, 1)
    """

    beta: str
    p_ref: str
    printed: str

    def exact(self, name: str) -> Fraction:
        """The number that one of the texts stands for."""
        return Fraction(str(getattr(self, name)))


_ROWS: Final = (
    ("0.01", "1.0000 1.0000 1.0000 1.0000"),
    ("0.2", "1.0000 1.0000 1.0000 1.0000"),
    ("0.4", "1.0000 1.0000 1.0000 1.0000"),
    ("0.8", "1.0000 1.0000 1.0000 1.0000"),
    ("1", "1.0000 0.6813 1.0000 1.0000"),
    ("5", "0.0442 0.2807 0.6007 0.8813"),
)
_COLUMNS: Final = ("0.0001", "0.2", "0.5", "0.8")

FIGURE_3: Final = tuple(
    Panel(beta, p_ref, printed)
    for beta, numbers in _ROWS
    for p_ref, printed in zip(_COLUMNS, numbers.split(), strict=True)
)
"""The 24 panels, row by row: β grows downwards, p_ref to the right."""


def panel_points() -> Iterator[dict[str, Any]]:
    """The number, β and p_ref of every panel, row by row.

    >>> next(panel_points())
    {'i': 0, 'beta': Fraction(1, 100), 'p_ref': Fraction(1, 10000)}
    """
    for number, panel in enumerate(FIGURE_3):
        yield {"i": number, "beta": panel.exact("beta"), "p_ref": panel.exact("p_ref")}
