import numpy as np
import shapely
from numpy.testing import assert_allclose

from analysis.set_covariance import set_covariance

ISLANDS = shapely.union_all(
    [shapely.Point(x, y).buffer(700) for x, y in ((1000, 1000), (2200, 1400), (4000, 900), (3000, 3500))]
).difference(shapely.box(900, 900, 1300, 1200))


def shared(region, dx, dy):
    return region.intersection(shapely.transform(region, lambda xy: xy + np.array([dx, dy]))).area


def draw_shifts(farthest, n=60):
    rng = np.random.default_rng(2)
    angle, gap = rng.uniform(0, 2 * np.pi, n), rng.uniform(0, farthest, n)
    return gap * np.cos(angle), gap * np.sin(angle)


def test_a_rectangle_is_exact():
    dx, dy = draw_shifts(300.0)
    got = set_covariance(shapely.box(10, 20, 1210, 920), 300.0).at(dx, dy)
    assert_allclose(got, (1200 - np.abs(dx)) * (900 - np.abs(dy)), rtol=1e-12)


def test_any_other_region_is_within_a_fifth_of_a_percent():
    dx, dy = draw_shifts(500.0)
    exact = [shared(ISLANDS, *shift) for shift in zip(dx, dy, strict=True)]
    assert_allclose(set_covariance(ISLANDS, 500.0).at(dx, dy), exact, rtol=2e-3)


def test_a_shift_and_its_opposite_share_the_same():
    dx, dy = draw_shifts(500.0)
    covariance = set_covariance(ISLANDS, 500.0)
    assert_allclose(covariance.at(dx, dy), covariance.at(-dx, -dy), rtol=1e-9)


def test_no_pair_weighs_more_than_a_hundred():
    values = set_covariance(shapely.box(0, 0, 100, 10), 90.0)
    assert values.values.min() >= 10.0 * (1 - 1e-12)
