"""The region η ≤ 1/s(ε) in which proximal iterates from p_ref never decrease, and how far others fall."""

import math

import numpy as np
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

from grpo_theory.dynamics import SmoothedWeight
from grpo_theory.dynamics.floats import sigmoid
from grpo_theory.figures import Data, Figure, Landmark, canvas

EPSILONS = np.geomspace(1e-8, 1e-1, 57)
RATIOS = np.concatenate([np.geomspace(0.25, 1.0, 9), np.geomspace(1.05, 40.0, 75)])
"""The η that are tried, in units of 1/s(ε)."""
STRENGTHS = np.array([0.05, 0.1, 0.2, 0.5, 0.9, 1.1, 2.0, 8.0])
"""The β that are tried, in units of s(ε)."""
OFFSETS = np.linspace(-2.0, 4.0, 13)
"""The fixed points that are tried, as distances from where Ω_ε falls most steeply; they and β fix p_ref."""
STEPS = 40
FALLS = (0.01, 0.1, 0.5)
SEEN = 1e-12
"""Falls of log-odds by less than this times 1 + |z| may be rounding."""


def bound(epsilon: float) -> float:
    """1/s(ε) = 3√(3ε)(1+4ε)."""
    return 3 * math.sqrt(3 * epsilon) * (1 + 4 * epsilon)


def steepest(epsilon: float) -> float:
    """The z < 0 at which dΩ_ε/dz = -s(ε): there p(1-p) = 2ε/(1+12ε)."""
    v = 2 * epsilon / (1 + 12 * epsilon)
    p = 2 * v / (1 + math.sqrt(1 - 4 * v))
    return math.log(p) - math.log1p(-p)


def falls(epsilon: float) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """For each η the largest p_t - p_{t+1} of all orbits that are tried, and whether any orbit was seen to fall."""
    weight = SmoothedWeight(epsilon)
    star = steepest(epsilon) + OFFSETS
    beta = STRENGTHS[:, None] / bound(epsilon)
    z_ref = star - weight.at(star) / beta
    eta = RATIOS[:, None, None] * bound(epsilon)
    z = np.broadcast_to(z_ref, (len(RATIOS), *z_ref.shape))
    largest, seen = np.zeros_like(z), np.zeros(z.shape, dtype=bool)
    for _ in range(STEPS):
        following = (z + eta * (beta * z_ref + weight.at(z))) / (1 + eta * beta)
        largest = np.maximum(largest, sigmoid(z) - sigmoid(following))
        seen |= z - following > SEEN * (1 + np.abs(z))
        z = following
    return np.asarray(largest.max(axis=(1, 2))), np.asarray(seen.any(axis=(1, 2)))


def reached(largest: NDArray[np.float64], fall: float) -> float:
    """The smallest η, in units of 1/s(ε), with an orbit that falls so far, interpolated between those tried."""
    if largest.max() < fall:
        return math.nan
    after = int(np.argmax(largest >= fall))
    low, high = np.log(np.maximum(largest[after - 1 : after + 1], 1e-300))
    share = (math.log(fall) - low) / (high - low)
    return float(RATIOS[after - 1] * (RATIOS[after] / RATIOS[after - 1]) ** share)


def data() -> Data:
    """1/s(ε), the smallest η with any fall, and those with falls of 0.01, 0.1, 0.5, each over the tried β and p_ref."""
    tried = [falls(float(epsilon)) for epsilon in EPSILONS]
    bounds = np.array([bound(float(epsilon)) for epsilon in EPSILONS])
    columns = {"epsilon": EPSILONS, "bound": bounds}
    columns["any fall"] = bounds * np.array([RATIOS[np.argmax(seen)] for _, seen in tried])
    for fall in FALLS:
        columns[f"fall {fall}"] = bounds * np.array([reached(largest, fall) for largest, _ in tried])
    return columns


def draw(data: Data) -> Canvas:
    """The proved region, its sharp border, and the lines beyond which p was seen to fall by 0.01, 0.1 and 0.5."""
    drawn = canvas("icml", 0.86)
    axes = drawn.add_subplot()
    axes.fill_between(data["epsilon"], 1e-6, data["bound"], color="#0072B2", alpha=0.16, linewidth=0)
    axes.plot(data["epsilon"], data["bound"], color="#0072B2", linestyle="-", linewidth=1.8)
    styles = (("#009E73", "-."), ("#CC79A7", ":"), ("#D55E00", "--"))
    for fall, (colour, style) in zip(FALLS, styles, strict=True):
        axes.plot(data["epsilon"], data[f"fall {fall}"], color=colour, linestyle=style, label=f"${fall}$")
    axes.plot(data["epsilon"][4::8], data["any fall"][4::8], "^", color="#111111", markersize=3, label="any")
    axes.text(
        1.1e-3, 1e-3, "from $p_{\\mathrm{ref}}$ on $p$\nnever decreases", color="#0072B2", ha="center", va="center"
    )
    axes.text(1.2e-4, 0.0235, r"$\eta = 1/s(\varepsilon)$", color="#0072B2", rotation=31, rotation_mode="anchor")
    axes.set(xscale="log", yscale="log", xlim=(1e-8, 0.1), ylim=(2e-4, 60))
    axes.set(xlabel=r"smoothing $\varepsilon$", ylabel=r"step size $\eta$")
    axes.legend(title="falls of $p$ seen", loc="upper left", ncols=2, borderaxespad=0.2, labelspacing=0.3)
    return drawn


def read(column: str, epsilon: float, data: Data) -> float:
    """The value of a column at ε, interpolated in logarithms."""
    return float(np.exp(np.interp(np.log(epsilon), np.log(data["epsilon"]), np.log(data[column]))))


figure = Figure(
    name="monotone-region",
    source="grpo-theory",
    caption="For η ≤ 1/s(ε) = 3√(3ε)(1+4ε) proximal iterates from p_ref never decrease, whatever β and p_ref (claim "
    "monotone-amplification). Triangles: at 1.05/s(ε) some β and p_ref already have an orbit that falls, so "
    "the line is sharp. The other lines are the smallest η at which p was seen to fall by 0.01, 0.1, 0.5 in "
    "one step, in a search over β and p_ref (observed; a wider search may find smaller η).",
    data=data,
    draw=draw,
    landmarks=(
        Landmark("1/s(1e-8)", 5.19615e-4, 1e-8, lambda data: read("bound", 1e-8, data)),
        Landmark("1/s(1e-5)", 0.0164323, 1e-6, lambda data: read("bound", 1e-5, data)),
        Landmark("1/s(0.1)", 2.30043, 1e-4, lambda data: read("bound", 0.1, data)),
        Landmark("any fall at ε = 1e-5, over 1/s(ε)", 1.05, 1e-9, lambda d: read("any fall", 1e-5, d) / 0.016432334),
        Landmark("a fall by 0.01 at ε = 1e-5", 0.0382, 0.0003, lambda data: read("fall 0.01", 1e-5, data)),
        Landmark("a fall by 0.1 at ε = 1e-5", 0.0505, 0.0004, lambda data: read("fall 0.1", 1e-5, data)),
        Landmark("a fall by 0.5 at ε = 1e-5", 0.0642, 0.0003, lambda data: read("fall 0.5", 1e-5, data)),
    ),
    parameters={"epsilon": f"{EPSILONS[0]:g} to {EPSILONS[-1]:g}", "steps": str(STEPS), "falls": str(FALLS)},
)
