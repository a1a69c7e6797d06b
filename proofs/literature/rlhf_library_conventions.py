"""The named rules reproduce what TRL, verl and OpenRLHF compute on every binary reward vector of 2 to 6 rollouts.

The libraries' numbers come from their own code, recorded; a batch holds one group and a response one token where a
convention looks further than its group. Each number lies within eight units of rounding of the exact advantage, and
among all conventions looked for, baseline, deviation, smoothing and its place are the only ones that fit the numbers.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import product
from math import sqrt

from grpo_theory.arithmetic.domains import Domain, natural
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.interop.conventions import CONVENTIONS, LIBRARIES, PROBE, convention
from grpo_theory.interop.identify import UNITS, identify, read
from grpo_theory.interop.records import recorded, recorded_versions
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.evidence import Enumeration, Exhaustion
from grpo_theory.symbols import G

BASELINES = ("mean", "mean of the others", "second best")
DEVIATIONS = ("none", "population", "Bessel", "mean")
PLACES = ("", "std + ε", "√(std² + ε)", "std of A + ε", "std + ε, twice")
VERSIONS = ", ".join(f"{LIBRARIES[key].title} {version}" for key, version in recorded_versions().items())
EVERY = f"{len(CONVENTIONS)} conventions of {VERSIONS}, every binary reward vector, 2 ≤ G ≤ 6"
ALL = f"the {len(CONVENTIONS)} conventions"

_PLAIN = ("mean", "none", "0", "")
_OTHERS = ("mean of the others", "none", "0", "")
_TRL = ("mean", "Bessel", "1e-4", "std + ε")
_VERL = ("mean", "Bessel", "1e-6", "std + ε")
_WHITENED = ("mean", "Bessel", "1e-8", "√(std² + ε)")
_POPULATION = ("mean", "population", "0", "")
SAID = {
    "trl/grpo scale_rewards=group": _TRL,
    "trl/grpo scale_rewards=batch": _TRL,
    "trl/grpo scale_rewards=none": _PLAIN,
    "trl/grpo normalize_then_sum": ("mean", "Bessel", "1e-4", "std + ε, twice"),
    "trl/rloo": _OTHERS,
    "trl/rloo normalize_advantages": ("mean of the others", "Bessel", "1e-4", "std of A + ε"),
    "verl/grpo": _VERL,
    "verl/grpo norm_adv_by_std_in_grpo=False": _PLAIN,
    "verl/grpo_vectorized": _VERL,
    "verl/grpo_vectorized norm_adv_by_std_in_grpo=False": _PLAIN,
    "verl/gdpo": ("mean", "Bessel", "0", ""),
    "verl/grpo_passk": ("second best", "Bessel", "1e-6", "std + ε"),
    "verl/grpo_passk norm_adv_by_std_in_grpo=False": ("second best", "none", "0", ""),
    "verl/rloo": _OTHERS,
    "verl/rloo_vectorized": _OTHERS,
    "verl/opo": _PLAIN,
    "verl/gpg": ("mean", "mean", "0", ""),
    "verl/reinforce_plus_plus": _WHITENED,
    "verl/reinforce_plus_plus_baseline": _WHITENED,
    "openrlhf/group_norm": ("mean", "Bessel", "1e-9", "std + ε"),
    "openrlhf/dr_grpo": _PLAIN,
    "openrlhf/rloo": _OTHERS,
    "openrlhf/reinforce_baseline": _POPULATION,
    "openrlhf/reinforce": _POPULATION,
    "openrlhf/flash_reinforce": _PLAIN,
}
"""What is subtracted, what divides, the smoothing, and where it stands, convention by convention."""


def sizes() -> Iterator[Point]:
    """Every convention at every group size."""
    yield from ({"convention": c.key, "G": size} for c, size in product(CONVENTIONS, range(2, 7)))


def each() -> Iterator[Point]:
    """Every convention."""
    yield from ({"convention": c.key} for c in CONVENTIONS)


def rollouts(point: Point) -> Iterator[tuple[tuple[int, ...], int, float]]:
    """Every rollout of every reward vector: the vector, the rollout's place, and the library's number."""
    for vector, answer in recorded()[point["convention"]].groups[point["G"]].items():
        for place, number in enumerate(answer or ()):
            if number is None:
                raise ValueError(f"{point['convention']} gives no number to {vector}")
            yield vector, place, number


@cache
def exact(key: str, vector: tuple[int, ...]) -> tuple[Surd, ...]:
    """The advantages of the convention's exact rule by its definition on the vector."""
    return convention(key).exact.on_rewards(vector)


def distances(point: Point) -> tuple[Surd, ...]:
    """How far the library's number is from the exact advantage, for every rollout of every vector."""
    return measured(point["convention"], point["G"])[0]


def allowed(point: Point) -> tuple[Surd, ...]:
    """Eight units of rounding, of one or of the advantage where it is larger."""
    return measured(point["convention"], point["G"])[1]


