"""All 2^G reward vectors, G ≤ 24: the successes of every vector are counted, then groups are summed by count."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from grpo_theory.errors import group_size, probability
from grpo_theory.groups.enumeration import EnumeratedGroups, summed, vector_probability
from grpo_theory.groups.rules import AdvantageRule

LARGEST_HISTOGRAM = 24
_LOW_BITS = 16
_BYTE = 256


def success_histogram(G: int) -> NDArray[np.int64]:
    """h[k] = number of vectors r ∈ {0,1}^G with Σr = k, by looking at every one of the 2^G vectors.

    Domain: 2 ≤ G ≤ 24. A vector is an integer of G bits; its bits are summed as the table entry of its lower 16 bits
    plus the sum of its upper ones, so the entries are counted and no binomial coefficient is used. Two neighbouring
    entries are read as one number of two bytes, which halves the work of counting them.

    >>> success_histogram(4).tolist()
    [1, 4, 6, 4, 1]
    """
    size = group_size(G, limit=LARGEST_HISTOGRAM)
    low = min(size, _LOW_BITS)
    table = _bit_sums(low)
    pairs = np.zeros(_BYTE * (size + 1), dtype=np.int64)
    for high in _bit_sums(size - low).tolist():
        pairs += np.bincount((table + np.uint8(high)).view(np.uint16), minlength=pairs.size)
    by_pair = pairs.reshape(size + 1, _BYTE)
    histogram: NDArray[np.int64] = by_pair.sum(axis=1) + by_pair.sum(axis=0)[: size + 1]
    return histogram


def _bit_sums(bits: int) -> NDArray[np.uint8]:
    """The sum of the bits of 0, …, 2^bits − 1, bit by bit."""
    numbers = np.arange(1 << bits, dtype=np.uint32)
    sums = np.zeros(1 << bits, dtype=np.uint8)
    for bit in range(bits):
        sums += ((numbers >> np.uint32(bit)) & np.uint32(1)).astype(np.uint8)
    return sums


def enumerate_by_histogram(rule: AdvantageRule, G: int, p: Fraction | int | str) -> EnumeratedGroups:
    """The sums of `enumerate_groups` with equal terms collected: h[k] vectors share the probability p^k(1−p)^(G−k).

    Domain: 2 ≤ G ≤ 24, rational 0 < p < 1, a rule that treats the rollouts alike. One vector of every count stands for
    its h[k] rearrangements, and the rule's definition is applied to that vector.

    >>> from grpo_theory.groups import enumerate_groups, rule
    >>> enumerate_by_histogram(rule("grpo"), 5, "1/3") == enumerate_groups(rule("grpo"), 5, "1/3")
    True
    """
    size, chance = group_size(G, limit=LARGEST_HISTOGRAM), probability("p", p, open=True)
    histogram = success_histogram(size).tolist()
    vectors = ((1,) * k + (0,) * (size - k) for k in range(size + 1))
    weighted = ((vector, vector_probability(vector, chance), histogram[sum(vector)]) for vector in vectors)
    return summed(rule.at(chance), rule.name, size, chance, weighted)
