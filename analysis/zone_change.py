"""A zone against the rest, before and after: a rate ratio whose interval carries the estimated dispersion.

Single cells seldom show a change; a zone chosen beforehand and a date can. Formula, assumptions and reading guide:
docs/handbook/zone_change.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

from analysis.area_totals import count_by_area
from analysis.errors import NothingToCompareError, ParameterError
from analysis.grids import grid_over
from analysis.params import Params, option
from analysis.periods import describe_periods, require_one_city
from analysis.rates import ratio_interval
from analysis.result import Result, View, finite
from analysis.scene import Scene
from analysis.time_blocks import count_in_blocks
from analysis.zone_peak import Peak, assess_peak
from analysis.zone_ratio import Counts, Noise, compare, noise_from_areas, noise_from_blocks, p_of_no_change

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]

UNIT: Final = "rate_ratio"
LEVEL: Final = 0.05
CELL: Final = 500.0  # metres; the units of the dispersion where there are neither days nor areas


@dataclass(frozen=True, kw_only=True)
class ZoneChangeParams(Params):
    """Options of `zone_change`: exactly one of ``zone`` and ``areas``."""

    zone: str = option("")  # polygon as WKT, in the metric projection of the scene
    areas: str = option("")  # codes separated by commas


@dataclass(frozen=True, kw_only=True, eq=False)
class _Zone:
    """The zone: its outline, and the positions of its areas where it was given as areas."""

    shape: Polygon | MultiPolygon
    areas: Ints | None

    def holds(self, scene: Scene) -> Booleans:
        """Tell which placed incidents lie in the zone."""
        if self.areas is not None:
            return np.isin(scene.points.area, self.areas)
        shapely.prepare(self.shape)
        return np.asarray(shapely.contains_xy(self.shape, scene.points.x, scene.points.y))

    def count(self, scene: Scene) -> tuple[int, int]:
        """Return the incidents of the zone and of the rest; those without a point count where areas are compared."""
        if self.areas is None:
            inside = int(self.holds(scene).sum())
            return inside, len(scene.points) - inside
        counts = count_by_area(scene)
        inside = int(counts[self.areas].sum())
        return inside, int(counts.sum()) - inside


def zone_change(before: Scene, after: Scene, params: ZoneChangeParams) -> Result:
    """Compare the change of a zone with that of the rest of the city.

    Returns
    -------
    Result
        Two rows, zone and rest: ``before``, ``after``, ``ratio`` (per month), ``ratio_low``, ``ratio_high``. The
        answer is in ``reading``: ``ratio`` = (zone after / zone before) / (rest after / rest before) with its 95 %
        interval, ``p``, ``distinguishable``, the dispersion and where it comes from, and ``peak``.

    Raises
    ------
    ParameterError
        Not exactly one of zone and areas, an outline that cannot be read, an unknown code, different cities.
    NotEnoughDataError
        No incident in the zone in either period, or none in the rest in one of them.
    """
    require_one_city(before, after)
    zone = _read_zone(before, params)
    counts = _count(zone, before, after)
    noise = _find_noise(zone, before, after)
    low, high = compare(counts, noise)
    peak = assess_peak(before, zone.shape, count=int(zone.holds(before).sum()), phi=noise.phi)
    used = counts.zone_before + counts.zone_after + counts.rest_before + counts.rest_after
    not_used = before.n_incidents + after.n_incidents - used
    return Result(
        params=params,
        table=_tabulate(zone, counts, noise, before, exposure=after.months / before.months),
        view=View(kind="areas", value="ratio", scale="change", unit=UNIT),
        crs=before.crs,
        n_observations=used,
        left_out={"without_point" if zone.areas is None else "without_area": not_used} if not_used else {},
        reading={
            **describe_periods(before, after),
            **_read_answer(counts, noise, low, high),
            "zone_km2": zone.shape.area / 1e6,
            "before_placed": len(before.points),
            "after_placed": len(after.points),
            "before_incidents": before.n_incidents,
            "after_incidents": after.n_incidents,
            "needs_points": zone.areas is None,
            "peak": _read_peak(peak, counts.ratio(), low, high),
        },
    )


def _read_zone(scene: Scene, params: ZoneChangeParams) -> _Zone:
    if bool(params.zone.strip()) == bool(params.areas.strip()):
        raise ParameterError(
            name="zone", needed="zone | areas", found=" + ".join(filter(None, [params.zone, params.areas]))
        )
    if params.zone.strip():
        return _Zone(shape=_parse_outline(params.zone), areas=None)
    codes = scene.areas["code"].astype(str).tolist()
    wanted = [code.strip() for code in params.areas.split(",") if code.strip()]
    for code in wanted:
        if code not in codes:
            raise ParameterError(name="areas", needed=", ".join(codes[:5]) + ", ...", found=code)
    at = np.array(sorted({codes.index(code) for code in wanted}), dtype=np.int64)
    return _Zone(shape=_polygons(shapely.union_all(scene.areas.geometry.to_numpy()[at])), areas=at)


def _parse_outline(text: str) -> MultiPolygon:
    try:
        with np.errstate(invalid="ignore"):
            shape = shapely.from_wkt(text)
        polygons = _polygons(shapely.make_valid(shape))
    except shapely.errors.GEOSException as error:  # no WKT, or a coordinate that is not a number
        raise ParameterError(name="zone", needed="POLYGON ((x y, ...))", found=text[:40]) from error
    if not 0 < polygons.area < np.inf:
        raise ParameterError(name="zone", needed="POLYGON ((x y, ...))", found=text[:40])
    return polygons


def _polygons(shape: shapely.Geometry) -> MultiPolygon:
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if isinstance(part, Polygon)]
    return MultiPolygon(parts)


def _count(zone: _Zone, before: Scene, after: Scene) -> Counts:
    (zone_before, rest_before), (zone_after, rest_after) = zone.count(before), zone.count(after)
    if zone_before + zone_after == 0 or rest_before == 0 or rest_after == 0:
        found = f"{zone_before}, {zone_after}; {rest_before}, {rest_after}"
        raise NothingToCompareError(needed=1, found=found)
    return Counts(zone_before=zone_before, zone_after=zone_after, rest_before=rest_before, rest_after=rest_after)


def _find_noise(zone: _Zone, before: Scene, after: Scene) -> Noise:
    """Estimate the dispersion over time blocks where days are known, else over the areas or cells of the rest."""
    noise = _noise_over_time(zone, before, after)
    if noise is None and len(before.areas) > 0:
        counts = [
            np.delete(count_by_area(scene), [] if zone.areas is None else zone.areas) for scene in (before, after)
        ]
        noise = noise_from_areas(counts[0], counts[1])
    if noise is None:
        grid = grid_over(before.mask.bounds, cell_size=CELL)
        counts = []
        for scene in (before, after):
            rest = scene.points.take(~zone.holds(scene))
            counts.append(grid.count(rest.x, rest.y))
        noise = noise_from_areas(counts[0], counts[1])
    return noise or Noise(phi=1.0, freedom=float("inf"), source="none")


def _noise_over_time(zone: _Zone, before: Scene, after: Scene) -> Noise | None:
    sides = ((~zone.holds(before)).astype(np.int64), (~zone.holds(after)).astype(np.int64))  # 0 zone, 1 rest
    tables = count_in_blocks(before, after, sides, n_units=2)
    return None if tables is None else noise_from_blocks(*tables)


def _tabulate(zone: _Zone, counts: Counts, noise: Noise, scene: Scene, *, exposure: float) -> gpd.GeoDataFrame:
    before = np.array([counts.zone_before, counts.rest_before])
    after = np.array([counts.zone_after, counts.rest_after])
    ratio, low, high = ratio_interval(after / noise.phi, before / noise.phi, exposure=exposure)
    rest = shapely.difference(scene.mask, zone.shape)
    return gpd.GeoDataFrame(
        {
            "code": ["zone", "rest"],
            "name": ["zone", "rest"],
            "before": before,
            "after": after,
            "ratio": ratio,
            "ratio_low": low,
            "ratio_high": high,
        },
        geometry=[zone.shape, rest],
        crs=scene.crs,
    )


def _read_answer(counts: Counts, noise: Noise, low: float, high: float) -> Mapping[str, Any]:
    return {
        "zone_before": counts.zone_before,
        "zone_after": counts.zone_after,
        "rest_before": counts.rest_before,
        "rest_after": counts.rest_after,
        "ratio": finite(counts.ratio()),
        "ratio_low": low,
        "ratio_high": finite(high),
        "p": p_of_no_change(counts, noise),
        "distinguishable": not low <= 1 <= high,
        "dispersion": noise.phi,
        "dispersion_from": noise.source,
        "dispersion_freedom": finite(noise.freedom),
    }


def _read_peak(peak: Peak | None, ratio: float, low: float, high: float) -> Mapping[str, Any] | None:
    """Return the guard against regression to the mean; None where it could not be assessed."""
    if peak is None:
        return None
    expected = peak.expected_ratio
    return {
        "peaked": peak.peaked,
        "tiles": peak.tiles,
        "rank": peak.rank,
        "weight": peak.weight,
        "expected_ratio": expected,
        "ratio_beyond": finite(ratio / expected),
        "ratio_beyond_low": low / expected,
        "ratio_beyond_high": finite(high / expected),
        "distinguishable_beyond": not low <= expected <= high,
        "method": "empirical_bayes_tiles",
    }
