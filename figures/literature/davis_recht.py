"""The effective objectives F_G of GRPO, Davis and Recht's h_M at M = G, and their weights, as the group grows."""

import math

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.figures import Data, Figure, canvas, reading
from grpo_theory.groups import effective_objective, effective_weight, rule

SIZES = (2, 4, 8, 32, 128)
STEPS = 120
STYLES = (
    ("#56B4E9", (0, (1, 1))),
    ("#009E73", "-."),
    ("#CC79A7", (0, (5, 1, 1, 1, 1, 1))),
    ("#E69F00", (0, (7, 2))),
    ("#D55E00", "--"),
)


def data() -> Data:
    """p on [0, 1] and, for each G, F_G and its derivative w_G; their limits 2·arcsin√p and 1/√(p(1-p))."""
    p = np.linspace(0, 1, STEPS + 1)
    inner = p[1:-1]
    columns = {"p": p, "inner p": inner}
    for G in SIZES:
        columns[f"F G={G}"] = np.asarray(effective_objective(rule("grpo"), G)(p))
        columns[f"w G={G}"] = np.asarray(effective_weight(rule("grpo"), G)(inner))
    return {**columns, "F limit": 2 * np.arcsin(np.sqrt(p)), "w limit": 1 / np.sqrt(inner * (1 - inner))}


def draw(data: Data) -> Canvas:
    """Objectives on the left, weights on the right; the limits as full lines."""
    drawn = canvas("neurips", 0.48)
    left, right = drawn.subplots(1, 2)
    for G, (colour, style) in zip(SIZES, STYLES, strict=True):
        left.plot(data["p"], data[f"F G={G}"], color=colour, linestyle=style, label=f"$G = {G}$")
        right.plot(data["inner p"], data[f"w G={G}"], color=colour, linestyle=style)
    left.plot(data["p"], data["F limit"], color="#111111", linestyle="-", label="limit")
    right.plot(data["inner p"], data["w limit"], color="#111111", linestyle="-")
    left.set(xlim=(0, 1), ylim=(0, 3.3), xlabel="success probability $p$", ylabel="objective $F_G(p)$")
    left.set_yticks([0, 1, 2, np.pi], ["0", "1", "2", r"$\pi$"])
    drawn.legend(loc="outside lower center", ncols=6, columnspacing=1.2)
    left.text(0.3, 2.1, r"limit: $2\,\arcsin\sqrt{p}$", ha="center", color="#111111")
    right.text(0.5, 3.1, r"limit: $1/\sqrt{p(1-p)}$", ha="center", color="#111111")
    right.set(
        xlim=(0, 1), ylim=(0, 11.5), xlabel="success probability $p$", ylabel="weight $w_G(p) = F_G^{\\prime}(p)$"
    )
    return drawn


def total(G: int) -> float:
    """F_G(1) = Σ_{k=1}^{G-1} 1/√(k(G-k)), since every Bernstein polynomial of degree G-1 has the integral 1/G."""
    return sum(1 / math.sqrt(k * (G - k)) for k in range(1, G))


def at_half(G: int) -> float:
    """w_G(1/2) = 4·c_G(1/2), the sum over the number of successes written out."""
    return 4 * math.fsum(math.comb(G, k) / 2**G * math.sqrt(k * (G - k)) / G for k in range(1, G))


figure = Figure(
    name="davis-recht",
    source="literature",
    label="Davis and Recht (arXiv:2510.13651v1), the functions h_M at M = G; layout ours",
    caption="What GRPO (ε = 0) ascends in expectation with groups of G rollouts, F_G (Davis and Recht's h_M), and its "
    "derivative w_G, a Bernstein polynomial of degree below G. At G = 2 it is p itself. As G grows, F_G goes to "
    "2·arcsin√p; at both ends w_G stays √(G-1), where its limit is infinite.",
    data=data,
    draw=draw,
    parameters={"G": " ".join(map(str, SIZES)), "epsilon": "0"},
    landmarks=(
        reading("first p", "p", 1, 1 / 120, 1e-9),
        reading("first inner p", "inner p", 0, 1 / 120, 1e-9),
        *(reading(f"F_{G} at 1: Σ_k 1/√(k(G-k))", f"F G={G}", -1, total(G), 1e-9) for G in SIZES),
        *(reading(f"w_{G} at 1/2: 4·E√(k(G-k))/G", f"w G={G}", 59, at_half(G), 1e-9) for G in SIZES),
        reading("limit of F at 1 is π", "F limit", -1, np.pi, 1e-9),
        reading("limit of w at 1/2 is 2", "w limit", 59, 2.0, 1e-9),
    ),
)
