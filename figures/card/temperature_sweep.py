"""EC-RLVR at four temperatures on policies of three outcomes: pass@1, pass@k, entropy and KL from base."""

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.experiments.catalogue import EXPERIMENTS, described, run
from grpo_theory.figures import Data, Figure, canvas
from grpo_theory.figures.model import reading

NAME = "temperature-sweep"
COLOURS = ("#56B4E9", "#0072B2", "#E69F00", "#D55E00", "#009E73", "#CC79A7", "#000000")
DASHES = ("-", "--", "-.", ":")


def data() -> Data:
    """The exact curves, bands and sampled means of the experiment with its default parameters."""
    experiment = EXPERIMENTS[NAME].default
    return experiment.columns(run(NAME, experiment))


def draw(data: Data) -> Canvas:
    """Exact curves as lines with their bands, means of the sampled runs as dots."""
    drawn = canvas("neurips", 0.74)
    keys = [name.removeprefix("kl ") for name in data if name.startswith("kl ")]
    titles = {"pass@1": "pass@1", "pass@k": "pass@k", "entropy": "entropy", "kl": "KL from base"}
    for axes, (metric, title) in zip(drawn.subplots(2, 2, sharex=True).flat, titles.items(), strict=True):
        for index, key in enumerate(keys):
            colour, style = COLOURS[index % len(COLOURS)], DASHES[index % len(DASHES)]
            exact, band, t = data[f"{metric} {key}"], data[f"band {metric} {key}"], data["rollouts"]
            axes.plot(t, exact, color=colour, linestyle=style, label=rf"$\tau = {key.removeprefix('tau=')}$")
            axes.fill_between(t, np.maximum(exact - band, 0), exact + band, color=colour, alpha=0.1, linewidth=0)
            shown = slice(3 * index, None, 12)
            axes.plot(t[shown], data[f"sampled {metric} {key}"][shown], "o", color=colour, markersize=2)
        axes.set_ylabel(title)
    for axes in drawn.axes[2:]:
        axes.set_xlabel("rollouts per prompt")
    handles, labels = drawn.axes[0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=4, columnspacing=1.6, handlelength=2.2)
    return drawn


READINGS = {
    "rollouts": (34, 272.0),
    "pass@1 tau=1/10": (33, 0.6041),
    "band pass@1 tau=1/10": (52, 0.0149),
    "sampled pass@1 tau=1/10": (33, 0.603),
    "pass@k tau=1/10": (33, 0.9001),
    "band pass@k tau=1/10": (33, 0.0198),
    "sampled pass@k tau=1/10": (33, 0.9034),
    "entropy tau=1/10": (33, 0.762),
    "band entropy tau=1/10": (36, 0.0152),
    "sampled entropy tau=1/10": (32, 0.7621),
    "kl tau=1/10": (35, 0.4413),
    "band kl tau=1/10": (34, 0.1257),
    "sampled kl tau=1/10": (35, 0.441),
    "pass@1 tau=1/2": (33, 0.7168),
    "band pass@1 tau=1/2": (54, 0.0164),
    "sampled pass@1 tau=1/2": (33, 0.7178),
    "pass@k tau=1/2": (33, 0.9032),
    "band pass@k tau=1/2": (47, 0.0202),
    "sampled pass@k tau=1/2": (33, 0.9031),
    "entropy tau=1/2": (33, 0.6509),
    "band entropy tau=1/2": (32, 0.0146),
    "sampled entropy tau=1/2": (33, 0.6509),
    "kl tau=1/2": (35, 0.7173),
    "band kl tau=1/2": (34, 0.1317),
    "sampled kl tau=1/2": (35, 0.7204),
    "pass@1 tau=1": (33, 0.765),
    "band pass@1 tau=1": (53, 0.0177),
    "sampled pass@1 tau=1": (33, 0.7654),
    "pass@k tau=1": (33, 0.9055),
    "band pass@k tau=1": (45, 0.0203),
    "sampled pass@k tau=1": (33, 0.9071),
    "entropy tau=1": (33, 0.5735),
    "band entropy tau=1": (29, 0.0153),
    "sampled entropy tau=1": (33, 0.5744),
    "kl tau=1": (35, 0.8627),
    "band kl tau=1": (34, 0.1373),
    "sampled kl tau=1": (35, 0.8671),
    "pass@1 tau=2": (33, 0.7976),
    "band pass@1 tau=2": (52, 0.0188),
    "sampled pass@1 tau=2": (33, 0.7981),
    "pass@k tau=2": (33, 0.9073),
    "band pass@k tau=2": (44, 0.0204),
    "sampled pass@k tau=2": (33, 0.908),
    "entropy tau=2": (33, 0.5091),
    "band entropy tau=2": (28, 0.0168),
    "sampled entropy tau=2": (33, 0.5114),
    "kl tau=2": (35, 0.9732),
    "band kl tau=2": (34, 0.1422),
    "sampled kl tau=2": (35, 0.9766),
}
"""Column -> (row, its value to four decimals)."""

figure = Figure(
    name=NAME,
    source="card",
    label="experiment",
    caption="EC-RLVR on three outcomes, two successes in the ratio 4:1 and a failure: one group of 8 a step for each "
    "of 16 prompts, difficulty the quantiles of Beta(1/2, 1), steps matched in length, k = 8. Lines are "
    "exact, bands hold the means of 64 sampled runs (dots) with probability 0.999, all together. A lower "
    "temperature keeps more entropy and stays nearer to the base, and pays for it in pass@1, while pass@8 "
    "differs by less than 0.008 between the temperatures at every step.",
    data=data,
    draw=draw,
    parameters=described(NAME),
    landmarks=tuple(reading(column, column, index, value) for column, (index, value) in READINGS.items()),
)
