"""Change between two periods."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from shapely import box

from analysis.assignment import assign
from analysis.change import ChangeParams, change, find_changes
from analysis.errors import BelowGateError, NotEnoughDataError, ParameterError
from analysis.scene import Scene, points_at

MASK = box(0, 0, 10_000, 10_000)
AREAS = gpd.GeoDataFrame(
    {"code": [f"{k:02d}" for k in range(25)], "name": [f"Área {k}" for k in range(25)]},
    geometry=[box(2000 * c, 2000 * r, 2000 * (c + 1), 2000 * (r + 1)) for r in range(5) for c in range(5)],
    crs=32617,
)


def scene_of(x: np.ndarray, y: np.ndarray, *, months: float = 12, first_day: str | None = None) -> Scene:
    points = dataclasses.replace(points_at(x, y), area=assign(x, y, AREAS))
    if first_day is not None:
        days = np.datetime64(first_day) + (np.arange(len(x)) * 365 // max(len(x), 1)).astype("timedelta64[D]")
        points = dataclasses.replace(points, day=days)
    return Scene(crs=32617, points=points, months=months, window=MASK, mask=MASK, areas=AREAS)


def scatter(rng: np.random.Generator, n: int, hot: int = 0) -> tuple[np.ndarray, np.ndarray]:
    x, y = rng.uniform(0, 10_000, (2, n))
    return np.append(x, rng.uniform(4000, 4500, hot)), np.append(y, rng.uniform(4000, 4500, hot))


def test_a_cell_that_grew_is_found_and_the_others_are_not():
    rng = np.random.default_rng(0)
    found = change(scene_of(*scatter(rng, 4000, 10)), scene_of(*scatter(rng, 4000, 150)), ChangeParams())
    changed = found.table[found.table["class"] != "none"]
    assert found.grid is not None
    assert_array_equal(changed["cell"], found.grid.locate(np.array([4250.0]), np.array([4250.0])))
    assert changed["class"].tolist() == ["up99"]
    areas = found.tables["areas"]
    assert areas.loc[areas["class"] != "none", "code"].tolist() == ["12"]
    assert not found.reading["nothing_distinguishable"]


def test_where_nothing_changed_the_result_says_so():
    rng = np.random.default_rng(1)
    found = change(scene_of(*scatter(rng, 3000)), scene_of(*scatter(rng, 3000)), ChangeParams())
    assert found.reading["nothing_distinguishable"]
    assert set(found.table["class"]) == {"none"}


def test_a_fall_of_the_whole_city_is_no_change_of_its_parts():
    rng = np.random.default_rng(2)
    found = change(scene_of(*scatter(rng, 6000)), scene_of(*scatter(rng, 2000)), ChangeParams())
    assert found.reading["nothing_distinguishable"]
    assert found.reading["ratio_low"] < 1 / 3 < found.reading["ratio_high"]
    assert found.reading["ratio_high"] < 0.5


def test_periods_of_unequal_length_are_compared_per_month_and_told():
    rng = np.random.default_rng(3)
    found = change(scene_of(*scatter(rng, 6000), months=12), scene_of(*scatter(rng, 3000), months=6), ChangeParams())
    assert found.reading["ratio"] == pytest.approx(1.0, abs=0.1)
    assert found.reading["unequal_lengths"]
    row = found.tables["areas"].iloc[0]
    assert row["ratio"] == pytest.approx(2 * row["after"] / row["before"])


def test_turning_time_over_turns_the_answer_over():
    rng = np.random.default_rng(4)
    one, other = scene_of(*scatter(rng, 3000, 90)), scene_of(*scatter(rng, 3000, 5))
    there, back = change(one, other, ChangeParams()).table, change(other, one, ChangeParams()).table
    assert_allclose(back["p"], there["p"], rtol=1e-6)
    assert_array_equal(back["class"], there["class"].str.replace("down", "up"))
    known = there["before"] * there["after"] > 0
    assert_allclose(back["ratio"][known], 1 / there["ratio"][known])
    assert_allclose(back["ratio_low"][known], 1 / there["ratio_high"][known], rtol=1e-3)


def test_cells_add_up_to_the_incidents_in_the_mask():
    rng = np.random.default_rng(5)
    x, y = scatter(rng, 1000)
    found = change(scene_of(np.append(x, -900.0), np.append(y, 50.0)), scene_of(x, y), ChangeParams())
    assert found.table["before"].sum() == found.table["after"].sum() == 1000
    assert found.left_out == {"before_outside_mask": 1}


def test_incidents_that_name_their_area_without_a_point_count_for_the_area():
    rng = np.random.default_rng(6)
    unplaced = pd.DataFrame({"area": [3, -1], "method": ["corregimiento", "none"], "n": [40, 7]})
    before = dataclasses.replace(scene_of(*scatter(rng, 1000)), unplaced=unplaced)
    found = change(before, scene_of(*scatter(rng, 1000)), ChangeParams())
    areas = found.tables["areas"]
    assert areas["before"].sum() == 1040
    assert found.reading["before"] == 1047
    assert found.reading["before_placed"] == 1000


@pytest.mark.parametrize(("second", "overlap"), [("2022-06-01", True), ("2023-06-01", False)])
def test_overlapping_periods_are_told(second: str, overlap: bool):
    x, y = scatter(np.random.default_rng(7), 730)
    found = change(scene_of(x, y, first_day="2022-01-01"), scene_of(x, y, first_day=second), ChangeParams())
    assert found.reading["overlap"] is overlap


def test_the_period_asked_for_decides_on_the_overlap_and_not_its_incidents():
    x, y = scatter(np.random.default_rng(7), 730)
    one, other = scene_of(x, y, first_day="2022-01-01"), scene_of(x, y, first_day="2023-03-01")
    one = dataclasses.replace(one, since=np.datetime64("2022-01-01"), until=np.datetime64("2023-03-01"))
    other = dataclasses.replace(other, since=np.datetime64("2023-03-01"), until=np.datetime64("2024-02-28"))
    assert change(one, other, ChangeParams()).reading["overlap"] is True
    later = dataclasses.replace(other, since=np.datetime64("2023-03-02"))
    assert change(one, later, ChangeParams()).reading["overlap"] is False


def test_without_days_nobody_knows_of_an_overlap():
    x, y = scatter(np.random.default_rng(8), 500)
    assert change(scene_of(x, y), scene_of(x, y), ChangeParams()).reading["overlap"] is None


def test_two_masks_are_joined_and_told():
    x, y = scatter(np.random.default_rng(9), 500)
    half = dataclasses.replace(scene_of(x, y), mask=box(0, 0, 5000, 10_000))
    found = change(half, scene_of(x, y), ChangeParams())
    assert found.reading["masks_differ"]
    assert found.table["before"].sum() == 500


def test_cells_with_too_few_incidents_are_not_tested():
    found = find_changes(np.array([1, 0, 40, 0]), np.array([0, 1, 40, 0]), exposure=1.0)
    assert_array_equal(found.tested, [False, False, True, False])
    assert_array_equal(np.isnan(found.q), [True, True, False, True])


def test_an_empty_period_is_refused():
    x, y = scatter(np.random.default_rng(10), 10)
    with pytest.raises(NotEnoughDataError):
        change(scene_of(x, y), scene_of(x[:0], y[:0]), ChangeParams())


def test_two_cities_are_not_compared():
    x, y = scatter(np.random.default_rng(11), 10)
    other = dataclasses.replace(scene_of(x, y), areas=AREAS.iloc[:3])
    with pytest.raises(ParameterError):
        change(scene_of(x, y), other, ChangeParams())
    with pytest.raises(ParameterError):
        change(scene_of(x, y), dataclasses.replace(scene_of(x, y), crs=32614), ChangeParams())


def test_hexagons_work_as_well():
    x, y = scatter(np.random.default_rng(12), 500)
    assert len(change(scene_of(x, y), scene_of(x, y), ChangeParams(cell_shape="hexagon")).table) > 100


def test_an_area_that_either_period_closes_has_no_cells_and_stays_among_the_areas():
    rng = np.random.default_rng(13)
    before, after = scene_of(*scatter(rng, 4000)), scene_of(*scatter(rng, 4000))
    blind = pd.DataFrame({"area": [12], "method": ["corregimiento"], "n": [500]})
    found = change(dataclasses.replace(before, unplaced=blind), after, ChangeParams())
    assert found.grid is not None
    x, y = found.grid.centres()[found.table["cell"].to_numpy()].T
    assert not ((x > 4000) & (x < 6000) & (y > 4000) & (y < 6000)).any()
    assert len(found.table) == 400 - 16
    inside = [int((scene.points.area == 12).sum()) for scene in (before, after)]
    assert found.left_out == {"before_below_gate": inside[0], "after_below_gate": inside[1]}
    areas = found.tables["areas"].set_index("code")
    assert areas.loc["12", ["before", "after"]].tolist() == [inside[0] + 500, inside[1]]
    (closed,) = found.reading["gate"]["closed"]
    assert (closed["code"], closed["n"]) == ("12", sum(inside) + 500)
    assert closed["share"] == pytest.approx(inside[0] / (inside[0] + 500))  # of the worse period
    assert (found.tables["placing"]["shown"].to_numpy() == (AREAS["code"] != "12").to_numpy()).all()
    again = change(after, dataclasses.replace(before, unplaced=blind), ChangeParams())
    assert len(again.table) == len(found.table)


def test_where_no_area_has_enough_points_there_is_no_map_of_cells():
    x, y = scatter(np.random.default_rng(14), 500)
    blind = pd.DataFrame({"area": range(25), "method": ["corregimiento"] * 25, "n": [40] * 25})
    scene = scene_of(x, y)
    with pytest.raises(BelowGateError):
        change(dataclasses.replace(scene, unplaced=blind), scene, ChangeParams())
    assert len(change(dataclasses.replace(scene, unplaced=blind), scene, ChangeParams(least_placed=0)).table) == 400


def test_an_area_that_delivers_nothing_is_none_of_those_that_changed_or_did_not():
    x, y = np.random.default_rng(3).uniform(0, 1000, (2, 400))
    closed = AREAS.assign(observed=[True] * (len(AREAS) - 1) + [False])
    sides = [dataclasses.replace(scene_of(x, y), areas=closed) for _ in range(2)]
    found = change(*sides, ChangeParams())
    assert len(found.tables["areas"]) == len(AREAS) - 1
