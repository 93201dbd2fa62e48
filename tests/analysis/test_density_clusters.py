import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN

from analysis.cell_lists import list_cells, weigh_near
from analysis.density_clusters import dbscan
from analysis.piles import find_locations


def label(x, y, *, distance, least):
    places = find_locations(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    return dbscan(places.x, places.y, places.size, distance=distance, least=least)[places.of_point]


def clouds(n, seed):
    rng = np.random.default_rng(seed)
    centres = rng.uniform(0, 3000, (12, 2))
    xy = centres[rng.integers(0, 12, n)] + rng.normal(0, 70, (n, 2))
    xy = np.vstack([xy, rng.uniform(0, 3000, (n, 2)), np.repeat(xy[:5], 6, axis=0)])
    return np.round(xy)


def test_a_case_small_enough_to_do_on_paper():
    #  0   1   2   .   .   5   6   7       11      20
    x = np.array([0.0, 1.0, 2.0, 5.0, 6.0, 7.0, 8.0, 11.0, 20.0])
    found = label(x, np.zeros(9), distance=1.0, least=3)
    assert found.tolist() == [0, 0, 0, 1, 1, 1, 1, -1, -1]


@pytest.mark.parametrize(("distance", "least"), [(40.0, 4), (80.0, 10), (150.0, 25), (1.0, 2)])
def test_cores_noise_and_chains_are_those_of_scikit_learn(distance: float, least: int):
    for seed in range(4):
        xy = clouds(400, seed)
        theirs = DBSCAN(eps=distance, min_samples=least).fit(xy)
        ours = label(*xy.T, distance=distance, least=least)
        assert ((ours < 0) == (theirs.labels_ < 0)).all()
        core = theirs.core_sample_indices_
        pairs = {(one, other) for one, other in zip(ours[core], theirs.labels_[core], strict=True)}
        assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})


def test_a_point_between_two_clusters_goes_to_that_of_its_nearest_core():
    x = np.array([0.0, 1.0, 2.0, 3.9, 6.0, 7.0, 8.0])
    assert label(x, np.zeros(7), distance=2.1, least=4)[3] == label(x, np.zeros(7), distance=2.1, least=4)[2]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_nothing_depends_on_the_order_of_the_points(seed: int):
    rng = np.random.default_rng(seed)
    xy = np.round(rng.uniform(0, 500, (150, 2)), -1)
    order = rng.permutation(150)
    plain = label(*xy.T, distance=30.0, least=4)
    mixed = label(*xy[order].T, distance=30.0, least=4)
    assert (plain[order] == mixed).all()


def test_a_pile_is_one_location_with_the_weight_of_its_points():
    assert label([5.0] * 10, [5.0] * 10, distance=10.0, least=10).tolist() == [0] * 10
    assert label([5.0] * 9, [5.0] * 9, distance=10.0, least=10).tolist() == [-1] * 9


@pytest.mark.parametrize("reach", [1e-6, 3.0, 1e6])
def test_the_cells_count_all_that_is_near_and_take_no_more_memory_than_points(reach: float):
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-1000, 1000, 300), rng.uniform(0, 5, 300)
    cells = list_cells(x, y, np.ones(300, dtype=np.int64), reach=reach)
    assert len(cells.starts) < 5000
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    near = np.empty(300, dtype=np.int64)
    near[cells.order] = weigh_near(cells, 10**9)
    assert (near == (apart <= reach).sum(axis=1)).all()


def test_no_point_and_one_point_are_no_cluster():
    assert label([], [], distance=5.0, least=2).tolist() == []
    assert label([1.0], [1.0], distance=5.0, least=2).tolist() == [-1]
