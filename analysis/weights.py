"""Weights between units, sparse n x n with an empty diagonal: binary (B) or with rows that add up to one (W).

A unit without neighbours is an island: its row is empty in either style, and it has no lag.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from analysis.errors import ParameterError
from analysis.neighbours import Neighbourhood

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROWS: Final = "W"
BINARY: Final = "B"
STYLES: Final = (ROWS, BINARY)


def lattice_weights(near: Neighbourhood) -> Any:
    """Return the neighbours of a lattice as binary weights."""
    indptr, indices = near.to_csr()
    return sp.csr_array((np.ones(len(indices)), indices, indptr), shape=(near.n, near.n))


def listed_weights(neighbours: list[list[int]]) -> Any:
    """Return lists of neighbours, by position, as binary weights."""
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in neighbours])]).astype(np.int64)
    indices = np.array([j for row in neighbours for j in row], dtype=np.int64)
    return sp.csr_array((np.ones(len(indices)), indices, indptr), shape=(len(neighbours), len(neighbours)))


def styled(weights: Any, style: str) -> Any:
    """Return binary weights in a style: as they are (B) or each row divided by its sum (W)."""
    if style == BINARY:
        return weights
    sums = row_sums(weights)
    return sp.csr_array(sp.diags_array(1 / np.where(sums > 0, sums, 1.0)) @ weights)


def require_known(values: Floats) -> None:
    """Raise ParameterError where a value is missing: one would make every mean, and so every answer, unknown.

    Leave such units out beforehand, of the values and of the weights.
    """
    missing = int(np.sum(~np.isfinite(values)))
    if missing:
        raise ParameterError(name="values", needed="numbers of every unit", found=f"{missing} without")


def row_sums(weights: Any) -> Floats:
    """Return the sum of each row (n,)."""
    return np.asarray(weights.sum(axis=1), dtype=np.float64).ravel()


def count_neighbours(weights: Any) -> Ints:
    """Return how many neighbours each unit has (n,)."""
    return np.asarray(np.diff(sp.csr_array(weights).indptr), dtype=np.int64)


def weight_sums(weights: Any) -> tuple[float, float, float]:
    """Return S0, S1 and S2 of Cliff & Ord (1981): what the moments need to know of the weights."""
    weights = sp.csr_array(weights)
    both = weights + weights.T
    s0, s1 = float(weights.sum()), float((both * both).sum()) / 2
    margins = row_sums(weights) + row_sums(weights.T)
    return s0, s1, float(np.sum(margins**2))
