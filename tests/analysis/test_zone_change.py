"""A zone against the rest."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from analysis.assignment import assign
from analysis.errors import NotEnoughDataError, ParameterError
from analysis.scene import Scene, points_at
from analysis.zone_change import ZoneChangeParams, zone_change

MASK = box(0, 0, 10_000, 10_000)
ZONE = box(4000, 4000, 6000, 6000).wkt
AREAS = gpd.GeoDataFrame(
    {"code": [f"{k:02d}" for k in range(25)], "name": [f"Área {k}" for k in range(25)]},
    geometry=[box(2000 * c, 2000 * r, 2000 * (c + 1), 2000 * (r + 1)) for r in range(5) for c in range(5)],
    crs=32617,
)


def scene_of(rng: np.random.Generator, rest: int, zone: int, year: int = 2022, *, days: bool = True) -> Scene:
    x, y = rng.uniform(0, 10_000, (2, 3 * rest))
    outside = ~((x > 4000) & (x < 6000) & (y > 4000) & (y < 6000))
    x = np.append(x[outside][:rest], rng.uniform(4000.1, 5999.9, zone))
    y = np.append(y[outside][:rest], rng.uniform(4000.1, 5999.9, zone))
    points = dataclasses.replace(points_at(x, y), area=assign(x, y, AREAS))
    if days:
        day = np.datetime64(f"{year}-01-01") + rng.integers(0, 365, len(x)).astype("timedelta64[D]")
        points = dataclasses.replace(points, day=day)
    return Scene(crs=32617, points=points, months=12, window=MASK, mask=MASK, areas=AREAS)


def test_a_zone_that_halved_against_the_rest_is_told():
    rng = np.random.default_rng(0)
    found = zone_change(scene_of(rng, 3000, 400), scene_of(rng, 3000, 200, 2023), ZoneChangeParams(zone=ZONE))
    assert found.reading["ratio"] == pytest.approx(0.5)
    assert found.reading["distinguishable"]
    assert found.reading["p"] < 0.001
    assert found.reading["dispersion_from"] == "blocks"
    assert found.table["before"].tolist() == [400, 3000]
    assert found.reading["ratio_low"] < 0.5 < found.reading["ratio_high"]


def test_a_zone_that_fell_with_the_city_did_not_change():
    rng = np.random.default_rng(1)
    found = zone_change(scene_of(rng, 4000, 200), scene_of(rng, 2000, 100, 2023), ZoneChangeParams(zone=ZONE))
    assert found.reading["ratio"] == pytest.approx(1.0)
    assert not found.reading["distinguishable"]


def test_areas_by_code_are_the_same_zone_as_their_outline():
    rng = np.random.default_rng(2)
    before, after = scene_of(rng, 3000, 400), scene_of(rng, 3000, 300, 2023)
    drawn = zone_change(before, after, ZoneChangeParams(zone=ZONE)).reading
    named = zone_change(before, after, ZoneChangeParams(areas="12")).reading
    told = drawn.keys() - {"peak", "needs_points"}
    assert {key: named[key] for key in told} == pytest.approx({key: drawn[key] for key in told})
    assert (drawn["needs_points"], named["needs_points"]) == (True, False)


def test_incidents_without_a_point_count_where_areas_are_compared():
    rng = np.random.default_rng(3)
    unplaced = pd.DataFrame({"area": [12, 3, -1], "method": ["corregimiento"] * 2 + ["none"], "n": [50, 20, 7]})
    before = dataclasses.replace(scene_of(rng, 1000, 100), unplaced=unplaced)
    after = scene_of(rng, 1000, 100, 2023)
    named = zone_change(before, after, ZoneChangeParams(areas="12"))
    drawn = zone_change(before, after, ZoneChangeParams(zone=ZONE))
    assert named.table["before"].tolist() == [150, 1020]
    assert named.left_out == {"without_area": 7}
    assert drawn.table["before"].tolist() == [100, 1000]
    assert drawn.left_out == {"without_point": 77}


def test_without_days_the_dispersion_comes_from_the_other_areas():
    rng = np.random.default_rng(4)
    found = zone_change(
        scene_of(rng, 2000, 100, days=False), scene_of(rng, 2000, 100, days=False), ZoneChangeParams(areas="12")
    )
    assert found.reading["dispersion_from"] == "areas"
    assert found.reading["dispersion_freedom"] == 23


def test_short_periods_are_cut_into_weeks():
    rng = np.random.default_rng(5)
    pair = [dataclasses.replace(scene_of(rng, 2000, 100, year), months=3) for year in (2022, 2023)]
    assert zone_change(pair[0], pair[1], ZoneChangeParams(zone=ZONE)).reading["dispersion_freedom"] == 24


def test_a_zone_picked_because_it_peaked_is_warned_of():
    rng = np.random.default_rng(6)
    counts = rng.poisson(12, 200)
    top = int(counts.argmax())
    mask = box(0, 0, 20_000, 10_000)
    tiles = [np.repeat(np.arange(200), n) for n in (counts, rng.poisson(12, 200))]
    before, after = (
        Scene(
            crs=32617,
            points=points_at(t % 20 * 1000.0 + 500, t // 20 * 1000.0 + 500),
            months=12,
            window=mask,
            mask=mask,
        )
        for t in tiles
    )
    zone = box(top % 20 * 1000, top // 20 * 1000, top % 20 * 1000 + 1000, top // 20 * 1000 + 1000)
    peak = zone_change(before, after, ZoneChangeParams(zone=zone.wkt)).reading["peak"]
    assert peak["peaked"]
    assert peak["expected_ratio"] < 0.75
    assert not peak["distinguishable_beyond"]


@pytest.mark.parametrize(
    "params",
    [
        ZoneChangeParams(),
        ZoneChangeParams(zone=ZONE, areas="12"),
        ZoneChangeParams(zone="POLYGON ((1 2"),
        ZoneChangeParams(zone="POINT (1 2)"),
        ZoneChangeParams(zone="POLYGON EMPTY"),
        ZoneChangeParams(zone="POLYGON ((0 0, nan 1, 1 1, 0 0))"),
        ZoneChangeParams(zone="POLYGON ((0 0, inf 1, 1 1, 0 0))"),
        ZoneChangeParams(areas="12, 99"),
    ],
)
def test_a_zone_that_cannot_be_read_is_refused(params: ZoneChangeParams):
    rng = np.random.default_rng(7)
    with pytest.raises(ParameterError):
        zone_change(scene_of(rng, 50, 10), scene_of(rng, 50, 10), params)


def test_an_empty_zone_has_nothing_to_compare():
    rng = np.random.default_rng(8)
    with pytest.raises(NotEnoughDataError):
        zone_change(scene_of(rng, 50, 0), scene_of(rng, 50, 0), ZoneChangeParams(zone=ZONE))
