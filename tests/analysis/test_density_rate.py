from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.density_rate import DensityRateParams, density_rate
from analysis.errors import NoBaseError
from analysis.scene import Population, Scene, points_at

CITY = shapely.box(0, 0, 8000, 4000)
HALVES = [shapely.box(0, 0, 4000, 4000), shapely.box(4000, 0, 8000, 4000)]
AREAS = gpd.GeoDataFrame({"code": ["1", "2"], "name": ["Oeste", "Este"]}, geometry=HALVES, crs=32617)
FAST = DensityRateParams(bandwidth=500.0, cell_size=200.0)


def scene_of(xy: np.ndarray, persons: tuple[float, float] = (160_000.0, 16_000.0), **others) -> Scene:
    points = dataclasses.replace(points_at(*xy.T, radius=20.0), area=(xy[:, 0] >= 4000).astype(np.int64))
    people = Population(persons=np.array(persons), vintage="2023", kind="residential", source="censo")
    whole = {"window": CITY, "mask": CITY, "population": people, "months": 24.0} | others
    return Scene(crs=32617, points=points, areas=AREAS, **whole)


def lattice() -> np.ndarray:
    """Return an incident on every hectare."""
    return np.stack(np.meshgrid(np.arange(50.0, 8000, 100), np.arange(50.0, 4000, 100)), axis=-1).reshape(-1, 2)


def test_even_incidents_over_uneven_people_on_paper() -> None:
    result = density_rate(scene_of(lattice()), FAST)
    x = result.grid.centres(result.table["cell"].to_numpy())[:, 0]
    # 100 incidents per km² in two years; 10,000 and 1,000 persons per km²
    assert_allclose(result.table["rate_per_1000"][x < 2000], 5.0, rtol=2e-3)
    assert_allclose(result.table["rate_per_1000"][x > 6000], 50.0, rtol=2e-3)
    assert result.reading["peak"]["area_name"] == "Este"
    assert_allclose(result.reading["mean"], 1000 * 3200 / 176_000 / 2)
    assert_allclose(result.reading["persons"], 176_000)


def test_twice_the_people_is_half_the_rate_and_twice_the_time_too() -> None:
    xy = np.random.default_rng(1).uniform((0, 0), (8000, 4000), (400, 2))
    rate = density_rate(scene_of(xy), FAST).table["rate_per_1000"]
    assert_allclose(density_rate(scene_of(xy, (320_000.0, 32_000.0)), FAST).table["rate_per_1000"], rate / 2, rtol=1e-9)
    assert_allclose(density_rate(scene_of(xy, months=48.0), FAST).table["rate_per_1000"], rate / 2, rtol=1e-9)


def test_where_few_live_there_is_no_rate_and_how_much_happens_there_is_told() -> None:
    mask = shapely.box(0, 0, 4000, 4000)
    xy = np.vstack(
        [np.random.default_rng(2).uniform((0, 0), (4000, 4000), (300, 2)), np.full((100, 2), (7500.0, 2000.0))]
    )
    result = density_rate(scene_of(xy, mask=mask), FAST)
    x = result.grid.centres(result.table["cell"].to_numpy())[:, 0]
    assert result.table["rate_per_1000"][x > 6500].isna().all()
    assert (result.table["reason"][(x > 6500) & (x < 7500)] == "few_people").all()
    assert result.reading["few_people_incidents_share"] == pytest.approx(0.25, abs=0.03)
    assert result.reading["unspread"] == 16_000.0


def test_an_area_without_a_known_population_is_cut_out_and_counted() -> None:
    result = density_rate(scene_of(lattice(), (160_000.0, np.nan)), FAST)
    assert result.grid.centres(result.table["cell"].to_numpy())[:, 0].max() < 4000
    assert result.left_out == {"no_population": 1600}


@pytest.mark.parametrize("persons", [None, (0.0, 0.0), (np.nan, np.nan)])
def test_without_a_population_a_rate_is_refused(persons: tuple[float, float] | None) -> None:
    scene = scene_of(lattice(), persons or (1.0, 1.0))
    with pytest.raises(NoBaseError):
        density_rate(scene if persons else dataclasses.replace(scene, population=None), FAST)


def test_people_of_an_area_outside_the_window_are_no_denominator_and_its_points_lie_outside() -> None:
    west = shapely.box(0, 0, 4000, 4000)
    xy = np.vstack([lattice()[:100], [[7000.0, 2000.0]]])
    result = density_rate(scene_of(xy[xy[:, 0] != 4050.0], window=west, mask=west), FAST)
    assert result.reading["persons"] == pytest.approx(160_000.0)
    assert set(result.left_out) == {"outside_window"}
