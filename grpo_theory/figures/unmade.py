"""The figures of the sources that are not made again, each with the reason."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Unmade:
    """A figure of a source that cannot be regenerated here: the source's key, its label, what it shows, why not.

    >>> UNMADE[0].label
    'Figure 5'
    """

    source: str
    label: str
    shows: str
    reason: str


UNMADE: Final = (
    Unmade(
        "mroueh-2503",
        "Figure 5",
        "the success rate of a language model during training",
        "it needs a trained language model and its logs, which the paper does not ship",
    ),
    Unmade(
        "two-grpo",
        "Figure 1",
        "accuracy during training, two against sixteen rollouts",
        "it needs trained language models; two-grpo/equal-rollouts shows the exact curves at equal rollouts instead",
    ),
    Unmade(
        "two-grpo",
        "Figure 2",
        "accuracy against training time",
        "it needs trained language models and their clocks; two-grpo/table-1 draws the hours that the tables print",
    ),
    Unmade(
        "conspo",
        "Figure 3",
        "average score against temperature, margin and curriculum",
        "it needs trained language models; conspo/sensitivity draws the values as read off the print by eye",
    ),
    Unmade(
        "conspo",
        "other figures",
        "training curves and comparisons of the paper",
        "only the abstract and the sensitivity figure were at hand, and they need trained language models",
    ),
)
"""Listed in the gallery; a test holds that no figure of the project has one of these names."""


def unmade(name: str) -> ValueError | None:
    """Why the figure of a source that is called source/figure-n is not made, or None where nothing is known of it.

    >>> print(unmade("mroueh-2503/figure-5"))
    mroueh-2503/figure-5 is not made: it needs a trained language model and its logs, which the paper does not ship
    """
    for one in UNMADE:
        if name == f"{one.source}/{one.label.lower().replace(' ', '-')}":
            return ValueError(f"{name} is not made: {one.reason}")
    return None
