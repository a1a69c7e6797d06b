"""The region β > s(ε) = 1/(3√(3ε)(1+4ε)) in which the reference map contracts in log-odds, for every p_ref."""

import math

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.dynamics import bifurcations
from grpo_theory.figures import Data, Figure, Landmark, canvas, reading

REFERENCES = ("1e-4", "0.2", "0.8")
PAPER_EPSILON = 1e-5
PAPER_BETAS = (0.01, 0.2, 0.4, 0.8, 1.0, 5.0)
STYLES = (("#D55E00", "--"), ("#009E73", "-."), ("#CC79A7", ":"))


def bound(epsilon: float) -> float:
    """s(ε), the steepest slope of Ω_ε in log-odds."""
    return 1 / (3 * math.sqrt(3 * epsilon) * (1 + 4 * epsilon))


def largest_fold(p_ref: str, epsilon: float) -> float:
    """The largest β at which fixed points merge, or NaN where none do; certified."""
    found = bifurcations(p_ref=p_ref, epsilon=epsilon)
    if not found.complete:
        raise ValueError(f"p_ref = {p_ref}, epsilon = {epsilon} lie too near a cusp: folds stay undecided")
    return max((float(fold.beta) for fold in found.folds), default=np.nan)


def data() -> Data:
    """s(ε) on a logarithmic grid of ε, the largest folds for three p_ref, and the paper's own parameters."""
    epsilon = np.geomspace(1e-8, 0.1, 113)
    folds = {
        f"fold p_ref={p_ref}": np.array([largest_fold(p_ref, float(one)) for one in epsilon]) for p_ref in REFERENCES
    }
    return {
        "epsilon": epsilon,
        "s": np.array([bound(float(one)) for one in epsilon]),
        **folds,
        "paper epsilon": np.full(len(PAPER_BETAS), PAPER_EPSILON),
        "paper beta": np.array(PAPER_BETAS),
    }


def draw(data: Data) -> Canvas:
    """The region above s(ε), the folds below it, and the parameters of the paper's Figure 3."""
    drawn = canvas("icml", 0.86)
    axes = drawn.add_subplot()
    axes.fill_between(data["epsilon"], data["s"], 1e5, color="#0072B2", alpha=0.16, linewidth=0)
    axes.plot(data["epsilon"], data["s"], color="#0072B2", linestyle="-", linewidth=1.8)
    for p_ref, (colour, style), title in zip(REFERENCES, STYLES, ("10^{-4}", "0.2", "0.8"), strict=True):
        label = rf"$p_{{\mathrm{{ref}}}} = {title}$"
        axes.plot(data["epsilon"], data[f"fold p_ref={p_ref}"], color=colour, linestyle=style, label=label)
    axes.plot(data["paper epsilon"], data["paper beta"], "s", color="#111111", markersize=3)
    axes.text(2e-3, 700, "one fixed point,\n" r"all starts converge", color="#0072B2", ha="center", va="center")
    axes.text(2.2e-7, 560, r"$\beta = s(\varepsilon)$", color="#0072B2", rotation=-28, rotation_mode="anchor")
    axes.text(6e-6, 0.4, "paper's\nFigure 3", color="#111111", ha="right", va="center")
    axes.set(xscale="log", yscale="log", xlim=(1e-8, 0.1), ylim=(5e-3, 1e4))
    axes.set(xlabel=r"smoothing $\varepsilon$", ylabel=r"KL strength $\beta$")
    axes.legend(title="largest fold", loc="lower right", handlelength=2.4, borderaxespad=0.2, labelspacing=0.3)
    return drawn


def read(column: str, epsilon: float, data: Data) -> float:
    """The value of a column at ε, interpolated in logarithms."""
    return float(np.exp(np.interp(np.log(epsilon), np.log(data["epsilon"]), np.log(data[column]))))


figure = Figure(
    name="contraction-region",
    source="grpo-theory",
    caption="Above the line β = s(ε) = 1/(3√(3ε)(1+4ε)) the reference map contracts in log-odds at rate s(ε)/β: its "
    "fixed point is unique and attracts every start, whatever p_ref (claim global-contraction). No lower "
    "line would serve: at every β below it some p_ref has a fold. The other lines are the largest folds for "
    "given p_ref, certified; above its line that p_ref has one fixed point. Squares: the β and ε of the "
    "paper's Figure 3, all far below.",
    data=data,
    draw=draw,
    landmarks=(
        Landmark("s(1e-8)", 1924.50, 0.02, lambda data: read("s", 1e-8, data)),
        Landmark("s(1e-5)", 60.8556, 0.001, lambda data: read("s", 1e-5, data)),
        Landmark("s(1e-2)", 1.8505, 0.0005, lambda data: read("s", 1e-2, data)),
        Landmark("largest fold at ε = 1e-5, p_ref = 1e-4", 13.0952, 1e-3, lambda d: read("fold p_ref=1e-4", 1e-5, d)),
        Landmark("largest fold at ε = 1e-5, p_ref = 0.2", 19.9306, 1e-3, lambda d: read("fold p_ref=0.2", 1e-5, d)),
        Landmark("largest fold at ε = 1e-5, p_ref = 0.8", 24.5980, 1e-3, lambda d: read("fold p_ref=0.8", 1e-5, d)),
        Landmark("the paper's largest β over s(ε)", 0.08216, 1e-4, lambda d: float(d["paper beta"][-1] / d["s"][48])),
        reading("the paper's ε", "paper epsilon", 0, 1e-5, 1e-8),
    ),
    parameters={"p_ref": " ".join(REFERENCES), "epsilon of the paper": str(PAPER_EPSILON)},
)
