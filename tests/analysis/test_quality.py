from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from analysis.quality import LIMITS, first_day_excess, grade, measure, midnight_excess
from analysis.scene import Scene, points_at

TOWN = shapely.box(0, 0, 1000, 1000)


def points_on(days, hours):
    n = len(days)
    return replace(
        points_at(np.full(n, 500.0), np.full(n, 500.0), radius=30.0),
        day=np.asarray(days, dtype="datetime64[D]"),
        hour=np.asarray(hours, dtype=np.int8),
    )


def even_days(n, rng):
    return np.datetime64("2024-01-01") + rng.integers(0, 366, n)


def scene_of(points, unplaced=0):
    rows = pd.DataFrame({"area": [-1], "method": ["none"], "n": [unplaced]})
    return Scene(crs=32617, points=points, months=12.0, window=TOWN, mask=TOWN, unplaced=rows)


def test_hours_heaped_on_midnight_are_counted_beyond_their_neighbours():
    hours = [0] * 130 + [23] * 10 + [1] * 20 + [12] * 40
    days = ["2024-03-09"] * 200
    assert midnight_excess(points_on(days, hours)) == pytest.approx((130 - 15) / 200)
    rng = np.random.default_rng(1)
    assert midnight_excess(points_on(["2024-03-09"] * 2400, rng.integers(0, 24, 2400))) == 0


def test_days_heaped_on_the_first_are_counted_beyond_those_after_it():
    days = ["2024-03-01"] * 60 + ["2024-03-02", "2024-03-03", "2024-03-04", "2024-03-05"] * 3 + ["2024-03-20"] * 28
    assert first_day_excess(points_on(days, [5] * 100)) == pytest.approx((60 - 3) / 100)


def test_even_selections_seldom_show_a_heap():
    rng = np.random.default_rng(2)
    found = [
        (midnight_excess(points), first_day_excess(points))
        for points in (points_on(even_days(400, rng), rng.integers(0, 24, 400)) for _ in range(400))
    ]
    assert np.mean([hours > 0 for hours, _ in found]) < 0.03
    assert np.mean([days > 0 for _, days in found]) < 0.03


def test_a_selection_without_fault_has_the_best_grade():
    rng = np.random.default_rng(3)
    points = points_on(even_days(400, rng), rng.integers(0, 24, 400))
    assert grade(measure(scene_of(points, unplaced=10))).as_dict() == {"level": "A", "faults": []}


@pytest.mark.parametrize("code", LIMITS)
def test_each_fault_alone_lowers_the_grade_and_says_its_limit(code):
    minor, major = LIMITS[code]
    at_the_limit = grade({code: minor})
    beyond = grade({code: minor + 1e-6})
    assert at_the_limit.level == "A"
    assert beyond.level == "B"
    assert beyond.faults[0]["code"] == code
    assert beyond.faults[0]["limit"] == minor
    if np.isfinite(major):
        grave = grade({code: major + 1e-6})
        assert (grave.level, grave.faults[0]["limit"], grave.faults[0]["grave"]) == ("C", major, True)


def test_faults_add_up():
    minor = {code: limits[0] + 1e-6 for code, limits in LIMITS.items()}
    assert grade(dict(list(minor.items())[:2])).level == "B"
    assert grade(dict(list(minor.items())[:3])).level == "C"
    assert grade({"unplaced": 0.2, "radius": 300.0}).level == "D"
    assert grade(minor | {"unplaced": 0.2}).level == "D"
    assert grade({"radius": 150.0, "unplaced": 0.2}).faults[0]["code"] == "unplaced"


def test_what_is_not_known_is_no_fault():
    assert grade({"radius": float("nan")}).level == "A"
    assert grade({}).level == "A"
    few = points_on(["2024-01-01"] * 5, [0] * 5)
    assert set(measure(scene_of(few))) == {"unplaced", "radius"}


def test_chosen_hours_say_nothing_of_heaping():
    points = points_on(["2024-03-09"] * 50, [0] * 50)
    assert measure(scene_of(points))["midnight"] > 0.9
    assert "midnight" not in measure(scene_of(points), hours_chosen=True)
