"""Two rollouts a group against sixteen at equal rollouts: exact expected curves, and the exact noise of a batch."""

import math
from fractions import Fraction

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.figures import Data, Figure, canvas, reading
from grpo_theory.groups import effective_weight, rule
from grpo_theory.policies.whitening import ScoreSpread, contrast_moments

SIZES = (2, 16)
ROLLOUTS = 512
ETA = 0.5
STEPS = 160
STARTS = (0.02, 0.1, 0.3)
SPREADS = {"two outcomes": ScoreSpread.of(1, 0, 0), "noise": ScoreSpread.of(Fraction(1, 100), 1, 1)}
STYLES = {2: ("#0072B2", "-"), 16: ("#D55E00", "--")}


def curve(G: int, start: float) -> np.ndarray:
    """p_0, ..., p_STEPS of z' = z + η·p(1-p)·w_G(p), the expected softmax step of the two-outcome policy."""
    weight = effective_weight(rule("grpo"), G)
    z, orbit = math.log(start / (1 - start)), [start]
    for _ in range(STEPS):
        p = orbit[-1]
        z += ETA * p * (1 - p) * float(weight(np.array([p]))[0])
        orbit.append(1 / (1 + math.exp(-z)))
    return np.array(orbit)


def noise(G: int, spread: ScoreSpread, p: Fraction) -> float:
    """The relative variance of a batch of 512 rollouts of one prompt in 512/G groups."""
    return contrast_moments(rule("grpo"), spread, G, p).relative_float * G / ROLLOUTS


def data() -> Data:
    """Rollouts and p from each start for both group sizes; p and the relative variance for both kinds of scores."""
    columns = {"rollouts": np.arange(STEPS + 1.0) * ROLLOUTS}
    grid = [Fraction(i, 100) for i in range(2, 99, 2)]
    for G in SIZES:
        columns |= {f"p G={G} from {start}": curve(G, start) for start in STARTS}
    columns["p"] = np.array([float(p) for p in grid])
    for name, spread in SPREADS.items():
        for G in SIZES:
            columns[f"{name} G={G}"] = np.array([noise(G, spread, p) for p in grid])
    return columns


def draw(data: Data) -> Canvas:
    """Success probability against rollouts; relative variance against p where contrast and where noise dominates."""
    drawn = canvas("neurips", 0.45)
    left, middle, right = drawn.subplots(1, 3)
    for G, (colour, style) in STYLES.items():
        for start in STARTS:
            left.plot(data["rollouts"] / 1000, data[f"p G={G} from {start}"], color=colour, linestyle=style)
        for axes, name in ((middle, "two outcomes"), (right, "noise")):
            axes.semilogy(data["p"], data[f"{name} G={G}"], color=colour, linestyle=style, label=f"$G = {G}$")
            axes.set(xlim=(0, 1), xlabel="$p$")
            axes.set_xticks([0, 0.5, 1], ["0", "1/2", "1"])
    left.set(xlim=(0, 80), ylim=(-0.02, 1.02), xlabel="rollouts in thousands", ylabel="success probability $p$")
    middle.set(ylabel="relative variance of the batch", title="contrast only", ylim=(5e-5, 0.3))
    right.set(title="noise 100 times the contrast", ylim=(0.3, 100))
    left.set_title("expected curves")
    drawn.legend(*middle.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return drawn


def shares(G: int, p: float) -> list[float]:
    """The chances of k = 0, ..., G successes."""
    return [math.comb(G, k) * p**k * (1 - p) ** (G - k) for k in range(G + 1)]


def mixed_sum(G: int, p: float, power: float, D: float, noise: float) -> float:
    """Σ over 0 < k < G of P(k)·b_k^power·(D + noise·(1/k + 1/(G-k))) with b_k = √(k(G-k))/G, written out."""
    terms = (
        q * (math.sqrt(k * (G - k)) / G) ** power * (D + noise * (1 / k + 1 / (G - k)))
        for k, q in enumerate(shares(G, p))
        if 0 < k < G
    )
    return math.fsum(terms)


def direct(G: int, D: float, noise: float) -> float:
    """The relative variance of the batch at p = 1/50."""
    first, second = mixed_sum(G, 0.02, 1, 1, 0), mixed_sum(G, 0.02, 2, D, noise)
    return (second / (D * first**2) - 1) * G / ROLLOUTS


def stepped(G: int, start: float) -> float:
    """p_1: one step of η·p(1-p)·w_G(p) = η·c_G(p) in log-odds."""
    z = math.log(start / (1 - start)) + ETA * mixed_sum(G, start, 1, 1, 0)
    return 1 / (1 + math.exp(-z))


figure = Figure(
    name="equal-rollouts",
    source="two-grpo",
    label="exact curves beside the paper's Figures 1 and 2, which need trained models",
    caption="2-GRPO and 16-GRPO (ε = 0) at equal rollouts, 512 a step, and equal learning rates. Left: expected "
    "softmax steps of the two-outcome policy; groups of sixteen step up to √15 times as far, which a larger rate for "
    "two would make up for. The relative variance of a step is what no rate changes: where only the contrast matters, "
    "groups of sixteen have far less near p = 1/2 (middle); where scores vary within the classes, two rollouts a group "
    "cost 1.8 to 1.9 times as much (right).",
    data=data,
    draw=draw,
    parameters={
        "G": "2 16",
        "rollouts per step": str(ROLLOUTS),
        "eta": str(ETA),
        "starts": " ".join(map(str, STARTS)),
        "noise": "D = 1/100, v_plus = v_minus = 1",
    },
    landmarks=(
        reading("rollouts of a step", "rollouts", 1, 512.0),
        reading("first p of the grid", "p", 0, 0.02),
        *(
            reading(f"p_1, G = {G}, from {s}", f"p G={G} from {s}", 1, stepped(G, s), 1e-9)
            for G in SIZES
            for s in STARTS
        ),
        *(reading(f"contrast only, G = {G}", f"two outcomes G={G}", 0, direct(G, 1, 0), 1e-9) for G in SIZES),
        *(reading(f"noise, G = {G}", f"noise G={G}", 0, direct(G, 0.01, 1), 1e-9) for G in SIZES),
    ),
)
