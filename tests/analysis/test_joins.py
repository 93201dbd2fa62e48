"""Join counts against spdep, on paper, and on dealt maps."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.deals import observe_and_deal
from analysis.errors import NoVariationError
from analysis.grids import Grid
from analysis.joins import JOINS, join_moments, joins_from_sums
from analysis.neighbours import neighbours_by_distance
from analysis.weights import lattice_weights, listed_weights, styled

CASES = json.loads((Path(__file__).parent / "reference" / "autocorrelation.json").read_text())["cases"]
ROWS = {"HIGH:HIGH": "bb", "LOW:LOW": "ww", "LOW:HIGH": "bw"}


def lattice(side):
    """Return side x side cells, neighbours by sides alone."""
    grid = Grid(shape="square", left=0.0, bottom=0.0, cell_size=1.0, rows=side, columns=side)
    return lattice_weights(neighbours_by_distance(grid, np.arange(side * side), band=1.0))


def test_two_halves_of_four_by_four_on_paper():
    found = join_moments(np.arange(16) < 8, lattice(4))  # 24 pairs in all
    assert [found[name].value for name in JOINS] == [10.0, 10.0, 4.0]
    assert [found[name].expected for name in JOINS] == pytest.approx([24 * 56 / 240] * 2 + [24 * 128 / 240])


@pytest.mark.parametrize("style", ["W", "B"])
def test_counts_and_moments_agree_with_spdep(style):
    case = CASES["COL.OLD_CRIME"]
    found = join_moments(np.array(case["x"]) >= 35, styled(listed_weights(case["neighbours"]), style))
    expected = case[style]["joins"]
    for k, row in enumerate(expected["rows"]):
        told = found[ROWS[row]]
        assert told.value == pytest.approx(expected["joincount"][k], rel=1e-9)
        assert told.expected == pytest.approx(expected["expected"][k], rel=1e-9)
        assert told.variance == pytest.approx(expected["variance"][k], rel=1e-9)
        assert told.z == pytest.approx(expected["z"][k], rel=1e-9)


def test_dealt_maps_have_the_told_moments_and_all_pairs_are_counted():
    weights, marked = styled(lattice(6), "W"), np.arange(36) % 5 == 0
    observed, dealt = observe_and_deal(marked.astype(float), weights, np.random.default_rng(1), runs=6000)
    told = join_moments(marked, weights)
    now, then = joins_from_sums(observed, weights.sum()), joins_from_sums(dealt, weights.sum())
    assert_allclose(now, [told[name].value for name in JOINS])
    assert_allclose(then.sum(axis=1), weights.sum() / 2)
    for k, name in enumerate(JOINS):
        assert then[:, k].mean() == pytest.approx(told[name].expected, abs=5 * (told[name].variance / 6000) ** 0.5)
        assert then[:, k].var() == pytest.approx(told[name].variance, rel=0.1)


def test_to_mark_the_others_exchanges_bb_and_ww():
    marked, weights = np.random.default_rng(2).random(36) < 0.3, lattice(6)
    one, other = join_moments(marked, weights), join_moments(~marked, weights)
    for mine, theirs in (("bb", "ww"), ("ww", "bb"), ("bw", "bw")):
        assert one[mine].value == pytest.approx(other[theirs].value)
        assert one[mine].z == pytest.approx(other[theirs].z)


def test_where_all_or_none_are_marked_nothing_is_compared():
    for marked in (np.ones(16, dtype=bool), np.zeros(16, dtype=bool)):
        with pytest.raises(NoVariationError):
            join_moments(marked, lattice(4))


def test_one_marked_unit_has_no_pair_and_no_z_of_pairs():
    found = join_moments(np.arange(16) == 5, lattice(4))
    assert found["bb"].value == 0.0
    assert np.isnan(found["bb"].z)
    assert np.isfinite(found["bw"].z)
