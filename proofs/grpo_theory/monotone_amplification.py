"""With ε > 0 and η ≤ 1/s(ε), proximal iterates from z_ref never decrease, and tend to the least fixed point above it.

The step's slope is (1 + η·dΩ/dz)/(1+ηβ) ≥ (1 − ηs)/(1+ηβ) ≥ 0, so the step preserves order; and it moves z_ref up. By
induction z_t ≤ z_{t+1}, and z_t ≤ z* for every fixed point z*, which lies above z_ref: a step multiplies z_{t+1} − z_t
and z* − z_t by numbers that are not negative. The iterates stay below z_ref + 1/(β√ε), so they converge, and to a fixed
point, since the step is continuous. At β = 0 each step adds at least
2η/√(1+4ε), so that p → 1. The reference map preserves order on z ≥ 0, where Ω increases, hence the same for
p_ref ≥ 1/2.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial

import flint
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, Variable, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Convergence, Enumeration
from grpo_theory.ledger.exponentials import exponential_above
from grpo_theory.ledger.facts import Fact, differentiated, hypothesis, lemma, order, squeezed, summed
from grpo_theory.ledger.growth import mean_value
from grpo_theory.ledger.induction import inductively
from grpo_theory.ledger.points import grid
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.symbols import beta, d, epsilon, eta, i, j, n, p, z, z_0, z_ref

sigma = 1 / (1 + sp.exp(-z))
weight = 1 / sp.sqrt(sigma * (1 - sigma) + epsilon)
slope = -sigma * (1 - sigma) * (1 - 2 * sigma) / (2 * sp.sqrt(sigma * (1 - sigma) + epsilon) ** 3)
constant = 1 / (3 * sp.sqrt(3 * epsilon) * (1 + 4 * epsilon))
highest, lowest = 1 / sp.sqrt(epsilon), 2 / sp.sqrt(1 + 4 * epsilon)
MAPS = {
    "proximal": (z + eta * beta * z_ref + eta * weight) / (1 + eta * beta),
    "proximal, β = 0": z + eta * weight,
    "reference": z_ref + weight / beta,
}
SLOPES = {
    "proximal": (1 + eta * slope) / (1 + eta * beta),
    "proximal, β = 0": 1 + eta * slope,
    "reference": slope / beta,
}
SMALL_STEP = real(eta, 0, 1 / constant, closed="upper")
SETTINGS: dict[str, tuple[Variable, ...]] = {
    "proximal": (real(epsilon, 0), real(beta, 0), SMALL_STEP, real(z_ref)),
    "proximal, β = 0": (real(epsilon, 0), SMALL_STEP, real(z_ref)),
    "reference": (real(epsilon, 0), real(beta, 0), real(z_ref, 0, closed="lower")),
}
STARTS = {name: real(z_0, z_ref if name == "reference" else None, closed="lower") for name in MAPS}
WITHIN = {name: real(z, 0, closed="lower") if name == "reference" else real(z) for name in MAPS}


def rising(name: str) -> Fact:
    """0 ≤ dT/dz, from dΩ/dz ≥ −s(ε), or from Ω's growth on z ≥ 0."""
    calculus = differentiated(MAPS[name], z)
    by_chain = Step(SLOPES[name], "dp/dz = p(1−p) and the chain rule", using=(calculus,))
    if name == "reference":
        return chain(calculus.lhs, by_chain, Step(sp.S(0), "p ≥ 1/2", Relation.AT_LEAST))
    steepest = lemma("lipschitz-constant", -slope, constant, {p: sigma}, Relation.AT_MOST, part=2)
    scale = 1 + eta * beta if name == "proximal" else sp.S(1)
    return chain(
        calculus.lhs,
        by_chain,
        Step((1 - eta * constant) / scale, "−dΩ/dz ≤ s(ε)", Relation.AT_LEAST, using=((steepest, eta / scale),)),
        Step(sp.S(0), "η ≤ 1/s(ε)", Relation.AT_LEAST),
    )


