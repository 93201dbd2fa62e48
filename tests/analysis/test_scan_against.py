import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely

from analysis.errors import NotEnoughDataError, ParameterError
from analysis.scan_against import ScanAgainstParams, scan_against
from analysis.scene import Scene, points_at

SIDE = 5000.0
GROUND = shapely.box(0, 0, SIDE, SIDE)
AREAS = gpd.GeoDataFrame(
    {"code": [f"{k:02d}" for k in range(25)], "name": [f"Área {k}" for k in range(25)]},
    geometry=[shapely.box(i * 1e3, j * 1e3, (i + 1) * 1e3, (j + 1) * 1e3) for j in range(5) for i in range(5)],
    crs=32617,
)


def scene_at(x, y):
    points = dataclasses.replace(points_at(x, y), area=(y // 1000 * 5 + x // 1000).astype(int))
    return Scene(crs=32617, points=points, months=12, window=GROUND, mask=GROUND, areas=AREAS)


def crowd(n, rng):
    """Incidents that gather where people do: half of them in one quarter of the city."""
    busy = rng.random(n) < 0.5
    span = np.where(busy, SIDE / 2, SIDE)
    return rng.random(n) * span, rng.random(n) * span


def ask(before, after, **options):
    return scan_against(before, after, ScanAgainstParams(replications=99, **options))


def test_a_case_small_enough_to_do_on_paper():
    # two incidents in each of 25 areas, both cases in area 12 and one of the two in five others: 7 cases of 50
    middle = np.array([[k % 5 * 1e3 + 500.0, k // 5 * 1e3 + 500.0] for k in range(25)])
    cases = np.append([12, 12], [0, 4, 20, 24, 2])
    controls = [k for k in range(25) for _ in range(2 - np.sum(cases == k))]
    row = ask(scene_at(*middle[controls].T), scene_at(*middle[cases].T), units="areas").table.iloc[0]
    assert (row["observed"], row["units"], row["area_name"]) == (2, 1, "Área 12")
    assert row["expected"] == pytest.approx(7 * 2 / 50)
    apart = 5 * np.log(5 / 48) + 43 * np.log(43 / 48)
    alike = 7 * np.log(7 / 50) + 43 * np.log(43 / 50)
    assert row["log_ratio"] == pytest.approx(apart - alike)


def test_where_there_is_more_of_both_there_is_no_cluster():
    rng = np.random.default_rng(1)
    result = ask(scene_at(*crowd(1500, rng)), scene_at(*crowd(500, rng)))
    assert result.table["class"].tolist() == ["none"]
    assert (result.reading["cases"], result.reading["controls"]) == (500, 1500)
    assert result.n_observations == 2000


def test_a_place_with_more_cases_than_its_crowd_explains_is_found():
    rng = np.random.default_rng(2)
    x, y = crowd(500, rng)
    x, y = np.append(x, rng.normal(4125, 150, 30)), np.append(y, rng.normal(4125, 150, 30))
    row = ask(scene_at(*crowd(1500, rng)), scene_at(x, y)).table.iloc[0]
    assert row["class"] == "cluster_high"
    assert row.geometry.contains(shapely.Point(4125, 4125))


def test_labels_dealt_at_random_have_a_small_p_as_rarely_as_they_should():
    rng = np.random.default_rng(3)
    small = 0
    for seed in range(60):
        x, y = crowd(600, rng)
        case = rng.permutation(600) < 200
        result = ask(scene_at(x[~case], y[~case]), scene_at(x[case], y[case]), units="areas", seed=seed)
        small += result.table["p"].iloc[0] <= 0.05
    assert small <= 8  # P(more than 8 of 60 at 5 %) < 0.004


def test_cases_and_controls_exchanged_are_high_where_they_were_low():
    rng = np.random.default_rng(4)
    one, other = scene_at(*crowd(700, rng)), scene_at(*crowd(700, rng))
    high = ask(one, other, sides="high").table.iloc[0]
    low = ask(other, one, sides="low").table.iloc[0]
    assert high["log_ratio"] == pytest.approx(low["log_ratio"])
    assert high.geometry.equals(low.geometry)


def test_neither_side_may_be_empty_or_of_another_city():
    rng = np.random.default_rng(5)
    some, none = scene_at(*crowd(100, rng)), scene_at(np.array([]), np.array([]))
    for pair in ((some, none), (none, some), (none, none)):
        with pytest.raises(NotEnoughDataError):
            ask(*pair)
    with pytest.raises(ParameterError):
        ask(some, dataclasses.replace(some, crs=32618))
