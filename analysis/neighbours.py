"""Neighbours on a lattice: contiguity of some order or a distance band, among the cells of a study area only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numba
import numpy as np
from numpy.typing import NDArray

from analysis.grids import Floats, Grid, Ints


@dataclass(frozen=True, kw_only=True, eq=False)
class Neighbourhood:
    """Who is near whom among n study cells, kept as steps on a lattice with an empty border.

    Attributes
    ----------
    positions
        Place of each study cell on the flattened lattice (n,).
    parity
        0 for a cell in an even row of the grid, 1 in an odd one (n,): hexagons shift every second row.
    steps
        Steps on the flattened lattice to every neighbour, for even and for odd rows (2, neighbours).
    lattice_size
        Length of the flattened lattice.
    distances
        Metres between the centres, step by step (2, neighbours).
    """

    positions: Ints
    parity: Ints
    steps: Ints
    lattice_size: int
    distances: Floats

    @property
    def n(self) -> int:
        """Number of study cells."""
        return len(self.positions)

    def sizes(self) -> Ints:
        """Count the neighbours of each cell, itself not among them (n,)."""
        return self.sums(np.ones(self.n, dtype=np.int64))

    def sums(self, values: Ints) -> Ints:
        """Add up the values of the neighbours of each cell, its own left out (n,)."""
        lattice = np.zeros(self.lattice_size, dtype=np.int64)
        lattice[self.positions] = values
        return _sum_around(lattice, self.positions, self.parity, self.steps)

    def weigh(self, values: Floats | Ints, weights: Floats) -> Floats:
        """Add up values of the neighbours times the weight of the step to them (2, neighbours), the own left out."""
        lattice = np.zeros(self.lattice_size)
        lattice[self.positions] = values
        return _weigh_around(lattice, self.positions, self.parity, self.steps, weights)

    def present(self) -> NDArray[np.bool_]:
        """Tell which steps lead to a study cell (n, neighbours)."""
        lattice = np.zeros(self.lattice_size, dtype=np.bool_)
        lattice[self.positions] = True
        return np.asarray(lattice[self.positions[:, None] + self.steps[self.parity]])

    def to_csr(self) -> tuple[Ints, Ints]:
        """Return the neighbours as the two arrays of a compressed sparse row matrix: ``indptr``, ``indices``."""
        lattice = np.full(self.lattice_size, -1, dtype=np.int64)
        lattice[self.positions] = np.arange(self.n)
        indptr = np.concatenate([[0], np.cumsum(self.sizes())]).astype(np.int64)
        return indptr, _list_around(lattice, self.positions, self.parity, self.steps, indptr)


class Reaching(Protocol):
    """Options that say how far a neighbourhood reaches."""

    @property
    def neighbourhood(self) -> str:
        """``contiguity`` or ``distance``."""

    @property
    def order(self) -> int:
        """Rings of contiguity."""

    @property
    def reach(self) -> float:
        """Distance band (metres)."""


def find_neighbours(grid: Grid, cells: Ints, params: Reaching) -> Neighbourhood:
    """Lay the neighbourhood that the options ask for."""
    if params.neighbourhood == "distance":
        return neighbours_by_distance(grid, cells, band=params.reach)
    return neighbours_by_order(grid, cells, order=params.order)


def neighbours_by_order(grid: Grid, cells: Ints, *, order: int = 1) -> Neighbourhood:
    """Take as neighbours the cells up to ``order`` rings away: queen contiguity of squares, six sides of hexagons.

    Parameters
    ----------
    cells
        Flat indices of the study cells, ascending and different.
    """
    steps = [_steps_by_order(grid, row, order) for row in (0, 1)]
    return _neighbourhood(grid, cells, steps[0], steps[1])


def neighbours_by_distance(grid: Grid, cells: Ints, *, band: float) -> Neighbourhood:
    """Take as neighbours the cells whose centres lie at most ``band`` metres away.

    A cell with nobody in its band is an island: it has no neighbours.
    """
    steps = [_steps_by_distance(grid, row, band) for row in (0, 1)]
    return _neighbourhood(grid, cells, steps[0], steps[1])


def _steps_by_order(grid: Grid, row: int, order: int) -> Ints:
    down, across = _steps_within(order, order)
    if grid.shape == "square":
        rings = np.maximum(np.abs(down), np.abs(across))
    else:  # axial coordinates of hexagons; a step between rows moves half a cell, rightwards from odd rows
        slant = across - ((row + down) // 2 - row // 2)
        rings = np.maximum.reduce([np.abs(slant), np.abs(down), np.abs(slant + down)])
    keep = (rings > 0) & (rings <= order)
    return np.column_stack([down[keep], across[keep]])


def _steps_by_distance(grid: Grid, row: int, band: float) -> Ints:
    down, across = _steps_within(int(band // grid.row_height), int(band // grid.cell_size) + 1)
    distance = _lengths(grid, row, np.column_stack([down, across]))
    keep = (distance > 0) & (distance <= band * (1 + 1e-12))
    return np.column_stack([down[keep], across[keep]])


def _steps_within(rows: int, columns: int) -> tuple[Ints, Ints]:
    down, across = np.mgrid[-rows : rows + 1, -columns : columns + 1]
    return down.ravel(), across.ravel()


def _neighbourhood(grid: Grid, cells: Ints, even: Ints, odd: Ints) -> Neighbourhood:
    """Crop the grid to the study cells, with a border as wide as the longest step."""
    rows, columns = np.divmod(np.asarray(cells, dtype=np.int64), grid.columns)
    border = int(np.abs(np.vstack([even, odd])).max(initial=0))
    top, left = (int(rows.min()), int(columns.min())) if len(rows) else (0, 0)
    width = int(columns.max(initial=left)) - left + 1 + 2 * border
    height = int(rows.max(initial=top)) - top + 1 + 2 * border
    return Neighbourhood(
        positions=(rows - top + border) * width + columns - left + border,
        parity=rows % 2,
        steps=np.vstack([even @ (width, 1), odd @ (width, 1)]).astype(np.int64),
        lattice_size=width * height,
        distances=np.vstack([_lengths(grid, 0, even), _lengths(grid, 1, odd)]),
    )


def _lengths(grid: Grid, row: int, steps: Ints) -> Floats:
    down, across = steps.T
    shift = 0.5 * ((row + down) % 2 - row) if grid.shape == "hexagon" else np.zeros(len(down))
    return np.asarray(np.hypot((across + shift) * grid.cell_size, down * grid.row_height))


@numba.njit(cache=True, nogil=True)
def _sum_around(lattice: Ints, positions: Ints, parity: Ints, steps: Ints) -> Ints:
    sums = np.empty(len(positions), dtype=np.int64)
    for i in range(len(positions)):
        total = 0
        for k in range(steps.shape[1]):
            total += lattice[positions[i] + steps[parity[i], k]]
        sums[i] = total
    return sums


@numba.njit(cache=True, nogil=True)
def _weigh_around(lattice: Floats, positions: Ints, parity: Ints, steps: Ints, weights: Floats) -> Floats:
    sums = np.empty(len(positions))
    for i in range(len(positions)):
        total = 0.0
        for k in range(steps.shape[1]):
            total += weights[parity[i], k] * lattice[positions[i] + steps[parity[i], k]]
        sums[i] = total
    return sums


@numba.njit(cache=True, nogil=True)
def _list_around(lattice: Ints, positions: Ints, parity: Ints, steps: Ints, indptr: Ints) -> Ints:
    indices = np.empty(indptr[-1], dtype=np.int64)
    for i in range(len(positions)):
        at = indptr[i]
        for k in range(steps.shape[1]):
            j = lattice[positions[i] + steps[parity[i], k]]
            if j >= 0:
                indices[at] = j
                at += 1
    return indices
