import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from analysis import STATISTICS
from analysis.density import DensityParams, density
from analysis.errors import AnalysisError, GeographicCoordinatesError, NotEnoughDataError, ParameterError
from analysis.frames import make_scene

AREAS = gpd.GeoDataFrame(
    {"code": ["1", "2"], "name": ["Uno", "Dos"], "persons": [5000.0, 9000.0]},
    geometry=[box(660_000, 990_000, 663_000, 994_000), box(663_000, 990_000, 666_000, 994_000)],
    crs=32617,
)


def incidents_of(n: int = 400, **columns) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(n)
    x, y = rng.uniform(660_000, 666_000, n), rng.uniform(990_000, 994_000, n)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(n) % 366, unit="D")
    return gpd.GeoDataFrame({"day": days, **columns}, geometry=gpd.points_from_xy(x, y), crs=32617)


def test_a_density_needs_no_database():
    scene = make_scene(incidents_of(), AREAS)
    result = density(scene, DensityParams())
    assert result.n_observations == 400
    assert scene.months == pytest.approx(366 / 30.4375)
    assert scene.points.area.tolist().count(-1) == 0


@pytest.mark.parametrize("name", [name for name, statistic in STATISTICS.items() if statistic.sides == 1])
def test_every_statistic_answers_frames_or_says_what_it_lacks(name):
    scene = make_scene(incidents_of(hour=3, radius=20.0), AREAS)
    try:
        answer = STATISTICS[name].run(scene, STATISTICS[name].params()).table
    except AnalysisError as error:
        answer = error.values
    assert list(answer)  # columns of a table, or what an error says; a table may well be empty


def test_a_column_of_all_incidents_makes_location_quotients_possible():
    scene = make_scene(incidents_of(), AREAS.assign(base=[900, 700]))
    assert scene.base.tolist() == [900, 700]


def test_areas_in_degrees_are_laid_under_the_incidents():
    there = make_scene(incidents_of(), AREAS.to_crs(4326))
    here = make_scene(incidents_of(), AREAS)
    assert there.window.area == pytest.approx(here.window.area, rel=1e-6)
    assert there.points.area.tolist() == here.points.area.tolist()


def test_degrees_are_refused():
    with pytest.raises(GeographicCoordinatesError):
        make_scene(incidents_of().to_crs(4326), AREAS)


@pytest.mark.parametrize(
    ("incidents", "areas", "name"),
    [
        (incidents_of().set_crs(None, allow_override=True), AREAS, "incidents"),
        (incidents_of(), AREAS.set_crs(None, allow_override=True), "areas"),
        (incidents_of(), AREAS.drop(columns="code"), "areas"),
        (incidents_of().set_geometry(incidents_of().buffer(5)), AREAS, "incidents"),
        (incidents_of().drop(columns="day"), AREAS, "months"),
    ],
)
def test_a_frame_that_lacks_something_is_refused_by_what_it_lacks(incidents, areas, name):
    with pytest.raises(ParameterError) as error:
        make_scene(incidents, areas)
    assert error.value.values["name"] == name


def test_no_areas_are_no_scene():
    with pytest.raises(NotEnoughDataError):
        make_scene(incidents_of(), AREAS.iloc[:0])


def test_without_days_the_length_of_the_period_is_given():
    assert make_scene(incidents_of().drop(columns="day"), AREAS, months=3.0).months == 3.0
