"""Which losses are members of the general contrastive form, decided group by group over small exact policies."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from grpo_theory.errors import group_size, instance
from grpo_theory.losses.group_loss import Coefficients, GroupLoss, Road, token_coefficients
from grpo_theory.losses.reals import Real, equal, is_exact, multiply, sign, total
from grpo_theory.losses.sample import Sample
from grpo_theory.losses.surrogates import NoGradient
from grpo_theory.policies.autoregressive import AutoregressivePolicy
from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.policies.small import small_pairs

Answer: TypeAlias = Literal["yes", "no", "undecided", "vacuous"]
"""Undecided: no group contradicts the statement, and Arb balls cannot prove it. Vacuous: it speaks of no group here."""

Verdict: TypeAlias = tuple[Answer, str]
Weighted: TypeAlias = tuple[Sample, Coefficients]
PolicyPair: TypeAlias = tuple[FinitePolicy, FinitePolicy]
LARGEST = 6


@dataclass(frozen=True)
class Property:
    """Whether a statement about the coefficients of a loss holds on all groups that were looked at.

    Domain: `witness` is the first group that contradicts it, groups in order of size, then policies; `detail` says how.

    >>> Property("yes").holds, Property("undecided").holds
    (True, None)
    """

    answer: Answer
    witness: Sample | None = None
    detail: str = ""

    @property
    def holds(self) -> bool | None:
        """True, False, or None where nothing is decided or nothing is said."""
        return {"yes": True, "no": False}.get(self.answer)


@dataclass(frozen=True)
class ContrastiveForm:
    """How a loss stands to −∇L = Σ_{r_i=1} a_i·∇log π(o_i) − Σ_{r_j=0} b_j·∇log π(o_j) with a, b >= 0.

    The coefficient of a rollout is the slope of L in its own log π(o_i), the rollouts of a group moving independently.
    Domain: `signs` is a, b >= 0 token by token, `per_rollout` one coefficient for all tokens of a rollout, `balanced`
    Σa = Σb, `count_rule` coefficients that depend on (r, k, G) only, `silent_zero` no coefficients in silent groups,
    `defined` a value on every group that is not drawn again. `groups` counts the groups that were weighed, `skipped`
    those without a gradient; `exact` says that no ball was compared.

    >>> from grpo_theory.losses.catalogue import loss
    >>> contrastive_form(loss("reinforce"), largest=2).balanced.detail
    'a sums to 1, b to 0'
    """

    loss: GroupLoss
    off_policy: bool
    largest: int
    groups: int
    skipped: int
    exact: bool
    signs: Property
    per_rollout: Property
    balanced: Property
    count_rule: Property
    silent_zero: Property
    defined: Property

    @property
    def member(self) -> bool | None:
        """Whether the loss has the general contrastive form on every group that was weighed."""
        answers = (self.signs.holds, self.per_rollout.holds)
        return False if False in answers else None if None in answers else True

    @property
    def scope(self) -> str:
        """What was enumerated, in words."""
        drawn = "off-policy" if self.off_policy else "on-policy"
        kinks = f", {self.skipped} groups at a kink left out" if self.skipped else ""
        return f"{self.groups} {drawn} groups, 2 <= G <= {self.largest}{kinks}" + ("" if self.exact else ", as balls")


def contrastive_form(
    loss: GroupLoss,
    *,
    largest: int = 3,
    off_policy: bool = False,
    pairs: Iterable[PolicyPair] | None = None,
    road: Road = "closed",
) -> ContrastiveForm:
    """Decides on every group of 2 to `largest` rollouts whether a loss has the general contrastive form.

    Domain: pairs (π_θ, π_other) of policies with binary rewards, `example_pairs()` unless given; groups up to a
    permutation, for the coefficients are permuted with the rollouts. Off-policy they are drawn from π_other, which is
    also the reference policy of either setting. `road` says where the coefficients come from. Errors: ValueError for
    `largest` outside 2, …, 6 and for another road.

    >>> from grpo_theory.losses.catalogue import loss
    >>> found = contrastive_form(loss("ec_rlvr", tau="1/2", all_wrong="zero"))
    >>> found.member, found.balanced.holds, found.count_rule.holds
    (True, True, False)
    """
    instance("loss", loss, GroupLoss, 'loss("rloo") makes one')
    size = group_size(largest, limit=LARGEST)
    chosen = tuple(example_pairs() if pairs is None else pairs)
    samples = tuple(_samples(chosen, size, off_policy))
    occurring = [sample for sample in samples if not loss.redrawn(sample)]
    weighted = tuple(_weighed(loss, [s for s in occurring if not loss.undefined(s)], road))
    return ContrastiveForm(
        loss=loss,
        off_policy=off_policy,
        largest=size,
        groups=len(weighted),
        skipped=sum(not loss.undefined(s) for s in occurring) - len(weighted),
        exact=all(is_exact(entry) for _, rows in weighted for row in rows for entry in row),
        signs=_over(weighted, _signs),
        per_rollout=_over(weighted, _per_rollout),
        balanced=_over(weighted, _balanced),
        count_rule=_count_rule(weighted),
        silent_zero=_over(weighted, _silent_zero),
        defined=_defined(loss, occurring),
    )


def example_pairs() -> tuple[PolicyPair, ...]:
    """Pairs of different policies: all of at most 3 outcomes with denominators up to 3, and three over sequences.

    >>> [len(theta.rewards) for theta, _ in example_pairs()][-3:]
    [3, 3, 4]
    """
    short = tuple((theta, old) for theta, old in small_pairs(3, 3) if theta != old)
    trees: list[tuple[tuple[dict[tuple[int, ...], str], ...], str, int | None]] = [
        (({(): "1/3 2/3", (1,): "1/4 3/4"}, {(): "1/2 1/2", (1,): "1/2 1/2"}), "1 0 1", 0),
        (({(): "1/3 2/3", (1,): "1/4 3/4"}, {(): "1/2 1/2", (1,): "1/2 1/2"}), "0 1 0", 0),
        (
            ({(): "1/3 2/3", (0,): "2/5 3/5", (1,): "1/7 6/7"}, {(): "1/2 1/2", (0,): "1/4 3/4", (1,): "1/2 1/2"}),
            "1 1 0 0",
            None,
        ),
    ]
    long = [
        tuple(AutoregressivePolicy.of(table, rewards, length=2, stop=stop) for table in tables)
        for tables, rewards, stop in trees
    ]
    return (*short, *((theta, old) for theta, old in long))


def _samples(pairs: tuple[PolicyPair, ...], largest: int, off_policy: bool) -> Iterator[Sample]:
    for G in range(2, largest + 1):
        for theta, other in pairs:
            for group in itertools.combinations_with_replacement(range(len(theta.rewards)), G):
                yield Sample(theta, group, other if off_policy else None, other)


def _weighed(loss: GroupLoss, samples: Iterable[Sample], road: Road) -> Iterator[Weighted]:
    for sample in samples:
        try:
            yield sample, token_coefficients(loss, sample, road=road)
        except NoGradient:
            continue


def _over(weighted: tuple[Weighted, ...], judge: Callable[[Sample, Coefficients], Verdict]) -> Property:
    """The first contradiction, else undecided where one group is, else yes where one group says so."""
    answers: set[Answer] = set()
    for sample, rows in weighted:
        answer, detail = judge(sample, rows)
        if answer == "no":
            return Property("no", sample, detail)
        answers.add(answer)
    return Property("undecided" if "undecided" in answers else "yes" if "yes" in answers else "vacuous")


def _signs(sample: Sample, rows: Coefficients) -> Verdict:
    undecided = False
    for r, row in zip(sample.rewards, rows, strict=True):
        for entry in row:
            found = sign(entry)
            undecided |= found is None
            if found == (-1 if r else 1):
                what = "a success is pushed down" if r else "a failure is pushed up"
                return "no", f"{what}: its coefficient is {brief(entry)}"
    return "undecided" if undecided else "yes", ""


def _per_rollout(sample: Sample, rows: Coefficients) -> Verdict:
    found = [equal(row[0], entry) for row in rows for entry in row[1:]]
    if False in found:
        row = next(row for row in rows if any(equal(row[0], entry) is False for entry in row))
        return "no", f"the tokens of one rollout have the coefficients {', '.join(map(brief, row))}"
    return "undecided" if None in found else "yes", ""


def _balanced(sample: Sample, rows: Coefficients) -> Verdict:
    if _per_rollout(sample, rows)[0] == "no":
        return "vacuous", ""
    parts = [total([row[0] for r, row in zip(sample.rewards, rows, strict=True) if r == kind]) for kind in (1, 0)]
    b = multiply(Fraction(-1), parts[1])
    found = equal(parts[0], b)
    if found is False:
        return "no", f"a sums to {brief(parts[0])}, b to {brief(b)}"
    return "undecided" if found is None else "yes", ""


def _silent_zero(sample: Sample, rows: Coefficients) -> Verdict:
    if not sample.silent:
        return "vacuous", ""
    found = [sign(entry) for row in rows for entry in row]
    if 1 in found or -1 in found:
        return "no", f"the coefficients of a silent group are {', '.join(brief(row[0]) for row in rows)}"
    return "undecided" if None in found else "yes", ""


def _count_rule(weighted: tuple[Weighted, ...]) -> Property:
    """Coefficients compared with those of the first group of the same (r, k, G)."""
    known: dict[tuple[Fraction, int, int], Real] = {}
    undecided = False
    for sample, rows in weighted:
        counts = len(sample.successes), len(sample.group)
        for r, row in zip(sample.rewards, rows, strict=True):
            for entry in row:
                first = known.setdefault((r, *counts), entry)
                same = equal(first, entry)
                if same is False:
                    detail = (
                        f"r = {r}, k = {counts[0]}, G = {counts[1]} has the coefficients {brief(first)}, {brief(entry)}"
                    )
                    return Property("no", sample, detail)
                undecided |= same is None
    return Property("vacuous" if not weighted else "undecided" if undecided else "yes")


def _defined(loss: GroupLoss, occurring: list[Sample]) -> Property:
    for sample in occurring:
        reason = loss.undefined(sample)
        if reason:
            return Property("no", sample, reason)
    return Property("yes" if occurring else "vacuous")


def brief(number: Real) -> str:
    """An exact number as it is, a ball by its first digits.

    >>> brief(Fraction(1, 3))
    '1/3'
    """
    return str(number) if is_exact(number) else str(number.str(8, radius=False))
