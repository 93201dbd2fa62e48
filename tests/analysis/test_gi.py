from __future__ import annotations

import json

import numpy as np
import pytest
import scipy.sparse as sp
from esda.getisord import G_Local
from hypothesis import given
from hypothesis import strategies as st
from libpysal.graph import Graph
from numpy.testing import assert_allclose

from analysis.errors import NoVariationError
from analysis.gi import gi_star_z, gi_star_z_weighted, gi_z, gi_z_weighted
from analysis.grids import Grid
from analysis.neighbours import neighbours_by_order

TOY_NEIGHBOURS = [[1, 3], [0, 3, 4], [4], [0, 1, 4], [1, 2, 3, 5], [4]]
TOY_VALUES = np.array([2.0, 3.0, 3.2, 5.0, 8.0, 7.0])


def adjacency(neighbours, weights=None):
    n = len(neighbours)
    matrix = sp.lil_array((n, n))
    for i, others in enumerate(neighbours):
        for at, j in enumerate(others):
            matrix[i, j] = weights[i][at] if weights else 1.0
    return matrix.tocsr()


def with_self(matrix):
    return sp.csr_array(matrix + sp.eye_array(matrix.shape[0]))


def rescaled(matrix):
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    return sp.csr_array(sp.diags_array(1 / np.where(sums > 0, sums, 1)) @ matrix)


def reference(shared, name):
    return json.loads((shared / "reference" / f"{name}.json").read_text())


def within(coords, d):
    xy = np.column_stack([coords["x"], coords["y"]]).astype(float)
    near = np.hypot(*(xy[:, None, :] - xy[None, :, :]).T) <= d
    np.fill_diagonal(near, val=False)
    return sp.csr_array(near.astype(float))


def published(values):
    return np.array([np.nan if value is None else value for value in values])


def test_the_toy_of_six_points_gives_the_published_z():
    near = adjacency(TOY_NEIGHBOURS)
    expected_gi = [-1.0136729, -0.0436159, 1.3155870, -0.3141268, 1.1537399, 1.7783394]
    expected_star = [-1.3972763, -0.2891776, 0.6506496, -0.2891776, 1.2345209, 2.0242433]
    assert_allclose(gi_z_weighted(TOY_VALUES, near), expected_gi, atol=1e-7)
    assert_allclose(gi_star_z_weighted(TOY_VALUES, with_self(near)), expected_star, atol=1e-7)


def test_rescaling_a_row_of_weights_changes_nothing():
    near = adjacency(TOY_NEIGHBOURS)
    assert_allclose(gi_z_weighted(TOY_VALUES, rescaled(near)), gi_z_weighted(TOY_VALUES, near), atol=1e-12)
    star = with_self(near)
    assert_allclose(gi_star_z_weighted(TOY_VALUES, rescaled(star)), gi_star_z_weighted(TOY_VALUES, star), atol=1e-12)


def test_binary_sums_and_weights_agree():
    near = adjacency(TOY_NEIGHBOURS)
    sums, sizes = near @ TOY_VALUES, np.diff(near.indptr)
    assert_allclose(gi_z(TOY_VALUES, sums, sizes), gi_z_weighted(TOY_VALUES, near), atol=1e-12)
    star = gi_star_z(TOY_VALUES, sums + TOY_VALUES, sizes + 1)
    assert_allclose(star, gi_star_z_weighted(TOY_VALUES, with_self(near)), atol=1e-12)


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_a_shift_and_a_positive_factor_change_nothing_and_minus_turns_the_sign(shift, factor):
    star = with_self(adjacency(TOY_NEIGHBOURS))
    z = gi_star_z_weighted(TOY_VALUES, star)
    assert_allclose(gi_star_z_weighted(factor * TOY_VALUES + shift, star), z, atol=1e-6)
    assert_allclose(gi_star_z_weighted(-TOY_VALUES, star), -z, atol=1e-12)


def test_gi_star_agrees_with_pysal_on_binary_weights():
    counts = np.random.default_rng(3).poisson(0.7, 144)
    grid = Grid(shape="square", left=0, bottom=0, cell_size=1, rows=12, columns=12)
    near = neighbours_by_order(grid, np.arange(144))
    indptr, indices = near.to_csr()
    graph = Graph.from_sparse(sp.csr_array((np.ones(len(indices)), indices, indptr), shape=(144, 144)))
    theirs = G_Local(counts, graph.assign_self_weight(1), transform="B", star=None, permutations=0).Zs
    ours = gi_star_z(counts, near.sums(counts) + counts, near.sizes() + 1)
    assert_allclose(ours, theirs, atol=1e-9)


