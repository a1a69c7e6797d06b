"""Every symbol of the theory, born once, with its assumptions, its domain and its meaning.

SymPy's assumptions act when an expression is built, and ``Symbol("p")`` differs from ``Symbol("p", positive=True)``; so
symbols are taken from here and never made again elsewhere. Greek letters are spelled out, as in the papers' code.
"""

from dataclasses import dataclass

import sympy as sp

p = sp.Symbol("p", positive=True)
p_ref = sp.Symbol("p_ref", positive=True)
p_0 = sp.Symbol("p_0", nonnegative=True)
G = sp.Symbol("G", integer=True, positive=True)
k = sp.Symbol("k", integer=True, nonnegative=True)
r = sp.Symbol("r", integer=True, nonnegative=True)
epsilon = sp.Symbol("epsilon", nonnegative=True)
clip = sp.Symbol("clip", positive=True)
rho = sp.Symbol("rho", positive=True)
A = sp.Symbol("A", real=True)
beta = sp.Symbol("beta", positive=True)
eta = sp.Symbol("eta", positive=True)
tau = sp.Symbol("tau", positive=True)
theta = sp.Symbol("theta", real=True)
B = sp.Symbol("B", integer=True, positive=True)
Q = sp.Symbol("Q", integer=True, positive=True)
K = sp.Symbol("K", integer=True, positive=True)
m = sp.Symbol("m", integer=True, positive=True)
n = sp.Symbol("n", integer=True, positive=True)
T = sp.Symbol("T", integer=True, positive=True)
i = sp.Symbol("i", integer=True, nonnegative=True)
j = sp.Symbol("j", integer=True, nonnegative=True)
o = sp.Symbol("o", integer=True, positive=True)
s = sp.Symbol("s", integer=True, nonnegative=True)
t = sp.Symbol("t", integer=True, positive=True)
z = sp.Symbol("z", real=True)
z_ref = sp.Symbol("z_ref", real=True)
z_0 = sp.Symbol("z_0", real=True)
alpha = sp.Symbol("alpha", real=True)
d = sp.Symbol("d", real=True)
x = sp.Symbol("x", positive=True)
X = sp.Symbol("X", positive=True)


@dataclass(frozen=True)
class Meaning:
    """A symbol with the set it ranges over and what it stands for.

    >>> MEANINGS["p"].domain
    '(0, 1)'
    """

    symbol: sp.Symbol
    domain: str
    meaning: str


MEANINGS: dict[str, Meaning] = {
    entry.symbol.name: entry
    for entry in (
        Meaning(p, "(0, 1)", "success probability of the sampling policy"),
        Meaning(p_ref, "(0, 1)", "success probability of the reference policy"),
        Meaning(p_0, "[0, 1]", "success probability of the first policy"),
        Meaning(G, "integers ≥ 2", "group size"),
        Meaning(k, "integers, 0 ≤ k ≤ G", "number of successes in a group"),
        Meaning(r, "{0, 1}", "binary reward of one rollout"),
        Meaning(epsilon, "[0, ∞)", "smoothing of a variance or of a standard deviation"),
        Meaning(clip, "(0, 1)", "clipping radius of the ratio"),
        Meaning(rho, "(0, ∞)", "ratio of the new to the old probability"),
        Meaning(A, "reals", "advantage"),
        Meaning(beta, "(0, ∞)", "strength of the KL penalty"),
        Meaning(eta, "(0, ∞)", "learning rate"),
        Meaning(tau, "(0, ∞)", "temperature"),
        Meaning(theta, "reals", "one coordinate of the policy's parameters"),
        Meaning(z, "reals", "log-odds log(p/(1−p)) of the success probability"),
        Meaning(z_ref, "reals", "log-odds of the reference policy's success probability"),
        Meaning(alpha, "(0, 1)", "share of the penalty to the reference policy beside that to the previous one"),
        Meaning(B, "integers ≥ 1", "batch size"),
        Meaning(Q, "integers ≥ 1", "prompts, or groups, in a batch"),
        Meaning(K, "integers ≥ 1", "number of outcomes of a finite policy; samples in pass@K"),
        Meaning(T, "integers ≥ 1", "number of tokens of a sequence"),
        Meaning(d, "reals", "distance z − z_ref in log-odds"),
        Meaning(x, "(0, ∞)", "a coordinate that grows without bound, such as 1/p or 1/(1−p)"),
    )
}
