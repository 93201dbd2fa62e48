"""Local Moran by cells: exact conditional p, quadrants, chance, and what must not change it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.testing import assert_allclose, assert_array_equal

from analysis.errors import NotEnoughCellsError, NotEnoughDataError
from analysis.grids import Grid
from analysis.local_moran import LocalMoranParams, find_alike, local_moran
from analysis.neighbours import neighbours_by_order
from analysis.scene import Scene, points_at

SIZE = 250.0


def scene_of(counts, *, mask=None):
    """Return a city whose cells hold so many incidents, row by row from the south."""
    counts = np.asarray(counts)
    rows, columns = counts.shape
    ground = shapely.box(0, 0, columns * SIZE, rows * SIZE)
    cell = np.repeat(np.arange(counts.size), counts.ravel())
    points = points_at((cell % columns + 0.5) * SIZE, (cell // columns + 0.5) * SIZE)
    return Scene(crs=32617, points=points, months=12, window=ground, mask=ground if mask is None else mask)


def ask(counts, **options):
    return local_moran(scene_of(counts), LocalMoranParams(**options))


def near_of(rows, columns):
    grid = Grid(shape="square", left=0.0, bottom=0.0, cell_size=SIZE, rows=rows, columns=columns)
    return neighbours_by_order(grid, np.arange(rows * columns))


def planted(side=20, seed=1):
    counts = np.random.default_rng(seed).poisson(0.5, (side, side))
    counts[3:7, 3:7] += 6
    return counts


def test_p_of_every_cell_agrees_with_listing_all_deals():
    counts = np.array([[3, 0, 1, 0], [2, 5, 0, 1], [0, 1, 0, 4]])
    near, values = near_of(3, 4), counts.ravel()
    found = find_alike(values, near, LocalMoranParams(correction="none"))
    indptr, indices = near.to_csr()
    for i in range(12):
        others, k = np.delete(values, i), indptr[i + 1] - indptr[i]
        dealt = np.array([sum(chosen) for chosen in combinations(others, int(k))])
        total = values[indices[indptr[i] : indptr[i + 1]]].sum()
        tails = np.mean(dealt >= total), np.mean(dealt <= total)
        assert found.p[i] == pytest.approx(min(1.0, 2 * min(tails)), rel=1e-12)


def test_sides_are_declared_and_two_sided_is_twice_the_smaller():
    counts = planted()
    near = near_of(20, 20)
    p = {
        sides: find_alike(counts.ravel(), near, LocalMoranParams(sides=sides)).p
        for sides in ("two", "positive", "negative")
    }
    assert_allclose(p["two"], np.minimum(1, 2 * np.minimum(p["positive"], p["negative"])))


def test_a_planted_block_is_high_among_high_and_a_lone_cell_high_among_low():
    counts = np.zeros((20, 20), dtype=int)
    counts[::2, ::2] = 1
    counts[3:7, 3:7] = 9
    counts[13:18, 13:18] = 0
    counts[15, 15] = 9
    table = ask(counts, level=0.1).table
    classes = table["class"].to_numpy().reshape(20, 20)
    assert (classes[4:6, 4:6] == "hh").all()
    assert table["quadrant"].to_numpy().reshape(20, 20)[15, 15] == "hl"


def test_the_weights_and_the_divisor_change_i_alone():
    counts = planted()
    first = ask(counts).table
    for options in ({"weights": "B"}, {"divisor": "n"}):
        other = ask(counts, **options).table
        same = [name for name in first.columns if name != "moran"]
        pd.testing.assert_frame_equal(first[same], other[same])
        assert not np.allclose(first["moran"], other["moran"])


def test_shifting_turning_and_mirroring_the_map_move_the_answer_with_it():
    counts = planted()
    first = ask(counts).table["p"].to_numpy().reshape(20, 20)
    for turn in (np.rot90, np.flipud, np.transpose):
        assert_allclose(ask(turn(counts)).table["p"].to_numpy().reshape(20, 20), turn(first), rtol=1e-9)


def test_doubling_raw_counts_changes_no_p_and_no_class():
    counts = planted()
    one, two = ask(counts, values="counts").table, ask(2 * counts, values="counts").table
    assert_allclose(one["p"], two["p"], rtol=1e-9)
    assert_array_equal(one["class"], two["class"])


def test_equal_counts_are_a_result_without_variation():
    result = ask(np.ones((5, 5), dtype=int))
    assert result.reading["no_variation"]
    assert result.reading["nothing_distinguishable"]
    assert result.table["moran"].isna().all()
    assert (result.table["p"] == 1).all()


def test_an_island_has_no_lag_and_poisons_nobody():
    counts = planted()
    parts = [shapely.box(0, 0, 20 * SIZE, 10 * SIZE), shapely.box(0, 15 * SIZE, SIZE, 16 * SIZE)]
    result = local_moran(scene_of(counts, mask=shapely.MultiPolygon(parts)), LocalMoranParams())
    island = result.table.iloc[-1]
    assert np.isnan(island["lag"])
    assert island["p"] == 1.0
    assert island["class"] == "none"
    assert result.reading["islands"] == 1
    assert result.table["moran"].iloc[:-1].notna().all()


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(NotEnoughCellsError):
        ask(np.ones((2, 2), dtype=int))
    with pytest.raises(NotEnoughDataError):
        ask(np.zeros((5, 5), dtype=int))


@pytest.mark.parametrize("mean", [0.3, 2.0])
def test_chance_passes_five_percent_of_the_cells_and_five_percent_of_the_maps(mean):
    rng, near, maps = np.random.default_rng(7), near_of(15, 15), 300
    below, shown = 0, 0
    for _ in range(maps):
        found = find_alike(rng.poisson(mean, 225), near, LocalMoranParams())
        below += int(np.sum(found.p <= 0.05))
        shown += bool(np.any(found.classes != "none"))
    assert below / (maps * 225) <= 0.055
    assert shown / maps <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / maps)
