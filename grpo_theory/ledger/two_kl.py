"""Formal lines on the maximiser of the two-KL objective, the tilt of π_ref^α·π_prev^{1−α}, and on its log-odds.

Successes are numbered 1 … K, failures 1 … m.
"""

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.symbols import K, alpha, beta, epsilon, j, m, o, p, p_ref

ref_success, prev_success = sp.Function("ref_success")(o), sp.Function("prev_success")(o)
ref_failure, prev_failure = sp.Function("ref_failure")(j), sp.Function("prev_failure")(j)
deviation = sp.sqrt(p * (1 - p) + epsilon)
plus, minus = (1 - p) / deviation, p / deviation


def over_successes(summand: sp.Expr) -> sp.Sum:
    """A sum over the outcomes of reward 1.

    >>> over_successes(o).doit().subs(K, 3)
    6
    """
    return sp.Sum(summand, (o, 1, K))


def over_failures(summand: sp.Expr) -> sp.Sum:
    """A sum over the outcomes of reward 0.

    >>> over_failures(j).doit().subs(m, 3)
    6
    """
    return sp.Sum(summand, (j, 1, m))


powers_of_success = ref_success**alpha * prev_success ** (1 - alpha)
powers_of_failure = ref_failure**alpha * prev_failure ** (1 - alpha)
S, F = over_successes(powers_of_success), over_failures(powers_of_failure)
kept = over_successes(powers_of_success * sp.exp(plus / beta))
lost = over_failures(powers_of_failure * sp.exp(-minus / beta))
inside_success = over_successes((ref_success / p_ref) ** alpha * (prev_success / p) ** (1 - alpha))
inside_failure = over_failures((ref_failure / (1 - p_ref)) ** alpha * (prev_failure / (1 - p)) ** (1 - alpha))
renyi_success, renyi_failure = (sp.log(inside) / (alpha - 1) for inside in (inside_success, inside_failure))
renyi_term = (1 - alpha) * (renyi_failure - renyi_success)
odds_ref, odds = p_ref / (1 - p_ref), p / (1 - p)
recursion = alpha * sp.log(odds_ref) + (1 - alpha) * sp.log(odds) + renyi_term + 1 / (deviation * beta)
new_log_odds = sp.log(kept / lost)

PAIRS_OF_POLICIES = Domain(
    (
        natural(K, 1),
        natural(m, 1),
        real(alpha, None, 1),
        real(p, 0, 1),
        real(p_ref, 0, 1),
        real(beta, 0),
        real(epsilon, 0, closed="lower"),
        real(ref_success, 0),
        real(prev_success, 0),
        real(ref_failure, 0),
        real(prev_failure, 0),
    ),
    "every finite policy with K successes and m failures",
    (
        Given(over_successes(ref_success), p_ref),
        Given(over_successes(prev_success), p),
        Given(over_failures(ref_failure), 1 - p_ref),
        Given(over_failures(prev_failure), 1 - p),
    ),
)
