"""Cobwebs of the reference map z ↦ logit p_ref + Ω_ε/β in log-odds: three fixed points, a two-cycle, no repetition."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from grpo_theory.dynamics import fixed_points, recurrence
from grpo_theory.figures import Data, Figure, canvas, log_odds_ticks, reading

EPSILON = "1e-5"
STEPS = 24
PANELS = (
    ("fixed point", "1", "0.2", "0.1", (-5.2, 5.2), ("1e-2", "1/2", "0.99")),
    ("two-cycle", "5", "1e-3", "1e-3", (-8.4, 3.4), ("1e-3", "1/2", "0.9")),
    ("irregular", "5", "1e-4", "0.1", (-10.6, 10.6), ("1e-4", "1/2", "1-1e-4")),
)
"""Title, β, p_ref, p_0, range of z, probabilities at the ticks."""


def data() -> Data:
    """For each panel: z, its image, the orbit z_0, ..., z_24, and the certified fixed points inside the panel."""
    columns = {}
    for title, beta, p_ref, start, (low, high), _ in PANELS:
        step = recurrence(beta=beta, p_ref=p_ref, epsilon=EPSILON)
        found = fixed_points(beta=beta, p_ref=p_ref, epsilon=EPSILON)
        if not found.complete:
            raise ValueError(f"beta = {beta}, p_ref = {p_ref} lie too near a fold: fixed points stay undecided")
        z = np.linspace(low, high, 241)
        columns[f"z {title}"] = z
        columns[f"image {title}"] = step.step(z, log_odds=True)
        columns[f"orbit {title}"] = step.trajectory(float(start), STEPS).logit
        columns[f"fixed {title}"] = np.array([float(one.z) for one in found.points if low < one.z < high])
        columns[f"multiplier {title}"] = np.array([float(one.multiplier) for one in found.points if low < one.z < high])
    cycle = fixed_points(beta=PANELS[1][1], p_ref=PANELS[1][2], epsilon=EPSILON, period=2)
    return {**columns, "cycle": np.array([float(one.z) for one in cycle.points])}


def web(axes: Axes, orbit: Data, title: str) -> None:
    """The stairs (z_0, z_0), (z_0, z_1), (z_1, z_1), (z_1, z_2), ... and the start."""
    z = orbit[f"orbit {title}"]
    across, up = np.repeat(z, 2)[:-1], np.concatenate([z[:1], np.repeat(z[1:], 2)])
    axes.plot(across, up, color="#D55E00", linestyle="-", linewidth=0.55, zorder=3)
    axes.plot(z[0], z[0], "D", color="#D55E00", markersize=3.2, zorder=4)


def draw(data: Data) -> Canvas:
    """One panel for each parameter set: map, diagonal, stairs, fixed points (full: attracting, open: repelling)."""
    drawn = canvas("neurips", 0.405)
    for axes, (title, beta, p_ref, _, span, ticks) in zip(drawn.subplots(1, 3), PANELS, strict=True):
        axes.plot(span, span, color="#999999", linestyle="-", linewidth=0.7)
        axes.plot(data[f"z {title}"], data[f"image {title}"], color="#0072B2", linestyle="-")
        web(axes, data, title)
        fixed, attracting = data[f"fixed {title}"], np.abs(data[f"multiplier {title}"]) < 1
        axes.plot(fixed[attracting], fixed[attracting], "o", color="#111111", markersize=4, zorder=5)
        axes.plot(fixed[~attracting], fixed[~attracting], "o", mec="#111111", mfc="white", markersize=4, zorder=5)
        axes.set(xlim=span, ylim=span, aspect="equal", xlabel="$p_t$")
        log_odds_ticks(axes.xaxis, ticks)
        log_odds_ticks(axes.yaxis, ticks)
        shown = {"1e-3": "10^{-3}", "1e-4": "10^{-4}"}.get(p_ref, p_ref)
        axes.set_title(f"{title}\n" rf"$\beta = {beta},\ p_{{\mathrm{{ref}}}} = {shown}$", linespacing=1.0)
    drawn.axes[1].plot(data["cycle"], data["cycle"][::-1], "s", color="#111111", markersize=3.4, zorder=5)
    drawn.axes[0].set_ylabel("$p_{t+1}$")
    return drawn


figure = Figure(
    name="cobweb",
    source="grpo-theory",
    caption="Orbits of the reference map for ε = 1e-5, on axes that are even in log-odds. Diamonds: p_0, which is 0.1, "
    "p_ref and 0.1. Full dots attract, open dots repel, squares are an attracting two-cycle, all certified. Each map "
    "has one more attracting fixed point far outside its panel, at 1-p of 2e-137, 3e-25 and 3e-24. On the right "
    "nothing repeats, as far as was observed.",
    data=data,
    draw=draw,
    landmarks=(
        reading("left: attracting fixed point, p = 0.6813", "fixed fixed point", 0, 0.75968),
        reading("left: repelling fixed point, p = 0.9347", "fixed fixed point", 1, 2.66146),
        reading("left: multiplier at p = 0.6813", "multiplier fixed point", 0, 0.38901),
        reading("left: z_1 = logit 0.2 + Ω_ε(0.1)", "orbit fixed point", 1, 1.94685),
        reading("left: edge of the panel", "z fixed point", 0, -5.2),
        reading("left: the map's minimum, at p = 1/2", "image fixed point", 120, 0.61367),
        reading("left: the map at the edge", "image fixed point", 0, 12.13933),
        reading("middle: repelling fixed point", "fixed two-cycle", 0, -4.74477),
        reading("middle: multiplier, past the flip", "multiplier two-cycle", 0, -1.06111),
        reading("middle: lower point of the cycle, p = 0.0023380", "cycle", 0, -6.05610),
        reading("middle: upper point of the cycle, p = 0.058716", "cycle", 1, -2.77454),
        reading("middle: z_1 from p_0 = p_ref", "orbit two-cycle", 1, -0.61047),
        reading("middle: edge of the panel", "z two-cycle", 0, -8.4),
        reading("middle: the map at the edge", "image two-cycle", 0, 6.14630),
        reading("right: repelling fixed point, p = 0.0032787", "fixed irregular", 0, -5.71701),
        reading("right: multiplier there", "multiplier irregular", 0, -1.72987),
        reading("right: z_1 from p_0 = 0.1", "orbit irregular", 1, -8.54361),
        reading("right: edge of the panel", "z irregular", 0, -10.6),
        reading("right: the map's minimum, at p = 1/2", "image irregular", 120, -8.81025),
        reading("right: the map at the edge", "image irregular", 0, 24.63717),
    ),
    parameters={"epsilon": EPSILON, "steps": str(STEPS)}
    | {title: f"beta {beta}, p_ref {p_ref}, p_0 {start}" for title, beta, p_ref, start, *_ in PANELS},
)
