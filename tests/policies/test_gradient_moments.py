"""Mean and covariance by the number of successes and over multisets, against the literal sum over all K^G groups."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grpo_theory.groups import parse_rule, rule
from grpo_theory.groups.rules import AdvantageRule
from grpo_theory.losses.ec_rlvr import ec_rlvr_weights
from grpo_theory.losses.multiset_weights import ec_rlvr_multiset_weights, weights_of_groups
from grpo_theory.policies.autoregressive import AutoregressivePolicy
from grpo_theory.policies.covariance import (
    EXACT_MULTISET_LIMIT,
    GradientMoments,
    gradient_moments,
    moments_of,
    multiset_groups,
    weighted_moments,
)
from grpo_theory.policies.finite import SoftmaxPolicy, two_outcome
from grpo_theory.policies.groups import condition_of, group_advantages, groups, mixed
from grpo_theory.policies.multisets import (
    MULTISET_LIMIT,
    Counts,
    FloatMoments,
    Floats,
    count_rule_weights,
    mixed_counts,
    multiset_counts,
    multiset_moments,
)
from grpo_theory.policies.protocol import FinitePolicy, Group
from grpo_theory.policies.variance import across_prompts, group_update, update_moments
from grpo_theory.policies.vectors import Exact, combination
from tests.policies.strategies import softmax_policies

RULES = (
    rule("rloo"),
    rule("grpo"),
    rule("maxrl"),
    parse_rule("r + k/7"),  # not centred, not zero in silent groups
    rule("dynamic_sampling", rule="grpo"),
    rule("mroueh", epsilon="1/10"),
)
SEQUENCES = AutoregressivePolicy.of({(): "1/3 2/3", (1,): "1/4 3/4"}, "1 0 1", length=2, stop=0)


def literal(A: AdvantageRule, policy: FinitePolicy, G: int) -> GradientMoments:
    event = condition_of(A, policy, None)
    drawn = [(group, q) for group, q in groups(policy, G) if event is None or event(group)]
    return moments_of([(q, group_update(A, policy, group)) for group, q in drawn], policy.dimension)


def ec_weights(policy: FinitePolicy, tau: str) -> Callable[[Group], Sequence[Exact]]:
    def weights(group: Group) -> Sequence[Exact]:
        chances, rewards = ([values[o] for o in group] for values in (policy.probabilities, policy.rewards))
        return [Fraction(str(w)) for w in ec_rlvr_weights(chances, rewards, tau)]

    return weights


def anything(counts: Counts) -> Floats:
    return counts.astype(np.float64)


def floats(moments: GradientMoments) -> FloatMoments:
    rows = [[float(entry) for entry in row] for row in moments.covariance]
    return FloatMoments(np.array([float(entry) for entry in moments.mean]), np.array(rows))


def close(found: FloatMoments, exact: GradientMoments, relative: float = 1e-13) -> bool:
    known = floats(exact)
    return bool(
        np.abs(found.mean - known.mean).max() <= relative * np.abs(known.mean).max()
        and np.abs(found.covariance - known.covariance).max() <= relative * np.abs(known.covariance).max()
    )


@pytest.mark.parametrize("A", RULES, ids=lambda A: A.name)
@pytest.mark.parametrize(
    "policy",
    [SoftmaxPolicy.of("1/2 1/3 1/6", "1 1 0"), two_outcome("1/5"), SEQUENCES],
    ids=["softmax", "two outcomes", "sequences"],
)
def test_the_sum_over_k_is_the_sum_over_all_groups(policy: SoftmaxPolicy, A: AdvantageRule) -> None:
    own = (
        A
        if A.population is None
        else A.at(sum((q for q, r in zip(policy.probabilities, policy.rewards, strict=True) if r), Fraction(0)))
    )
    for G in (2, 3, 4):
        found = gradient_moments(A, policy, G)
        assert found == literal(own, policy, G)
        assert found.moments == update_moments(own, policy, G)


@settings(max_examples=10, deadline=None)
@given(softmax_policies(4), st.integers(2, 4))
def test_multisets_and_counts_agree_exactly(policy: SoftmaxPolicy, G: int) -> None:
    A = rule("grpo")
    by_multisets = weighted_moments(
        lambda group: [advantage / G for advantage in group_advantages(A, policy, group)], policy, G
    )
    assert by_multisets == gradient_moments(A, policy, G)
    assert by_multisets.covariance == tuple(zip(*by_multisets.covariance, strict=True))
    assert all(sum(row, start=row[0] * 0) == 0 for row in by_multisets.covariance)


@pytest.mark.parametrize("tau", ["1", "1/2", "1/3"])
def test_ec_rlvr_over_multisets_is_ec_rlvr_over_all_groups(tau: str) -> None:
    for policy in (SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 1"), SoftmaxPolicy.of("1/7 2/7 4/7", "0 1 0")):
        weights = ec_weights(policy, tau)
        rows = [
            (q, combination([(w, policy.score(o)) for w, o in zip(weights(group), group, strict=True)], 3))
            for group, q in groups(policy, 4)
        ]
        exact = weighted_moments(weights, policy, 4)
        assert exact == moments_of(rows, 3)
        chances, rewards = [float(q) for q in policy.probabilities], [int(r) for r in policy.rewards]
        fast = multiset_moments(ec_rlvr_multiset_weights(chances, rewards, float(Fraction(tau))), chances, 4)
        assert close(fast, exact)
        assert close(multiset_moments(weights_of_groups(weights, 3), chances, 4), exact)


def test_ec_rlvr_stays_finite_at_small_temperatures() -> None:
    weights = ec_rlvr_multiset_weights([1e-6, 0.25, 0.75 - 1e-6], [1, 1, 0], 1e-3)
    values = weights(multiset_counts(3, 5).astype(np.int64))
    assert np.isfinite(values).all()
    assert np.abs((values * multiset_counts(3, 5)).sum(axis=1)).max() < 1e-9


@pytest.mark.parametrize(
    "A",
    [rule("grpo"), rule("maxrl"), RULES[3], rule("softmax", tau="1/2"), rule("softmax_uncentred")],
    ids=lambda A: A.name,
)
def test_floats_over_multisets_are_the_exact_numbers(A: AdvantageRule) -> None:
    policy = SoftmaxPolicy.of("1/12 5/12 1/3 1/6", "1 0 1 0")
    chances, rewards = [float(q) for q in policy.probabilities], [int(r) for r in policy.rewards]
    found = multiset_moments(count_rule_weights(A, rewards, 9), chances, 9)
    if A.name.startswith("softmax"):
        other = weights_of_groups(
            lambda group: [float(v) / 9 for v in A.values_on([policy.rewards[o] for o in group])], 4
        )
        again = multiset_moments(other, chances, 9)
        assert np.allclose(found.mean, again.mean, rtol=1e-12, atol=1e-15)
        assert np.allclose(found.covariance, again.covariance, rtol=1e-12, atol=1e-15)
        with pytest.raises(ValueError, match="use the sums over multisets"):
            gradient_moments(A, policy, 9)
    else:
        assert close(found, gradient_moments(A, policy, 9))


def test_floats_at_the_size_of_the_benchmark() -> None:
    policy = SoftmaxPolicy.of([Fraction(n, 36) for n in range(1, 9)], "1 0 1 0 1 0 0 1")
    A, chances, rewards = rule("grpo"), [n / 36 for n in range(1, 9)], [1, 0, 1, 0, 1, 0, 0, 1]
    assert len(multiset_counts(8, 16)) == 245_157
    assert close(multiset_moments(count_rule_weights(A, rewards, 16), chances, 16), gradient_moments(A, policy, 16))


def test_conditioned_groups_by_both_roads() -> None:
    policy = SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 1")
    exact = weighted_moments(
        lambda group: [a / 4 for a in group_advantages(rule("grpo"), policy, group)], policy, 4, given=mixed(policy)
    )
    assert exact == gradient_moments(rule("dynamic_sampling", rule="grpo"), policy, 4)
    weights = count_rule_weights(rule("grpo"), [1, 0, 1], 4)
    assert close(multiset_moments(weights, [1 / 2, 1 / 3, 1 / 6], 4, given=mixed_counts([1, 0, 1])), exact)


def test_scores_of_sequences_are_taken_as_given() -> None:
    scores = np.array([[float(x) for x in SEQUENCES.score(o)] for o in range(3)])
    chances = [float(q) for q in SEQUENCES.probabilities]
    found = multiset_moments(count_rule_weights(rule("grpo"), [1, 0, 1], 5), chances, 5, scores=scores)
    assert close(found, gradient_moments(rule("grpo"), SEQUENCES, 5))


def test_batches_and_prompts_are_made_of_the_moments() -> None:
    one, other = (gradient_moments(rule("grpo"), two_outcome(p), 3) for p in ("1/3", "1/5"))
    mixture = across_prompts(((Fraction(1, 4), one.moments), (Fraction(3, 4), other.moments)))
    assert mixture.batch(5).trace == mixture.trace / 5
    assert one.relative == update_moments(rule("grpo"), two_outcome("1/3"), 3).relative


def test_every_multiset_comes_once() -> None:
    table = multiset_counts(4, 6)
    assert table.shape == (comb(9, 3), 4)
    assert len({tuple(row) for row in table.tolist()}) == len(table)
    assert (table.sum(axis=1) == 6).all() and (table >= 0).all()
    policy = SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 1")
    listed = dict(multiset_groups(policy, 4))
    assert sum(listed.values()) == 1 and len(listed) == comb(6, 2)


def test_too_many_multisets_are_refused_before_any_work() -> None:
    def never(counts: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        raise AssertionError("the weights were asked for")

    with pytest.raises(ValueError, match=f"10015005 multisets .* more multisets than the limit of {MULTISET_LIMIT}"):
        multiset_moments(never, [0.1] * 10, 20)
    with pytest.raises(ValueError, match=f"more multisets than the limit of {EXACT_MULTISET_LIMIT}"):
        weighted_moments(never, SoftmaxPolicy.of(["1/8"] * 8, "1 0 1 0 1 0 1 0"), 16)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("job", "message"),
    [
        (lambda: multiset_moments(count_rule_weights(rule("grpo"), [1, 0], 4), [0.5, 0.4], 4), "sum to 0.9"),
        (lambda: multiset_moments(count_rule_weights(rule("grpo"), [1, 0], 4), [1.5, -0.5], 4), "probability = -0.5"),
        (lambda: multiset_moments(count_rule_weights(rule("grpo"), [1, 0], 4), [1.0], 4), "number of probabilities"),
        (lambda: multiset_moments(count_rule_weights(rule("grpo"), [1, 0], 4), [float("nan"), 1.0], 4), "nan lies out"),
        (lambda: multiset_moments(anything, [0.5, 0.5], 4, scores=np.eye(3)), "every outcome needs one row"),
        (lambda: multiset_moments(anything, [0.5, 0.5], 4, given=lambda c: c[:, 0] < 0), "impossible event"),
        (lambda: multiset_moments(anything, [0.5, 0.5], 1), "G = 1 lies outside"),
        (lambda: count_rule_weights(rule("grpo"), [2, 0], 4), "rewards must be 0 or 1"),
        (lambda: gradient_moments(rule("grpo"), SoftmaxPolicy.of("1/2 1/2", "0 0"), 4), "no outcome has reward 1"),
        (lambda: gradient_moments(rule("grpo"), SoftmaxPolicy.of("1/2 1/2", "1/2 0"), 4), "not binary"),
        (lambda: ec_rlvr_multiset_weights([0.5, 0.5], [0, 0], 1.0), "no outcome has reward 1"),
        (lambda: ec_rlvr_multiset_weights([0.5, 0.5], [1, 0], 0.0), "tau = 0.0 lies outside"),
        (lambda: ec_rlvr_multiset_weights([0.5, 0.5], [2, 0], 1.0), "rewards must be 0 or 1"),
        (lambda: FloatMoments(np.zeros(1), np.eye(1)).relative, "mean update is 0"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_one_line(job: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        job()
    assert "\n" not in str(caught.value)
