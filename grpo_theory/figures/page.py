"""The page that a figure is drawn on: a venue's width, the print style, axes of log-odds labelled by probabilities."""

import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final, Literal

from matplotlib.axis import Axis
from matplotlib.figure import Figure as Canvas

WIDTHS: Final = {"neurips": 5.5, "icml": 3.25}
"""Width in inches of a NeurIPS text block and of an ICML column."""

STYLE: Final = Path(__file__).with_name("print.mplstyle")
"""The style sheet in which every figure is drawn."""


def canvas(width: Literal["neurips", "icml"] = "icml", aspect: float = 0.66) -> Canvas:
    """An empty canvas of a venue's width in inches, its height `aspect` times the width.

    >>> canvas("neurips", 0.5).get_size_inches().tolist()
    [5.5, 2.75]
    """
    return Canvas(figsize=(WIDTHS[width], WIDTHS[width] * aspect), layout="constrained")


def log_odds_ticks(axis: Axis, probabilities: Sequence[str]) -> None:
    """Ticks at log p - log(1-p) on an axis of log-odds, labelled by the probabilities p.

    Domain: each p written as it shall be read: "1/2", "0.9", "1e-3" for 10⁻³ or "1-1e-43" for 1 - 10⁻⁴³, which no
    float near 1 can hold.

    >>> axes = canvas().add_subplot()
    >>> log_odds_ticks(axes.xaxis, ["1e-3", "1/2", "1-1e-43"])
    >>> [round(float(tick), 3) for tick in axes.get_xticks()]
    [-6.907, 0.0, 99.011]
    """
    mirrored = [text.startswith("1-") for text in probabilities]
    small = [float(Fraction(text.removeprefix("1-"))) for text in probabilities]
    places = [(-1) ** from_one * (math.log(p) - math.log1p(-p)) for p, from_one in zip(small, mirrored, strict=True)]
    axis.set_ticks(places, [_probability_label(text) for text in probabilities])


def _probability_label(text: str) -> str:
    if "e" not in text:
        return f"${text}$"
    before, exponent = text.split("e")
    return f"${'1-' if before == '1-1' else ''}10^{{{int(exponent)}}}$"
