from __future__ import annotations

import numpy as np
import pytest

from analysis.level_breaks import LEVEL, find_breaks

SEASON = 1 + 0.3 * np.sin(2 * np.pi * np.arange(120) / 12)


def test_a_step_on_paper_is_found_where_it_is():
    found = find_breaks([100] * 10 + [101] + [50] * 12)
    assert [(one.at, one.ratio < 0.51) for one in found] == [(11, True)]
    assert found[0].p <= LEVEL


def test_equal_counts_and_short_series_have_no_break():
    assert find_breaks([7] * 40) == []
    assert find_breaks([0] * 40) == []
    assert find_breaks([1, 100, 1, 100]) == []
    assert find_breaks([]) == []


@pytest.mark.parametrize("months", [15, 36, 60])
@pytest.mark.parametrize("kind", ["poisson", "overdispersed", "few"])
def test_unbroken_series_seldom_show_a_break(kind, months):
    rng = np.random.default_rng(3)  # 300 series at 1 %: more than 9 has a chance below 1 in 300
    draw = {
        "poisson": lambda: rng.poisson(200 * SEASON[:months] if months >= 24 else 200, months),
        "overdispersed": lambda: rng.negative_binomial(20, 20 / 220, months),
        "few": lambda: rng.poisson(4, months),
    }[kind]
    assert sum(bool(find_breaks(draw())) for _ in range(300)) <= 9


def test_a_fall_by_a_third_is_nearly_always_found_despite_the_season():
    rng, found = np.random.default_rng(4), 0
    for _ in range(60):
        level = np.where(np.arange(48) < 20, 200, 134) * SEASON[:48]
        found += any(abs(one.at - 20) <= 2 for one in find_breaks(rng.poisson(level)))
    assert found >= 57


def test_two_breaks_are_two():
    rng = np.random.default_rng(5)
    level = np.repeat([200, 90, 300], 24)
    assert [one.at for one in find_breaks(rng.poisson(level))] == pytest.approx([24, 48], abs=1)


def test_the_t_is_that_of_a_regression():
    rng = np.random.default_rng(6)
    counts = rng.poisson(np.where(np.arange(40) < 14, 150, 100))
    y = 2 * np.sqrt(counts + 0.375)
    best = []
    for cut in range(3, 38):
        step = (np.arange(40) >= cut).astype(float)
        x = np.column_stack([step, *[(np.arange(40) % 12 == m).astype(float) for m in range(12)], np.arange(40.0)])
        beta, rss, *_ = np.linalg.lstsq(x, y, rcond=None)
        spread = np.sqrt(rss[0] / (40 - 14) * np.linalg.inv(x.T @ x)[0, 0])
        best.append(abs(beta[0]) / spread)
    assert find_breaks(counts)[0].at == 3 + int(np.argmax(best))


def test_the_answer_does_not_depend_on_the_scale_of_large_counts():
    counts = np.repeat([400, 240], 18) + np.arange(36) % 5
    assert [one.at for one in find_breaks(counts)] == [one.at for one in find_breaks(counts * 100)]


def test_a_slow_rise_or_fall_is_no_break():
    rng = np.random.default_rng(7)  # 100 series at 1 %: more than 4 has a chance below 1 in 200
    for yearly in (-0.08, 0.08):
        level = 200 * np.exp(yearly * np.arange(60) / 12)
        assert sum(bool(find_breaks(rng.poisson(level))) for _ in range(100)) <= 4
