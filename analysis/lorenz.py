"""How unevenly incidents are shared out: Lorenz curve, Gini and its form for more places than incidents.

Lorenz (1905); Bernasco & Steenbeek (2017), Journal of Quantitative Criminology 33:451-467, for the generalised Gini:
where there are fewer incidents than places most must be empty, and the plain Gini calls that concentration.
"""

from __future__ import annotations

import numpy as np

from analysis.grids import Floats, Ints


def lorenz(counts: Ints) -> Floats:
    """Return the share of all incidents that the 0, 1, 2 ... emptiest places hold (n + 1,); NaN without incidents."""
    cumulative = np.concatenate([[0.0], np.cumsum(np.sort(np.asarray(counts, dtype=np.float64)))])
    return cumulative / cumulative[-1] if cumulative[-1] > 0 else np.full(len(cumulative), np.nan)


def gini(counts: Ints) -> float:
    """Return the Gini coefficient with divisor n; NaN without incidents."""
    curve = lorenz(counts)
    n = len(curve) - 1
    return float(1 - (2 * curve.sum() - 1) / n)


def generalised_gini(counts: Ints, *, unbiased: bool = False) -> float:
    """Return G' = max(1, N/c) (G - 1) + 1 of N places and c incidents: 0 is as even as whole incidents can be.

    Parameters
    ----------
    unbiased
        Times m / (m - 1), m the smaller of N and c: then all in one place is 1.

    Returns
    -------
    float
        NaN without incidents; NaN where ``unbiased`` of a single place or incident is asked for.
    """
    places, incidents = len(counts), int(np.sum(counts))
    if incidents == 0:
        return float("nan")
    value = max(1.0, places / incidents) * (gini(counts) - 1) + 1
    if not unbiased:
        return value
    least = min(places, incidents)
    return value * least / (least - 1) if least > 1 else float("nan")


def fewest_places(counts: Ints, share: float) -> int:
    """Return how many places it takes, the fullest first, to hold at least a share of the incidents; 0 without any."""
    fullest = np.cumsum(np.sort(np.asarray(counts))[::-1])
    if len(fullest) == 0 or fullest[-1] == 0:
        return 0
    return int(np.searchsorted(fullest, share * fullest[-1] * (1 - 1e-12))) + 1


def fewest_of_many(values: Ints, copies: Ints, share: float) -> Ints:
    """Return `fewest_places` of many maps that are told by how often each count occurs.

    Parameters
    ----------
    values
        The counts that occur, ascending (d,).
    copies
        How often, per map (m, d); each map has at least one incident.
    """
    high_first, times = values[::-1], copies[:, ::-1]
    held = np.cumsum(times * high_first, axis=1)
    needed = np.ceil(share * held[:, -1] * (1 - 1e-12)).astype(np.int64)
    group = (held < needed[:, None]).sum(axis=1)  # the count at which the share is reached
    rows = np.arange(len(copies))
    before, places = held[rows, group] - times[rows, group] * high_first[group], np.cumsum(times, axis=1)
    within = -(-(needed - before) // high_first[group])
    fewest: Ints = places[rows, group] - times[rows, group] + within
    return fewest


def generalised_gini_of_many(values: Ints, copies: Ints) -> Floats:
    """Return `generalised_gini` of many maps that are told by how often each count occurs; see `fewest_of_many`."""
    held = np.cumsum(copies * values, axis=1)
    places, total = copies.sum(axis=1), held[:, -1]
    # The curve within a run of equal counts is straight: its sum follows from where it starts and its length.
    sums = (copies * (held - copies * values) + values * copies * (copies + 1) / 2).sum(axis=1)
    plain = 1 - (2 * sums / total - 1) / places
    return np.asarray(np.maximum(1.0, places / total) * (plain - 1) + 1)
