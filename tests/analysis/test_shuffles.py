from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from analysis import shuffles
from analysis.grids import Grid
from analysis.multiple_testing import reject
from analysis.neighbours import neighbours_by_order
from analysis.permutation import exact_p, null_conditional, null_with_self
from analysis.shuffles import count_in_shuffles

GRID = Grid(shape="square", left=0, bottom=0, cell_size=1, rows=20, columns=20)


def null_of(values, near, draws):
    return null_with_self(values, near.sizes() + 1) if draws == "with_self" else null_conditional(values, near.sizes())


@pytest.mark.parametrize("draws", ["with_self", "conditional"])
def test_shuffles_follow_the_same_null_as_plain_permutations(draws):
    rng = np.random.default_rng(1)
    near = neighbours_by_order(GRID, np.arange(400))
    values = rng.poisson(3, 400)
    counts = count_in_shuffles(values, near, null_of(values, near, draws), rng, shuffles=2000, method="bh")
    plain = []
    for _ in range(300):
        dealt = rng.permutation(values)
        own = dealt if draws == "with_self" else 0
        p, _ = exact_p(dealt, near.sums(dealt) + own, near.sizes() + (draws == "with_self"), draws=draws)
        plain.append(reject(p).sum())
    assert abs(np.mean(counts[:, 0] > 0) - np.mean(np.array(plain) > 0)) < 0.06
    assert np.mean(counts[:, 0] > 0) <= 0.06


def test_the_map_itself_counted_like_a_shuffle_gives_its_own_count():
    rng = np.random.default_rng(2)
    near = neighbours_by_order(GRID, np.arange(400))
    values = rng.poisson(1, (20, 20))
    values[3:6, 3:6] += 6
    values = values.ravel()
    null = null_of(values, near, "with_self")
    entries = null.entries(near.sums(values) + values, near.sizes() + 1)
    slots, distinct = shuffles._rank_small_p(null, level=0.05)
    thresholds = [p / 0.05 for p in distinct]
    found = np.bincount(np.maximum(slots[entries], 0), minlength=len(thresholds[0]) + 1)
    assert shuffles._step_up(found, thresholds[0], 400) == reject(null.upper[entries]).sum() > 0


def test_every_order_is_equally_likely():
    counts = np.zeros((4, 4))
    for seed in range(4000):
        order = np.arange(4, dtype=np.int32)
        shuffles.shuffle(order, seed * 7919)
        counts[np.arange(4), order] += 1
    assert np.abs(counts / 4000 - 0.25).max() < 0.03


def test_the_number_of_threads_does_not_change_the_counts(monkeypatch):
    near = neighbours_by_order(GRID, np.arange(400))
    values = np.random.default_rng(3).poisson(3, 400)
    null = null_of(values, near, "with_self")
    answers = []
    for workers in (1, 3):
        monkeypatch.setattr(shuffles, "WORKERS", workers)
        rng = np.random.default_rng(4)
        answers.append(count_in_shuffles(values, near, null, rng, shuffles=2000, method="bh"))
    assert_array_equal(*answers)
    assert answers[0].any()
