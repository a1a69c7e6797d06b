"""The k3 penalty, differentiated in the loss only, has one stationary point in (0, 1), [1+2β²p_ref+√R]/(2(1+β²)).

R = 1 + 4β²p_ref(1−p_ref). On-policy samples o ~ π that are not differentiated, population whitening, ε = 0: the slope
of k3(x) = x − log x − 1 at x = π_ref/π is (1 − 1/x)·∂x = (1 − x)·∂log π, whose mean over π is −Σπ_ref·∂log π. In
log-odds this is p − p_ref, so the update is √(p(1−p)) − β(p − p_ref). It is positive up to p_ref; above, it vanishes
where p(1−p) = β²(p − p_ref)². The quadratic's other root lies below p_ref and is not stationary.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Literal, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import differentiated, hypothesis
from grpo_theory.ledger.points import grid
from grpo_theory.ledger.roots import root_of_square
from grpo_theory.losses.mroueh import standardised_advantage
from grpo_theory.policies.dual import Dual, constant
from grpo_theory.policies.finite import SoftmaxPolicy, two_outcome
from grpo_theory.policies.moving import moving_probability
from grpo_theory.policies.points import at_outcome
from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.symbols import K, beta, o, p, p_ref

# The success probability of the policy that is differentiated; the samples keep p.
moving = sp.Symbol("y", positive=True)
deviation = sp.sqrt(p * (1 - p))


def k3(x: sp.Expr) -> sp.Expr:
    """x − log x − 1."""
    return x - sp.log(x) - 1


reward_part = (1 - p) / deviation * moving - p / deviation * (1 - moving)
penalty = p * k3(p_ref / moving) + (1 - p) * k3((1 - p_ref) / (1 - moving))
objective = reward_part - beta * penalty
failing, failing_ref = 1 - moving, 1 - p_ref
slope = 1 / deviation - beta * (p / moving * (1 - p_ref / moving) - (1 - p) / failing * (1 - failing_ref / failing))
update = deviation - beta * (p - p_ref)
on_policy = p * (1 - p) * slope.subs(moving, p)


def root(side: int) -> sp.Expr:
    """[1 + 2β²p_ref ± √(1 + 4β²p_ref(1−p_ref))]/(2(1+β²))."""
    return (1 + 2 * beta**2 * p_ref + side * sp.sqrt(1 + 4 * beta**2 * p_ref * (1 - p_ref))) / (2 * (1 + beta**2))


p_star = root(1)
at_p_star = sp.sqrt(p_star * (1 - p_star))
# β at which a given p above p_ref is stationary: every stationary point belongs to it.
strength = deviation / (p - p_ref)


def sampled_objective(policy: Sequence[Dual], sampler: FinitePolicy, point: Point) -> Dual:
    """Σ_o p(o)·[A(o)·π(o)/p(o) − β·k3(π_ref(o)/π(o))], only π moving; of log x only the slope x'/x is kept."""
    total = constant(0, len(policy[0].gradient))
    for place, reference in enumerate(point.get("reference") or (point["p_ref"], 1 - point["p_ref"])):
        chance, x = sampler.probabilities[place], reference / policy[place]
        logarithm = Dual(Fraction(0), (x / x.value).gradient)
        advantage = policy[place] / chance * standardised_advantage(sampler, place)
        total = total + chance * (advantage - point["beta"] * (x - logarithm - 1))
    return total


def slope_in_probability(point: Point) -> Surd:
    """The slope of the sampled objective where the moving policy has another success probability than the samples."""
    moved = Dual(point["y"], (Fraction(1),))
    return Surd.of(sampled_objective((moved, 1 - moved), two_outcome(point["p"]), point).gradient[0])


def slope_in_log_odds(point: Point) -> Surd:
    """The on-policy update −∂L/∂z of the two-outcome policy."""
    policy = two_outcome(point["p"])
    return Surd.of(
        sampled_objective([moving_probability(policy, place) for place in (0, 1)], policy, point).gradient[0]
    )


