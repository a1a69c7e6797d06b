"""What a loss does to the success probability over time: recurrences in log-odds and everything that they do."""

from grpo_theory.dynamics.attractors import Attractor, Separator, attractors, separators
from grpo_theory.dynamics.basins import IRREGULAR, UNDECIDED, Basins, Boundary, basins
from grpo_theory.dynamics.bifurcations import Bifurcation, Bifurcations, bifurcations
from grpo_theory.dynamics.bounds import (
    Band,
    FixedPointInterval,
    Steps,
    fixed_point_interval,
    steps_to_success,
    trajectory_bounds,
    weight_bounds,
    weight_extremes,
)
from grpo_theory.dynamics.ec_rlvr import Amplification, amplification_step, amplifying_rates
from grpo_theory.dynamics.fixed_points import contraction, fixed_points
from grpo_theory.dynamics.flows import Clock, Tail, clock, escape_asymptote, escape_formula, escape_time, tail
from grpo_theory.dynamics.problems import Problem, problem
from grpo_theory.dynamics.rates import (
    Condition,
    Conditions,
    contraction_rate,
    improvement,
    lipschitz_constant,
    lipschitz_constants,
    local_rate,
    steps_within,
)
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
    "IRREGULAR",
    "UNDECIDED",
    "Amplification",
    "Attractor",
    "Band",
    "Basins",
    "Bifurcation",
    "Bifurcations",
    "Boundary",
    "Clock",
    "Condition",
    "Conditions",
    "ConstantWeight",
    "FixedPoint",
    "FixedPointInterval",
    "FixedPoints",
    "GroupWeight",
    "InverseWeight",
    "Limit",
    "Problem",
    "Recurrence",
    "Separator",
    "SmoothedWeight",
    "SoftmaxGradient",
    "Steps",
    "Tail",
    "Trajectory",
    "Weight",
    "amplification_step",
    "amplifying_rates",
    "attractors",
    "basins",
    "bifurcations",
    "clock",
    "contraction",
    "contraction_rate",
    "decimal_bounds",
    "escape_asymptote",
    "escape_formula",
    "escape_time",
    "fixed_point_interval",
    "fixed_points",
    "improvement",
    "iterate",
    "limit",
    "lipschitz_constant",
    "lipschitz_constants",
    "local_rate",
    "lyapunov_exponent",
    "orbit_diagram",
    "problem",
    "recurrence",
    "separators",
    "steps_to_success",
    "steps_within",
    "tail",
    "trajectory_bounds",
    "weight_bounds",
    "weight_extremes",
    "weight_of",
]
