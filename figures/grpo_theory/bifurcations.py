"""Fixed points of the reference map against β, the folds and flips where their stability changes, and its orbits."""

import numpy as np
from flint import arb, ctx
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from grpo_theory.dynamics import SmoothedWeight, bifurcations
from grpo_theory.figures import Data, Figure, Landmark, canvas, log_odds_ticks, reading

P_REF = "1e-3"
EPSILON = "1e-5"
BURN_IN = 300
KEEP = 48
BITS = 1024
TICKS = ("1e-3", "0.1", "1/2", "0.9", "1-1e-3", "1-1e-6", "1-1e-30", "1-1e-150")


def branches() -> Data:
    """β(z) = Ω_ε/(z - z_ref) and the multiplier Ω_ε′/β: every fixed point of every β lies on this curve."""
    z_ref = np.log(1e-3) - np.log1p(-1e-3)
    z = np.concatenate([z_ref + np.geomspace(0.05, 27.0, 420), np.geomspace(20.5, 2200.0, 90)])
    weight = SmoothedWeight(float(EPSILON))
    beta = weight.at(z) / (z - z_ref)
    return {"branch z": z, "branch beta": beta, "branch multiplier": weight.slope(z) / beta}


def orbit(beta: float) -> list[float]:
    """Iterates 301 to 348 from p_0 = 1/2, in balls that stay narrower than 1e-9, to five decimals and each once."""
    with ctx.workprec(BITS):
        p_ref, epsilon, gain = arb(P_REF), arb(EPSILON), 1 / arb(beta)
        z_ref, z, kept = (p_ref / (1 - p_ref)).log(), arb(0), set()
        for t in range(1, BURN_IN + KEEP + 1):
            e = (-abs(z)).exp()
            z = z_ref + gain * (e / (1 + e) ** 2 + epsilon).rsqrt()
            if t > BURN_IN:
                if not z.rad() < 1e-9:
                    raise ValueError(
                        f"beta = {beta} lies beyond {BITS} bits: an orbit's rounding errors grew too large"
                    )
                kept.add(round(float(z.mid()), 5))
    return sorted(kept)


def data() -> Data:
    """The curve of fixed points, its certified folds and flips, and late iterates on a grid of β."""
    found = bifurcations(p_ref=P_REF, epsilon=EPSILON)
    if not found.complete:
        raise ValueError(f"p_ref = {P_REF} lies too near a cusp: bifurcations stay undecided")
    columns = dict(branches())
    for name, points in (("fold", found.folds), ("flip", found.flips)):
        columns[f"{name} beta"] = np.array([float(point.beta) for point in points])
        columns[f"{name} z"] = np.array([float(point.z) for point in points])
    grid = np.round(np.geomspace(0.15, 24.0, 481), 6)
    late = [(beta, z) for beta in grid for z in orbit(float(beta))]
    columns["orbit beta"], columns["orbit z"] = np.array(late).T
    return columns


def curves(axes: Axes, data: Data) -> None:
    """The curve of fixed points: solid where |multiplier| < 1, dashed where it is greater."""
    attracting = np.abs(data["branch multiplier"]) < 1
    for rows, style, label in ((attracting, "-", "attracting"), (~attracting, (0, (4, 2)), "repelling")):
        z = np.where(rows, data["branch z"], np.nan)
        axes.plot(data["branch beta"], z, color="#111111", linestyle=style, linewidth=1.1, label=label)


