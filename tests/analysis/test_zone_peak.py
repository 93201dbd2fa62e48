"""The guard against regression to the mean."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import box

from analysis.scene import Scene, points_at
from analysis.zone_peak import assess_peak


def city(counts: np.ndarray) -> Scene:
    """A city of 10 x 20 square kilometres with that many incidents in the middle of each."""
    tile = np.repeat(np.arange(200), counts)
    mask = box(0, 0, 20_000, 10_000)
    points = points_at(tile % 20 * 1000.0 + 500, tile // 20 * 1000.0 + 500)
    return Scene(crs=32617, points=points, months=12, window=mask, mask=mask)


def test_where_all_tiles_have_one_rate_the_peak_is_expected_to_fall_to_the_mean():
    counts = np.random.default_rng(0).poisson(10, 200)
    top = int(counts.argmax())
    zone = box(top % 20 * 1000, top // 20 * 1000, top % 20 * 1000 + 1000, top // 20 * 1000 + 1000)
    peak = assess_peak(city(counts), zone, count=int(counts[top]), phi=1.0)
    assert peak is not None
    assert peak.peaked
    assert peak.tiles == 200
    assert peak.expected_ratio < 0.7


def test_where_crime_stays_concentrated_little_is_expected_to_go():
    counts = np.random.default_rng(1).poisson(np.repeat([2, 200], [190, 10]))
    peak = assess_peak(city(counts), box(19_000, 9000, 20_000, 10_000), count=int(counts[199]), phi=1.0)
    assert peak is not None
    assert peak.peaked
    assert peak.expected_ratio == pytest.approx(1.0, abs=0.02)


def test_an_ordinary_zone_did_not_peak():
    counts = np.random.default_rng(2).poisson(10, 200)
    peak = assess_peak(city(counts), box(0, 0, 1000, 1000), count=10, phi=1.0)
    assert peak is not None
    assert not peak.peaked


def test_more_noise_means_more_regression():
    counts = np.random.default_rng(3).negative_binomial(2, 0.1, 200)
    found = [assess_peak(city(counts), box(0, 0, 1000, 1000), count=60, phi=phi) for phi in (1.0, 4.0)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[1].expected_ratio < found[0].expected_ratio < 1


def test_a_zone_as_large_as_a_tenth_of_the_city_cannot_be_judged():
    assert assess_peak(city(np.full(200, 5)), box(0, 0, 5000, 4000), count=100, phi=1.0) is None


def test_a_zone_whose_incidents_lie_outside_the_study_area_cannot_be_judged():
    scene = city(np.zeros(200, dtype=np.int64))
    assert assess_peak(scene, box(-500, 0, 500, 1000), count=7, phi=1.0) is None
