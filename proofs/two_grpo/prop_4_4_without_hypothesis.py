"""1 − Π_{i<m} (1−p_i)² ≥ 1 − (1−p_0)^{2m} for all p_i in [0, 1], the hypothesis p_i ≥ p_0 left out.

It fails as soon as a later policy is worse: p_0 = 1/2, p_1 = 0. Exactly, the difference of both sides is (1−p_0)² times
(1−p_0)^{2(m−1)} − Π_{1≤i<m} (1−p_i)²; so the inequality holds if and only if the later policies fail no more often
on the whole than the first would, or p_0 = 1.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.symbols import i, m, p_0

chance = sp.Function("chance")
later = sp.Product((1 - chance(i)) ** 2, (i, 1, m - 1))
# The first policy is π_0 itself: its two rollouts fail with (1−p_0)².
in_trials = 1 - (1 - p_0) ** 2 * later
at_once = 1 - (1 - p_0) ** (2 * m)
advantage = (1 - p_0) ** 2 * ((1 - p_0) ** (2 * (m - 1)) - later)


def some_success(chances: tuple[Fraction, ...]) -> Fraction:
    """The probability of the sequences that hold a success, two rollouts of each policy in turn."""
    total = Fraction(0)
    for rewards in product((0, 1), repeat=2 * len(chances)):
        mass = Fraction(1)
        for at, reward in enumerate(rewards):
            mass *= chances[at // 2] if reward else 1 - chances[at // 2]
        total += mass if any(rewards) else 0
    return total


def changing(point: Point) -> Fraction:
    """m trials of 2 rollouts, policy after policy."""
    return some_success(point["p_i"])


def frozen(point: Point) -> Fraction:
    """2m rollouts of the first policy."""
    return some_success((point["p_0"],) * point["m"])


def _entry(chances: tuple[Fraction, ...], at: int) -> Fraction:
    return chances[at]


def points() -> Iterator[Point]:
    """All tuples of probabilities with small denominators, by length, then largest denominator."""
    for trials in (1, 2, 3):
        for largest in (1, 2, 3):
            levels = sorted({Fraction(a, b) for b in range(1, largest + 1) for a in range(b + 1)})
            for chances in product(levels, repeat=trials):
                if largest == 1 or max(c.denominator for c in chances) == largest:
                    yield {"m": trials, "p_0": chances[0], "p_i": chances, "chance": partial(_entry, chances)}


def fails_no_more_often(point: Point) -> bool:
    """The inequality again, without products of trials: failures one after another, against those of the first."""
    missed, missed_at_first = Fraction(1), Fraction(1)
    for at in range(2 * point["m"]):
        missed -= missed * point["p_i"][at // 2]
        missed_at_first -= missed_at_first * point["p_0"]
    return missed <= missed_at_first


CHANCES = (real(p_0, 0, 1, closed="both"), real(chance(i), 0, 1, closed="both"))
WORDS = "p_i in [0, 1] for all i"

repair = Claim(
    name="prop-4-4-without-hypothesis-repaired",
    source="two-grpo",
    label="Eq. 19",
    says="P_{m×2} − P_{2m} = (1−p_0)²·[(1−p_0)^{2(m−1)} − Π_{1≤i<m} (1−p_i)²] for all p_i in [0, 1]: the inequality "
    "holds if and only if Π_{1≤i<m} (1−p_i) ≤ (1−p_0)^{m−1} or p_0 = 1 (m ≥ 2; for m = 1 both are the same)",
    statements=(
        Statement(
            Side(in_trials - at_once, lambda point: changing(point) - frozen(point)),
            Relation.EQUAL,
            Side(advantage),
            Domain((natural(m, 2), *CHANCES), WORDS),
            (
                Derivation((Step(advantage, "the two failures of the first trial are common to both"),)),
                Enumeration(lambda _: points()),
            ),
        ),
    ),
)

claim = Claim(
    name="prop-4-4-without-hypothesis",
    source="two-grpo",
    label="Eq. 19",
    says="1 − Π_{i<m} (1−p_i)² ≥ 1 − (1−p_0)^{2m} for all p_i in [0, 1]",
    statements=(
        Statement(
            Side(in_trials, changing),
            Relation.AT_LEAST,
            Side(at_once, frozen),
            Domain((natural(m, 1), *CHANCES), WORDS),
            (Counterexample(points, fails_no_more_often),),
        ),
    ),
    repair=repair,
)
