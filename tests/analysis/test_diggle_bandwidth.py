from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.bandwidths import Search
from analysis.diggle_bandwidth import Pairs, advise_diggle, mean_squared_errors
from analysis.errors import NotEnoughDataError

SETS = ("redwood", "longleaf", "nztrees", "japanesepines")


def read_case(shared, name: str):
    case = json.loads((shared / "reference/bandwidths.json").read_text())["cases"][name]
    (left, right), (bottom, top) = case["window"]["xrange"], case["window"]["yrange"]
    x, y = (np.array(case["points"][axis], dtype=float) for axis in "xy")
    return case, x, y, shapely.box(left, bottom, right, top)


def ripley_pairs(x: np.ndarray, y: np.ndarray, window: shapely.Polygon) -> Pairs:
    """List all pairs with Ripley's isotropic weights: one over the part of each circle inside, by 2,000 places."""
    angle = (np.arange(2_000) + 0.5) * 2 * np.pi / 2_000
    distance = np.hypot(np.subtract.outer(x, x), np.subtract.outer(y, y))
    first, second = np.nonzero((distance <= 0.25 * min(span(window))) & (distance > 0))
    left, bottom, right, top = window.bounds
    apart = distance[first, second]
    u, v = (at[first, None] + apart[:, None] * turn for at, turn in ((x, np.cos(angle)), (y, np.sin(angle))))
    part = ((u >= left) & (u <= right) & (v >= bottom) & (v <= top)).mean(axis=1)
    return Pairs(distance=apart, weight=window.area / (len(x) * (len(x) - 1)) / part)


def span(window: shapely.Polygon) -> tuple[float, float]:
    left, bottom, right, top = window.bounds
    return right - left, top - bottom


@pytest.mark.parametrize("name", ["redwood", "nztrees", "japanesepines"])
@pytest.mark.shared
def test_the_criterion_agrees_with_the_reference_where_the_k_function_is_the_same(shared, name: str) -> None:
    case, x, y, window = read_case(shared, name)
    sigmas, expected = (np.array(case["bw.diggle"][key]) for key in ("sigma_some", "criterion_some"))
    ours = mean_squared_errors(ripley_pairs(x, y, window), 2 * sigmas, len(x) / window.area)
    assert_allclose(ours[5:], expected[5:], atol=0.04 * np.abs(expected[5:]).max(), rtol=0.04)


@pytest.mark.parametrize(
    ("name", "within"), [("redwood", 0.01), ("longleaf", 0.01), ("nztrees", 0.01), ("japanesepines", 0.05)]
)
@pytest.mark.shared
def test_the_least_error_is_where_spatstat_has_it(shared, name: str, within: float) -> None:
    case, x, y, window = read_case(shared, name)  # of the pines the least is flat, and the corrections of K differ
    search = Search(low=case["sigma_list"][0] / 10, high=case["sigma_list"][-1])
    advice = advise_diggle(x, y, search, window=window)
    assert not advice.at_boundary
    assert_allclose(advice.sigma, case["bw.diggle"]["value"], rtol=within)


def test_the_criterion_on_paper() -> None:
    pairs = Pairs(distance=np.array([100.0]), weight=np.array([5e4]))  # K jumps to 5e4 at 100 m
    h = 200.0
    part = 100.0 / 400.0
    shared_area = 2 * h**2 * (np.arccos(part) - part * np.sqrt(1 - part**2))
    area = np.pi * h**2
    expected = (1 / 1e-5 - 2 * 5e4) / area + 5e4 * shared_area / area**2
    assert_allclose(mean_squared_errors(pairs, np.array([h]), 1e-5), [expected])
    assert_allclose(mean_squared_errors(pairs, np.array([40.0]), 1e-5), [1 / 1e-5 / (np.pi * 40.0**2)])  # no pair in it


def city(n: int) -> tuple[np.ndarray, np.ndarray, shapely.Polygon]:
    rng = np.random.default_rng(3)
    xy = rng.uniform(500, 9_500, (40, 2))[rng.integers(0, 40, n)] + rng.normal(0, 300, (n, 2))
    window = shapely.box(0, 0, 10_000, 10_000).difference(shapely.Point(6_000, 4_000).buffer(1_500))
    x, y = xy[shapely.contains_xy(window, *xy.T)].T.copy()
    return x, y, window


def test_counts_on_a_raster_advise_what_all_pairs_do(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y, window = city(900)
    search = Search(low=20.0, high=5_000.0)
    exact = advise_diggle(x, y, search, window=window)
    monkeypatch.setattr("analysis.diggle_bandwidth.FEW", 100)
    assert_allclose(advise_diggle(x, y, search, window=window).sigma, exact.sigma, rtol=0.1)


def test_swapping_the_axes_changes_nothing() -> None:
    x, y, window = city(400)
    search = Search(low=20.0, high=5_000.0)
    swapped = shapely.transform(window, lambda at: at[:, ::-1])
    one = advise_diggle(x, y, search, window=window).sigma
    assert_allclose(advise_diggle(y, x, search, window=swapped).sigma, one, rtol=1e-6)


def test_tied_points_end_at_the_floor_which_is_told() -> None:
    x, y, window = city(50)
    advice = advise_diggle(np.repeat(x, 6), np.repeat(y, 6), Search(low=90.0, high=5_000.0), window=window)
    assert advice.at_boundary
    assert advice.sigma == 90.0


def test_one_point_makes_no_pair() -> None:
    with pytest.raises(NotEnoughDataError):
        advise_diggle(np.array([1.0]), np.array([1.0]), Search(low=1.0, high=2.0), window=shapely.box(0, 0, 9, 9))
