from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose
from scipy.special import ndtr

from analysis.adaptive import abramson_widths, adaptive_field, edge_at_widths
from analysis.edges import edge_field
from analysis.errors import NotEnoughDataError
from analysis.grids import Grid, grid_over
from analysis.kernels import direct_density
from analysis.smoothing import CORRECTIONS

LAND = shapely.box(0, 0, 6_000, 5_000)
GRID = grid_over(LAND.bounds, cell_size=50.0)
EDGE = edge_field(LAND, GRID, kernel="gaussian", bandwidth=300.0)


def heavy_tailed(n: int, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres, spread = rng.uniform(500, 4_500, (15, 2)), rng.lognormal(5.0, 1.0, 15)
    of = rng.choice(15, 3 * n, p=rng.dirichlet(np.full(15, 0.3)))
    xy = centres[of] + rng.standard_t(3, (3 * n, 2)) * spread[of, None]
    return xy[shapely.contains_xy(LAND, *xy.T)][:n]


def share_of_box(x: np.ndarray, y: np.ndarray, widths: np.ndarray, window: shapely.Polygon) -> np.ndarray:
    left, bottom, right, top = window.bounds
    along = ndtr((right - x) / widths) - ndtr((left - x) / widths)
    return along * (ndtr((top - y) / widths) - ndtr((bottom - y) / widths))


@pytest.mark.parametrize("name", ["redwood", "finpines"])
@pytest.mark.shared
def test_widths_and_intensities_agree_with_the_direct_sums_of_the_reference(shared, name: str) -> None:
    case = json.loads((shared / "reference/adaptive_density.json").read_text())["cases"][name]
    (left, right), (bottom, top) = case["window"]["xrange"], case["window"]["yrange"]
    window = shapely.box(left, bottom, right, top)
    n = case["resolution"]  # the centres of this grid are the pixels
    grid = Grid(shape="square", left=left, bottom=bottom, cell_size=(right - left) / n, rows=n, columns=n)
    xy = np.column_stack([case["points"]["x"], case["points"]["y"]])
    edge = edge_field(window, grid, kernel="gaussian", bandwidth=case["h0"])
    field = adaptive_field(xy, edge, correction="uniform", pilot=case["hp"])
    direct = case["direct"]
    assert field.widths is not None
    assert_allclose(field.widths, direct["h_at_points"], rtol=1e-3)
    cells = grid.locate(np.array(case["pixel"]["x"]), np.array(case["pixel"]["y"]))
    expected = np.array(direct["intensity_pixels"])
    assert np.abs(field.values[cells] - expected).max() < 2e-3 * expected.max()
    high = expected > 1e-3 * expected.max()
    assert (np.abs(field.values[cells] - expected) / expected)[high].max() < 0.02
    assert_allclose(field.mass, direct["integral"], rtol=2e-3)


def test_abramson_on_paper() -> None:
    widths, mean = abramson_widths(np.array([1.0, 4.0, 16.0]), middle=100.0)  # roots 1, 1/2, 1/4: their mean is 1/2
    assert_allclose(mean, 0.5)
    assert_allclose(widths, [200.0, 100.0, 50.0])
    assert_allclose(abramson_widths(7 * np.array([1.0, 4.0, 16.0]), middle=100.0)[0], widths)  # any scale will do
    assert_allclose(abramson_widths(np.array([1.0, 4.0, 16.0]), middle=100.0, least=60.0)[0], [200.0, 100.0, 60.0])
    lonely = np.append(np.ones(999), 1e-9)
    assert_allclose(abramson_widths(lonely, middle=100.0)[0].max(), 500.0)  # trimmed


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_the_field_is_the_sum_that_it_says_on_a_heavy_tailed_set(correction) -> None:
    xy = heavy_tailed(5_000)
    field = adaptive_field(xy, EDGE, correction=correction)
    at = np.random.default_rng(2).integers(0, GRID.n, 400)
    at = np.unique(np.append(at, np.argsort(field.values)[-100:]))
    at = at[EDGE.share[at] > 0]
    pilot = direct_density(xy, xy, bandwidth=300.0, kernel="gaussian", weights=weigh(xy, 300.0, correction))
    if correction == "uniform":
        pilot /= share_of_box(*xy.T, 300.0, LAND)
    widths, mean = abramson_widths(pilot, middle=300.0, least=37.5)
    exact = direct_density(
        GRID.centres(at), xy, bandwidth=widths, kernel="gaussian", weights=weigh(xy, widths, correction)
    )
    if correction == "uniform":
        u = GRID.centres(at)
        there = direct_density(u, xy, bandwidth=300.0, kernel="gaussian") / share_of_box(*u.T, 300.0, LAND)
        own = np.maximum(300.0 * np.minimum(there**-0.5, 5 * mean) / mean, 37.5)
        exact /= share_of_box(*u.T, own, LAND)
    high = exact > 1e-3 * exact.max()
    assert high.sum() > 100
    assert (np.abs(field.values[at] - exact) / exact)[high].max() < 0.02


def weigh(xy: np.ndarray, widths, correction: str) -> np.ndarray:
    return 1 / share_of_box(*xy.T, widths, LAND) if correction == "jones_diggle" else np.ones(len(xy))


def test_the_mass_is_kept() -> None:
    assert_allclose(adaptive_field(heavy_tailed(2_000), EDGE).mass, 2_000, rtol=3e-3)


def test_where_all_is_even_every_width_is_about_the_bandwidth() -> None:
    side = np.arange(25.0, 6_000, 50.0)
    x, y = (axis.ravel() for axis in np.meshgrid(side, side[side < 5_000]))
    field = adaptive_field(np.column_stack([x, y]), EDGE, correction="uniform")
    assert field.widths is not None
    assert_allclose(field.widths, 300.0, rtol=0.02)
    assert_allclose(field.values[EDGE.share > 0.99], 1 / 50.0**2, rtol=0.02)


def test_the_variance_is_the_sum_of_squares() -> None:
    xy, weights = heavy_tailed(300), np.random.default_rng(3).uniform(0.5, 2, 300)
    field = adaptive_field(xy, EDGE, correction="none", weights=weights)
    exact = direct_density(GRID.centres(), xy, bandwidth=field.widths, kernel="gaussian", weights=weights, squared=True)
    assert_allclose(field.variance, exact, atol=1e-6 * exact.max())


def test_edge_factors_of_many_widths_are_those_of_a_box() -> None:
    rng = np.random.default_rng(4)
    x, y, widths = rng.uniform(0, 6_000, 500), rng.uniform(0, 5_000, 500), rng.lognormal(5.7, 0.5, 500)
    assert_allclose(edge_at_widths(LAND, x, y, widths), share_of_box(x, y, widths, LAND), atol=0.012)
    assert_allclose(edge_at_widths(LAND, x, y, np.full(500, 300.0)), share_of_box(x, y, 300.0, LAND), atol=0.01)


def test_fifty_points_are_needed() -> None:
    with pytest.raises(NotEnoughDataError):
        adaptive_field(heavy_tailed(49), EDGE)
    assert np.isfinite(adaptive_field(heavy_tailed(50), EDGE).values).all()


def test_a_pile_does_not_become_narrower_than_a_cell() -> None:
    xy = np.vstack([heavy_tailed(100), np.tile([[3_000.0, 2_500.0]], (5_000, 1))])
    field = adaptive_field(xy, EDGE)
    assert field.widths is not None
    assert field.widths.min() >= 0.75 * 50.0
    assert_allclose(field.mass, 5_100, rtol=5e-3)
