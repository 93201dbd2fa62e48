"""Sums over all pairs of cells up to each of many distances, for a map and for its dealings.

On a lattice of squares the sum of products of all pairs a step apart is one entry of the map's autocorrelation, which a
Fourier transform gives for all steps at once: a hundred dealings of a city cost seconds, whatever the distances.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from analysis.grids import Floats, Ints

Complexes = NDArray[np.complex128]


@dataclass(frozen=True, kw_only=True, eq=False)
class Bands:
    """Study cells on a padded lattice, and which steps lie within each distance.

    Attributes
    ----------
    places
        Rows and columns of the cells on the lattice (2, n).
    shape
        Of the lattice, padded so that no step wraps round.
    lags
        Rows and columns of the steps, and the first distance (its number) that reaches each (3, steps).
    reaches
        The distances, in units of a cell.
    """

    places: Ints
    shape: tuple[int, int]
    lags: Ints
    reaches: Floats

    @property
    def n_bands(self) -> int:
        """Number of distances."""
        return len(self.reaches)

    def products(self, values: Floats) -> Floats:
        """Return, per distance, the sum of products of the values of all ordered pairs within it (bands,)."""
        spectrum = self._transform(values)
        of_step = fft.irfft2(np.abs(spectrum) ** 2, s=self.shape)
        found = np.bincount(self.lags[2], weights=of_step[self.lags[0], self.lags[1]], minlength=self.n_bands)
        return np.cumsum(found)

    def sizes(self) -> tuple[Floats, Floats]:
        """Return, per distance, the sum of neighbours over the cells and the sum of their squares (bands,)."""
        ones = self._transform(np.ones(self.places.shape[1]))
        total, squares = np.zeros(self.n_bands), np.zeros(self.n_bands)
        for band in range(self.n_bands):
            disc = np.zeros(self.shape)
            near = self.lags[2] <= band
            disc[self.lags[0][near], self.lags[1][near]] = 1.0
            around = np.rint(fft.irfft2(ones * fft.rfft2(disc), s=self.shape)[tuple(self.places)])
            total[band], squares[band] = around.sum(), np.sum(around**2)
        return total, squares

    def _transform(self, values: Floats) -> Complexes:
        lattice = np.zeros(self.shape)
        lattice[tuple(self.places)] = values
        return np.asarray(fft.rfft2(lattice))


def lay_bands(cells: Ints, columns: int, reaches: Floats) -> Bands:
    """Prepare the sums for distances in units of a cell, ascending.

    Parameters
    ----------
    cells
        Flat indices of the study cells of a grid with so many columns.
    """
    rows, across = np.divmod(np.asarray(cells, dtype=np.int64), columns)
    rows, across = rows - rows.min(), across - across.min()
    farthest = int(np.ceil(reaches[-1]))
    shape = tuple(fft.next_fast_len(int(side.max()) + 1 + farthest, real=True) for side in (rows, across))
    down, right = np.mgrid[-farthest : farthest + 1, -farthest : farthest + 1]
    band = np.searchsorted(reaches * (1 + 1e-12), np.hypot(down, right))
    kept = (band < len(reaches)) & ((down != 0) | (right != 0))
    lags = np.vstack([down[kept] % shape[0], right[kept] % shape[1], band[kept]])
    return Bands(places=np.vstack([rows, across]), shape=(shape[0], shape[1]), lags=lags, reaches=reaches)
