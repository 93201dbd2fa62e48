import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.errors import NoStreetsError
from analysis.street_network import build_network, cut_into_pieces, draw_pieces, snap

EVERYWHERE = shapely.box(-1e5, -1e5, 1e5, 1e5)


def network_of(*lines, names=None, window=EVERYWHERE):
    shapes = np.array([shapely.LineString(line) for line in lines], dtype=object)
    names = np.array(names or [f"Calle {n}" for n in range(len(lines))], dtype=object)
    return build_network(shapes, names, window)


CROSS = [(0, 0), (200, 0)], [(100, -100), (100, 100)]


def test_two_streets_that_cross_are_four_edges_and_one_crossing():
    network = network_of(*CROSS)
    assert_allclose(np.sort(network.length), 100.0)
    assert sorted(network.degree) == [1, 1, 1, 1, 4]
    assert sorted(network.name) == ["Calle 0", "Calle 0", "Calle 1", "Calle 1"]


def test_a_street_that_ends_on_another_is_joined_to_it():
    assert sorted(network_of([(0, 0), (200, 0)], [(100, 0), (100, 80)]).degree) == [1, 1, 1, 3]


def test_a_street_drawn_twice_is_there_once():
    network = network_of([(0, 0), (200, 0)], [(50, 0), (150, 0)])
    assert network.length.sum() == pytest.approx(200.0)


def test_what_leads_out_of_the_window_ends_there():
    network = network_of([(0, 0), (200, 0)], window=shapely.box(0, -10, 120, 10))
    assert network.length.tolist() == [120.0]
    assert network.degree.tolist() == [1, 1]


def test_directions_leave_the_node_they_say():
    network = network_of(*CROSS, [(0, 0), (100, 100)])
    for node in range(len(network.degree)):
        for way in network.leaving[network.first[node] : network.first[node + 1]]:
            assert network.ends[way // 2, way % 2] == node


def test_a_closed_street_has_two_ends_at_one_node():
    assert network_of([(0, 0), (50, 0), (50, 50), (0, 0)]).degree.tolist() == [2]


def test_pieces_are_equal_and_no_longer_than_asked():
    network = network_of([(0, 0), (100, 0)], [(0, 10), (35, 10)])
    pieces = cut_into_pieces(network, 30.0)
    assert sorted(np.diff(pieces.first)) == [2, 4]
    assert (pieces.width <= 30.0).all()
    assert_allclose(pieces.width * np.diff(pieces.first), network.length)


def test_pieces_are_drawn_where_they_are():
    bent = network_of([(0, 0), (60, 0), (60, 45), (100, 45), (100, 46), (140, 46)], [(0, 10), (10, 10)])
    pieces = cut_into_pieces(bent, 20.0)
    shapes = draw_pieces(bent, pieces)
    assert_allclose(shapely.length(shapes), pieces.width[pieces.edge], rtol=1e-6)
    for edge, line in enumerate(bent.lines):
        own = shapes[pieces.first[edge] : pieces.first[edge + 1]]
        assert shapely.hausdorff_distance(shapely.union_all(own), line) < 1e-6
        assert_allclose(shapely.get_coordinates(own[0])[0], shapely.get_coordinates(line)[0])


def test_points_go_to_the_nearest_edge_and_no_farther_than_tolerated():
    network = network_of(*CROSS)
    found = snap(np.array([30.0, 90.0, 30.0]), np.array([10.0, 60.0, 60.0]), network, 50.0)
    assert found.edge[2] == -1
    assert_allclose(found.gap, [10.0, 10.0, np.nan])
    at = shapely.line_interpolate_point(network.lines[found.edge[:2]], found.offset[:2])
    assert_allclose(shapely.get_coordinates(at), [[30, 0], [100, 60]])


def test_a_window_without_streets_is_refused():
    with pytest.raises(NoStreetsError):
        network_of([(0, 0), (1, 0)], window=shapely.box(50, 50, 60, 60))
