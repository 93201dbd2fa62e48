"""Circles of a spatial scan, and the largest likelihood ratio among them, on the map seen and on maps of chance.

Kulldorff (1997), Communications in Statistics: Theory and Methods 26:1481-1496. A circle holds every unit no farther
from its centre, itself a unit, than some distance; units at the same distance enter in one step. Lists of circles are
made for some centres at a time, so that memory does not grow with their number.

On maps of chance a ratio is computed only where a bound beats the largest so far. As a function of the cases inside, c,
the ratio is convex, is 0 at the expectation m, and its second derivative is convex too (a sum of terms like 1/c). So
ratio / (c - m)² is convex, and no larger than at the ends: half the second derivative at m, or all cases inside, or
none. That times (c - m)² is the bound, and needs no logarithm.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from analysis.grids import Floats, Ints

LANES: Final = 16  # maps of chance that are summed side by side
SAME: Final = 1e-9  # relative difference of squared distances that is rounding
ROUNDING: Final = 1e-12
SLACK: Final = 1e-5  # of the bound, which is computed in single precision
BINS: Final = 1024

Singles = NDArray[np.float32]


class Model(NamedTuple):
    """What is tested: totals, which law, and on which sides of the expectation."""

    cases: float
    base: float
    bernoulli: bool
    high: bool
    low: bool


class Units(NamedTuple):
    """Places that enter a circle whole: coordinates (metres) and base, all of length n; every base is above zero."""

    x: Floats
    y: Floats
    base: Floats


class Circles(NamedTuple):
    """Circles around some centres: units in the order in which they enter, and what the circle then holds.

    Attributes
    ----------
    starts
        Where each centre's list begins (centres + 1,).
    members
        Unit that enters (entries,).
    held
        Base inside after it has entered; negative where the next unit enters in the same step.
    """

    starts: Ints
    members: NDArray[np.int32]
    held: Floats


class Peaks(NamedTuple):
    """The circle with the largest ratio around each centre: ratio, units inside and squared radius; 0 for none."""

    ratio: Floats
    units: Ints
    radius2: Floats


class Bounds(NamedTuple):
    """A bound of the ratio: weight x excess over the expected cases, squared; of one sign where one side is asked for.

    The square is even x excess² + odd x excess |excess|.
    """

    expected: Singles
    weight: Singles
    even: np.float32
    odd: np.float32


@numba.njit(cache=True, nogil=True)
def log_ratio(cases: float, held: float, model: Model) -> float:
    """Return the logarithm of the likelihood ratio of a circle; 0 on a side that is not asked for."""
    expected = held * model.cases / model.base
    if cases == expected or (cases > expected and not model.high) or (cases < expected and not model.low):
        return 0.0
    beyond = model.cases - cases
    if not model.bernoulli:
        return _term(cases, expected) + _term(beyond, model.cases - expected)
    share, rest = model.cases / model.base, model.base - held
    inside = _term(cases, held * share) + _term(held - cases, held * (1 - share))
    return inside + _term(beyond, rest * share) + _term(rest - beyond, rest * (1 - share))


@numba.njit(cache=True, nogil=True)
def _term(seen: float, expected: float) -> float:
    return seen * np.log(seen / expected) if seen > 0 else 0.0


@numba.njit(cache=True, nogil=True)
def list_circles(centres: Ints, units: Units, most: float, stop2: Floats) -> Circles:
    """List the circles around each centre that hold at most ``most`` of the base and end before a distance.

    Parameters
    ----------
    stop2
        Squared distance from each unit at which its circles must end (n,); infinite for no limit.
    """
    starts = np.zeros(len(centres) + 1, dtype=np.int64)
    members, held = np.empty(1024, dtype=np.int32), np.empty(1024)
    distance2 = np.empty(len(units.x))
    for at in range(len(centres)):
        centre, start = centres[at], starts[at]
        for i in range(len(units.x)):
            distance2[i] = (units.x[i] - units.x[centre]) ** 2 + (units.y[i] - units.y[centre]) ** 2
        near = _nearest(distance2, units.base, most, stop2[centre] * (1 - SAME))
        while start + len(near) > len(members):
            members, held = np.append(members, np.empty_like(members)), np.append(held, np.empty_like(held))
        starts[at + 1] = start + _enter(near, distance2, units.base, most, (members[start:], held[start:]))
    return Circles(starts, members[: starts[-1]], held[: starts[-1]])


@numba.njit(cache=True, nogil=True)
def _nearest(distance2: Floats, base: Floats, most: float, stop2: float) -> Ints:
    """Return the units, nearest first, of which some first ones hold ``most``; only these few are sorted."""
    farthest = distance2.max()
    scale = (BINS - 1) / farthest if farthest > 0 else 0.0
    in_bin = np.zeros(BINS)
    for i in range(len(distance2)):
        in_bin[int(distance2[i] * scale)] += base[i]
    last, total = 0, in_bin[0]
    while last < BINS - 1 and total <= most * (1 + SAME):
        last += 1
        total += in_bin[last]
    n, near = 0, np.empty(len(distance2), dtype=np.int64)
    for i in range(len(distance2)):
        if int(distance2[i] * scale) <= last and distance2[i] < stop2:
            near[n] = i
            n += 1
    near = near[:n]
    return near[np.argsort(distance2[near])]


@numba.njit(cache=True, nogil=True)
def _enter(near: Ints, distance2: Floats, base: Floats, most: float, into: tuple[NDArray[np.int32], Floats]) -> int:
    """Let units enter step by step while the circle stays small enough; return how many entered."""
    members, held = into
    entered, total = 0, 0.0
    for j in range(len(near)):
        total += base[near[j]]
        members[j] = near[j]
        open_step = j + 1 < len(near) and distance2[near[j + 1]] <= distance2[near[j]] * (1 + SAME)
        held[j] = -total if open_step else total
        if total > most * (1 + ROUNDING):
            break
        if not open_step:
            entered = j + 1
    return entered


@numba.njit(cache=True, nogil=True)
def find_peaks(centres: Ints, circles: Circles, cases: Floats, units: Units, model: Model) -> Peaks:
    """Return the circle with the largest ratio around each centre, on the map seen."""
    n = len(centres)
    peaks = Peaks(np.zeros(n), np.zeros(n, dtype=np.int64), np.zeros(n))
    for at in range(n):
        total, start = 0.0, circles.starts[at]
        for entry in range(start, circles.starts[at + 1]):
            unit = circles.members[entry]
            total += cases[unit]
            if circles.held[entry] < 0:
                continue
            ratio = log_ratio(total, circles.held[entry], model)
            if ratio > peaks.ratio[at] * (1 + ROUNDING):
                centre = centres[at]
                peaks.ratio[at], peaks.units[at] = ratio, entry + 1 - start
                peaks.radius2[at] = (units.x[unit] - units.x[centre]) ** 2 + (units.y[unit] - units.y[centre]) ** 2
    return peaks


@numba.njit(cache=True, nogil=True)
def bound_circles(circles: Circles, model: Model) -> Bounds:
    """Return what bounds the ratio of each circle; an open step has no bound and is never computed."""
    n = len(circles.held)
    bounds = Bounds(
        np.zeros(n, dtype=np.float32),
        np.zeros(n, dtype=np.float32),
        np.float32(model.high and model.low),
        np.float32(0 if model.high and model.low else (1 if model.high else -1)),
    )
    for entry in range(n):
        held = circles.held[entry]
        if 0 < held < model.base * (1 - ROUNDING):
            bounds.expected[entry] = held * model.cases / model.base
            bounds.weight[entry] = _weigh(held, model)
    return bounds


@numba.njit(cache=True, nogil=True)
def _weigh(held: float, model: Model) -> float:
    """Return the largest ratio of a circle per squared excess of cases."""
    mean, rest = held * model.cases / model.base, model.base - held
    weight = (1 / mean + 1 / (model.cases - mean)) / 2
    most, least = model.cases, 0.0
    if model.bernoulli:
        controls = model.base - model.cases
        weight += (1 / (held - mean) + 1 / (controls - held + mean)) / 2
        most, least = min(most, held), max(least, model.cases - rest)
    for end in (most, least):
        if end != mean:
            weight = max(weight, log_ratio(end, held, model) / (end - mean) ** 2)
    return weight


@numba.njit(cache=True, nogil=True)
def raise_maxima(circles: Circles, bounds: Bounds, chance: Singles, scale: tuple[Floats, Model], best: Floats) -> None:
    """Raise the largest ratio of each map of chance to what these circles reach.

    Parameters
    ----------
    chance
        Cases per unit of sixteen maps (n, 16).
    scale
        Largest base of a circle, ascending (k,), for each of which the maxima are kept, and the model.
    best
        Largest ratio so far among the circles within each limit (k, 16); changed.
    """
    limits, inside = scale[0], np.zeros(LANES, dtype=np.float32)
    known = (best / (1 + SLACK)).astype(np.float32)
    for at in range(len(circles.starts) - 1):
        inside[:] = 0
        level = 0
        for entry in range(circles.starts[at], circles.starts[at + 1]):
            unit, expected, weight = circles.members[entry], bounds.expected[entry], bounds.weight[entry]
            while circles.held[entry] > limits[level] * (1 + ROUNDING):
                level += 1
            beaten = 0
            for lane in range(LANES):
                inside[lane] += chance[unit, lane]
                excess = inside[lane] - expected
                beaten += excess * (bounds.even * excess + bounds.odd * abs(excess)) * weight > known[level, lane]
            if beaten:
                _improve(inside, (expected, weight, bounds), (circles.held[entry], level, scale[1]), known, best)


@numba.njit(cache=True, nogil=True)
def _improve(
    inside: Singles,
    bound: tuple[np.float32, np.float32, Bounds],
    circle: tuple[float, int, Model],
    known: Singles,
    best: Floats,
) -> None:
    """Compute the ratio where the bound beats what is known."""
    expected, weight, bounds = bound
    held, level, model = circle
    for lane in range(LANES):
        excess = inside[lane] - expected
        if excess * (bounds.even * excess + bounds.odd * abs(excess)) * weight > known[level, lane]:
            ratio = log_ratio(float(inside[lane]), held, model)
            for wider in range(level, len(best)):
                if ratio > best[wider, lane]:
                    best[wider, lane], known[wider, lane] = ratio, ratio / (1 + SLACK)
