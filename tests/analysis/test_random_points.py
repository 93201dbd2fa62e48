import numpy as np
import shapely
from numpy.testing import assert_allclose

from analysis.random_points import even_ground, smooth_ground

REGION = shapely.Point(0, 0).buffer(1000).difference(shapely.box(-200, -200, 200, 300))
HALF = shapely.box(-2000, -2000, 0, 2000)


def test_points_lie_inside_and_fill_parts_by_their_area():
    x, y = even_ground(REGION).draw(40_000, np.random.default_rng(1))
    assert shapely.contains_xy(REGION, x, y).all()
    for part in (HALF, shapely.box(0, 500, 400, 900), shapely.box(-1000, -1000, -600, 1000)):
        share = REGION.intersection(part).area / REGION.area
        found = shapely.contains_xy(part, x, y).mean()
        assert abs(found - share) < 4 * np.sqrt(share * (1 - share) / 40_000)


def test_smooth_ground_is_denser_where_the_points_are():
    rng = np.random.default_rng(2)
    x, y = even_ground(REGION).draw(3000, rng)
    kept = rng.random(3000) < np.where(x > 0, 0.9, 0.1)
    ground = smooth_ground(REGION, x[kept], y[kept], 200.0)
    u, v = ground.draw(20_000, rng)
    assert shapely.contains_xy(REGION, u, v).all()
    assert 0.8 < (u > 0).mean() < 0.9


def test_smooth_ground_of_even_points_does_not_fade_at_the_edge():
    x, y = even_ground(REGION).draw(50_000, np.random.default_rng(3))
    ground = smooth_ground(REGION, x, y, 300.0)
    u, v = ground.draw(50_000, np.random.default_rng(4))
    rim = REGION.area - REGION.intersection(REGION.centroid.buffer(900)).area
    assert_allclose((np.hypot(u - REGION.centroid.x, v - REGION.centroid.y) > 900).mean(), rim / REGION.area, atol=0.01)


def test_the_same_seed_draws_the_same_points():
    one, other = (even_ground(REGION).draw(100, np.random.default_rng(5)) for _ in range(2))
    assert_allclose(one, other)
