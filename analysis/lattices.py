"""The lattice of study cells that autocorrelation is measured on: counts, scores, neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import NotEnoughCellsError, NotEnoughDataError, ParameterError
from analysis.gate import LEAST_PLACED, Ground, open_ground
from analysis.grids import Ints
from analysis.hot_cells import FEWEST_CELLS, stabilise
from analysis.hotspot_options import LONGEST_BAND
from analysis.neighbours import Neighbourhood, find_neighbours
from analysis.params import Params, option
from analysis.scene import Scene
from analysis.study_cells import StudyCells, count_in_cells


@dataclass(frozen=True, kw_only=True)
class LatticeParams(Params):
    """Options of every statistic of neighbouring cells; the defaults are those of `hotspots`."""

    longest_band: ClassVar[float] = LONGEST_BAND  # cells

    cell_shape: str = option("square", choices=("square", "hexagon"))
    cell_size: float = option(250.0, unit="m", low=50.0, high=5000.0)
    neighbourhood: str = option("contiguity", choices=("contiguity", "distance"))
    order: int = option(1, low=1, high=5)
    band: float | None = option(None, unit="m", low=0.0)  # None: just beyond the diagonal neighbours
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area shows no cells

    def __post_init__(self) -> None:
        """Check the band against the cell too."""
        super().__post_init__()
        if self.band is not None and not self.cell_size <= self.band <= self.longest_band * self.cell_size:
            needed = f"{self.cell_size} .. {self.longest_band * self.cell_size} m"
            raise ParameterError(name="band", needed=needed, found=self.band)

    @property
    def reach(self) -> float:
        """Distance band in use (metres)."""
        return 1.5 * self.cell_size if self.band is None else self.band

    @property
    def chosen(self) -> dict[str, float]:
        """The band where it was picked for the user."""
        return {"band": self.reach} if self.neighbourhood == "distance" and self.band is None else {}


@dataclass(frozen=True, kw_only=True, eq=False)
class Lattice:
    """The study cells of what passes the gate, and who is near whom."""

    ground: Ground
    study: StudyCells
    near: Neighbourhood

    @property
    def counts(self) -> Ints:
        """Incidents per cell (n,)."""
        return self.study.counts

    @property
    def left_out(self) -> dict[str, int]:
        """Incidents that were not used, by reason."""
        reasons = {"outside_mask": self.study.outside, "below_gate": self.ground.left_out}
        return {reason: n for reason, n in reasons.items() if n}

    def values(self, kind: str) -> Ints:
        """Return what is compared between cells: scores that tame extremes, or the counts as they are (n,)."""
        return stabilise(self.counts) if kind == "stabilised" else self.counts


def lay_lattice(scene: Scene, params: LatticeParams) -> Lattice:
    """Count the incidents of each study cell where enough of them have a point.

    Raises
    ------
    NotEnoughDataError
        Fewer than nine cells, or no incident in them.
    BelowGateError
        Too few incidents have a point, in every area.
    """
    ground = open_ground(scene, least=params.least_placed)
    study = count_in_cells(ground.scene, cell_size=params.cell_size, cell_shape=params.cell_shape)
    if len(study.cells) < FEWEST_CELLS:
        raise NotEnoughCellsError(needed=FEWEST_CELLS, found=len(study.cells))
    if not study.counts.any():
        raise NotEnoughDataError(needed=1, found=0)
    return Lattice(ground=ground, study=study, near=find_neighbours(study.grid, study.cells, params))


def count_classes(lattice: Lattice, classes: NDArray[np.object_], names: tuple[str, ...]) -> pd.DataFrame:
    """Return cells, km² and incidents of each class."""
    rows = []
    for name in names:
        here = classes == name
        incidents = int(lattice.counts[here].sum())
        rows.append(
            {
                "class": name,
                "cells": int(here.sum()),
                "km2": float(here.sum() * lattice.study.grid.cell_area / 1e6),
                "incidents": incidents,
                "share": incidents / int(lattice.counts.sum()),
            }
        )
    return pd.DataFrame(rows)
