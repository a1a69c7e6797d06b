"""The map h(p) = σ(logit p_ref + Ω_ε(p)/β) and its fixed points, for six β and four p_ref."""

import numpy as np
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

from grpo_theory.dynamics import fixed_points, recurrence
from grpo_theory.figures import Data, Figure, Landmark, canvas

BETAS = ("0.01", "0.2", "0.4", "0.8", "1", "5")
REFERENCES = ("1e-4", "0.2", "0.5", "0.8")
EPSILON = "1e-5"
STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (7, 1.5)))
COLOURS = ("#56B4E9", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#D55E00")


def column(beta: str, p_ref: str) -> str:
    """The name of the column that holds h for the two parameters."""
    return f"h beta={beta} p_ref={p_ref}"


def certified() -> Data:
    """All fixed points inside (0, 1) with their multipliers, from complete lists with proof; one row for each."""
    rows = []
    for p_ref in REFERENCES:
        for beta in BETAS:
            found = fixed_points(beta=beta, p_ref=p_ref, epsilon=EPSILON)
            if not found.complete:
                raise ValueError(f"beta = {beta}, p_ref = {p_ref} lie too near a fold: fixed points stay undecided")
            rows += [(float(beta), float(p_ref), float(one.p), float(one.multiplier)) for one in found.points]
    names = ("fixed beta", "fixed p_ref", "fixed p", "fixed multiplier")
    return dict(zip(names, np.array(rows).T, strict=True))


def data() -> Data:
    """h on a grid that is dense near both ends, and the certified fixed points of every map."""
    half = np.concatenate([[0.0], np.geomspace(1e-6, 0.1, 46)[:-1], np.linspace(0.1, 0.5, 41)])
    p = np.concatenate([half, 1 - half[-2::-1]])
    columns = {"p": p}
    for p_ref in REFERENCES:
        for beta in BETAS:
            columns[column(beta, p_ref)] = recurrence(beta=beta, p_ref=p_ref, epsilon=EPSILON).step(p)
    return {**columns, **certified()}


def points(data: Data, beta: str, p_ref: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The fixed points of one map, and which of them are attracting."""
    rows = np.isclose(data["fixed beta"], float(beta)) & np.isclose(data["fixed p_ref"], float(p_ref))
    return data["fixed p"][rows], np.abs(data["fixed multiplier"][rows]) < 1


def draw(data: Data) -> Canvas:
    """One panel for each p_ref: h for every β, the diagonal, and the fixed points on it."""
    drawn = canvas("neurips", 0.88)
    panels = drawn.subplots(2, 2, sharex=True, sharey=True)
    for axes, p_ref, title in zip(panels.flat, REFERENCES, ("10^{-4}", "0.2", "0.5", "0.8"), strict=True):
        axes.plot([0, 1], [0, 1], color="#999999", linewidth=0.7, linestyle="-")
        for beta, style, colour in zip(BETAS, STYLES, COLOURS, strict=True):
            axes.plot(data["p"], data[column(beta, p_ref)], color=colour, linestyle=style, label=rf"$\beta = {beta}$")
            fixed, attracting = points(data, beta, p_ref)
            axes.plot(fixed[~attracting], fixed[~attracting], "o", color=colour, mfc="white", ms=5, zorder=5)
            axes.plot(fixed[attracting], fixed[attracting], "o", color=colour, ms=3.2, zorder=6)
        axes.set_title(rf"$p_{{\mathrm{{ref}}}} = {title}$")
        axes.set(xlim=(-0.025, 1.03), ylim=(-0.025, 1.03))
        axes.set_xticks([0, 0.5, 1], ["0", "1/2", "1"])
        axes.set_yticks([0, 0.5, 1], ["0", "1/2", "1"])
    for axes in panels[1]:
        axes.set_xlabel("$p$")
    for axes in panels[:, 0]:
        axes.set_ylabel(r"$h_{\varepsilon,p_{\mathrm{ref}}}(p)$")
    handles, labels = panels[0, 0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=6, columnspacing=1.2, handlelength=2.2)
    return drawn


def middle(beta: str, p_ref: str, value: float) -> Landmark:
    """The landmark for h(1/2) = σ(logit p_ref + 1/(β√(1/4 + ε))), the lowest value of h."""
    return Landmark(
        f"h(1/2) at β = {beta}, p_ref = {p_ref}",
        value,
        5e-8,
        lambda data: float(np.interp(0.5, data["p"], data[column(beta, p_ref)])),
    )


def lowest(beta: str, p_ref: str, value: float, precision: float) -> Landmark:
    """The landmark for the lowest fixed point of a map."""
    return Landmark(
        f"lowest p* at β = {beta}, p_ref = {p_ref}",
        value,
        precision,
        lambda data: float(min(points(data, beta, p_ref)[0], default=np.nan)),
    )


MIDDLES = {
    "1e-4": (1.0, 0.6877368, 0.0146243, 0.0012168, 0.0007384, 0.0001492),
    "0.2": (1.0, 0.9998184, 0.9737530, 0.7528100, 0.6487765, 0.2716430),
    "0.5": (1.0, 0.9999546, 0.9933065, 0.9241383, 0.8807929, 0.5986857),
    "0.8": (1.0, 0.9999886, 0.9983182, 0.9798904, 0.9672722, 0.8564714),
}
"""h(1/2) to seven decimals, by hand from σ(logit p_ref + 1/(β√(1/4 + ε)))."""

figure = Figure(
    name="figure-2",
    source="mroueh-2503",
    caption="The map p ↦ h(p) of one GRPO iteration for ε = 1e-5, with the β and p_ref of the paper's Figure 3. "
    "Dots are all fixed points, certified: full ones attract, rings repel. Every h falls until p = 1/2 and rises after "
    "it, and each has an attracting fixed point nearer to 1 than can be seen. Reconstruction: how the paper divides "
    "the curves among its panels was not at hand.",
    data=data,
    draw=draw,
    landmarks=(
        *(
            middle(beta, p_ref, value)
            for p_ref in REFERENCES
            for beta, value in zip(BETAS, MIDDLES[p_ref], strict=True)
        ),
        lowest("1", "0.2", 0.6813, 5e-5),
        lowest("5", "0.2", 0.2807, 5e-5),
        lowest("5", "0.5", 0.6007, 5e-5),
        lowest("5", "0.8", 0.8813, 5e-5),
        Landmark(
            "multiplier of the lowest p* at β = 1, p_ref = 0.2",
            0.38901,
            5e-6,
            lambda data: float(data["fixed multiplier"][np.argmin(np.abs(data["fixed p"] - 0.681283))]),
        ),
        Landmark("fixed points of all maps together", 40.0, 0.0, lambda data: float(len(data["fixed p"]))),
        Landmark(
            "attracting fixed points of all maps together",
            28.0,
            0.0,
            lambda data: float(np.sum(np.abs(data["fixed multiplier"]) < 1)),
        ),
    ),
    label="Figure 2, reconstructed",
    parameters={"epsilon": EPSILON, "beta": " ".join(BETAS), "p_ref": " ".join(REFERENCES)},
)
