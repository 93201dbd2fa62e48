"""Agreement of several maps of hot ground: on one fine lattice, how many of them call a place hot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.grids import Floats, Grid, Ints

Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class HotGround:
    """What one setting calls hot.

    Attributes
    ----------
    grid
        Its own cells.
    hot
        Flat indices of the hot ones into that grid.
    """

    grid: Grid
    hot: Ints

    def covers(self, xy: Floats) -> Booleans:
        """Tell which places (n, 2) lie in a hot cell."""
        marked = np.zeros(self.grid.n + 1, dtype=bool)  # the last entry serves places outside the grid
        marked[self.hot] = True
        return marked[self.grid.locate(xy[:, 0], xy[:, 1])]


def lay_over(grounds: Sequence[HotGround], xy: Floats) -> Booleans:
    """Return which of the places (n, 2) each setting (m) calls hot (m, n)."""
    return np.array([ground.covers(xy) for ground in grounds]).reshape(len(grounds), len(xy))


def jaccard(maps: Booleans) -> Floats:
    """Return for each pair of maps (m, n) the share of what either calls hot that both do (m, m); NaN for none.

    Jaccard, P. (1912). The distribution of the flora in the alpine zone. New Phytologist 11: 37-50.
    """
    one = maps.astype(np.float64)
    both = one @ one.T
    sizes = np.diag(both)
    either = sizes[:, None] + sizes[None, :] - both
    return np.divide(both, either, out=np.full_like(both, np.nan), where=either > 0)
