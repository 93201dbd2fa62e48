"""Tests of a whole map: analytic and permutation p, what they tell, and their error rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from analysis.autocorrelation import geary, general_g, moran
from analysis.errors import ParameterError
from analysis.grids import Grid
from analysis.map_tests import (
    require_enough,
    tabulate_deals,
    tabulate_tests,
    tell_tests,
    try_joins,
    try_moran,
    try_values,
)
from analysis.neighbours import neighbours_by_distance, neighbours_by_order
from analysis.weights import lattice_weights, styled


@dataclass(frozen=True)
class Asked:
    permutations: int = 999
    sides: str = "two"
    correction: str = "none"
    level: float = 0.05


def lattice(side=10):
    grid = Grid(shape="square", left=0.0, bottom=0.0, cell_size=1.0, rows=side, columns=side)
    return lattice_weights(neighbours_by_order(grid, np.arange(side * side)))


def trend(side=10):
    return np.add.outer(np.arange(side), np.arange(side)).ravel().astype(float)


def ask(values, weights=None, asked=None, seed=1):
    asked = asked or Asked()
    weights = styled(lattice(), "W") if weights is None else weights
    tests = try_values(values, weights, np.random.default_rng(seed), runs=asked.permutations)
    return tabulate_tests(tests, (), asked).set_index("measure")


def test_dealt_values_are_those_of_the_statistics_on_dealt_maps():
    rng = np.random.default_rng(1)
    x, weights = rng.gamma(1.0, 1.0, 100), lattice()
    for test, measure in zip(try_values(x, weights, rng, runs=4000), (moran, geary, general_g), strict=True):
        told = measure(x, weights)
        assert test.observed == pytest.approx(told.value)
        assert test.dealt.mean() == pytest.approx(told.expected, abs=5 * (told.variance / 4000) ** 0.5)
        assert test.dealt.var() == pytest.approx(told.variance, rel=0.12)


def test_analytic_p_has_the_declared_sides():
    for sides, of_z in (("two", lambda z: 2 * stats.norm.sf(abs(z))), ("positive", stats.norm.sf)):
        table = ask(np.random.default_rng(2).normal(5, 1, 100), asked=Asked(sides=sides))
        assert_allclose(table["p_analytic"], of_z(table["z"]))


def test_a_trend_is_alike_by_every_measure_and_a_chessboard_unlike():
    table = ask(trend())
    assert table["tells"].tolist() == ["tends_alike", "tends_alike", "tends_alike"]
    assert table.loc["moran", "p"] == 2 / 1000
    board = np.indices((10, 10)).sum(axis=0).ravel() % 2 * 1.0
    sides_only = Grid(shape="square", left=0.0, bottom=0.0, cell_size=1.0, rows=10, columns=10)
    weights = lattice_weights(neighbours_by_distance(sides_only, np.arange(100), band=1.0))
    table = ask(board, weights)
    assert table.loc[["moran", "geary"], "tells"].tolist() == ["tends_unlike", "tends_unlike"]


def test_one_side_does_not_see_the_other():
    assert ask(trend(), asked=Asked(sides="negative")).loc["moran", "tells"] == "tends_neither"


def test_join_counts_turn_bw_round():
    marked = trend() > 9
    tests = try_joins(marked, lattice(), np.random.default_rng(1), runs=999)
    table = tabulate_tests(tests, (), Asked()).set_index("measure")
    assert table["tells"].tolist() == ["tends_alike"] * 3
    assert table.loc["bw", "z"] < 0 < table.loc["bb", "z"]
    assert_allclose(table["p"], 2 / 1000)


def test_the_correction_counts_the_tests_that_have_an_answer():
    tests = try_values(trend(), lattice(), np.random.default_rng(1), runs=999)
    table = tabulate_tests(tests[:2], ("general_g",), Asked(correction="bh"))
    assert table["tells"].tolist()[2] == "tends_unknown"
    assert np.isnan(table["q"].iloc[2])
    assert_allclose(table["q"].iloc[:2], table["p"].iloc[:2])
    assert tell_tests(table)[2] == {
        "measure": "general_g",
        "tells": "tends_unknown",
        **dict.fromkeys(("value", "expected", "variance", "z", "p_analytic", "p", "q")),
    }


def test_too_few_deals_are_refused():
    with pytest.raises(ParameterError, match="1599"):
        require_enough(Asked(permutations=999, correction="bh", level=0.01), 8)
    require_enough(Asked(permutations=999, correction="bh", level=0.05), 8)


def test_the_spread_of_deals_reaches_the_map_itself():
    test = try_moran("moran", trend(), lattice(), np.random.default_rng(1), runs=499)
    table = tabulate_deals(test)
    assert table["maps"].sum() == pytest.approx(1.0)
    assert table["value"].max() > 0.97 * test.observed


def test_the_same_seed_gives_the_same_p_and_a_change_of_unit_none_other():
    x = np.random.default_rng(3).gamma(1.0, 1.0, 100)
    first = ask(x)
    assert_allclose(ask(x)["p"], first["p"])
    assert_allclose(ask(1e7 * x)["p"], first["p"])
    assert_allclose(ask(x, seed=2)["p"], first["p"], atol=0.08)


@pytest.mark.parametrize("generator", ["poisson", "heavy"])
def test_chance_is_rejected_five_times_in_a_hundred(generator):
    rng, weights, maps = np.random.default_rng(12), styled(lattice(8), "W"), 700
    asked = Asked(permutations=199)
    p = np.empty((maps, 6))
    for row in p:
        x = rng.poisson(2.0, 64) if generator == "poisson" else np.floor(rng.lognormal(0, 1.5, 64))
        tests = [
            *try_values(x.astype(float), weights, rng, runs=199),
            *try_joins(x > np.median(x), weights, rng, runs=199),
        ]
        row[:] = tabulate_tests(tests, (), asked)["p"]
    share = np.mean(p <= 0.05, axis=0)
    slack = 3 * np.sqrt(0.05 * 0.95 / maps)
    assert (share <= 0.05 + slack).all()
    assert (share[:2] >= 0.05 - slack).all()  # counts of pairs take few values: theirs may lie below
