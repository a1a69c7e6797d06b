"""Advantage rules: what one finite group of rollouts makes of its rewards.

A rule carries two independent implementations, a closed formula in the counts (G, k) and the literal definition on a
reward vector, so that every expectation can be computed by two roads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from flint import fmpq

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.errors import LARGEST_GROUP, exact_rational, instance, outside, probability
from grpo_theory.groups.closed_forms import ClosedForm, Value, sympy_of
from grpo_theory.groups.evaluation import quotient, square_root

Pair = tuple[Value, Value]
Rewards = tuple[Surd, ...]
ScaleByVariance = Callable[[int, fmpq], tuple[fmpq, fmpq, fmpq]]
DEGENERATE = ("zero", "raw", "formula")
"""What a silent group without a defined advantage gets: zeros, the raw rewards (mean 0, deviation 1), or an error."""


@dataclass(frozen=True)
class AdvantageRule:
    """A rule (r_1, …, r_G) ↦ (A_1, …, A_G) that treats the rollouts of a group alike.

    Domain: `by_counts(G, k)` is the closed formula for binary rewards and may give any number for the class that the
    group does not contain; `by_rewards` is the definition on a vector. Either raises ZeroDivisionError where the
    definition divides by zero; a silent group then gets zeros unless `degenerate` is "formula". `mixed_only` says that
    silent groups are redrawn, so that every expectation is conditioned on a mixed group. `population` is ε of a rule
    (r − p)/√(p(1−p) + ε) that knows p and does not look at the group: its advantages need `at(p)` first. A rule that
    centres and rescales any rewards, A = (r − m)·(a + b√c), gives (a, b, c) = `by_variance(G, v)` for a variance v > 0
    (a flint rational, divided by G). Equality of rules is identity of their implementations.

    >>> from grpo_theory.groups import rule
    >>> [str(advantage) for advantage in rule("grpo").advantages(G=4, k=1)]
    ['sqrt(3)', '-1/3*sqrt(3)']
    """

    name: str
    formula: str
    by_counts: Callable[[int, int], Pair] = field(repr=False)
    by_rewards: Callable[[Rewards], tuple[Value, ...]] = field(repr=False)
    parameters: tuple[tuple[str, str], ...] = ()
    degenerate: str = "zero"
    mixed_only: bool = False
    smallest_group: int = 2
    population: Fraction | None = None
    by_variance: ScaleByVariance | None = field(default=None, repr=False)

    def at(self, p: Fraction | int | str) -> AdvantageRule:
        """The rule with p known: itself for a count rule, constants (A⁺, A⁻) for a population rule."""
        return self if self.population is None else _at_probability(self, self.population, p)

    def advantages(self, G: int, k: int) -> tuple[Surd | None, Surd | None]:
        """(A⁺, A⁻) in a group of G with k successes, as surds; None where the group has no such rollout.

        Errors: ValueError for G or k outside their domain, and for a rule with exp or log, whose `values` are no surds.
        """
        success, failure = self.values(G, k)
        return _surd_or_none(self.name, success), _surd_or_none(self.name, failure)

    def values(self, G: int, k: int) -> tuple[Value | None, Value | None]:
        """As `advantages`, with ClosedForm numbers where a rule leaves the field of surds."""
        size = self._size(G)
        if isinstance(k, bool) or not isinstance(k, int) or not 0 <= k <= size:
            raise outside("k", k, f"the integers 0, ..., {size}", "k counts the successes of the group")
        try:
            success, failure = self.by_counts(size, k)
        except ZeroDivisionError as problem:
            success = failure = self._undefined(0 < k < size, f"G = {size}, k = {k}", problem)
        return (_plain(success) if k > 0 else None), (_plain(failure) if k < size else None)

    def on_rewards(self, rewards: Sequence[Fraction | Surd | int | str]) -> tuple[Surd, ...]:
        """The advantages of a reward vector by the definition, as surds.

        Errors: ValueError for a rule with exp or log, a float reward, a vector of fewer than two rewards, and where a
        group that is not silent has no advantage.
        """
        return tuple(_surd(self.name, value) for value in self.values_on(rewards))

    def values_on(self, rewards: Sequence[Fraction | Surd | int | str]) -> tuple[Value, ...]:
        """As `on_rewards`, with ClosedForm numbers where a rule leaves the field of surds."""
        vector = exact_rewards(rewards)
        self._size(len(vector))
        try:
            return tuple(map(_plain, self.by_rewards(vector)))
        except ZeroDivisionError as problem:
            mixed = any(reward != vector[0] for reward in vector)
            shown = ", ".join(map(str, vector[:8])) + (", ..." if len(vector) > 8 else "")
            return (self._undefined(mixed, f"rewards ({shown})", problem),) * len(vector)

    def _size(self, G: int) -> int:
        if isinstance(G, bool) or not isinstance(G, int) or not self.smallest_group <= G <= LARGEST_GROUP:
            domain = f"the integers {self.smallest_group}, ..., {LARGEST_GROUP}"
            raise outside("G", G, domain, "a group compares at least two rollouts, and exact sums need a bound")
        return G

    def _undefined(self, mixed: bool, group: str, problem: ZeroDivisionError) -> Surd:
        if mixed or self.degenerate == "formula":
            raise ValueError(f"rule {self.name} has no value for {group}: {problem}") from None
        return Surd.of(0)


def checked_rule(rule: object) -> AdvantageRule:
    """The rule itself; its name alone is not enough, since a name says nothing of parameters.

    Errors: ValueError for anything but a rule, with how to make one.

    >>> checked_rule("grpo")
    Traceback (most recent call last):
    ...
    ValueError: rule = grpo is of type str, not AdvantageRule: rule("grpo") and parse_rule("r - mean") make one
    """
    return instance("rule", rule, AdvantageRule, 'rule("grpo") and parse_rule("r - mean") make one')


def exact_rewards(rewards: Sequence[Any]) -> Rewards:
    """The rewards as surds; floats are refused.

    >>> [str(reward) for reward in exact_rewards([0, "0.5", 1])]
    ['0', '1/2', '1']
    """
    return tuple(r if isinstance(r, Surd) else Surd.of(exact_rational("reward", r)) for r in rewards)


def _at_probability(rule: AdvantageRule, epsilon: Fraction, p: Fraction | int | str) -> AdvantageRule:
    """Both roads of (r − p)/√(p(1−p) + ε) at one p; ε = 0 needs 0 < p < 1."""
    chance = probability("p", p, open=epsilon == 0)

    def by_counts(G: int, k: int) -> Pair:
        root = Surd.sqrt(chance * (1 - chance) + epsilon)
        return Surd.of(1 - chance) / root, Surd.of(-chance) / root

    def by_rewards(rewards: Rewards) -> tuple[Value, ...]:
        mean, second_moment = chance, chance  # of a reward that is 0 or 1
        variance = second_moment - mean**2 + epsilon
        return each_reward(rewards, lambda reward: (reward - mean) / Surd.sqrt(variance))

    parameters = (*rule.parameters, ("p", str(chance)))
    return replace(rule, by_counts=by_counts, by_rewards=by_rewards, parameters=parameters, population=None)


def dynamic_sampling(base: AdvantageRule) -> AdvantageRule:
    """The rule A conditioned on a mixed group: silent groups are thrown away and drawn again.

    Domain: a count rule. Its advantages in mixed groups are those of the base; a silent group has none, shown as 0.

    >>> from grpo_theory.groups import rule
    >>> dynamic_sampling(rule("rloo")).name
    'dynamic_sampling(rloo)'
    """
    if not isinstance(base, AdvantageRule) or base.population is not None:
        raise ValueError(f"dynamic_sampling takes a count rule, not {getattr(base, 'name', base)}")

    def by_counts(G: int, k: int) -> Pair:
        if k in (0, G):
            return Surd.of(0), Surd.of(0)
        return base.by_counts(G, k)

    def by_rewards(rewards: Rewards) -> tuple[Value, ...]:
        if min(rewards) == max(rewards):
            return (Surd.of(0),) * len(rewards)
        return base.by_rewards(rewards)

    name, formula = f"dynamic_sampling({base.name})", f"{base.formula}, mixed groups only"
    own = replace(base, name=name, formula=formula, by_counts=by_counts, by_rewards=by_rewards)
    return replace(own, mixed_only=True, smallest_group=2, by_variance=None)


def each_reward(rewards: Rewards, advantage: Callable[[Surd], Value]) -> tuple[Value, ...]:
    """The advantage of every rollout where it depends on its own reward and on fixed statistics of the group.

    >>> [str(value) for value in each_reward(exact_rewards([1, 0, 1]), lambda reward: reward * 2)]
    ['2', '0', '2']
    """
    known: dict[Surd, Value] = {}
    for reward in rewards:
        if reward not in known:
            known[reward] = advantage(reward)
    return tuple(known[reward] for reward in rewards)


def mean_of(rewards: Rewards) -> Surd:
    """(1/G) Σ r_i.

    >>> str(mean_of(exact_rewards([1, 0, 1])))
    '2/3'
    """
    return _sum(rewards) / len(rewards)


def _sum(terms: Sequence[Any]) -> Surd:
    """Term by term, in plain rationals where all terms are rational."""
    if all(term.is_rational for term in terms):
        return Surd.of(sum((term.fraction() for term in terms), Fraction(0)))
    return sum(terms, Surd.of(0))


def deviation_of(rewards: Rewards, ddof: int) -> Value:
    """√(Σ (r_i − m)²/(G − ddof)), by summing squares; ZeroDivisionError where G ≤ ddof.

    >>> str(deviation_of(exact_rewards([1, 0, 1]), ddof=1))
    '1/3*sqrt(3)'
    """
    m = mean_of(rewards)
    squares = _sum(each_reward(rewards, lambda reward: (reward - m) ** 2))
    return square_root(quotient(squares, Surd.of(max(len(rewards) - ddof, 0))))


def _plain(value: Value) -> Value:
    """A ClosedForm that SymPy has already reduced to a rational is a surd."""
    if isinstance(value, ClosedForm) and value.expression.is_Rational:
        return Surd.of(sympy_of(value))
    return value


def _surd(name: str, value: Value) -> Surd:
    if isinstance(value, Surd):
        return value
    raise ValueError(f"rule {name} has values beyond sums of square roots: use its method values or values_on")


def _surd_or_none(name: str, value: Value | None) -> Surd | None:
    return None if value is None else _surd(name, value)
