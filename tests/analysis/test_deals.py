"""Dealt maps: sums over pairs, p, and how many deals a correction needs."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from analysis.deals import dealt_p, fewest_deals, observe_and_deal, pair_sums, require_deals
from analysis.errors import ParameterError
from analysis.weights import listed_weights, row_sums, styled

CHAIN = styled(listed_weights([[1], [0, 2], [1, 3], [2], []]), "W")


def test_the_sums_of_a_map_as_it_is_are_those_of_its_matrices():
    x = np.array([1.0, -2.0, 3.0, 0.5, 4.0])
    observed, _ = observe_and_deal(x, CHAIN, np.random.default_rng(0), runs=1)
    margins = row_sums(CHAIN) + row_sums(CHAIN.T)
    assert_allclose(observed, [x @ (CHAIN @ x), x @ margins, x**2 @ margins])


def test_deals_are_even_over_all_orders():
    x = np.array([0.0, 1.0, 2.0, 4.0, 8.0])
    _, dealt = observe_and_deal(x, CHAIN, np.random.default_rng(1), runs=40_000)
    listed = np.array([np.array(order) @ (CHAIN @ np.array(order)) for order in permutations(x)])
    assert dealt[:, 0].mean() == pytest.approx(listed.mean(), rel=0.01)
    for at in np.quantile(listed, [0.1, 0.5, 0.9]):
        assert np.mean(dealt[:, 0] <= at + 1e-9) == pytest.approx(np.mean(listed <= at + 1e-9), abs=0.012)


def test_a_deal_depends_on_its_seed_alone():
    x, seeds = np.arange(5.0), np.array([3, 14, 15, 92, 65])
    together = pair_sums(x, CHAIN, seeds)
    assert_array_equal(together, np.vstack([pair_sums(x, CHAIN, seeds[k : k + 1]) for k in range(5)]))


def test_p_counts_the_map_itself_and_takes_ties():
    dealt = np.array([1.0, 2.0, 3.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    assert dealt_p(3.0, dealt, sides="positive") == pytest.approx(8 / 10)
    assert dealt_p(3.0, dealt, sides="negative") == pytest.approx(5 / 10)
    assert dealt_p(9.0, dealt, sides="two") == pytest.approx(2 / 10)
    assert dealt_p(9.0, dealt, sides="positive", turn=-1.0) == 1.0


def test_a_correction_needs_as_many_deals_as_it_takes():
    assert fewest_deals(1, level=0.05, sides="positive", method="none") == 19
    assert fewest_deals(1, level=0.05, sides="two", method="none") == 39
    assert fewest_deals(20, level=0.05, sides="positive", method="bh") == 399
    assert fewest_deals(3, level=0.01, sides="two", method="by") == 1099  # 2 * 3 * (1 + 1/2 + 1/3) / 0.01 - 1
    require_deals(1099, 1099)
    with pytest.raises(ParameterError, match="1099"):
        require_deals(999, 1099)
