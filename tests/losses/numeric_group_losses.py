"""Every loss of the catalogue a third time: in 60-digit floats of mpmath, straight from its definition."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import mpmath as mp

Rows = list[list[Any]]


@dataclass(frozen=True)
class Group:
    """The tokens of the rollouts under θ, under the sampler and under the reference, with the rewards."""

    theta: Rows
    old: Rows
    ref: Rows
    rewards: Sequence[int]
    p: Any

    @property
    def sums(self) -> list[Any]:
        return [mp.fsum(mp.log(x) for x in row) for row in self.theta]

    def ratios(self, i: int) -> list[Any]:
        return [new / before for new, before in zip(self.theta[i], self.old[i], strict=True)]

    def of_class(self, r: int) -> list[int]:
        return [i for i, reward in enumerate(self.rewards) if reward == r]


def advantages(kind: str, group: Group) -> list[Any]:
    r, G = group.rewards, len(group.rewards)
    mean = mp.mpf(sum(r)) / G
    deviation = mp.sqrt(mp.fsum((x - mean) ** 2 for x in r) / G)
    if kind == "grpo":
        return [(x - mean) / deviation if deviation else mp.mpf(0) for x in r]
    if kind == "population":
        return [(x - group.p) / mp.sqrt(group.p * (1 - group.p)) for x in r]
    if kind == "rloo":
        return [x - (mp.mpf(sum(r)) - x) / (G - 1) for x in r]
    if kind == "maxrl":
        return [(x - mean) / mean if mean else mp.mpf(0) for x in r]
    if kind.startswith("softmax"):
        raised = [mp.exp(x) for x in r]
        return [x / mp.fsum(raised) - (mp.mpf(1) / G if kind == "softmax" else 0) for x in raised]
    if kind == "percentile":
        rank = [mp.fsum(j + 1 for j, y in enumerate(sorted(r)) if y == x) / list(r).count(x) for x in r]
        return [2 * (x - 1) / (G - 1) - 1 for x in rank]
    return [mp.mpf(x) if kind == "raw" else x - mean for x in r]


def bounded(rho: Any, A: Any, low: float | None, high: float | None) -> Any:
    clip = rho
    clip = max(clip, 1 - mp.mpf(low)) if low is not None else clip
    clip = min(clip, 1 + mp.mpf(high)) if high is not None else clip
    return min(rho * A, clip * A)


def token_loss(kind: str, average: str, low: Any = None, high: Any = None, beta: Any = 0) -> Callable[[Group], Any]:
    def value(group: Group) -> Any:
        G, lengths = len(group.rewards), [len(row) for row in group.theta]
        result = mp.mpf(0)
        for i, A in enumerate(advantages(kind, group)):
            share = {"sequence": G * lengths[i], "tokens": sum(lengths), "constant": G}[average]
            result -= mp.fsum(bounded(rho, A, low, high) for rho in group.ratios(i)) / share
            pulls = [before / new for new, before in zip(group.theta[i], group.ref[i], strict=True)]
            result += mp.mpf(beta) * mp.fsum(x - mp.log(x) - 1 for x in pulls) / share
        return result

    return value


def sequence_loss(kind: str, score: str, low: Any = None, high: Any = None) -> Callable[[Group], Any]:
    def value(group: Group) -> Any:
        result = mp.mpf(0)
        for i, A in enumerate(advantages(kind, group)):
            n, rhos = len(group.theta[i]), group.ratios(i)
            if score == "log":
                result -= A * group.sums[i]
            elif score == "gmpo":
                result -= mp.sign(A) * mp.fprod(abs(bounded(x, A, low, high)) for x in rhos) ** (mp.mpf(1) / n)
            else:
                root = mp.mpf(1) / n if score == "gspo" else mp.mpf(1)
                result -= bounded(mp.fprod(rhos) ** root, A, low, high)
        return result / len(group.rewards)

    return value


def ec_rlvr(tau: Any, delta: Any = 0, zero: bool = False) -> Callable[[Group], Any]:
    def value(group: Group) -> Any:
        raised = [mp.exp(x / mp.mpf(tau)) for x in group.sums]
        if zero and not any(group.rewards):
            return mp.mpf(0)
        right = mp.fsum(x for x, r in zip(raised, group.rewards, strict=True) if r) + mp.mpf(delta)
        return -mp.log(right / (mp.fsum(raised) + mp.mpf(delta)))

    return value


def one_positive(tau: Any, normalised: bool) -> Callable[[Group], Any]:
    def value(group: Group) -> Any:
        f = [
            x / (mp.mpf(tau) * (len(row) if normalised else 1)) for x, row in zip(group.sums, group.theta, strict=True)
        ]
        return mp.log(mp.fsum(mp.exp(x) for x in f)) - f[group.of_class(1)[0]]

    return value


def conspo(factor: Any, margin: Any = 0, others: bool = False, normalised: bool = True) -> Callable[[Group], Any]:
    def value(group: Group) -> Any:
        s = [x / (len(row) if normalised else 1) for x, row in zip(group.sums, group.theta, strict=True)]
        plus, result = group.of_class(1), mp.mpf(0)
        for i in plus:
            own = mp.exp((s[i] - mp.mpf(margin)) * mp.mpf(factor))
            rivals = group.of_class(0) + ([j for j in plus if j != i] if others else [])
            result -= mp.log(own / (own + mp.fsum(mp.exp(s[j] * mp.mpf(factor)) for j in rivals))) / len(plus)
        return result

    return value


def dpo(beta: Any) -> Callable[[Group], Any]:
    def value(group: Group) -> Any:
        implicit = [x - mp.fsum(mp.log(y) for y in row) for x, row in zip(group.sums, group.ref, strict=True)]
        gap = implicit[group.of_class(1)[0]] - implicit[group.of_class(0)[0]]
        return mp.log(1 + mp.exp(-mp.mpf(beta) * gap))

    return value


def disco(score: str, normalised: bool = True) -> Callable[[Group], Any]:
    def value(group: Group) -> Any:
        s = []
        for i, row in enumerate(group.theta):
            terms = [mp.log(x) for x in row] if score == "log" else group.ratios(i)
            s.append(mp.fsum(terms) / (len(row) if normalised else 1))
        parts = [[s[i] for i in group.of_class(r)] for r in (1, 0)]
        if not parts[0] or not parts[1]:
            return mp.mpf(0)
        return mp.fsum(parts[1]) / len(parts[1]) - mp.fsum(parts[0]) / len(parts[0])

    return value


FIFTH = "0.2"
NUMERIC: dict[tuple[str, tuple[tuple[str, Any], ...]], Callable[[Group], Any]] = {
    ("grpo", ()): token_loss("grpo", "sequence"),
    ("grpo", (("clip", "1/5"),)): token_loss("grpo", "sequence", FIFTH, FIFTH),
    ("grpo", (("beta", "1/10"),)): token_loss("grpo", "sequence", beta="0.1"),
    ("grpo_population", ()): sequence_loss("population", "sequence"),
    ("grpo_population", (("clip", "1/5"),)): sequence_loss("population", "sequence", FIFTH, FIFTH),
    ("dr_grpo", ()): token_loss("mean", "constant"),
    ("dr_grpo", (("clip", "1/5"),)): token_loss("mean", "constant", FIFTH, FIFTH),
    ("dapo", ()): token_loss("grpo", "tokens", FIFTH, "0.28"),
    ("dapo", (("dynamic_sampling", False),)): token_loss("grpo", "tokens", FIFTH, "0.28"),
    ("gspo", ()): sequence_loss("grpo", "gspo", "3e-4", "4e-4"),
    ("gmpo", ()): sequence_loss("grpo", "gmpo", "0.33", "0.49"),
    ("reinforce", ()): sequence_loss("raw", "log"),
    ("reinforce", (("baseline", "mean"),)): sequence_loss("mean", "log"),
    ("reinforce", (("score", "sequence"),)): sequence_loss("raw", "sequence"),
    ("rloo", ()): sequence_loss("rloo", "log"),
    ("rloo", (("score", "sequence"),)): sequence_loss("rloo", "sequence"),
    ("maxrl", ()): sequence_loss("maxrl", "log"),
    ("advantage", (("rule", "percentile"),)): sequence_loss("percentile", "log"),
    ("advantage", (("rule", "softmax"),)): sequence_loss("softmax", "log"),
    ("advantage", (("rule", "softmax_uncentred"),)): sequence_loss("softmax_uncentred", "log"),
    ("dpo", ()): dpo(1),
    ("disco", ()): disco("log"),
    ("disco", (("length_normalised", False),)): disco("log", False),
    ("disco", (("score", "ratio"),)): disco("ratio"),
    ("infonce", (("tau", "1/2"),)): one_positive("0.5", False),
    ("nt_xent", ()): one_positive("0.5", True),
    ("ec_rlvr", (("tau", "1/2"),)): ec_rlvr("0.5"),
    ("ec_rlvr", (("tau", "1/2"), ("all_wrong", "zero"))): ec_rlvr("0.5", zero=True),
    ("ec_rlvr", (("tau", "1/2"), ("all_wrong", "skip"))): ec_rlvr("0.5"),
    ("ec_rlvr", (("tau", "1/2"), ("all_wrong", "smooth"), ("delta", "1/10"))): ec_rlvr("0.5", "0.1"),
    ("ec_rlvr", (("tau", 3), ("all_wrong", "zero"))): ec_rlvr(3, zero=True),
    ("conspo", (("tau", "1/2"),)): conspo(2),
    ("conspo", (("tau", "1/2"), ("M", "1/50"))): conspo(2, "0.02"),
    ("conspo", (("tau", 2), ("multiply_by_tau", True))): conspo(2),
    ("conspo", (("tau", "1/2"), ("other_successes", True))): conspo(2, others=True),
    ("conspo", (("tau", "1/2"), ("length_normalised", False))): conspo(2, normalised=False),
}
"""(name, parameters) -> the loss as a function of the tokens of a group."""
