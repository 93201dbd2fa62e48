"""Intensities at the points themselves, for what selects a bandwidth: by all pairs, or from a lattice where many."""

from __future__ import annotations

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from analysis.convolution import SPLINE, STEPS, filter_field, lay_lattice, sample_field, spread_points
from analysis.grids import grid_over

Floats = NDArray[np.float64]

FEW: Final = 1_000  # points up to which all pairs are summed; beyond, the field of the lattice is asked
NODES: Final = 1_000_000  # of that lattice; it sets the least sigma that is tried
LEAST: Final = 1e-300  # of which a logarithm can be taken
FAINTEST: Final = 1e-6  # of a point's own kernel: less than the lattice can tell from nothing


def intensity_at_points(
    x: Floats, y: Floats, sigma: float, *, weights: Floats | None = None, with_self: bool = True
) -> Floats:
    """Return the weighted sum of the Gaussian kernels at the points, with or without that of the point itself."""
    weights = np.ones(len(x)) if weights is None else weights
    own = weights / (2 * np.pi * sigma**2)
    if len(x) <= FEW:
        others = _sum_of_others(x, y, weights, sigma) / (2 * np.pi * sigma**2)
        return others + own if with_self else np.maximum(others, LEAST)
    total = _sum_on_lattice(x, y, sigma, weights)
    return np.maximum(total, own) if with_self else np.maximum(total - own, FAINTEST * own)


def least_sigma(x: Floats, y: Floats) -> float:
    """Return the least sigma that the lattice can tell; 0 where all pairs are summed."""
    return 0.0 if len(x) <= FEW else float(STEPS["gaussian"] * np.sqrt(np.ptp(x) * np.ptp(y) / NODES))


def _sum_on_lattice(x: Floats, y: Floats, sigma: float, weights: Floats) -> Floats:
    grid = grid_over((x.min(), y.min(), x.max(), y.max()), cell_size=sigma / STEPS["gaussian"])
    lattice = lay_lattice(grid, kernel="gaussian", bandwidth=sigma)
    field = spread_points(x, y, weights, lattice)
    coefficients = filter_field(field, lattice, kernel="gaussian", bandwidth=sigma, undo=2 * SPLINE)
    return sample_field(coefficients, lattice, x, y) / lattice.step**2


@numba.njit(cache=True, nogil=True)
def _sum_of_others(x: Floats, y: Floats, weights: Floats, sigma: float) -> Floats:
    sums = np.zeros(len(x))
    for j in range(len(x)):
        for i in range(j):
            height = np.exp(-((x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2) / (2.0 * sigma**2))
            sums[j] += weights[i] * height
            sums[i] += weights[j] * height
    return sums
