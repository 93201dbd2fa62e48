"""Stability: where the map stays hot when the grid is laid otherwise and the incidents are drawn anew from themselves.

Three cell sizes and four offsets (the modifiable areal unit, Openshaw 1984), and samples of the incidents over these
twelve grids. Formula, assumptions and reading guide: docs/handbook/stability.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analysis.cell_tests import find_hot_in_maps
from analysis.errors import GridTooLargeError, NotEnoughCellsError, NotEnoughDataError
from analysis.gate import LEAST_PLACED, open_ground
from analysis.grids import Floats, Ints
from analysis.hot_cells import FEWEST_CELLS, HotspotsParams, find_hot_cells
from analysis.neighbours import find_neighbours
from analysis.params import Params, option
from analysis.places import Cells, find_places
from analysis.result import Result, View
from analysis.scene import Scene, require_points
from analysis.study_cells import StudyCells, count_in_cells

SIZES: Final = (1.0, 2 / 3, 1.5)  # times the cell size asked for, which comes first
OFFSETS: Final = ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5))  # of a cell
GRIDS: Final = len(SIZES) * len(OFFSETS)
FINE: Final = 0.4  # of the cell size: the lattice on which the grids meet
MOST_LOCATIONS: Final = 500_000  # of the lattice: some five seconds, and as much as a page can hold
SHUFFLES: Final = 99  # of each grid, for the safeguard
LEVELS: Final = (("95", 0.95), ("80", 0.80), ("50", 0.50))  # shares of the samples, as classes name them


@dataclass(frozen=True, kw_only=True)
class StabilityParams(Params):
    """Options of `stability`, each with a default that one can defend (handbook/stability.md)."""

    cell_shape: str = option("square", choices=("square", "hexagon"))
    cell_size: float = option(250.0, unit="m", low=100.0, high=5000.0)
    resamples: int = option(96, low=48, high=960)
    coverage: float = option(0.02, choices=(0.01, 0.02, 0.05))
    seed: int = option(20240601, low=0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area shows no cells

    @property
    def of_hotspots(self) -> HotspotsParams:
        """The usual test, on the cells asked for; the samples are drawn here."""
        return HotspotsParams(
            cell_shape=self.cell_shape, cell_size=self.cell_size, shuffles=SHUFFLES, seed=self.seed, resamples=0
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Shares:
    """How often each location is hot.

    Attributes
    ----------
    grids
        In how many of the twelve grids, with the incidents as they are (n,).
    samples
        In how many of the samples, each on one of the grids in turn (n,).
    place_grids, place_samples
        In how many of either at least half of a place is hot (places,).
    """

    grids: Ints
    samples: Ints
    place_grids: Ints
    place_samples: Ints


def stability(scene: Scene, params: StabilityParams) -> Result:
    """Find in which share of the grids and samples each location is hot.

    Returns
    -------
    Result
        One row per location, a square of 0.4 cells: ``grids`` (of twelve, in which it is hot), ``samples`` (in which
        it is hot), ``percent`` (of the samples), ``class`` (``stable95``, ``stable80``, ``stable50`` or ``none``).
        A location outside the cells of a grid counts as not hot in it. ``tables["places"]``: those of `hotspots`, with
        ``stability`` (share of the samples) and ``grids`` (of twelve) in which half of it or more is hot.

    Raises
    ------
    NotEnoughDataError
        No incident in the study area, or fewer than nine of the largest cells.
    BelowGateError
        Too few incidents have a point, in every area.
    GridTooLargeError
        More locations than can be tried on every grid.
    """
    require_points(scene.points, at_least=1)
    ground = open_ground(scene, least=params.least_placed)
    fine = count_in_cells(ground.scene, cell_size=FINE * params.cell_size, cell_shape="square")
    if len(fine.cells) > MOST_LOCATIONS:
        raise GridTooLargeError(needed=MOST_LOCATIONS, found=len(fine.cells))
    grids = [_lay(ground.scene, params, at) for at in range(GRIDS)]
    _require_cells(grids)
    places, of_cell = _find_places(ground.scene, grids[0], params)
    shares = count_runs(grids, fine.grid.centres(fine.cells), of_cell, params)
    table = _tabulate(fine, shares, params)
    places["stability"] = shares.place_samples / params.resamples
    places["grids"] = shares.place_grids
    left_out = {"outside_mask": fine.outside, "below_gate": ground.left_out}
    return Result(
        params=params,
        table=table,
        view=View(kind="cells", value="class", scale="stability", unit=""),
        crs=scene.crs,
        n_observations=int(fine.counts.sum()),
        grid=fine.grid,
        tables={"places": places, "placing": ground.placing},
        left_out={reason: n for reason, n in left_out.items() if n},
        reading={**_read(fine, table, places, shares, params), "gate": ground.read()},
    )


def count_runs(grids: list[StudyCells], at: Floats, of_cell: Ints, params: StabilityParams) -> Shares:
    """Test every grid with the incidents as they are and with its samples, and count where it is hot.

    Parameters
    ----------
    at
        Locations (n, 2) at which the grids are compared.
    of_cell
        Which place each cell of the first grid belongs to, -1 for none.
    """
    place = np.append(of_cell, -1)[_find_cells(grids[0], at)]
    size = np.bincount(place[place >= 0], minlength=int(of_cell.max(initial=-1)) + 1)
    found = np.zeros((2, len(at)), dtype=np.int64)  # as they are, samples
    of_place = np.zeros((2, len(size)), dtype=np.int64)
    for number, study in enumerate(grids):
        here = _find_cells(study, at)
        near = find_neighbours(study.grid, study.cells, params.of_hotspots)
        maps = find_hot_in_maps(_draw_maps(study, number, params), near, params.of_hotspots)
        for run, (_, is_hot) in enumerate(maps):
            hot = np.append(is_hot, False)[here]
            found[min(run, 1)] += hot
            held = np.bincount(place[hot & (place >= 0)], minlength=len(size))
            of_place[min(run, 1)] += (2 * held >= size) & (size > 0)
    return Shares(grids=found[0], samples=found[1], place_grids=of_place[0], place_samples=of_place[1])


def _find_cells(study: StudyCells, at: Floats) -> Ints:
    """Return which study cell holds each location, -1 for none."""
    return study.position[study.grid.locate(at[:, 0], at[:, 1])]


def _lay(scene: Scene, params: StabilityParams, number: int) -> StudyCells:
    size, offset = SIZES[number // len(OFFSETS)], OFFSETS[number % len(OFFSETS)]
    return count_in_cells(scene, cell_size=size * params.cell_size, cell_shape=params.cell_shape, offset=offset)


def _require_cells(grids: list[StudyCells]) -> None:
    fewest = min(len(study.cells) for study in grids)
    if fewest < FEWEST_CELLS:
        raise NotEnoughCellsError(needed=FEWEST_CELLS, found=fewest)
    if not all(study.counts.any() for study in grids):
        raise NotEnoughDataError(needed=1, found=0)


def _draw_maps(study: StudyCells, number: int, params: StabilityParams) -> Iterator[Ints]:
    """Yield the counts of a grid, and then of its samples: every twelfth, each depending on its number alone."""
    yield study.counts
    n = len(study.cell_of_point)
    seeds = np.random.SeedSequence([params.seed, 2]).spawn(params.resamples)
    for seed in seeds[number::GRIDS]:
        drawn = study.cell_of_point[np.random.default_rng(seed).integers(0, n, n)]
        counts = np.bincount(drawn[drawn >= 0], minlength=len(study.cells))
        if counts.any():
            yield counts


def _tabulate(fine: StudyCells, shares: Shares, params: StabilityParams) -> pd.DataFrame:
    share = shares.samples / params.resamples
    classes = np.full(len(share), "none", dtype=object)
    for label, least in reversed(LEVELS):
        classes[share >= least * (1 - 1e-12)] = f"stable{label}"
    return pd.DataFrame(
        {
            "cell": fine.cells,
            "samples": shares.samples,
            "percent": np.round(100 * share, 1),
            "grids": shares.grids,
            "class": classes,
        }
    )


def _find_places(scene: Scene, study: StudyCells, params: StabilityParams) -> tuple[gpd.GeoDataFrame, Ints]:
    """Gather the places of the usual map; return also which of them each cell belongs to, -1 for none."""
    options = params.of_hotspots
    near = find_neighbours(study.grid, study.cells, options)
    found = find_hot_cells(study.counts, near, options, np.random.default_rng(params.seed))
    known = Cells(grid=study.grid, cells=study.cells, found=found, cell_of_point=study.cell_of_point)
    places = find_places(scene, known, coverage=params.coverage)
    of_cell = np.full(len(study.cells), -1, dtype=np.int64)
    candidates = np.flatnonzero(found.is_hot | found.is_foco)
    x, y = study.grid.centres(study.cells[candidates]).T
    for number, shape in enumerate(places.geometry):
        of_cell[candidates[shapely.contains_xy(shape, x, y)]] = number
    return places, of_cell


def _read(
    fine: StudyCells, table: pd.DataFrame, places: gpd.GeoDataFrame, shares: Shares, params: StabilityParams
) -> Mapping[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    square_km = fine.grid.cell_area / 1e6
    share = table["samples"].to_numpy() / params.resamples
    top = places.iloc[0] if len(places) else None
    return {
        "incidents": int(fine.counts.sum()),
        "study_km2": float(len(table) * square_km),
        "resamples": params.resamples,
        "grids": GRIDS,
        "sizes": [float(size * params.cell_size) for size in sorted(SIZES)],
        **{f"km2_{label}": float(np.sum(share >= least * (1 - 1e-12)) * square_km) for label, least in LEVELS},
        "km2_every_grid": float(np.sum(shares.grids == GRIDS) * square_km),
        "km2_some_grid": float(np.sum(shares.grids > 0) * square_km),
        "seed": params.seed,
        "places": len(places),
        "stable_places": int(np.sum(places["stability"] >= LEVELS[1][1])) if len(places) else 0,
        "top_place": None
        if top is None
        else {
            "name": str(top["name"]),
            "area_name": str(top["area_name"]),
            "where": str(top["where"]),
            "stability": float(top["stability"]),
            "grids": int(top["grids"]),
        },
    }
