"""The exact region of (p, η/τ) in which one EC-RLVR step gains at least ηp(1−p)/τ, by kind of step."""

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from grpo_theory.dynamics import amplifying_rates
from grpo_theory.figures import Data, Figure, Landmark, canvas, log_odds_ticks, reading

TEMPERATURES = ("1/2", "1", "2")
SIZES = (6, 8, 16, 64)
COLD = "1/10"
Place = Literal["lower left", "upper right"]
LEAST = Fraction(1, 1000)
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
STYLES = ("-", "--", "-.", ":")
PANELS: Mapping[str, tuple[str, ...]] = {
    "logit": tuple(f"logit tau={tau}" for tau in TEMPERATURES),
    "group": tuple(f"group G={size}" for size in SIZES),
    "natural": tuple(f"natural tau={tau}" for tau in TEMPERATURES),
}


def interval(curve: str, p: Fraction) -> tuple[Fraction, Fraction] | None:
    """The certified interval of η/τ of one curve at p."""
    kind, value = curve.split()
    number = value.partition("=")[2]
    if kind == "group":
        return amplifying_rates(p, COLD, G=int(number))
    return amplifying_rates(p, number, natural=kind == "natural")


def probabilities() -> list[Fraction]:
    """0.001 to 0.99, evenly in log-odds."""
    first, last = (math.log(float(p / (1 - p))) for p in (LEAST, Fraction(99, 100)))
    return [
        LEAST,
        *(Fraction(1 / (1 + math.exp(-z))).limit_denominator(10**6) for z in np.linspace(first, last, 97)[1:]),
    ]


def end(curve: str, inside: Fraction, outside: Fraction) -> Fraction:
    """The last p of a region, between one in it and one outside."""
    for _ in range(16):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if interval(curve, middle) else (inside, middle)
    return inside


def region(curve: str) -> list[tuple[float, float, float]]:
    """(p, lowest η/τ, highest η/τ) along one region, its ends in p included."""
    grid = probabilities()
    filled = [p for p in grid if interval(curve, p)]
    first, last = grid.index(filled[0]), grid.index(filled[-1])
    if first > 0:
        filled.insert(0, end(curve, filled[0], grid[first - 1]))
    if last + 1 < len(grid):
        filled.append(end(curve, filled[-1], grid[last + 1]))
    found = []
    for p in filled:
        ends = interval(curve, p)
        assert ends is not None
        found.append((float(p), float(ends[0]), float(ends[1])))
    return found


def data() -> Data:
    """Each curve's p with the ends of its interval of η/τ; 0 where every short step amplifies."""
    columns: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
    for curve in (curve for curves in PANELS.values() for curve in curves):
        p, low, high = zip(*region(curve), strict=True)
        columns |= {f"{curve} p": np.array(p), f"{curve} low": np.array(low), f"{curve} high": np.array(high)}
    return columns


def outline(axes: Axes, data: Data, curves: tuple[str, ...], labels: tuple[str, ...], place: Place) -> None:
    """One closed outline a region, over a light fill."""
    for curve, label, colour, style in zip(curves, labels, COLOURS, STYLES, strict=False):
        p, low, high = (data[f"{curve} {name}"] for name in ("p", "low", "high"))
        z = np.log(p) - np.log1p(-p)
        low = np.maximum(low, 1e-9)
        axes.fill_between(z, low, high, color=colour, alpha=0.10, linewidth=0)
        ring = np.concatenate([z, z[::-1]]), np.concatenate([low, high[::-1]])
        axes.plot(*ring, color=colour, linestyle=style, linewidth=1.2, label=label)
    axes.legend(loc=place, handlelength=2.2, borderaxespad=0.3, labelspacing=0.25)


def draw(data: Data) -> Canvas:
    """The regions in log-odds of p, above them the line η = τ/p that no step passes."""
    drawn = canvas("neurips", 0.42)
    panels = drawn.subplots(1, 3, sharey=True)
    titles = ("logit step, population", rf"logit step, group of $G$, $\tau = {COLD}$", "natural gradient")
    temperatures = tuple(rf"$\tau = {tau}$" for tau in TEMPERATURES)
    labels = (temperatures, tuple(f"$G = {size}$" for size in SIZES), temperatures)
    z = np.linspace(math.log(1 / 999), math.log(99), 121)
    for axes, curves, title, names in zip(panels, PANELS.values(), titles, labels, strict=True):
        axes.plot(z, 1 + np.exp(-z), color="#111111", linewidth=0.7)
        outline(axes, data, curves, names, "lower left" if title.startswith("natural") else "upper right")
        axes.set(yscale="log", xlim=(z[0], z[-1]), ylim=(1e-3, 2e3), xlabel="success probability $p$")
        axes.set_title(title)
        log_odds_ticks(axes.xaxis, ("1e-3", "0.01", "0.1", "1/2", "0.9", "0.99"))
    panels[0].text(1.1, 2.2, r"$\eta = \tau/p$", color="#111111")
    panels[0].set_ylabel(r"step size $\eta/\tau$")
    return drawn


LARGEST_P_LOWEST_RATE_LONGEST_STEP = {
    "logit tau=1/2": (0.28726, 1.5716, 1000.0000),
    "logit tau=1": (0.22984, 2.3268, 1000.0000),
    "logit tau=2": (0.18369, 3.2386, 1000.0000),
    "group G=6": (0.31623, 1.2829, 10.6210),
    "group G=8": (0.39817, 0.6367, 112.5961),
    "group G=16": (0.41283, 0.5379, 999.8729),
    "group G=64": (0.41422, 0.5296, 1000.0000),
    "natural tau=1/2": (0.64780, 0.0000, 1000.0000),
    "natural tau=1": (0.99000, 0.0000, 1000.0000),
    "natural tau=2": (0.99000, 0.0000, 1000.0000),
}
"""Of each region: the largest p, the smallest η/τ there, and the largest η/τ at its smallest p."""


def landmarks() -> Iterator[Landmark]:
    """What can be read at the corners of each region."""
    for curve, (p, low, high) in LARGEST_P_LOWEST_RATE_LONGEST_STEP.items():
        yield reading(f"largest p, {curve}", f"{curve} p", -1, p, 2e-5)
        yield reading(f"smallest η/τ there, {curve}", f"{curve} low", -1, low, 2e-4)
        yield reading(f"largest η/τ at the smallest p, {curve}", f"{curve} high", 0, high, 2e-4)


figure = Figure(
    name="amplification-region",
    source="card",
    caption="Inside each outline, and nowhere else, one EC-RLVR step on the two-outcome policy gains at least "
    "ηp(1−p)/τ, as success amplification promises for every η, τ and p. Thin line: η = τ/p, beyond which the promised "
    "probability exceeds 1. A logit step on the population loss keeps the promise only for small p, and never when it "
    "is short; a group of two never does, one of six for a narrow range of p; the natural gradient does when the step "
    "is short and 1−σ(z/τ) > p(1−p), which at τ ≥ 1 is always so. The ends are certified in balls (claims "
    "success-amplification-logit, -finite-group and -natural).",
    data=data,
    draw=draw,
    landmarks=(*landmarks(), reading("smallest p, group of six", "group G=6 p", 0, 0.06952, 2e-5)),
    parameters={
        "tau": " ".join(TEMPERATURES),
        "G": " ".join(map(str, SIZES)),
        "tau of the groups": COLD,
        "smallest p, eta/tau": str(LEAST),
    },
)
