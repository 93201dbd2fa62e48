from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.bandwidths import (
    NEIGHBOUR,
    Search,
    advise_cronie_van_lieshout,
    advise_neighbour,
    advise_scott,
    advise_silverman,
    scott,
    silverman,
    sum_inverse_intensity,
)
from analysis.errors import NotEnoughDataError, NoVariationError

WIDE = Search(low=50.0, high=20_000.0)
SETS = ("redwood", "longleaf", "nztrees", "japanesepines")


def read_case(shared, name: str) -> tuple[dict, np.ndarray, np.ndarray]:
    case = json.loads((shared / "reference/bandwidths.json").read_text())["cases"][name]
    return case, np.array(case["points"]["x"], dtype=float), np.array(case["points"]["y"], dtype=float)


def clustered(n: int, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = rng.uniform(0, 20_000, (30, 2))
    return centres[rng.integers(0, 30, n)] + rng.normal(0, 700, (n, 2))


@pytest.mark.parametrize("name", SETS)
@pytest.mark.shared
def test_scott_agrees_with_the_reference(shared, name: str) -> None:
    case, x, y = read_case(shared, name)
    assert_allclose(scott(x, y), case["bw.scott"], rtol=1e-10)
    assert_allclose(advise_scott(x, y).sigma, case["bw.scott.iso"], rtol=1e-10)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.shared
def test_the_criterion_of_cronie_and_van_lieshout_agrees_with_the_reference(shared, name: str) -> None:
    case, x, y = read_case(shared, name)
    ours = [(sum_inverse_intensity(x, y, sigma) - case["area"]) ** 2 for sigma in case["sigma_list"]]
    assert_allclose(ours, case["bw.CvL"]["criterion"], rtol=1e-9)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.shared
def test_the_true_optimum_is_found_not_the_best_of_sixteen(shared, name: str) -> None:
    case, x, y = read_case(shared, name)
    low, high = case["sigma_list"][0], case["sigma_list"][-1]
    advice = advise_cronie_van_lieshout(x, y, Search(low=low, high=high), area=case["area"])
    assert not advice.at_boundary
    assert_allclose(advice.sigma, case["exact"]["CvL_root_sigma"][0], rtol=1e-5)


def test_both_coordinates_count_and_swapping_them_changes_nothing() -> None:
    xy = clustered(400)
    x, y = xy[:, 0], xy[:, 1] * 20
    assert advise_scott(x, y).sigma > 4 * advise_scott(x, y / 20).sigma
    for advise in (
        advise_scott,
        advise_silverman,
        lambda x, y: advise_neighbour(x, y, WIDE),
        lambda x, y: advise_cronie_van_lieshout(x, y, WIDE, area=4e9),
    ):
        assert_allclose(advise(x, y).sigma, advise(y, x).sigma, rtol=1e-7)


def test_many_points_get_the_advice_of_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    xy = clustered(1_000)
    exact = advise_cronie_van_lieshout(xy[:, 0], xy[:, 1], WIDE, area=2e8)
    monkeypatch.setattr("analysis.intensities.FEW", 500)
    fast = advise_cronie_van_lieshout(xy[:, 0], xy[:, 1], WIDE, area=2e8)
    assert_allclose(fast.sigma, exact.sigma, rtol=0.01)


def test_a_search_that_ends_at_its_limit_says_so() -> None:
    xy = clustered(300)
    low = advise_cronie_van_lieshout(xy[:, 0], xy[:, 1], Search(low=50.0, high=5_000.0), area=1.0)
    high = advise_cronie_van_lieshout(xy[:, 0], xy[:, 1], Search(low=50.0, high=5_000.0), area=1e15)
    assert low.at_boundary
    assert_allclose(low.sigma, 50.0)
    assert high.at_boundary
    assert_allclose(high.sigma, 5_000.0)


def test_repeated_addresses_never_pull_the_advice_below_its_floor() -> None:
    xy = np.repeat(clustered(40), 50, axis=0)
    search = Search(low=120.0, high=9_000.0)
    assert advise_cronie_van_lieshout(xy[:, 0], xy[:, 1], search, area=1e7).sigma >= 120.0 - 1e-6
    neighbour = advise_neighbour(xy[:, 0], xy[:, 1], search)  # each has 49 neighbours at no distance
    assert neighbour.sigma == 120.0
    assert neighbour.at_boundary


def test_scott_refuses_one_point_and_equal_coordinates() -> None:
    with pytest.raises(NotEnoughDataError):
        scott(np.array([1.0]), np.array([2.0]))
    with pytest.raises(NoVariationError):
        advise_scott(np.array([1.0, 1.0]), np.array([2.0, 5.0]))


def test_silverman_on_paper() -> None:
    x = np.array([1.0, 2.0, 3.0, 4.0, 5.0])  # sd 1.58, quartiles 2 and 4: 2 / 1.34 = 1.49 is less
    assert_allclose(silverman(x, 10 * x), (0.9 * 2 / 1.34 * 5**-0.2, 9 * 2 / 1.34 * 5**-0.2))


def test_silverman_falls_back_on_the_deviation_where_most_coordinates_are_one() -> None:
    x = np.array([0.0] * 9 + [10.0])
    assert_allclose(silverman(x, x)[0], 0.9 * np.std(x, ddof=1) * 10**-0.2)


def test_the_neighbour_rule_is_a_mean_distance_taken_as_the_radius_of_a_quartic() -> None:
    xy = clustered(200)
    distance = np.sort(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)), axis=1)[:, NEIGHBOUR]
    assert_allclose(advise_neighbour(*xy.T, WIDE).sigma, distance.mean() / np.sqrt(8))


def test_the_neighbour_rule_needs_more_points_than_neighbours() -> None:
    with pytest.raises(NotEnoughDataError):
        advise_neighbour(*clustered(NEIGHBOUR).T, WIDE)
    assert advise_neighbour(*clustered(NEIGHBOUR + 1).T, WIDE).sigma > 0
