"""Six normalisations at equal rollouts: variance, speed, end, and the success of the largest groups."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from grpo_theory.experiments.catalogue import EXPERIMENTS, described, run
from grpo_theory.figures import Data, Figure, canvas
from grpo_theory.figures.model import reading

NAME = "normalisation-comparison"
STYLES = {
    "optimal": ("#000000", ":", "optimal whitening"),
    "grpo": ("#D55E00", "--", "mean+std (GRPO)"),
    "maxrl": ("#009E73", "-.", "MaxRL"),
    "softmax": ("#E69F00", (0, (5, 1, 1, 1, 1, 1)), "softmax"),
    "mean-only": ("#0072B2", "-", "mean-only"),
    "percentile": ("#CC79A7", (0, (2, 3)), "percentile"),  # on mean-only, which shows through its gaps
    "rloo": ("#56B4E9", (0, (7, 2)), "RLOO"),
}


def data() -> Data:
    """The exact curves, bands and sampled means of the experiment with its default parameters."""
    experiment = EXPERIMENTS[NAME].default
    return experiment.columns(run(NAME, experiment))


def draw(data: Data) -> Canvas:
    """Relative variance over p; rollouts to the level and final success over G; success over rollouts."""
    drawn = canvas("neurips", 0.84)
    variance, speed, end, curve = drawn.subplots(2, 2).flat
    rules = [rule for rule in STYLES if f"speed {rule}" in data]
    for rule in rules:
        colour, style, label = STYLES[rule]
        line: dict[str, Any] = {"color": colour, "linestyle": style, "label": label}
        variance.plot(data["p"], data[f"variance {rule}"], **line)
        speed.plot(data["G"], data[f"speed {rule}"], marker="o", markersize=2.5, **line)
        end.plot(data["G"], data[f"end {rule}"], marker="o", markersize=2.5, **line)
        success(curve, data, rule, line)
    variance.set(yscale="log", xlabel="success probability $p$", ylabel="relative variance of a step")
    speed.set(xlabel="group size $G$", ylabel="rollouts per prompt to level")
    end.set(xlabel="group size $G$", ylabel="pass@1 at the end")
    curve.set(xlabel="rollouts per prompt", ylabel=f"pass@1, $G = {max(data['G']):.0f}$")
    for axes in (speed, end):
        axes.set_xscale("log", base=2)
        axes.set_xticks(data["G"], [f"{G:.0f}" for G in data["G"]])
        axes.minorticks_off()
    handles, labels = variance.get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=3, columnspacing=1.2, handlelength=2.0)
    return drawn


def success(axes: Axes, data: Data, rule: str, line: Mapping[str, Any]) -> None:
    """The exact curve at the largest group, its band, and the mean of the sampled runs as dots."""
    key = f"pass@1 {rule} G={max(data['G']):.0f}"
    exact, band, t = data[key], data[f"band {key}"], data["rollouts"]
    axes.plot(t, exact, color=line["color"], linestyle=line["linestyle"])
    axes.fill_between(t, exact - band, exact + band, color=line["color"], alpha=0.1, linewidth=0)
    shown = slice(list(STYLES).index(rule), None, 9)
    axes.plot(t[shown], data[f"sampled {key}"][shown], "o", color=line["color"], markersize=2)


READINGS = {
    "G": (1, 4.0),
    "p": (7, 0.35),
    "variance mean-only": (3, 0.0645),
    "speed mean-only": (1, 917.8589),
    "end mean-only": (1, 0.887),
    "variance grpo": (2, 0.0993),
    "speed grpo": (1, 895.2198),
    "end grpo": (1, 0.8951),
    "variance percentile": (3, 0.0645),
    "speed percentile": (1, 917.8589),
    "end percentile": (1, 0.887),
    "variance softmax": (3, 0.0537),
    "speed softmax": (1, 883.5459),
    "end softmax": (1, 0.9114),
    "variance maxrl": (3, 0.0496),
    "speed maxrl": (1, 890.7396),
    "end maxrl": (1, 0.9173),
    "variance optimal": (2, 0.0945),
    "speed optimal": (1, 876.8495),
    "end optimal": (1, 0.9026),
    "rollouts": (20, 1280.0),
    "pass@1 mean-only G=64": (20, 0.7934),
    "band pass@1 mean-only G=64": (60, 0.0185),
    "sampled pass@1 mean-only G=64": (20, 0.7947),
    "pass@1 grpo G=64": (20, 0.8547),
    "band pass@1 grpo G=64": (32, 0.0144),
    "sampled pass@1 grpo G=64": (20, 0.8557),
    "pass@1 percentile G=64": (20, 0.7934),
    "band pass@1 percentile G=64": (60, 0.0185),
    "sampled pass@1 percentile G=64": (20, 0.7928),
    "pass@1 softmax G=64": (20, 0.816),
    "band pass@1 softmax G=64": (45, 0.017),
    "sampled pass@1 softmax G=64": (20, 0.8144),
    "pass@1 maxrl G=64": (20, 0.8246),
    "band pass@1 maxrl G=64": (60, 0.0229),
    "sampled pass@1 maxrl G=64": (20, 0.8245),
    "pass@1 optimal G=64": (20, 0.9089),
    "band pass@1 optimal G=64": (56, 0.0251),
    "sampled pass@1 optimal G=64": (20, 0.9091),
}
"""Column -> (row, its value to four decimals)."""

figure = Figure(
    name=NAME,
    source="card",
    label="experiment",
    caption="Normalisations at equal rollouts: 64 a step for each of 16 prompts, in groups of G; two-outcome "
    "policies, difficulty the quantiles of Beta(1/2, 1), learning rates matched by the length of the first "
    "step. Top left: tr Var/‖E‖² of one step at G = 8. Top right: rollouts until the mean p reaches 3/4. "
    "Bottom: pass@1 after 60 steps, and its path at G = 64. Lines are exact; bands hold the means of 64 "
    "sampled runs (dots) with probability 0.999, all together. At G = 2 all rules coincide; from G = 8 on the "
    "optimal whitening is first to the level and mean+std second, percentile is mean-only throughout and "
    "gains hardly anything from larger groups. At G = 64 MaxRL ends above mean+std, and highest in pass@8 "
    "(0.987). Prompts share no parameters, so that noise of one prompt disturbs no other.",
    data=data,
    draw=draw,
    parameters=described(NAME),
    landmarks=tuple(reading(column, column, index, value) for column, (index, value) in READINGS.items()),
)
