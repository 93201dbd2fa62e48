"""From Web Mercator to metres and back by a polynomial: exact to centimetres over a city, and a page can do it too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

Floats = NDArray[np.float64]
Bounds = tuple[float, float, float, float]

DEGREE = 5
LATTICE = 14  # exact points a side
MERCATOR, DEGREES = 3857, 4326
MARGIN = 0.02  # of the extent, so that the edge is no extrapolation


@dataclass(frozen=True, kw_only=True, eq=False)
class Polynomial:
    """Two polynomials in two variables, each scaled to -1..1 over its domain.

    Attributes
    ----------
    centre, scale
        (x, y) of the middle of the domain and half its extent.
    first, second
        Coefficients of x'^i y'^j for i + j <= DEGREE, ordered by i, then j.
    """

    centre: tuple[float, float]
    scale: tuple[float, float]
    first: tuple[float, ...]
    second: tuple[float, ...]

    def __call__(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Evaluate at arrays of equal (or broadcast) shape."""
        u, v = (x - self.centre[0]) / self.scale[0], (y - self.centre[1]) / self.scale[1]
        terms = _terms(u, v)
        one = sum(c * t for c, t in zip(self.first, terms, strict=True))
        other = sum(c * t for c, t in zip(self.second, terms, strict=True))
        return np.asarray(one), np.asarray(other)

    def on_lattice(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Evaluate on all pairs (len(y), len(x)) by two small matrix products."""
        u = np.vander((x - self.centre[0]) / self.scale[0], DEGREE + 1, increasing=True)
        v = np.vander((y - self.centre[1]) / self.scale[1], DEGREE + 1, increasing=True)
        return v @ _as_matrix(self.first).T @ u.T, v @ _as_matrix(self.second).T @ u.T

    def as_dict(self) -> dict[str, object]:
        """Return plain values for a page."""
        return {"centre": self.centre, "scale": self.scale, "first": self.first, "second": self.second}


@lru_cache(maxsize=64)
def fit_projection(source: int, target: int, bounds: Bounds) -> Polynomial:
    """Fit the projection from one EPSG code to another over a rectangle given in the source's units."""
    left, bottom, right, top = bounds
    centre = ((left + right) / 2, (bottom + top) / 2)
    scale = (max(right - left, 1e-9) / 2 * (1 + MARGIN), max(top - bottom, 1e-9) / 2 * (1 + MARGIN))
    knots = np.cos(np.pi * (np.arange(LATTICE) + 0.5) / LATTICE)  # Chebyshev: no ripple at the edge
    u, v = (axis.ravel() for axis in np.meshgrid(knots, knots))
    there = Transformer.from_crs(source, target, always_xy=True)
    one, other = there.transform(u * scale[0] + centre[0], v * scale[1] + centre[1])
    terms = np.column_stack(_terms(u, v))
    first, second = (np.linalg.lstsq(terms, np.asarray(values), rcond=None)[0] for values in (one, other))
    return Polynomial(
        centre=centre,
        scale=scale,
        first=tuple(float(value) for value in first),
        second=tuple(float(value) for value in second),
    )


def transform_bounds(source: int, target: int, bounds: Bounds) -> Bounds:
    """Return the rectangle in the target's units that holds a rectangle in the source's."""
    left, bottom, right, top = Transformer.from_crs(source, target, always_xy=True).transform_bounds(*bounds)
    return float(left), float(bottom), float(right), float(top)


def _terms(u: Floats, v: Floats) -> list[Floats]:
    return [np.asarray(u**i * v**j) for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i)]


def _as_matrix(coefficients: tuple[float, ...]) -> Floats:
    """Lay the coefficients out by the powers of the first (rows) and the second variable."""
    matrix = np.zeros((DEGREE + 1, DEGREE + 1))
    pairs = [(i, j) for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i)]
    for (i, j), value in zip(pairs, coefficients, strict=True):
        matrix[i, j] = value
    return matrix
