import numpy as np
import pytest
import shapely

from analysis.cluster_outlines import convex_hull, deviational_ellipse, make_visible, members_of


def test_the_ellipse_of_a_cross_done_on_paper():
    # squares along x: 2 * 4² = 32, along y: 2 * 1² = 2; n - 2 = 2: half axes sqrt(2 * 32 / 2), sqrt(2 * 2 / 2)
    ellipse = deviational_ellipse(np.array([-4.0, 4.0, 0.0, 0.0]) + 100, np.array([0.0, 0.0, -1.0, 1.0]) + 50)
    assert (ellipse.x, ellipse.y) == (100.0, 50.0)
    assert ellipse.major == pytest.approx(np.sqrt(32))
    assert ellipse.minor == pytest.approx(np.sqrt(2))
    assert ellipse.direction == pytest.approx(90.0)  # east


def test_the_ellipse_agrees_with_the_formula_of_crimestat():
    x, y = np.random.default_rng(0).multivariate_normal([0, 0], [[9, 4], [4, 6]], 200).T
    dx, dy = x - x.mean(), y - y.mean()
    apart = (dx**2).sum() - (dy**2).sum()
    turn = np.arctan((apart + np.hypot(apart, 2 * (dx * dy).sum())) / (2 * (dx * dy).sum()))
    across = np.sqrt(2 * ((dx * np.cos(turn) - dy * np.sin(turn)) ** 2).sum() / 198)
    along = np.sqrt(2 * ((dx * np.sin(turn) + dy * np.cos(turn)) ** 2).sum() / 198)
    ellipse = deviational_ellipse(x, y)
    assert sorted([across, along]) == pytest.approx([ellipse.minor, ellipse.major])
    assert ellipse.direction == pytest.approx(np.degrees(turn))  # clockwise from north to the longer axis


def test_the_ellipse_of_a_normal_cloud_holds_two_thirds_less_a_little():
    x, y = np.random.default_rng(1).multivariate_normal([5, 5], [[900, 300], [300, 400]], 20_000).T
    outline = deviational_ellipse(x, y).polygon()
    shapely.prepare(outline)
    held = shapely.contains_xy(outline, x, y).mean()
    assert held == pytest.approx(1 - np.exp(-1), abs=0.01)  # a polygon of 64 corners lies a little inside


def test_a_turned_cloud_has_a_turned_ellipse():
    x, y = np.random.default_rng(2).normal(0, [[30.0], [5.0]], (2, 500))
    plain = deviational_ellipse(x, y)
    c, s = np.cos(np.radians(25)), np.sin(np.radians(25))
    turned = deviational_ellipse(x * c - y * s + 7e5, x * s + y * c + 1e6)  # anticlockwise
    assert (turned.major, turned.minor) == pytest.approx((plain.major, plain.minor))
    assert (plain.direction - turned.direction) % 180 == pytest.approx(25)


def test_two_points_have_no_ellipse_and_yet_an_outline():
    ellipse = deviational_ellipse(np.array([0.0, 10.0]), np.zeros(2))
    assert np.isnan([ellipse.major, ellipse.minor]).all()
    assert ellipse.polygon().is_valid


def test_what_has_no_area_is_drawn_as_a_band():
    for x, y in (([3.0] * 4, [4.0] * 4), ([0.0, 1.0, 2.0], [0.0, 1.0, 2.0])):
        hull = convex_hull(np.array(x), np.array(y))
        assert hull.area == 0
        assert make_visible(hull).area > 500
    square = convex_hull(np.array([0.0, 1.0, 1.0, 0.0, 0.5]), np.array([0.0, 0.0, 1.0, 1.0, 0.5]))
    assert square.area == 1.0
    assert make_visible(square) is square


def test_members_are_listed_by_cluster():
    assert [part.tolist() for part in members_of(np.array([1, -1, 0, 1, 0]))] == [[2, 4], [0, 3]]
    assert members_of(np.array([-1, -1])) == []
