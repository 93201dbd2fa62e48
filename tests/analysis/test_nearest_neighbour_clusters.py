import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely

from analysis.nearest_neighbour_clusters import NearestNeighbourClustersParams, nearest_neighbour_clusters
from analysis.scene import Scene, points_at

SIDE = 5000.0
GROUND = shapely.box(0, 0, SIDE, SIDE)


def scene_at(x, y):
    areas = gpd.GeoDataFrame({"code": ["1"], "name": ["Centro"]}, geometry=[GROUND], crs=32617)
    points = dataclasses.replace(points_at(np.asarray(x), np.asarray(y)), area=np.zeros(len(x), dtype=np.int64))
    return Scene(crs=32617, points=points, months=12, window=GROUND, mask=GROUND, areas=areas)


def ask(scene, **options):
    return nearest_neighbour_clusters(scene, NearestNeighbourClustersParams(**({"simulations": 19} | options)))


def knots_of_knots(rng):
    """Three quarters of six knots of twenty points each, and points between them."""
    quarters = np.array([[800.0, 800.0], [4000.0, 1200.0], [2500.0, 4000.0]])
    knots = np.repeat(quarters, 6, axis=0) + rng.uniform(-250, 250, (18, 2))
    return np.vstack(
        [np.repeat(knots, 20, axis=0) + rng.normal(0, 12, (360, 2)), rng.uniform(0, SIDE, (100, 2))]
    ), quarters


def test_the_threshold_is_the_distance_of_chance_unless_one_is_given():
    scene = scene_at(*np.random.default_rng(0).uniform(0, SIDE, (2, 400)))
    assert ask(scene).chosen["distance"] == pytest.approx(0.5 * np.sqrt(SIDE**2 / 400))
    assert "distance" not in ask(scene, distance=80.0).chosen
    assert ask(scene, confidence=0.05).chosen["distance"] < 125.0


def test_clusters_and_clusters_of_clusters_are_found():
    xy, quarters = knots_of_knots(np.random.default_rng(1))
    result = ask(scene_at(*xy.T), distance=40.0, least_points=5)
    first, second = (result.table[result.table["order"] == order] for order in (1, 2))
    assert 15 <= len(first) <= 24
    assert len(second) == result.reading["second_order"] == 3
    for at in quarters:
        assert any(shape.buffer(200).contains(shapely.Point(at)) for shape in second.geometry)
    assert second["class"].unique().tolist() == ["second_order"]
    assert (second["members"] >= 5).all()
    assert second["count"].sum() <= first["count"].sum()
    assert result.table["rank"].tolist() == list(range(1, len(result.table) + 1))


def test_points_at_random_form_no_more_clusters_than_chance():
    rng = np.random.default_rng(2)
    small = 0
    for seed in range(20):
        scene = scene_at(*rng.uniform(0, SIDE, (2, 200)))
        small += ask(scene, least_points=4, seed=seed).reading["p_clusters"] <= 0.05
    assert small <= 4  # P(more than 4 of 20 at 5 %) < 0.003


def test_a_clustered_city_forms_more():
    xy, _ = knots_of_knots(np.random.default_rng(3))
    reading = ask(scene_at(*xy.T), simulations=99).reading
    assert reading["p_clusters"] == 0.01
    assert reading["clusters"] > 3 * reading["chance_clusters_high"]


def test_a_pile_is_called_a_pile_and_not_a_cluster():
    x, y = np.random.default_rng(4).uniform(0, SIDE, (2, 300))
    result = ask(scene_at(np.append(x, [2000.0] * 30), np.append(y, [2000.0] * 30)))
    assert result.table["class"].iloc[0] == "pile"
    assert result.reading["piles"] == 1


def test_nothing_depends_on_the_order_of_the_incidents():
    xy, _ = knots_of_knots(np.random.default_rng(5))
    scene = scene_at(*xy.T)
    mixed = dataclasses.replace(scene, points=scene.points.take(np.random.default_rng(6).permutation(len(xy))))
    one, other = ask(scene).table, ask(mixed).table
    assert one["count"].tolist() == other["count"].tolist()
    assert np.allclose(one["x"], other["x"])
