"""The mean and the second moment of one group's gradient b_k(s̄₊ − s̄₋), on every finite policy and for every group size.

A policy has outcomes o = 1 … K with probabilities π(o), rewards r(o) and scores s(o, c) by coordinates c = 1 … n. Given
their number k, the successes are independent draws from π given r = 1, the failures from π given r = 0.
"""

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.ledger.calculus import drawn_out
from grpo_theory.ledger.derivation import Step, chain
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import hypothesis, summed
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.ledger.whitening import b, chance, over_mixed, q
from grpo_theory.symbols import G, K, i, j, k, n, o, p

coordinate = sp.Symbol("c", integer=True, positive=True)
pi, r, s = (sp.Function(name) for name in ("pi", "r", "s"))
TOTALS = {1: Given(sp.Sum(r(j) * pi(j), (j, 1, K)), p), 0: Given(sp.Sum((1 - r(j)) * pi(j), (j, 1, K)), q)}
"""Successes have probability p, failures 1 − p."""
POLICY = Domain(
    (natural(G, 2), natural(K, 2), natural(n, 1), real(p, 0, 1), real(pi(o), 0), choice(r(o), 0, 1)),
    "every finite policy with binary rewards, every centred count rule b_k",
    (TOTALS[1], TOTALS[0]),
)
_COUNT = {1: k, 0: G - k}


def class_mean(reward: int) -> sp.Expr:
    """E[s_c | r] = Σ 1{r(o) = r}·π(o)·s(o, c)/P(r) at a generic coordinate c.

    >>> class_mean(1)
    Sum(pi(j)*r(j)*s(j, c), (j, 1, K))/p
    """
    return sp.Sum(_member(reward, j) * s(j, coordinate), (j, 1, K)) / TOTALS[reward].rhs


def class_square(reward: int) -> sp.Expr:
    """E[s_c² | r].

    >>> class_square(1)
    Sum(pi(o)*r(o)*s(o, c)**2, (o, 1, K))/p
    """
    return sp.Sum(_member(reward, o) * s(o, coordinate) ** 2, (o, 1, K)) / TOTALS[reward].rhs


def class_variance(reward: int) -> sp.Expr:
    """E[(s_c − E[s_c | r])² | r]; summed over the coordinates this is v₊ or v₋.

    >>> class_variance(1).subs(K, 1).doit().subs({r(1): 1, pi(1): p})
    0
    """
    return sp.Sum(_member(reward, o) * (s(o, coordinate) - class_mean(reward)) ** 2, (o, 1, K)) / TOTALS[reward].rhs


def over_coordinates(term: sp.Expr) -> sp.Sum:
    """Σ_{c=1}^{n}, a trace or a squared length.

    >>> over_coordinates(sp.S(1)).limits
    ((c, 1, n),)
    """
    return sp.Sum(term, (coordinate, 1, n))


def variance_by_squares(reward: int) -> Fact:
    """E[(s_c − E[s_c | r])² | r] = E[s_c² | r] − E[s_c | r]², where the classes have probabilities p and 1 − p.

    >>> from grpo_theory.ledger.claim import Context
    >>> variance_by_squares(1).check(POLICY.with_index(coordinate, sp.S(1), n), Context())
    True
    """
    mean, mass, member = class_mean(reward), TOTALS[reward].rhs, _member(reward, o)
    cross = drawn_out(-2 * mean, member * s(o, coordinate), o, sp.S(1), K)
    flat = drawn_out(mean**2, member, o, sp.S(1), K)
    return chain(
        class_variance(reward),
        Step(
            class_square(reward) + (cross.rhs + flat.rhs) / mass,
            "the square is written out, and the mean is free of the outcome",
            using=((cross, 1 / mass), (flat, 1 / mass)),
        ),
        Step(
            class_square(reward) - mean**2,
            "the probabilities of the class sum to its own",
            using=((hypothesis(TOTALS[reward]), mean**2 / mass),),
        ),
    )


