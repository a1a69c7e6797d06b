"""Random small policies with rational probabilities, for hypothesis."""

from fractions import Fraction

from hypothesis import strategies as st

from grpo_theory.policies.autoregressive import AutoregressivePolicy
from grpo_theory.policies.finite import SoftmaxPolicy


@st.composite
def distributions(draw: st.DrawFn, size: int) -> tuple[Fraction, ...]:
    weights = draw(st.lists(st.integers(1, 9), min_size=size, max_size=size))
    return tuple(Fraction(weight, sum(weights)) for weight in weights)


@st.composite
def rewards(draw: st.DrawFn, size: int) -> tuple[Fraction, ...]:
    bits = draw(st.lists(st.sampled_from([0, 1]), min_size=size, max_size=size).filter(lambda b: 0 < sum(b) < size))
    return tuple(Fraction(bit) for bit in bits)


@st.composite
def softmax_policies(draw: st.DrawFn, largest: int = 4) -> SoftmaxPolicy:
    size = draw(st.integers(2, largest))
    return SoftmaxPolicy(draw(distributions(size)), draw(rewards(size)))


@st.composite
def softmax_pairs(draw: st.DrawFn, largest: int = 3) -> tuple[SoftmaxPolicy, SoftmaxPolicy]:
    old = draw(softmax_policies(largest))
    return SoftmaxPolicy(draw(distributions(len(old.rewards))), old.rewards), old


@st.composite
def autoregressive_pairs(draw: st.DrawFn) -> tuple[AutoregressivePolicy, AutoregressivePolicy]:
    stop = draw(st.sampled_from([0, None]))
    prefixes = ((), (1,)) if stop == 0 else ((), (0,), (1,))
    count = 3 if stop == 0 else 4
    common = draw(rewards(count))
    theta, old = (
        AutoregressivePolicy(prefixes, tuple(draw(distributions(2)) for _ in prefixes), common, 2, stop)
        for _ in range(2)
    )
    return theta, old
