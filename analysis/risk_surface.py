"""The log ratio of two densities with one bandwidth, its standard error, and its random labelling.

Definitions: Kelsall and Diggle (1995), Bernoulli 1:3-16; Hazelton and Davies (2009), Biometrical Journal 51:98-109.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from analysis.convolution import smooth_points
from analysis.edges import EdgeField, edge_field
from analysis.grids import Grid
from analysis.scene import Region

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

LEAST_EDGE: Final = 1e-4  # below it an edge factor is no divisor
ROUNDING: Final = 1e-9  # two labellings that differ by less are the same one summed in another order
TINY: Final = 1e-300


@dataclass(frozen=True, kw_only=True, eq=False)
class RiskGround:
    """Everything about window, grid and bandwidth that all labellings of the points share.

    Attributes
    ----------
    cells
        Cells of the grid (flat) where the ratio is asked for.
    edge
        e(u) of the Gaussian with this bandwidth.
    factor
        e(u) at the cells.
    roughness
        R(u) = q(u; h / sqrt 2) / (4 pi q(u; h)²) at the cells: the integral of the squared, edge-corrected kernel.
    measure
        Weight of each cell of the grid in the integral over the window of sums of kernels divided by e (flat).
    """

    grid: Grid
    cells: NDArray[np.int64]
    bandwidth: float
    edge: EdgeField
    factor: Floats
    roughness: Floats
    measure: Floats

    def scale(self, sums: Floats) -> tuple[Floats, float]:
        """Return the edge-corrected density at the cells, and its integral over the window."""
        return sums[self.cells] / self.factor, float(np.einsum("i,i->", sums, self.measure))


@dataclass(frozen=True, kw_only=True, eq=False)
class RiskSurface:
    """The ratio at each cell of the ground; -inf or inf where one side has no kernel at all, NaN where neither has.

    Attributes
    ----------
    log_ratio
        rho(u) = ln f(u) / g(u), f and g scaled to integrate to one over the window.
    error
        Asymptotic standard error of rho under the hypothesis f = g.
    """

    log_ratio: Floats
    error: Floats

    @property
    def score(self) -> Floats:
        """Return rho in units of its standard error."""
        return self.log_ratio / self.error

    @property
    def p_upper(self) -> Floats:
        """Return the upper-tail p of each cell by itself: 1 - Phi(rho / se)."""
        return np.asarray(norm.sf(self.score))


def lay_risk_ground(window: Region, grid: Grid, cells: NDArray[np.int64], bandwidth: float) -> RiskGround:
    """Compute the edge factors of a Gaussian and of its square."""
    edge = edge_field(window, grid, kernel="gaussian", bandwidth=bandwidth)
    squared = edge_field(window, grid, kernel="gaussian", bandwidth=bandwidth / np.sqrt(2))
    factor = np.maximum(edge.cells, LEAST_EDGE)
    return RiskGround(
        grid=grid,
        cells=cells,
        bandwidth=bandwidth,
        edge=edge,
        factor=factor[cells],
        roughness=squared.cells[cells] / (4 * np.pi * factor[cells] ** 2),
        measure=edge.share * grid.cell_area / factor,
    )


def sum_kernels(xy: Floats, ground: RiskGround) -> Floats:
    """Return the plain sum of the kernels at every cell of the grid (flat)."""
    x, y = (np.ascontiguousarray(xy[:, axis]) for axis in (0, 1))
    return smooth_points(x, y, np.ones(len(x)), ground.grid, kernel="gaussian", bandwidth=ground.bandwidth)


def risk_surface(case_sums: Floats, control_sums: Floats, n: tuple[int, int], ground: RiskGround) -> RiskSurface:
    """Divide two sums of kernels; the standard error takes the pooled density for the common one.

    Parameters
    ----------
    case_sums, control_sums
        Sums of kernels at every cell of the grid, as `sum_kernels` makes them.
    n
        How many cases and controls lie in the window.
    """
    (cases, case_mass), (controls, control_mass) = ground.scale(case_sums), ground.scale(control_sums)
    pooled = (cases + controls) / (case_mass + control_mass)
    with np.errstate(divide="ignore", invalid="ignore"):  # no kernel on one side, or on both
        log_ratio = np.log(cases / case_mass) - np.log(controls / control_mass)
        error = standard_error(pooled, n, ground)
    return RiskSurface(log_ratio=log_ratio, error=error)


def standard_error(common: Floats, n: tuple[int, int], ground: RiskGround) -> Floats:
    """Return the asymptotic standard error of rho at the cells where both groups have this density (per m²)."""
    spread = ground.roughness * (1 / n[0] + 1 / n[1]) / ground.bandwidth**2
    return np.asarray(np.sqrt(spread / common))


@dataclass(frozen=True, kw_only=True, eq=False)
class Relabelled:
    """What random labelling of the same points gives, cell by cell.

    Attributes
    ----------
    p_upper, p_lower
        Each cell by itself, (1 + as high, or as low) / (runs + 1).
    p_map
        Each cell against the largest difference of the whole map, two-sided: what the map as a whole allows to say.
    p_global
        p of the largest difference of the map.
    """

    p_upper: Floats
    p_lower: Floats
    p_map: Floats
    p_global: float
    runs: int


def relabel(
    xy: Floats, n_cases: int, shown: Booleans, ground: RiskGround, *, runs: int, rng: np.random.Generator
) -> Relabelled:
    """Deal the labels of case and control anew among the points (cases come first in ``xy``), many times.

    Parameters
    ----------
    shown
        Cells of the ground that take part: a matter of the pooled points alone, so that every labelling is alike.
    """
    pooled = sum_kernels(xy, ground)
    unit = _unit_of_difference(pooled, (n_cases, len(xy) - n_cases), ground)
    seen = _differences(sum_kernels(xy[:n_cases], ground), pooled, ground) / unit
    above, below = np.zeros(len(seen), dtype=np.int64), np.zeros(len(seen), dtype=np.int64)
    extreme = np.empty(runs)
    for run in range(runs):
        chosen = rng.choice(len(xy), n_cases, replace=False, shuffle=False)
        drawn = _differences(sum_kernels(xy[chosen], ground), pooled, ground) / unit
        above += drawn >= seen - ROUNDING
        below += drawn <= seen + ROUNDING
        extreme[run] = np.abs(drawn[shown]).max(initial=0.0)
    reached = np.abs(seen) - ROUNDING
    beyond = runs - np.searchsorted(np.sort(extreme), reached, side="left")
    highest = reached[shown].max(initial=0.0)
    return Relabelled(
        p_upper=(1 + above) / (runs + 1),
        p_lower=(1 + below) / (runs + 1),
        p_map=(1 + beyond) / (runs + 1),
        p_global=float((1 + np.sum(extreme >= highest)) / (runs + 1)),
        runs=runs,
    )


def _differences(case_sums: Floats, pooled: Floats, ground: RiskGround) -> Floats:
    """Return f - g at the cells: finite, unlike rho, where one side is empty."""
    (cases, case_mass), (controls, control_mass) = ground.scale(case_sums), ground.scale(pooled - case_sums)
    difference: Floats = cases / case_mass - controls / control_mass
    return difference


def _unit_of_difference(pooled: Floats, n: tuple[int, int], ground: RiskGround) -> Floats:
    """Return the standard error of f - g under random labelling: that of rho times the common density."""
    density, mass = ground.scale(pooled)
    common = np.maximum(density / mass, TINY)
    return np.maximum(common * standard_error(common, n, ground), TINY)
