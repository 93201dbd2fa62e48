import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from analysis.grids import Grid
from analysis.neighbours import neighbours_by_order
from analysis.weights import count_neighbours, lattice_weights, listed_weights, row_sums, styled, weight_sums

CHAIN = listed_weights([[1], [0, 2], [1], []])  # the last is an island


def test_rows_add_up_to_one_except_that_of_an_island():
    assert_allclose(row_sums(styled(CHAIN, "W")), [1, 1, 1, 0])
    assert_array_equal(row_sums(styled(CHAIN, "B")), [1, 2, 1, 0])
    assert_array_equal(count_neighbours(CHAIN), [1, 2, 1, 0])


def test_the_sums_of_a_chain_on_paper():
    assert weight_sums(CHAIN) == (4.0, 8.0, 4 + 16 + 4)
    s0, s1, s2 = weight_sums(styled(CHAIN, "W"))  # rows 1, .5 .5, 1; columns .5, 2, .5
    assert (s0, s1) == (3.0, 2 * 1.5**2)
    assert s2 == 1.5**2 + 3**2 + 1.5**2


def test_a_lattice_has_the_weights_of_its_neighbourhood():
    grid = Grid(shape="square", left=0.0, bottom=0.0, cell_size=1.0, rows=4, columns=5)
    near = neighbours_by_order(grid, np.array([0, 1, 2, 6, 7, 13, 19]))
    values = np.arange(7) ** 2
    assert_array_equal(lattice_weights(near) @ values, near.sums(values))
