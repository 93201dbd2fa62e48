"""What the finer maps show inside each area: how much of it is hot, and where the density peaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.assignment import AreaIndex
from analysis.density import DensityParams, bare_density
from analysis.errors import AnalysisError, NotEnoughDataError
from analysis.grids import Grid
from analysis.hotspots import HotspotsParams, hotspots
from analysis.rasters import cells_near
from analysis.result import Result
from analysis.scene import NO_AREA, Scene

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HOT: Final = ("hot99", "hot95")
SAMPLES: Final = 6  # per side of a cell: an area smaller than a cell is still measured


@dataclass(frozen=True, kw_only=True, eq=False)
class Insides:
    """One entry per area; NaN where there is nothing to divide by.

    Attributes
    ----------
    hot_area_share
        Share of the study area inside the area that lies in hot cells.
    hot_incident_share
        Share of its placed incidents that lie in hot cells.
    peak_density
        Highest density in the area (incidents per km² and month).
    hotspots_missing, density_missing
        Code of the reason why there is no such map, None where there is one.
    """

    hot_area_share: Floats
    hot_incident_share: Floats
    peak_density: Floats
    hotspots_missing: str | None
    density_missing: str | None


def look_inside(scene: Scene, *, cell_size: float) -> Insides:
    """Map hotspots and density of the scene and summarise both by area."""
    index, n = AreaIndex(scene.areas), len(scene.areas)
    hot_area = hot_incidents = peak = np.full(n, np.nan)
    no_hotspots = no_density = None
    try:
        cells = hotspots(scene, HotspotsParams(cell_size=cell_size))
        hot_area, hot_incidents = share_of_hot_area(cells, index, n), share_of_hot_incidents(cells, scene)
        closed = ~cells.tables["placing"]["shown"].to_numpy(dtype=np.bool_)
        hot_incidents = np.where(closed, np.nan, hot_incidents)  # too few have a point: no cells to lie in
    except NotEnoughDataError as error:  # too few incidents for a map; the counts by area still stand
        no_hotspots = error.code
    try:
        peak = peak_by_area(bare_density(scene, DensityParams()), scene, index)
    except AnalysisError as error:
        no_density = error.code
    return Insides(
        hot_area_share=hot_area,
        hot_incident_share=hot_incidents,
        peak_density=peak,
        hotspots_missing=no_hotspots,
        density_missing=no_density,
    )


def share_of_hot_area(cells: Result, index: AreaIndex, n: int) -> Floats:
    """Return which share of each area's study cells is hot, measured on a lattice of points in the cells it cuts."""
    grid, at = _grid_of(cells), cells.table["cell"].to_numpy()
    hot = cells.table["class"].isin(HOT).to_numpy()
    cut = np.isin(at, cells_near(index.edges, grid))
    x, y, owner = _sample(grid, at[cut])
    middles = np.ascontiguousarray(grid.centres(at[~cut]).T)  # no edge runs through: all is where the middle is
    samples = grid.cell_area * (SAMPLES / grid.cell_size) ** 2
    area = np.concatenate([index.locate(x, y), index.locate(*middles)])
    warm = np.concatenate([hot[cut][owner], hot[~cut]])
    weight = np.concatenate([np.ones(len(x)), np.full(middles.shape[1], samples)])
    known = area != NO_AREA
    whole = np.bincount(area[known], weights=weight[known], minlength=n)
    within = np.bincount(area[known & warm], weights=weight[known & warm], minlength=n)
    return within / np.where(whole > 0, whole, np.nan)


def share_of_hot_incidents(cells: Result, scene: Scene) -> Floats:
    """Return which share of each area's placed incidents lies in a hot cell."""
    grid, points, n = _grid_of(cells), scene.points, len(scene.areas)
    hot = np.zeros(grid.n + 1, dtype=bool)  # the last entry serves points outside the grid
    hot[cells.table["cell"].to_numpy()] = cells.table["class"].isin(HOT).to_numpy()
    known = points.area != NO_AREA
    whole = np.bincount(points.area[known], minlength=n).astype(np.float64)
    within = np.bincount(points.area[known & hot[grid.locate(points.x, points.y)]], minlength=n)
    return within / np.where(whole > 0, whole, np.nan)


def peak_by_area(surface: Result, scene: Scene, index: AreaIndex) -> Floats:
    """Return the highest density among the cells whose centre lies in each area, and the cell of its middle."""
    grid, at = _grid_of(surface), surface.table["cell"].to_numpy()
    values = surface.table["density"].to_numpy(dtype=np.float64)
    peak = np.full(len(scene.areas), -np.inf)
    area = index.locate(*np.ascontiguousarray(grid.centres(at).T))
    known = (area != NO_AREA) & np.isfinite(values)
    np.maximum.at(peak, area[known], values[known])
    field = np.full(grid.n + 1, np.nan)
    field[at] = values
    middle = scene.areas.geometry.representative_point()
    here = field[grid.locate(middle.x.to_numpy(), middle.y.to_numpy())]
    peak = np.fmax(peak, here)
    return np.where(np.isfinite(peak), peak, np.nan)


def _grid_of(result: Result) -> Grid:
    if result.grid is None:
        raise NotEnoughDataError(needed=1, found=0)
    return result.grid


def _sample(grid: Grid, cells: Ints) -> tuple[Floats, Floats, Ints]:
    """Return points on a fine lattice inside each cell, and the position of their cell."""
    steps = (np.arange(SAMPLES + 2) - SAMPLES / 2 - 0.5) / SAMPLES * grid.cell_size  # a hexagon reaches 0.58 upwards
    offsets = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    points = (grid.centres(cells)[:, None, :] + offsets[None, :, :]).reshape(-1, 2)
    owner = np.repeat(np.arange(len(cells)), len(offsets))
    inside = grid.locate(points[:, 0], points[:, 1]) == cells[owner]
    return points[inside, 0], points[inside, 1], owner[inside]
