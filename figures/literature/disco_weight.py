"""How much a question weighs: what multiplies the contrast of successes and failures in GRPO, Dr. GRPO and DisCO."""

import math

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.figures import Data, Figure, canvas, reading
from grpo_theory.groups import contrast, rule, silent_rate

G = 8
STEPS = 100


def data() -> Data:
    """p and, at G = 8 and in the limit, the weights E σ̂ and √(p(1-p)), E σ̂² and p(1-p), P(mixed) and 1."""
    p = np.linspace(0, 1, STEPS + 1)
    return {
        "p": p,
        "GRPO": np.asarray(contrast(rule("grpo"), G)(p)),
        "Dr. GRPO": np.asarray(contrast(rule("mean_only"), G)(p)),
        "DisCO": 1 - np.asarray(silent_rate(rule("grpo"), G)(p)),
        "GRPO limit": np.sqrt(p * (1 - p)),
        "Dr. GRPO limit": p * (1 - p),
        "DisCO limit": np.ones_like(p),
    }


def draw(data: Data) -> Canvas:
    """Weights at G = 8 in colour, their limits as thin lines."""
    drawn = canvas("icml", 0.8)
    axes = drawn.add_subplot()
    styles = {"DisCO": ("#009E73", "-."), "GRPO": ("#0072B2", "-"), "Dr. GRPO": ("#D55E00", "--")}
    for name, (colour, style) in styles.items():
        axes.plot(data["p"], data[name], color=colour, linestyle=style, label=name)
        axes.plot(data["p"], data[f"{name} limit"], color=colour, linestyle=style, linewidth=0.6)
    axes.set(xlim=(0, 1), ylim=(0, 1.05), xlabel="success probability $p$", ylabel="weight of the question")
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "1/4", "1/2", "3/4", "1"])
    drawn.legend(loc="outside lower center", ncols=3)
    return drawn


def direct(power: float, p: float) -> float:
    """E[(k(G-k)/G²)^power; 0 < k < G], the sum over the number of successes written out."""
    terms = (math.comb(G, k) * p**k * (1 - p) ** (G - k) * (k * (G - k) / G**2) ** power for k in range(1, G))
    return math.fsum(terms)


figure = Figure(
    name="disco-weight",
    source="literature",
    label="DisCO (arXiv:2505.12366v5), weights of questions; layout ours",
    caption="What multiplies the contrast between mean scores of successes and failures in the update: √(p(1-p)) "
    "for GRPO, p(1-p) for Dr. GRPO, 1 for DisCO, each as G grows (thin), and at G = 8 (thick), where a group without "
    "contrast counts 0. The paper prints the limits.",
    data=data,
    draw=draw,
    parameters={"G": str(G), "epsilon": "0"},
    landmarks=(
        reading("second p", "p", 1, 0.01, 1e-9),
        reading("GRPO at p = 1/5", "GRPO", 20, direct(0.5, 0.2), 1e-9),
        reading("Dr. GRPO at p = 1/5: (7/8)·p(1-p)", "Dr. GRPO", 20, 0.875 * 0.16, 1e-9),
        reading("DisCO at p = 1/5", "DisCO", 20, direct(0.0, 0.2), 1e-9),
        reading("GRPO, limit at 1/5", "GRPO limit", 20, 0.4, 1e-9),
        reading("Dr. GRPO, limit at 1/5", "Dr. GRPO limit", 20, 0.16, 1e-9),
        reading("DisCO, limit", "DisCO limit", 20, 1.0, 1e-9),
    ),
)
