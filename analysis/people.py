"""People of areas spread over the inhabited ground within each area: a dasymetric surface, no more than that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.assignment import assign
from analysis.errors import NotEnoughDataError
from analysis.grids import grid_over
from analysis.rasters import centres_inside
from analysis.scene import NO_AREA, Scene

Floats = NDArray[np.float64]

MOST_LATTICE: Final = 2_000_000  # cells of the lattice on which people are spread


@dataclass(frozen=True, kw_only=True, eq=False)
class People:
    """Where people are taken to be.

    Attributes
    ----------
    xy
        Places (n, 2), in metres: a lattice over the inhabited ground.
    persons
        At each place (n,).
    known
        Areas whose people are spread, by their position.
    unspread
        Persons of areas without inhabited ground.
    """

    xy: Floats
    persons: Floats
    known: NDArray[np.bool_]
    unspread: float


def spread_people(scene: Scene, *, step: float) -> People:
    """Spread the persons of each area evenly over its part of the study mask, on a lattice of this step (metres).

    A place belongs to the smallest area that holds it. Areas without a known population get nobody, and are not known.

    Raises
    ------
    NotEnoughDataError
        There is no population, or no inhabited ground.
    """
    if scene.population is None or scene.mask.is_empty or len(scene.areas) == 0:
        raise NotEnoughDataError(needed=1, found=0)
    left, bottom, right, top = scene.mask.bounds
    step = max(step, float(np.sqrt((right - left) * (top - bottom) / MOST_LATTICE)))
    grid = grid_over(scene.mask.bounds, cell_size=step)
    xy = grid.centres(np.flatnonzero(centres_inside(scene.mask, grid)))
    area = assign(xy[:, 0], xy[:, 1], scene.areas)
    persons = np.asarray(scene.population.persons, dtype=np.float64)
    known = np.isfinite(persons)
    places = np.bincount(area[area != NO_AREA], minlength=len(scene.areas))
    share = np.where(known & (places > 0), np.nan_to_num(persons) / np.maximum(places, 1), 0.0)
    inside = area != NO_AREA
    spread = np.where(inside, share[area], 0.0)
    return People(
        xy=xy[spread > 0],
        persons=spread[spread > 0],
        known=known,
        unspread=float(np.nansum(persons[known & (places == 0)])),
    )
