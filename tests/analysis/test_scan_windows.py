import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from analysis.scan_windows import (
    LANES,
    Model,
    Units,
    bound_circles,
    find_peaks,
    list_circles,
    log_ratio,
    raise_maxima,
)

HIGH = {"high": True, "low": False}
SIDES = [HIGH, {"high": False, "low": True}, {"high": True, "low": True}]


def scattered(n, *, seed=0, step=1.0):
    rng = np.random.default_rng(seed)
    x, y = np.round(rng.uniform(0, 10, (2, n)) / step) * step
    return Units(x, y, rng.integers(1, 6, n).astype(float))


def all_circles(units, most):
    """Every circle by brute force: centre, units inside as a set, base inside."""
    for centre in range(len(units.x)):
        distance = np.hypot(units.x - units.x[centre], units.y - units.y[centre])
        for radius in np.unique(np.round(distance, 9)):
            inside = np.flatnonzero(distance <= radius + 1e-9)
            if units.base[inside].sum() <= most:
                yield centre, frozenset(inside.tolist()), units.base[inside].sum()


def circles_of(circles, centres):
    for at, centre in enumerate(centres):
        members = circles.members[circles.starts[at] : circles.starts[at + 1]]
        for entry, held in enumerate(circles.held[circles.starts[at] : circles.starts[at + 1]]):
            if held > 0:
                yield int(centre), frozenset(members[: entry + 1].tolist()), held


def test_the_ratio_of_a_circle_done_on_paper():
    # 6 of 10 cases where 2.5 are expected: 6 ln(6/2.5) + 4 ln(4/7.5)
    model = Model(10.0, 400.0, False, True, False)
    assert log_ratio(6.0, 100.0, model) == pytest.approx(6 * np.log(2.4) + 4 * np.log(4 / 7.5))
    assert log_ratio(6.0, 100.0, model._replace(high=False, low=True)) == 0.0
    assert log_ratio(1.0, 100.0, model) == 0.0


def test_the_ratio_of_cases_and_controls_is_that_of_two_binomials():
    model = Model(30.0, 100.0, True, True, True)
    for cases, held in ((10, 12), (12, 12), (0, 9), (3, 10), (25, 60)):
        inside, outside = cases / held, (30 - cases) / (100 - held)
        apart = stats.binom.logpmf(cases, held, inside) + stats.binom.logpmf(30 - cases, 100 - held, outside)
        alike = stats.binom.logpmf(cases, held, 0.3) + stats.binom.logpmf(30 - cases, 100 - held, 0.3)
        assert log_ratio(float(cases), float(held), model) == pytest.approx(apart - alike, abs=1e-12)


@pytest.mark.parametrize("step", [0.001, 1.0])  # 1.0: many units at the same distance, some on the same spot
@pytest.mark.parametrize("part", [0.1, 0.5])
def test_the_circles_are_those_of_brute_force_and_equal_distances_enter_together(step: float, part: float):
    units = scattered(40, step=step)
    most = part * units.base.sum()
    centres = np.arange(40)
    circles = list_circles(centres, units, most, np.full(40, np.inf))
    assert set(circles_of(circles, centres)) == set(all_circles(units, most))


def test_circles_end_before_the_distance_that_is_given():
    units = scattered(40, step=1.0)
    stop = np.full(40, 2.0)
    circles = list_circles(np.arange(40), units, units.base.sum(), stop**2)
    for centre, inside, _ in circles_of(circles, np.arange(40)):
        members = sorted(inside)
        assert (np.hypot(units.x[members] - units.x[centre], units.y[members] - units.y[centre]) < 2.0).all()


@pytest.mark.parametrize("sides", SIDES)
@pytest.mark.parametrize("bernoulli", [False, True])
def test_the_bound_is_never_below_the_ratio(sides: dict[str, bool], bernoulli: bool):
    for total in (1.0, 7.0, 60.0):
        model = Model(total, 100.0, bernoulli, **sides)
        for held in (1.0, 5.0, 20.0, 50.0, 80.0):
            circle = list_circles(
                np.array([0]), Units(np.zeros(1), np.zeros(1), np.array([held])), 100.0, np.full(1, np.inf)
            )
            bounds = bound_circles(circle, model)
            most = int(min(total, held) if bernoulli else total)
            least = int(max(0, total - (100 - held)) if bernoulli else 0)
            for cases in range(least, most + 1):
                excess = np.float32(cases) - bounds.expected[0]
                bound = excess * (bounds.even * excess + bounds.odd * abs(excess)) * bounds.weight[0]
                assert max(bound, 0.0) * (1 + 1e-5) >= log_ratio(float(cases), held, model)


@pytest.mark.parametrize("sides", SIDES)
@pytest.mark.parametrize("bernoulli", [False, True])
def test_the_maxima_of_sixteen_maps_are_those_of_brute_force(sides: dict[str, bool], bernoulli: bool):
    units = scattered(30, seed=3)
    rng = np.random.default_rng(4)
    total = 25
    maps = rng.multivariate_hypergeometric(units.base.astype(int), total, size=LANES).T.astype(np.float32)
    model = Model(float(total), units.base.sum(), bernoulli, **sides)
    limits = np.array([0.1, 0.3, 0.5]) * model.base
    circles = list_circles(np.arange(30), units, limits[-1], np.full(30, np.inf))
    best = np.zeros((3, LANES))
    raise_maxima(circles, bound_circles(circles, model), maps, (limits, model), best)
    for level, limit in enumerate(limits):
        for lane in range(LANES):
            expected = max(
                log_ratio(float(maps[sorted(inside), lane].sum()), held, model)
                for _, inside, held in all_circles(units, limit)
            )
            assert best[level, lane] == pytest.approx(expected, abs=1e-12)


def test_the_peak_of_each_centre_is_its_largest_ratio():
    units = scattered(30, seed=5)
    cases = np.random.default_rng(6).poisson(2, 30).astype(float)
    model = Model(cases.sum(), units.base.sum(), False, **HIGH)
    circles = list_circles(np.arange(30), units, model.base / 2, np.full(30, np.inf))
    peaks = find_peaks(np.arange(30), circles, cases, units, model)
    expected = np.zeros(30)
    for centre, inside, held in all_circles(units, model.base / 2):
        expected[centre] = max(expected[centre], log_ratio(cases[sorted(inside)].sum(), held, model))
    assert_allclose(peaks.ratio, expected, atol=1e-12)
