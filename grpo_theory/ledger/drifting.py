"""Formal lines on two sequences of policies that drift apart: TV_n ≤ Σδ_i, and what is left of it in the limit."""

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.ledger.claim import Relation
from grpo_theory.ledger.derivation import Step, chain
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import hypothesis, order, summed
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.symbols import i, j, n

# drift(i) is δ_{i+1}, the bound for the step from i to i+1, and slack(i) what that step does not use of it.
variation, drift, slack = (sp.Function(name) for name in ("TV", "drift", "slack"))
last, total, nearness = (sp.Symbol(name, nonnegative=True) for name in ("TV_n", "delta_star", "e"))
# p̃_n = p_n + gap with |gap| ≤ TV_n, p_n = p* + off, Σδ_i = δ* + excess.
gap, off, excess = (sp.Symbol(name, real=True) for name in ("gap", "off", "excess"))


def over_steps(summand: sp.Expr) -> sp.Sum:
    """A sum over the first n steps.

    >>> over_steps(i).doit().subs(n, 3)
    3
    """
    return sp.Sum(summand, (i, 0, n - 1))


START = Given(variation(0), sp.S(0))
LAST = Given(variation(n), last)
EACH_STEP = Given(variation(i + 1) - variation(i), drift(i) - slack(i), i, sp.S(0), n - 1)
REACHED = Given(over_steps(drift(i)), total + excess)
LATE = Domain(
    (
        natural(n, 1),
        real(nearness, 0),
        real(total, 0, closed="lower"),
        real(slack(i), 0, closed="lower"),
        real(last, 0, closed="lower"),
        real(gap, -last, last, closed="both"),
        real(off, -nearness / 2, nearness / 2, closed="both"),
        real(excess, None, nearness / 2, closed="upper"),
    ),
    "n so large that |p_n − p*| ≤ e/2 and Σδ_i ≤ δ* + e/2",
    (START, LAST, EACH_STEP, REACHED),
)


def drifted() -> Fact:
    """TV_n ≤ δ* + e/2, step by step from TV_0 = 0.

    >>> from grpo_theory.ledger.claim import Context
    >>> drifted().check(LATE, Context())
    True
    """
    all_steps = by_induction(over_steps(variation(i + 1) - variation(i)), variation(j + 1) - variation(0), j)
    return chain(
        last,
        Step(
            over_steps(drift(i)) - over_steps(slack(i)),
            "the differences add up to TV_n − TV_0",
            using=(
                (hypothesis(LAST), sp.Integer(-1)),
                (all_steps, sp.Integer(-1)),
                summed(hypothesis(EACH_STEP), sp.S(1), i, sp.S(0), n - 1),
                hypothesis(START),
            ),
        ),
        Step(
            total + excess,
            "what is not used of a step is not negative, and Σδ_i = δ* + excess",
            Relation.AT_MOST,
            using=(summed(order(0 * i, slack(i), "slack"), sp.S(1), i, sp.S(0), n - 1), hypothesis(REACHED)),
        ),
        Step(total + nearness / 2, "the excess is at most e/2", Relation.AT_MOST),
    )


def near_the_limit() -> tuple[Step, Step]:
    """To δ* + e from p̃_n − p*, and from p* − p̃_n.

    >>> [step.relation.value for step in near_the_limit()]
    ['≤', '≤']
    """
    return (
        Step(last + nearness / 2, "success is one of the events", Relation.AT_MOST),
        Step(total + nearness, "TV_n ≤ Σδ_i ≤ δ* + e/2", Relation.AT_MOST, using=(drifted(),)),
    )
