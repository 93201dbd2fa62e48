from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose
from scipy.special import ndtr

from analysis.edges import edge_field
from analysis.grids import grid_over
from analysis.kernels import KERNELS, Kernel, convert_bandwidth, direct_density
from analysis.scene import Region


def read_window(window: dict) -> Region:
    if window["type"] == "rectangle":
        (left, right), (bottom, top) = window["xrange"], window["yrange"]
        return shapely.box(left, bottom, right, top)
    shells = [list(zip(ring["x"], ring["y"], strict=True)) for ring in window["rings"] if not ring["hole"]]
    holes = [list(zip(ring["x"], ring["y"], strict=True)) for ring in window["rings"] if ring["hole"]]
    return shapely.Polygon(shells[0], holes)


def test_gaussian_factors_of_a_rectangle_are_products_of_normal_distributions() -> None:
    window = shapely.box(113.0, 77.0, 4321.0, 2987.0)
    grid = grid_over(window.bounds, cell_size=50.0)
    edge = edge_field(window, grid, kernel="gaussian", bandwidth=300.0)
    x, y = grid.centres().T
    along = ndtr((4321.0 - x) / 300) - ndtr((113.0 - x) / 300)
    upward = ndtr((2987.0 - y) / 300) - ndtr((77.0 - y) / 300)
    assert_allclose(edge.cells, along * upward, atol=1e-4)
    assert_allclose(edge.at(x, y), along * upward, atol=1e-4)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("angle", [0.0, 0.3, 0.7])
def test_half_of_the_kernel_lies_inside_at_a_straight_coast(kernel: Kernel, angle: float) -> None:
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    window = shapely.Polygon(np.array([(-4000, 0), (4000, 0), (4000, 5000), (-4000, 5000)]) @ turn)
    edge = edge_field(window, grid_over(window.bounds, cell_size=50.0), kernel=kernel, bandwidth=300.0)
    coast = np.column_stack([np.linspace(-1500, 1500, 31), np.zeros(31)]) @ turn
    assert_allclose(edge.at(coast[:, 0], coast[:, 1]), 0.5, atol=2e-4)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_whole_kernel_lies_inside_far_from_any_edge(kernel: Kernel) -> None:
    window = shapely.box(0, 0, 6000, 6000)
    edge = edge_field(window, grid_over(window.bounds, cell_size=50.0), kernel=kernel, bandwidth=300.0)
    assert_allclose(edge.at(np.array([3000.0]), np.array([3010.0])), 1.0, atol=1e-6)


@pytest.mark.parametrize("name", ["redwood", "bei_subset", "hole_A"])
@pytest.mark.parametrize("kernel", ["gaussian", "quartic"])
@pytest.mark.shared
def test_factors_agree_with_the_closed_form(shared, name: str, kernel: Kernel) -> None:
    (case,) = json.loads((shared / f"reference/kde_{name}.json").read_text())["cases"].values()
    window = read_window(case["window"])
    bandwidth = convert_bandwidth(case["sigma"], source="gaussian", target=kernel)
    grid = grid_over(window.bounds, cell_size=case["sigma"] / 6)
    edge = edge_field(window, grid, kernel=kernel, bandwidth=bandwidth)
    ours = edge.at(np.array(case["pixel"]["x"]), np.array(case["pixel"]["y"]))
    assert_allclose(ours, case["direct"][f"edge_pixels_{kernel}"], atol=1e-4)


@pytest.mark.parametrize("name", ["redwood", "bei_subset", "hole_A"])
@pytest.mark.parametrize("kernel", ["gaussian", "quartic"])
@pytest.mark.shared
def test_a_sum_weighted_by_our_factors_agrees_with_the_reference(shared, name: str, kernel: Kernel) -> None:
    (case,) = json.loads((shared / f"reference/kde_{name}.json").read_text())["cases"].values()
    window = read_window(case["window"])
    xy = np.column_stack([case["points"]["x"], case["points"]["y"]])
    bandwidth = convert_bandwidth(case["sigma"], source="gaussian", target=kernel)
    factor = edge_field(
        window, grid_over(window.bounds, cell_size=case["sigma"] / 40), kernel=kernel, bandwidth=bandwidth
    ).at(xy[:, 0], xy[:, 1])
    at = np.column_stack([case["pixel"]["x"], case["pixel"]["y"]])
    ours = direct_density(at, xy, bandwidth=bandwidth, kernel=kernel, weights=1 / factor)
    expected = np.array(case[f"{kernel}_diggle"]["direct_pixels"])
    assert np.abs(ours - expected).max() < 1e-5 * expected.max()
    chosen = case["point_index"]
    at_points = direct_density(xy[chosen], xy, bandwidth=bandwidth, kernel=kernel, weights=1 / factor)
    assert_allclose(at_points, case[f"{kernel}_diggle"]["direct_points_incl_self"], rtol=1e-4)


def test_containment_agrees_with_shapely_and_a_point_on_the_boundary_is_inside() -> None:
    window = shapely.Point(1000, 1000).buffer(900).difference(shapely.Point(1200, 900).buffer(250))
    edge = edge_field(window, grid_over(window.bounds, cell_size=50.0), kernel="gaussian", bandwidth=300.0)
    xy = np.random.default_rng(1).uniform(-200, 2200, (5000, 2))
    assert (edge.contains(xy[:, 0], xy[:, 1]) == shapely.contains_xy(window, xy[:, 0], xy[:, 1])).all()
    corner = shapely.get_coordinates(window)[0]
    assert edge.contains(corner[:1], corner[1:]).all()
    assert not edge.contains(np.array([1e7]), np.array([1e7])).any()
