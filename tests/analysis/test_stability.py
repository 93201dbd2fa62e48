from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from numpy.testing import assert_array_equal

from analysis import stability as module
from analysis.errors import GridTooLargeError, NotEnoughCellsError, NotEnoughDataError
from analysis.hotspots import HotspotsParams, hotspots
from analysis.scene import Scene, points_at
from analysis.stability import GRIDS, StabilityParams, stability
from analysis.study_cells import count_in_cells

SIDE = 6000.0
LAND = shapely.box(0, 0, SIDE, SIDE)
FEW = StabilityParams(resamples=48)


def scene_of(x, y, mask=LAND):
    return Scene(crs=32617, points=points_at(x, y), months=12.0, window=mask, mask=mask)


def city(seed=1, *, around=1500, cluster=300, mask=LAND, shift=0.0):
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, SIDE, (2, around))
    middle = rng.normal(3100, 250, (2, cluster))
    return scene_of(np.append(x, middle[0]) + shift, np.append(y, middle[1]) + shift, mask)


def test_a_strong_cluster_is_hot_in_every_grid_and_sample_and_its_surroundings_in_none():
    result = stability(city(), FEW)
    at = result.grid.centres(result.table["cell"].to_numpy())
    distance = np.hypot(*(at - 3100).T)
    middle, away = result.table[distance < 150], result.table[distance > 1500]
    assert (middle["class"] == "stable95").all()
    assert (middle["grids"] == GRIDS).all()
    assert away["percent"].max() < 50
    first = result.tables["places"].iloc[0]
    assert 0.5 < first["stability"] <= 1
    assert 6 <= first["grids"] <= GRIDS


def test_the_counts_of_grids_are_those_of_the_usual_test_on_each():
    scene = city()
    result = stability(scene, FEW)
    at = result.grid.centres(result.table["cell"].to_numpy())
    by_hand = np.zeros(len(at), dtype=int)
    for size in (250.0, 250.0 * 2 / 3, 375.0):
        for dx, dy in ((0, 0), (0.5, 0), (0, 0.5), (0.5, 0.5)):  # the grid to the left is the city to the right
            shift = np.array([dx, dy]) * size
            moved = scene_of(
                scene.points.x + shift[0],
                scene.points.y + shift[1],
                shapely.transform(LAND, lambda xy, s=shift: xy + s),
            )
            found = hotspots(moved, HotspotsParams(cell_size=size, shuffles=99, resamples=0))
            hot = found.table["cell"][found.table["class"].isin(["hot95", "hot99"])].to_numpy()
            by_hand += np.isin(found.grid.locate(*(at + shift).T), hot)
    assert_array_equal(result.table["grids"], by_hand)


def test_more_samples_only_add_to_the_first_ones():
    counts = [stability(city(), StabilityParams(resamples=n)).table["samples"] for n in (48, 60)]
    assert (counts[1] >= counts[0]).all()
    assert (counts[1] <= counts[0] + 12).all()


def test_maps_of_chance_have_hardly_anything_stable():
    stable = []
    for seed in range(15):
        rng = np.random.default_rng(seed)
        result = stability(scene_of(*rng.uniform(0, SIDE, (2, 1500))), FEW)
        stable.append(result.reading["km2_80"])
    assert np.mean(np.array(stable) > 0) <= 0.25
    assert np.mean(stable) < 0.1


def test_moving_everything_by_the_common_step_of_all_grids_changes_nothing():
    step = 12_000.0  # a multiple of every cell size and of the lattice
    moved = shapely.box(step, step, step + SIDE, step + SIDE)
    here, there = stability(city(), FEW), stability(city(shift=step, mask=moved), FEW)
    assert_array_equal(here.table["grids"], there.table["grids"])
    assert_array_equal(here.table["samples"], there.table["samples"])


def test_the_seed_decides_the_samples_and_not_the_grids():
    one, other = stability(city(), FEW), stability(city(), StabilityParams(resamples=48, seed=5))
    assert_array_equal(one.table["grids"], other.table["grids"])
    assert not one.table["samples"].equals(other.table["samples"])


def test_a_moved_grid_holds_every_incident_once():
    scene = city()
    for offset in module.OFFSETS:
        for shape in ("square", "hexagon"):
            study = count_in_cells(scene, cell_size=250.0, cell_shape=shape, offset=offset)
            located = study.grid.locate(scene.points.x, scene.points.y)
            assert (located >= 0).all()
            assert study.counts.sum() + study.outside == len(scene.points)


def test_the_reading_is_plain_json_and_shares_stay_within_one():
    result = stability(city(), FEW)
    reading = json.loads(json.dumps(dict(result.reading), allow_nan=False))
    assert reading["km2_95"] <= reading["km2_80"] <= reading["km2_50"] <= reading["study_km2"]
    assert reading["km2_every_grid"] <= reading["km2_some_grid"]
    assert result.table["percent"].between(0, 100).all()
    assert result.n_observations + result.left_out.get("outside_mask", 0) == 1800


def test_too_many_locations_are_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_LOCATIONS", 3000)
    with pytest.raises(GridTooLargeError):
        stability(city(), FEW)


def test_too_few_cells_or_no_incident_are_refused():
    with pytest.raises(NotEnoughCellsError):
        stability(city(), StabilityParams(cell_size=2500.0, resamples=48))
    with pytest.raises(NotEnoughDataError):
        stability(scene_of(np.zeros(0), np.zeros(0)), FEW)


def test_a_place_is_hot_in_a_grid_where_half_of_it_is():
    scene = city()
    result = stability(scene, FEW)
    at = result.grid.centres(result.table["cell"].to_numpy())
    place = result.tables["places"].iloc[0]
    inside = shapely.contains_xy(place.geometry, *at.T)
    here = hotspots(scene, HotspotsParams(shuffles=99, resamples=0))
    assert place.geometry.equals(here.tables["places"].geometry.iloc[0])
    most = result.table.loc[inside, "grids"].max()
    assert 1 <= place["grids"] <= most  # no half of it is hot where none of it is
    assert place["stability"] > 0.9
