import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from analysis.region_edges import directed_edges, edges_within, index_edges, share_of_circle

HOLED = shapely.box(0, 0, 1000, 800).difference(shapely.Point(400, 400).buffer(150))
COAST = shapely.union_all([HOLED, shapely.box(900, 700, 1500, 1400), shapely.box(1600, 0, 1800, 300)])


def all_edges(region):
    edges = directed_edges(region)
    return edges, np.arange(len(edges))


def arc_inside(region, x, y, radius):
    """The share of a circle inside, by walking it in small steps."""
    angle = (np.arange(200_000) + 0.5) / 200_000 * 2 * np.pi
    return shapely.contains_xy(region, x + radius * np.cos(angle), y + radius * np.sin(angle)).mean()


def test_a_circle_at_a_straight_coast_is_cut_as_on_paper():
    edges = all_edges(shapely.box(-1e6, 0, 1e6, 1e6))
    assert share_of_circle(0.0, 50.0, 100.0, *edges) == pytest.approx(2 / 3)  # 60 degrees on either side lie outside
    assert share_of_circle(0.0, 50.0, 40.0, *edges) == 1.0
    assert share_of_circle(0.0, 0.0, 10.0, *edges) == pytest.approx(0.5)


def test_a_circle_in_a_corner_loses_three_quarters():
    assert share_of_circle(0.0, 0.0, 10.0, *all_edges(shapely.box(0, 0, 100, 100))) == pytest.approx(0.25)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(5, 700))
def test_the_share_is_that_of_a_walk_along_the_circle(seed, radius):
    rng = np.random.default_rng(seed)
    while not shapely.contains_xy(COAST, *(at := rng.uniform(0, 1500, 2))):
        pass
    if shapely.Point(at).buffer(radius, quad_segs=64).boundary.disjoint(COAST):
        return  # no pair lies on such a circle
    assert share_of_circle(*at, radius, *all_edges(COAST)) == pytest.approx(arc_inside(COAST, *at, radius), abs=1e-4)


def test_a_circle_through_corners_is_measured():
    square = shapely.box(-1, -1, 1, 1)
    assert share_of_circle(0.0, 0.0, np.sqrt(2), *all_edges(square)) in (pytest.approx(0, abs=1e-3), 1.0)
    assert share_of_circle(-1.0, -1.0, 2.0, *all_edges(square)) == pytest.approx(0.25, abs=1e-3)


def test_the_distance_to_the_outline_is_exact():
    x, y = np.random.default_rng(1).uniform(0, 1800, (2, 3000))
    inside = shapely.contains_xy(COAST, x, y)
    got = index_edges(COAST).distance(x[inside], y[inside])
    assert_allclose(got, shapely.distance(shapely.points(x[inside], y[inside]), COAST.boundary), atol=1e-9)


def test_edges_within_reach_are_those_that_are():
    points = np.array([[5.0, 400.0], [700.0, 400.0]])
    edges = directed_edges(HOLED)
    first, near = edges_within(points, edges, 10.0)
    assert first.tolist() == [0, 1, 1]
    assert_allclose(edges[near[0], [0, 2]], 0.0)


def test_corners_in_one_line_make_no_edge():
    assert len(directed_edges(shapely.segmentize(shapely.box(0, 0, 10, 10), 1.0))) in (4, 5)
