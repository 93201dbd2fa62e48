"""Local Geary by cells: exact conditional p, classes, chance, and what must not change it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose, assert_array_equal

from analysis.errors import ParameterError
from analysis.grids import Grid
from analysis.local_geary import LocalGearyParams, find_gaps, local_geary
from analysis.neighbours import neighbours_by_order
from analysis.permutation import exact_gap_p
from analysis.scene import Scene, points_at

SIZE = 250.0


def ask(counts, **options):
    counts = np.asarray(counts)
    rows, columns = counts.shape
    ground = shapely.box(0, 0, columns * SIZE, rows * SIZE)
    cell = np.repeat(np.arange(counts.size), counts.ravel())
    points = points_at((cell % columns + 0.5) * SIZE, (cell // columns + 0.5) * SIZE)
    scene = Scene(crs=32617, points=points, months=12, window=ground, mask=ground)
    return local_geary(scene, LocalGearyParams(**options))


def near_of(rows, columns):
    grid = Grid(shape="square", left=0.0, bottom=0.0, cell_size=SIZE, rows=rows, columns=columns)
    return neighbours_by_order(grid, np.arange(rows * columns))


def planted():
    counts = np.random.default_rng(1).poisson(0.5, (20, 20))
    counts[3:8, 3:8] = 9
    return counts


def test_p_of_every_cell_agrees_with_listing_all_deals():
    counts = np.array([[3, 0, 1, 0], [2, 5, 0, 1], [0, 1, 0, 4]])
    near, values = near_of(3, 4), counts.ravel()
    found = find_gaps(values, near, LocalGearyParams(correction="none"))
    indptr, indices = near.to_csr()
    for i in range(12):
        k = int(indptr[i + 1] - indptr[i])
        dealt = np.array([sum(chosen) for chosen in combinations((np.delete(values, i) - values[i]) ** 2, k)])
        total = ((values[indices[indptr[i] : indptr[i + 1]]] - values[i]) ** 2).sum()
        tails = np.mean(dealt >= total), np.mean(dealt <= total)
        assert found.p[i] == pytest.approx(min(1.0, 2 * min(tails)), rel=1e-12)


def test_the_mean_of_c_over_all_deals_is_what_is_expected():
    rng, near = np.random.default_rng(3), near_of(4, 4)
    values = rng.poisson(2, 16)
    found = find_gaps(values, near, LocalGearyParams())
    dealt = np.empty((4000, 16))
    for row in dealt:
        for i in range(16):
            others = np.delete(values, i)
            row[i] = np.mean((rng.permutation(others)[: near.sizes()[i]] - values[i]) ** 2)
    assert_allclose(dealt.mean(axis=0) / np.var(values, ddof=1), found.expected, rtol=0.06)


def test_the_inside_of_a_planted_block_is_alike_and_high():
    table = ask(planted()).table
    assert (table["class"].to_numpy().reshape(20, 20)[4:7, 4:7] == "geary_hh").all()


def test_a_full_cell_among_empty_ones_is_unlike():
    counts = np.zeros((20, 20), dtype=int)
    counts[::4, ::4] = 1
    counts[10, 10] = 30
    table = ask(counts).table
    assert table["class"].to_numpy().reshape(20, 20)[10, 10] == "none"  # any neighbours would differ from it as much
    assert table["geary"].iloc[210] == pytest.approx(table["geary"].max())


def test_a_shift_of_the_values_and_a_turn_of_the_map_change_no_p():
    counts, near = planted(), near_of(20, 20)
    first = find_gaps(counts.ravel(), near, LocalGearyParams()).p
    assert_allclose(find_gaps(counts.ravel() + 7, near, LocalGearyParams()).p, first, rtol=1e-9)
    assert_allclose(find_gaps(-counts.ravel(), near, LocalGearyParams()).p, first, rtol=1e-9)
    assert_allclose(find_gaps(3 * counts.ravel(), near, LocalGearyParams()).p, first, rtol=1e-9)
    turned = find_gaps(np.rot90(counts).ravel(), near, LocalGearyParams()).p.reshape(20, 20)
    assert_allclose(np.rot90(turned, -1).ravel(), first, rtol=1e-9)


def test_equal_counts_are_a_result_without_variation():
    result = ask(np.ones((5, 5), dtype=int))
    assert result.reading["no_variation"]
    assert result.table["geary"].isna().all()
    assert_array_equal(result.table["p"], 1.0)


def test_counts_whose_distribution_would_take_too_long_are_refused_by_name():
    values = np.random.default_rng(1).integers(0, 3000, 4000)
    with pytest.raises(ParameterError, match="stabilised"):
        exact_gap_p(values, values, np.full(4000, 8))


@pytest.mark.parametrize("mean", [0.3, 2.0])
def test_chance_passes_five_percent_of_the_cells_and_five_percent_of_the_maps(mean):
    rng, near, maps = np.random.default_rng(8), near_of(12, 12), 250
    below, shown = 0, 0
    for _ in range(maps):
        found = find_gaps(rng.poisson(mean, 144), near, LocalGearyParams())
        below += int(np.sum(found.p <= 0.05))
        shown += bool(np.any(found.classes != "none"))
    assert below / (maps * 144) <= 0.055
    assert shown / maps <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / maps)
