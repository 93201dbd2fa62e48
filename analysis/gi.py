"""Getis-Ord Gi and Gi*: how far a neighbourhood lies above or below what the whole map would give it, in z.

Ord & Getis (1995), Geographical Analysis 27:286-306; Getis & Ord (1996). Nothing divides by the mean or by the sum of
a row of weights, so the sign holds for a negative mean and a row of weights may be rescaled.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from analysis.errors import NoVariationError
from analysis.grids import Floats, Ints


def gi_star_z(
    values: Floats | Ints, sums: Floats | Ints, sizes: Floats | Ints, squares: Floats | Ints | None = None
) -> Floats:
    """Compute z of Gi*, the cell itself included, from the sums of each neighbourhood.

    Parameters
    ----------
    values
        One value per cell (n,).
    sums
        Weighted sum over each cell and its neighbours (n,).
    sizes
        Sum of those weights: with binary weights the number of cells, the cell itself among them (n,).
    squares
        Sum of their squares (n,); None with binary weights, where it is the same.

    Returns
    -------
    Floats
        z per cell; NaN where a neighbourhood is the whole map.

    Raises
    ------
    NoVariationError
        All values are equal.
    """
    return _ord_getis(values, sums, sizes, sizes if squares is None else squares)


def gi_z(
    values: Floats | Ints, sums: Floats | Ints, sizes: Floats | Ints, squares: Floats | Ints | None = None
) -> Floats:
    """Compute z of Gi: as for Gi*, the cell itself in none of the sums.

    Raises
    ------
    NoVariationError
        All values are equal.
    """
    return _ord_getis_without_self(values, sums, sizes, sizes if squares is None else squares)


def gi_star_z_weighted(values: Floats | Ints, weights: Any) -> Floats:
    """Compute z of Gi* for any weights (sparse n x n), whose diagonal holds the weight of the cell itself."""
    weights = sp.csr_array(weights)
    return _ord_getis(values, weights @ np.asarray(values, dtype=np.float64), *_weight_sums(weights))


def gi_z_weighted(values: Floats | Ints, weights: Any) -> Floats:
    """Compute z of Gi for any weights (sparse n x n) with an empty diagonal."""
    weights = sp.csr_array(weights)
    return _ord_getis_without_self(values, weights @ np.asarray(values, dtype=np.float64), *_weight_sums(weights))


def _weight_sums(weights: Any) -> tuple[Floats, Floats]:
    return np.asarray(weights.sum(axis=1)).ravel(), np.asarray((weights * weights).sum(axis=1)).ravel()


def _ord_getis(values: Floats | Ints, sums: Floats | Ints, w: Floats | Ints, w2: Floats | Ints) -> Floats:
    x = np.asarray(values, dtype=np.float64)
    _require_variation(x)
    mean = x.mean()
    spread = np.sqrt(np.mean((x - mean) ** 2))
    z: Floats = (sums - mean * w) / (spread * _weight_spread(len(x), w, w2))
    return z


def _ord_getis_without_self(values: Floats | Ints, sums: Floats | Ints, w: Floats | Ints, w2: Floats | Ints) -> Floats:
    x = np.asarray(values, dtype=np.float64)
    _require_variation(x)
    n, centred = len(x), x - x.mean()
    mean = -centred / (n - 1)  # of the others, seen from the mean of all
    square = (np.sum(centred**2) - centred**2) / (n - 1)
    lag = sums - x.mean() * w
    z: Floats = (lag - mean * w) / (_root(square - mean**2, square) * _weight_spread(n - 1, w, w2))
    return z


def _weight_spread(n: int, w: Floats | Ints, w2: Floats | Ints) -> Floats:
    """Return the part of the standard deviation that comes from the weights, for n cells to draw from."""
    scale = n * np.asarray(w2, dtype=np.float64)
    return _root(scale - np.square(w, dtype=np.float64), scale) / float(np.sqrt(n - 1))


def _require_variation(x: Floats) -> None:
    if len(x) == 0 or np.all(x == x[0]):
        raise NoVariationError(found=float(x[0]) if len(x) else None)


def _root(variance: Floats, scale: Floats) -> Floats:
    """Return the square root; NaN where only rounding is left of the variance."""
    return np.sqrt(np.where(variance > 1e-12 * scale, variance, np.nan))
