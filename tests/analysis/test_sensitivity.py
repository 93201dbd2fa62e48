from __future__ import annotations

import numpy as np
import shapely
from numpy.testing import assert_allclose

from analysis.grids import Grid
from analysis.sensitivity import FACTORS, Strip, vary_bandwidth
from analysis.smoothing import DensityField, density_field

LAND = shapely.box(0, 0, 6_000, 5_000)


def vary(xy: np.ndarray, *, bandwidth: float = 300.0, least: float = 0.0) -> Strip:
    def smooth(grid: Grid, width: float) -> DensityField:
        return density_field(xy, LAND, grid, width, "gaussian")

    return vary_bandwidth(smooth, LAND, bandwidth=bandwidth, least_bandwidth=least, least_cell=50.0)


def clustered(n: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    xy = rng.uniform(800, 4_200, (8, 2))[rng.integers(0, 8, n)] + rng.normal(0, 250, (n, 2))
    return xy[shapely.contains_xy(LAND, *xy.T)]


def test_five_bandwidths_around_the_one_that_was_taken_which_has_all_in_common_with_itself() -> None:
    summary = vary(clustered(500)).summary
    assert_allclose(summary["bandwidth"], 300.0 * np.array(FACTORS))
    assert summary["taken"].tolist() == [False, False, True, False, False]
    assert summary["common"][2] == 1.0
    assert summary["peak"].is_monotonic_decreasing


def test_a_single_spot_stays_the_hottest_at_every_bandwidth() -> None:
    common = vary(np.tile([[3_010.0, 2_530.0]], (100, 1))).summary["common"]
    assert (common > 0.9).all()


def test_scattered_incidents_have_little_in_common_between_bandwidths() -> None:
    xy = np.random.default_rng(2).uniform((0, 0), (6_000, 5_000), (300, 2))
    assert vary(xy).summary["common"].iloc[[0, -1]].max() < 0.6


def test_bandwidths_finer_than_the_points_are_not_shown() -> None:
    summary = vary(clustered(100), bandwidth=300.0, least=250.0).summary
    assert_allclose(summary["bandwidth"], [300.0, 300.0 * np.sqrt(2), 600.0])


def test_levels_are_shares_of_the_area_densest_first() -> None:
    strip = vary(clustered(5_000))
    level = strip.pictures["level_3"]
    shares = [float(((level > 0) & (level <= k)).mean()) for k in (1, 2, 3, 4)]
    assert_allclose(shares, [0.01, 0.05, 0.10, 0.25], atol=0.001)
    assert strip.grid.n < 25_000
    assert strip.describe_grid()["rows"] == strip.grid.rows


def test_where_nothing_happened_there_is_no_level() -> None:
    strip = vary(np.array([[1_000.0, 1_000.0]]), bandwidth=100.0)
    far = strip.grid.centres(strip.pictures["cell"].to_numpy())[:, 0] > 4_000
    assert (strip.pictures.loc[far, "level_3"] == 0).all()
