"""The figures that the manual claims, on names held out by source; needs the shared data."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not beside the checkout"),
]


@pytest.fixture(scope="module")
def geocoder() -> Iterator[Any]:
    """Yield the module of the benchmark, which is no part of the package."""
    sys.path.insert(0, str(ROOT))
    yield importlib.import_module("benchmarks.geocoder")
    sys.path.remove(str(ROOT))


@pytest.fixture(scope="module")
def outcomes(geocoder: Any) -> Any:
    bench = geocoder.Bench()
    return bench.run([one for one in bench.write(2) if not one.tune])


def test_addresses_are_placed_and_most_of_them_right(outcomes: Any) -> None:
    placed = [one for one in outcomes if one.answer.area]
    assert len(placed) / len(outcomes) > 0.65
    assert np.mean([one.right for one in placed]) > 0.85


def test_few_points_are_far_off_and_the_radius_holds_four_of_five(outcomes: Any) -> None:
    points = [one for one in outcomes if one.error == one.error]
    assert np.mean([one.error > 3000 for one in points]) < 0.05
    assert 0.72 < np.mean([one.error <= one.answer.radius for one in points]) < 0.88


def test_the_score_is_a_probability(geocoder: Any, outcomes: Any) -> None:
    assert geocoder.calibration_error(outcomes) < 0.05
    assert geocoder.accepted(outcomes) > 0.6


def test_fifty_reviews_teach_at_least_twelve_points(geocoder: Any) -> None:
    bench = geocoder.Bench()
    labelled = [one for one in bench.write(2) if not one.tune]
    draws = np.mean([geocoder.simulate(bench, labelled, 50, draw) for draw in range(5)], axis=0)
    assert draws[1] - draws[0] > 0.12
    assert draws[3] > draws[2]
