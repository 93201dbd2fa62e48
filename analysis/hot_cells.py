"""Hot and cold cells: the mathematics of `hotspots` on plain arrays, one entry per study cell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.cell_tests import Side, judge, score, stabilise
from analysis.errors import NotEnoughCellsError, NotEnoughDataError
from analysis.grids import Floats, Ints
from analysis.hotspot_options import GI_STAR, HotspotsParams
from analysis.multiple_testing import name_by_level, passes
from analysis.neighbours import Neighbourhood
from analysis.outliers import outlier_q
from analysis.shuffles import LEVEL

__all__ = ["LEVEL", "HotCells", "HotspotsParams", "find_hot_cells", "score", "stabilise"]

FEWEST_CELLS = 9


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
    permutations: int = 0  # drawn for each p; 0: exact

    @cached_property
    def is_hot(self) -> NDArray[np.bool_]:
        """Cells hot at the 5 % level of the correction, on a map that passes the safeguard."""
        return passes(self.hot.q, LEVEL) & self.hot.stands

    @cached_property
    def is_foco(self) -> NDArray[np.bool_]:
        """Cells whose own count is extreme and that are not hot."""
        return passes(self.q_outlier, LEVEL) & ~self.is_hot

    @property
    def classes(self) -> NDArray[np.object_]:
        """Return hot99, hot95, hot90, cold99, cold95, cold90 or none."""
        sides = {"cold": self.cold, "hot": self.hot}
        nothing = np.full(len(self.counts), np.nan)
        return name_by_level({name: side.q if side.stands else nothing for name, side in sides.items()})


def find_hot_cells(counts: Ints, near: Neighbourhood, params: HotspotsParams, rng: np.random.Generator) -> HotCells:
    """Test every neighbourhood against a random dealing of the map's own values.

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
    scores = score(counts, params)
    own = int(params.measure == GI_STAR)
    judged = judge(scores, near, params, rng)
    return HotCells(
        counts=counts,
        scores=scores,
        sizes=near.sizes() + own,
        around=near.sums(counts) + own * counts,
        z=judged.z,
        hot=judged.hot,
        cold=judged.cold,
        q_outlier=outlier_q(counts, method="by" if params.correction == "by" else "bh"),
        permutations=judged.permutations,
    )


def _require_cells_and_incidents(counts: Ints) -> None:
    if len(counts) < FEWEST_CELLS:
        raise NotEnoughCellsError(needed=FEWEST_CELLS, found=len(counts))
    if not counts.any():
        raise NotEnoughDataError(needed=1, found=0)
