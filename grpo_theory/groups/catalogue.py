"""Rules by name, and rules written by the user in the safe grammar."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.errors import nearest
from grpo_theory.groups import library, named
from grpo_theory.groups.closed_forms import Value
from grpo_theory.groups.evaluation import evaluate
from grpo_theory.groups.formulas import RULE_NAMES, Expression, names_in, render
from grpo_theory.groups.grammar import parse
from grpo_theory.groups.named import Exact, binary, chosen, mid_rank, non_negative, positive
from grpo_theory.groups.rules import (
    DEGENERATE,
    AdvantageRule,
    Pair,
    Rewards,
    deviation_of,
    dynamic_sampling,
    each_reward,
    mean_of,
)


def _dynamic_sampling(rule: AdvantageRule | str) -> AdvantageRule:
    return dynamic_sampling(find_rule(rule) if isinstance(rule, str) else rule)


NAMED: Mapping[str, Callable[..., AdvantageRule]] = {
    "mean_only": named.mean_only,
    "rloo": named.rloo,
    "grpo": named.grpo,
    "maxrl": named.maxrl,
    "percentile": named.percentile,
    "softmax": named.softmax,
    "softmax_uncentred": named.softmax_uncentred,
    "whitened_optimum": named.whitened_optimum,
    "dynamic_sampling": _dynamic_sampling,
    "mroueh": named.mroueh,
    "trl_grpo": library.trl_grpo,
    "trl_rloo": library.trl_rloo,
    "verl_grpo": library.verl_grpo,
    "verl_dr_grpo": library.verl_dr_grpo,
    "verl_rloo": library.verl_rloo,
    "verl_grpo_passk": library.verl_grpo_passk,
    "openrlhf_group_norm": library.openrlhf_group_norm,
    "openrlhf_dr_grpo": library.openrlhf_dr_grpo,
    "openrlhf_rloo": library.openrlhf_rloo,
}
"""Name -> the function that builds the rule from its parameters."""


def rule(name: str, **parameters: Any) -> AdvantageRule:
    """The advantage rule with this name, e.g. grpo is A = (r − m)/(sd + ε).

    Domain: a key of `NAMED`, with hyphens or underscores; the parameters of its builder as exact numbers. Errors:
    ValueError for an unknown name (with the nearest one) or an unknown, missing or impossible parameter.

    >>> rule("grpo", ddof=1).formula
    '(r - mean)/std1'
    """
    if not isinstance(name, str):
        raise ValueError(f"a rule is named by text, not by {type(name).__name__}")
    key = name.strip().replace("-", "_")
    if key not in NAMED:
        raise nearest(name, NAMED, "rule")
    build = NAMED[key]
    known = inspect.signature(build).parameters
    allowed = [parameter for parameter in known if parameter != "name"]
    for given in parameters:
        if given not in allowed:
            takes = ", ".join(allowed) or "no parameters"
            raise ValueError(f"rule {key} has no parameter {given}: it takes {takes}")
    missing = [p for p in allowed if known[p].default is inspect.Parameter.empty and p not in parameters]
    if missing:
        raise ValueError(f"rule {key} needs the parameter{'s' * (len(missing) > 1)} {', '.join(missing)}")
    try:
        return _built(key, tuple(sorted(parameters.items())))
    except TypeError:  # a parameter that cannot be hashed is refused by the builder's own check
        return build(**parameters)


@lru_cache(maxsize=256, typed=True)
def _built(key: str, parameters: tuple[tuple[str, Any], ...]) -> AdvantageRule:
    return NAMED[key](**dict(parameters))


def parse_rule(text: str, eps: Exact = 0, tau: Exact = 1, degenerate: str = "zero") -> AdvantageRule:
    """The rule A = formula in r mean std std1 max min rank G k eps tau, with + − * / ** sqrt exp log min max abs.

    Domain: std divides by G, std1 by G − 1; rank is the mid-rank in 1..G; k counts successes of binary rewards; eps ≥ 0
    and τ > 0 are exact. The formula is parsed, never run. A silent group where it divides by zero gets zeros, or its
    raw rewards with degenerate="raw", or an error with "formula"; where it has a value, a silent group keeps that.
    Errors: ValueError, one line, with the place in the text.

    >>> [str(value) for value in parse_rule("(r-mean)/(std+eps)", eps="1/2").advantages(G=2, k=1)]
    ['1/2', '-1/2']
    """
    tree = parse(text)
    smoothing, temperature = non_negative("eps", eps), positive("tau", tau)
    chosen("degenerate", degenerate, DEGENERATE)
    used, constants = names_in(tree), {"eps": Surd.of(smoothing), "tau": Surd.of(temperature)}

    def by_counts(G: int, k: int) -> Pair:
        features: dict[str, Value] = {**constants, **_count_features(used, G, k)}
        try:
            return _of_success(tree, features, G, k), _of_failure(tree, features, G, k)
        except ZeroDivisionError:
            if degenerate == "raw" and k in (0, G):
                return Surd.of(1), Surd.of(0)
            raise

    def by_rewards(rewards: Rewards) -> tuple[Value, ...]:
        features: dict[str, Value] = {**constants, **_vector_features(used, rewards)}
        try:
            return each_reward(rewards, lambda reward: evaluate(tree, _with_reward(used, features, rewards, reward)))
        except ZeroDivisionError:
            if degenerate == "raw" and min(rewards) == max(rewards):
                return rewards
            raise

    shown = render(tree)
    parameters = tuple((key, str(value)) for key, value in constants.items() if key in used)
    return AdvantageRule(shown, shown, by_counts, by_rewards, parameters, degenerate)


def _count_features(used: frozenset[str], G: int, k: int) -> dict[str, Value]:
    """The statistics of a group of G binary rewards with k successes, from the counts."""
    features: dict[str, Value] = {"G": Surd.of(G), "k": Surd.of(k), "mean": Surd.of(Fraction(k, G))}
    features["max"], features["min"] = Surd.of(int(k > 0)), Surd.of(int(k == G))
    if "std" in used:
        features["std"] = Surd.sqrt(Fraction(k * (G - k), G * G))
    if "std1" in used:
        features["std1"] = Surd.sqrt(Fraction(k * (G - k), G * (G - 1)))
    return features


def _of_success(tree: Expression, features: Mapping[str, Value], G: int, k: int) -> Value:
    if k == 0:
        return Surd.of(0)
    return evaluate(tree, {**features, "r": Surd.of(1), "rank": Surd.of(Fraction(2 * G - k + 1, 2))})


def _of_failure(tree: Expression, features: Mapping[str, Value], G: int, k: int) -> Value:
    if k == G:
        return Surd.of(0)
    return evaluate(tree, {**features, "r": Surd.of(0), "rank": Surd.of(Fraction(G - k + 1, 2))})


def _vector_features(used: frozenset[str], rewards: Rewards) -> dict[str, Value]:
    """The same statistics by their definitions on the vector."""
    features: dict[str, Value] = {"G": Surd.of(len(rewards)), "mean": mean_of(rewards)}
    features["max"], features["min"] = max(rewards), min(rewards)
    if "k" in used:
        binary("with k", rewards)
        features["k"] = sum(rewards, Surd.of(0))
    if "std" in used:
        features["std"] = deviation_of(rewards, ddof=0)
    if "std1" in used:
        features["std1"] = deviation_of(rewards, ddof=1)
    return features


def _with_reward(
    used: frozenset[str], features: Mapping[str, Value], rewards: Rewards, reward: Surd
) -> Mapping[str, Value]:
    if "rank" in used:
        return {**features, "r": reward, "rank": mid_rank(rewards, reward)}
    return {**features, "r": reward}


_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_CONDITIONED = re.compile(r"dynamic[-_]sampling\((.*)\)", re.DOTALL)


def find_rule(
    text: str, epsilon: Exact | None = None, ddof: int | None = None, tau: Exact | None = None
) -> AdvantageRule:
    """The rule that a text means: a named one, dynamic_sampling(rule), or a formula of the grammar.

    Domain: parameters that are None keep the rule's own default. Errors: ValueError as in `rule` and `parse_rule`.

    >>> find_rule("grpo", epsilon="1e-6").formula, find_rule("r - mean").name
    ('(r - mean)/(std + epsilon)', 'r - mean')
    """
    stripped = text.strip()
    inner = _CONDITIONED.fullmatch(stripped)
    if inner:
        return dynamic_sampling(find_rule(inner[1], epsilon, ddof, tau))
    given = {key: value for key, value in (("epsilon", epsilon), ("ddof", ddof), ("tau", tau)) if value is not None}
    if _IDENTIFIER.fullmatch(stripped) and (stripped.replace("-", "_") in NAMED or not _is_formula(stripped)):
        return rule(stripped, **given)
    if ddof is not None:
        raise ValueError("ddof is no parameter of a formula: write std (ddof 0) or std1 (ddof 1)")
    return parse_rule(text, eps=0 if epsilon is None else epsilon, tau=1 if tau is None else tau)


def _is_formula(text: str) -> bool:
    """Whether an identifier-like text such as r or r-mean uses only names of the grammar."""
    return all(part in RULE_NAMES for part in text.split("-"))
