from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.special import j0

from analysis.convolution import lay_lattice, smooth_points, smooth_squares
from analysis.errors import GridTooLargeError
from analysis.grids import Grid, grid_over
from analysis.kernels import KERNELS, Kernel, convert_bandwidth, direct_density, evaluate, transform
from analysis.scattering import scatter_points

GRID = Grid(shape="square", left=0.0, bottom=0.0, cell_size=50.0, rows=70, columns=90)


def clustered(n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = rng.uniform((800, 800), (3700, 2700), (5, 2))
    return centres[rng.integers(0, 5, n)] + rng.normal(0, 250, (n, 2))


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_kernel_holds_a_mass_of_one(kernel: Kernel) -> None:
    mass = quad(lambda r: 2 * np.pi * r * float(evaluate(kernel, np.array([r * r]), 300.0)[0]), 0, 3000, points=[300])
    assert_allclose(mass[0], 1.0, rtol=1e-7)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_transform_is_the_integral_of_the_kernel(kernel: Kernel) -> None:
    frequencies = np.array([0.0, 0.001, 0.01, 0.05, 0.2])
    values = transform(kernel, 100.0, np.zeros(1), frequencies)[0]
    for frequency, value in zip(frequencies, values, strict=True):
        expected = quad(
            lambda r, f=frequency: 2 * np.pi * r * j0(f * r) * float(evaluate(kernel, np.array([r * r]), 100.0)[0]),
            0,
            800 if kernel == "gaussian" else 100,
            limit=200,
        )[0]
        assert_allclose(value, expected, atol=2e-7)


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_kernel_of_the_converted_radius_has_the_variance_of_the_gaussian(kernel: Kernel) -> None:
    radius = convert_bandwidth(100.0, source="gaussian", target=kernel)
    density = lambda r: float(evaluate(kernel, np.array([r * r]), radius)[0])  # noqa: E731
    variance = quad(lambda r: 2 * np.pi * r**3 * density(r), 0, 800 if kernel == "gaussian" else radius)[0] / 2
    assert_allclose(variance, 100.0**2, rtol=1e-7)
    assert_allclose(convert_bandwidth(radius, source=kernel, target="gaussian"), 100.0)


def test_the_heights_on_paper() -> None:
    half = np.array([0.25])  # half the radius, squared
    heights = {name: float(evaluate(name, half, 1.0)[0] * np.pi) for name in KERNELS}
    expected = {"quartic": 27 / 16, "epanechnikov": 1.5, "triangular": 1.5, "uniform": 1.0}
    assert heights == pytest.approx({"gaussian": np.exp(-0.125) / 2, **expected})
    assert convert_bandwidth(300.0, source="gaussian", target="uniform") == 600.0
    assert convert_bandwidth(300.0, source="quartic", target="quartic") == 300.0


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_direct_sum_agrees_with_a_naive_loop(kernel: Kernel) -> None:
    xy, at = clustered(40, 1), clustered(7, 2)
    weights = np.random.default_rng(3).uniform(0.5, 2, 40)
    expected = [
        sum(
            w * float(evaluate(kernel, np.sum((u - p) ** 2, keepdims=True), 200.0)[0])
            for p, w in zip(xy, weights, strict=True)
        )
        for u in at
    ]
    assert_allclose(direct_density(at, xy, bandwidth=200.0, kernel=kernel, weights=weights), expected, rtol=1e-12)


@pytest.mark.parametrize("name", ["redwood", "bei_subset", "hole_A"])
@pytest.mark.parametrize("kernel", ["gaussian", "quartic"])
@pytest.mark.shared
def test_direct_sums_agree_with_the_reference(shared, name: str, kernel: Kernel) -> None:
    (case,) = json.loads((shared / f"reference/kde_{name}.json").read_text())["cases"].values()
    xy = np.column_stack([case["points"]["x"], case["points"]["y"]])
    at = np.column_stack([case["pixel"]["x"], case["pixel"]["y"]])
    bandwidth = convert_bandwidth(case["sigma"], source="gaussian", target=kernel)
    ours = direct_density(at, xy, bandwidth=bandwidth, kernel=kernel)
    expected = np.array(case[f"{kernel}_none"]["direct_pixels"])
    assert_allclose(ours, expected, rtol=1e-9, atol=1e-12 * expected.max())
    by_edge = ours / np.array(case["direct"][f"edge_pixels_{kernel}"])
    assert_allclose(by_edge, case[f"{kernel}_uniform"]["direct_pixels"], rtol=1e-9, atol=1e-12 * expected.max())
    chosen = case["point_index"]
    points = direct_density(xy[chosen], xy, bandwidth=bandwidth, kernel=kernel)
    assert_allclose(points, case[f"{kernel}_none"]["direct_points_incl_self"], rtol=1e-9)


@pytest.mark.parametrize("bandwidth", [40.0, 100.0, 250.0, 300.0, 2_000.0, 20_000.0])
@pytest.mark.parametrize("n", [1, 500, 60_000])
def test_the_fast_gaussian_errs_by_less_than_a_millionth_of_the_peak(bandwidth: float, n: int) -> None:
    assert measure_error("gaussian", bandwidth, n) < 1e-6


@pytest.mark.parametrize("bandwidth", [60.0, 300.0, 2_500.0])
@pytest.mark.parametrize("n", [1, 500, 60_000])
@pytest.mark.parametrize("kernel", KERNELS[1:])
def test_kernels_with_an_edge_are_summed_exactly(kernel: Kernel, bandwidth: float, n: int) -> None:
    assert measure_error(kernel, bandwidth, n) < (2e-7 if kernel == "triangular" else 1e-11)  # its root is single


def test_a_uniform_kernel_of_the_size_of_a_country_is_exact_too() -> None:
    assert measure_error("uniform", 50_000.0, 500) < 1e-11


def measure_error(kernel: Kernel, bandwidth: float, n: int, *, squared: bool = False) -> float:
    xy = clustered(n, 4)
    weights = np.random.default_rng(5).uniform(1, 4, n)
    x, y = xy.T.copy()
    ours = (smooth_squares if squared else smooth_points)(x, y, weights, GRID, kernel=kernel, bandwidth=bandwidth)
    sample = np.unique(np.append(np.random.default_rng(6).integers(0, GRID.n, 200), np.argmax(ours)))
    given = np.sqrt(weights) if squared else weights
    exact = direct_density(GRID.centres(sample), xy, bandwidth=bandwidth, kernel=kernel, weights=given, squared=squared)
    return float(np.abs(ours[sample] - exact).max() / exact.max())


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("bandwidth", [150.0, 300.0, 900.0])
def test_the_sum_of_squares_agrees_with_a_direct_one(kernel: Kernel, bandwidth: float) -> None:
    assert measure_error(kernel, bandwidth, 500, squared=True) < 1e-5


@pytest.mark.parametrize("kernel", ["quartic", "epanechnikov", "triangular"])
def test_where_an_exact_sum_takes_too_long_a_lattice_is_close(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.convolution._scatter_is_better", lambda *_, **__: False)
    assert measure_error(kernel, 2_000.0, 2_000) < 1e-4


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("n", [300, 60_000])
def test_the_scatter_is_exact(kernel: Kernel, n: int) -> None:
    xy, weights = clustered(n, 7), np.random.default_rng(8).uniform(0.1, 3, n)
    at = np.random.default_rng(9).integers(0, GRID.n, 300)
    ours = scatter_points(xy[:, 0].copy(), xy[:, 1].copy(), weights, GRID, kernel=kernel, bandwidth=233.0)[at]
    exact = direct_density(GRID.centres(at), xy, bandwidth=233.0, kernel=kernel, weights=weights)
    assert_allclose(ours, exact, rtol=1e-8, atol=2e-7 * exact.max())  # the Gaussian is cut at 6.5 sigmas


@pytest.mark.parametrize("kernel", KERNELS)
def test_coordinates_in_whole_metres_meet_the_edge_of_a_kernel_alike(kernel: Kernel) -> None:
    x, y = np.random.default_rng(11).integers(0, 60, (2, 400)) * 50.0 + 25.0  # many pairs exactly a radius apart
    ours = scatter_points(x, y, np.ones(400), GRID, kernel=kernel, bandwidth=250.0)
    exact = direct_density(GRID.centres(), np.column_stack([x, y]), bandwidth=250.0, kernel=kernel)
    assert np.abs(ours - exact).max() < 2e-7 * exact.max()


def test_where_a_lattice_is_too_large_the_points_are_scattered() -> None:
    grid = grid_over((0.0, 0.0, 60_000.0, 60_000.0), cell_size=20.0)
    x, y = np.random.default_rng(10).uniform(1_000, 59_000, (2, 100_000))
    ours = smooth_points(x, y, np.ones(len(x)), grid, kernel="quartic", bandwidth=100.0)
    at = grid.locate(x[:50], y[:50])
    exact = direct_density(grid.centres(at), np.column_stack([x, y]), bandwidth=100.0, kernel="quartic")
    assert_allclose(ours[at], exact, rtol=1e-9)


@pytest.mark.parametrize("kernel", KERNELS)
def test_points_at_the_corners_of_the_grid_do_not_wrap_around(kernel: Kernel) -> None:
    x, y = np.array([0.0, 4499.9]), np.array([0.0, 3499.9])
    ours = smooth_points(x, y, np.ones(2), GRID, kernel=kernel, bandwidth=700.0)
    exact = direct_density(GRID.centres(), np.column_stack([x, y]), bandwidth=700.0, kernel=kernel)
    assert np.abs(ours - exact).max() < 1e-4 * exact.max()


def test_a_lattice_beyond_memory_is_refused() -> None:
    grid = grid_over((0.0, 0.0, 100_000.0, 100_000.0), cell_size=50.0)
    with pytest.raises(GridTooLargeError):
        lay_lattice(grid, kernel="gaussian", bandwidth=50.0)


def test_the_same_points_give_the_same_digits_twice() -> None:
    xy = clustered(120_000, 9)
    one, two = (
        smooth_points(xy[:, 0].copy(), xy[:, 1].copy(), np.ones(len(xy)), GRID, kernel="gaussian", bandwidth=300.0)
        for _ in range(2)
    )
    assert (one == two).all()
