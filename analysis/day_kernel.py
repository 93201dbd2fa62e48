"""A kernel over the days of a period: what would fall beyond its ends is reflected back.

So every incident counts one in total, and an even rate stays even up to the last day (dividing by the share inside, at
the incident, would keep the first and lose the second: an end would show ln 2, 69 %, of an even rate).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

REACH: Final = 8.5  # standard deviations: beyond lies nothing that a float can tell
BOTH_SIDES: Final = 1.2816  # standard deviations from an end: there a tenth of the kernel is reflected


@dataclass(frozen=True, kw_only=True, eq=False)
class DayKernel:
    """A Gaussian over whole days, reflected at the middle of the nights before the first and after the last day.

    Attributes
    ----------
    bandwidth
        Standard deviation (days).
    wrapped
        The Gaussian wrapped around a circle of twice the period, at 0, 1, ... days (2n,); its sum is one.
    """

    bandwidth: float
    wrapped: Floats

    @property
    def n_days(self) -> int:
        """Length of the period."""
        return len(self.wrapped) // 2

    def weigh(self, of: Ints, at: int) -> Floats:
        """Return which share of an incident of day ``of`` the day ``at`` gets; over all days they sum to one."""
        around = len(self.wrapped)
        return self.wrapped[(at - of) % around] + self.wrapped[(at + of + 1) % around]

    def total(self, by_day: Floats) -> Floats:
        """Return the smoothed amount of each day; their sum is that of the days (n,)."""
        mirrored = np.concatenate([by_day, by_day[::-1]])
        smooth = np.fft.irfft(np.fft.rfft(mirrored) * np.fft.rfft(self.wrapped), n=len(mirrored))
        return np.maximum(smooth[: len(by_day)], 0.0)

    def is_one_sided(self, at: int) -> bool:
        """Tell whether more than a tenth of the kernel around a day lies beyond an end of the period."""
        return bool(min(at + 0.5, self.n_days - at - 0.5) < BOTH_SIDES * self.bandwidth)


def day_kernel(n_days: int, bandwidth: float) -> DayKernel:
    """Make the kernel of a period of so many days."""
    reach = int(np.ceil(REACH * bandwidth))
    lags = np.arange(-reach, reach + 1)
    wrapped = np.bincount(lags % (2 * n_days), weights=np.exp(-((lags / bandwidth) ** 2) / 2), minlength=2 * n_days)
    return DayKernel(bandwidth=bandwidth, wrapped=wrapped / wrapped.sum())
