"""2-GRPO and 16-GRPO explore the same number of rollouts in the reported runs.

Both runs pass 10 times over the same 7,500 prompts, so the totals are in the ratio of the group sizes: exactly 1/8.
They would agree if, and only if, 2-GRPO ran eight times as many epochs.
"""

from collections.abc import Iterator
from fractions import Fraction

from grpo_theory.arithmetic.domains import Domain, natural
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.points import grid
from grpo_theory.symbols import m, n, t
from grpo_theory.tables.two_grpo import SETTINGS

# n prompts, t epochs of 2-GRPO, m epochs of 16-GRPO.
two, sixteen = 2 * n * t, 16 * n * m


def counted(prompts: int, epochs: int, size: int) -> int:
    """Rollouts of a run, prompt by prompt and epoch by epoch."""
    return sum(size for _ in range(epochs) for _ in range(prompts))


def of_two(point: Point) -> int:
    """Rollouts of 2-GRPO."""
    return counted(point["n"], point["t"], 2)


def of_sixteen(point: Point) -> int:
    """Rollouts of 16-GRPO."""
    return counted(point["n"], point["m"], 16)


def reported() -> Iterator[Point]:
    """The reported prompts and epochs of both runs."""
    small, large = SETTINGS
    yield {"n": small.prompts, "t": small.epochs, "m": large.epochs}


def rollouts_per_prompt_agree(point: Point) -> bool:
    """The statement again, per prompt: epochs times group size."""
    return bool(point["t"] * 2 == point["m"] * 16)


def points(_: int) -> Iterator[Point]:
    """The reported runs, and smaller ones with other epochs."""
    yield from reported()
    yield from grid(n=(1, 3, 5), t=(1, 2, 8), m=(1, 4))


ALL = Domain((natural(n, 1), natural(t, 1), natural(m, 1)))

repair = Claim(
    name="same-total-rollouts-repaired",
    source="two-grpo",
    label="Sec. 4.3",
    says="over n prompts, t epochs of 2-GRPO explore t/(8m) times the rollouts of m epochs of 16-GRPO: exactly 1/8 in "
    "the reported runs, where t = m = 10, and the same number only when t = 8m",
    statements=(
        Statement(
            Side(two, of_two),
            Relation.EQUAL,
            Side(t * sixteen / (8 * m), lambda point: Fraction(of_sixteen(point) * point["t"], 8 * point["m"])),
            ALL,
            (Derivation((Step(t * sixteen / (8 * m), "2 is one eighth of 16"),)), Enumeration(points)),
        ),
    ),
)

claim = Claim(
    name="same-total-rollouts",
    source="two-grpo",
    label="Sec. 4.3",
    says="2-GRPO and 16-GRPO explore the same number of rollouts over all training epochs of the reported runs",
    statements=(
        Statement(
            Side(two, of_two),
            Relation.EQUAL,
            Side(sixteen, of_sixteen),
            Domain(words="the reported runs: 7,500 prompts, 10 epochs each"),
            (Counterexample(reported, rollouts_per_prompt_agree),),
        ),
    ),
    repair=repair,
)
