"""Logged rollouts put back into their groups: by prompt or id within a step, or by consecutive rows."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from grpo_theory.errors import outside
from grpo_theory.logs.reading import Rollouts


@dataclass(frozen=True)
class Groups:
    """Size n_i and successes k_i of each group, in the order of the log, and what looked odd.

    Shapes: `sizes` and `successes` of one length.

    >>> Groups((2, 2), (1, 2)).usual_size
    2
    """

    sizes: tuple[int, ...]
    successes: tuple[int, ...]
    warnings: tuple[str, ...] = ()

    @property
    def usual_size(self) -> int:
        """The most frequent size, the smallest of several."""
        counts = Counter(self.sizes)
        return min(counts, key=lambda size: (-counts[size], size))

    @property
    def silent_share(self) -> float:
        """The share of groups in which all rewards are equal.

        >>> Groups((2, 2), (1, 2)).silent_share
        0.5
        """
        return sum(k in (0, n) for n, k in zip(self.sizes, self.successes, strict=True)) / len(self.sizes)

    @property
    def mean(self) -> float:
        """The share of successes among all rollouts.

        >>> Groups((2, 2), (1, 2)).mean
        0.75
        """
        return sum(self.successes) / sum(self.sizes)


def group_rollouts(rollouts: Rollouts, *, size: int | None = None, threshold: float | None = None) -> Groups:
    """The groups of a log: rollouts of one step with one key, or with `size` each run of that many consecutive rows.

    Domain: `size` ≥ 2 where the log names no prompt, since TRL's and verl's training logs hold no group id and a prompt
    drawn twice in one step looks like one group of twice the size; uneven sizes are warned of. `threshold` as for
    `Rollouts.binary`. Errors: ValueError without rollouts, without keys and size, or for rewards that are not binary.

    >>> group_rollouts(Rollouts((1, 0, 0), ("a", "b", "a"), ("", "", "")))  # doctest: +ELLIPSIS
    Groups(sizes=(2, 1), successes=(1, 0), warnings=('group sizes are uneven: 1 of 1, 1 of 2',...
    """
    rewards = rollouts.binary(threshold)
    if not rewards:
        raise outside("rollouts", 0, "the logs with at least one rollout", "nothing can be learnt from an empty log")
    if size is None and not any(rollouts.keys):
        raise ValueError("the log names no prompt: give size= the number of consecutive rows that make a group")
    if size is not None and size < 2:
        raise outside("size", size, "the integers from 2 on", "a group needs two rollouts to have a contrast")
    found: dict[object, list[int]] = {}
    for row, reward in enumerate(rewards):
        label = (rollouts.steps[row], rollouts.keys[row]) if size is None else row // size
        found.setdefault(label, []).append(reward)
    sizes = tuple(len(group) for group in found.values())
    return Groups(sizes, tuple(sum(group) for group in found.values()), tuple(_warnings(rollouts, sizes, size)))


def _warnings(rollouts: Rollouts, sizes: tuple[int, ...], size: int | None) -> Iterator[str]:
    counts = Counter(sizes)
    if len(counts) > 1:
        yield "group sizes are uneven: " + ", ".join(f"{counts[n]} of {n}" for n in sorted(counts))
        smallest = min(counts)
        if smallest > 1 and all(n % smallest == 0 for n in counts) and size is None:
            yield f"all sizes are multiples of {smallest}: a prompt may have been drawn more than once in a step"
    if 1 in counts:
        yield f"{counts[1]} groups hold a single rollout, which has no contrast"
    if size is not None and any(rollouts.keys):
        mixed = sum(len(set(rollouts.keys[i : i + size])) > 1 for i in range(0, len(rollouts.keys), size))
        if mixed:
            yield f"{mixed} groups of {size} consecutive rows hold more than one prompt: is the size right?"