def slopes_in_logits(point: Point) -> Surd:
    """The on-policy updates of the logits of all successes together, for a policy with any number of outcomes."""
    policy = SoftmaxPolicy(point["policy"], point["rewards"])
    moved = [moving_probability(policy, place) for place in range(point["K"])]
    slopes = sampled_objective(moved, policy, point).gradient
    return sum((Surd.of(s) * r for s, r in zip(slopes, point["rewards"], strict=True)), Surd.of(0))


def mean_slope(point: Point) -> Surd:
    """Σ_o π(o)·∂/∂π(o) of the sampled objective, all probabilities moving freely."""
    policy = SoftmaxPolicy(point["policy"], point["rewards"])
    size = range(point["K"])
    moved = [Dual(q, tuple(Fraction(int(i == at)) for i in size)) for at, q in enumerate(point["policy"])]
    slopes = sampled_objective(moved, policy, point).gradient
    return sum((Surd.of(s) * q for s, q in zip(slopes, point["policy"], strict=True)), Surd.of(0))


def anywhere(_: int) -> Iterator[Point]:
    """Policies on both sides of the reference, on-policy and off it."""
    chances = (Fraction(1, 5), Fraction(1, 2), Fraction(7, 10))
    return grid(p=chances, y=(Fraction(1, 3), Fraction(4, 5)), p_ref=chances, beta=(Fraction(1), Fraction(3, 10)))


def stationary(_: int) -> Iterator[Point]:
    """Stationary points with rational coordinates: p(1−p) is a square and β = √(p(1−p))/(p − p_ref)."""
    for chance, deviation_here in (("1/2", "1/2"), ("1/5", "2/5"), ("4/5", "2/5"), ("9/10", "3/10"), ("1/10", "3/10")):
        for share in (Fraction(1, 3), Fraction(9, 10)):
            reference = share * Fraction(chance)
            yield {
                "p": Fraction(chance),
                "p_ref": reference,
                "beta": Fraction(deviation_here) / (Fraction(chance) - reference),
            }


def policies(_: int) -> Iterator[Point]:
    """Policies and references with two, three and five outcomes."""
    texts = (
        ("1/3 2/3", "1 0", "1/2 1/2"),
        ("1/6 1/3 1/2", "1 1 0", "1/5 1/5 3/5"),
        ("1/16 1/4 1/8 1/2 1/16", "1 0 1 0 1", "1/10 3/10 1/5 3/10 1/10"),
    )
    for text in texts:
        here, rewards, there = (tuple(Fraction(part) for part in law.split()) for law in text)
        success, anchor = (
            sum((q * r for q, r in zip(law, rewards, strict=True)), Fraction(0)) for law in (here, there)
        )
        named = {"K": len(here), "policy": here, "rewards": rewards, "reference": there, "p": success, "p_ref": anchor}
        functions = {"pi": at_outcome(here), "pi_ref": at_outcome(there), "r": at_outcome(rewards)}
        yield from ({**named, **functions, "beta": strength} for strength in (Fraction(1), Fraction(3, 10)))


here, there, reward = (sp.Function(name)(o) for name in ("pi", "pi_ref", "r"))


def total(summand: sp.Expr) -> sp.Sum:
    """A sum over all outcomes."""
    return sp.Sum(summand, (o, 1, K))


SUMS = tuple(
    Given(total(summand), value)
    for summand, value in ((here, sp.S(1)), (here * reward, p), (there, sp.S(1)), (there * reward, p_ref))
)
EVERY_POLICY = Domain(
    (
        natural(K, 1),
        real(p, 0, 1),
        real(p_ref, 0, 1),
        real(beta, 0),
        real(here, 0),
        real(there, 0),
        choice(reward, 0, 1),
    ),
    "every finite policy and reference policy",
    SUMS,
)
pulled = (reward - p) / deviation - beta * (1 - there / here)


def on_policies(
    summand: sp.Expr, value: sp.Expr, literal: Literal, cofactors: tuple[sp.Expr, ...], because: str
) -> Statement:
    """A sum over the outcomes of any finite policy."""
    using = tuple((hypothesis(known), cofactor) for known, cofactor in zip(SUMS, cofactors, strict=True))
    proof = Derivation((Step(value + 0 * K, because, using=using),))
    sides = Side(total(summand), literal), Side(value)
    return Statement(sides[0], Relation.EQUAL, sides[1], EVERY_POLICY, (proof, Enumeration(policies)))


