"""What the group size costs at equal rollouts: the relative variance of B rollouts in B/G groups, against G."""

import numpy as np
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

from grpo_theory.figures import Data, Figure, Landmark, canvas, reading
from grpo_theory.groups import rule
from grpo_theory.policies.whitening_floats import (
    coefficients,
    float_noise_dominated,
    float_relative_variance,
    optimal_coefficients,
)

P = 0.2
SIZES = np.array([2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64])
MIXES = {
    "equal": (1.0, 1.0, r"$v_+ = v_-$", "#CC79A7", "-"),
    "failures": (0.0, 1.0, r"$v_+ = 0$", "#56B4E9", (0, (7, 2))),
    "successes": (1.0, 0.0, r"$v_- = 0$", "#E69F00", (0, (5, 1, 1, 1))),
}
RULES = {
    "rloo": ("RLOO", "#0072B2", "-"),
    "grpo": ("GRPO", "#D55E00", "--"),
    "maxrl": ("MaxRL", "#009E73", "-."),
    "optimum": ("optimal whitening", "#111111", ":"),
}


def limit(v_plus: float, v_minus: float) -> float:
    """v₊/p + v₋/(1−p), to which G·D·tr Var/‖E‖² of RLOO tends as D → 0 and then G → ∞."""
    return v_plus / P + v_minus / (1 - P)


def chosen(name: str, D: float, v_plus: float, v_minus: float, G: int) -> NDArray[np.float64]:
    """The coefficients of a rule, or those that are best for these scores."""
    return optimal_coefficients(D, v_plus, v_minus, G) if name == "optimum" else coefficients(rule(name), G)


def noisy(name: str, v_plus: float, v_minus: float, G: int) -> float:
    """G·lim D·tr Var/‖E‖² over the value that RLOO tends to."""
    b = chosen(name, 0.0, v_plus, v_minus, G)
    return float(G * float_noise_dominated(b, v_plus, v_minus, P)) / limit(v_plus, v_minus)


def calm(name: str, G: int) -> float:
    """G·tr Var/‖E‖² without any variance within the classes."""
    return float(G * float_relative_variance(chosen(name, 1.0, 0.0, 0.0, G), 1.0, 0.0, 0.0, P))


def data() -> Data:
    """The costs at p = 1/5, times B."""
    sizes = [int(G) for G in SIZES]
    columns = {"G": SIZES.astype(np.float64)}
    for mix, (v_plus, v_minus, *_) in MIXES.items():
        columns[f"rloo noise v={mix}"] = np.array([noisy("rloo", v_plus, v_minus, G) for G in sizes])
    for name in RULES:
        columns[f"{name} noise"] = np.array([noisy(name, 0.0, 1.0, G) for G in sizes])
        columns[f"{name} contrast"] = np.array([calm(name, G) for G in sizes])
    return columns


def draw(data: Data) -> Canvas:
    """RLOO for three kinds of noise; four rules under noise among the failures; four rules without noise."""
    drawn = canvas("neurips", 0.46)
    first, second, third = drawn.subplots(1, 3)
    for mix, (*_, label, colour, style) in MIXES.items():
        first.plot(data["G"], data[f"rloo noise v={mix}"], color=colour, linestyle=style, label=label)
    for name, (label, colour, style) in RULES.items():
        second.plot(data["G"], data[f"{name} noise"], color=colour, linestyle=style, label=label)
        third.plot(data["G"], data[f"{name} contrast"], color=colour, linestyle=style)
    for axes in (first, second):
        axes.axhline(1, color="#999999", linewidth=0.6)
    for axes, title in zip((first, second, third), ("RLOO, noise", r"noise, $v_+ = 0$", "no noise"), strict=True):
        axes.set(xscale="log", xlim=(2, 64), xlabel="$G$", title=title)
        axes.set_xticks([2, 4, 8, 16, 32, 64], ["2", "4", "8", "16", "32", "64"])
        axes.set_xticks([], minor=True)
    first.set(ylim=(0.9, 5.2), ylabel="cost over RLOO's at large $G$")
    second.set(ylim=(0.9, 5.2))
    third.set(yscale="log", ylim=(0.01, 10), ylabel=r"$B\times$ relative variance")
    first.legend(loc="upper right", borderaxespad=0.2)
    handles, labels = second.get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=4, columnspacing=1.4, handlelength=2.4)
    return drawn


def at_size(name: str, G: int, value: float) -> Landmark:
    """A landmark at one group size, to four digits."""
    return reading(f"{name} at G = {G}", name, int(np.flatnonzero(SIZES == G)[0]), value, 1e-4 * value)


figure = Figure(
    name="equal-rollouts",
    source="grpo-theory",
    caption="Relative variance of B rollouts of one prompt in B/G groups at p = 1/5 (claim equal-rollouts-law). Left "
    "and middle: the noise-dominated limit D → 0, in units of RLOO's value for large groups, (v₊/p + "
    "v₋/(1−p))/(BD). RLOO pays [(G−2) + (v₊+v₋)/((1−p)v₊ + p·v₋)]/(G−1): twice at G = 2 when v₊ = v₋, five "
    "times when only failures vary. MaxRL is the optimal whitening in the middle panel. Right: v₊ = v₋ = 0, "
    "times B; only the silent groups remain of the optimum.",
    data=data,
    draw=draw,
    landmarks=(
        reading("the largest group", "G", -1, 64, 0.005),
        at_size("rloo noise v=equal", 4, 1.333333),
        at_size("rloo noise v=failures", 4, 2.333333),
        at_size("rloo noise v=successes", 4, 1.083333),
        at_size("rloo noise", 4, 2.333333),
        at_size("rloo contrast", 4, 2.916667),
        at_size("grpo noise", 4, 2.255954),
        at_size("grpo contrast", 4, 2.822442),
        at_size("maxrl noise", 4, 2.04918),
        at_size("maxrl contrast", 4, 3.096547),
        at_size("optimum noise", 4, 2.04918),
        at_size("optimum contrast", 4, 2.793478),
        at_size("rloo noise v=equal", 16, 1.066667),
        at_size("rloo noise v=failures", 16, 1.266667),
        at_size("rloo noise v=successes", 16, 1.016667),
        at_size("rloo noise", 16, 1.266667),
        at_size("rloo contrast", 16, 2.383333),
        at_size("grpo noise", 16, 1.13543),
        at_size("grpo contrast", 16, 1.031455),
        at_size("maxrl noise", 16, 1.036467),
        at_size("maxrl contrast", 16, 0.7008562),
        at_size("optimum noise", 16, 1.036467),
        at_size("optimum contrast", 16, 0.4634036),
    ),
    parameters={"p": str(P), "G": f"{SIZES[0]} to {SIZES[-1]}", "epsilon": "0"},
)
