"""Fuzzy kappa: paper, Cohen's kappa, chance, near misses."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.fuzzy_kappa import fuzzy_kappa, membership

ALL = np.ones((30, 40), dtype=bool)


def by_lot(rng: np.random.Generator, parts: list[float], inside: np.ndarray = ALL) -> np.ndarray:
    return rng.choice(len(parts), size=inside.shape, p=parts)


def cohen(one: np.ndarray, other: np.ndarray) -> float:
    table = np.zeros((3, 3))
    np.add.at(table, (one.ravel(), other.ravel()), 1 / one.size)
    expected = table.sum(axis=0) @ table.sum(axis=1)
    return (np.trace(table) - expected) / (1 - expected)


def test_with_a_reach_of_nothing_it_is_cohens_kappa():
    rng = np.random.default_rng(0)
    one = by_lot(rng, [0.7, 0.2, 0.1])
    other = np.where(rng.random(one.shape) < 0.6, one, by_lot(rng, [0.5, 0.3, 0.2]))
    found = fuzzy_kappa(one, other, ALL, halving=2.0, reach=0.5)
    assert found.kappa == pytest.approx(cohen(one, other))
    assert found.plain == pytest.approx(cohen(one, other))


def test_one_map_with_itself_is_one():
    one = by_lot(np.random.default_rng(1), [0.8, 0.2])
    assert fuzzy_kappa(one, one, ALL, halving=2.0, reach=4.0).kappa == 1.0


def test_four_cells_in_a_row_on_paper():
    # hot is the second cell in one map, the third in the other: each misses by one cell, the ends agree
    one, other = np.array([[0, 1, 0, 0]]), np.array([[0, 0, 1, 0]])
    found = fuzzy_kappa(one, other, np.ones((1, 4), dtype=bool), halving=1.0, reach=2.0)
    assert_allclose(found.cells, [[1.0, 0.5, 0.5, 1.0]])
    assert found.agreement == 0.75


def test_the_worse_of_both_ways_counts():
    # a hot cell of the one map has a hot cell of the other two away, and the other's class around it next door
    one, other = np.array([[1, 0, 0, 0]]), np.array([[0, 0, 1, 0]])
    found = fuzzy_kappa(one, other, np.ones((1, 4), dtype=bool), halving=1.0, reach=3.0)
    assert found.cells[0, 0] == 0.25


@pytest.mark.parametrize("reach", [1.0, 2.0, 4.0])
def test_two_maps_by_lot_agree_as_much_as_expected(reach: float):
    rng = np.random.default_rng(2)
    inside = ALL.copy()
    inside[:10, :15] = False
    found = [
        fuzzy_kappa(by_lot(rng, [0.8, 0.15, 0.05]), by_lot(rng, [0.6, 0.1, 0.3]), inside, halving=2.0, reach=reach)
        for _ in range(25)
    ]
    assert np.mean([one.kappa for one in found]) == pytest.approx(0.0, abs=0.015)
    assert np.mean([one.agreement for one in found]) == pytest.approx(found[0].expected, abs=0.01)


def test_a_map_moved_by_one_cell_is_alike_though_hardly_a_cell_is_the_same():
    one = np.zeros((30, 40), dtype=np.int64)
    one[::6, ::6] = 1
    moved = np.roll(one, 1, axis=1)
    found = fuzzy_kappa(one, moved, ALL, halving=2.0, reach=4.0)
    assert found.plain < 0
    assert found.kappa > 0.3


def test_unrelated_patches_agree_less_than_cells_dealt_by_lot_as_the_reading_says():
    rng, inside = np.random.default_rng(1), np.ones((30, 30), dtype=bool)
    rows, columns = np.mgrid[:30, :30]

    def patches():
        middles = rng.integers(0, 30, (4, 2))
        return np.any([np.hypot(rows - y, columns - x) <= 2.2 for y, x in middles], axis=0).astype(np.int64)

    found = [fuzzy_kappa(patches(), patches(), inside, halving=2.0, reach=4.0) for _ in range(60)]
    assert -0.75 < np.mean([one.kappa for one in found]) < -0.45
    assert abs(np.mean([one.plain for one in found])) < 0.06


def test_names_of_classes_and_which_map_is_first_do_not_matter():
    rng = np.random.default_rng(3)
    one, other = by_lot(rng, [0.6, 0.3, 0.1]), by_lot(rng, [0.5, 0.2, 0.3])
    straight = fuzzy_kappa(one, other, ALL, halving=2.0, reach=3.0)
    assert fuzzy_kappa(other, one, ALL, halving=2.0, reach=3.0).kappa == pytest.approx(straight.kappa)
    assert fuzzy_kappa(2 - one, 2 - other, ALL, halving=2.0, reach=3.0).kappa == pytest.approx(straight.kappa)


def test_two_maps_of_one_class_leave_nothing_to_tell():
    none = np.zeros((5, 5), dtype=np.int64)
    found = fuzzy_kappa(none, none, np.ones((5, 5), dtype=bool), halving=2.0, reach=4.0)
    assert np.isnan(found.kappa)
    assert found.agreement == 1.0


def test_membership_halves_and_ends():
    assert_allclose(membership(np.array([0.0, 2.0, 4.0, 4.01]), halving=2.0, reach=4.0), [1.0, 0.5, 0.25, 0.0])
