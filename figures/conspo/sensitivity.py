"""ConSPO's reported sensitivity to temperature, margin and curriculum, as read off its figure by eye."""

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.figures import Data, Figure, canvas, reading
from grpo_theory.tables.conspo import PANELS

LABELS = {"tau": r"temperature $\tau$", "M": "margin $M$", "alpha": r"curriculum $\alpha$ in %"}


def data() -> Data:
    """For each parameter the values on the axis and the average scores above them."""
    columns = {}
    for panel in PANELS:
        columns[panel.name] = np.array([float(value) for value in panel.values])
        columns[f"score {panel.name}"] = np.array([float(score) for score in panel.scores])
    return columns


def draw(data: Data) -> Canvas:
    """One panel a parameter, values evenly spaced as in the print, the best one ringed."""
    drawn = canvas("neurips", 0.36)
    for axes, panel in zip(drawn.subplots(1, 3, sharey=True), PANELS, strict=True):
        scores = data[f"score {panel.name}"]
        places = np.arange(len(scores))
        axes.plot(places, scores, "-o", color="#0072B2", markersize=4)
        axes.plot(places[scores.argmax()], scores.max(), "o", mec="#D55E00", mfc="none", markersize=9, mew=1.2)
        axes.set_xticks(places, [f"{value:g}" for value in data[panel.name]])
        axes.set(xlim=(-0.4, len(scores) - 0.6), ylim=(39.5, 45.2), xlabel=LABELS[panel.name])
    drawn.axes[0].set_ylabel("average score")
    return drawn


figure = Figure(
    name="sensitivity",
    source="conspo",
    label="Figure 3, values read off by eye",
    caption="ConSPO's average score against its temperature τ, its largest margin M and the share α of training over "
    "which the margin grows. Read off by eye from the paper's figure, so only to about 0.1; nothing is recomputed, "
    "since that needs trained language models. Rings: the best value of each panel.",
    data=data,
    draw=draw,
    parameters={panel.name: " ".join(panel.values) for panel in PANELS},
    landmarks=(
        reading("temperatures", "tau", 1, 5.0),
        reading("score at τ = 1", "score tau", 0, 40.0, 0.09),
        reading("score at τ = 10", "score tau", 2, 44.4, 0.009),
        reading("margins", "M", 0, 0.005, 1e-5),
        reading("score at M = 0.01", "score M", 1, 44.4, 0.009),
        reading("shares", "alpha", 0, 10.0, 1e-5),
        reading("score at α = 30 %", "score alpha", 1, 44.4, 0.009),
    ),
)
