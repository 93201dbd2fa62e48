from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.errors import GridTooLargeError, NotEnoughDataError, ParameterError, TooManyPointsError
from analysis.relative_risk import RelativeRiskParams, relative_risk
from analysis.scene import Scene, points_at

CITY = shapely.box(0, 0, 8000, 6000)
HALVES = [shapely.box(0, 0, 4000, 6000), shapely.box(4000, 0, 8000, 6000)]
AREAS = gpd.GeoDataFrame({"code": ["1", "2"], "name": ["Oeste", "Este"]}, geometry=HALVES, crs=32617)
FAST = RelativeRiskParams(bandwidth=500.0, relabellings=99)


def scene_of(xy: np.ndarray, *, unplaced: int = 0, **others) -> Scene:
    points = dataclasses.replace(points_at(*xy.T, radius=20.0), area=(xy[:, 0] >= 4000).astype(np.int64))
    missing = pd.DataFrame({"area": [1], "method": ["none"], "n": [unplaced]})
    return Scene(crs=32617, points=points, months=12.0, window=CITY, mask=CITY, areas=AREAS, unplaced=missing, **others)


def everywhere(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform((0, 0), (8000, 6000), (n, 2))


def at_a_place(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal((6000, 3000), 250, (n, 2))


def test_a_place_that_grew_is_found_and_named_and_the_rest_fell_in_its_share() -> None:
    result = relative_risk(
        scene_of(everywhere(600, 1)), scene_of(np.vstack([everywhere(600, 2), at_a_place(120, 3)])), FAST
    )
    facts = result.reading
    assert facts["p_global"] == 0.01
    assert not facts["nothing_distinguishable"]
    assert np.hypot(facts["up"]["x"] - 6000, facts["up"]["y"] - 3000) < 400
    assert facts["up"]["area_name"] == "Este"
    assert facts["up"]["ratio"] > 3
    at_peak = result.table["risk_ratio"].idxmax()
    assert result.table["class"][at_peak] == "more99"
    assert result.n_observations == 1320


def test_ten_times_as_many_in_the_same_pattern_are_a_ratio_of_one() -> None:
    xy = everywhere(400, 4)
    result = relative_risk(scene_of(xy), scene_of(np.repeat(xy, 10, axis=0)), FAST)
    shown = result.table["risk_ratio"].dropna()
    assert_allclose(shown, 1.0, atol=1e-3)
    assert result.reading["nothing_distinguishable"]


def test_rows_in_another_order_have_the_same_ratios() -> None:
    before, after = everywhere(300, 5), everywhere(300, 6)
    one, other = (
        relative_risk(scene_of(before), scene_of(xy), FAST).table["risk_ratio"] for xy in (after, after[::-1])
    )
    assert_allclose(one, other, rtol=1e-9)


def test_places_without_controls_have_no_ratio_but_a_p_and_empty_ones_have_neither() -> None:
    before = everywhere(400, 7)
    before = before[before[:, 0] < 5000]
    after = np.vstack([before, at_a_place(60, 8) + np.array([1200, 0])])
    result = relative_risk(scene_of(before), scene_of(after), RelativeRiskParams(bandwidth=200.0, relabellings=99))
    alone = result.table[result.table["reason"] == "no_controls"]
    assert len(alone) > 0
    assert alone["risk_ratio"].isna().all()
    assert (alone["p_upper"] == 0.01).any()
    empty = result.table[result.table["reason"] == "too_few"]
    assert empty[["risk_ratio", "p_upper", "p_lower", "p_map"]].isna().all(axis=None)
    assert (empty["class"] == "none").all()
    assert result.reading["no_controls_km2"] > 0
    assert result.reading["up"]["ratio"] is None


def test_both_tolerances_agree_where_there_are_many_points() -> None:
    before, after = scene_of(everywhere(3000, 9)), scene_of(everywhere(3000, 10))
    p = [
        relative_risk(before, after, dataclasses.replace(FAST, relabellings=199, tolerance=how)).table["p_upper"]
        for how in ("monte_carlo", "asymptotic")
    ]
    assert np.abs(p[0] - p[1]).max() < 0.15
    assert np.abs(p[0] - p[1]).mean() < 0.04


def test_an_area_that_one_side_cannot_place_is_closed_for_both() -> None:
    result = relative_risk(scene_of(everywhere(400, 11), unplaced=200), scene_of(everywhere(400, 12)), FAST)
    x = result.grid.centres(result.table["cell"].to_numpy())[:, 0]
    assert x.max() < 4000
    assert set(result.left_out) == {"before_below_gate", "after_below_gate"}
    assert [area["code"] for area in result.reading["gate"]["closed"]] == ["2"]


def test_the_bandwidth_is_told_where_it_was_not_given_and_never_finer_than_the_places() -> None:
    scenes = scene_of(everywhere(200, 13)), scene_of(everywhere(200, 14))
    chosen = relative_risk(*scenes, RelativeRiskParams(relabellings=99))
    assert chosen.reading["bandwidth_reason"] == "oversmoothing"
    assert chosen.chosen["bandwidth"] == chosen.reading["bandwidth"] > 300
    validated = relative_risk(*scenes, RelativeRiskParams(relabellings=99, selector="hazelton"))
    assert validated.reading["bandwidth_reason"] == "hazelton"
    for scene in scenes:
        scene.points.radius[:] = 150.0
    fine = relative_risk(*scenes, RelativeRiskParams(relabellings=99, bandwidth=5.0))
    assert fine.reading["bandwidth_reason"] == "raised_to_uncertainty"
    assert fine.reading["bandwidth"] == 150.0


def test_points_outside_the_window_are_counted_by_side() -> None:
    outside = np.vstack([everywhere(100, 15), [[9000.0, 100.0]]])
    result = relative_risk(scene_of(outside), scene_of(everywhere(100, 16)), FAST)
    assert result.left_out == {"before_outside_window": 1}


def test_one_incident_and_other_projections_are_refused() -> None:
    many = scene_of(everywhere(100, 17))
    with pytest.raises(NotEnoughDataError):
        relative_risk(scene_of(everywhere(1, 18)), many, FAST)
    with pytest.raises(ParameterError):
        relative_risk(dataclasses.replace(many, crs=32618), many, FAST)


def test_what_nobody_waits_for_is_refused_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    scenes = scene_of(everywhere(60, 19)), scene_of(everywhere(60, 20))
    with pytest.raises(GridTooLargeError):
        relative_risk(*scenes, RelativeRiskParams(bandwidth=25.0, relabellings=9999))
    monkeypatch.setattr("analysis.relative_risk.MOST_POINTS", 99 * 119)
    with pytest.raises(TooManyPointsError):
        relative_risk(*scenes, FAST)
