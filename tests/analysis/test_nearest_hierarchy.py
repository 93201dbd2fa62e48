import numpy as np
import pytest
from scipy.spatial import KDTree

from analysis.nearest_hierarchy import chance_distance, gather_near


def gather_naively(x, y, weight, distance, least):
    """The rule as it is told: the fullest takes all; with equal ones the westernmost, then the southernmost."""
    near = np.hypot(x[:, None] - x, y[:, None] - y) <= distance
    labels, cluster = np.full(len(x), -1), 0
    while True:
        free = labels < 0
        counts = np.where(free, (near & free) @ weight, 0)
        if counts.max(initial=0) < least:
            return labels
        labels[near[int(np.argmax(counts))] & free] = cluster
        cluster += 1


def test_a_case_small_enough_to_do_on_paper():
    x = np.array([0.0, 1.0, 2.0, 3.0, 10.0, 11.0, 30.0])
    ones = np.ones(7, dtype=np.int64)
    # within 1.5: 1 and 2 have three each; the western one takes 0, 1, 2, and 3 is left alone
    assert gather_near(x, np.zeros(7), ones, distance=1.5, least=2).tolist() == [0, 0, 0, -1, 1, 1, -1]


@pytest.mark.parametrize("distance", [5.0, 20.0, 60.0])
def test_the_clusters_are_those_of_the_rule(distance: float):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        xy = np.unique(np.round(np.vstack([rng.uniform(0, 400, (150, 2)), rng.normal(100, 15, (80, 2))])), axis=0)
        weight = rng.integers(1, 4, len(xy))
        ours = gather_near(*xy.T.copy(), weight, distance=distance, least=4)
        assert (ours == gather_naively(*xy.T, weight, distance, 4)).all()


def test_no_cluster_is_wider_than_twice_the_distance_and_none_is_smaller_than_the_least():
    rng = np.random.default_rng(1)
    xy = rng.normal(0, 200, (2000, 2))
    labels = gather_near(*xy.T.copy(), np.ones(2000, dtype=np.int64), distance=30.0, least=6)
    for cluster in range(labels.max() + 1):
        members = xy[labels == cluster]
        assert len(members) >= 6
        assert np.hypot(*(members[:, None] - members).transpose(2, 0, 1)).max() <= 60.0 + 1e-9


def test_the_distance_of_chance_is_that_of_random_points():
    assert chance_distance(100, 1e6, confidence=0.5) == pytest.approx(50.0)  # 0.5 sqrt(10,000)
    assert chance_distance(100, 1e6, confidence=0.05) == pytest.approx(50.0 - 1.6448536 * 2.6136)
    rng = np.random.default_rng(2)
    means = []
    for _ in range(300):  # on a torus, where no point is at an edge
        xy = rng.uniform(0, 1000, (200, 2))
        means.append(KDTree(xy, boxsize=1000).query(xy, k=2)[0][:, 1].mean())
    assert np.mean(means) == pytest.approx(chance_distance(200, 1e6, confidence=0.5), rel=0.01)
    assert np.mean(np.array(means) < chance_distance(200, 1e6, confidence=0.1)) == pytest.approx(0.1, abs=0.05)


def test_a_distance_below_nothing_gathers_nothing():
    assert chance_distance(2, 1e6, confidence=0.00001) == 0.0
    assert gather_near(np.zeros(1), np.zeros(1), np.full(1, 50), distance=0.0, least=2).tolist() == [-1]
    assert gather_near(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64), distance=5.0, least=2).tolist() == []
