"""The clipped product min(ρA, clip(ρ, 1−c, 1+c)·A): its literal value, its slope in ρ, its kink and its plateau."""

from fractions import Fraction
from typing import Literal, TypeAlias

from grpo_theory.errors import exact_rational, outside
from grpo_theory.policies.vectors import Exact

Side: TypeAlias = Literal["left", "right"]


def clip_radius(clip: object) -> Fraction:
    """The clipping radius c as an exact number in (0, 1).

    Domain: what `exact_rational` takes. Errors: ValueError outside the interval.

    >>> clip_radius("0.2")
    Fraction(1, 5)
    """
    radius = exact_rational("clip", clip)
    if not 0 < radius < 1:
        raise outside("clip", clip, "(0, 1)", "the ratio is clipped to [1 - clip, 1 + clip]")
    return radius


def clipped_ratio(rho: Fraction, clip: object) -> Fraction:
    """clip(ρ, 1−c, 1+c), the point of [1−c, 1+c] nearest to ρ.

    Domain: ρ > 0, c in (0, 1).

    >>> clipped_ratio(Fraction(3, 2), "0.2"), clipped_ratio(Fraction(1, 2), "0.2")
    (Fraction(6, 5), Fraction(4, 5))
    """
    radius = clip_radius(clip)
    return min(max(rho, 1 - radius), 1 + radius)


def clipped(rho: Fraction, advantage: Exact, clip: object) -> Exact:
    """f(ρ, A) = min(ρA, clip(ρ, 1−c, 1+c)·A), by its definition.

    Domain: ρ > 0, any exact A, c in (0, 1). Source: `two-grpo` Eq. 5, `mroueh-note`.

    >>> clipped(Fraction(3, 2), Fraction(1), "0.2"), clipped(Fraction(3, 2), Fraction(-1), "0.2")
    (Fraction(6, 5), Fraction(-3, 2))
    """
    plain, bounded = rho * advantage, clipped_ratio(rho, clip) * advantage
    return plain if plain <= bounded else bounded


def clipped_slope(rho: Fraction, advantage: Exact, clip: object, side: Side | None = None) -> Exact:
    """∂f/∂ρ of the clipped product, one-sided where `side` asks for it.

    f is linear between the points 1−c and 1+c, so the difference quotient over a step that stays short of them is the
    derivative exactly. At the kink, which is 1+c for A > 0 and 1−c for A < 0, the slopes of the two sides differ (A
    and 0) and there is no derivative. Domain: ρ > 0, any exact A. Errors: ValueError at the kink when no side is given.

    >>> clipped_slope(Fraction(1), Fraction(2), "0.2"), clipped_slope(Fraction(3, 2), Fraction(2), "0.2")
    (Fraction(2, 1), Fraction(0, 1))
    >>> clipped_slope(Fraction(6, 5), Fraction(2), "0.2", "left")
    Fraction(2, 1)
    """
    if side is None:
        left, right = (clipped_slope(rho, advantage, clip, way) for way in ("left", "right"))
        if left != right:
            raise ValueError(f"the clipped product has no derivative at its kink {rho}: ask for one side")
        return right
    radius = clip_radius(clip)
    sign = 1 if side == "right" else -1
    gaps = [sign * (edge - rho) for edge in (1 - radius, 1 + radius)]
    step = sign * min([gap for gap in gaps if gap > 0], default=Fraction(1)) / 2
    return (clipped(rho + step, advantage, clip) - clipped(rho, advantage, clip)) / step


def kink(advantage: Exact, clip: object) -> Fraction | None:
    """The ratio at which f(·, A) has no derivative: 1+c for A > 0, 1−c for A < 0, none for A = 0.

    Domain: any exact A, c in (0, 1).

    >>> kink(Fraction(1), "0.2"), kink(Fraction(-1), "0.2"), kink(Fraction(0), "0.2")
    (Fraction(6, 5), Fraction(4, 5), None)
    """
    radius = clip_radius(clip)
    if not advantage:
        return None
    return 1 + radius if advantage > 0 else 1 - radius


def plateau(advantage: Exact, clip: object) -> Exact:
    """The constant value of f(·, A) beyond its kink: (1+c)A for ρ >= 1+c and A > 0, (1−c)A for ρ <= 1−c and A < 0.

    Domain: any exact A; for A = 0 the product is 0 throughout. Source: `mroueh-note`.

    >>> plateau(Fraction(-1), "0.2")
    Fraction(-4, 5)
    """
    edge = kink(advantage, clip)
    return Fraction(0) if edge is None else edge * advantage
