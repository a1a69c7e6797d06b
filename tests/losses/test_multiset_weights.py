"""Vectorised ascent weights against the losses themselves, group by group, and moments over all groups."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grpo_theory.losses.catalogue import loss
from grpo_theory.losses.group_loss import GroupLoss
from grpo_theory.losses.multiset_weights import (
    conspo_multiset_weights,
    ec_rlvr_multiset_weights,
    weights_of_groups,
    weights_of_loss,
)
from grpo_theory.policies.autoregressive import AutoregressivePolicy
from grpo_theory.policies.covariance import weighted_moments
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.multisets import MultisetWeights, multiset_counts, multiset_moments
from tests.policies.strategies import softmax_policies

SEQUENCES = AutoregressivePolicy.of({(): "1/3 2/3", (1,): "1/4 3/4"}, "1 0 1", length=2, stop=0)


def floats(policy: SoftmaxPolicy | AutoregressivePolicy) -> tuple[list[float], list[int]]:
    return [float(q) for q in policy.probabilities], [int(r) for r in policy.rewards]


def same(fast: MultisetWeights, own: GroupLoss, policy: SoftmaxPolicy | AutoregressivePolicy, G: int) -> bool:
    counts = multiset_counts(len(policy.rewards), G).astype(np.int64)
    literal = weights_of_groups(weights_of_loss(own, policy), len(policy.rewards))(counts)
    return bool(np.allclose(np.where(counts > 0, fast(counts), 0), literal, rtol=1e-12, atol=1e-14))


@settings(max_examples=10, deadline=None)
@given(softmax_policies(4), st.integers(2, 5), st.sampled_from(["1/2", "1", "2", "3/7"]), st.sampled_from([0, 1]))
def test_conspo_is_the_loss_on_every_multiset(policy: SoftmaxPolicy, G: int, tau: str, margin: int) -> None:
    chances, rewards = floats(policy)
    fast = conspo_multiset_weights(chances, rewards, float(Fraction(tau)), margin=float(margin))
    assert same(fast, loss("conspo", tau=tau, M=margin), policy, G)


@settings(max_examples=10, deadline=None)
@given(softmax_policies(4), st.integers(2, 5), st.sampled_from(["1/2", "1", "2", "3/7"]))
def test_ec_rlvr_is_the_loss_on_every_multiset(policy: SoftmaxPolicy, G: int, tau: str) -> None:
    chances, rewards = floats(policy)
    fast = ec_rlvr_multiset_weights(chances, rewards, float(Fraction(tau)))
    assert same(fast, loss("ec_rlvr", tau=tau), policy, G)


def test_conspo_with_lengths() -> None:
    chances, rewards = floats(SEQUENCES)
    lengths = [len(SEQUENCES.token_probabilities(o)) for o in range(3)]
    own = loss("conspo", tau="1/2")
    assert lengths == [1, 2, 2]
    assert same(conspo_multiset_weights(chances, rewards, 0.5, lengths=lengths), own, SEQUENCES, 4)
    assert not same(conspo_multiset_weights(chances, rewards, 0.5), own, SEQUENCES, 4)


def test_moments_of_conspo_by_both_roads() -> None:
    policy = SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 1")
    chances, rewards = floats(policy)
    weights = weights_of_loss(loss("conspo", tau="1/2"), policy)
    exact = weighted_moments(lambda group: [Fraction(str(w)) for w in weights(group)], policy, 4)
    found = multiset_moments(conspo_multiset_weights(chances, rewards, 0.5), chances, 4)
    assert np.allclose(found.mean, [float(x) for x in exact.mean], rtol=1e-12)
    assert np.allclose(found.covariance, [[float(x) for x in row] for row in exact.covariance], rtol=1e-12)


def test_conspo_stays_finite_at_small_temperatures() -> None:
    weights = conspo_multiset_weights([1e-6, 0.25, 0.75 - 1e-6], [1, 1, 0], 1e-3, margin=5.0)
    counts = multiset_counts(3, 5).astype(np.int64)
    assert np.isfinite(weights(counts)).all()
    assert np.abs((weights(counts) * counts).sum(axis=1)).max() < 1e-9


@pytest.mark.parametrize(
    ("rewards", "tau", "message"),
    [
        ([0, 0], 1.0, "no outcome has reward 1"),
        ([1, 0], -1.0, "tau = -1.0 lies outside"),
        ([1, 2], 1.0, "must be 0 or 1"),
    ],
)
def test_bad_input_is_refused_in_one_line(rewards: list[int], tau: float, message: str) -> None:
    for build in (conspo_multiset_weights, ec_rlvr_multiset_weights):
        with pytest.raises(ValueError, match=message):
            build([0.5, 0.5], rewards, tau)
