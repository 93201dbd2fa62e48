from __future__ import annotations

import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from analysis.area_hotspots import AreaHotspotsParams, area_hotspots
from analysis.density import DensityParams, density
from analysis.errors import BelowGateError, NotEnoughDataError
from analysis.gate import judge_placing, open_ground
from analysis.hotspots import HotspotsParams, hotspots
from analysis.scene import Points, Scene, points_at

UTM = 32617
SIDE = 5_000.0


def city(placed=(400, 300, 200), unplaced=(10, 20, 10), nowhere=0, *, seed=1):
    """Three squares of 5 km in a row with so many incidents each, with a point and without."""
    rng = np.random.default_rng(seed)
    area = np.repeat(np.arange(3), placed)
    bare = points_at(area * SIDE + rng.uniform(0, SIDE, len(area)), rng.uniform(0, SIDE, len(area)))
    points = Points(x=bare.x, y=bare.y, radius=bare.radius, area=area, day=bare.day, hour=bare.hour)
    boxes = [shapely.box(i * SIDE, 0, (i + 1) * SIDE, SIDE) for i in range(3)]
    areas = gpd.GeoDataFrame({"code": ["01", "02", "03"], "name": ["Uno", "Dos", "Tres"]}, geometry=boxes, crs=UTM)
    rows = [(i, "corregimiento", n) for i, n in enumerate(unplaced) if n] + ([(-1, "none", nowhere)] if nowhere else [])
    frame = pd.DataFrame(rows, columns=["area", "method", "n"]).astype({"area": np.int64, "n": np.int64})
    window = shapely.union_all(boxes)
    return Scene(crs=UTM, points=points, months=12.0, window=window, mask=window, areas=areas, unplaced=frame)


def test_shares_are_what_one_counts_by_hand():
    table, overall = judge_placing(city((90, 50, 0), (10, 50, 0)), least=0.85)
    assert table["placed"].tolist() == [90, 50, 0]
    assert table["unplaced"].tolist() == [10, 50, 0]
    assert table["share"].tolist()[:2] == [0.9, 0.5]
    assert np.isnan(table["share"].iloc[2])
    assert table["shown"].tolist() == [True, False, True]
    assert overall == pytest.approx(140 / 200)


def test_the_limit_itself_passes():
    table, _ = judge_placing(city((85, 100, 100), (15, 0, 0)), least=0.85)
    assert table["shown"].tolist() == [True, True, True]
    table, _ = judge_placing(city((849, 100, 100), (151, 0, 0)), least=0.85)
    assert table["shown"].tolist() == [False, True, True]


def test_incidents_that_name_no_area_lower_all_areas_alike():
    table, _ = judge_placing(city((100, 100, 100), (0, 0, 0), nowhere=100), least=0.85)
    assert table["share"].tolist() == pytest.approx([0.75] * 3)
    assert not table["shown"].any()


def test_areas_with_few_incidents_are_judged_by_their_common_share():
    table, _ = judge_placing(city((400, 9, 10), (0, 3, 0)), least=0.85)
    assert table["share"].iloc[1] == 0.75  # told, but 19 of 22 decide
    assert table["shown"].tolist() == [True, True, True]
    table, _ = judge_placing(city((400, 9, 8), (0, 3, 2)), least=0.85)
    assert table["shown"].tolist() == [True, False, False]


def test_an_area_below_the_gate_has_no_cells_and_no_place():
    scene = city((400, 300, 200), (10, 200, 10))
    result = hotspots(scene, HotspotsParams())
    x, _y = result.grid.centres(result.table["cell"].to_numpy()).T
    assert not ((x > SIDE) & (x < 2 * SIDE)).any()
    assert (x < SIDE).any()
    assert (x > 2 * SIDE).any()
    assert result.left_out == {"below_gate": 300}
    assert result.n_observations == 600
    assert [area["code"] for area in result.reading["gate"]["closed"]] == ["02"]
    assert result.reading["gate"]["closed"][0] == {"code": "02", "name": "Dos", "share": 0.6, "n": 500}
    assert "02" not in set(result.tables["places"]["area_code"])


def test_the_surface_ends_where_an_area_is_closed_and_keeps_the_mass_of_the_rest():
    result = density(city((400, 300, 200), (10, 200, 10)), DensityParams())
    x, _ = result.grid.centres(result.table["cell"].to_numpy()).T
    assert not ((x > SIDE) & (x < 2 * SIDE)).any()
    assert result.left_out == {"below_gate": 300}
    assert result.reading["mass"] == pytest.approx(600, rel=1e-3)


def test_an_open_map_is_what_it_was_without_the_gate():
    scene = city()
    assert open_ground(scene, least=0.85).scene is scene
    with_gate, without = (hotspots(scene, HotspotsParams(least_placed=least)) for least in (0.85, 0.0))
    pd.testing.assert_frame_equal(with_gate.table, without.table)


def test_where_every_area_is_below_the_gate_the_map_is_refused_with_both_shares():
    scene = city((50, 30, 40), (50, 30, 40))
    for ask in (lambda: hotspots(scene, HotspotsParams()), lambda: density(scene, DensityParams())):
        with pytest.raises(BelowGateError) as refused:
            ask()
        assert refused.value.values == {"needed": 0.85, "found": 0.5}
    assert isinstance(refused.value, NotEnoughDataError)
    assert hotspots(scene, HotspotsParams(least_placed=0.5)).n_observations == 120


def test_a_scene_without_areas_is_judged_as_a_whole():
    scene = city()
    lost = pd.DataFrame({"area": [-1], "method": ["none"], "n": [900]})
    bare = Scene(
        crs=UTM,
        points=points_at(scene.points.x, scene.points.y),
        months=1.0,
        window=scene.window,
        mask=scene.mask,
        unplaced=lost,
    )
    with pytest.raises(BelowGateError):
        hotspots(bare, HotspotsParams())


def test_rates_by_area_are_told_below_the_gate_too():
    result = area_hotspots(city((50, 30, 40), (50, 30, 40)), AreaHotspotsParams())
    assert result.table["count"].sum() == 240
    assert result.table["hot_area_share"].isna().all()


def test_the_order_of_the_unplaced_rows_does_not_matter():
    scene = city((90, 50, 30), (10, 50, 4), nowhere=5)
    turned = replace(scene, unplaced=scene.unplaced.iloc[::-1])
    pd.testing.assert_frame_equal(judge_placing(scene, least=0.85)[0], judge_placing(turned, least=0.85)[0])


def test_an_area_closed_on_the_other_side_is_closed_here_too():
    ground = open_ground(city(), least=0.85, closed=["02"])
    assert ground.placing["shown"].tolist() == [True, False, True]
    assert ground.left_out == 300
    assert ground.scene.window.area == pytest.approx(2 * SIDE**2)
    assert density(city(), DensityParams(closed="02,")).reading["gate"]["closed"][0]["code"] == "02"


def test_an_area_that_the_other_side_closes_is_told_in_plain_json():
    scene = city((400, 300, 0), (10, 20, 0))
    facts = open_ground(scene, least=0.85, closed=["03"]).read()
    assert facts["closed"] == [{"code": "03", "name": "Tres", "share": None, "n": 0}]
    json.dumps(facts, allow_nan=False)
