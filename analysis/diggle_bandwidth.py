"""Berman and Diggle's criterion: the sigma of the least mean squared error of a disc's intensity, for a Cox process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numba
import numpy as np
import scipy.fft
from numpy.typing import NDArray

from analysis.bandwidths import Advice, Search
from analysis.errors import NotEnoughDataError
from analysis.grids import Grid, grid_over
from analysis.intensities import FEW
from analysis.rasters import share_inside
from analysis.scattering import WORKERS
from analysis.scene import Region

Floats = NDArray[np.float64]

TRIALS: Final = 512  # radii that are compared
NODES: Final = 100_000  # of the raster of the window, and of the counts beyond FEW points
REACH: Final = 0.25  # of the shorter side of the window: the K function is not trusted farther (Ripley's rule)
LEAST_OVERLAP: Final = 0.05  # of the window with itself, moved: pairs beyond say nothing reliable


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """Distances of pairs of points (metres) and what each pair counts, so that their sum up to r is K(r)."""

    distance: Floats
    weight: Floats


def mean_squared_errors(pairs: Pairs, radii: Floats, intensity: float) -> Floats:
    """Return ``M(h) = (1/lambda - 2 K(h)) / (pi h²) + (pi h²)^-2 J(h)`` for discs of these radii (Berman, Diggle 1989).

    J sums, over the pairs, the area that two discs have in common whose middles are as far apart.
    """
    distance, weight = (values[np.argsort(pairs.distance)] for values in (pairs.distance, pairs.weight))
    total = np.concatenate([[0.0], np.cumsum(weight)])
    near = total[np.searchsorted(distance, radii, side="right")]
    shared = _share_discs(distance, weight, radii)
    area = np.pi * radii**2
    errors: Floats = (1 / intensity - 2 * near) / area + shared / area**2
    return errors


@numba.njit(cache=True, nogil=True)
def _share_discs(distance: Floats, weight: Floats, radii: Floats) -> Floats:
    sums = np.zeros(len(radii))
    for k in range(len(radii)):
        h, total = radii[k], 0.0
        for i in range(len(distance)):
            part = distance[i] / (2.0 * h)
            if part >= 1.0:
                break
            total += weight[i] * 2.0 * h * h * (np.arccos(part) - part * np.sqrt(1.0 - part * part))
        sums[k] = total
    return sums


def advise_diggle(x: Floats, y: Floats, search: Search, *, window: Region) -> Advice:
    """Advise half of the radius with the least error, between the limits of the search.

    The K function has the translation correction; beyond `FEW` points its pairs are told from counts on a raster, so
    distances are known to a cell of it.

    Raises
    ------
    NotEnoughDataError
        Fewer than two points.
    """
    if len(x) < 2:
        raise NotEnoughDataError(needed=2, found=len(x))
    left, bottom, right, top = window.bounds
    raster = grid_over(window.bounds, cell_size=float(np.sqrt((right - left) * (top - bottom) / NODES)))
    farthest = REACH * min(right - left, top - bottom)
    low = max(search.low, raster.cell_size if len(x) > FEW else 0.0)
    sigmas = np.linspace(low, max(low, min(search.high, farthest / 4)), TRIALS)
    inside = share_inside(window, raster).reshape(raster.rows, raster.columns)
    pairs = (_list_pairs if len(x) <= FEW else _count_pairs)(x, y, raster, inside, farthest)
    errors = mean_squared_errors(pairs, 2 * sigmas, len(x) / window.area)
    best = int(np.argmin(errors))
    return Advice(method="diggle", sigma=float(sigmas[best]), at_boundary=best in (0, TRIALS - 1))


def _list_pairs(x: Floats, y: Floats, raster: Grid, inside: Floats, farthest: float) -> Pairs:
    """List all pairs up to a distance, each over the area that the window shares with itself moved by their lag."""
    along, upward = np.subtract.outer(x, x), np.subtract.outer(y, y)
    distance = np.hypot(along, upward)
    first, second = np.nonzero(np.triu(distance <= farthest, k=1))
    rows = np.rint(upward[first, second] / raster.cell_size).astype(np.int64)
    columns = np.rint(along[first, second] / raster.cell_size).astype(np.int64)
    overlap = _overlap(inside)[rows, columns] * raster.cell_area
    return _weigh(distance[first, second], np.full(len(first), 2.0), overlap, raster, inside, len(x))


def _count_pairs(x: Floats, y: Floats, raster: Grid, inside: Floats, farthest: float) -> Pairs:
    """Count pairs by their lag in cells, from the correlation of the counts with themselves."""
    cells = raster.locate(x, y)
    counts = np.bincount(cells[cells >= 0], minlength=raster.n).reshape(raster.rows, raster.columns).astype(np.float64)
    pairs = np.rint(_correlate(counts))
    pairs[0, 0] -= len(x)
    rows, columns = (np.minimum(np.arange(n), n - np.arange(n)) for n in pairs.shape)
    distance = np.hypot(rows[:, None], columns[None, :]) * raster.cell_size
    near = (distance <= farthest) & (pairs > 0)
    apart = np.where(distance == 0, WITHIN * raster.cell_size, distance)
    overlap = _overlap(inside)[near] * raster.cell_area
    return _weigh(apart[near], pairs[near], overlap, raster, inside, len(x))


WITHIN: Final = 0.5214  # mean distance of two points in a square of side 1


def _weigh(distance: Floats, pairs: Floats, overlap: Floats, raster: Grid, inside: Floats, n: int) -> Pairs:
    area = float(inside.sum()) * raster.cell_area
    trusted = overlap >= LEAST_OVERLAP * area
    weight = pairs[trusted] * area**2 / (overlap[trusted] * n * (n - 1))
    return Pairs(distance=distance[trusted], weight=weight)


def _overlap(inside: Floats) -> Floats:
    """Return how many cells the window shares with itself moved by each lag; negative lags count from the end."""
    return _correlate(inside)


def _correlate(field: Floats) -> Floats:
    shape = [scipy.fft.next_fast_len(2 * n, real=True) for n in field.shape]
    spectrum = scipy.fft.rfft2(field, s=shape, workers=WORKERS)
    correlated: Floats = scipy.fft.irfft2(np.abs(spectrum) ** 2, s=shape, workers=WORKERS)
    return correlated
