"""Smoothing kernels of the plane: values, Fourier transforms, and the plain sum that all else is held to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.special import itj0y0, jv

Floats = NDArray[np.float64]
Kernel = Literal["gaussian", "quartic", "epanechnikov", "triangular", "uniform"]

KERNELS: Final[tuple[Kernel, ...]] = ("gaussian", "quartic", "epanechnikov", "triangular", "uniform")
GAUSSIAN_REACH: Final = 6.5  # sigmas; beyond lies 7e-10 of the mass
TABLE_STEP: Final = 0.002
TABLE_END: Final = 300.0


@dataclass(frozen=True, kw_only=True)
class Form:
    """What tells one kernel from another.

    Attributes
    ----------
    shape
        Which function of the scaled distance it is, for compiled code; the others follow `_height`.
    squared
        The same of its square.
    height
        Of the kernel at its middle, over ``pi h²``.
    per_sigma
        Its bandwidth where its standard deviation along each axis is 1.
    """

    shape: int
    squared: int
    height: float
    per_sigma: float


FORMS: Final[dict[Kernel, Form]] = {
    "gaussian": Form(shape=0, squared=0, height=0.5, per_sigma=1.0),
    "quartic": Form(shape=1, squared=5, height=3.0, per_sigma=float(np.sqrt(8))),
    "epanechnikov": Form(shape=2, squared=1, height=2.0, per_sigma=float(np.sqrt(6))),
    "triangular": Form(shape=3, squared=6, height=3.0, per_sigma=float(np.sqrt(20 / 3))),
    "uniform": Form(shape=4, squared=4, height=1.0, per_sigma=2.0),
}


def evaluate(kernel: Kernel, squared_distance: Floats, bandwidth: float) -> Floats:
    """Return the kernel (per square metre) at squared distances (square metres).

    Gaussian: ``exp(-r²/2s²) / (2 pi s²)``, the bandwidth is s. The others are zero beyond their radius h, which is
    their bandwidth: quartic ``3 (1 - r²/h²)²``, Epanechnikov ``2 (1 - r²/h²)``, triangular ``3 (1 - r/h)``, uniform 1,
    each over ``pi h²`` (Silverman 1986, section 4.2).
    """
    scaled = np.atleast_1d(np.asarray(squared_distance, dtype=np.float64)) / bandwidth**2
    heights = _list_heights(FORMS[kernel].shape, scaled.ravel()).reshape(scaled.shape)
    return heights * (FORMS[kernel].height / (np.pi * bandwidth**2))


def reach(kernel: Kernel, bandwidth: float) -> float:
    """Return the distance (metres) beyond which the kernel is taken as zero."""
    return bandwidth * (GAUSSIAN_REACH if kernel == "gaussian" else 1.0)


def convert_bandwidth(bandwidth: float, *, source: Kernel, target: Kernel) -> float:
    """Return the bandwidth of the target kernel with the same variance: h = sqrt(8) sigma for the quartic."""
    return bandwidth if source == target else bandwidth / FORMS[source].per_sigma * FORMS[target].per_sigma


def transform(kernel: Kernel, bandwidth: float, rows: Floats, columns: Floats) -> Floats:
    """Return the Fourier transform of the kernel at angular frequencies (rows x columns, radians per metre)."""
    if kernel == "gaussian":
        up, along = np.exp(-((rows * bandwidth) ** 2) / 2), np.exp(-((columns * bandwidth) ** 2) / 2)
        return np.outer(up, along)
    sizes, inverse = np.unique(np.abs(rows), return_inverse=True)  # the transform is even
    return _look_up(sizes * bandwidth, columns * bandwidth, _tabulate(kernel))[inverse]


@lru_cache(maxsize=len(KERNELS))
def _tabulate(kernel: Kernel) -> Floats:
    """Tabulate the transform by q, the frequency times h; linear interpolation errs by 1e-7.

    ``48 J3(q)/q³``, ``8 J2(q)/q²`` and ``2 J1(q)/q`` from Sonine's integral; the cone by parts, with that of J0.
    Beyond the table lies less than 1e-7 of the quartic, 5e-6 of the two with a kink, 3e-4 of the uniform.
    """
    q = np.arange(TABLE_STEP, TABLE_END, TABLE_STEP)
    if kernel == "triangular":
        values = 6 * (itj0y0(q)[0] - q * jv(0, q)) / q**3
        values = np.where(q < 0.05, 1 - 3 * q**2 / 40, values)  # cancellation; E r² is 0.3 h²
    else:
        order, factor, second = {"quartic": (3, 48, 16), "epanechnikov": (2, 8, 12), "uniform": (1, 2, 8)}[kernel]
        values = np.where(q < 1e-2, 1 - q**2 / second, factor * jv(order, q) / q**order)
    return np.concatenate([[1.0], values, [0.0]])


def direct_density(
    at: Floats,
    xy: Floats,
    *,
    bandwidth: float | Floats,
    kernel: Kernel,
    weights: Floats | None = None,
    squared: bool = False,
) -> Floats:
    """Sum the kernels of all points (n, 2) at the places ``at`` (m, 2), per square metre, without any grid.

    Weights of ``1/e(x_i)`` give the estimate of Jones (1993) and Diggle (1985). Takes m x n steps.

    Parameters
    ----------
    bandwidth
        One for all, or one for each point.
    squared
        Sum the squares of weights and kernels instead: the variance of the sum (per m⁴).
    """
    weights = np.ones(len(xy)) if weights is None else np.asarray(weights, dtype=np.float64)
    at, xy = (np.ascontiguousarray(item, dtype=np.float64) for item in (at, xy))
    widths = np.broadcast_to(np.asarray(bandwidth, dtype=np.float64), (len(xy),)).copy()
    factor = weights * FORMS[kernel].height / (np.pi * widths**2)
    return _sum_kernels(at, xy, factor, widths, (FORMS[kernel].shape, 2 if squared else 1))


@numba.njit(cache=True, nogil=True)
def _height(shape: int, scaled: float) -> float:
    """Return the height of a kernel (1 in its middle) at a squared distance over the squared bandwidth."""
    if shape == 0:
        return float(np.exp(-scaled / 2.0))
    if scaled >= 1.0:
        return 0.0
    if shape == 4:
        return 1.0
    rest = 1.0 - np.sqrt(scaled) if shape in (3, 6) else 1.0 - scaled
    if shape in (1, 6):
        return float(rest * rest)
    return float(rest**4 if shape == 5 else rest)


@numba.njit(cache=True, nogil=True)
def _list_heights(shape: int, scaled: Floats) -> Floats:
    heights = np.empty(len(scaled))
    for i in range(len(scaled)):
        heights[i] = _height(shape, scaled[i])
    return heights


@numba.njit(cache=True, nogil=True)
def _sum_kernels(at: Floats, xy: Floats, factor: Floats, widths: Floats, what: tuple[int, int]) -> Floats:
    shape, power = what
    sums = np.zeros(len(at))
    for j in range(len(at)):
        total = 0.0
        for i in range(len(xy)):
            squared = (at[j, 0] - xy[i, 0]) ** 2 + (at[j, 1] - xy[i, 1]) ** 2
            value = factor[i] * _height(shape, squared / widths[i] ** 2)
            total += value if power == 1 else value * value
        sums[j] = total
    return sums


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
