"""The bound B(p*) = p*(1-p*)|2p*-1|/(2(p*(1-p*)+ε)^{3/2}): a fixed point with β > B(p*) is attracting."""

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.dynamics import SmoothedWeight
from grpo_theory.dynamics.floats import sigmoid
from grpo_theory.figures import Data, Figure, Landmark, canvas, log_odds_ticks

EPSILONS = ("1e-5", "1e-4", "1e-3", "1e-2")
TITLES = ("10^{-5}", "10^{-4}", "10^{-3}", "10^{-2}")
REACH = 17.0


def column(epsilon: str) -> str:
    """The name of the column that holds B."""
    return f"B epsilon={epsilon}"


def data() -> Data:
    """B as |dΩ_ε/dz| at z* = logit p*, on a grid that holds the peaks and is dense near 0, where B vanishes."""
    right = np.concatenate([np.geomspace(0.002, 0.1, 24)[:-1], np.linspace(0.1, REACH, 170)])
    v = 2 * np.array([float(one) for one in EPSILONS])
    v /= 1 + 6 * v
    peaks = np.arccosh(1 / (2 * v) - 1)
    right = np.unique(np.concatenate([right, peaks]))
    z = np.concatenate([-right[::-1], [0.0], right])
    slopes = {column(epsilon): np.abs(SmoothedWeight(float(epsilon)).slope(z)) for epsilon in EPSILONS}
    return {"z": z, "p": sigmoid(z), **slopes}


def draw(data: Data) -> Canvas:
    """B against p* on the plain axis, where it hides at the ends, and in log-odds, where it has two peaks."""
    drawn = canvas("neurips", 0.44)
    plain, odds = drawn.subplots(1, 2, sharey=True)
    for epsilon, title in zip(EPSILONS, TITLES, strict=True):
        plain.plot(data["p"], data[column(epsilon)])
        odds.plot(data["z"], data[column(epsilon)], label=rf"$\varepsilon = {title}$")
    plain.set(xlim=(-0.02, 1.02), ylim=(1e-2, 200), yscale="log", ylabel=r"$\mathcal{B}(p^*)$")
    plain.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "1/4", "1/2", "3/4", "1"])
    plain.set_xlabel(r"$p^*$")
    odds.set(xlim=(-REACH, REACH))
    odds.set_xlabel(r"$p^*$, even in log-odds")
    log_odds_ticks(odds.xaxis, ["1e-6", "1e-3", "1/2", "1-1e-3", "1-1e-6"])
    drawn.legend(loc="outside upper center", ncols=4)
    return drawn


def peak(epsilon: str, value: float, precision: float) -> Landmark:
    """The largest B, s(ε) = 1/(3√(3ε)(1+4ε)), read on the grid."""
    return Landmark(f"largest B at ε = {epsilon}", value, precision, lambda data: float(data[column(epsilon)].max()))


def at(column: str, z: float, data: Data) -> float:
    """The value of a column at log-odds z, by linear interpolation."""
    return float(np.interp(z, data["z"], data[column]))


figure = Figure(
    name="figure-4",
    source="mroueh-2503",
    caption="The bound B(p*) above which β makes a fixed point p* attracting. On the left against p*, on the right "
    "even in log-odds, where B is |dΩ_ε/dz|: zero at p* = 1/2, largest at p*(1-p*) = 2ε/(1+12ε), with value "
    "s(ε) = 1/(3√(3ε)(1+4ε)). Reconstruction: which ε the paper draws was not at hand; 1e-5 is that of its Figure 3.",
    data=data,
    draw=draw,
    landmarks=(
        peak("1e-5", 60.85563, 1e-5),
        peak("1e-4", 19.23731, 1e-5),
        peak("1e-3", 6.06156, 1e-5),
        peak("1e-2", 1.85048, 1e-5),
        Landmark("B(1/2) at ε = 1e-5", 0.0, 1e-12, lambda data: at("B epsilon=1e-5", 0.0, data)),
        Landmark(
            "p* of the peak at ε = 1e-5", 2e-5, 1e-8, lambda data: float(data["p"][data[column("1e-5")].argmax()])
        ),
        Landmark(
            "log-odds of the peak at ε = 1e-5", -10.81976, 1e-4, lambda d: float(d["z"][d[column("1e-5")].argmax()])
        ),
    ),
    label="Figure 4, reconstructed",
    parameters={"epsilon": " ".join(EPSILONS), "z": f"-{REACH:g} to {REACH:g}"},
)
