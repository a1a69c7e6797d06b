"""The weights √((1-p)/p) on a success and √(p/(1-p)) on a failure, which cross at p = 1/2."""

from fractions import Fraction

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.figures import Data, Figure, Landmark, canvas
from grpo_theory.groups import rule

STEPS = 200
TOP = 5.0


def data() -> Data:
    """Both weights at p = 1/200, ..., 199/200, each the float nearest to the exact advantage of the population rule."""
    grid = [Fraction(i, STEPS) for i in range(1, STEPS)]
    success, failure = zip(*(rule("mroueh").at(p).advantages(G=2, k=1) for p in grid), strict=True)
    columns = {"p": grid, "success": success, "failure": [-advantage for advantage in failure]}
    return {name: np.array([float(value) for value in column]) for name, column in columns.items()}


def crossing(data: Data) -> float:
    """The p at which the weights are equal, by linear interpolation between the grid points around it."""
    gap = data["success"] - data["failure"]
    after = int(np.argmax(gap <= 0))
    before = after - 1
    share = gap[before] / (gap[before] - gap[after])
    return float(data["p"][before] + share * (data["p"][after] - data["p"][before]))


def at(column: str, p: float, data: Data) -> float:
    """The value of a column at p, by linear interpolation."""
    return float(np.interp(p, data["p"], data[column]))


def draw(data: Data) -> Canvas:
    """Both weights against p, on the linear axis of the note, with the crossing point marked."""
    drawn = canvas("icml", 0.72)
    axes = drawn.add_subplot()
    axes.axvline(0.5, color="#BBBBBB", linewidth=0.5, linestyle="-", zorder=0)
    (success,) = axes.plot(data["p"], data["success"])
    (failure,) = axes.plot(data["p"], data["failure"])
    axes.text(0.12, 3.4, r"success: $\sqrt{\frac{1-p}{p}}$", color=success.get_color(), ha="left")
    axes.text(0.88, 3.4, r"failure: $\sqrt{\frac{p}{1-p}}$", color=failure.get_color(), ha="right")
    equal = crossing(data), at("success", crossing(data), data)
    axes.plot(*equal, "o", color="#111111", markersize=3.5, zorder=3)
    label = axes.annotate("equal at $(1/2,\\,1)$", equal, (equal[0], 1.6), ha="center", color="#111111")
    label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1.5})
    axes.set(xlim=(0, 1), ylim=(0, TOP), xlabel="success probability $p$ of the old policy", ylabel="weight")
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "1/4", "1/2", "3/4", "1"])
    axes.set_yticks(range(int(TOP) + 1))
    return drawn


figure = Figure(
    name="figure-1",
    source="mroueh-note",
    caption="The weights of GRPO with binary rewards: a success counts √((1-p)/p), a failure √(p/(1-p)), where p is "
    "the success probability of the old policy. Below p = 1/2 successes weigh more, above it failures.",
    data=data,
    draw=draw,
    landmarks=(
        Landmark("the weights cross at p = 1/2", 0.5, 0.005, crossing),
        Landmark("weight of a success at the crossing", 1.0, 1e-12, lambda data: at("success", 0.5, data)),
        Landmark("weight of a failure at the crossing", 1.0, 1e-12, lambda data: at("failure", 0.5, data)),
        Landmark("weight of a success at p = 1/10", 3.0, 1e-12, lambda data: at("success", 0.1, data)),
        Landmark("weight of a failure at p = 1/10", 1 / 3, 1e-12, lambda data: at("failure", 0.1, data)),
        Landmark("weight of a success at p = 4/5", 0.5, 1e-12, lambda data: at("success", 0.8, data)),
        Landmark("weight of a failure at p = 4/5", 2.0, 1e-12, lambda data: at("failure", 0.8, data)),
    ),
    label="Figure 1",
    parameters={"p": f"1/{STEPS}, ..., {STEPS - 1}/{STEPS}"},
)
