"""The closed road: group contrast, expected advantages, effective weight and objective from the counts (G, k).

With k ~ Binomial(G, p) every expectation is a Bernstein polynomial in p whose coefficients are the rule's advantages;
the effective weight is the Davis-Recht form of it.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp

from grpo_theory import symbols
from grpo_theory.arithmetic.surds import LazySurd, Surd, SurdPolynomial
from grpo_theory.errors import group_size, outside, probability
from grpo_theory.groups.closed_forms import ClosedForm, Value, magnitude
from grpo_theory.groups.evaluation import quotient
from grpo_theory.groups.functions import ClosedFunction, FunctionOfP, Ratio, bernstein_expression
from grpo_theory.groups.population import (
    population_advantage,
    population_contrast,
    population_objective,
    population_weight,
)
from grpo_theory.groups.rules import AdvantageRule, checked_rule
from grpo_theory.groups.standardised import scaled_shares

Table = tuple[tuple[Value | None, Value | None], ...]


@lru_cache(maxsize=256)
def advantage_table(rule: AdvantageRule, G: int) -> Table:
    """((A⁺(0), A⁻(0)), …, (A⁺(G), A⁻(G))), None where a group has no such rollout.

    >>> from grpo_theory.groups import rule
    >>> [str(success) for success, _ in advantage_table(rule("rloo"), 2)]
    ['None', '1', '0']
    """
    return tuple(rule.values(G, k) for k in range(G + 1))


def is_centred(rule: AdvantageRule, G: int) -> bool:
    """Whether k·A⁺(k) + (G−k)·A⁻(k) = 0 for every k.

    >>> from grpo_theory.groups import rule
    >>> is_centred(rule("maxrl"), 5), is_centred(rule("softmax_uncentred"), 5)
    (True, False)
    """
    if checked_rule(rule).population is not None:
        return False
    return _is_centred(rule, group_size(G))


@lru_cache(maxsize=256)
def _is_centred(rule: AdvantageRule, G: int) -> bool:
    zero = Surd.of(0)
    rows = enumerate(advantage_table(rule, G))
    return all((zero if a is None else a * k) + (zero if b is None else b * (G - k)) == zero for k, (a, b) in rows)


def expected_advantage(rule: AdvantageRule, G: int, p: Any, given: int) -> LazySurd | ClosedForm:
    """E[A | r = given]: a sum over the successes of the other G − 1 rollouts, k ~ Binomial(G−1, p).

    Domain: rational p in [0, 1] (the poles of dynamic sampling and of the population rule left out); given 1 or 0.
    Result: an exact number with .sympy(), float(), .arb(bits), .canonical(); it is summed when it is asked for. Errors:
    ValueError for a float p and outside the domain.

    >>> from grpo_theory.groups import rule
    >>> str(expected_advantage(rule("grpo"), G=4, p="3/10", given=1).canonical())
    '441/1000 + 203/500*sqrt(3)'
    """
    chance = probability("p", p)
    function = expected_advantage_function(rule, G, given)
    if isinstance(function, SurdPolynomial):
        return LazySurd(function, chance)
    value: Value = function(chance)
    if isinstance(value, ClosedForm):
        return value
    return LazySurd(SurdPolynomial.from_bernstein(0, [value]), chance)  # a constant, already summed


def expected_advantage_function(rule: AdvantageRule, G: int, given: int) -> FunctionOfP:
    """p ↦ E[A | r = given], a polynomial of degree at most G − 1 for a count rule.

    Errors: ValueError outside the domain of G and `given`.

    >>> from grpo_theory.groups import rule
    >>> str(expected_advantage_function(rule("rloo"), 4, 1)("1/3"))
    '2/3'
    """
    if given not in (0, 1) or isinstance(given, float):
        raise outside("given", given, "{0, 1}", "the advantage is conditioned on one binary reward")
    return _expected_advantage(checked_rule(rule), group_size(G), int(given))


@lru_cache(maxsize=256)
def _expected_advantage(rule: AdvantageRule, G: int, given: int) -> FunctionOfP:
    if rule.population is not None:
        return population_advantage(rule.population, given)
    table = advantage_table(rule, G)
    coefficients = tuple(_known(table[s + 1][0] if given else table[s][1]) for s in range(G))
    if not rule.mixed_only:
        return _bernstein(coefficients)
    # A mixed group has another reward among the G - 1 others; numerator and probability share the factor 1-p (or p),
    # which is taken out of both so that the quotient has no removable pole.
    others = range(G - 1) if given else range(1, G)
    factors = [Fraction(G - 1, G - 1 - s if given else s) for s in others]
    above = tuple(coefficients[s] * factor for s, factor in zip(others, factors, strict=True))
    return _ratio(above, [Surd.of(factor) for factor in factors])


def contrast(rule: AdvantageRule, G: int) -> FunctionOfP:
    """c_G(p) = E[k·A⁺(k, G)]/G, k ~ Binomial(G, p), for a centred rule; in general p(1−p)·w_G(p).

    Domain: 2 ≤ G ≤ 4096. Result: a function of p with .sympy(), exact at Fraction, vectorised on float arrays, with
    decided equality. Dynamic sampling gives a quotient, the population rule a closed form. Errors: ValueError for G.

    >>> from grpo_theory.groups import rule
    >>> str(contrast(rule("grpo"), G=2)("1/3"))
    '2/9'
    """
    return _contrast(checked_rule(rule), group_size(G))


@lru_cache(maxsize=256)
def _contrast(rule: AdvantageRule, G: int) -> FunctionOfP:
    if rule.population is not None:
        return population_contrast(rule.population)
    if rule.by_variance is not None and not rule.mixed_only and _silent_groups_get_zero(rule, G):
        return SurdPolynomial.from_bernstein(G, scaled_shares(rule.by_variance, G))
    if not rule.mixed_only and is_centred(rule, G):
        table = advantage_table(rule, G)
        return _bernstein(tuple(_share(_known(table[k][0]), k, G) for k in range(G + 1)))
    weight = effective_weight(rule, G)
    if isinstance(weight, Ratio):
        return Ratio(weight.numerator, _mixed_over_variance(G))
    if isinstance(weight, SurdPolynomial):
        return weight * _variance()
    if rule.mixed_only:
        return ClosedFunction(_weight_expression(rule, G) / _mixed_over_variance(G).sympy())
    return ClosedFunction(symbols.p * (1 - symbols.p) * weight.sympy())


def _silent_groups_get_zero(rule: AdvantageRule, G: int) -> bool:
    """Whether a rule that centres and rescales mixed groups does not make something of the others, as raw rewards."""
    return not (rule.values(G, 0)[1] or rule.values(G, G)[0])


def effective_weight(rule: AdvantageRule, G: int) -> FunctionOfP:
    """w_G(p) = Σ_s C(G−1,s) p^s (1−p)^(G−1−s) (A⁺(s+1) − A⁻(s)): the expected update is w_G(p)·∇p (Davis-Recht).

    Domain: 2 ≤ G ≤ 4096. Dynamic sampling divides by the probability of a mixed group. Errors: ValueError for G.

    >>> from grpo_theory.groups import rule
    >>> str(effective_weight(rule("grpo"), G=3)("1/7"))
    'sqrt(2)'
    """
    return _effective_weight(checked_rule(rule), group_size(G))


@lru_cache(maxsize=256)
def _effective_weight(rule: AdvantageRule, G: int) -> FunctionOfP:
    if rule.population is not None:
        return population_weight(rule.population)
    weight = _bernstein(_weight_coefficients(rule, G))
    if not rule.mixed_only:
        return weight
    mixed = _mixed_over_variance(G) * _variance()
    return (
        Ratio(weight, mixed) if isinstance(weight, SurdPolynomial) else ClosedFunction(weight.sympy() / mixed.sympy())
    )


def effective_objective(rule: AdvantageRule, G: int) -> FunctionOfP:
    """F_G with F_G′ = w_G and F_G(0) = 0; under dynamic sampling, where F_G has poles at 0 and 1, F_G(1/2) = 0.

    Domain: 2 ≤ G ≤ 4096. Errors: ValueError for G.

    >>> from grpo_theory.groups import rule
    >>> effective_objective(rule("dynamic_sampling", rule="grpo"), G=2).sympy()
    log(p)/2 - log(1 - p)/2
    >>> str(effective_objective(rule("rloo"), G=5)("2/3"))
    '2/3'
    """
    return _effective_objective(checked_rule(rule), group_size(G))


@lru_cache(maxsize=256)
def _effective_objective(rule: AdvantageRule, G: int) -> FunctionOfP:
    if rule.population is not None:
        return population_objective(rule.population)
    if rule.mixed_only:
        return _conditioned_objective(rule, G)
    weight = effective_weight(rule, G)
    if isinstance(weight, SurdPolynomial):
        return weight.antiderivative()
    # ∫ of a Bernstein polynomial: the running sums of its coefficients, one degree higher, divided by the degree
    running: list[Value] = [Surd.of(0)]
    for coefficient in _weight_coefficients(rule, G):
        running.append(running[-1] + coefficient * Fraction(1, G))
    return ClosedFunction(bernstein_expression(tuple(running)))


def _conditioned_objective(rule: AdvantageRule, G: int) -> FunctionOfP:
    p, share = symbols.p, contrast(rule, G)
    value = share("1/2")
    if isinstance(share, Ratio) and share.numerator == share.denominator * value:
        return ClosedFunction(value.sympy() * (sp.log(p) - sp.log(1 - p)))
    dummy = sp.Symbol("t", positive=True)
    return ClosedFunction(sp.Integral(effective_weight(rule, G).sympy().subs(p, dummy), (dummy, sp.S.Half, p)))


def silent_rate(rule: AdvantageRule | None, G: int) -> SurdPolynomial:
    """p^G + (1−p)^G, the probability that all rewards of a group agree; 0 under dynamic sampling.

    Errors: ValueError for G.

    >>> str(silent_rate(None, 2)("1/3"))
    '5/9'
    """
    size = group_size(G)
    if rule is not None and checked_rule(rule).mixed_only:
        return SurdPolynomial.from_bernstein(0, [Surd.of(0)])
    inner = [Surd.of(0)] * (size - 1)
    return SurdPolynomial.from_bernstein(size, [Surd.of(1), *inner, Surd.of(1)])


def effective_sample_size(rule: AdvantageRule, G: int) -> tuple[Value | None, ...]:
    """1/Σw² with w = |A|/Σ|A| for k = 0, …, G; None where all advantages vanish. Centred rules give 4k(G−k)/G.

    Errors: ValueError for G and for the population rule, whose advantages need p.

    >>> from grpo_theory.groups import rule
    >>> [str(size) for size in effective_sample_size(rule("grpo"), 4)]
    ['None', '3', '4', '3', 'None']
    """
    size = group_size(G)
    rows = enumerate(advantage_table(checked_rule(rule), size))
    return tuple(_sample_size(k, size - k, magnitude(_known(a)), magnitude(_known(b))) for k, (a, b) in rows)


def _sample_size(wins: int, losses: int, a: Value, b: Value) -> Value | None:
    total, squares = a * wins + b * losses, a * a * wins + b * b * losses
    return None if total.sign() == 0 else quotient(total * total, squares)


def _known(value: Value | None) -> Value:
    return Surd.of(0) if value is None else value


def _share(value: Value, k: int, G: int) -> Value:
    """value·k/G, on the integers of a surd: a thousand of these are made for one contrast."""
    if not isinstance(value, Surd) or len(value.numerators) != 1:
        return value * Fraction(k, G)
    ((d, n),) = value.numerators
    above, below = n * k, value.denominator * G
    common = above.gcd(below)
    return Surd(below // common, ((d, above // common),)) if k else Surd.of(0)


def _weight_coefficients(rule: AdvantageRule, G: int) -> tuple[Value, ...]:
    table = advantage_table(rule, G)
    return tuple(_known(table[s + 1][0]) - _known(table[s][1]) for s in range(G))


def _weight_expression(rule: AdvantageRule, G: int) -> Any:
    return bernstein_expression(_weight_coefficients(rule, G))


def _bernstein(coefficients: tuple[Value, ...]) -> SurdPolynomial | ClosedFunction:
    surds = [value for value in coefficients if isinstance(value, Surd)]
    if len(surds) == len(coefficients):
        return SurdPolynomial.from_bernstein(len(surds) - 1, surds)
    return ClosedFunction(bernstein_expression(coefficients))


def _ratio(above: tuple[Value, ...], below: list[Surd]) -> Ratio | ClosedFunction:
    numerator, denominator = _bernstein(above), SurdPolynomial.from_bernstein(len(below) - 1, below)
    if isinstance(numerator, SurdPolynomial):
        return Ratio(numerator, denominator)
    return ClosedFunction(numerator.sympy() / denominator.sympy())


def _variance() -> SurdPolynomial:
    """p(1−p)."""
    return SurdPolynomial.from_bernstein(2, [Surd.of(0), Surd.of(Fraction(1, 2)), Surd.of(0)])


def _mixed_over_variance(G: int) -> SurdPolynomial:
    """(1 − p^G − (1−p)^G)/(p(1−p)), a polynomial without zero on [0, 1]."""
    coefficients = [Surd.of(Fraction(G * (G - 1), k * (G - k))) for k in range(1, G)]
    return SurdPolynomial.from_bernstein(G - 2, coefficients)
