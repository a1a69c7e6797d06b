"""A figure is data, then a drawing: numbers that tests can read, a print style, and files that repeat byte by byte."""

from grpo_theory.figures.export import FORMATS, export, manifest
from grpo_theory.figures.model import Figure, Landmark, Tolerance, figure, figures, reading
from grpo_theory.figures.page import STYLE, WIDTHS, canvas, log_odds_ticks
from grpo_theory.figures.tables import Data, read_csv, write_csv

__all__ = [
    "FORMATS",
    "STYLE",
    "WIDTHS",
    "Data",
    "Figure",
    "Landmark",
    "Tolerance",
    "canvas",
    "export",
    "figure",
    "figures",
    "log_odds_ticks",
    "manifest",
    "read_csv",
    "reading",
    "write_csv",
]
