"""Exact sums of square roots: numbers Σ q_d·√d, polynomials Σ √d·P_d(p), and sums that are formed when asked for.

This is the module to import from; what it names lives in the modules beside it.
"""

from grpo_theory.arithmetic.lazy import LazySurd
from grpo_theory.arithmetic.rationals import Exact, rational
from grpo_theory.arithmetic.surd_numbers import Surd
from grpo_theory.arithmetic.surd_polynomials import SurdPolynomial

__all__ = ["Exact", "LazySurd", "Surd", "SurdPolynomial", "rational"]
