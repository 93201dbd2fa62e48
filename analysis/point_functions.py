"""Functions of a point pattern by distance: K and L of pairs, G and F of what is nearest, corrected for the edge.

Ripley (1977); Baddeley & Gill (1997), Annals of Statistics 25:263-292, for G and F as survival curves cut at the edge;
Clark & Evans (1954), Ecology 35:445-453. Distances are in metres, areas in square metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from analysis.pair_sums import count_beyond_border, sum_isotropic, sum_translated
from analysis.region_edges import RegionEdges, index_edges
from analysis.scene import Region
from analysis.set_covariance import SetCovariance, set_covariance

Floats = NDArray[np.float64]
Correction = Literal["translation", "isotropic", "border"]

TESTED: Final = 64  # empty places along the longer side of the region


@dataclass(frozen=True, kw_only=True, eq=False)
class Study:
    """A region and the distances at which its points are looked at, with all that does not depend on the points.

    Attributes
    ----------
    area
        Square metres.
    step, steps
        The distances are ``step``, 2 ``step`` ... (metres).
    tests, tests_border
        Places inside the region on a grid (n, 2), and their distance to the outline.
    """

    area: float
    step: float
    steps: int
    edges: RegionEdges
    covariance: SetCovariance
    tests: Floats
    tests_border: Floats

    @property
    def distances(self) -> Floats:
        """Return the distances (metres)."""
        return self.step * np.arange(1.0, self.steps + 1)


def open_study(region: Region, *, step: float, steps: int, tested: int = TESTED) -> Study:
    """Prepare a region for distances up to ``step`` times ``steps``."""
    edges = index_edges(region)
    tests = _places_inside(region, tested)
    return Study(
        area=float(shapely.area(region)),
        step=step,
        steps=steps,
        edges=edges,
        covariance=set_covariance(region, step * steps),
        tests=tests,
        tests_border=edges.distance(tests[:, 0], tests[:, 1]),
    )


def ripley_k(x: Floats, y: Floats, study: Study, correction: Correction = "translation") -> Floats:
    """Return K(r) (square metres): the points expected within r of a point, over the points per square metre.

    NaN where no point is as far from the border as r (``border``).
    """
    bins = (study.step, study.steps)
    scale = study.area / (len(x) * (len(x) - 1))
    if correction == "translation":
        return scale * study.area * sum_translated(x, y, bins, study.covariance)
    if correction == "isotropic":
        return scale * sum_isotropic(x, y, bins, study.edges)
    pairs, inner = count_beyond_border(x, y, bins, study.edges.distance(x, y))
    return study.area / len(x) * pairs / np.where(inner > 0, inner, np.nan)


def cross_k(
    first: tuple[Floats, Floats], other: tuple[Floats, Floats], study: Study, correction: Correction = "isotropic"
) -> Floats:
    """Return K(r) from the first points to the others (square metres), the circles around the first ones."""
    bins = (study.step, study.steps)
    n, m = len(first[0]), len(other[0])
    if correction == "isotropic":
        return study.area / (n * m) * sum_isotropic(*first, bins, study.edges, to=other)
    pairs, inner = count_beyond_border(*first, bins, study.edges.distance(*first), to=other)
    return study.area / m * pairs / np.where(inner > 0, inner, np.nan)


def besag_l(k: Floats) -> Floats:
    """Return L(r) = sqrt(K(r) / pi) (metres): r itself where points are at random."""
    return np.sqrt(k / np.pi)


def nearest_other(x: Floats, y: Floats) -> Floats:
    """Return the distance of each point to the nearest other one (metres)."""
    places = np.column_stack([x, y])
    return np.asarray(cKDTree(places).query(places, k=2)[0][:, 1])


def nearest_g(nearest: Floats, border: Floats, study: Study) -> Floats:
    """Return G(r): the share of points whose nearest other one is within r, as a Kaplan-Meier curve.

    Parameters
    ----------
    nearest, border
        Of each point, the distance to the nearest other one and to the outline of the region (metres).
    """
    return kaplan_meier(nearest, border, study.distances)


def empty_f(x: Floats, y: Floats, study: Study) -> Floats:
    """Return F(r): the share of the ground from which a point is within r, as a Kaplan-Meier curve."""
    nearest = cKDTree(np.column_stack([x, y])).query(study.tests)[0]
    return kaplan_meier(nearest, study.tests_border, study.distances)


def kaplan_meier(times: Floats, censored_at: Floats, at: Floats) -> Floats:
    """Return the share of times up to each value, where a time is only seen if it is not above its censoring time."""
    seen = np.minimum(times, censored_at)
    order = np.sort(seen)
    ends, deaths = np.unique(times[times <= censored_at], return_counts=True)
    at_risk = len(order) - np.searchsorted(order, ends, side="left")
    surviving = np.concatenate([[1.0], np.cumprod(1 - deaths / at_risk)])
    return 1 - surviving[np.searchsorted(ends, at, side="right")]


def clark_evans(nearest: Floats, area: float) -> float:
    """Return the mean distance to the nearest other point over that of chance on a plane without an edge."""
    return float(nearest.mean() * 2 * np.sqrt(len(nearest) / area))


def _places_inside(region: Region, tested: int) -> Floats:
    left, bottom, right, top = shapely.bounds(region)
    step = max(right - left, top - bottom) / tested
    across = np.arange(left + step / 2, right, step)
    up = np.arange(bottom + step / 2, top, step)
    x, y = (values.ravel() for values in np.meshgrid(across, up))
    shapely.prepare(region)
    inside = shapely.contains_xy(region, x, y)
    return np.ascontiguousarray(np.column_stack([x, y])[inside])
