"""Kulldorff's spatial scan on plain arrays: the most likely clusters and how often chance alone makes one as likely.

Kulldorff (1997), Communications in Statistics: Theory and Methods 26:1481-1496; Abrams, Kleinman & Kulldorff (2010),
International Journal of Health Geographics 9:61, for the Gumbel p.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import KDTree

from analysis.grids import Floats, Ints
from analysis.scan_windows import (
    LANES,
    ROUNDING,
    SAME,
    Model,
    Peaks,
    Singles,
    Units,
    bound_circles,
    find_peaks,
    list_circles,
    raise_maxima,
)

WORKERS: Final = 2
PIECE: Final = 2_000_000  # entries of the lists of circles held at a time, at most
MOST_CLUSTERS: Final = 10
LEAST_UNITS: Final = 3
LARGE: Final = 700.0  # exp of more is infinite
LEAST_RATIO: Final = 1e-9  # below it a ratio is rounding


@dataclass(frozen=True, kw_only=True, eq=False)
class Scan:
    """Cases over a base in units, and what is asked of them.

    Attributes
    ----------
    units
        Where the units lie and their base: persons, land, or cases and controls together.
    cases
        Cases per unit (n,).
    shares
        Largest part of the base in a circle, ascending; the last one is the widest looked at.
    model
        Totals, law and sides.
    """

    units: Units
    cases: Floats
    shares: Sequence[float]
    model: Model

    @property
    def limits(self) -> Floats:
        """Largest base of a circle, one for each share."""
        return np.asarray(self.shares, dtype=np.float64) * self.model.base

    @property
    def has_something(self) -> bool:
        """Tell whether there is anything to compare: units inside and outside, cases, and controls where they count."""
        controls = self.model.base - self.model.cases if self.model.bernoulli else 1.0
        return len(self.cases) >= LEAST_UNITS and self.model.cases > 0 and controls > 0

    def keep(self, ids: Ints) -> Scan:
        """Return the scan of some units, as if the others did not exist."""
        units = Units(*(column[ids] for column in self.units))
        return make_scan(units, self.cases[ids], self.shares, like=self.model)


@dataclass(frozen=True, kw_only=True, eq=False)
class Cluster:
    """A circle: its centre (a unit), its units, nearest first, its radius in metres and its log-likelihood ratio."""

    centre: int
    members: Ints
    radius: float
    ratio: float


def make_scan(units: Units, cases: Floats, shares: Sequence[float], *, like: Model) -> Scan:
    """Prepare a scan; the totals of the model are taken from the units."""
    model = like._replace(cases=float(np.sum(cases)), base=float(np.sum(units.base)))
    return Scan(units=units, cases=np.asarray(cases, dtype=np.float64), shares=shares, model=model)


def find_clusters(scan: Scan, *, share: float, most: int = MOST_CLUSTERS) -> list[Cluster]:
    """Return the circle with the largest ratio, then the next that shares no unit with those before.

    Parameters
    ----------
    share
        Largest part of the base in a circle.
    """
    limit = share * scan.model.base
    xy = np.column_stack([scan.units.x, scan.units.y])
    stop2, taken = np.full(len(xy), np.inf), np.zeros(len(xy), dtype=bool)
    peaks, clusters = _peaks(scan, np.arange(len(xy)), limit, stop2), list[Cluster]()
    while len(clusters) < most:
        centre = int(np.argmax(peaks.ratio))
        if peaks.ratio[centre] < LEAST_RATIO:
            break
        cluster = _gather(scan, centre, limit, stop2, peaks)
        clusters.append(cluster)
        taken[cluster.members] = True
        distance, _ = KDTree(xy[taken]).query(xy, workers=WORKERS)
        stop2 = distance**2
        stale = np.flatnonzero((peaks.ratio > 0) & (stop2 <= peaks.radius2 * (1 + SAME)))
        for kept, new in zip(peaks, _peaks(scan, stale, limit, stop2), strict=True):
            kept[stale] = new
    return clusters


def largest_by_chance(scan: Scan, chance: Singles) -> Floats:
    """Return the largest ratio of each map of chance within each share (shares, maps).

    Parameters
    ----------
    chance
        Cases per unit of maps in blocks of sixteen (blocks, n, 16): `deal_poisson` or `deal_bernoulli`.
    """
    limits = scan.limits

    def run(centres: Ints) -> Floats:
        circles = list_circles(centres, scan.units, limits[-1], np.full(len(scan.cases), np.inf))
        bounds = bound_circles(circles, scan.model)
        best = np.zeros((len(chance), len(limits), LANES))
        for block, maxima in zip(chance, best, strict=True):
            raise_maxima(circles, bounds, block, (limits, scan.model), maxima)
        return best

    with ThreadPoolExecutor(WORKERS) as pool:
        best = np.max(list(pool.map(run, _pieces(np.arange(len(scan.cases))))), axis=0)
    return np.asarray(np.maximum.accumulate(best.transpose(1, 0, 2).reshape(len(limits), -1), axis=0))


def deal_poisson(scan: Scan, rng: np.random.Generator, *, maps: int) -> Singles:
    """Deal the cases to the units in proportion to their base, map by map; the last block is filled up with maps."""
    shares = scan.units.base / scan.model.base
    return _in_blocks(rng.multinomial(round(scan.model.cases), shares, size=_filled(maps)))


def deal_bernoulli(scan: Scan, rng: np.random.Generator, *, maps: int) -> Singles:
    """Deal the name of case among all points of all units, map by map; the last block is filled up with maps."""
    points = np.rint(scan.units.base).astype(np.int64)
    drawn = rng.multivariate_hypergeometric(points, round(scan.model.cases), size=_filled(maps), method="marginals")
    return _in_blocks(drawn)


def rank_p(ratio: float, maxima: Floats) -> float:
    """Return (1 + maps of chance with a ratio as large) / (maps + 1)."""
    as_large = int(np.sum(maxima >= ratio * (1 - ROUNDING)))
    return (as_large + 1) / (len(maxima) + 1)


def gumbel_p(ratio: float, maxima: Floats) -> float:
    """Return the upper tail of a Gumbel distribution with mean and variance of the maxima: for p below 1/maps."""
    scale = float(np.std(maxima, ddof=1)) * np.sqrt(6) / np.pi
    if scale == 0:
        return rank_p(ratio, maxima)
    mode = float(np.mean(maxima)) - np.euler_gamma * scale
    return float(-np.expm1(-np.exp(min((mode - ratio) / scale, LARGE))))


def _peaks(scan: Scan, centres: Ints, limit: float, stop2: Floats) -> Peaks:
    def run(some: Ints) -> Peaks:
        circles = list_circles(some, scan.units, limit, stop2)
        return find_peaks(some, circles, scan.cases, scan.units, scan.model)

    with ThreadPoolExecutor(WORKERS) as pool:
        found = list(pool.map(run, _pieces(centres, len(scan.cases))))
    return Peaks(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _gather(scan: Scan, centre: int, limit: float, stop2: Floats, peaks: Peaks) -> Cluster:
    circles = list_circles(np.array([centre]), scan.units, limit, stop2)
    return Cluster(
        centre=centre,
        members=circles.members[: peaks.units[centre]].astype(np.int64),
        radius=float(np.sqrt(peaks.radius2[centre])),
        ratio=float(peaks.ratio[centre]),
    )


def _pieces(centres: Ints, units: int | None = None) -> list[Ints]:
    """Cut the centres into pieces, two at least, whose circles surely fit in memory."""
    size = max(1, PIECE // max(1, units or len(centres)))
    return np.array_split(centres, max(WORKERS, -(-len(centres) // size)))


def _filled(maps: int) -> int:
    return -(-maps // LANES) * LANES


def _in_blocks(maps: Ints) -> Singles:
    blocks = maps.reshape(-1, LANES, maps.shape[1]).transpose(0, 2, 1)
    return np.ascontiguousarray(blocks, dtype=np.float32)
