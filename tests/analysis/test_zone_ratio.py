"""The ratio of ratios and its interval."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from analysis.zone_ratio import Counts, Noise, compare, noise_from_areas, noise_from_blocks, p_of_no_change

POISSON = Noise(phi=1.0, freedom=float("inf"), source="none")


def counts(a: int, b: int, c: int, d: int) -> Counts:
    return Counts(zone_before=a, zone_after=b, rest_before=c, rest_after=d)


def test_a_zone_that_halved_on_paper():
    one = counts(100, 50, 1000, 1000)
    half = 1.959964 * np.sqrt(1 / 100 + 1 / 50 + 2 / 1000)
    assert one.ratio() == 0.5
    assert_allclose(compare(one, POISSON), [0.5 * np.exp(-half), 0.5 * np.exp(half)], rtol=1e-6)


def test_dispersion_widens_the_interval_by_its_root():
    one = counts(400, 300, 9000, 9000)
    wide = compare(one, Noise(phi=4.0, freedom=float("inf"), source="areas"))
    assert_allclose(np.diff(np.log(wide)), 2 * np.diff(np.log(compare(one, POISSON))))


def test_few_degrees_of_freedom_widen_it_further():
    one = counts(400, 300, 9000, 9000)
    sure, unsure = (compare(one, Noise(phi=2.0, freedom=f, source="blocks")) for f in (float("inf"), 8.0))
    assert unsure[0] < sure[0] < sure[1] < unsure[1]


@pytest.mark.parametrize("few", [counts(6, 2, 500, 480), counts(60, 80, 700, 900), counts(4, 0, 30, 30)])
def test_p_and_interval_agree(few: Counts):
    p = p_of_no_change(few, POISSON)
    low, high = compare(few, POISSON, level=1 - p)
    assert min(abs(low - 1), abs(high - 1)) < 1e-6


def test_against_a_large_rest_small_counts_are_exact():
    low, high = compare(counts(3, 12, 10_000_000, 10_000_000), POISSON)
    share = stats.binomtest(12, 15).proportion_ci(method="exact")
    assert_allclose([low, high], [share.low / (1 - share.low), share.high / (1 - share.high)], rtol=1e-3)


def test_an_empty_zone_afterwards_has_a_ratio_of_zero_and_an_upper_limit():
    one = counts(8, 0, 1000, 1000)
    low, high = compare(one, POISSON)
    assert one.ratio() == 0
    assert low == 0
    assert 0.3 < high < 1


def test_an_empty_zone_before_has_no_upper_limit():
    low, high = compare(counts(0, 8, 1000, 1000), POISSON)
    assert low > 1
    assert high == np.inf


def test_too_few_blocks_or_areas_give_no_estimate():
    assert noise_from_blocks(np.full((2, 3), 5), np.full((2, 3), 5)) is None
    assert noise_from_areas(np.array([3, 4]), np.array([5, 6])) is None


@pytest.mark.parametrize("ratio", [1.0, 3.0])
def test_the_interval_covers_what_it_promises(ratio: float):
    rng, later, held = np.random.default_rng(2), np.repeat([False, True], [24, 12]), 0
    for _ in range(300):
        mean = 8 * np.where(later, 0.7, 1.0)
        zone = rng.poisson(mean) if ratio == 1 else rng.poisson(rng.gamma(mean / (ratio - 1), ratio - 1))
        rest = rng.poisson(400, 36)
        both = np.stack([zone, rest])
        noise = noise_from_blocks(both[:, ~later], both[:, later])
        assert noise is not None
        sums = [int(part[period].sum()) for part in (zone, rest) for period in (~later, later)]
        low, high = compare(counts(*sums), noise)
        held += low <= 0.7 <= high
    assert 0.92 <= held / 300 <= 0.99
