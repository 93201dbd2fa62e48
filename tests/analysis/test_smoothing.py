from __future__ import annotations

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.edges import edge_field
from analysis.errors import ParameterError
from analysis.grids import grid_over
from analysis.kernels import KERNELS, Kernel, direct_density
from analysis.smoothing import CORRECTIONS, Correction, density_field, smooth_within

LAND = shapely.box(0, 0, 4_000, 3_000).difference(shapely.Point(2_200, 1_400).buffer(500))
GRID = grid_over(LAND.bounds, cell_size=50.0)


def scattered(n: int, seed: int = 1) -> np.ndarray:
    xy = np.random.default_rng(seed).uniform((0, 0), (4_000, 3_000), (3 * n + 20, 2))
    return xy[shapely.contains_xy(LAND, xy[:, 0], xy[:, 1])][:n]


@pytest.mark.parametrize("correction", CORRECTIONS)
@pytest.mark.parametrize("kernel", KERNELS)
def test_each_correction_is_the_formula_it_says(kernel: Kernel, correction: Correction) -> None:
    xy, weights = scattered(300), np.random.default_rng(2).uniform(0, 3, 300)
    edge = edge_field(LAND, GRID, kernel=kernel, bandwidth=400.0)
    field = smooth_within(xy, edge, correction=correction, weights=weights)
    factor = edge.at(*xy.T) if correction == "jones_diggle" else np.ones(300)
    plain = direct_density(GRID.centres(), xy, bandwidth=400.0, kernel=kernel, weights=weights / factor)
    at = np.maximum(edge.cells, 1e-4) if correction == "uniform" else 1.0
    inside = edge.cells > 0.01
    assert np.abs(field.values - plain / at)[inside].max() < 1e-5 * plain.max()
    squares = direct_density(GRID.centres(), xy, bandwidth=400.0, kernel=kernel, weights=weights / factor, squared=True)
    assert np.abs(field.variance - squares / at**2)[inside].max() < 1e-4 * squares.max()


@pytest.mark.parametrize("kernel", KERNELS)
def test_at_a_straight_coast_and_at_a_hole_only_the_uncorrected_density_falls(kernel: Kernel) -> None:
    side = np.arange(12.5, 4_000, 25.0)
    x, y = (axis.ravel() for axis in np.meshgrid(side, side))
    keep = shapely.contains_xy(LAND, x, y)
    edge = edge_field(LAND, GRID, kernel=kernel, bandwidth=400.0)
    fields = {
        name: smooth_within(np.column_stack([x[keep], y[keep]]), edge, correction=name).values for name in CORRECTIONS
    }
    places = np.array([(1_000.0, 25.0), (3_975.0, 1_000.0), (1_700.0 - 25.0, 1_400.0)])  # coast, coast, rim of the hole
    cells = GRID.locate(*places.T)
    true = 1 / 25.0**2
    assert_allclose(fields["uniform"][cells], true, rtol=0.02)
    assert (fields["none"][cells] < 0.7 * true).all()
    assert_allclose(fields["jones_diggle"][cells], true, rtol=0.35)  # it keeps the mass, and pays with some bias


def test_with_uniform_correction_the_mass_is_not_kept_and_without_any_it_falls() -> None:
    xy = np.vstack([scattered(200), np.tile([[20.0, 20.0]], (100, 1))])  # a pile in a corner
    edge = edge_field(LAND, GRID, kernel="gaussian", bandwidth=400.0)
    mass = {name: smooth_within(xy, edge, correction=name).mass for name in CORRECTIONS}
    assert_allclose(mass["jones_diggle"], 300, rtol=1e-3)
    assert mass["none"] < 230
    assert abs(mass["uniform"] - 300) > 3


def test_one_incident_is_known_with_an_error_of_its_own_size() -> None:
    field = density_field(np.array([[1_000.0, 1_500.0]]), LAND, GRID, 300.0, "gaussian")
    near = field.values > 1e-3 * field.values.max()
    assert_allclose(field.relative_error[near], 1.0, rtol=1e-3)
    assert np.isnan(field.relative_error[field.values < 1e-5 * field.values.max()]).all()


def test_a_hundred_incidents_in_one_spot_are_known_to_a_tenth() -> None:
    field = density_field(np.tile([[1_000.0, 1_500.0]], (100, 1)), LAND, GRID, 300.0, "epanechnikov")
    assert_allclose(field.relative_error[np.argmax(field.values)], 0.1, rtol=1e-9)


def test_the_standard_error_is_what_repeated_cities_show() -> None:
    rng = np.random.default_rng(3)
    edge = edge_field(LAND, GRID, kernel="gaussian", bandwidth=400.0)
    values, variances = [], []
    for _ in range(300):
        xy = rng.uniform((0, 0), (4_000, 3_000), (rng.poisson(120), 2))
        field = smooth_within(xy[shapely.contains_xy(LAND, *xy.T)], edge)
        values.append(field.values)
        variances.append(field.variance)
    inside = edge.cells > 0.5
    seen, told = np.var(values, axis=0)[inside], np.mean(variances, axis=0)[inside]
    assert_allclose(told.mean(), seen.mean(), rtol=0.06)
    assert_allclose(told, seen, rtol=0.6)


def test_weights_of_two_are_two_incidents_in_the_density_and_four_in_its_variance() -> None:
    xy = scattered(50)
    once, weighted = (density_field(xy, LAND, GRID, 300.0, "quartic", weights=w) for w in (None, np.full(50, 2.0)))
    assert_allclose(weighted.values, 2 * once.values)
    assert_allclose(weighted.variance, 4 * once.variance)
    assert_allclose(weighted.mass, 100, rtol=1e-3)


def test_a_weight_of_nothing_adds_nothing_and_one_that_is_no_number_is_refused() -> None:
    xy, weights = scattered(50), np.ones(50)
    weights[10:] = 0.0
    few = density_field(xy[:10], LAND, GRID, 300.0, "gaussian").values
    assert_allclose(
        density_field(xy, LAND, GRID, 300.0, "gaussian", weights=weights).values, few, atol=1e-6 * few.max()
    )
    for wrong in (np.nan, -1.0, np.inf):
        weights[3] = wrong
        with pytest.raises(ParameterError):
            density_field(xy, LAND, GRID, 300.0, "gaussian", weights=weights)
