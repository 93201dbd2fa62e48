from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.density import DensityParams, density
from analysis.errors import NotEnoughDataError, ParameterError
from analysis.kernels import direct_density
from analysis.scene import Scene, points_at
from analysis.space_time_density import SpaceTimeDensityParams, space_time_density

COAST = shapely.Polygon([(0, 0), (5000, 0), (5000, 3000), (2500, 1500), (0, 3000)])
FIRST, LAST = np.datetime64("2024-01-01"), np.datetime64("2024-02-29")
FAST = SpaceTimeDensityParams(bandwidth=300.0, bandwidth_days=7.0, cell_size=100.0)


def scene_of(xy: np.ndarray, day: np.ndarray, *, since=FIRST, until=LAST) -> Scene:
    points = dataclasses.replace(points_at(*xy.T, radius=20.0), day=(FIRST + day).astype("M8[D]"))
    months = ((until - since).astype(int) + 1) / 30.4375
    return Scene(crs=32617, points=points, months=months, window=COAST, mask=COAST, since=since, until=until)


def inside(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    xy = rng.uniform((0, 0), (5000, 3000), (3 * n, 2))
    return xy[shapely.contains_xy(COAST, *xy.T)][:n], rng.integers(0, 60, n)


def map_of(scene: Scene, number: int, params: SpaceTimeDensityParams = FAST):
    return space_time_density(scene, dataclasses.replace(params, day=str(FIRST + np.timedelta64(number, "D"))))


def test_the_days_add_up_to_the_density_in_space() -> None:
    xy, day = inside(150, 1)
    scene = scene_of(xy, day)
    whole = density(scene, DensityParams(bandwidth=300.0, cell_size=100.0)).table["density"]
    added = sum(map_of(scene, number).table["density"] for number in range(60)) / 60
    # incidents per km² and month: the mean of the days is the density of the period
    assert_allclose(added, whole, rtol=1e-6, atol=1e-9)


def test_mass_is_kept_over_window_and_period() -> None:
    xy, day = inside(200, 2)
    result = space_time_density(scene_of(xy, day), FAST)
    by_day = result.tables["by_day"]
    assert_allclose(by_day["smoothed"].sum(), 200, rtol=1e-9)
    assert by_day["incidents"].sum() == 200
    assert result.reading["mass_error"] < 1e-3


def test_one_incident_is_its_two_kernels() -> None:
    scene = scene_of(np.array([[2500.0, 700.0]]), np.array([30]))
    result = map_of(scene, 33, dataclasses.replace(FAST, bandwidth=200.0))
    at = result.grid.centres(result.table["cell"].to_numpy())
    plane = direct_density(at, np.array([[2500.0, 700.0]]), bandwidth=200.0, kernel="gaussian")
    days = np.exp(-(((np.arange(60) - 30) / 7.0) ** 2) / 2)
    exact = plane * days[33] / np.exp(-((np.arange(-90, 91) / 7.0) ** 2) / 2).sum() * 1e6 * 30.4375
    shown = ~result.table["uncertain"]
    assert_allclose(result.table["density"][shown], exact[shown], rtol=5e-3, atol=1e-4 * exact.max())


def test_unions_add_and_rows_may_come_in_any_order() -> None:
    (one, early), (other, late) = inside(60, 3), inside(60, 4)
    both = scene_of(np.vstack([one, other]), np.append(early, late))
    parts = [map_of(scene_of(xy, day), 20).table["density"] for xy, day in ((one, early), (other, late))]
    assert_allclose(map_of(both, 20).table["density"], parts[0] + parts[1], rtol=1e-6, atol=1e-9)
    turned = scene_of(np.vstack([one, other])[::-1], np.append(early, late)[::-1])
    assert_allclose(map_of(turned, 20).table["density"], map_of(both, 20).table["density"], rtol=1e-9)


def test_the_place_of_the_day_is_found_where_it_moves() -> None:
    rng = np.random.default_rng(5)
    west, east = (rng.normal(centre, 150, (80, 2)) for centre in ((1000, 800), (4000, 800)))
    scene = scene_of(np.vstack([west, east]), np.append(rng.integers(0, 15, 80), rng.integers(45, 60, 80)))
    assert map_of(scene, 5).reading["peak"]["x"] < 2000
    last = space_time_density(scene, FAST)
    assert last.reading["peak"]["x"] > 3000
    assert last.chosen["day"] == "2024-02-29"
    assert last.reading["one_sided"]


def test_a_month_that_is_not_over_is_marked() -> None:
    xy, day = inside(80, 6)
    whole = space_time_density(scene_of(xy, day), FAST)
    assert not whole.tables["by_day"]["incomplete"].any()
    assert whole.reading["incomplete_from"] is None
    cut = scene_of(xy, np.minimum(day, 49), until=np.datetime64("2024-02-19"))
    result = space_time_density(cut, FAST)
    assert result.tables["by_day"]["incomplete"].sum() == 19
    assert result.reading["incomplete_from"] == "2024-02-01"


def test_points_without_a_day_are_counted_and_no_day_at_all_is_refused() -> None:
    xy, day = inside(50, 7)
    scene = scene_of(xy, day)
    scene.points.day[:10] = np.datetime64("NaT")
    assert space_time_density(scene, FAST).left_out == {"without_day": 10}
    scene.points.day[:] = np.datetime64("NaT")
    with pytest.raises(NotEnoughDataError):
        space_time_density(scene, FAST)


@pytest.mark.parametrize("day", ["2023-12-31", "2024-03-01", "mañana", "NaT", "2024-13-01", "31/01/2024"])
def test_a_day_that_is_none_or_outside_is_refused_with_the_days_there_are(day: str) -> None:
    with pytest.raises(ParameterError) as refused:
        space_time_density(scene_of(*inside(20, 8)), dataclasses.replace(FAST, day=day))
    assert refused.value.values["needed"] == "2024-01-01 .. 2024-02-29"
