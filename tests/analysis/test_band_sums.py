from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from analysis.band_sums import lay_bands


def by_hand(cells, columns, values, reach):
    rows, across = np.divmod(cells, columns)
    distance = np.hypot(rows[:, None] - rows, across[:, None] - across)
    near = (distance > 0) & (distance <= reach + 1e-9)
    return values @ near @ values, near.sum(axis=1)


def test_three_cells_in_a_row_on_paper():
    bands = lay_bands(np.array([0, 1, 3]), 10, np.array([1.0, 2.0, 3.0]))
    assert_allclose(bands.products(np.array([2.0, 5.0, 7.0])), [20, 20 + 70, 20 + 70 + 28], atol=1e-9)
    total, squares = bands.sizes()
    assert_array_equal(total, [2, 4, 6])
    assert_array_equal(squares, [2, 6, 12])


def test_sums_over_all_pairs_agree_with_a_loop_on_a_torn_map():
    rng = np.random.default_rng(1)
    cells = np.sort(rng.choice(17 * 23, 150, replace=False))
    values = rng.normal(0, 1, 150)
    reaches = np.array([1.0, 1.5, 2.0, 5.0, 30.0])
    bands = lay_bands(cells, 23, reaches)
    products, (total, squares) = bands.products(values), bands.sizes()
    for at, reach in enumerate(reaches):
        product, sizes = by_hand(cells, 23, values, reach)
        assert_allclose(products[at], product, atol=1e-9)
        assert_array_equal((total[at], squares[at]), (sizes.sum(), np.sum(sizes**2)))
