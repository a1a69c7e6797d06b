"""The number of fixed points of the reference map over (β, p_ref), and what the orbit from p_ref does in the end."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from grpo_theory.dynamics import Bifurcation, SmoothedWeight, bifurcations, fixed_points
from grpo_theory.dynamics.floats import sigmoid
from grpo_theory.figures import Data, Figure, Landmark, Tolerance, canvas, log_odds_ticks, reading

Floats = NDArray[np.float64]

EPSILON = 1e-5
BETA = (0.1, 40.0)
LOGIT = (-11.4, 8.6)
STEPS = 3000
LONGEST = 16
UPPER, LOWER, CYCLE, IRREGULAR = 0.0, 1.0, 2.0, 3.0
UPPERMOST = 5 * np.log(10)
"""The log-odds above which a limit counts as UPPER: 1-p = 1e-5."""
COLOURS = ("#FFFFFF", "#BFD9EA", "#E69F00", "#111111")
MARKED = (-6.906754778648554, -1.3862943611198906)
"""logit 1e-3 and logit 1/5."""
TICKS = ("1e-4", "1e-2", "1/2", "0.99")


def curves() -> Data:
    """For a grid of log-odds of p_ref the certified folds and flips in β, lower and upper; NaN where there are none."""
    z_ref = np.unique(np.concatenate([np.linspace(*LOGIT, 101), np.linspace(-4.63, -4.56, 15), MARKED]))
    rows = []
    for one in z_ref:
        found = bifurcations(p_ref=float(sigmoid(np.array(one))), epsilon=EPSILON)
        if not found.complete:
            raise ValueError(f"z_ref = {one} lies too near a cusp: bifurcations stay undecided")
        rows.append([*pair(found.folds), *pair(found.flips)])
    names = ("lower fold", "upper fold", "lower flip", "upper flip")
    return {"z_ref": z_ref, **dict(zip(names, np.array(rows).T, strict=True))}


def pair(points: tuple[Bifurcation, ...]) -> tuple[float, float]:
    """The β of two bifurcations, or two NaN."""
    return (float(points[0].beta), float(points[-1].beta)) if points else (np.nan, np.nan)


def counts() -> Data:
    """The number of fixed points, each list complete with proof, on a coarse grid."""
    beta, z_ref = np.geomspace(*BETA, 25)[1:-1], np.linspace(*LOGIT, 22)[1:-1]
    found = [
        fixed_points(beta=float(one), p_ref=float(sigmoid(np.array(z))), epsilon=EPSILON) for one in beta for z in z_ref
    ]
    if not all(one.complete for one in found):
        raise ValueError("some parameters of the grid lie too near a fold: choose another grid")
    return {"count beta": beta, "count z_ref": z_ref, "count": np.array([float(len(one.points)) for one in found])}


def repeating(z: Floats, beta: Floats, z_ref: Floats, steps: int) -> Floats:
    """What each orbit repeats after so many steps: a fixed point, a cycle of period at most 16, or nothing."""
    weight, late = SmoothedWeight(EPSILON), np.empty((LONGEST + 1, *z.shape))
    for t in range(steps):
        z = z_ref + weight.at(z) / beta
        late[(steps - 1 - t) % len(late)] = z
    repeats = np.abs(late - z) <= 1e-6 * (1 + np.abs(z))
    kinds = [repeats[1] & (z > UPPERMOST), repeats[1], repeats[2:].any(axis=0)]
    return np.select(kinds, [UPPER, LOWER, CYCLE], IRREGULAR)


def limits() -> Data:
    """The limits from p_ref after 3000 steps; where nothing repeats, after ten times as many."""
    beta, z_ref = np.geomspace(*BETA, 121), np.linspace(*LOGIT, 97)
    strength, start = (grid.ravel() for grid in np.meshgrid(beta, z_ref, indexing="ij"))
    kinds = repeating(start, strength, start, STEPS)
    rest = kinds == IRREGULAR
    kinds[rest] = repeating(start[rest], strength[rest], start[rest], 10 * STEPS)
    return {"limit beta": beta, "limit z_ref": z_ref, "limit": kinds}


def data() -> Data:
    """Curves of folds and flips, certified counts, and observed limits."""
    return {**curves(), **counts(), **limits()}


def frame(axes: Axes, title: str) -> None:
    """The axes that both panels share."""
    axes.set(xscale="log", xlim=BETA, ylim=LOGIT, xlabel=r"KL strength $\beta$")
    axes.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    axes.set_title(title)
    log_odds_ticks(axes.yaxis, TICKS)


def numbers(axes: Axes, data: Data) -> None:
    """The region of three fixed points between the folds, and the certified counts."""
    axes.fill_betweenx(data["z_ref"], data["lower fold"], data["upper fold"], color="#56B4E9", alpha=0.45, linewidth=0)
    beta, z_ref = (grid.ravel() for grid in np.meshgrid(data["count beta"], data["count z_ref"], indexing="ij"))
    for number, marker, size, colour in ((1, ".", 1.6, "#888888"), (3, "^", 1.9, "#0072B2")):
        rows = data["count"] == number
        axes.plot(beta[rows], z_ref[rows], marker, color=colour, markersize=size, markeredgewidth=0)
    for side in ("lower", "upper"):
        axes.plot(data[f"{side} fold"], data["z_ref"], color="#0072B2", linestyle="-", linewidth=1.2)


def ends(axes: Axes, data: Data) -> None:
    """The observed limits, one colour for each kind, with the flips between which the lower fixed point repels."""
    kinds = data["limit"].reshape(len(data["limit beta"]), len(data["limit z_ref"])).T
    colours = ListedColormap(COLOURS)
    axes.pcolormesh(
        data["limit beta"],
        data["limit z_ref"],
        kinds,
        cmap=colours,
        vmin=-0.5,
        vmax=3.5,
        shading="nearest",
        rasterized=True,
    )
    for side in ("lower", "upper"):
        axes.plot(data[f"{side} flip"], data["z_ref"], color="#009E73", linestyle="--", linewidth=1.2)


def legend(drawn: Canvas) -> None:
    """What colours, markers and lines mean, below both panels."""
    marks = [
        (Line2D([], [], color="#0072B2", linestyle="-", marker="^", markersize=3), "fold; three"),
        (Line2D([], [], color="#888888", linestyle="none", marker=".", markersize=4), "one"),
        (Line2D([], [], color="#009E73", linestyle="--"), "flip"),
        *(
            (Patch(facecolor=colour, edgecolor="#666666", linewidth=0.5), label)
            for colour, label in zip(COLOURS, (r"$1-p^*<10^{-5}$", "lower $p^*$", "cycle", "irregular"), strict=True)
        ),
    ]
    handles, labels = zip(*marks, strict=True)
    drawn.legend(handles, labels, loc="outside lower center", ncols=7, columnspacing=1.0, handlelength=1.6)


def draw(data: Data) -> Canvas:
    """Left the number of fixed points, right the limits of the orbits from p_ref."""
    drawn = canvas("neurips", 0.52)
    left, right = drawn.subplots(1, 2, sharey=True)
    numbers(left, data)
    ends(right, data)
    frame(left, "number of fixed points")
    frame(right, r"limit from $p_0 = p_{\mathrm{ref}}$")
    left.set_ylabel(r"reference $p_{\mathrm{ref}}$")
    legend(drawn)
    return drawn


def across(column: str, z_ref: float, data: Data) -> float:
    """The β of a curve at log-odds of p_ref, by linear interpolation where there is one."""
    there = np.isfinite(data[column])
    return float(np.interp(z_ref, data["z_ref"][there], data[column][there]))


def cell(kind: str, beta: float, z_ref: float, data: Data) -> float:
    """The entry of a grid, count or limit, that is nearest to (β, z_ref)."""
    row = int(np.argmin(np.abs(np.log(data[f"{kind} beta"] / beta))))
    column = int(np.argmin(np.abs(data[f"{kind} z_ref"] - z_ref)))
    return float(data[kind].reshape(len(data[f"{kind} beta"]), -1)[row, column])


def curve(column: str, p_ref: str, z_ref: float, value: float) -> Landmark:
    """The landmark for a fold or flip at a p_ref of the grid."""
    return Landmark(f"{column} at p_ref = {p_ref}", value, 1e-5, lambda data: across(column, z_ref, data))


figure = Figure(
    name="phase-diagram",
    source="grpo-theory",
    caption="The reference map for ε = 1e-5. Left: three fixed points between the folds, one outside (lines and "
    "markers certified; the folds meet farther right). Right: what the orbit from p_ref was seen to do: it "
    "ends within 1e-5 of p = 1, at a lower fixed point, in a cycle of period at most 16, or nothing repeats "
    "in 30000 steps. Dashes: the flips, certified, below which the lower fixed point repels.",
    data=data,
    draw=draw,
    landmarks=(
        curve("lower fold", "0.2", MARKED[1], 0.895669),
        curve("upper fold", "0.2", MARKED[1], 19.930580),
        curve("lower flip", "1e-3", MARKED[0], 0.338202),
        curve("upper flip", "1e-3", MARKED[0], 5.662124),
        reading("z_ref: where the grid starts", "z_ref", 0, -11.4, 1e-9),
        Landmark("fixed points near β = 2, p_ref = 0.2", 3.0, 0.0, lambda data: cell("count", 2, -1.386, data)),
        Landmark("fixed points near β = 2, p_ref = 0.8", 1.0, 0.0, lambda data: cell("count", 2, 1.386, data)),
        reading("first β of the counts", "count beta", 0, 0.12835, 1e-5),
        reading("first z_ref of the counts", "count z_ref", 0, -10.44762, 1e-5),
        reading("first β of the limits", "limit beta", 0, 0.1, 1e-9),
        reading("first z_ref of the limits", "limit z_ref", 0, -11.4, 1e-9),
        Landmark("limit near β = 1, p_ref = 0.2: lower", LOWER, 0.0, lambda data: cell("limit", 1, -1.386, data)),
        Landmark("limit near β = 5, p_ref = 1e-3: cycle", CYCLE, 0.0, lambda data: cell("limit", 5, -6.907, data)),
        Landmark("limit near β = 5, p_ref = 1e-4: upper", UPPER, 0.0, lambda data: cell("limit", 5, -9.21, data)),
    ),
    tolerance=Tolerance(shares={"limit": 0.005}),
    parameters={"epsilon": str(EPSILON), "beta": f"{BETA[0]} to {BETA[1]}", "steps": str(STEPS)},
)
