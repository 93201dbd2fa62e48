"""A kernel over the days of a period: each day spreads its incidents over its neighbours, none beyond the ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class DayKernel:
    """A Gaussian over whole days, divided at each day by the share of it that lies inside the period.

    Attributes
    ----------
    bandwidth
        Standard deviation (days).
    lags
        The Gaussian at 0, 1, ... days (any scale).
    inside
        q(s): sum of the Gaussian around day s over the days of the period (n,).
    """

    bandwidth: float
    lags: Floats
    inside: Floats

    @property
    def n_days(self) -> int:
        """Length of the period."""
        return len(self.inside)

    def weigh(self, of: Ints, at: int) -> Floats:
        """Return which share of an incident of day ``of`` the day ``at`` gets; over all days they sum to one."""
        return self.lags[np.abs(of - at)] / self.inside[of]

    def total(self, by_day: Floats) -> Floats:
        """Return the smoothed amount of each day; their sum is that of the days (n,)."""
        return _convolve(np.asarray(by_day, dtype=np.float64) / self.inside, self.lags)

    def is_one_sided(self, at: int) -> bool:
        """Tell whether less than nine tenths of the kernel around a day lie inside the period."""
        return bool(self.inside[at] < 0.9 * (2 * self.lags.sum() - self.lags[0]))


def day_kernel(n_days: int, bandwidth: float) -> DayKernel:
    """Make the kernel of a period of so many days."""
    lags = np.exp(-((np.arange(n_days) / bandwidth) ** 2) / 2)
    return DayKernel(bandwidth=bandwidth, lags=lags, inside=_convolve(np.ones(n_days), lags))


def _convolve(values: Floats, lags: Floats) -> Floats:
    """Sum lags[|s - t|] values[s] over s."""
    both = np.concatenate([lags[:0:-1], lags])
    return np.convolve(values, both, mode="full")[len(values) - 1 : 2 * len(values) - 1]
