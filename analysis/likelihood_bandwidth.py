"""Likelihood cross-validation: the sigma under which each point is best foretold by the others."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from analysis.bandwidths import Advice, Search
from analysis.edges import EdgeField, edge_field
from analysis.errors import NotEnoughDataError
from analysis.grids import grid_over
from analysis.intensities import FEW, intensity_at_points, least_sigma
from analysis.scene import Region
from analysis.smoothing import LEAST_WEIGHTED, Correction, smooth_within

Floats = NDArray[np.float64]

TRIALS: Final = 10  # sigmas that are compared before the best is refined
STEPS: Final = 12.0  # cells per sigma for the edge factors of a criterion, as long as the window has no more than ...
EDGE_NODES: Final = 100_000  # ... so many: they are asked to a percent, not to a ten-thousandth
PRECISION: Final = 0.01  # of the advised sigma, relative


def log_likelihood(x: Floats, y: Floats, sigma: float, *, window: Region, correction: Correction) -> float:
    """Return the sum of log lambda(x_i) without the point itself, less the integral of lambda over the window.

    Both with the edge correction that the map will have (Loader 1999, section 5.3): without it, points near the edge
    would ask for a wider kernel than the map needs.
    """
    edge = _edge(window, sigma)
    factor = np.maximum(edge.at(x, y), LEAST_WEIGHTED) if correction != "none" else np.ones(len(x))
    weights = 1 / factor if correction == "jones_diggle" else None
    intensity = intensity_at_points(x, y, sigma, weights=weights, with_self=False)
    if correction == "uniform":
        intensity /= factor
    mass = float(len(x))  # of Jones and Diggle, by construction
    if correction != "jones_diggle":
        mass = smooth_within(np.column_stack([x, y]), edge, correction=correction).mass
    return float(np.sum(np.log(intensity)) - mass)


def _edge(window: Region, sigma: float) -> EdgeField:
    left, bottom, right, top = window.bounds
    cell = max(sigma / STEPS, float(np.sqrt((right - left) * (top - bottom) / EDGE_NODES)))
    grid = grid_over(window.bounds, cell_size=cell)
    return edge_field(window, grid, kernel="gaussian", bandwidth=sigma, steps=sigma / cell)  # one node a cell


def advise_likelihood(
    x: Floats, y: Floats, search: Search, *, window: Region, correction: Correction = "jones_diggle"
) -> Advice:
    """Advise the sigma of the greatest cross-validated likelihood between the limits of the search.

    Raises
    ------
    NotEnoughDataError
        Fewer than two points.
    """
    if len(x) < 2:
        raise NotEnoughDataError(needed=2, found=len(x))
    low = max(search.low, least_sigma(x, y))
    trials = np.linspace(np.log(low), np.log(max(low, search.high)), TRIALS)

    def loss(log_sigma: float) -> float:
        return -log_likelihood(x, y, float(np.exp(log_sigma)), window=window, correction=correction)

    losses = np.array([loss(trial) for trial in trials])
    best = int(np.argmin(losses))
    if best in (0, TRIALS - 1):
        return Advice(method="likelihood", sigma=float(np.exp(trials[best])), at_boundary=True)
    precision = PRECISION if len(x) > FEW else PRECISION / 100
    around = (float(trials[best - 1]), float(trials[best + 1]))
    found = minimize_scalar(loss, bounds=around, method="bounded", options={"xatol": precision})
    return Advice(method="likelihood", sigma=float(np.exp(found.x)))
