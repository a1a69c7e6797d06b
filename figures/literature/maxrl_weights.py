"""The weights w(p) of RL, GRPO, MaxRL of order T and maximum likelihood on the gradient of p."""

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.figures import Data, Figure, canvas, log_odds_ticks, reading
from grpo_theory.groups import effective_weight, rule

ORDERS = (1, 4, 16, 64)
REACH = (-8.0, 5.0)
STYLES = (("#56B4E9", (0, (1, 1))), ("#009E73", "-."), ("#CC79A7", (0, (5, 1, 1, 1, 1, 1))), ("#E69F00", (0, (7, 2))))


def data() -> Data:
    """z = logit p and the weights there: 1, 1/√(p(1-p)), w_G of (r-m)/m at G = T+1, 1/p."""
    z = np.linspace(*REACH, 105)
    p = 1 / (1 + np.exp(-z))
    orders = {f"MaxRL T={T}": np.asarray(effective_weight(rule("maxrl"), G=T + 1)(p)) for T in ORDERS[1:]}
    return {"z": z, "p": p, "RL": np.ones_like(p), "GRPO": np.exp(z / 2) + np.exp(-z / 2), **orders, "ML": 1 / p}


def draw(data: Data) -> Canvas:
    """All weights on a logarithmic axis, against p on an axis that is even in log-odds."""
    drawn = canvas("icml", 0.86)
    axes = drawn.add_subplot()
    axes.semilogy(data["z"], data["ML"], color="#111111", linestyle="-", label="maximum likelihood, $1/p$")
    for T, (colour, style) in reversed(list(zip(ORDERS[1:], STYLES[1:], strict=True))):
        axes.semilogy(data["z"], data[f"MaxRL T={T}"], color=colour, linestyle=style, label=f"MaxRL, $T = {T}$")
    axes.semilogy(data["z"], data["GRPO"], color="#D55E00", linestyle="--", label=r"GRPO, $1/\sqrt{p(1-p)}$")
    axes.semilogy(data["z"], data["RL"], color="#0072B2", linestyle=":", linewidth=2, label="RL, 1 (MaxRL, $T = 1$)")
    axes.set(xlim=REACH, ylim=(0.5, 4000), xlabel="success probability $p$", ylabel="weight $w(p)$")
    log_odds_ticks(axes.xaxis, ["1e-3", "0.1", "1/2", "0.9", "0.99"])
    axes.legend(loc="upper right", borderaxespad=0)
    return drawn


figure = Figure(
    name="maxrl-weights",
    source="literature",
    label="MaxRL (arXiv:2602.02710v1), its weight functions; range and axes are ours",
    caption="What multiplies the gradient of p in the expected update: 1 for REINFORCE, 1/√(p(1-p)) for GRPO as G "
    "grows, (1-(1-p)^T)/p for MaxRL of order T, and 1/p for maximum likelihood. MaxRL of order T is (r-m)/m in groups "
    "of T+1. Only GRPO's weight grows again as p nears 1.",
    data=data,
    draw=draw,
    parameters={"T": " ".join(map(str, ORDERS)), "z": f"{REACH[0]:g} to {REACH[1]:g}"},
    landmarks=(
        reading("left end, z", "z", 0, -8.0),
        reading("left end, p", "p", 0, 0.00033535, 1e-8),
        reading("p = 1/2 at z = 0", "p", 64, 0.5, 1e-9),
        reading("RL everywhere", "RL", 0, 1.0),
        reading("GRPO at p = 1/2: 2", "GRPO", 64, 2.0, 1e-9),
        reading("GRPO at the left end: 2 cosh 4", "GRPO", 0, 54.616, 5e-4),
        reading("MaxRL, T = 4, at p = 1/2: 15/8", "MaxRL T=4", 64, 1.875, 1e-9),
        reading("MaxRL, T = 16, at p = 1/2: 2 - 2^-15", "MaxRL T=16", 64, 2 - 2.0**-15, 1e-9),
        reading("MaxRL, T = 64, at p = 1/2: 2 - 2^-63", "MaxRL T=64", 64, 2.0, 1e-9),
        reading("ML at p = 1/2: 2", "ML", 64, 2.0, 1e-9),
    ),
)
