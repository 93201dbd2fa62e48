import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely

from analysis.cluster_report import FEWEST_RUNS, affordable_runs, take_points, usual_least
from analysis.errors import NotEnoughDataError, TooManyPointsError
from analysis.point_clusters import PointClustersParams, hdbscan, point_clusters
from analysis.scene import Scene, points_at

SIDE = 5000.0
GROUND = shapely.box(0, 0, SIDE, SIDE)


def scene_at(x, y, *, mask=GROUND):
    areas = gpd.GeoDataFrame({"code": ["1"], "name": ["Centro"]}, geometry=[GROUND], crs=32617)
    points = dataclasses.replace(points_at(np.asarray(x), np.asarray(y)), area=np.zeros(len(x), dtype=np.int64))
    return Scene(crs=32617, points=points, months=12, window=mask, mask=mask, areas=areas)


def random_points(n, seed=0):
    return np.random.default_rng(seed).uniform(0, SIDE, (2, n))


def ask(scene, **options):
    return point_clusters(scene, PointClustersParams(simulations=19, **options))


def test_two_knots_and_a_loose_point_done_on_paper():
    ring = np.array([[0.0, 0.0], [20.0, 0.0], [0.0, 20.0], [20.0, 20.0], [10.0, 10.0]])
    xy = np.vstack([ring + 1000, ring + 3000, [[4000.0, 4000.0]], ring[:1] + 3000])
    result = ask(scene_at(*xy.T), distance=30.0, least_points=4)
    assert result.table["count"].tolist() == [6, 5]
    assert result.table["locations"].tolist() == [5, 5]
    assert result.table["pile"].tolist() == [2, 1]
    assert result.table["hull_km2"].tolist() == pytest.approx([0.0004, 0.0004])
    assert (result.reading["grouped"], result.reading["noise"]) == (11, 1)
    assert result.table["area_name"].tolist() == ["Centro", "Centro"]


def test_points_at_random_gather_no_more_than_chance():
    small = 0
    for seed in range(40):
        reading = ask(scene_at(*random_points(300, seed)), seed=seed).reading
        assert reading["chance_clusters_low"] <= reading["chance_clusters"] <= reading["chance_clusters_high"]
        small += reading["p_grouped"] <= 0.05
    assert small <= 7  # P(more than 7 of 40 at 5 %) < 0.002


@pytest.mark.parametrize("method", ["dbscan", "hdbscan"])
def test_planted_knots_are_found(method: str):
    rng = np.random.default_rng(3)
    knots = np.repeat([[1000.0, 1000.0], [4000.0, 2000.0], [2500.0, 4200.0]], 60, axis=0) + rng.normal(0, 40, (180, 2))
    x, y = np.hstack([random_points(300), knots.T])
    result = ask(scene_at(x, y), method=method, distance=100.0)
    found = [shape.buffer(50).contains(shapely.Point(at)) for shape in result.table.geometry for at in knots[::60]]
    assert sum(found) >= 3
    if method == "dbscan":
        assert result.reading["p_grouped"] == 0.05
        assert result.reading["grouped"] > 3 * result.reading["chance_grouped_high"]


def test_a_pile_is_called_a_pile():
    x, y = random_points(300)
    result = ask(scene_at(np.append(x, [2000.0] * 50), np.append(y, [2000.0] * 50)))
    row = result.table.iloc[0]
    assert (row["class"], row["pile"]) == ("pile", 50)
    assert result.reading["piles"] == 1
    assert result.reading["largest_pile"] == 50


def test_a_pile_alone_has_a_shape_that_can_be_seen():
    x, y = random_points(50)
    for outline in ("hull", "ellipse"):
        scene = scene_at(np.append(x, [2000.0] * 50), np.append(y, [2000.0] * 50))
        row = ask(scene, distance=20.0, outline=outline).table.iloc[0]
        assert row["hull_km2"] == 0.0
        assert row.geometry.area > 500


def test_the_least_that_nobody_gave_is_told_and_is_rare_by_chance():
    result = ask(scene_at(*random_points(1000)))
    least = usual_least(1000, SIDE**2, 150.0)
    assert result.chosen == {"least_points": least}
    rng = np.random.default_rng(9)
    near = [np.sum(np.hypot(*(rng.uniform(0, SIDE, (2, 999)) - 2500.0)) <= 150) + 1 for _ in range(3000)]
    assert np.mean(np.array(near) >= least) < 0.004
    assert "least_points" not in ask(scene_at(*random_points(1000)), least_points=5).chosen


def test_the_same_seed_gives_the_same_simulations():
    scene = scene_at(*random_points(500))
    one, other, third = ask(scene).reading, ask(scene).reading, ask(scene, seed=7).reading
    assert one == other
    assert one["chance_grouped"] != third["chance_grouped"]


def test_points_outside_the_study_area_are_counted_and_left():
    x, y = random_points(500)
    half = shapely.box(0, 0, SIDE / 2, SIDE)
    result = ask(scene_at(x, y, mask=half))
    assert result.left_out == {"outside_mask": int(np.sum(x > SIDE / 2))}
    assert result.n_observations == int(np.sum(x <= SIDE / 2))


def test_more_than_can_be_waited_for_is_refused_with_what_can():
    with pytest.raises(TooManyPointsError):
        ask(scene_at(*random_points(10_001)), method="hdbscan")
    with pytest.raises(TooManyPointsError) as refused:
        ask(scene_at(*random_points(60_000)), distance=3000.0)
    most = refused.value.values["needed"]
    assert 0 < most < 60_000
    ready = take_points(scene_at(*random_points(most)), PointClustersParams())
    assert affordable_runs(ready, 3000.0, 99) == FEWEST_RUNS


def test_too_few_simulations_give_no_p():
    result = ask(scene_at(*random_points(6000)), method="hdbscan", least_points=200)
    assert result.chosen["simulations"] < 19
    assert result.reading["p_grouped"] is None


def test_two_points_are_too_few():
    with pytest.raises(NotEnoughDataError):
        ask(scene_at(*random_points(2)))


def test_hdbscan_of_one_spot_or_of_too_few_points_is_noise():
    assert (hdbscan(np.full(50, 3.0), np.full(50, 4.0), least=5) == -1).all()
    assert (hdbscan(np.arange(4.0), np.arange(4.0), least=5) == -1).all()
