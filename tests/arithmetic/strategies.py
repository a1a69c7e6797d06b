"""Exact numbers for hypothesis: small sums of roots, and their values by mpmath as a second road."""

from fractions import Fraction

import mpmath
from hypothesis import strategies as st

from grpo_theory.arithmetic.surds import Surd

fractions = st.fractions(min_value=-20, max_value=20, max_denominator=30)
radicands = st.integers(min_value=1, max_value=60)
surds = st.lists(st.tuples(fractions, radicands), max_size=3).map(
    lambda terms: sum((q * Surd.sqrt(d) for q, d in terms), Surd.of(0))
)
sqrt_terms = st.lists(st.tuples(fractions, radicands), min_size=1, max_size=4)
probabilities = st.fractions(min_value=0, max_value=1, max_denominator=50)


def mp_value(terms: list[tuple[Fraction, int]], digits: int = 60) -> mpmath.mpf:
    """Σ q·√d by mpmath."""
    with mpmath.workdps(digits):
        return mpmath.fsum(mpmath.mpf(q.numerator) / q.denominator * mpmath.sqrt(d) for q, d in terms)
