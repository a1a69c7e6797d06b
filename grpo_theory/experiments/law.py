"""The exact law of a sampled training run: expectations carried back over a grid of log-odds.

For a function f of the policy, u_t(z) = E[f(Z_t) | Z_0 = z] obeys u_{t+1}(z) = E[u_t(z + jump)], a finite sum over the
groups of one step. The only approximation is cubic interpolation of u_t between the points of a grid; it is measured by
halving the grid.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from grpo_theory.errors import outside
from grpo_theory.experiments.groups import Step
from grpo_theory.experiments.prompts import Bits, Floats

_CHUNK = 1_000_000
_NODES = 4
_REACH = 8.0


@dataclass(frozen=True)
class Grid:
    """A box of logits with equal spacing h in every direction: lows + h·(0, …, sizes − 1).

    Domain: one or two directions, at least four points in each. Errors: ValueError otherwise.

    >>> Grid((-1.0,), (5,), 0.5).points[:, 0].tolist()
    [-1.0, -0.5, 0.0, 0.5, 1.0]
    """

    lows: tuple[float, ...]
    sizes: tuple[int, ...]
    h: float

    def __post_init__(self) -> None:
        if len(self.sizes) not in (1, 2):
            raise outside("outcomes", len(self.sizes) + 1, "{2, 3}", "the law is carried over a grid of logits")

    @property
    def points(self) -> Floats:
        """All points, the last direction running fastest; shape (n, directions)."""
        axes = [low + self.h * np.arange(size) for low, size in zip(self.lows, self.sizes, strict=True)]
        return np.stack([each.ravel() for each in np.meshgrid(*axes, indexing="ij")], axis=-1)

    def nodes(self, z: Floats) -> tuple[NDArray[np.int64], Floats]:
        """For each direction the first of four nodes around z and their weights, cubic; z is kept in the box.

        Shapes (…, directions) and (…, directions, 4).

        >>> first, weights = Grid((0.0,), (5,), 1.0).nodes(np.array([[1.5]]))
        >>> first.tolist(), weights.tolist()
        ([[0]], [[[-0.0625, 0.5625, 0.5625, -0.0625]]])
        """
        sizes = np.array(self.sizes)
        x = np.clip((z - np.array(self.lows)) / self.h, 0, sizes - 1)
        first = np.clip(np.floor(x).astype(np.int64) - 1, 0, sizes - _NODES)
        return first, _cubic(x - first)


def _cubic(x: Floats) -> Floats:
    """Lagrange weights at x of the points 0, 1, 2, 3."""
    a, b, c, d = x, x - 1, x - 2, x - 3
    return np.stack([-b * c * d / 6, a * c * d / 2, -a * b * d / 2, a * b * c / 6], axis=-1)


def grid_around(starts: Floats, bits: Bits, top: float, h: float) -> Grid:
    """A grid that holds all logits which training from the starts can reach, up to `top` where they grow for ever.

    A success against a last outcome that fails only gains, a failure against one that succeeds only loses; the logit
    of two outcomes of one class may go either way. Domain: starts of shape (N, K−1), `bits` the K rewards.

    >>> grid_around(np.array([[-1.0]]), np.array([True, False]), 2.0, 1.0).points[:, 0].tolist()
    [-2.0, -1.0, 0.0, 1.0, 2.0]
    """
    lows, sizes = [], []
    for axis, bit in enumerate(bits[:-1]):
        gains, loses = bool(bit) >= bool(bits[-1]), bool(bit) <= bool(bits[-1])
        low = starts[:, axis].min() - _REACH if gains and loses else -top if loses else starts[:, axis].min() - h
        high = starts[:, axis].max() + _REACH if gains and loses else top if gains else starts[:, axis].max() + h
        lows.append(float(np.floor(low / h) * h))
        sizes.append(max(_NODES, int(np.ceil((high - lows[-1]) / h)) + 1))
    return Grid(tuple(lows), tuple(sizes), h)


def transition(grid: Grid, step: Callable[[Floats], Step]) -> sparse.csr_matrix:
    """The matrix P with (P u)(z) = E[u(z + jump)] at every point of the grid.

    Domain: `step` gives the exact distribution of a step at states of shape (n, directions).

    >>> def up(z: Floats) -> Step:
    ...     one = np.ones(len(z))
    ...     return Step(np.ones((len(z), 1, 1)), one[:, None])
    >>> (transition(Grid((0.0,), (5,), 1.0), up) @ np.arange(5.0)).tolist()
    [1.0, 2.0, 3.0, 4.0, 4.0]
    """
    points = grid.points
    rows = max(1, _CHUNK // step(points[:1]).chance.shape[1])
    parts = [_rows(grid, points[i : i + rows], step(points[i : i + rows])) for i in range(0, len(points), rows)]
    return sparse.vstack(parts, format="csr")


def _rows(grid: Grid, points: Floats, step: Step) -> sparse.csr_matrix:
    """The rows of the matrix: weights add up in a window of nodes that holds all jumps of a row."""
    first, weight = grid.nodes(points[:, None, :] + step.jump)
    corner = first.min(axis=1)
    local = first - corner[:, None, :]
    window = tuple(int(each) + _NODES for each in local.max(axis=(0, 1)))
    n, total = len(points), int(np.prod(window))
    place = np.ravel_multi_index(tuple(np.moveaxis(local, -1, 0)), window) + total * np.arange(n)[:, None]
    sums = np.zeros(n * total)
    for node in product(range(_NODES), repeat=len(window)):
        shares = step.chance * np.prod([weight[:, :, axis, i] for axis, i in enumerate(node)], axis=0)
        shift = int(np.ravel_multi_index(node, window))
        sums += np.bincount((place + shift).ravel(), shares.ravel(), minlength=n * total)
    return _sparse(grid, corner, window, sums)


def _sparse(grid: Grid, corner: NDArray[np.int64], window: tuple[int, ...], sums: Floats) -> sparse.csr_matrix:
    """The rows from their windows; nodes of a window beyond the grid carry no weight and are left out."""
    offsets = np.stack(np.unravel_index(np.arange(int(np.prod(window))), window), axis=-1)
    axes = np.minimum(corner[:, None, :] + offsets, np.array(grid.sizes) - 1)
    columns = np.ravel_multi_index(tuple(np.moveaxis(axes, -1, 0)), grid.sizes)
    starts = np.arange(len(corner) + 1) * len(offsets)
    matrix = sparse.csr_matrix((sums, columns.ravel(), starts), shape=(len(corner), int(np.prod(grid.sizes))))
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def expectations(P: sparse.csr_matrix, grid: Grid, features: Floats, starts: Floats, steps: int) -> Floats:
    """E[f(Z_t) | Z_0 = start] for t = 0, …, steps; shape (steps + 1, N, number of features).

    Domain: features at the points of the grid, shape (n, number of features). The first row is f itself, interpolated.

    >>> grid = Grid((0.0,), (5,), 1.0)
    >>> stay = sparse.identity(5, format="csr")
    >>> expectations(stay, grid, grid.points**2, np.array([[1.5]]), 1)[:, 0, 0].tolist()
    [2.25, 2.25]
    """
    points, weight = _interpolation(grid, starts)
    found, u = np.empty((steps + 1, len(starts), features.shape[1])), features
    for t in range(steps + 1):
        found[t] = np.einsum("nj,njf->nf", weight, u[points])
        u = P @ u if t < steps else u
    return found


def _interpolation(grid: Grid, z: Floats) -> tuple[NDArray[np.int64], Floats]:
    """The grid's points around each z and their weights, shape (N, 4^directions)."""
    first, weight = grid.nodes(z)
    nodes = list(product(range(_NODES), repeat=len(grid.sizes)))
    points = [np.ravel_multi_index(tuple(np.moveaxis(first + np.array(node), -1, 0)), grid.sizes) for node in nodes]
    shares = [np.prod([weight[:, axis, i] for axis, i in enumerate(node)], axis=0) for node in nodes]
    return np.stack(points, axis=-1), np.stack(shares, axis=-1)
