"""Which named rule a rule is a constant multiple of, decided group by group."""

from __future__ import annotations

from dataclasses import dataclass

from grpo_theory.errors import group_size
from grpo_theory.groups import named
from grpo_theory.groups.closed_forms import Value
from grpo_theory.groups.contrast import Table, advantage_table
from grpo_theory.groups.evaluation import quotient
from grpo_theory.groups.rules import AdvantageRule, checked_rule


@dataclass(frozen=True)
class Multiple:
    """`factor` · `rule` at one group size."""

    rule: str
    factor: Value

    def __str__(self) -> str:
        text = str(self.factor)
        return f"({text})*{self.rule}" if " " in text else f"{text}*{self.rule}"


_CANDIDATES = (named.rloo(), named.grpo(), named.maxrl(), named.percentile(), named.mean_only())


def multiple_of(rule: AdvantageRule, G: int) -> Multiple | None:
    """The first of rloo, grpo, maxrl, percentile, mean_only of which the rule is a constant multiple at this G.

    Domain: a count rule, G ≥ 2; every k = 0, …, G and both rewards are compared exactly, and the rule itself is left
    out. None for a rule that is no multiple, for zero, and for the population rule. Errors: ValueError for G.

    >>> from grpo_theory.groups import rule
    >>> str(multiple_of(rule("grpo"), G=3)), multiple_of(rule("grpo"), G=4)
    ('sqrt(2)*rloo', None)
    """
    size = group_size(G)
    if checked_rule(rule).population is not None:
        return None
    table = advantage_table(rule, size)
    for candidate in _CANDIDATES:
        if (candidate.name, candidate.parameters) == (rule.name, rule.parameters):
            continue
        factor = _factor(table, advantage_table(candidate, size))
        if factor is not None:
            return Multiple(candidate.name, factor)
    return None


def _factor(table: Table, other: Table) -> Value | None:
    pairs = [
        (a, b)
        for mine, its in zip(table, other, strict=True)
        for a, b in zip(mine, its, strict=True)
        if a is not None and b is not None
    ]
    factor: Value | None = None
    for a, b in pairs:
        if b.sign() != 0:
            factor = quotient(a, b)
            break
    if factor is None or factor.sign() == 0:
        return None
    return factor if all(a == b * factor for a, b in pairs) else None
