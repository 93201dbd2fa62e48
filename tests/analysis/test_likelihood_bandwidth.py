from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose
from scipy.special import ndtr

from analysis.bandwidths import Search
from analysis.errors import NotEnoughDataError
from analysis.likelihood_bandwidth import advise_likelihood, log_likelihood

SETS = ("redwood", "longleaf", "nztrees", "japanesepines")
WIDE = Search(low=50.0, high=10_000.0)


def read_case(shared, name: str):
    case = json.loads((shared / "reference/bandwidths.json").read_text())["cases"][name]
    (left, right), (bottom, top) = case["window"]["xrange"], case["window"]["yrange"]
    x, y = (np.array(case["points"][axis], dtype=float) for axis in "xy")
    return case, x, y, shapely.box(left, bottom, right, top)


def city(n: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, shapely.Polygon]:
    rng = np.random.default_rng(seed)
    xy = rng.uniform(1_000, 9_000, (15, 2))[rng.integers(0, 15, n)] + rng.normal(0, 400, (n, 2))
    window = shapely.box(0, 0, 10_000, 10_000)
    x, y = xy[shapely.contains_xy(window, *xy.T)].T.copy()
    return x, y, window


@pytest.mark.parametrize("name", SETS)
@pytest.mark.shared
def test_the_criterion_with_uniform_correction_agrees_with_the_reference(shared, name: str) -> None:
    case, x, y, window = read_case(shared, name)
    sigmas, expected = (  # above its pixels
        np.array([float(value) for value in values])[6:] for values in (case["sigma_list"], case["bw.ppl"]["criterion"])
    )
    ours = [log_likelihood(x, y, sigma, window=window, correction="uniform") for sigma in sigmas]
    assert_allclose(ours, expected, rtol=1e-3, atol=0.1)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.shared
def test_the_optimum_is_as_likely_as_the_true_one(shared, name: str) -> None:
    case, x, y, window = read_case(shared, name)
    search = Search(low=case["sigma_list"][0], high=case["sigma_list"][-1])
    advice, true = advise_likelihood(x, y, search, window=window, correction="uniform"), case["exact"]["ppl"]
    assert advice.at_boundary == true["at_search_boundary"]
    assert_allclose(advice.sigma, true["sigma"], rtol=0.02)
    ours, best = (
        log_likelihood(x, y, sigma, window=window, correction="uniform") for sigma in (advice.sigma, true["sigma"])
    )
    assert ours > best - 1e-3 * abs(best) - 0.01


def test_the_criterion_on_paper() -> None:
    window = shapely.box(0, 0, 10_000, 10_000)
    x, y = np.array([5_000.0, 5_300.0]), np.array([5_000.0, 5_000.0])
    expected = 2 * np.log(np.exp(-0.5) / (2 * np.pi * 300.0**2)) - 2  # each foretells the other; the mass is two
    for correction in ("jones_diggle", "uniform", "none"):
        assert_allclose(log_likelihood(x, y, 300.0, window=window, correction=correction), expected, rtol=1e-4)


def test_the_edge_counts_within_the_criterion() -> None:
    window = shapely.box(0, 0, 10_000, 10_000)
    x, y = np.array([0.0, 300.0]), np.array([5_000.0, 5_000.0])
    inside = ndtr(x / 300.0)  # shares of the kernels inside, half and five sixths
    pair = np.exp(-0.5) / (2 * np.pi * 300.0**2)
    mirrored = np.log(pair / inside[1]) + np.log(pair / inside[0]) - 2
    ours = log_likelihood(x, y, 300.0, window=window, correction="jones_diggle")
    assert_allclose(ours, mirrored, rtol=2e-3)
    assert ours > log_likelihood(x, y, 300.0, window=window, correction="none")


def test_many_points_get_the_advice_of_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y, window = city(800)
    exact = advise_likelihood(x, y, WIDE, window=window)
    for module in ("intensities", "likelihood_bandwidth"):
        monkeypatch.setattr(f"analysis.{module}.FEW", 100)
    assert_allclose(advise_likelihood(x, y, WIDE, window=window).sigma, exact.sigma, rtol=0.05)


def test_tied_points_ask_for_nothing_and_end_at_the_floor_which_is_told() -> None:
    x, y, window = city(60)
    advice = advise_likelihood(np.repeat(x, 5), np.repeat(y, 5), Search(low=80.0, high=5_000.0), window=window)
    assert advice.at_boundary
    assert_allclose(advice.sigma, 80.0)


def test_swapping_the_axes_changes_nothing() -> None:
    x, y, window = city(300)
    one = advise_likelihood(x, y, WIDE, window=window).sigma
    assert_allclose(advise_likelihood(y, x, WIDE, window=window).sigma, one, rtol=1e-3)


def test_one_point_has_nothing_to_foretell_it() -> None:
    with pytest.raises(NotEnoughDataError):
        advise_likelihood(np.array([1.0]), np.array([1.0]), WIDE, window=shapely.box(0, 0, 9, 9))
