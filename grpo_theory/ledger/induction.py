"""Induction: a relation at every index from its first instance and a step that may use the instance before."""

from collections.abc import Sequence

import sympy as sp

from grpo_theory.arithmetic.algebra import equal, sign, undefined_divisor
from grpo_theory.arithmetic.domains import Domain
from grpo_theory.ledger.claim import Context, Relation
from grpo_theory.ledger.derivation import Step, step_problem
from grpo_theory.ledger.fact import NOT_NEGATIVE, Fact

Using = tuple[Fact, sp.Expr | int]


def inductively(
    lhs: sp.Expr,
    relation: Relation,
    rhs: sp.Expr,
    limits: tuple[sp.Symbol, sp.Expr, sp.Expr],
    start: Fact,
    factor: sp.Expr,
    using: Sequence[Using] = (),
) -> Fact:
    """lhs ∼ rhs at the last index of ``limits``, from ``start``, which says it at the first, and from the step.

    The step is that rhs − lhs at i+1 is ``factor`` times rhs − lhs at i, plus the facts of ``using`` with their
    cofactors, and for an inequality a remainder that is not negative. Facts may speak of i; it runs up to the last
    index less one, so hypotheses that stop there may be used. The domain must not name i, but
    may bound functions at a generic i.

    >>> from grpo_theory.arithmetic.domains import natural
    >>> from grpo_theory.ledger.facts import order
    >>> from grpo_theory.symbols import i, n
    >>> start = order(1 + 0 * n, sp.Integer(1), "both are one")
    >>> fact = inductively(1 + i, Relation.AT_MOST, 2**i, (i, sp.S(0), n), start, sp.Integer(2))
    >>> fact.lhs, fact.rhs, fact.check(Domain((natural(n, 1),)), Context())
    (n + 1, 2**n, True)
    """
    index, first, last = limits

    def check(domain: Domain, context: Context) -> bool:
        named = (part for known in _leaves(domain) for part in known.variables)
        if start.relation is not relation or any(index == known.atom for known in named):
            return False
        if not (first.is_integer and last.is_integer and sign(last - first, domain) in NOT_NEGATIVE):
            return False
        ends = ((start.lhs, lhs), (start.rhs, rhs))
        if not all(equal(known, side.subs(index, first), domain) for known, side in ends):
            return False
        inner = domain.with_index(index, first, last - 1)
        # The instance before counts on this domain alone: under a further sum or limit it would say too much.
        before = Fact(lhs, relation, rhs, "the instance before", lambda where, _: where == inner)
        uses = tuple((fact, sp.S(cofactor)) for fact, cofactor in using)
        left, right = (side.subs(index, index + 1) for side in (lhs, rhs))
        if any(undefined_divisor(side, inner) is not None for side in (left, right)):
            return False
        following = Step(right, "the next instance", relation, (*uses, (before, factor)))
        return step_problem(left, following, inner, context) is None and start.check(domain, context)

    lemmas = start.lemmas + tuple(name for fact, _ in using for name in fact.lemmas)
    assuming = start.assuming + tuple(name for fact, _ in using for name in fact.assuming)
    ends = lhs.subs(index, last), rhs.subs(index, last)
    return Fact(ends[0], relation, ends[1], f"by induction: {start.because}", check, assuming, lemmas)


def _leaves(domain: Domain) -> tuple[Domain, ...]:
    return tuple(leaf for branch in domain.branches for leaf in _leaves(branch)) or (domain,)
