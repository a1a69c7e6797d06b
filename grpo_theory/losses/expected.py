"""Expectations of a loss over the groups that a policy draws: value, coefficients and gradient, as literal sums."""

from collections.abc import Iterator
from fractions import Fraction

from grpo_theory.losses.group_loss import GroupLoss, Road, loss_gradient, token_coefficients
from grpo_theory.losses.reals import Real, add, divide, multiply, total
from grpo_theory.losses.sample import Sample
from grpo_theory.policies.groups import groups
from grpo_theory.policies.protocol import FinitePolicy


def expected_value(
    loss: GroupLoss, theta: FinitePolicy, G: int, *, old: FinitePolicy | None = None, ref: FinitePolicy | None = None
) -> Real:
    """E_old L(o_1, ..., o_G), conditioned on the groups that the loss does not throw away.

    Domain: as for `expected_gradient`.

    >>> from grpo_theory.losses.catalogue import loss
    >>> from grpo_theory.policies.finite import two_outcome
    >>> expected_value(loss("disco", score="ratio"), two_outcome("1/3"), 2, old=two_outcome("1/2"))
    Fraction(1, 3)
    """
    return total([multiply(q, loss.value(sample)) for sample, q in occurring(loss, theta, G, old=old, ref=ref)])


def expected_gradient(
    loss: GroupLoss,
    theta: FinitePolicy,
    G: int,
    *,
    old: FinitePolicy | None = None,
    ref: FinitePolicy | None = None,
    road: Road = "closed",
) -> tuple[Real, ...]:
    """E_old ∇L(o_1, ..., o_G), samples not differentiated, conditioned on the groups that are not thrown away.

    Domain: G >= 2 with K^G <= 2^20; groups from π_old, which is π_θ unless given, and π_ref = π_old unless given.
    Errors: ValueError where the loss has no value or no gradient on a group that can occur.

    >>> from grpo_theory.losses.catalogue import loss
    >>> from grpo_theory.policies.finite import two_outcome
    >>> expected_gradient(loss("rloo"), two_outcome("1/3"), 3)
    (Fraction(-2, 9), Fraction(2, 9))
    """
    result: tuple[Real, ...] = (Fraction(0),) * theta.dimension
    for sample, probability in occurring(loss, theta, G, old=old, ref=ref):
        slope = loss_gradient(loss, sample, road=road)
        result = tuple(add(entry, multiply(probability, part)) for entry, part in zip(result, slope, strict=True))
    return result


def expected_coefficients(
    loss: GroupLoss, theta: FinitePolicy, G: int, *, old: FinitePolicy | None = None, ref: FinitePolicy | None = None
) -> tuple[tuple[Real, ...], ...]:
    """E_old Σ_{i : o_i = o} w_{i,t} for every outcome o and token t: what −E ∇L puts on ∇log π_θ(o_t | o_{<t}).

    Domain and errors: as for `expected_gradient`.

    >>> from grpo_theory.losses.catalogue import loss
    >>> from grpo_theory.policies.finite import two_outcome
    >>> expected_coefficients(loss("rloo"), two_outcome("1/3"), 2)
    ((Fraction(2, 9),), (Fraction(-2, 9),))
    """
    sums = [[Fraction(0) * token for token in theta.token_probabilities(o)] for o in range(len(theta.rewards))]
    for sample, probability in occurring(loss, theta, G, old=old, ref=ref):
        for o, row in zip(sample.group, token_coefficients(loss, sample), strict=True):
            sums[o] = [add(entry, multiply(probability, weight)) for entry, weight in zip(sums[o], row, strict=True)]
    return tuple(map(tuple, sums))


def occurring(
    loss: GroupLoss, theta: FinitePolicy, G: int, *, old: FinitePolicy | None = None, ref: FinitePolicy | None = None
) -> Iterator[tuple[Sample, Fraction]]:
    """The groups that a loss does not throw away, each with its probability among them.

    Errors: ValueError when every group is thrown away, and for a size that `groups` refuses.

    >>> from grpo_theory.losses.catalogue import loss
    >>> from grpo_theory.policies.finite import two_outcome
    >>> [(sample.group, str(q)) for sample, q in occurring(loss("dapo"), two_outcome("1/3"), 2)]
    [((0, 1), '1/2'), ((1, 0), '1/2')]
    """
    drawn = [(Sample(theta, group, old, ref), q) for group, q in groups(theta if old is None else old, G)]
    kept = [(sample, q) for sample, q in drawn if not loss.redrawn(sample)]
    mass = total([q for _, q in kept])
    if not mass:
        raise ValueError(f"every group is thrown away by {loss.name}: an expectation over none is undefined")
    return ((sample, divide(q, mass)) for sample, q in kept)