def _arb(value: Fraction | int | flint.arb) -> flint.arb:
    return value if isinstance(value, flint.arb) else flint.arb(flint.fmpq(*Fraction(value).as_integer_ratio()))


def after(name: str, start: Fraction | flint.arb, point: Point) -> flint.arb:
    """One step from a start, from the definition of the steps, in balls."""
    success = 1 / (1 + (-_arb(start)).exp())
    pushed = 1 / (success * (1 - success) + _arb(point["epsilon"])).sqrt()
    if name == "reference":
        return _arb(point["z_ref"]) + pushed / _arb(point["beta"])
    rate = _arb(point["eta"])
    kept = 1 / (1 + rate * _arb(point["beta"])) if name == "proximal" else flint.arb(1)
    return kept * (_arb(start) + rate * pushed) + (1 - kept) * _arb(point["z_ref"])


def points(_: int) -> Iterator[Point]:
    """Pairs of starts, the steps up to the bound: 1/s(1/4) is 5.19…, and 1/s(1/100) = 0.54…"""
    settings = (
        {"epsilon": Fraction(1, 100), "beta": Fraction(2), "eta": Fraction(27, 50)},
        {"epsilon": Fraction(1, 4), "beta": Fraction(1, 5), "eta": Fraction(5)},
    )
    starts = grid(z_ref=(Fraction(-7, 2), Fraction(1)), z_0=(Fraction(-7, 2), Fraction(3, 2)), d=(Fraction(1, 10), 2))
    return ({**setting, **start} for start in list(starts) for setting in settings)


def ball_at(compute: Callable[[Point], flint.arb]) -> Callable[[Point], flint.arb]:
    """The computation at the precision that comparisons need."""

    def literal(point: Point) -> flint.arb:
        with flint.ctx.workprec(400):
            return compute(point)

    return literal


def preserves_order(name: str) -> Statement:
    """T(z_0) ≤ T(z_0 + d)."""
    theorem = mean_value(rising(name), WITHIN[name], z_0, z_0 + d)
    step = MAPS[name]
    proof = Derivation(
        (Step(step.subs(z, z_0 + d), "the slope is not negative", Relation.AT_MOST, using=(theorem,)),),
    )
    return Statement(
        Side(step.subs(z, z_0), ball_at(lambda at: after(name, at["z_0"], at))),
        Relation.AT_MOST,
        Side(step.subs(z, z_0 + d), ball_at(lambda at: after(name, at["z_0"] + at["d"], at))),
        Domain((*SETTINGS[name], STARTS[name], real(d, 0)), f"{name} step"),
        (proof, Enumeration(points)),
    )


def starts_upwards(name: str) -> Statement:
    """T(z_ref) = z_ref + gain·Ω(p_ref) > z_ref."""
    proof = Derivation((Step(z_ref, "Ω > 0", Relation.GREATER),))
    return Statement(
        Side(MAPS[name].subs(z, z_ref), ball_at(lambda at: after(name, at["z_ref"], at))),
        Relation.GREATER,
        Side(z_ref),
        Domain(SETTINGS[name], f"{name} step"),
        (proof, Enumeration(points)),
    )


def stays_below() -> Statement:
    """From d ≤ 1/(β√ε) a proximal step leads to a distance that obeys it too."""
    after_step = (d + eta * weight) / (1 + eta * beta)
    bound = order(weight, highest, "p(1−p) > 0", strict=True)
    top = (highest / beta + eta * highest) / (1 + eta * beta)
    proof = Derivation(
        (
            Step(
                (d + eta * highest) / (1 + eta * beta),
                "Ω < 1/√ε",
                Relation.LESS,
                using=((bound, eta / (1 + eta * beta)),),
            ),
            Step(top, "d ≤ 1/(β√ε)", Relation.AT_MOST),
            Step(highest / beta, "both parts are the bound"),
        )
    )
    literal = ball_at(
        lambda at: after("proximal", at["z"], {**at, "z_ref": at["z"] - at["d"]}) - _arb(at["z"] - at["d"])
    )
    seen = list(grid(z=(Fraction(-3), Fraction(1)), d=(0, 5), epsilon=(Fraction(1, 100),), beta=(2,), eta=(1, 7)))
    variables = (real(epsilon, 0), real(beta, 0), real(eta, 0), real(z), real(d, None, highest / beta, closed="upper"))
    return Statement(
        Side(after_step, literal),
        Relation.LESS,
        Side(highest / beta),
        Domain(variables, "proximal step"),
        (proof, Enumeration(lambda _: seen)),
    )


