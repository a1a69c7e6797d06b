"""EC-RLVR, ConSPO and MaxRL against GRPO with groups of 2 and 16: pass@1, pass@k, KL, and the spread over runs."""

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.experiments.catalogue import EXPERIMENTS, described, run
from grpo_theory.figures import Data, Figure, canvas
from grpo_theory.figures.model import reading

NAME = "ec-rlvr-against-grpo"
COLOURS = {"grpo": "#0072B2", "ec-rlvr": "#D55E00", "conspo": "#009E73", "maxrl": "#CC79A7"}
LABELS = {"grpo": "GRPO", "ec-rlvr": "EC-RLVR", "conspo": "ConSPO (reconstruction)", "maxrl": "MaxRL"}
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))


def data() -> Data:
    """The exact curves, bands and sampled means of the experiment with its default parameters."""
    experiment = EXPERIMENTS[NAME].default
    return experiment.columns(run(NAME, experiment))


def draw(data: Data) -> Canvas:
    """Exact curves as lines with their bands, means of the sampled runs as dots."""
    drawn = canvas("neurips", 0.76)
    panels = drawn.subplots(2, 2, sharex=True).flat
    keys = [name.removeprefix("deviation pass@1 ") for name in data if name.startswith("deviation pass@1 ")]
    titles = {"pass@1": "pass@1", "pass@k": "pass@k", "kl": "KL from base", "deviation pass@1": "deviation of pass@1"}
    for axes, (metric, title) in zip(panels, titles.items(), strict=True):
        for index, key in enumerate(keys):
            colour, style = colour_of(key), DASHES[index % len(DASHES)]
            exact, t = data[f"{metric} {key}"], data["rollouts"]
            axes.plot(t, exact, color=colour, linestyle=style, label=label(key))
            if f"band {metric} {key}" in data:
                band = data[f"band {metric} {key}"]
                axes.fill_between(t, np.maximum(exact - band, 0), exact + band, color=colour, alpha=0.1, linewidth=0)
            shown = slice(2 * index, None, 10)
            axes.plot(t[shown], data[f"sampled {metric} {key}"][shown], "o", color=colour, markersize=2)
        axes.set_ylabel(title)
    for axes in drawn.axes[2:]:
        axes.set_xlabel("rollouts per prompt")
    handles, labels = drawn.axes[0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=3, columnspacing=1.2, handlelength=2.2)
    return drawn


def colour_of(key: str) -> str:
    """The colour of a cell: lighter for groups of two."""
    return "#56B4E9" if key == "grpo G=2" else COLOURS[key.split(" ")[0]]


def label(key: str) -> str:
    """A cell's key as the legend shows it."""
    method, size = key.split(" ")
    return f"{size.removeprefix('G=')}-{LABELS[method]}"


READINGS = {
    "rollouts": (27, 432.0),
    "pass@1 grpo G=2": (26, 0.7223),
    "band pass@1 grpo G=2": (58, 0.0137),
    "sampled pass@1 grpo G=2": (26, 0.7216),
    "pass@k grpo G=2": (26, 0.8356),
    "band pass@k grpo G=2": (46, 0.0099),
    "sampled pass@k grpo G=2": (26, 0.8347),
    "kl grpo G=2": (29, 0.6584),
    "band kl grpo G=2": (25, 0.0927),
    "sampled kl grpo G=2": (29, 0.6557),
    "pass@1 grpo G=16": (26, 0.765),
    "band pass@1 grpo G=16": (77, 0.0182),
    "sampled pass@1 grpo G=16": (26, 0.7646),
    "pass@k grpo G=16": (26, 0.8616),
    "band pass@k grpo G=16": (79, 0.017),
    "sampled pass@k grpo G=16": (26, 0.8627),
    "kl grpo G=16": (29, 0.7946),
    "band kl grpo G=16": (22, 0.0912),
    "sampled kl grpo G=16": (29, 0.7928),
    "pass@1 ec-rlvr G=16": (26, 0.6724),
    "band pass@1 ec-rlvr G=16": (49, 0.013),
    "sampled pass@1 ec-rlvr G=16": (26, 0.6712),
    "pass@k ec-rlvr G=16": (26, 0.897),
    "band pass@k ec-rlvr G=16": (43, 0.0187),
    "sampled pass@k ec-rlvr G=16": (26, 0.8957),
    "kl ec-rlvr G=16": (30, 0.57),
    "band kl ec-rlvr G=16": (27, 0.0935),
    "sampled kl ec-rlvr G=16": (30, 0.5652),
    "pass@1 conspo G=16": (26, 0.7541),
    "band pass@1 conspo G=16": (58, 0.0165),
    "sampled pass@1 conspo G=16": (26, 0.7553),
    "pass@k conspo G=16": (26, 0.8888),
    "band pass@k conspo G=16": (47, 0.0183),
    "sampled pass@k conspo G=16": (26, 0.8896),
    "kl conspo G=16": (29, 0.7656),
    "band kl conspo G=16": (27, 0.0965),
    "sampled kl conspo G=16": (29, 0.7707),
    "pass@1 maxrl G=16": (26, 0.7303),
    "band pass@1 maxrl G=16": (50, 0.0143),
    "sampled pass@1 maxrl G=16": (26, 0.7295),
    "pass@k maxrl G=16": (26, 0.8982),
    "band pass@k maxrl G=16": (29, 0.017),
    "sampled pass@k maxrl G=16": (26, 0.8985),
    "kl maxrl G=16": (30, 0.7187),
    "band kl maxrl G=16": (27, 0.0954),
    "sampled kl maxrl G=16": (29, 0.6958),
    "deviation pass@1 grpo G=2": (54, 0.0166),
    "sampled deviation pass@1 grpo G=2": (57, 0.0168),
    "deviation pass@1 grpo G=16": (80, 0.0214),
    "sampled deviation pass@1 grpo G=16": (80, 0.021),
    "deviation pass@1 ec-rlvr G=16": (43, 0.0156),
    "sampled deviation pass@1 ec-rlvr G=16": (44, 0.0145),
    "deviation pass@1 conspo G=16": (52, 0.0187),
    "sampled deviation pass@1 conspo G=16": (53, 0.0202),
    "deviation pass@1 maxrl G=16": (44, 0.0166),
    "sampled deviation pass@1 maxrl G=16": (42, 0.0158),
}
"""Column -> (row, its value to four decimals)."""

figure = Figure(
    name=NAME,
    source="card",
    label="experiment",
    caption="16 rollouts a step for each of 16 prompts, in groups of 2 or 16; two-outcome policies, difficulty the "
    "quantiles of Beta(1/2, 1), learning rates matched by the length of the first step, k = 8, τ = 1, no "
    "margin. Lines are exact, bands hold the means of 64 sampled runs (dots) with probability 0.999, all "
    "together; bottom right: standard deviation of one run's pass@1. In pass@1 16-GRPO leads to the level 3/4 "
    "and EC-RLVR is last; in pass@8 EC-RLVR and MaxRL lead, then ConSPO, then 16-GRPO, then 2-GRPO. No method "
    "is the stablest throughout: the deviation peaks while hard prompts are found. ConSPO is a "
    "reconstruction, with sequences of equal length.",
    data=data,
    draw=draw,
    parameters=described(NAME),
    landmarks=tuple(reading(column, column, index, value) for column, (index, value) in READINGS.items()),
)
