from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from analysis.grids import Grid
from analysis.hotspot_options import HotspotsParams
from analysis.neighbours import neighbours_by_order
from analysis.resampling import bootstrap_share, count_samples, resample

GRID = Grid(shape="square", left=0, bottom=0, cell_size=250.0, rows=20, columns=20)
NEAR = neighbours_by_order(GRID, np.arange(400))


def planted(times):
    counts = np.random.default_rng(1).poisson(1.0, (20, 20))
    counts[8:11, 8:11] += np.random.default_rng(2).poisson(times, (3, 3))
    return counts.ravel()


def test_samples_hold_as_many_incidents_only_where_there_were_some():
    counts = planted(3)
    samples = np.array(list(resample(counts, HotspotsParams(), samples=200)))
    assert (samples.sum(axis=1) == counts.sum()).all()
    assert (samples[:, counts == 0] == 0).all()
    full = counts > 3
    assert_array_equal(np.abs(samples.mean(axis=0) - counts)[full] <= 4 * np.sqrt(counts[full] / 200), True)


def test_a_strong_block_is_hot_in_nearly_all_samples_and_a_weak_one_in_some():
    strong, weak = (
        bootstrap_share(planted(times), NEAR, HotspotsParams(resamples=60)).reshape(20, 20)[9, 9] for times in (10, 2)
    )
    assert strong > 0.95
    assert weak < strong


def test_a_sample_depends_on_the_seed_and_its_number_alone():
    counts = planted(3)
    few, many = (list(resample(counts, HotspotsParams(), samples=n)) for n in (3, 5))
    assert_array_equal(few, many[:3])
    other = next(resample(counts, HotspotsParams(seed=2), samples=3))
    assert not np.array_equal(few[0], other)


@pytest.mark.parametrize(
    ("options", "resampled"),
    [({}, True), ({"resamples": 0}, False), ({"correction": "max_statistic"}, False), ({"imputations": 50}, False)],
)
def test_only_what_costs_one_exact_table_a_sample_is_resampled(options, resampled):
    assert HotspotsParams(**options).is_resampled is resampled


def test_a_map_of_very_many_cells_gets_fewer_samples():
    assert count_samples(10_000, HotspotsParams()) == 99
    assert count_samples(100_000, HotspotsParams()) == 50
    assert count_samples(1_000_000, HotspotsParams()) == 20
    assert count_samples(1_000_000, HotspotsParams(resamples=5)) == 5
    assert count_samples(10_000, HotspotsParams(resamples=0)) == 0
