"""What a test of a whole map is run on: the study cells, or the areas that have a rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.area_rates import AreaRates, gather_rates
from analysis.lattices import Lattice, LatticeParams, lay_lattice
from analysis.multiple_testing import CORRECTIONS
from analysis.params import option
from analysis.result import View
from analysis.scene import Scene, require_points
from analysis.sides import SIDES, TWO
from analysis.weights import count_neighbours, lattice_weights

Ints = NDArray[np.int64]

CELLS: Final = "cells"
AREAS: Final = "areas"


@dataclass(frozen=True, kw_only=True)
class MapParams(LatticeParams):
    """Options of every test of a whole map."""

    units: str = option(CELLS, choices=(CELLS, AREAS))
    border_gap: float = option(1.0, unit="m", low=0.0, high=500.0)  # of areas
    permutations: int = option(999, low=99, high=99_999)
    seed: int = option(20240601, low=0)
    sides: str = option(TWO, choices=SIDES)
    correction: str = option("bh", choices=CORRECTIONS)
    level: float = option(0.05, choices=(0.01, 0.05, 0.1))


@dataclass(frozen=True, kw_only=True, eq=False)
class MapUnits:
    """Units of a map with their incidents and who neighbours whom.

    Attributes
    ----------
    neighbours
        Sparse m x m of 0 and 1, among the units that can be tested.
    lattice, rates
        Where they come from: one of the two.
    """

    neighbours: Any
    lattice: Lattice | None = None
    rates: AreaRates | None = None

    @property
    def counts(self) -> Ints:
        """Incidents per unit, tested or not (n,)."""
        if self.lattice is not None:
            return self.lattice.counts
        return self.rates.counts if self.rates is not None else np.zeros(0, dtype=np.int64)

    @property
    def islands(self) -> int:
        """Tested units without neighbours."""
        return int(np.sum(count_neighbours(self.neighbours) == 0))

    def left_out(self, scene: Scene) -> dict[str, int]:
        """Return the incidents that were not used, by reason."""
        if self.lattice is not None:
            return self.lattice.left_out
        without = scene.n_incidents - int(self.counts.sum())
        return {"without_area": without} if without else {}

    def view(self, value: str, scale: str, unit: str = "") -> View:
        """Return how the units want to be drawn."""
        return View(kind="cells" if self.lattice is not None else "areas", value=value, scale=scale, unit=unit)


def gather_units(scene: Scene, params: MapParams) -> MapUnits:
    """Lay the study cells, or gather the areas; raise what `lay_lattice` and `gather_rates` raise."""
    if params.units == AREAS:
        rates = gather_rates(scene, gap=params.border_gap)
        return MapUnits(neighbours=rates.neighbours, rates=rates)
    require_points(scene.points, at_least=1)
    lattice = lay_lattice(scene, params)
    return MapUnits(neighbours=lattice_weights(lattice.near), lattice=lattice)
