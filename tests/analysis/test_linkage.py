"""Record linkage: on paper, against a loop over all pairs, under chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.linkage import FIELDS, MISSING, Decided, Reports, choose_one_to_one, link, weigh
from analysis.linkage_blocks import find_blocks

NAN = float("nan")


def make(rows, **changes):
    """Make reports of (day, hour, x, y, area, category)."""
    day, hour, x, y, area, category = (np.array(column) for column in zip(*rows, strict=True))
    columns = {
        "day": day.astype(np.int64),
        "hour": hour.astype(np.int64),
        "x": x.astype(float),
        "y": y.astype(float),
        "area": area.astype(np.int64),
        "category": category.astype(np.int64),
        "family": category.astype(np.int64) // 10,
        "section": category.astype(np.int64) // 100,
        "has_address": np.ones(len(rows), dtype=bool),
        "by_words": np.zeros(len(rows), dtype=bool),
    }
    return Reports(**columns | changes)


def same_words(i, j):
    return np.ones(len(i))


def other_words(i, j):
    return np.zeros(len(i))


def random_reports(rng, n):
    x = rng.uniform(0, 8000, n)
    bare = rng.random(n) < 0.4
    return make(
        list(
            zip(
                rng.integers(0, 40, n),
                np.where(rng.random(n) < 0.2, -1, rng.integers(0, 24, n)),
                np.where(bare, NAN, x),
                np.where(bare, NAN, rng.uniform(0, 8000, n)),
                rng.integers(-1, 5, n),
                rng.integers(0, 300, n),
                strict=True,
            )
        )
    )


def pairs_of(left, right, days, reach):
    """Return all pairs of a block by a loop over all of them."""
    found = set()
    for i in range(len(left)):
        for j in range(len(right)):
            if abs(left.day[i] - right.day[j]) > days:
                continue
            if np.isnan(left.x[i]) or np.isnan(right.x[j]):
                if left.area[i] == right.area[j] >= 0:
                    found.add((i, j, True))
            elif np.hypot(left.x[i] - right.x[j], left.y[i] - right.y[j]) <= reach:
                found.add((i, j, False))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_blocks_are_all_near_pairs_each_once(seed, monkeypatch):
    monkeypatch.setattr("analysis.linkage_blocks.CHUNK", 37)
    rng = np.random.default_rng(seed)
    left, right = random_reports(rng, 200), random_reports(rng, 150)
    found = [
        (i, j, block.by_area)
        for block in find_blocks(left, right, days=3, reach=1000)
        for i, j in zip(block.left.tolist(), block.right.tolist(), strict=True)
    ]
    assert len(found) == len(set(found))
    assert set(found) == pairs_of(left, right, 3, 1000)


def test_the_score_of_one_pair_is_the_sum_of_its_logarithms():
    left = make([(10, 14, 0, 0, 1, 151)])
    right = make([(10, 15, 30, 0, 1, 151)])
    found = link(left, right, same_words)
    evidence = sum(np.log2(levels[0].m / levels[0].u) for levels in FIELDS.values())
    prior = np.log2(0.1 / 0.9)  # one pair, of which a tenth is expected to be one event
    assert_allclose(found.weight, [evidence + prior])
    assert_allclose(found.probability, 1 / (1 + 2 ** -(evidence + prior)))
    assert found.candidates == 1


def test_what_is_missing_says_nothing():
    levels = {name: np.array([MISSING], dtype=np.int8) for name in FIELDS}
    assert weigh(levels).tolist() == [0.0]


def test_words_that_gave_both_points_are_not_counted_twice():
    placed = {"by_words": np.ones(1, dtype=bool)}
    left, right = make([(10, 14, 0, 0, 1, 151)], **placed), make([(10, 14, 0, 0, 1, 151)])
    assert link(left, right, same_words).levels["address"].tolist() == [0]
    right = make([(10, 14, 0, 0, 1, 151)], **placed)
    assert link(left, right, same_words).levels["address"].tolist() == [MISSING]


def test_hours_are_near_around_midnight():
    left, right = make([(10, 23, 0, 0, 1, 151)]), make([(11, 0, 0, 0, 1, 151)])
    assert link(left, right, same_words).levels["hour"].tolist() == [0]


def test_m_and_u_of_each_field_are_probabilities_and_agreement_speaks_for_one_event():
    for levels in FIELDS.values():
        assert sum(level.m for level in levels) == pytest.approx(1)
        assert sum(level.u for level in levels) == pytest.approx(1)
        weights = [level.weight for level in levels]
        assert weights[0] > 0 > weights[-1]
        assert weights[:-1] == sorted(weights[:-1], reverse=True)


def test_no_report_stands_in_two_pairs_and_the_surest_is_kept():
    left = make([(10, 14, 0, 0, 1, 151)])
    right = make([(10, 14, 200, 0, 1, 151), (10, 14, 10, 0, 1, 151)])
    found = link(left, right, same_words)
    assert (found.left.tolist(), found.right.tolist()) == ([0], [1])


def test_what_was_decided_is_not_found_again():
    left = make([(10, 14, 0, 0, 1, 151), (20, 14, 0, 0, 1, 151)])
    right = make([(10, 14, 0, 0, 1, 151), (20, 14, 0, 0, 1, 151)])
    assert len(link(left, right, same_words).left) == 2
    refused = link(left, right, same_words, decided=Decided(refused=frozenset([(0, 0)])))
    assert refused.left.tolist() == [1]
    accepted = link(left, right, same_words, decided=Decided(left=frozenset([1]), right=frozenset([1])))
    assert accepted.left.tolist() == [0]
    assert choose_one_to_one(np.array([0]), np.array([0]), Decided()).tolist() == [0]


def test_the_order_of_reports_and_the_ground_they_stand_on_change_nothing():
    rng = np.random.default_rng(5)
    left, right = random_reports(rng, 400), random_reports(rng, 400)
    found = link(left, right, same_words)
    assert len(found.left)
    turn = rng.permutation(400)
    columns = {name: getattr(left, name)[turn] for name in Reports.__dataclass_fields__}
    moved = Reports(**columns | {"x": columns["x"] + 5000, "y": columns["y"] - 300})
    there = replace(right, x=right.x + 5000, y=right.y - 300)
    again = link(moved, there, same_words)
    assert_allclose(np.sort(again.weight), np.sort(found.weight), atol=1e-9)
    assert set(zip(turn[again.left].tolist(), again.right.tolist(), strict=True)) == set(
        zip(found.left.tolist(), found.right.tolist(), strict=True)
    )


def test_independent_reports_are_seldom_proposed():
    rng = np.random.default_rng(11)
    left, right = random_reports(rng, 3000), random_reports(rng, 3000)
    assert len(link(left, right, other_words).left) < 30


def test_nothing_is_found_where_there_is_nothing():
    flags = {"has_address", "by_words"}
    empty = Reports(
        **{name: np.empty(0, dtype=bool if name in flags else np.int64) for name in Reports.__dataclass_fields__}
    )
    some = make([(10, 14, 0, 0, 1, 151)])
    for left, right in ((empty, some), (some, empty), (empty, empty)):
        assert len(link(left, right, same_words).left) == 0
