"""Smoothing kernels of the plane: values, Fourier transforms, and the plain sum that all else is held to."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.special import jv

Floats = NDArray[np.float64]
Kernel = Literal["gaussian", "quartic"]

KERNELS: Final[tuple[Kernel, ...]] = ("gaussian", "quartic")
GAUSSIAN_REACH: Final = 6.5  # sigmas; beyond lies 7e-10 of the mass
TABLE_STEP: Final = 0.002
TABLE_END: Final = 300.0
QUARTIC_PER_GAUSSIAN: Final = float(np.sqrt(8.0))  # radius of the quartic with the variance of a Gaussian of sigma 1


def evaluate(kernel: Kernel, squared_distance: Floats, bandwidth: float) -> Floats:
    """Return the kernel (per square metre) at squared distances (square metres).

    Gaussian: ``exp(-r²/2s²) / (2 pi s²)``, the bandwidth is s. Quartic: ``3/(pi h²) (1 - r²/h²)²`` within r < h, the
    bandwidth is the radius h (Silverman 1986, eq. 4.5).
    """
    scaled: Floats = squared_distance / bandwidth**2
    values: Floats = np.exp(-scaled / 2) / 2 if kernel == "gaussian" else 3 * np.maximum(1 - scaled, 0.0) ** 2
    values /= np.pi * bandwidth**2
    return values


def reach(kernel: Kernel, bandwidth: float) -> float:
    """Return the distance (metres) beyond which the kernel is taken as zero."""
    return bandwidth * (GAUSSIAN_REACH if kernel == "gaussian" else 1.0)


def convert_bandwidth(bandwidth: float, *, source: Kernel, target: Kernel) -> float:
    """Return the bandwidth of the target kernel with the same variance: h = sqrt(8) sigma in the plane."""
    sigma = bandwidth if source == "gaussian" else bandwidth / QUARTIC_PER_GAUSSIAN
    return sigma if target == "gaussian" else sigma * QUARTIC_PER_GAUSSIAN


def transform(kernel: Kernel, bandwidth: float, rows: Floats, columns: Floats) -> Floats:
    """Return the Fourier transform of the kernel at angular frequencies (rows x columns, radians per metre).

    Quartic: ``48 J3(q) / q³`` with q the frequency times h, from Sonine's integral.
    """
    if kernel == "gaussian":
        up, along = np.exp(-((rows * bandwidth) ** 2) / 2), np.exp(-((columns * bandwidth) ** 2) / 2)
        return np.outer(up, along)
    sizes, inverse = np.unique(np.abs(rows), return_inverse=True)  # the transform is even
    return _look_up(sizes * bandwidth, columns * bandwidth, _quartic_table())[inverse]


@lru_cache(maxsize=1)
def _quartic_table() -> Floats:
    """Tabulate 48 J3(q) / q³: linear interpolation errs by 1e-7, and beyond the table lies less than 1e-7."""
    q = np.arange(TABLE_STEP, TABLE_END, TABLE_STEP)
    near = q < 1e-2
    values = np.where(near, 1 - q**2 / 16, 48 * jv(3, q) / q**3)
    return np.concatenate([[1.0], values, [0.0]])


def direct_density(
    at: Floats, xy: Floats, *, bandwidth: float, kernel: Kernel, weights: Floats | None = None
) -> Floats:
    """Sum the kernels of all points (n, 2) at the places ``at`` (m, 2), per square metre, without any grid.

    Weights of ``1/e(x_i)`` give the estimate of Jones (1993) and Diggle (1985). Takes m x n steps.
    """
    weights = np.ones(len(xy)) if weights is None else np.asarray(weights, dtype=np.float64)
    at, xy = (np.ascontiguousarray(item, dtype=np.float64) for item in (at, xy))
    return _sum_kernels(at, xy, weights, float(bandwidth), kernel == "gaussian")


@numba.njit(cache=True, nogil=True)
def _sum_kernels(at: Floats, xy: Floats, weights: Floats, bandwidth: float, gaussian: bool) -> Floats:
    sums = np.zeros(len(at))
    for j in range(len(at)):
        total = 0.0
        for i in range(len(xy)):
            scaled = ((at[j, 0] - xy[i, 0]) ** 2 + (at[j, 1] - xy[i, 1]) ** 2) / bandwidth**2
            if gaussian:
                total += weights[i] * np.exp(-scaled / 2)
            elif scaled < 1.0:
                total += weights[i] * (1.0 - scaled) ** 2
        sums[j] = total
    return sums * (0.5 if gaussian else 3.0) / (np.pi * bandwidth**2)


@numba.njit(cache=True, nogil=True)
def _look_up(rows: Floats, columns: Floats, table: Floats) -> Floats:
    values = np.zeros((len(rows), len(columns)))
    for row in range(len(rows)):
        for column in range(len(columns)):
            place = np.sqrt(rows[row] ** 2 + columns[column] ** 2) / TABLE_STEP
            if place < len(table) - 1:
                below = int(place)
                values[row, column] = table[below] + (place - below) * (table[below + 1] - table[below])
    return values
