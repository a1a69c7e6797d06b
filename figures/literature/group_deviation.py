"""What a finite group takes from GRPO's contrast: attenuation, its law in G, and the share of silent groups."""

import math

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.figures import Data, Figure, canvas, reading
from grpo_theory.groups import contrast, rule, silent_rate

SIZES = (2, 4, 8, 16, 64)
DIFFICULTIES = (0.5, 0.2, 0.05)
LARGEST = 128
STEPS = 100
STYLES = (
    ("#0072B2", "-"),
    ("#D55E00", "--"),
    ("#009E73", "-."),
    ("#CC79A7", (0, (5, 1, 1, 1, 1, 1))),
    ("#E69F00", (0, (7, 2))),
)


def data() -> Data:
    """c_G(p)/√(p(1-p)) on a grid of p for each G and on a grid of G for each p; p^G+(1-p)^G on the grid of p."""
    p = np.linspace(0, 1, STEPS + 1)[1:-1]
    group = np.unique(np.round(np.geomspace(2, LARGEST, 28))).astype(int)
    columns = {"p": p, "G": group.astype(float)}
    for G in SIZES:
        columns[f"attenuation G={G}"] = np.asarray(contrast(rule("grpo"), G)(p)) / np.sqrt(p * (1 - p))
        columns[f"silent G={G}"] = np.asarray(silent_rate(rule("grpo"), G)(p))
    for one in DIFFICULTIES:
        exact = [float(contrast(rule("grpo"), int(G))(np.array([one]))[0]) for G in group]
        columns[f"law p={one}"] = np.array(exact) / math.sqrt(one * (1 - one))
        columns[f"expansion p={one}"] = 1 - 1 / (8 * group * one * (1 - one))
    return columns


def draw(data: Data) -> Canvas:
    """Attenuation against p, against G with its first-order law, and the silent rate."""
    drawn = canvas("neurips", 0.43)
    left, middle, right = drawn.subplots(1, 3)
    for G, (colour, style) in zip(SIZES, STYLES, strict=True):
        left.plot(data["p"], data[f"attenuation G={G}"], color=colour, linestyle=style, label=f"{G}")
        right.plot(data["p"], data[f"silent G={G}"], color=colour, linestyle=style)
    for one, (colour, _), marker in zip(DIFFICULTIES, STYLES, "os^", strict=False):
        middle.semilogx(data["G"], data[f"law p={one}"], marker, color=colour, markersize=3, label=f"$p = {one}$")
        seen = data[f"expansion p={one}"] > 0
        middle.semilogx(data["G"][seen], data[f"expansion p={one}"][seen], "-", color=colour, linewidth=0.7)
    left.set(xlim=(0, 1), ylim=(0, 1.05), xlabel="$p$", ylabel="attenuation of $c_G(p)$")
    middle.set(ylim=(0, 1.05), xlabel="group size $G$", ylabel=r"attenuation")
    middle.set_xticks([2, 8, 32, 128], ["2", "8", "32", "128"])
    middle.minorticks_off()
    middle.legend(loc="lower right", borderaxespad=0, handletextpad=0.1)
    right.set(xlim=(0, 1), ylim=(0, 1.05), xlabel="$p$", ylabel="share of silent groups")
    for axes in (left, right):
        axes.set_xticks([0, 0.5, 1], ["0", "1/2", "1"])
    drawn.legend(*left.get_legend_handles_labels(), title="group size $G$", loc="outside lower center", ncols=5)
    return drawn


def direct(G: int, p: float) -> float:
    """E√(k(G-k))/(G·√(p(1-p))), the sum over the number of successes written out."""
    terms = (math.comb(G, k) * p**k * (1 - p) ** (G - k) * math.sqrt(k * (G - k)) for k in range(1, G))
    return sum(terms) / (G * math.sqrt(p * (1 - p)))


figure = Figure(
    name="group-deviation",
    source="literature",
    label="Bay and Yearick (arXiv:2607.00152v1), attenuation and group-size law; layout ours",
    caption="Contrast of GRPO in groups of G over the limit √(p(1-p)) (left), the same against G with first-order law "
    "1 - 1/(8Gp(1-p)) as thin lines (middle), and the share p^G+(1-p)^G of groups without a gradient (right). At "
    "p = 0.05 the law is within 0.02 only from G = 56 on, at p = 0.5 from G = 7.",
    data=data,
    draw=draw,
    parameters={"G": " ".join(map(str, SIZES)), "p": " ".join(map(str, DIFFICULTIES)), "epsilon": "0"},
    landmarks=(
        reading("first p", "p", 0, 0.01, 1e-9),
        reading("largest G", "G", -1, LARGEST, 1e-9),
        *(reading(f"attenuation at p = 1/100, G = {G}", f"attenuation G={G}", 0, direct(G, 0.01), 1e-9) for G in SIZES),
        *(reading(f"silent at p = 1/100, G = {G}", f"silent G={G}", 0, 0.01**G + 0.99**G, 1e-9) for G in SIZES),
        *(reading(f"law at G = 2, p = {one}", f"law p={one}", 0, direct(2, one), 1e-9) for one in DIFFICULTIES),
        *(
            reading(
                f"expansion at G = 128, p = {one}", f"expansion p={one}", -1, 1 - 1 / (1024 * one * (1 - one)), 1e-9
            )
            for one in DIFFICULTIES
        ),
    ),
)
