from __future__ import annotations

import json

import numpy as np
import pytest
import scipy.sparse as sp
import shapely
from numpy.testing import assert_allclose, assert_array_equal

from analysis.autocorrelation import general_g, moran
from analysis.band_sums import lay_bands
from analysis.errors import NotEnoughDataError, NoVariationError, ParameterError
from analysis.grids import Grid
from analysis.incremental_distance import (
    IncrementalDistanceParams,
    find_peaks,
    incremental_distance,
    measure_by_distance,
)
from analysis.neighbours import neighbours_by_distance
from analysis.scene import Scene, points_at

SIDE, CELL = 30, 250.0
LAND = shapely.box(0, 0, SIDE * CELL, SIDE * CELL)
GRID = Grid(shape="square", left=0.0, bottom=0.0, cell_size=1.0, rows=SIDE, columns=SIDE)
REACHES = np.arange(1.0, 13.0)
QUICK = IncrementalDistanceParams(shuffles=99)


def scene_of(counts):
    rows, columns = np.nonzero(counts)
    n = counts[rows, columns]
    x, y = np.repeat((columns + 0.5) * CELL, n), np.repeat((rows + 0.5) * CELL, n)
    return Scene(crs=32617, points=points_at(x, y), months=12.0, window=LAND, mask=LAND)


def clustered(seed=1):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(0.5, (SIDE, SIDE))
    rows, columns = np.mgrid[:SIDE, :SIDE]
    for row, column in ((7, 7), (20, 10), (12, 23)):
        counts += rng.poisson(6 * (np.hypot(rows - row, columns - column) <= 2.5))
    return counts


@pytest.mark.parametrize(("measure", "compute"), [("moran", moran), ("general_g", general_g)])
def test_every_distance_agrees_with_the_measure_of_its_sparse_weights(measure, compute):
    rng = np.random.default_rng(2)
    cells = np.sort(rng.choice(GRID.n, 400, replace=False))
    values = rng.negative_binomial(0.5, 0.3, 400)
    params = IncrementalDistanceParams(measure=measure, shuffles=19)
    table, _ = measure_by_distance(values, lay_bands(cells, SIDE, REACHES), params)
    for at, band in enumerate(REACHES):
        indptr, indices = neighbours_by_distance(GRID, cells, band=band).to_csr()
        weights = sp.csr_array((np.ones(len(indices)), indices, indptr), shape=(400, 400))
        found = compute(values.astype(float), weights)
        assert_allclose((table["value"][at], table["z"][at]), (found.value, found.z), atol=1e-8)


def test_clusters_of_five_cells_peak_within_their_size_and_the_curve_is_no_chance():
    result = incremental_distance(scene_of(clustered()), QUICK)
    assert 2 * CELL <= result.reading["first_peak"] <= 5 * CELL
    assert result.reading["p_curve"] == 1 / 100
    distances = result.tables["distances"]
    assert distances["p"].min() == 1 / 100
    assert (distances["low"] < distances["high"]).all()


def test_curves_of_chance_keep_their_level_and_their_z_are_standard():
    rng, p, z = np.random.default_rng(3), [], []
    for seed in range(80):
        values = rng.negative_binomial(0.5, 0.3, 400)
        params = IncrementalDistanceParams(shuffles=39, seed=seed)
        table, p_curve = measure_by_distance(values, lay_bands(np.arange(400), 20, REACHES[:6]), params)
        p.append(p_curve)
        z.append(table["z"].to_numpy())
    assert np.mean(np.array(p) <= 0.05) <= 0.13  # of 80 at 5 %: more than 10 has a chance below 1 in 200
    assert np.abs(np.mean(z, axis=0)).max() < 0.45
    assert np.all(np.abs(np.std(z, axis=0) - 1) < 0.35)


def test_peaks_are_larger_than_both_sides_and_than_chance():
    z = np.array([1.0, 3.0, 2.0, 2.5, 1.0, 5.0])
    assert find_peaks(z, np.full(6, 1.9)) == ["", "first_peak", "", "other_peak", "", ""]
    assert find_peaks(z, np.full(6, 2.8)) == ["", "first_peak", "", "", "", ""]
    assert find_peaks(z, np.full(6, 9.0)) == [""] * 6


def test_turning_the_map_and_a_factor_change_nothing():
    counts = clustered()
    params = IncrementalDistanceParams(values="counts", shuffles=19)
    plain = incremental_distance(scene_of(counts), params).tables["distances"]
    turned = incremental_distance(scene_of(np.rot90(counts)), params).tables["distances"]
    doubled = incremental_distance(scene_of(2 * counts), params).tables["distances"]
    assert_allclose(plain["z"], turned["z"], atol=1e-8)
    assert_allclose(plain["z"], doubled["z"], atol=1e-8)
    assert_array_equal(plain["peak"], turned["peak"])


def test_what_has_no_answer_is_refused_and_the_reading_is_plain_json():
    with pytest.raises(NoVariationError):
        incremental_distance(scene_of(np.full((SIDE, SIDE), 2)), QUICK)
    lonely = np.zeros((SIDE, SIDE), dtype=int)
    lonely[3, 3] = 9
    with pytest.raises(NotEnoughDataError):
        incremental_distance(scene_of(lonely), QUICK)
    with pytest.raises(ParameterError):
        IncrementalDistanceParams(farthest=100.0)
    result = incremental_distance(scene_of(clustered()), IncrementalDistanceParams(shuffles=19, farthest=1000.0))
    json.dumps(dict(result.reading), allow_nan=False)
    assert result.tables["distances"]["distance"].tolist() == [250.0, 500.0, 750.0, 1000.0]
    assert result.chosen == {}


def test_the_map_shows_what_lies_within_the_first_peak_over_an_even_spread():
    counts = clustered()
    result = incremental_distance(scene_of(counts), QUICK)
    table, reach = result.table, result.reading["first_peak"] / CELL
    assert result.reading["mapped"] == result.reading["first_peak"]
    rows, columns = np.mgrid[:SIDE, :SIDE]
    near = np.hypot(rows - 7, columns - 7) <= reach
    here = table.iloc[7 * SIDE + 7]
    assert here["around"] == counts[near].sum()
    assert_allclose(here["around_ratio"], counts[near].mean() / counts.mean())