def test_a_map_without_variation_is_refused():
    with pytest.raises(NoVariationError):
        gi_star_z(np.full(4, 2), np.full(4, 4), np.full(4, 2))
    with pytest.raises(NoVariationError):
        gi_z(np.zeros(4), np.zeros(4), np.full(4, 2))


def test_a_neighbourhood_of_the_whole_map_has_no_z():
    values = np.array([1, 2, 3, 4])
    assert np.isnan(gi_star_z(values, np.full(4, 10), np.full(4, 4))).all()


@pytest.mark.shared
@pytest.mark.parametrize(("distance", "gi", "star"), [(30, 1.221979, 1.450780), (150, 1.237454, 1.306698)])
def test_the_grid_of_getis_and_ord_gives_the_published_z(shared, distance, gi, star):
    case = reference(shared, "gi_getisord_grid")["cases"][f"getisord_d{distance}"]
    near = within(case["coords"], distance)
    assert_allclose(gi_z_weighted(case["x"], near)[119], gi, atol=1e-6)
    assert_allclose(gi_star_z_weighted(case["x"], with_self(near))[119], star, atol=1e-6)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["getisord_d30", "getisord_d90", "getisord_d150"])
def test_the_grid_of_getis_and_ord_agrees_with_spdep(shared, name):
    case = reference(shared, "gi_getisord_grid")["cases"][name]
    near = within(case["coords"], case["d"])
    assert_allclose(np.diff(near.indptr), case["card"])
    assert_allclose(gi_z_weighted(case["x"], near), case["Gi"], atol=1e-10)
    assert_allclose(gi_star_z_weighted(case["x"], with_self(near)), case["Gi_star"], atol=1e-10)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["toy6", "columbus_CRIME", "island38", "inverse_distance60_1"])
def test_small_maps_agree_with_spdep(shared, name):
    case = reference(shared, "gi_small")["cases"][name]
    near = adjacency(case["nb"], case.get("weights"))
    for key, z in (("Gi", gi_z_weighted(case["x"], near)), ("Gi_rowstd", gi_z_weighted(case["x"], rescaled(near)))):
        if key in case:
            assert_allclose(z, published(case[key]), atol=1e-10)
    star = with_self(near)
    for key, weights in (("Gi_star", star), ("Gi_star_rowstd", rescaled(star))):
        if key in case:
            assert_allclose(gi_star_z_weighted(case["x"], weights), published(case[key]), atol=1e-10)


@pytest.mark.shared
def test_columbus_gives_the_published_extremes(shared):
    case = reference(shared, "gi_small")["cases"]["columbus_CRIME"]
    near = sp.lil_array(adjacency(case["nb"]))
    for i, j in ((4, 15), (24, 29), (30, 38)):  # queen pairs of the published list that the reference list lacks
        near[i, j] = near[j, i] = 1
    z = gi_star_z_weighted(case["x"], with_self(near))
    assert_allclose(z[:5], [-1.432780, -1.340008, -0.771999, -0.131733, 1.285363], atol=1e-6)
    assert (np.sum(z > 1.96), np.sum(z < -1.96), np.argmax(z)) == (11, 7, 15)
    assert_allclose(z.max(), 3.475051, atol=1e-6)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["poisson_0.3", "poisson_5", "negbin_1_vmr4", "poisson_hot", "normal_mean_minus3"])
def test_a_masked_lattice_with_islands_agrees_with_spdep_even_below_zero(shared, name):
    file = reference(shared, "gi_lattice400")
    case, lattice = file["cases"][f"lattice400_{name}"], file["header"]["lattice"]
    near = adjacency(lattice["nb"])
    x = np.array(case["x"])
    assert_allclose(gi_z_weighted(x, near), published(case["Gi"]), atol=1e-10)
    sums, sizes = near @ x + x, np.diff(near.indptr) + 1
    assert_allclose(gi_star_z(x, sums, sizes), published(case["Gi_star"]), atol=1e-10)


@given(st.integers(0, 1000))
def test_relabelling_the_cells_relabels_their_z(seed):
    order = np.random.default_rng(seed).permutation(6)
    for near, z_of in (
        (adjacency(TOY_NEIGHBOURS), gi_z_weighted),
        (with_self(adjacency(TOY_NEIGHBOURS)), gi_star_z_weighted),
    ):
        moved = sp.csr_array(near.toarray()[np.ix_(order, order)])
        assert_allclose(z_of(TOY_VALUES[order], moved), z_of(TOY_VALUES, near)[order], atol=1e-12)
