"""7,500 prompts × 10 epochs × G rollouts are 0.15 million for G = 2 and 1.2 million for G = 16, a share of 12.5 %.

The source reports the two totals and the share; prompts, epochs and group sizes are its hyper-parameters.
"""

from collections.abc import Iterator
from fractions import Fraction

from grpo_theory.arithmetic.domains import Domain
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.evidence import Enumeration, Exhaustion
from grpo_theory.tables.two_grpo import ROLLOUT_SHARE, ROLLOUTS, SETTINGS, Setting, read


def setting(size: int) -> Setting:
    """The reported run with a group size."""
    return next(entry for entry in SETTINGS if entry.group_size == size)


def counted(size: int) -> int:
    """Rollouts of a run, prompt by prompt and epoch by epoch."""
    run = setting(size)
    return sum(run.group_size for _ in range(run.epochs) for _ in range(run.prompts))


def sizes() -> Iterator[Point]:
    """The two group sizes."""
    return ({"group_size": entry.group_size} for entry in SETTINGS)


def one_case() -> Iterator[Point]:
    """The pair of group sizes."""
    yield {"small": SETTINGS[0].group_size, "large": SETTINGS[1].group_size}


def total_is_right(point: Point) -> bool:
    """The printed total again: tens of thousands of rollouts as a product of integers."""
    run = setting(point["group_size"])
    return (
        run.prompts * run.epochs * run.group_size
        == int(ROLLOUTS[run.group_size].replace(".", "").ljust(3, "0")) * 10_000
    )


def share_is_one_eighth(point: Point) -> bool:
    """The share again: prompts and epochs cancel, one eighth is 12.5 %."""
    small, large = setting(point["small"]), setting(point["large"])
    same = (small.prompts, small.epochs) == (large.prompts, large.epochs)
    return same and 8 * small.group_size == large.group_size and ROLLOUT_SHARE == "12.5%"


RUNS = Domain(words="the reported runs with G = 2 and G = 16")

claim = Claim(
    name="rollout-count",
    source="two-grpo",
    label="Sec. 5.2",
    says="7,500 prompts × 10 epochs × G rollouts are 0.15 million for G = 2 and 1.2 million for G = 16; the first is "
    "12.5 % of the second",
    statements=(
        Statement(
            Side(literal=lambda point: counted(point["group_size"])),
            Relation.EQUAL,
            Side(literal=lambda point: Fraction(ROLLOUTS[point["group_size"]]) * 10**6),
            RUNS,
            (Exhaustion(sizes, total_is_right, RUNS.words), Enumeration(lambda _: sizes())),
            latex=r"7500\cdot 10\cdot G=0.15\cdot 10^6,\ 1.2\cdot 10^6",
        ),
        Statement(
            Side(literal=lambda point: Fraction(counted(point["small"]), counted(point["large"]))),
            Relation.EQUAL,
            Side(literal=lambda point: read(ROLLOUT_SHARE) / 100),
            RUNS,
            (Exhaustion(one_case, share_is_one_eighth, RUNS.words), Enumeration(lambda _: one_case())),
            latex=r"0.15/1.2=12.5\,\%",
        ),
    ),
)