square = root_of_square(p_star * (1 - p_star), beta * (p_star - p_ref))
POSITIVE = real(beta, 0)
# The sign of 1 − 2p_ref matters on the way.
BETWEEN = real(p_ref, 0, 1, breaks=(sp.Rational(1, 2),))


def ordered(low: sp.Expr, high: sp.Expr, because: str) -> Statement:
    """low < high for all β and p_ref."""
    return Statement(
        Side(low),
        Relation.LESS,
        Side(high),
        Domain((BETWEEN, POSITIVE)),
        (Derivation((Step(high, because, Relation.LESS),)), Enumeration(stationary)),
    )


claim = Claim(
    name="k3-fixed-point",
    source="literature",
    label="k3 penalty in the loss",
    says="with the k3 penalty differentiated in the loss only, on-policy, population whitening and ε = 0 every finite"
    " softmax policy, the two-outcome one in log-odds, is stationary at no other success probability than p* ="
    " [1 + 2β²p_ref + √(1 + 4β²p_ref(1−p_ref))]/(2(1+β²)), the only one in (0, 1); the other root of the quadratic lies"
    " below p_ref, where the update is positive",
    statements=(
        Statement(
            Side(sp.Derivative(objective, moving, evaluate=False), slope_in_probability),
            Relation.EQUAL,
            Side(slope),
            Domain((real(p, 0, 1), real(moving, 0, 1), real(p_ref, 0, 1), POSITIVE)),
            (
                Derivation(
                    (
                        Step(
                            differentiated(objective, moving).rhs,
                            "the rules of differentiation",
                            using=(differentiated(objective, moving),),
                        ),
                        Step(slope, "k3 has the slope 1 − 1/x"),
                    )
                ),
                Enumeration(anywhere),
            ),
        ),
        Statement(
            Side(on_policy, slope_in_log_odds),
            Relation.EQUAL,
            Side(update),
            Domain((real(p, 0, 1), real(p_ref, 0, 1), POSITIVE)),
            (
                Derivation((Step(update, "∂p/∂z = p(1−p), and the samples' policy is the moving one"),)),
                Enumeration(anywhere),
            ),
        ),
        on_policies(
            here * pulled,
            sp.S(0),
            mean_slope,
            (-p / deviation - beta, 1 / deviation, beta, sp.S(0)),
            "advantages have mean zero, and both policies are normalised: a logit moves by π(o) times its own slope",
        ),
        on_policies(
            reward * here * pulled,
            update,
            slopes_in_logits,
            (sp.S(0), (1 - p) / deviation - beta, sp.S(0), beta),
            "the logits of all successes together move as the two-outcome policy's log-odds do",
        ),
        Statement(
            Side(update, slope_in_log_odds),
            Relation.GREATER,
            Side(sp.S(0)),
            Domain((real(p_ref, 0, 1), real(p, 0, p_ref, closed="upper"), POSITIVE)),
            (
                Derivation((Step(0 * p, "both terms pull upwards", Relation.GREATER),)),
                Enumeration(anywhere),
            ),
        ),
        Statement(
            Side(p_star.subs(beta, strength)),
            Relation.EQUAL,
            Side(p),
            Domain((real(p_ref, 0, 1), real(p, p_ref, 1)), "p stationary, that is β = √(p(1−p))/(p − p_ref)"),
            (
                Derivation((Step(p, "the root is p + p_ref − 2p·p_ref over p − p_ref"),)),
                Enumeration(stationary),
            ),
        ),
        Statement(
            Side(at_p_star - beta * (p_star - p_ref), slope_in_log_odds),
            Relation.EQUAL,
            Side(sp.S(0)),
            Domain((BETWEEN, POSITIVE)),
            (
                Derivation((Step(0 * beta, "p*(1−p*) is the square of β(p* − p_ref) > 0", using=(square,)),)),
                Enumeration(stationary),
            ),
        ),
        ordered(p_ref, p_star, "the root exceeds |1 − 2p_ref|"),
        ordered(p_star, sp.S(1), "R is less than (1 + 2β²(1−p_ref))²"),
        ordered(root(-1), p_ref, "the root exceeds |1 − 2p_ref|"),
    ),
)