@cache
def measured(key: str, size: int) -> tuple[tuple[Surd, ...], tuple[Surd, ...]]:
    """Both, rollout by rollout."""
    unit = Fraction(UNITS, 2 ** convention(key).bits)
    gaps, bounds = [], []
    for vector, place, number in rollouts({"convention": key, "G": size}):
        advantage = exact(key, vector)[place]
        gaps.append(abs(Surd.of(Fraction(number)) - advantage))
        bounds.append(max(Surd.of(1), abs(advantage)) * unit)
    return tuple(gaps), tuple(bounds)


def follow_the_counts(point: Point) -> bool:
    """The same again from the rule's closed formula in (G, k), in balls."""
    c = convention(point["convention"])
    return all(read(c.exact, vector, vector[i], number, c.bits) for vector, i, number in rollouts(point))


def found(point: Point) -> tuple[Surd, ...]:
    """The only convention that all of a library's numbers fit, in figures."""
    key = point["convention"]
    fitting = identify(recorded()[key], convention(key).bits)
    if len(fitting) != 1:
        return (Surd.of(-1),) * 4
    (one,) = fitting
    return in_figures((one.baseline, one.deviation, str(one.epsilon or 0), one.where))


def in_figures(words: tuple[str, str, str, str]) -> tuple[Surd, ...]:
    """A convention as four numbers: places in the lists of words, and the smoothing itself."""
    baseline, deviation, epsilon, where = words
    places = (BASELINES.index(baseline), DEVIATIONS.index(deviation), Fraction(epsilon), PLACES.index(where))
    return tuple(Surd.of(number) for number in places)


def gap_by_hand(key: str, size: int, wins: int) -> float:
    """A⁺ − A⁻ in a mixed group of `size` with `wins` successes, step by step as a library would compute it."""
    baseline, deviation, text, where = SAID[key]
    epsilon, gap = float(text), size / (size - 1) if baseline == "mean of the others" else 1.0
    if baseline == "second best" and wins > 1:
        return 0.0
    if deviation == "none":
        return gap
    if deviation == "mean":
        return gap * size / wins
    spread = sqrt(wins * (size - wins) / size / (size - 1 if deviation == "Bessel" else size))
    if where == "√(std² + ε)":
        return gap / sqrt(spread**2 + epsilon)
    if where == "std + ε, twice":
        once = gap / (spread + epsilon)
        return once / (spread * once + epsilon)
    return gap / (spread * (gap if where == "std of A + ε" else 1.0) + epsilon)


def shows_in_the_gaps(point: Point) -> bool:
    """The same again from A⁺ − A⁻ in plain floats: in every mixed group, and in the large one."""
    key = point["convention"]
    answers, slack = recorded()[key], 2.0 ** (4 - convention(key).bits)
    seen = [(PROBE, 1, answers.probe[0], answers.probe[1])]
    for size in range(2, 7):
        for vector, answer in answers.groups[size].items():
            if answer is not None and 0 < sum(vector) < size:
                best = max(zip(vector, answer, strict=True))[1]
                seen.append((size, sum(vector), best, min(zip(vector, answer, strict=True))[1]))
    gaps = ((gap_by_hand(key, size, wins), (a or 0) - (b or 0)) for size, wins, a, b in seen)
    return all(abs(gap - number) <= slack * max(1, gap) for gap, number in gaps)


claim = Claim(
    name="rlhf-library-conventions",
    source="literature",
    label=VERSIONS,
    says="the named rules (a formula for each of two options of TRL that standardise the batch as well) reproduce TRL, "
    "verl and OpenRLHF on every binary reward vector, G = 2, …, 6 (alone in its batch, one token to a response, where "
    "the code looks at the batch): each number lies within 8 units of rounding of the exact advantage, 0 in silent "
    "groups, and of the conventions looked for one baseline, deviation and smoothing alone fits them: TRL divides "
    "by the Bessel deviation + 1e−4, verl by it + 1e−6, OpenRLHF by it + 1e−9; whitening divides by √(Bessel² + 1e−8) "
    "in verl, by the population deviation in OpenRLHF",
    statements=(
        Statement(
            Side(literal=distances),
            Relation.AT_MOST,
            Side(literal=allowed),
            Domain((natural(G, 2, 6),), words=EVERY),
            (Exhaustion(sizes, follow_the_counts, EVERY), Enumeration(lambda _: sizes())),
            latex=r"|A^{\text{library}}_i(r)-A_i(r)|\le 8u\max(1,|A_i(r)|),\quad r\in\{0,1\}^G,\ 2\le G\le 6",
        ),
        Statement(
            Side(literal=found),
            Relation.EQUAL,
            Side(literal=lambda point: in_figures(SAID[point["convention"]])),
            Domain(words=ALL),
            (Exhaustion(each, shows_in_the_gaps, ALL), Enumeration(lambda _: each())),
            latex=r"(\text{baseline},\text{deviation},\varepsilon,\text{its place})\text{ fit the numbers alone}",
        ),
    ),
)
