"""Which starts p_0 the reference map takes to the fixed point near 1, and how soon, over β."""

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from grpo_theory.dynamics import SmoothedWeight, bifurcations, fixed_points
from grpo_theory.figures import Data, Figure, Landmark, Tolerance, canvas, log_odds_ticks, reading

P_REF = "1e-3"
EPSILON = "1e-5"
BETA = (0.15, 24.0)
LOGIT = (-16.0, 16.0)
STEPS = 2000
NEAR_ONE = 13.0
"""Log-odds that no orbit of the lower attractor reaches."""
SOONEST = (1, 2, 5, 20)
COLOURS = ("#F3C98B", "#DCEAF4", "#A6CCE3", "#4A97C4", "#08457A")
LABELS = ("lower attractor", "near 1, step 1", "steps 2 to 4", "steps 5 to 19", "step 20 or later")


def separatrix() -> Data:
    """The repelling fixed point between both attractors, for β between the folds; certified."""
    folds = bifurcations(p_ref=P_REF, epsilon=EPSILON).folds
    low, high = (float(fold.beta) for fold in folds)
    beta = low * (high / low) ** (0.5 - 0.5 * np.cos(np.pi * np.linspace(0.01, 0.99, 60)))
    found = [fixed_points(beta=float(one), p_ref=P_REF, epsilon=EPSILON) for one in beta]
    if not all(one.complete and len(one.points) == 3 for one in found):
        raise ValueError("a β of the grid lies too near a fold: choose another grid")
    between = [float(one.points[1].z) for one in found]
    z = np.array([float(folds[0].z), *between, float(folds[1].z)])
    return {"separatrix beta": np.array([low, *beta, high]), "separatrix z": z}


def arrivals(beta: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.float64]:
    """The step from which on z_n exceeds 13 for good, at least 1; 0 for orbits that end lower, within 2000 steps."""
    weight, z_ref = SmoothedWeight(float(EPSILON)), float(np.log(1e-3) - np.log1p(-1e-3))
    below = np.zeros(z.shape)
    for n in range(1, STEPS + 1):
        z = z_ref + weight.at(z) / beta
        below[z <= NEAR_ONE] = n
    return np.where(below == STEPS, 0.0, below + 1)


def data() -> Data:
    """The separatrix, and for a grid of (β, z_0) the class of the arrival: 0 never, then 1, 2-4, 5-19, 20 and more."""
    beta, start = np.geomspace(*BETA, 171), np.linspace(*LOGIT, 137)
    strength, z = (grid.ravel() for grid in np.meshgrid(beta, start, indexing="ij"))
    classes = np.searchsorted(SOONEST, arrivals(strength, z), side="right")
    return {**separatrix(), "beta": beta, "z_0": start, "class": classes.astype(float)}


def draw(data: Data) -> Canvas:
    """Starts over β, coloured by their arrival near 1, with the separatrix and its mirror image."""
    drawn = canvas("neurips", 0.56)
    axes = drawn.add_subplot()
    classes = data["class"].reshape(len(data["beta"]), len(data["z_0"])).T
    axes.pcolormesh(
        data["beta"], data["z_0"], classes, cmap=ListedColormap(COLOURS), vmin=-0.5, vmax=4.5, rasterized=True
    )
    axes.plot(data["separatrix beta"], data["separatrix z"], color="#111111", linestyle="-", linewidth=1.2)
    axes.plot(data["separatrix beta"], -data["separatrix z"], color="#111111", linestyle="--", linewidth=1.2)
    axes.set(xscale="log", xlim=BETA, ylim=LOGIT, xlabel=r"KL strength $\beta$", ylabel="start $p_0$")
    axes.set_xticks([0.2, 0.5, 1, 2, 5, 10, 20], ["0.2", "0.5", "1", "2", "5", "10", "20"])
    axes.minorticks_off()
    log_odds_ticks(axes.yaxis, ["1e-6", "1e-3", "1/2", "1-1e-3", "1-1e-6"])
    patches = [Patch(facecolor=colour, edgecolor="#666666", linewidth=0.5) for colour in COLOURS]
    lines = [Line2D([], [], color="#111111", linestyle=style, linewidth=1.2) for style in ("-", "--")]
    labels = (*LABELS, "repelling $p^*$", "its mirror image")
    drawn.legend([*patches, *lines], labels, loc="outside right center", title="end of the orbit")
    return drawn


def cell(beta: float, z_0: float, data: Data) -> float:
    """The class of the cell that is nearest to (β, z_0)."""
    row = int(np.argmin(np.abs(np.log(data["beta"] / beta))))
    column = int(np.argmin(np.abs(data["z_0"] - z_0)))
    return float(data["class"].reshape(len(data["beta"]), -1)[row, column])


def middle(beta: float, data: Data) -> float:
    """The separatrix at β, by linear interpolation."""
    return float(np.interp(beta, data["separatrix beta"], data["separatrix z"]))


figure = Figure(
    name="basins",
    source="grpo-theory",
    caption="Where orbits of the reference map end for p_ref = 1e-3, ε = 1e-5, over β and the start p_0: at the "
    "lower attractor, be it a fixed point, a cycle or irregular, or at the fixed point near 1, and after how "
    "many steps they come to stay above 1-p = 2e-6 (observed in 2000 steps). Solid: the repelling fixed "
    "point between both, certified. The map takes p and 1-p to the same place, so its mirror image (dashes) "
    "borders the basin too.",
    data=data,
    draw=draw,
    landmarks=(
        Landmark("separatrix at β = 5", 8.7889, 0.02, lambda data: middle(5.0, data)),
        reading("its end at the upper fold, β", "separatrix beta", -1, 14.55155, 1e-4),
        reading("its log-odds there", "separatrix z", -1, 13.74575, 1e-4),
        reading("first β of the grid", "beta", 0, 0.15, 1e-9),
        reading("first start of the grid", "z_0", 0, -16.0, 1e-9),
        Landmark("class at β = 5, z_0 = 0: lower attractor", 0.0, 0.0, lambda data: cell(5.0, 0.0, data)),
        Landmark("class at β = 5, z_0 = -14: near 1 at once", 1.0, 0.0, lambda data: cell(5.0, -14.0, data)),
        Landmark("class at β = 0.18, z_0 = 0: steps 2 to 4", 2.0, 0.0, lambda data: cell(0.18, 0.0, data)),
        Landmark("class at β = 20, z_0 = 14: lower attractor", 0.0, 0.0, lambda data: cell(20.0, 14.0, data)),
    ),
    tolerance=Tolerance(shares={"class": 0.005}),
    parameters={"p_ref": P_REF, "epsilon": EPSILON, "beta": f"{BETA[0]} to {BETA[1]}", "steps": str(STEPS)},
)
