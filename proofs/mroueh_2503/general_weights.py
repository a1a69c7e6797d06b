"""z_new = z_anchor + Ω(p) for the maximiser of E_π A − β·KL(π‖π_anchor), as displayed: the factor 1/β is missing.

With A = ω⁺ on successes and −ω⁻ on failures the maximiser is π_anchor·e^{A/β}/Z, so successes gain e^{ω⁺/β}, failures
lose e^{−ω⁻/β}, and the log-odds move by Ω/β with Ω = ω⁺ + ω⁻. The display is right at β = 1 only.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.precise import log, precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.exponentials import logarithm_of
from grpo_theory.ledger.facts import hypothesis
from grpo_theory.ledger.points import grid
from grpo_theory.policies.points import policy_point
from grpo_theory.policies.small import small_policies
from grpo_theory.policies.tilts import reward_mean, tilted
from grpo_theory.symbols import K, beta, o, p

anchor, reward = sp.Function("pi")(o), sp.Function("r")(o)
plus, minus = (sp.Symbol(name, positive=True) for name in ("omega_plus", "omega_minus"))
tilt = anchor * sp.exp((plus * reward - minus * (1 - reward)) / beta)
won, lost = sp.exp(plus / beta), sp.exp(-minus / beta)
everything = Given(sp.Sum(anchor, (o, 1, K)), sp.S(1))
successes = Given(sp.Sum(anchor * reward, (o, 1, K)), p)
new_odds = p * won / ((1 - p) * lost)
old = sp.log(p / (1 - p))
WEIGHTS = (real(plus, 0), real(minus, 0), real(beta, 0))
OUTCOMES = Domain(
    (natural(K, 1), *WEIGHTS, real(p, 0, 1), real(anchor, 0), choice(reward, 0, 1)),
    "every finite anchor policy",
    (everything, successes),
)
TWO_CLASSES = Domain((*WEIGHTS, real(p, 0, 1)))


def tilted_policy(point: Point) -> tuple[flint.arb, ...]:
    """The maximiser, outcome by outcome."""
    gain, loss = (as_ball(point[name]) / as_ball(point["beta"]) for name in ("omega_plus", "omega_minus"))
    return tilted(point["policy"], [gain if r == 1 else -loss for r in point["rewards"]])


@precisely
def log_odds(point: Point) -> flint.arb:
    """log(P(success)/P(failure)) under the maximiser."""
    new = tilted_policy(point)
    failed = reward_mean(new, [1 - r for r in point["rewards"]])
    return log(reward_mean(new, point["rewards"]) / failed)


@precisely
def mass(point: Point, reward_value: int) -> flint.arb:
    """Σ π_anchor·e^{A/β} over one class."""
    gain = point["omega_plus"] if reward_value else -point["omega_minus"]
    masses = (q for q, r in zip(point["policy"], point["rewards"], strict=True) if r == reward_value)
    return sum((as_ball(q) * (as_ball(gain) / as_ball(point["beta"])).exp() for q in masses), flint.arb(0))


def search() -> Iterator[Point]:
    """Two and three outcomes, smallest first, with unit weights first and β = 1 before β = 2."""
    for policy in small_policies(3, 4):
        weights = (Fraction(1), Fraction(1, 3))
        for at in grid(omega_plus=weights, omega_minus=weights, beta=(Fraction(1), Fraction(2), Fraction(1, 2))):
            yield {**policy_point(policy), **at}


def display_holds(point: Point) -> bool:
    """The display again: both sides differ by (1/β − 1)(ω⁺ + ω⁻), which is rational."""
    return bool((1 / point["beta"] - 1) * (point["omega_plus"] + point["omega_minus"]) == 0)


def of_class(summand: sp.Expr, value: sp.Expr, reward_value: int, steps: tuple[Step, ...]) -> Statement:
    """The tilted mass of one class, on every finite policy."""
    side = Side(sp.Sum(summand, (o, 1, K)), lambda point: mass(point, reward_value))
    evidence = (Derivation(steps), Enumeration(lambda _: search()))
    return Statement(side, Relation.EQUAL, Side(value), OUTCOMES, evidence)


of_successes = (
    Step(won * successes.lhs, "successes carry the factor e^{ω⁺/β}"),
    Step(won * p, "and have mass p", using=((hypothesis(successes), won),)),
)
of_failures = (
    Step(lost * (everything.lhs - successes.lhs), "failures carry the factor e^{−ω⁻/β}"),
    Step(
        lost * (1 - p),
        "and have mass 1 − p",
        using=((hypothesis(everything), lost), (hypothesis(successes), -lost)),
    ),
)
moved = old + (plus + minus) / beta
powers = [(p / (1 - p), 1), (sp.E, (plus + minus) / beta)]

repair = Claim(
    name="general-weights-repaired",
    source="mroueh-2503",
    label="general weights",
    says="z_new = z_anchor + Ω(p)/β with Ω = ω⁺ + ω⁻, for any positive weights, β > 0 and every finite anchor policy:"
    " the two classes have masses p·e^{ω⁺/β} and (1−p)·e^{−ω⁻/β} up to Z",
    statements=(
        of_class(tilt * reward, won * p, 1, of_successes),
        of_class(tilt * (1 - reward), lost * (1 - p), 0, of_failures),
        Statement(
            Side(sp.log(new_odds), log_odds),
            Relation.EQUAL,
            Side(moved),
            TWO_CLASSES,
            (
                Derivation((Step(moved, "the logarithm of a product", using=(logarithm_of(new_odds, powers),)),)),
                Enumeration(lambda _: search()),
            ),
        ),
    ),
)

claim = Claim(
    name="general-weights",
    source="mroueh-2503",
    label="general weights",
    says="the maximiser of E_π A − β·KL(π‖π_anchor), A = ω⁺ on successes and −ω⁻ on failures, has"
    " z_new = z_anchor + Ω(p), Ω = ω⁺ + ω⁻",
    statements=(
        Statement(
            Side(sp.log(new_odds), log_odds),
            Relation.EQUAL,
            Side(old + plus + minus),
            TWO_CLASSES,
            (Counterexample(search, display_holds),),
        ),
    ),
    repair=repair,
)
