"""Fifty GRPO iterations p_n = h(p_{n-1}) for six β and four p_ref, from p_0 = 0.1 and from p_0 = p_ref."""

from fractions import Fraction

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from grpo_theory.dynamics import recurrence
from grpo_theory.figures import Data, Figure, Landmark, canvas, reading
from grpo_theory.tables.mroueh_2503 import EPSILON, FIGURE_3, STEPS

BETAS = ("0.01", "0.2", "0.4", "0.8", "1", "5")
REFERENCES = ("1e-4", "0.2", "0.5", "0.8")
PRINTED = {(panel.exact("beta"), panel.exact("p_ref")): float(panel.printed) for panel in FIGURE_3}
"""The titles' "p*"."""


def column(start: str, beta: str, p_ref: str) -> str:
    """The name of the column of p_0, ..., p_50."""
    return f"p from {start} beta={beta} p_ref={p_ref}"


def data() -> Data:
    """n and the orbits, two for each of the 24 panels."""
    columns = {"n": np.arange(STEPS + 1, dtype=float)}
    for start in ("0.1", "p_ref"):
        for beta in BETAS:
            for p_ref in REFERENCES:
                step = recurrence(beta=beta, p_ref=p_ref, epsilon=EPSILON)
                first = 0.1 if start == "0.1" else float(p_ref)
                columns[column(start, beta, p_ref)] = step.trajectory(first, STEPS).p
    return columns


def orbits(axes: Axes, data: Data, beta: str, p_ref: str) -> None:
    """Both orbits of one panel, with p_50 of the first, the number that the paper prints as p*."""
    printed, reference = data[column("0.1", beta, p_ref)], data[column("p_ref", beta, p_ref)]
    axes.plot(data["n"], reference, color="#D55E00", linestyle=(0, (4, 1.5)), linewidth=1.1, zorder=3)
    axes.plot(data["n"], printed, "-o", color="#0072B2", markersize=1.6, linewidth=0.7, zorder=2)
    moving = abs(printed[-1] - printed[-2]) > 1e-6
    axes.set_title(rf"$p_{{50}} = {printed[-1]:.4f}$" + (", not settled" if moving else ""), fontsize=8, pad=2.5)
    axes.set(xlim=(-1.5, STEPS + 1.5), ylim=(-0.06, 1.06))
    axes.set_xticks([0, 25, 50])
    axes.set_yticks([0, 1], ["0", "1"])
    axes.tick_params(labelsize=7.5, pad=2)


def draw(data: Data) -> Canvas:
    """One row of panels for each β, one column for each p_ref."""
    drawn = canvas("neurips", 1.2)
    panels = drawn.subplots(len(BETAS), len(REFERENCES), sharex=True, sharey=True)
    for row, beta in zip(panels, BETAS, strict=True):
        for axes, p_ref in zip(row, REFERENCES, strict=True):
            orbits(axes, data, beta, p_ref)
        row[0].set_ylabel(rf"$\beta = {beta}$" "\n$p_n$", labelpad=0)
    for axes, title in zip(panels[0], ("10^{-4}", "0.2", "0.5", "0.8"), strict=True):
        axes.annotate(
            rf"$p_{{\mathrm{{ref}}}} = {title}$",
            (0.5, 1),
            (0, 15),
            "axes fraction",
            "offset points",
            ha="center",
            size=9,
        )
    for axes in panels[-1]:
        axes.set_xlabel("iteration $n$", labelpad=1)
    (second, first), names = panels[0, 0].get_lines(), (r"from $p_0 = p_{\mathrm{ref}}$", "from $p_0 = 0.1$")
    drawn.legend((first, second), names[::-1], loc="outside lower center", ncols=2)
    return drawn


def last(start: str, beta: str, p_ref: str) -> float:
    """What the titles print, or for the orbits from p_ref what they reach."""
    known = PRINTED[Fraction(beta), Fraction(p_ref)]
    return 1.0 if start == "p_ref" and (beta, p_ref) == ("5", "1e-4") else known


def end(start: str, beta: str, p_ref: str) -> Landmark:
    """p_50 of one orbit, with the four decimals of a title; not always a fixed point (β = 5, p_ref = 1e-4 has none)."""
    status = "an iterate, no fixed point" if (start, beta, p_ref) == ("0.1", "5", "1e-4") else "settled"
    printed = 'printed "p*"' if start == "0.1" else "p_50"
    return Landmark(
        f"{printed} from p_0 = {start} at β = {beta}, p_ref = {p_ref} ({status})",
        last(start, beta, p_ref),
        5e-5,
        lambda data: float(data[column(start, beta, p_ref)][-1]),
    )


figure = Figure(
    name="figure-3",
    source="mroueh-2503",
    caption="Fifty GRPO iterations for ε = 1e-5. The paper draws them from p_0 = 0.1 (dots); its theory starts at "
    "p_0 = p_ref (dashes). Above each panel p_50 of the first orbit, which is what the paper prints as p*. At β = 5, "
    "p_ref = 1e-4 that number is the fiftieth iterate of an orbit that does not settle, while the orbit from p_ref "
    "goes to a fixed point just below 1. Each printed 1.0000 is a fixed point below 1, rounded. Reconstruction of the "
    "layout.",
    data=data,
    draw=draw,
    landmarks=(
        reading("iterations", "n", -1, 50.0, 0.0),
        *(end(start, beta, p_ref) for start in ("0.1", "p_ref") for beta in BETAS for p_ref in REFERENCES),
    ),
    label="Figure 3",
    parameters={"epsilon": EPSILON, "beta": " ".join(BETAS), "p_ref": " ".join(REFERENCES), "steps": str(STEPS)},
)