def draw(data: Data) -> Canvas:
    """Late iterates, fixed points, folds and flips over β, on an axis that is even in asinh of log-odds."""
    drawn = canvas("neurips", 0.56)
    axes = drawn.add_subplot()
    axes.set_xscale("log")
    axes.set_yscale("asinh", linear_width=2.0)
    axes.plot(data["orbit beta"], data["orbit z"], ".", ms=1.7, mew=0, color="#D55E00", zorder=1)
    curves(axes, data)
    axes.plot(data["fold beta"], data["fold z"], "s", color="#0072B2", markersize=5, zorder=5, label="fold")
    axes.plot(data["flip beta"], data["flip z"], "^", color="#009E73", markersize=5.5, zorder=5, label="flip")
    for name, colour, side in (("fold", "#0072B2", (-5, -2)), ("flip", "#009E73", (-4, -9))):
        low, high = (f"${beta:.3f}$" for beta in data[f"{name} beta"])
        first, last = zip(data[f"{name} beta"], data[f"{name} z"], strict=True)
        axes.annotate(low, first, side, textcoords="offset points", color=colour, ha="right")
        axes.annotate(high, last, (5, 4), textcoords="offset points", color=colour)
    axes.set(xlim=(0.15, 24), ylim=(-9, 3600), xlabel=r"KL strength $\beta$", ylabel="success probability $p$")
    axes.set_xticks([0.2, 0.5, 1, 2, 5, 10, 20], ["0.2", "0.5", "1", "2", "5", "10", "20"])
    axes.minorticks_off()
    log_odds_ticks(axes.yaxis, TICKS)
    late = Line2D([], [], linestyle="none", marker="o", markersize=2, color="#D55E00")
    handles, labels = axes.get_legend_handles_labels()
    axes.legend([*handles, late], [*labels, "late iterates"], loc="upper right")
    return drawn


def at(z: float, column: str, data: Data) -> float:
    """A column of the curve of fixed points at log-odds z, by linear interpolation."""
    return float(np.interp(z, data["branch z"], data[column]))


def near(beta: float, data: Data) -> list[float]:
    """The late iterates at the β of the grid that is nearest."""
    grid = data["orbit beta"]
    return [float(z) for z in data["orbit z"][grid == grid[np.argmin(np.abs(grid - beta))]]]


def crisis(data: Data) -> tuple[float, float]:
    """The β on either side of the widest gap in which no orbit from p = 1/2 stays below 1-1e-4."""
    kept = np.unique(data["orbit beta"][data["orbit z"] < 9])
    widest = int(np.argmax(np.diff(np.log(kept))))
    return float(kept[widest]), float(kept[widest + 1])


figure = Figure(
    name="bifurcations",
    source="grpo-theory",
    caption="Fixed points of the reference map against β for p_ref = 1e-3, ε = 1e-5: attracting (solid) and "
    "repelling (dashed), with every fold and flip (certified). Dots: iterates 301 to 348 from p_0 = 1/2, in "
    "balls narrower than 1e-9. Between the flips the lower attractor is a cycle or irregular; from β = 0.68 "
    "to 0.94 it is lost, and the orbits from 1/2 end at the upper fixed point. The axis of p is even in "
    "asinh of half its log-odds.",
    data=data,
    draw=draw,
    landmarks=(
        reading("lower fold", "fold beta", 0, 0.278413, 1e-6),
        reading("upper fold", "fold beta", -1, 14.551553, 1e-6),
        reading("log-odds of the lower fold", "fold z", 0, 0.549907, 1e-6),
        reading("log-odds of the upper fold", "fold z", -1, 13.745754, 1e-6),
        reading("lower flip", "flip beta", 0, 0.338202, 1e-6),
        reading("upper flip", "flip beta", -1, 5.662124, 1e-6),
        reading("log-odds of the lower flip", "flip z", 0, -0.664174, 1e-6),
        reading("log-odds of the upper flip", "flip z", -1, -4.873229, 1e-6),
        Landmark("fixed point at z = -3: its β", 1.20414, 1e-3, lambda d: at(-3.0, "branch beta", d)),
        Landmark("fixed point at z = -3: its multiplier", -1.7677, 2e-3, lambda d: at(-3.0, "branch multiplier", d)),
        Landmark("last β before the lower attractor is lost", 0.6732, 0.004, lambda data: crisis(data)[0]),
        Landmark("first β at which it is back", 0.9543, 0.006, lambda data: crisis(data)[1]),
        Landmark("iterates at β = 4: a two-cycle", 2.0, 0.0, lambda data: float(len(near(4.0, data)))),
        Landmark("lower point of the two-cycle at β = 4", -6.353, 0.002, lambda data: near(4.0, data)[0]),
        Landmark("upper attractor near β = 0.8", 389.72, 0.5, lambda data: near(0.8, data)[-1]),
    ),
    parameters={"p_ref": P_REF, "epsilon": EPSILON, "start": "1/2", "burn-in": str(BURN_IN), "kept": str(KEEP)},
)
