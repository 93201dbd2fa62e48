"""Resampled incidents: how often a cell is hot when the incidents are drawn anew from themselves.

Efron & Tibshirani (1993), An Introduction to the Bootstrap. A cell that only just passed is hot in about half of the
samples; the share tells how much of a hotspot hangs on a few incidents. It is no p: chance is resampled as well.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.cell_tests import find_hot_in_maps
from analysis.grids import Floats, Ints
from analysis.hotspot_options import HotspotsParams
from analysis.neighbours import Neighbourhood

MOST_CELLS = 5_000_000  # of all samples together: under a second at rest
FEWEST_SAMPLES = 20  # of a map however large


def bootstrap_share(counts: Ints, near: Neighbourhood, params: HotspotsParams) -> Floats:
    """Return the share of the samples of the incidents in which each cell is hot (n,)."""
    samples = count_samples(near.n, params)
    hot = np.zeros(near.n)
    for _, is_hot in find_hot_in_maps(resample(counts, params, samples=samples), near, params):
        hot += is_hot
    return hot / samples


def count_samples(n: int, params: HotspotsParams) -> int:
    """Return how many samples are drawn of a map of n cells: those asked for, fewer where that would take long."""
    return min(params.resamples, max(FEWEST_SAMPLES, MOST_CELLS // n)) if params.is_resampled else 0


def resample(counts: Ints, params: HotspotsParams, *, samples: int) -> Iterator[Ints]:
    """Yield as many incidents drawn with replacement, by cell; a sample depends on the seed and its number alone."""
    share, total = counts / counts.sum(), int(counts.sum())
    for seed in np.random.SeedSequence([params.seed, 1]).spawn(samples):
        yield np.random.default_rng(seed).multinomial(total, share)
