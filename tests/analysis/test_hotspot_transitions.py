"""Hot cells that stay, come and go."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from shapely import box

from analysis.assignment import assign
from analysis.errors import NotEnoughDataError, ParameterError
from analysis.hotspot_transitions import HotspotTransitionsParams, hotspot_transitions
from analysis.hotspots import HotspotsParams, hotspots
from analysis.scene import Scene, points_at

MASK = box(0, 0, 6000, 5000)
AREAS = gpd.GeoDataFrame(
    {"code": ["w", "e"], "name": ["Poniente", "Levante"]},
    geometry=[box(0, 0, 3000, 5000), box(3000, 0, 6000, 5000)],
    crs=32617,
)
QUICK = HotspotTransitionsParams(deals=0)


def city(seed: int, *clusters: tuple[float, float, int], n: int = 1500) -> Scene:
    rng = np.random.default_rng(seed)
    parts = [rng.uniform(0, [[6000], [5000]], (2, n))]
    parts += [np.array([[x], [y]]) + rng.uniform(-350, 350, (2, more)) for x, y, more in clusters]
    x, y = np.concatenate(parts, axis=1)
    points = dataclasses.replace(points_at(x, y), area=assign(x, y, AREAS))
    return Scene(crs=32617, points=points, months=12.0, window=MASK, mask=MASK, areas=AREAS)


def at(result, x: float, y: float) -> str:
    cell = result.grid.locate(np.array([x]), np.array([y]))[0]
    return str(result.table.set_index("cell").loc[cell, "class"])


def test_what_stays_comes_and_goes_is_told_apart():
    before = city(0, (1125, 1125, 200), (4625, 1125, 200))
    after = city(1, (1125, 1125, 200), (1125, 4125, 200))
    found = hotspot_transitions(before, after, QUICK)
    assert [at(found, *xy) for xy in ((1125, 1125), (4625, 1125), (1125, 4125), (4625, 4125))] == [
        "stays_hot",
        "gone_hot",
        "new_hot",
        "none",
    ]
    facts = found.reading
    assert facts["stays"] + facts["gone"] == facts["hot_before"]
    assert facts["stays"] + facts["new"] == facts["hot_after"]


def test_either_side_is_what_hotspots_finds_there():
    before, after = city(2, (1125, 1125, 150)), city(3, (4625, 1125, 150))
    found = hotspot_transitions(before, after, QUICK).table
    for name, scene in (("class_before", before), ("class_after", after)):
        alone = hotspots(scene, HotspotsParams(resamples=0)).table
        assert_array_equal(found["cell"], alone["cell"])
        assert_array_equal(found[name] == "hot", alone["class"].isin(["hot99", "hot95"]))


def test_the_table_adds_up_to_the_cells():
    found = hotspot_transitions(city(4, (1125, 1125, 200)), city(5, (1125, 1125, 200)), QUICK)
    table = found.tables["transitions"]
    assert table["cells"].sum() == len(found.table)
    assert table[["after_hot", "after_none", "after_cold"]].to_numpy().sum() == len(found.table)
    assert table.loc[table["before"] == "hot", "after_hot"].item() == found.reading["stays"]


def test_a_map_beside_itself_stays_as_it_is():
    scene = city(6, (1125, 1125, 200))
    found = hotspot_transitions(scene, scene, QUICK)
    assert found.reading["kappa"] == 1.0
    assert found.reading["gone"] == found.reading["new"] == 0
    assert (found.table["agreement"] == 1).all()


def test_turning_the_sides_turns_come_and_go():
    one, other = city(7, (1125, 1125, 200)), city(8, (1375, 1375, 250))
    there, back = (hotspot_transitions(*pair, QUICK) for pair in ((one, other), (other, one)))
    turned = there.table["class"].replace({"new_hot": "gone_hot", "gone_hot": "new_hot"})
    hot = back.table["class"].str.endswith("hot")
    assert_array_equal(back.table["class"][hot], turned[hot])
    assert there.reading["kappa"] == pytest.approx(back.reading["kappa"])
    assert there.reading["kappa"] > there.reading["plain_kappa"]


def test_two_draws_of_one_pattern_keep_as_much_as_dealings_say():
    hot = ((1125, 1125, 120), (4625, 3125, 90))
    found = hotspot_transitions(city(9, *hot), city(10, *hot), HotspotTransitionsParams(deals=9))
    assert 0.4 < found.reading["stays_usual"] <= 1
    assert abs(found.reading["stays_share"] - found.reading["stays_usual"]) < 0.3


def test_windows_of_different_size_are_warned_of():
    small, large = city(11, (1125, 1125, 60), n=400), city(12, (1125, 1125, 600), n=4000)
    found = hotspot_transitions(small, large, QUICK)
    assert found.reading["unlike_numbers"]
    assert not hotspot_transitions(small, small, QUICK).reading["unlike_numbers"]


def test_nothing_hot_on_either_side_is_a_result():
    found = hotspot_transitions(city(13), city(14), HotspotTransitionsParams(deals=2))
    assert found.reading["nothing_hot"]
    assert found.reading["stays_share"] is None
    assert (found.table["class"] == "none").all()


def test_an_area_closed_on_one_side_is_closed_on_both():
    unplaced = pd.DataFrame({"area": [0], "method": ["corregimiento"], "n": [2000]})
    before, after = dataclasses.replace(city(15), unplaced=unplaced), city(16, (1125, 1125, 300))
    found = hotspot_transitions(before, after, QUICK)
    assert found.grid is not None
    assert (found.grid.centres(found.table["cell"].to_numpy())[:, 0] > 3000).all()
    assert [area["name"] for area in found.reading["gate"]["closed"]] == ["Poniente"]


def test_a_near_miss_of_many_cells_is_refused():
    with pytest.raises(ParameterError):
        HotspotTransitionsParams(cell_size=250.0, halving=20_000.0)


def test_a_side_without_incidents_is_refused():
    with pytest.raises(NotEnoughDataError):
        hotspot_transitions(city(17), city(18, n=0), QUICK)
