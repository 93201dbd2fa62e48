import numpy as np

from analysis.piles import find_locations, largest_piles


def test_points_on_one_coordinate_are_one_location():
    x, y = np.array([5.0, 1.0, 5.0, 5.0, 1.0]), np.array([2.0, 2.0, 2.0, 3.0, 2.0])
    places = find_locations(x, y)
    assert len(places) == 3
    assert places.size.tolist() == [2, 2, 1]
    assert (places.x[places.of_point] == x).all()
    assert (places.y[places.of_point] == y).all()


def test_the_largest_pile_of_each_group_counts_its_own_points_only():
    x, y = np.array([1.0, 1.0, 1.0, 2.0, 3.0, 3.0]), np.zeros(6)
    labels = np.array([0, 0, 1, 1, -1, -1])
    assert largest_piles(labels, x, y, groups=3).tolist() == [2, 1, 0]


def test_no_point_has_no_location():
    assert len(find_locations(np.array([]), np.array([]))) == 0
    assert largest_piles(np.array([], dtype=int), np.array([]), np.array([]), groups=2).tolist() == [0, 0]
