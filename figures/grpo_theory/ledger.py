"""The committed ledger at a glance: every source's claims by verdict."""

from collections import Counter

import numpy as np
from matplotlib.figure import Figure as Canvas

from grpo_theory.figures import Data, Figure, Landmark, canvas
from grpo_theory.ledger.catalogue import names
from grpo_theory.ledger.runner import committed
from grpo_theory.sources import SOURCES

VERDICTS = ("PROVED", "CERTIFIED", "CORRECTED", "REFUTED", "OBSERVED", "OPEN")
COLOURS = ("#0072B2", "#56B4E9", "#E69F00", "#D55E00", "#CCCCCC", "#FFFFFF")
HATCHES = ("", "....", "////", "xxxx", "", "")
SHOWN = tuple(document.key for document in SOURCES)


def data() -> Data:
    """For each verdict the number of claims of each source, in the order of the ledger."""
    counts = {key: Counter[str]() for key in SHOWN}
    for entry in committed().values():
        counts[entry["source"]][entry["verdict"]] += 1
    return {verdict: np.array([float(counts[key][verdict]) for key in SHOWN]) for verdict in VERDICTS}


def draw(data: Data) -> Canvas:
    """One bar for each source, divided by verdict, each part with its number; verdicts without a claim are left out."""
    drawn = canvas("neurips", 0.46)
    axes = drawn.add_subplot()
    left = np.zeros(len(SHOWN))
    for verdict, colour, hatch in zip(VERDICTS, COLOURS, HATCHES, strict=True):
        if not data[verdict].any():
            continue
        bars = axes.barh(SHOWN, data[verdict], left=left, label=f"{verdict} ({data[verdict].sum():.0f})")
        for bar in bars:
            bar.set(facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0.6)
        for row, count in enumerate(data[verdict]):
            if count:
                box = {"facecolor": "white", "edgecolor": "none", "pad": 1, "boxstyle": "round,pad=0.12"}
                axes.text(left[row] + count / 2, row, f"{count:.0f}", ha="center", va="center", bbox=box)
        left += data[verdict]
    axes.invert_yaxis()
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set(xlabel="claims", xlim=(0, float(left.max()) * 1.02))
    drawn.legend(loc="outside lower center", ncols=3)
    return drawn


def claims(row: int, key: str) -> Landmark:
    """All verdicts of a source together number its files in proofs/."""
    return Landmark(
        f"claims of {key}: one for each file",
        len(names(key)),
        1e-9,
        lambda data: float(sum(column[row] for column in data.values())),
    )


figure = Figure(
    name="ledger",
    source="grpo-theory",
    caption="Every claim of the ledger by source and computed verdict: proved as printed; corrected, refuted by "
    "an exact counterexample and repaired with proof; observed, that is numerical only.",
    data=data,
    draw=draw,
    parameters={"ledger": "as committed in proofs/ledger.json"},
    landmarks=tuple(claims(row, key) for row, key in enumerate(SHOWN)),
)
