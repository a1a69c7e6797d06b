"""The smoothed weights (1-p)/√(p(1-p)+ε) on a success and p/√(p(1-p)+ε) on a failure, and their sum Ω_ε."""

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.dynamics import SmoothedWeight
from grpo_theory.dynamics.floats import sigmoid
from grpo_theory.figures import Data, Figure, Landmark, canvas, log_odds_ticks

EPSILON = 1e-5
REACH = 16.0
STEPS = 128


def data() -> Data:
    """The weights at even steps of z = logit p between -16 and 16."""
    z = np.linspace(-REACH, REACH, 2 * STEPS + 1)
    total = SmoothedWeight(EPSILON).at(z)
    return {"z": z, "success": sigmoid(-z) * total, "failure": sigmoid(z) * total, "total": total}


def at(column: str, z: float, data: Data) -> float:
    """The value of a column at log-odds z, by linear interpolation."""
    return float(np.interp(z, data["z"], data[column]))


def draw(data: Data) -> Canvas:
    """The weights on a logarithmic axis against log-odds, with the level 1/√ε that smoothing sets."""
    drawn = canvas("icml", 0.78)
    axes = drawn.add_subplot()
    axes.plot(data["z"], data["total"], color="#BBBBBB", linestyle="-", linewidth=3.2)
    (success,) = axes.plot(data["z"], data["success"], color="#0072B2", linestyle="-")
    (failure,) = axes.plot(data["z"], data["failure"], color="#D55E00", linestyle="--")
    axes.text(-6.4, 0.07, r"failure: $\omega^-_\varepsilon$", color=failure.get_color(), ha="right")
    axes.text(6.4, 0.07, r"success: $\omega^+_\varepsilon$", color=success.get_color(), ha="left")
    axes.text(0, 3.8, r"sum $\Omega_\varepsilon$", color="#666666", ha="center", va="bottom")
    level = float(data["total"].max())
    axes.text(0, level, r"$1/\sqrt{\varepsilon}$", color="#666666", ha="center", va="center")
    axes.plot([-REACH, -2.2], [level, level], [2.2, REACH], [level, level], color="#999999", linewidth=0.6, ls="-")
    axes.set_yscale("log")
    axes.set(xlim=(-REACH, REACH), ylim=(1e-3, 1e3), ylabel="weight")
    axes.set_xlabel(r"success probability $p$ of $\pi_{\theta_{\mathrm{old}}}$ (even in log-odds)")
    log_odds_ticks(axes.xaxis, ["1e-6", "1e-3", "1/2", "1-1e-3", "1-1e-6"])
    return drawn


figure = Figure(
    name="figure-1",
    source="mroueh-2503",
    caption="The weights of GRPO with smoothing ε = 1e-5: a success counts (1-p)/√(p(1-p)+ε), a failure "
    "p/√(p(1-p)+ε), together Ω_ε = 1/√(p(1-p)+ε) ≤ 1/√ε. Reconstruction: the weights are the paper's, range and axes "
    "are ours, since log-odds show where smoothing begins to matter, near p(1-p) = ε.",
    data=data,
    draw=draw,
    landmarks=(
        Landmark("both weights at p = 1/2: success", 0.99998, 1e-8, lambda data: at("success", 0.0, data)),
        Landmark("both weights at p = 1/2: failure", 0.99998, 1e-8, lambda data: at("failure", 0.0, data)),
        Landmark("Ω_ε at p = 1/2", 1.99996, 1e-8, lambda data: at("total", 0.0, data)),
        Landmark("weight of a success near p = 0: 1/√ε", 316.2, 2.0, lambda data: at("success", -16.0, data)),
        Landmark("weight of a failure near p = 1: 1/√ε", 316.2, 2.0, lambda data: at("failure", 16.0, data)),
        Landmark("Ω_ε where p(1-p) = ε: 1/√(2ε)", 223.607, 0.05, lambda data: at("total", -11.5129155, data)),
    ),
    label="Figure 1, reconstructed",
    parameters={"epsilon": str(EPSILON), "z": f"-{REACH:g} to {REACH:g}"},
)