def _member(reward: int, index: sp.Symbol) -> sp.Expr:
    return (r(index) if reward else 1 - r(index)) * pi(index)


def mean_of_gradient() -> tuple[sp.Expr, tuple[Step, ...]]:
    """E ĝ_c = E[b_k(Σ_{i≤k} E₊s_c/k − Σ_{i≤G−k} E₋s_c/(G−k))] = E[b_k]·Δ_c: the first line, and the steps.

    >>> first, steps = mean_of_gradient()
    >>> len(steps)
    2
    """
    means = {reward: class_mean(reward) for reward in (1, 0)}
    contrast, one = means[1] - means[0], sp.S(1)
    rows = {a: sp.Sum(means[a], (i, 1, _COUNT[a])) for a in (1, 0)}
    each = [
        summed(_repeated(means[a], a), way * chance * b(k) / _COUNT[a], k, one, G - 1) for a, way in ((1, 1), (0, -1))
    ]
    drawn = drawn_out(contrast, chance * b(k), k, one, G - 1)
    return over_mixed(b(k) * (rows[1] / k - rows[0] / (G - k))), (
        Step(over_mixed(b(k) * contrast), "the mean of a class is that of each of its rollouts", using=tuple(each)),
        Step(over_mixed(b(k)) * contrast, "the contrast is free of k", rewriting=(drawn,)),
    )


def square_of_gradient() -> tuple[sp.Expr, tuple[Step, ...]]:
    """E‖ĝ‖² = E[b_k²(D + v₊/k + v₋/(G−k))], D, v₊, v₋ by outcomes and coordinates: the first line, and the steps.

    In the first line every rollout of a class of k meets itself once, and k − 1 independent others.

    >>> first, steps = square_of_gradient()
    >>> len(steps)
    3
    """
    means, squares = ({a: f(a) for a in (1, 0)} for f in (class_mean, class_square))
    pairs = {a: squares[a] + (_COUNT[a] - 1) * means[a] ** 2 for a in (1, 0)}
    rows = {a: sp.Sum(pairs[a], (i, 1, _COUNT[a])) for a in (1, 0)}
    gaps = {a: (squares[a] - means[a] ** 2) / _COUNT[a] for a in (1, 0)}
    across, contrast = -2 * means[1] * means[0], (means[1] - means[0]) ** 2
    variances = sp.Add(*(over_coordinates(class_variance(a)) / _COUNT[a] for a in (1, 0)))

    def line(term: sp.Expr) -> sp.Sum:
        return over_mixed(b(k) ** 2 * term)

    def in_groups(fact: Fact, weight: sp.Expr) -> Fact:
        return summed(summed(fact, weight, coordinate, sp.S(1), n), chance * b(k) ** 2, k, sp.S(1), G - 1)

    counted = tuple(in_groups(_repeated(pairs[a], a), 1 / _COUNT[a] ** 2) for a in (1, 0))
    within = tuple((in_groups(variance_by_squares(a), 1 / _COUNT[a]), sp.S(-1)) for a in (1, 0))
    return line(over_coordinates(rows[1] / k**2 + across + rows[0] / (G - k) ** 2)), (
        Step(
            line(over_coordinates(pairs[1] / k + across + pairs[0] / (G - k))),
            "a rollout's score meets its own, and independently those of the others of its class",
            using=counted,
        ),
        Step(line(over_coordinates(contrast + gaps[1] + gaps[0])), "the squares are collected"),
        Step(
            line(over_coordinates(contrast) + variances),
            "E s² − (E s)² is the variance within a class",
            using=within,
        ),
    )


def _repeated(term: sp.Expr, reward: int) -> Fact:
    """A sum of equal terms, one for each rollout of a class."""
    return by_induction(sp.Sum(term, (i, 1, _COUNT[reward])), i * term, i)
