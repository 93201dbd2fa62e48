import geopandas as gpd
import numpy as np
import pytest
import shapely

from analysis.errors import BiasedMethodError, NoStreetsError, NotEnoughDataError, ParameterError
from analysis.frames import make_scene
from analysis.network_density import NetworkDensityParams, network_density
from analysis.scene import Scene, points_at

CITY = shapely.box(0, 0, 2000, 1000)
LINES = [[(0, 500), (2000, 500)], [(1000, 0), (1000, 1000)], [(1500, 500), (1500, 900)]]
STREETS = gpd.GeoDataFrame(
    {"name": ["Vía España", "Calle 50", "Calle 51"]}, geometry=[shapely.LineString(line) for line in LINES], crs=32617
)


def scene_of(x, y, *, streets=STREETS, window=CITY, radius=10.0, months=12.0):
    points = points_at(np.asarray(x, dtype=float), np.asarray(y, dtype=float), radius=radius)
    return Scene(crs=32617, points=points, months=months, window=window, mask=window, streets=streets)


def ask(x, y, scene=None, **options):
    return network_density(scene or scene_of(x, y), NetworkDensityParams(**options))


def total(result, months=12.0):
    return (result.table["line_density"] * result.table.length).sum() / 1000 * months


def test_one_incident_far_from_every_crossing_on_paper():
    result = ask([400.0], [510.0], bandwidth=100.0, piece=20.0)
    best = result.table.loc[result.table["line_density"].idxmax()]
    assert best["street"] == "Vía España"
    assert abs(best.geometry.centroid.x - 400.0) <= 20.0
    assert best["line_density"] == pytest.approx(15 / 16 / 100 * 1000 / 12, rel=0.03)
    assert result.table.length.sum() == pytest.approx(2000 + 1000 + 400)


@pytest.mark.parametrize("split", ["discontinuous", "continuous"])
def test_the_density_adds_up_to_the_incidents(split):
    x, y = np.random.default_rng(1).uniform((0, 460), (2000, 540), (300, 2)).T
    result = ask(x, y, split=split)
    assert total(result) == pytest.approx(result.n_observations, abs=1e-6)
    assert result.reading["cut_share"] == pytest.approx(0.0, abs=1e-9)


def test_incidents_far_from_a_street_or_outside_are_left_out_by_reason():
    result = ask([400.0, 400.0, 5000.0], [500.0, 700.0, 500.0])
    assert result.n_observations == 1
    assert result.left_out == {"far_from_street": 1, "outside_window": 1}
    assert ask([400.0, 400.0], [500.0, 700.0], snap_within=250.0).n_observations == 2


def test_the_streets_are_summed_and_the_highest_comes_first():
    result = ask([1000.0] * 5 + [300.0, 1700.0], [900.0] * 5 + [500.0, 500.0], bandwidth=50.0)
    streets = result.tables["streets"].set_index("street")
    assert result.tables["streets"]["street"].iloc[0] == "Calle 50"
    assert streets["count"].to_dict() == {"Calle 50": 5, "Vía España": 2, "Calle 51": 0}
    assert streets.loc["Vía España", "km"] == pytest.approx(2.0)
    assert result.reading["peak_street"] == "Calle 50"
    assert result.reading["busiest_count"] == 5
    assert (result.reading["crossings"], result.reading["dead_ends"]) == (2, 5)


def test_what_would_leave_the_window_turns_back():
    half = shapely.box(0, 0, 420, 1000)
    result = network_density(scene_of([400.0], [500.0], window=half), NetworkDensityParams(bandwidth=100.0))
    assert total(result) == pytest.approx(1.0, abs=1e-9)
    assert result.table.length.sum() == pytest.approx(420.0)


def test_the_bandwidth_is_never_finer_than_the_points():
    wide = network_density(scene_of([400.0], [500.0], radius=450.0), NetworkDensityParams())
    assert wide.reading["bandwidth"] == wide.chosen["bandwidth"] == 450.0
    assert ask([400.0], [500.0]).chosen == {"bandwidth": 300.0}
    assert ask([400.0], [500.0], bandwidth=200.0).chosen == {}
    with pytest.raises(ParameterError):
        network_density(scene_of([400.0], [500.0], radius=600.0), NetworkDensityParams())
    with pytest.raises(ParameterError):
        ask([400.0], [500.0], bandwidth=400.0, split="continuous")


def test_the_simple_kernel_is_refused_as_biased():
    with pytest.raises(BiasedMethodError, match="continuous"):
        NetworkDensityParams(split="simple")
    with pytest.raises(BiasedMethodError):
        NetworkDensityParams.read({"split": "simple"})
    with pytest.raises(ParameterError):
        NetworkDensityParams(split="none")


def test_without_streets_or_without_incidents_near_them_there_is_no_answer():
    with pytest.raises(NoStreetsError):
        network_density(scene_of([400.0], [500.0], streets=STREETS.iloc[:0]), NetworkDensityParams())
    with pytest.raises(NoStreetsError):
        network_density(scene_of([1.0], [1.0], window=shapely.box(0, 0, 90, 90)), NetworkDensityParams())
    with pytest.raises(NotEnoughDataError):
        ask([400.0], [900.0])


def test_twice_the_months_is_half_the_density_and_order_does_not_matter():
    x, y = np.random.default_rng(2).uniform((0, 460), (2000, 540), (100, 2)).T
    plain = ask(x, y)
    longer = network_density(scene_of(x[::-1], y[::-1], months=24.0), NetworkDensityParams())
    assert np.allclose(longer.table["line_density"] * 2, plain.table["line_density"])


def test_a_notebook_brings_its_own_streets():
    incidents = gpd.GeoDataFrame(geometry=gpd.points_from_xy([400.0, 410.0], [500.0, 505.0]), crs=32617)
    areas = gpd.GeoDataFrame({"code": ["1"], "name": ["toda"]}, geometry=[CITY], crs=32617)
    streets = STREETS.to_crs(4326)
    scene = make_scene(incidents, areas, months=12, streets=streets)
    assert network_density(scene, NetworkDensityParams()).n_observations == 2
    for wrong in (streets.drop(columns="name"), areas):
        with pytest.raises(ParameterError):
            make_scene(incidents, areas, months=12, streets=wrong)
