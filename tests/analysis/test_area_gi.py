"""Gi* on a few units with real values."""

from __future__ import annotations

from itertools import combinations

import geopandas as gpd
import numpy as np
import pytest
import scipy.sparse as sp
from esda import G_Local
from libpysal.weights import WSP
from numpy.testing import assert_allclose, assert_array_equal
from shapely.geometry import box

from analysis.area_gi import area_gi, border_neighbours, exact_tails, sampled_tails
from analysis.errors import NoVariationError, ParameterError


def lattice(rows: int, columns: int) -> gpd.GeoDataFrame:
    shapes = [box(c, r, c + 1, r + 1) for r in range(rows) for c in range(columns)]
    shapes = gpd.GeoSeries(shapes, crs=32617).scale(1000, 1000, origin=(0, 0))
    return gpd.GeoDataFrame({"code": range(len(shapes))}, geometry=shapes)


def test_neighbours_share_a_side_or_a_corner():
    near = border_neighbours(lattice(3, 3)).toarray()
    assert_array_equal(near.sum(axis=1), [3, 5, 3, 5, 8, 5, 3, 5, 3])
    assert_array_equal(near, near.T)
    assert_array_equal(np.diag(near), 0)


def test_a_sliver_does_not_part_neighbours():
    areas = gpd.GeoDataFrame(geometry=[box(0, 0, 10, 10), box(10.4, 0, 20, 10), box(25, 0, 30, 10)], crs=32617)
    assert_array_equal(border_neighbours(areas).sum(axis=1), [1, 1, 0])


def test_exact_tails_agree_with_listing_all_draws():
    rng = np.random.default_rng(0)
    values = np.append(rng.gamma(1.0, 1.0, 9), [0.5, 0.5, 0.5])
    sizes = rng.integers(1, 8, 12)
    picks = [list(rng.choice(12, size, replace=False)) for size in sizes]
    sums = np.array([values[pick].sum() for pick in picks])
    hot, cold = exact_tails(values, sums, sizes)
    for i in range(12):
        drawn = np.array([values[list(pick)].sum() for pick in combinations(range(12), sizes[i])])
        assert hot[i] == pytest.approx(np.mean(drawn >= sums[i] - 1e-9))
        assert cold[i] == pytest.approx(np.mean(drawn <= sums[i] + 1e-9))


def test_shuffles_come_near_the_exact_tails():
    rng = np.random.default_rng(1)
    values, sizes = rng.normal(size=26), np.full(26, 6)
    sums = np.array([values[rng.choice(26, 6, replace=False)].sum() for _ in range(26)])
    exact, sampled = exact_tails(values, sums, sizes), sampled_tails(values, sums, sizes, rng, runs=99_999)
    for p, q in zip(exact, sampled, strict=True):
        assert_allclose(q, p, atol=4 * 0.5 / np.sqrt(99_999) + 1e-5)


def test_three_units_on_paper():
    # a line of three with values 0, 0, 3: the middle and right neighbourhoods hold the 3
    near = sp.csr_array(np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]]))
    found = area_gi(np.array([0.0, 0.0, 3.0]), near, np.random.default_rng(0))
    assert_allclose(found.p_hot, [1.0, 1.0, 2 / 3])
    assert_allclose(found.p_cold, [1 / 3, 1.0, 1.0])
    assert_allclose(found.smallest_p, [1 / 3, 1.0, 1 / 3])


def test_z_agrees_with_pysal():
    rng = np.random.default_rng(2)
    values = rng.gamma(2.0, 1.0, 30)
    near = border_neighbours(lattice(5, 6))
    weights = WSP(sp.csr_matrix(near + sp.eye_array(30))).to_W()
    theirs = G_Local(values, weights, transform="B", star=None, permutations=0).Zs
    assert_allclose(area_gi(values, near, rng).z, theirs, atol=1e-9)


def test_the_order_of_the_units_does_not_matter():
    rng = np.random.default_rng(3)
    values, near, order = rng.normal(size=30), border_neighbours(lattice(5, 6)), rng.permutation(30)
    there = area_gi(values, near, rng)
    back = area_gi(values[order], near[order][:, order], rng)
    assert_allclose(back.z, there.z[order])
    assert_allclose(back.p_hot, there.p_hot[order])


def test_turning_the_values_over_swaps_hot_and_cold():
    rng = np.random.default_rng(4)
    values, near = rng.normal(size=20), border_neighbours(lattice(4, 5))
    there, back = area_gi(values, near, rng), area_gi(-values, near, rng)
    assert_allclose(back.z, -there.z)
    assert_allclose(back.p_hot, there.p_cold)


def test_the_same_seed_gives_the_same_p():
    values, near = np.random.default_rng(5).normal(size=48), border_neighbours(lattice(6, 8))
    one, other = (area_gi(values, near, np.random.default_rng(9)) for _ in range(2))
    assert one.shuffles == 99_999
    assert_array_equal(one.p_hot, other.p_hot)


def test_equal_values_have_no_gi():
    with pytest.raises(NoVariationError):
        area_gi(np.full(9, 0.3), border_neighbours(lattice(3, 3)), np.random.default_rng(0))


def test_too_few_shuffles_for_the_correction_are_refused():
    with pytest.raises(ParameterError):
        area_gi(np.arange(48.0), border_neighbours(lattice(6, 8)), np.random.default_rng(0), shuffles=999)


def test_p_is_small_as_often_as_it_says():
    rng, near = np.random.default_rng(6), border_neighbours(lattice(5, 5))
    p = np.array([area_gi(rng.gamma(1.0, 1.0, 25), near, rng).p_hot for _ in range(200)])
    assert (p <= 0.05).mean() <= 0.055
    assert (p <= 0.05).mean() >= 0.035