# The induction: distances are multiplied by quotients that are not negative, since the step preserves order.
orbit, quotient = sp.Function("orbit"), sp.Function("quotient")
goal, ahead = sp.Symbol("z_star", real=True), sp.Symbol("ahead", nonnegative=True)


def stays_ordered(above: Callable[[sp.Expr], sp.Expr]) -> Statement:
    """z_n ≤ z_{n+1}, or z_n ≤ z*: ``above`` is the term that stays above the iterate."""
    starts = Given(above(sp.S(0)) - orbit(0), ahead)
    left = above(i + 1) - orbit(i + 1)
    each_step = Given(left, quotient(i) * (above(i) - orbit(i)), i, sp.S(0), n - 1)
    start = chain(
        orbit(0) + 0 * n,
        Step(above(sp.S(0)), "it starts below", Relation.AT_MOST, using=((hypothesis(starts), sp.Integer(-1)),)),
    )
    using = ((hypothesis(each_step), -1),)
    stays = inductively(orbit(i), Relation.AT_MOST, above(i), (i, sp.S(0), n), start, quotient(i), using)
    variables = (natural(n, 1), real(ahead, 0, closed="lower"), real(quotient(i), 0, closed="lower"))
    proof = Derivation((Step(above(n), "by induction over n", Relation.AT_MOST, using=(stays,)),))
    return Statement(
        Side(orbit(n), lambda point: iterate(point, point["n"])),
        Relation.AT_MOST,
        Side(above(n)),
        Domain(variables, "orbits of a step that preserves order", (starts, each_step)),
        (proof, Enumeration(orbits)),
    )


def iterate(point: Point, steps: int) -> Fraction | flint.arb:
    """z after some steps from z_ref; the step halfway to one, z′ = (z+1)/2, keeps to fractions."""
    at: Fraction | flint.arb = point["z_ref"]
    with flint.ctx.workprec(500):
        for _ in range(steps):
            at = (at + 1) / 2 if point["map"] == "halfway" else after(point["map"], at, point)
    return at


def orbits(_: int) -> Iterator[Point]:
    """One to six steps towards a fixed point z*, z_ref = z* − Ω(z*)/β; each statement keeps its own first distance."""
    proximal: Point = {"map": "proximal", "epsilon": Fraction(1, 100), "beta": Fraction(2), "eta": Fraction(27, 50)}
    reference: Point = {"map": "reference", "epsilon": Fraction(1, 4), "beta": Fraction(2)}
    halfway = {"map": "halfway", "z_ref": Fraction(-2), "z_star": 1, "quotient": lambda _: Fraction(1, 2)}
    laws: list[Point] = [{**halfway, "ahead": first} for first in (Fraction(3, 2), Fraction(3))]
    for law, top in ((proximal, Fraction(-1)), (proximal, Fraction(3)), (reference, Fraction(4))):
        with flint.ctx.workprec(500):
            laws.append({**law, "z_star": top, "z_ref": _arb(top) - after("reference", top, {**law, "z_ref": 0})})
    for law in laws:
        yield from ({**law, "n": steps, "orbit": partial(iterate, law)} for steps in (1, 2, 6))


# β = 0: every step adds at least η·2/√(1+4ε).
policy = sp.Function("p")
passed = 1 / sp.sqrt(policy(i) * (1 - policy(i)) + epsilon)
climbed = z_ref + eta * sp.Sum(passed, (i, 0, n - 1))
pace = eta * lowest
AT_ZERO = Domain((real(epsilon, 0), real(eta, 0), real(z_ref), natural(n, 1)), "β = 0")


