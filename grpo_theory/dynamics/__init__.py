"""What a loss does to the success probability over time: recurrences in log-odds and everything that they do."""

from grpo_theory.dynamics.bifurcations import Bifurcation, Bifurcations, bifurcations
from grpo_theory.dynamics.fixed_points import contraction, fixed_points
from grpo_theory.dynamics.problems import Problem, problem
from grpo_theory.dynamics.recurrences import Recurrence, SoftmaxGradient, Trajectory, recurrence
from grpo_theory.dynamics.results import FixedPoint, FixedPoints, decimal_bounds
from grpo_theory.dynamics.trajectories import Limit, iterate, limit, lyapunov_exponent, orbit_diagram
from grpo_theory.dynamics.weights import (
    ConstantWeight,
    GroupWeight,
    InverseWeight,
    SmoothedWeight,
    Weight,
    weight_of,
)

__all__ = [
    "Bifurcation",
    "Bifurcations",
    "ConstantWeight",
    "FixedPoint",
    "FixedPoints",
    "GroupWeight",
    "InverseWeight",
    "Limit",
    "Problem",
    "Recurrence",
    "SmoothedWeight",
    "SoftmaxGradient",
    "Trajectory",
    "Weight",
    "bifurcations",
    "contraction",
    "decimal_bounds",
    "fixed_points",
    "iterate",
    "limit",
    "lyapunov_exponent",
    "orbit_diagram",
    "problem",
    "recurrence",
    "weight_of",
]
