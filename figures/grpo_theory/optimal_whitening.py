"""Relative variance of the named rules over that of the optimal whitening, against p, for three kinds of scores."""

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.figures import Data, Figure, Landmark, canvas
from grpo_theory.groups import rule
from grpo_theory.policies.whitening_floats import coefficients, float_relative_variance, optimal_coefficients

SIZES = (4, 16)
SPREADS = {"none": (0.0, 0.0), "equal": (100.0, 100.0), "failures": (0.0, 100.0)}
TITLES = (r"$v_+ = v_- = 0$", r"$v_+ = v_- = 100D$", r"$v_+ = 0,\ v_- = 100D$")
RULES = {
    "rloo": ("RLOO, mean only, percentile", "#0072B2", "-"),
    "grpo": ("mean and std (GRPO)", "#D55E00", "--"),
    "maxrl": ("MaxRL", "#009E73", "-."),
    "softmax": (r"softmax, $\tau = 1$", "#E69F00", (0, (5, 1, 1, 1, 1, 1))),
    "disco": (r"$b_k = 1$ (DisCO)", "#CC79A7", ":"),
}


def column(name: str, spread: str, G: int) -> str:
    """The name of the column of one rule in one panel."""
    return f"{name} v={spread} G={G}"


def data() -> Data:
    """The ratios on a grid of p, at D = 1."""
    p = np.linspace(0.01, 0.99, 99)
    columns = {"p": p}
    for G in SIZES:
        for spread, (v_plus, v_minus) in SPREADS.items():
            best = float_relative_variance(optimal_coefficients(1.0, v_plus, v_minus, G), 1.0, v_plus, v_minus, p)
            for name in RULES:
                b = np.ones(G - 1) if name == "disco" else coefficients(rule(name), G)
                columns[column(name, spread, G)] = float_relative_variance(b, 1.0, v_plus, v_minus, p) / best
    return columns


def draw(data: Data) -> Canvas:
    """One row for each group size, one column of panels for each kind of scores."""
    drawn = canvas("neurips", 0.72)
    panels = drawn.subplots(len(SIZES), len(SPREADS), sharex=True)
    for row, G in zip(panels, SIZES, strict=True):
        for axes, spread in zip(row, SPREADS, strict=True):
            axes.axhline(1, color="#999999", linewidth=0.6)
            for name, (label, colour, style) in RULES.items():
                axes.plot(data["p"], data[column(name, spread, G)], color=colour, linestyle=style, label=label)
            axes.set(xlim=(0, 1), ylim=(0.98, 1.33))
            axes.set_yticks([1, 1.1, 1.2, 1.3])
            axes.set_xticks([0, 0.5, 1], ["0", "1/2", "1"])
        row[0].set_ylabel(f"$G = {G}$: over the optimum")
    for axes, title in zip(panels[0], TITLES, strict=True):
        axes.set_title(title)
    panels[0, 0].set(ylim=(0.92, 2.4), yticks=[1, 1.5, 2])
    panels[1, 0].set(yscale="log", ylim=(0.6, 6e3))
    for axes in panels[-1]:
        axes.set_xlabel("$p$")
    handles, labels = panels[0, 0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=3, columnspacing=1.2, handlelength=2.4)
    return drawn


def read(name: str, p: float, data: Data) -> float:
    """The value of a column at p."""
    return float(np.interp(p, data["p"], data[name]))


def reading(name: str, spread: str, G: int, value: float) -> Landmark:
    """A landmark at p = 1/4, to seven digits: some curves run close to 1."""
    where = column(name, spread, G)
    return Landmark(f"{where} at p = 1/4", value, 1e-7 * value, lambda data: read(where, 0.25, data))


VALUES = {  # exact, in the order of RULES
    ("none", 4): (1.06097561, 1.01455979, 1.18471735, 1.03105088, 1.0),
    ("equal", 4): (1.00000145, 1.00452936, 1.11614615, 1.02095616, 1.01762618),
    ("failures", 4): (1.15377927, 1.11907084, 1.00002555, 1.04868885, 1.09745592),
    ("none", 16): (9.05433371, 3.45909185, 2.9997829, 4.7256692, 1.0),
    ("equal", 16): (1.00004703, 1.02304213, 1.27722633, 1.01255772, 1.13284274),
    ("failures", 16): (1.19081884, 1.08975541, 1.00023754, 1.10274795, 1.02044999),
}

figure = Figure(
    name="optimal-whitening",
    source="grpo-theory",
    caption="Relative variance tr Var/‖E‖² of one group's gradient, divided by that of the optimal whitening b_k ∝ "
    "1/(D + v₊/k + v₋/(G−k)) at the same p, for centred rules (claim optimal-whitening). Left: no variance "
    "within the classes, where b_k = 1 is optimal; middle: equal variances, where RLOO nearly is; right: "
    "variance among the failures alone, where MaxRL nearly is. No named rule is best everywhere; at G = 2 all "
    "are equal.",
    data=data,
    draw=draw,
    landmarks=tuple(
        reading(name, spread, G, value)
        for (spread, G), values in VALUES.items()
        for name, value in zip(RULES, values, strict=True)
    ),
    parameters={"G": " ".join(map(str, SIZES)), "v_plus, v_minus over D": "; ".join(map(str, SPREADS.values()))},
)