def climbs() -> Statement:
    """z_n ≥ z_ref + n·2η/√(1+4ε), whatever policies are passed."""
    least = summed(order(lowest, passed, "p(1−p) ≤ 1/4"), sp.S(1), i, sp.S(0), n - 1)
    counted = by_induction(sp.Sum(lowest, (j, 0, n - 1)), (j + 1) * lowest, j)
    proof = Derivation(
        (
            Step(
                z_ref + eta * least.lhs, "every total weight is at least this", Relation.AT_LEAST, using=((least, eta),)
            ),
            Step(z_ref + n * pace, "n equal terms", using=((counted, eta),)),
        )
    )

    def literal(point: Point) -> Surd:
        at = Surd.of(point["z_ref"])
        for number in range(point["n"]):
            chance = point["p"](number)
            at = at + point["eta"] / Surd.sqrt(chance * (1 - chance) + point["epsilon"])
        return at

    def steps(_: int) -> Iterator[Point]:
        at = {"z_ref": Fraction(-2), "p": lambda number: (Fraction(1, 9), Fraction(1, 2), Fraction(4, 5))[number % 3]}
        return ({**at, **more} for more in grid(epsilon=(Fraction(1, 4),), eta=(Fraction(1, 3), 2), n=(1, 2, 4)))

    return Statement(
        Side(climbed, literal),
        Relation.AT_LEAST,
        Side(z_ref + n * pace),
        Domain((*AT_ZERO.variables, real(policy(i), 0, 1)), "β = 0, through any policies"),
        (proof, Enumeration(steps)),
    )


def reaches_one() -> Statement:
    """1 − σ(z_ref + n·2η/√(1+4ε)) → 0."""
    failure = 1 / (1 + sp.exp(z_ref + n * pace))
    tangent = exponential_above(n * pace)
    upper = sp.exp(-z_ref) / (1 + n * pace)
    cofactor = sp.exp(-z_ref - n * pace) / (1 + n * pace)
    above = chain(
        failure, Step(upper, "1/(1+e^z) < e^{−z}, and e^x ≥ 1 + x", Relation.AT_MOST, using=((tangent, cofactor),))
    )
    squeeze = squeezed(failure, n, sp.S(0), order(0 / n, failure, "it is positive"), above)
    proof = Derivation((Step(sp.S(0), "it lies between 0 and e^{−z_ref}/(1 + n·2η/√(1+4ε))", using=(squeeze,)),))

    def literal(point: Point) -> flint.arb:
        least = 2 / (1 + 4 * _arb(point["epsilon"])).sqrt()
        at = _arb(point["z_ref"]) + point["n"] * _arb(point["eta"]) * least
        failing: flint.arb = 1 / (1 + at.exp())
        return failing

    seen = Convergence(ball_at(literal), lambda at: Fraction(50, at["n"]), far)
    return Statement(Side(sp.Limit(failure, n, sp.oo)), Relation.EQUAL, Side(sp.S(0)), AT_ZERO, (proof, seen))


def far(_: int) -> Iterator[Point]:
    """Up to 512 steps."""
    return grid(epsilon=(Fraction(1, 4),), eta=(Fraction(1, 3),), z_ref=(Fraction(-2),), n=(8, 64, 512))


claim = Claim(
    name="monotone-amplification",
    source="grpo-theory",
    label="Theorem",
    says="ε > 0 and η ≤ 1/s(ε): from p_0 = p_ref proximal iterates never decrease, and converge to the least fixed "
    "point above p_ref (β > 0) or to 1 (β = 0); the same for the reference map (β > 0, ε > 0) whenever p_ref ≥ 1/2",
    statements=(
        *(preserves_order(name) for name in MAPS),
        *(starts_upwards(name) for name in MAPS),
        stays_ordered(lambda step: orbit(step + 1)),
        stays_ordered(lambda _: goal),
        stays_below(),
        climbs(),
        reaches_one(),
    ),
    assuming=("convergence of bounded monotone sequences", "a continuous step fixes the limit of its iterates"),
)
