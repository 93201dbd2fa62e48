import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.pair_sums import (
    count_beyond_border,
    sort_into_cells,
    sum_isotropic,
    sum_translated,
    sum_translated_of_kinds,
)
from analysis.region_edges import directed_edges, index_edges, share_of_circle
from analysis.set_covariance import set_covariance

REGION = shapely.box(0, 0, 1000, 800).difference(shapely.Point(400, 400).buffer(150))
BINS = (25.0, 8)
DISTANCES = BINS[0] * np.arange(1, BINS[1] + 1)


@pytest.fixture(scope="module")
def points():
    x, y = np.random.default_rng(1).uniform((0, 0), (1000, 800), (250, 2)).T
    inside = shapely.contains_xy(REGION, x, y)
    return x[inside], y[inside]


def all_gaps(first, other, same):
    gaps = np.hypot(first[0][:, None] - other[0], first[1][:, None] - other[1])
    if same:
        np.fill_diagonal(gaps, np.inf)
    return gaps


def add_up(gaps, weights):
    return np.array([weights[gaps <= r].sum() for r in DISTANCES])


def test_three_points_on_a_line_on_paper():
    x, y = np.array([100.0, 110.0, 150.0]), np.full(3, 100.0)
    square = shapely.box(0, 0, 200, 200)
    sums = sum_translated(x, y, (10.0, 5), set_covariance(square, 50.0))
    pairs = [2 / (190 * 200), 2 / (190 * 200) + 2 / (160 * 200), 2 / (190 * 200) + 2 / (160 * 200) + 2 / (150 * 200)]
    assert_allclose(sums, [pairs[0]] * 3 + pairs[1:])


def test_translated_sums_are_those_of_all_pairs(points):
    x, y = points
    covariance = set_covariance(REGION, 200.0)
    dx, dy = x[:, None] - x, y[:, None] - y
    weights = 1 / covariance.at(dx.ravel(), dy.ravel()).reshape(dx.shape)
    expected = add_up(all_gaps(points, points, same=True), weights)
    assert_allclose(sum_translated(x, y, BINS, covariance), expected, rtol=1e-12)


def test_sums_by_kind_are_those_of_pairs_of_two_kinds(points):
    covariance = set_covariance(REGION, 200.0)
    kinds = np.random.default_rng(2).random((len(points[0]), 3)) < 0.3
    got = sum_translated_of_kinds(*points, kinds, BINS, covariance)
    for labelling in range(3):
        one, other = ([v[kind] for v in points] for kind in (kinds[:, labelling], ~kinds[:, labelling]))
        dx, dy = one[0][:, None] - other[0], one[1][:, None] - other[1]
        weights = 1 / covariance.at(dx.ravel(), dy.ravel()).reshape(dx.shape)
        assert_allclose(got[labelling], add_up(np.hypot(dx, dy), weights), rtol=1e-12)


@pytest.mark.parametrize("same", [True, False])
def test_isotropic_sums_are_those_of_all_pairs(points, same):
    x, y = points
    to = points if same else (x[:80] + 3.0, y[:80])
    edges = directed_edges(REGION)
    every = np.arange(len(edges))
    gaps = all_gaps(points, to, same)
    weights = np.zeros_like(gaps)
    for i, j in zip(*np.nonzero(gaps <= DISTANCES[-1]), strict=True):
        weights[i, j] = 1 / max(share_of_circle(x[i], y[i], gaps[i, j], edges, every), 0.01)
    got = sum_isotropic(x, y, BINS, index_edges(REGION), None if same else to)
    assert_allclose(got, add_up(gaps, weights), rtol=1e-9)


@pytest.mark.parametrize("same", [True, False])
def test_counts_beyond_the_border_are_those_of_all_pairs(points, same):
    to = points if same else (points[0][:80] + 3.0, points[1][:80])
    border = index_edges(REGION).distance(*points)
    gaps = all_gaps(points, to, same)
    pairs, inner = count_beyond_border(*points, BINS, border, None if same else to)
    assert_allclose(pairs, [(gaps[border >= r] <= r).sum() for r in DISTANCES])
    assert_allclose(inner, [(border >= r).sum() for r in DISTANCES])


def test_points_in_one_place_count_at_every_distance():
    x = y = np.full(4, 50.0)
    sums = sum_translated(x, y, (10.0, 3), set_covariance(shapely.box(0, 0, 100, 100), 30.0))
    assert_allclose(sums, 12 / 1e4)


def test_a_wide_ground_and_a_short_distance_make_no_more_cells_than_fit():
    cells = sort_into_cells(np.array([0.0, 1e6]), np.array([0.0, 1e6]), 1.0)
    assert cells.rows * cells.columns <= 1_100_000
