"""Hot and cold cells: the mathematics of `hotspots` on plain arrays, one entry per study cell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.errors import NotEnoughCellsError, NotEnoughDataError, ParameterError
from analysis.gate import LEAST_PLACED
from analysis.gi import gi_star_z
from analysis.grids import Floats, Grid, Ints
from analysis.multiple_testing import LEVELS, adjust, passes
from analysis.neighbours import Neighbourhood, neighbours_by_distance, neighbours_by_order
from analysis.outliers import outlier_q
from analysis.params import Params, option
from analysis.permutation import CONDITIONAL, WITH_SELF, null_conditional, null_with_self
from analysis.shuffles import count_in_shuffles

LEVEL = 0.05  # a cell is hot, or an outlier, at this false discovery rate
FEWEST_CELLS = 9
FEWEST_MAPS = 50  # imputed maps: fewer tell a probability too coarsely
LONGEST_BAND = 6.0  # cells: a band reaches a hundred neighbours


@dataclass(frozen=True, kw_only=True)
class HotspotsParams(Params):
    """Options of `hotspots`, each with a default that one can defend (handbook/hotspots.md)."""

    cell_shape: str = option("square", choices=("square", "hexagon"))
    cell_size: float = option(250.0, unit="m", low=50.0, high=5000.0)
    values: str = option("stabilised", choices=("stabilised", "counts"))
    draws: str = option(WITH_SELF, choices=(WITH_SELF, CONDITIONAL))
    neighbourhood: str = option("contiguity", choices=("contiguity", "distance"))
    order: int = option(1, low=1, high=5)
    band: float | None = option(None, unit="m", low=0.0)  # None: just beyond the diagonal neighbours
    correction: str = option("bh", choices=("bh", "by"))
    coverage: float = option(0.02, choices=(0.01, 0.02, 0.05))
    shuffles: int = option(199, low=19, high=9999)
    seed: int = option(20240601, low=0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area shows no cells
    imputations: int = option(0, low=0, high=500)  # 0: only what has a point counts

    def __post_init__(self) -> None:
        """Check the band against the cell too, and that there are enough maps to tell a probability."""
        super().__post_init__()
        if 0 < self.imputations < FEWEST_MAPS:
            raise ParameterError(name="imputations", needed=f"0 | {FEWEST_MAPS} .. 500", found=self.imputations)
        if self.band is not None and not self.cell_size <= self.band <= LONGEST_BAND * self.cell_size:
            needed = f"{self.cell_size} .. {LONGEST_BAND * self.cell_size} m"
            raise ParameterError(name="band", needed=needed, found=self.band)

    @property
    def reach(self) -> float:
        """Distance band in use (metres)."""
        return 1.5 * self.cell_size if self.band is None else self.band


@dataclass(frozen=True, kw_only=True, eq=False)
class Side:
    """One family of tests: hot or cold.

    Attributes
    ----------
    p, q
        Exact one-sided p and its adjusted value, per cell.
    significant
        Cells at 5 % false discovery before the safeguard.
    shuffled
        Mean number of such cells in shuffled maps.
    p_map
        Share of shuffled maps with at least as many such cells as this map.
    """

    p: Floats
    q: Floats
    significant: int
    shuffled: float
    p_map: float

    @property
    def stands(self) -> bool:
        """Whether the map shows more of these cells than chance would."""
        return self.significant > 0 and self.p_map <= LEVEL


@dataclass(frozen=True, kw_only=True, eq=False)
class HotCells:
    """What was found, one entry per cell in every array."""

    counts: Ints
    scores: Ints
    sizes: Ints
    around: Ints
    z: Floats
    hot: Side
    cold: Side
    q_outlier: Floats

    @cached_property
    def is_hot(self) -> NDArray[np.bool_]:
        """Cells hot at 5 % false discovery, on a map that passes the safeguard."""
        return passes(self.hot.q, LEVEL) & self.hot.stands

    @cached_property
    def is_foco(self) -> NDArray[np.bool_]:
        """Cells whose own count is extreme and that are not hot."""
        return passes(self.q_outlier, LEVEL) & ~self.is_hot

    @property
    def classes(self) -> NDArray[np.object_]:
        """Return hot99, hot95, hot90, cold99, cold95, cold90 or none."""
        found = np.full(len(self.counts), "none", dtype=object)
        for name, side in (("cold", self.cold), ("hot", self.hot)):
            for label, level in reversed(LEVELS):
                if side.stands:
                    found[passes(side.q, level)] = name + label
        return found


def find_neighbours(grid: Grid, cells: Ints, params: HotspotsParams) -> Neighbourhood:
    """Lay the neighbourhood that the options ask for."""
    if params.neighbourhood == "distance":
        return neighbours_by_distance(grid, cells, band=params.reach)
    return neighbours_by_order(grid, cells, order=params.order)


def find_hot_cells(counts: Ints, near: Neighbourhood, params: HotspotsParams, rng: np.random.Generator) -> HotCells:
    """Test every neighbourhood against the exact distribution of a random dealing of the map's own values.

    Parameters
    ----------
    counts
        Incidents per study cell (n,).

    Raises
    ------
    NotEnoughDataError
        Fewer than nine cells, or no incident at all.
    """
    _require_cells_and_incidents(counts)
    scores = stabilise(counts) if params.values == "stabilised" else counts
    others, sizes = near.sums(scores), near.sizes() + 1
    if params.draws == WITH_SELF:
        null, sums, drawn = null_with_self(scores, sizes), others + scores, sizes
    else:
        null, sums, drawn = null_conditional(scores, sizes - 1), others, sizes - 1
    shuffled = count_in_shuffles(scores, near, null, rng, shuffles=params.shuffles, method=params.correction)
    entries = null.entries(sums, drawn)
    return HotCells(
        counts=counts,
        scores=scores,
        sizes=sizes,
        around=near.sums(counts) + counts,
        z=_z_or_nan(scores, others + scores, sizes),
        hot=_side(null.upper[entries], shuffled[:, 0], params.correction),
        cold=_side(null.lower[entries], shuffled[:, 1], params.correction),
        q_outlier=outlier_q(counts, method=params.correction),
    )


def stabilise(counts: Ints) -> Ints:
    """Return whole-number scores round(4 log2(1 + count)): the order is kept, the weight of extremes is tamed."""
    scores: Ints = np.rint(4 * np.log2(1 + np.asarray(counts, dtype=np.float64))).astype(np.int64)
    return scores


def _require_cells_and_incidents(counts: Ints) -> None:
    if len(counts) < FEWEST_CELLS:
        raise NotEnoughCellsError(needed=FEWEST_CELLS, found=len(counts))
    if not counts.any():
        raise NotEnoughDataError(needed=1, found=0)


def _z_or_nan(scores: Ints, sums: Ints, sizes: Ints) -> Floats:
    """Compute z; a map of equal values has none, and its exact p are all 1: a result, not an error."""
    if np.all(scores == scores[0]):
        return np.full(len(scores), np.nan)
    return gi_star_z(scores, sums, sizes)


def _side(p: Floats, shuffled: Ints, method: str) -> Side:
    q = adjust(p, method=method)
    significant = int(np.sum(passes(q, LEVEL)))
    as_many = float(np.mean(shuffled >= significant))
    return Side(p=p, q=q, significant=significant, shuffled=float(np.mean(shuffled)), p_map=as_many)
