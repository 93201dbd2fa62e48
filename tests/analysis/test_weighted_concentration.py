from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.errors import ParameterError
from analysis.scene import Scene, points_at
from analysis.weighted_concentration import (
    WeightedConcentrationParams,
    deal_weights,
    fewest_cells,
    weighted_concentration,
)

CITY = shapely.box(0, 0, 5000, 5000)
AREAS = gpd.GeoDataFrame(
    {"code": ["1", "2"], "name": ["Oeste", "Este"]},
    geometry=[shapely.box(0, 0, 2500, 5000), shapely.box(2500, 0, 5000, 5000)],
    crs=32617,
)
FAST = WeightedConcentrationParams(cell_size=500.0, deals=99)


def scene_of(xy: np.ndarray, weight: np.ndarray | None) -> Scene:
    area = (xy[:, 0] >= 2500).astype(np.int64)
    points = dataclasses.replace(points_at(*xy.T, radius=20.0), weight=weight, area=area)
    return Scene(crs=32617, points=points, months=12.0, window=CITY, mask=CITY, areas=AREAS)


def everywhere(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 5000, (n, 2))


def test_the_fewest_cells_on_paper() -> None:
    amounts = np.array([1.0, 6.0, 3.0, 0.0])
    assert [fewest_cells(amounts, share) for share in (0.25, 0.6, 0.61, 0.9, 1.0)] == [1, 1, 2, 2, 3]
    assert fewest_cells(np.full(10, 0.1), 0.5) == 5  # rounding costs no cell


def test_equal_weights_give_the_list_of_the_counts() -> None:
    result = weighted_concentration(scene_of(everywhere(500, 1), np.full(500, 365.0)), FAST)
    assert set(result.table["class"]) <= {"both", "none"}
    assert (result.table["rank"] == result.table["count_rank"]).all()
    assert_allclose(result.table["harm"], 365.0 * result.table["count"])
    assert result.reading["p"] == 1.0


def test_a_unit_of_weight_changes_nothing_but_the_unit() -> None:
    xy, weight = everywhere(400, 2), np.random.default_rng(2).choice([365.0, 2555.0], 400)
    days, years = (weighted_concentration(scene_of(xy, weight / unit), FAST) for unit in (1.0, 365.0))
    assert (days.table["class"] == years.table["class"]).all()
    assert days.reading["p"] == years.reading["p"]


def test_grave_incidents_in_one_place_are_closer_than_chance() -> None:
    xy = np.vstack([everywhere(600, 3), np.random.default_rng(3).uniform(1000, 1500, (30, 2))])
    weight = np.append(np.full(600, 365.0), np.full(30, 3650.0))
    facts = weighted_concentration(scene_of(xy, weight), FAST).reading
    assert facts["closer_than_chance"]
    assert facts["p"] == 0.02
    assert facts["harm_cells"] < facts["count_cells"]


def test_weights_dealt_at_random_are_seldom_called_anything() -> None:
    cell = np.random.default_rng(4).integers(0, 60, 300)
    called = 0
    for seed in range(100):
        weight = np.random.default_rng(seed).choice([1.0, 7.0, 10.0], 300)
        called += deal_weights(weight, cell, 60, dataclasses.replace(FAST, seed=seed))["p"] <= 0.05
    assert called <= 10


def test_areas_tell_count_and_weight_with_the_interval_of_a_compound_sum() -> None:
    xy = np.array([[100.0, 100.0], [200.0, 200.0], [3000.0, 100.0]])
    areas = weighted_concentration(scene_of(xy, np.array([3.0, 4.0, 10.0])), FAST).tables["areas"]
    assert areas["count"].tolist() == [2, 1]
    assert areas["harm"].tolist() == [7.0, 10.0]
    assert_allclose(areas["high"], [7 + 1.959964 * 5, 10 + 1.959964 * 10], rtol=1e-6)


def test_points_without_weights_are_refused() -> None:
    with pytest.raises(ParameterError):
        weighted_concentration(scene_of(everywhere(20, 5), None), FAST)
