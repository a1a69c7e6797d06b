"""Signal to noise E²/Var of EC-RLVR's slope ∂L_G/∂z against τ on two outcomes, and the best temperatures."""

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.figures import Data, Figure, Landmark, canvas, reading
from grpo_theory.losses.best_temperature import best_temperatures, signal_to_noise

SIZES = (2, 3, 4, 8, 16)
CHANCES = {"3/10": 0.3, "7/10": 0.7}
STYLES = (
    ("#111111", "-"),
    ("#0072B2", "--"),
    ("#D55E00", "-."),
    ("#009E73", ":"),
    ("#CC79A7", (0, (5, 1, 1, 1, 1, 1))),
)


def column(p: str, G: int) -> str:
    """The name of the column of one curve."""
    return f"E2/Var p={p} G={G}"


def bounded(tau: float) -> float:
    """τ/(1+τ), which takes [0, ∞] to [0, 1]."""
    return 1 - 1 / (1 + tau)


def data() -> Data:
    """E²/Var on a grid of τ/(1+τ), ends included as limits; ends of the set of best τ for G = 3 on a grid of p."""
    share = np.linspace(0, 1, 101)
    tau = np.append(share[:-1] / (1 - share[:-1]), np.inf)
    columns = {"tau/(1+tau)": share}
    for name, p in CHANCES.items():
        for G in SIZES:
            columns[column(name, G)] = signal_to_noise(G, p, tau)
    best = [best_temperatures(3, f"{percent}/100") for percent in range(1, 100)]
    ends = {
        "lowest best": np.array([bounded(found.low) for found in best]),
        "highest best": np.array([bounded(found.high) for found in best]),
    }
    return {**columns, "p": np.arange(1, 100) / 100, **ends}


def draw(data: Data) -> Canvas:
    """E²/Var over its best value for two p; the best temperatures against p."""
    drawn = canvas("neurips", 0.46)
    panels = drawn.subplots(1, 3)
    for axes, name in zip(panels, CHANCES, strict=False):
        for G, (colour, style) in zip(SIZES, STYLES, strict=True):
            curve = data[column(name, G)]
            label = f"$G = {G}$"
            axes.plot(data["tau/(1+tau)"], curve / curve.max(), color=colour, linestyle=style, label=label)
        axes.set(xlim=(0, 1), ylim=(0, 1.06), title=f"$p = {name}$", xlabel=r"$\tau$")
        axes.set_xticks([0, 1 / 3, 1 / 2, 2 / 3, 1], ["0", "1/2", "1", "2", "∞"])
    panels[0].set_ylabel(r"$\mathbb{E}^2/\mathrm{Var}$ over its best")
    last, p = panels[2], data["p"]
    last.fill_between([0, 1], 0, 1, color="#999999", alpha=0.25, linewidth=0)
    last.plot(p, data["lowest best"], color="#0072B2", linestyle="none", marker=".", markersize=3)
    last.plot(p, data["highest best"], color="#0072B2", linestyle="none", marker=".", markersize=3)
    every = data["lowest best"] < data["highest best"]
    last.vlines(p[every], data["lowest best"][every], data["highest best"][every], color="#0072B2", linewidth=1.6)
    last.text(0.28, 0.12, r"$G \geq 3$", color="#0072B2", ha="center")
    last.text(0.24, 0.72, "$G = 2$:\nevery $\\tau$", color="#333333", ha="center", va="center")
    last.set(xlim=(0, 1), ylim=(-0.03, 1.03), xlabel="$p$", title=r"best $\tau$")
    last.set_xticks([0, 0.5, 1], ["0", "1/2", "1"])
    last.set_yticks([0, 1 / 3, 1 / 2, 2 / 3, 1], ["0", "1/2", "1", "2", "∞"])
    handles, labels = panels[0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=5, columnspacing=1.2, handlelength=2.4)
    return drawn


def at_temperature(p: str, G: int, tau: float, value: float) -> Landmark:
    """A landmark at one temperature, to four digits."""
    name = column(p, G)
    return Landmark(
        f"{name} at τ = {tau:g}",
        value,
        1e-4 * value,
        lambda data: float(np.interp(bounded(tau), data["tau/(1+tau)"], data[name])),
    )


def every(data: Data) -> float:
    """The p at which every temperature is best for G = 3."""
    return float(data["p"][data["lowest best"] < data["highest best"] - 0.5].mean())


figure = Figure(
    name="best-temperature",
    source="grpo-theory",
    caption="EC-RLVR on the two-outcome policy: E²/Var of the slope ∂L_G/∂z of one group's loss. It falls strictly in "
    "x = (p/(1−p))^{1/τ} for every G ≥ 3 and does not depend on τ for G = 2. So for G ≥ 3 the limit τ → 0 is "
    "best below p = 1/2 and the limit τ → ∞ above it; at p = 1/2, and for G = 2 at every p, all temperatures "
    "are equally good (claim lemma-2-temperature-depends-on-group). Axes of τ are drawn in τ/(1+τ).",
    data=data,
    draw=draw,
    landmarks=(
        Landmark("p where every τ is best", 0.5, 1e-3, every),
        reading("the smallest p", "p", 0, 0.01, 1e-5),
        reading("lowest best τ/(1+τ) at p = 2/5", "lowest best", 39, 0, 1e-3),
        reading("lowest best τ/(1+τ) at p = 3/5", "lowest best", 59, 1, 1e-3),
        reading("highest best τ/(1+τ) at p = 2/5", "highest best", 39, 0, 1e-3),
        reading("highest best τ/(1+τ) at p = 3/5", "highest best", 59, 1, 1e-3),
        at_temperature("3/10", 2, 1.0, 0.7241379),
        at_temperature("3/10", 2, 0.25, 0.7241379),
        at_temperature("3/10", 3, 1.0, 1.569771),
        at_temperature("3/10", 3, 0.25, 1.700471),
        at_temperature("3/10", 4, 1.0, 2.684155),
        at_temperature("3/10", 4, 0.25, 3.021645),
        at_temperature("3/10", 8, 1.0, 12.71867),
        at_temperature("3/10", 8, 0.25, 16.25633),
        at_temperature("3/10", 16, 1.0, 89.33062),
        at_temperature("3/10", 16, 0.25, 292.7087),
        at_temperature("7/10", 2, 1.0, 0.7241379),
        at_temperature("7/10", 2, 0.25, 0.7241379),
        at_temperature("7/10", 3, 1.0, 1.018389),
        at_temperature("7/10", 3, 0.25, 0.7340495),
        at_temperature("7/10", 4, 1.0, 1.246266),
        at_temperature("7/10", 4, 0.25, 0.7195711),
        at_temperature("7/10", 8, 1.0, 2.302858),
        at_temperature("7/10", 8, 0.25, 1.225857),
        at_temperature("7/10", 16, 1.0, 4.651329),
        at_temperature("7/10", 16, 0.25, 3.051502),
    ),
    parameters={"G": " ".join(map(str, SIZES)), "p": " ".join(CHANCES)},
)
