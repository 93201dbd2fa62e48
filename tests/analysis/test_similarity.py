"""Similarity of two patterns of areas or cells."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from shapely import box

from analysis.assignment import assign
from analysis.errors import NotEnoughDataError, ParameterError
from analysis.map_similarity import fisher_p
from analysis.multiple_testing import adjust
from analysis.scene import Scene, points_at
from analysis.similarity import SimilarityParams, compare_shares, similarity

MASK = box(0, 0, 6000, 5000)
AREAS = gpd.GeoDataFrame(
    {"code": [f"{k:02d}" for k in range(30)], "name": [f"Área {k}" for k in range(30)]},
    geometry=[box(1000 * c, 1000 * r, 1000 * (c + 1), 1000 * (r + 1)) for r in range(5) for c in range(6)],
    crs=32617,
)
PARAMS, FISHER = SimilarityParams(), SimilarityParams(share_test="fisher")
CELLS = SimilarityParams(units="cells", cell_size=1000.0)


def scattered(seed: int, n: int, *, more: int = 0, days: bool = True) -> Scene:
    """Scatter incidents over the city, and more of them in area 7."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, [[6000], [5000]], (2, n))
    x, y = np.append(x, rng.uniform(1000, 2000, more)), np.append(y, rng.uniform(1000, 2000, more))
    points = dataclasses.replace(points_at(x, y), area=assign(x, y, AREAS))
    if days:
        day = np.datetime64("2024-01-01") + rng.integers(0, 365, len(x)).astype("timedelta64[D]")
        points = dataclasses.replace(points, day=day)
    return Scene(crs=32617, points=points, months=12.0, window=MASK, mask=MASK, areas=AREAS)


def test_an_area_that_gained_share_is_found_whatever_the_numbers():
    found = similarity(scattered(0, 3000), scattered(1, 1000, more=60), PARAMS)
    assert found.reading["up_names"] == ["Área 7"]
    assert found.reading["down"] == 0
    row = found.table.iloc[7]
    assert row["low"] > 0
    assert row["difference"] == pytest.approx(row["share_after"] - row["share_before"])
    assert_allclose([found.table["share_before"].sum(), found.table["share_after"].sum()], 1.0)


def test_an_area_that_delivers_nothing_has_no_share_and_is_told_as_such():
    areas = AREAS.assign(observed=np.arange(30) != 4)
    found = similarity(*(dataclasses.replace(scattered(k, 900), areas=areas) for k in (20, 21)), PARAMS)
    assert found.table["before"].iloc[4] == 0
    assert found.table["class"].iloc[4] == "not_calculable"
    assert found.left_out["without_area"] > 0


def test_twice_as_many_of_the_same_is_no_difference():
    one = scattered(2, 2000)
    points = one.points.take(np.repeat(np.arange(2000), 2))
    found = similarity(one, dataclasses.replace(one, points=points), PARAMS)
    assert_allclose(found.table["difference"], 0.0, atol=1e-12)
    assert found.reading["nothing_distinguishable"]
    assert found.reading["robust_s"] == 1.0


def test_areas_that_are_cells_are_told_alike():
    one, other = scattered(3, 900, days=False), scattered(4, 700, more=50, days=False)
    areas, cells = (similarity(one, other, params) for params in (PARAMS, CELLS))
    assert cells.grid is not None
    for name in ("before", "after", "p", "class", "difference"):
        assert_array_equal(cells.table[name], areas.table[name])


def test_the_published_test_is_fishers_under_false_discovery():
    before, after = np.array([30, 40, 25, 0, 1]), np.array([60, 35, 27, 1, 0])
    found = compare_shares(before, after, ratios=None, params=FISHER)
    p = fisher_p(before, after)
    assert_allclose(found.p, p)
    assert_allclose(found.q[:3], adjust(p[:3]))
    assert np.isnan(found.q[3:]).all()


def test_two_draws_of_one_pattern_are_told_as_such_though_s_is_low():
    found = similarity(scattered(5, 1500), scattered(6, 1500), PARAMS)
    assert found.reading["robust_s"] < 0.8
    assert found.reading["p"] > 0.05
    assert abs(found.reading["robust_s"] - found.reading["chance_robust"]) < 0.3


def test_another_pattern_is_told_as_less_alike_than_chance():
    rng = np.random.default_rng(7)
    other = scattered(8, 2000)
    keep = rng.random(2000) < np.where(other.points.x < 3000, 0.9, 0.3)
    found = similarity(scattered(9, 2000), dataclasses.replace(other, points=other.points.take(keep)), PARAMS)
    assert found.reading["p"] == 0.01
    assert found.tables["indices"]["base"].tolist() == ["before", "after"]


def test_the_same_seed_gives_the_same_index():
    one, other = scattered(10, 400), scattered(11, 500)
    tables = [similarity(one, other, PARAMS).tables["indices"] for _ in range(2)]
    pd.testing.assert_frame_equal(*tables)


def test_few_cities_without_a_difference_show_one():
    rng, shown = np.random.default_rng(12), 0
    for _ in range(60):
        mean = np.geomspace(5, 200, 26)
        found = compare_shares(rng.poisson(mean), rng.poisson(2 * mean), ratios=np.ones(26), params=PARAMS)
        shown += bool((np.nan_to_num(found.q, nan=1.0) <= 0.05).any())
    assert shown <= 7


def test_what_cannot_be_compared_is_refused():
    one = scattered(13, 50)
    with pytest.raises(ParameterError):
        similarity(one, dataclasses.replace(one, areas=AREAS.iloc[:3]), PARAMS)
    with pytest.raises(NotEnoughDataError):
        similarity(one, dataclasses.replace(one, points=points_at(np.zeros(0), np.zeros(0))), PARAMS)
