from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from analysis.grids import grid_over
from analysis.kernels import direct_density
from analysis.rasters import centres_inside
from analysis.risk_bandwidths import oversmooth
from analysis.risk_surface import lay_risk_ground, relabel, risk_surface, sum_kernels

CITY = shapely.Polygon([(0, 0), (6000, 0), (6000, 4000), (3000, 2500), (0, 4000)])


def ground_of(window, bandwidth: float, cell_size: float):
    grid = grid_over(window.bounds, cell_size=cell_size)
    return lay_risk_ground(window, grid, np.flatnonzero(centres_inside(window, grid)), bandwidth)


def scatter(n: int, seed: int, at: tuple[float, float] = (2000.0, 1200.0), wide: float = 1500.0) -> np.ndarray:
    xy = np.random.default_rng(seed).normal(at, wide, (20 * n, 2))
    return xy[shapely.contains_xy(CITY, *xy.T)][:n]


def surface_of(cases, controls, ground):
    sums = [sum_kernels(xy, ground) for xy in (cases, controls)]
    return risk_surface(*sums, (len(cases), len(controls)), ground)


def test_the_ratio_is_that_of_two_direct_sums_over_their_integrals() -> None:
    cases, controls = scatter(300, 1), scatter(700, 2, at=(3500.0, 1200.0))
    ground = ground_of(CITY, 500.0, 125.0)
    at = ground.grid.centres(ground.cells)
    direct = [direct_density(at, xy, bandwidth=500.0, kernel="gaussian") for xy in (cases, controls)]
    masses = [ground.scale(sum_kernels(xy, ground))[1] for xy in (cases, controls)]
    exact = np.log(direct[0] / masses[0]) - np.log(direct[1] / masses[1])
    firm = np.minimum(*direct) * 4 * np.pi * 500.0**2 > 1
    assert firm.mean() > 0.8
    assert_allclose(surface_of(cases, controls, ground).log_ratio[firm], exact[firm], atol=1e-3)


def test_two_groups_of_the_same_points_have_a_ratio_of_one_everywhere() -> None:
    xy = scatter(200, 3)
    assert_allclose(surface_of(xy, xy, ground_of(CITY, 600.0, 200.0)).log_ratio, 0.0, atol=1e-9)


def test_exchanged_groups_have_the_opposite_ratio_and_the_same_error() -> None:
    cases, controls = scatter(150, 4), scatter(250, 5)
    ground = ground_of(CITY, 600.0, 200.0)
    one, other = surface_of(cases, controls, ground), surface_of(controls, cases, ground)
    assert_allclose(one.log_ratio, -other.log_ratio, atol=1e-9)
    assert_allclose(one.error, other.error, rtol=1e-9)


def test_every_point_three_times_changes_no_ratio_and_divides_the_error_by_the_root_of_three() -> None:
    cases, controls = scatter(100, 6), scatter(160, 7)
    ground = ground_of(CITY, 600.0, 200.0)
    one = surface_of(cases, controls, ground)
    thrice = surface_of(np.repeat(cases, 3, axis=0), np.repeat(controls, 3, axis=0), ground)
    assert_allclose(thrice.log_ratio, one.log_ratio, atol=1e-4)
    assert_allclose(thrice.error, one.error / np.sqrt(3), rtol=1e-4)


@settings(max_examples=5, deadline=None)
@given(st.integers(-40, 40), st.integers(-40, 40))
def test_a_shifted_city_has_the_same_ratios(east: int, north: int) -> None:
    by = np.array([east * 200.0, north * 200.0])
    cases, controls = scatter(80, 8), scatter(80, 9)
    here = surface_of(cases, controls, ground_of(CITY, 600.0, 200.0))
    moved = shapely.transform(CITY, lambda xy: xy + by)
    there = surface_of(cases + by, controls + by, ground_of(moved, 600.0, 200.0))
    assert_allclose(there.score, here.score, atol=1e-6)


def test_the_labels_are_dealt_alike_for_the_same_seed_and_the_least_p_is_one_over_the_runs() -> None:
    cases, controls = scatter(150, 10, wide=300.0), scatter(150, 11)
    ground = ground_of(CITY, 500.0, 200.0)
    shown = np.ones(len(ground.cells), dtype=bool)
    xy = np.vstack([cases, controls])
    first, again = (relabel(xy, 150, shown, ground, runs=99, rng=np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first.p_upper, again.p_upper)
    assert first.p_global == 0.01
    assert first.p_upper.min() == 0.01
    assert (first.p_map >= np.minimum(first.p_upper, first.p_lower) - 1e-12).all()
    assert first.p_map.min() == first.p_global


def test_groups_drawn_alike_seldom_differ_as_a_whole() -> None:
    ground = ground_of(CITY, 600.0, 200.0)
    shown = np.ones(len(ground.cells), dtype=bool)
    found = 0
    for seed in range(60):
        xy = scatter(120, 100 + seed)
        dealt = relabel(xy, 50, shown, ground, runs=19, rng=np.random.default_rng(seed))
        found += dealt.p_global <= 0.05
    assert found <= 8  # 3 are to be expected, 8 or more happen once in a hundred


def test_the_difference_finds_a_place_without_a_single_control() -> None:
    cases = np.vstack([scatter(200, 12), np.full((40, 2), (5500.0, 3000.0))])
    controls = scatter(200, 13)
    ground = ground_of(CITY, 300.0, 150.0)
    shown = np.ones(len(ground.cells), dtype=bool)
    dealt = relabel(np.vstack([cases, controls]), 240, shown, ground, runs=99, rng=np.random.default_rng(1))
    nearest = np.argmin(np.hypot(*(ground.grid.centres(ground.cells) - (5500.0, 3000.0)).T))
    assert dealt.p_map[nearest] == 0.01


@pytest.mark.shared
def test_the_ratios_of_pbc_are_the_direct_sums_and_their_p_too(shared: Path) -> None:
    case = json.loads((shared / "reference/relative_risk_pbc.json").read_text())["cases"]["pbc"]
    metres = 1000.0
    ring = case["window"]["rings"][0]
    window = shapely.Polygon(metres * np.column_stack([ring["x"], ring["y"]]))
    cases, controls, at = (
        metres * np.column_stack([case[name]["x"], case[name]["y"]]) for name in ("case", "control", "pixel")
    )
    ground = ground_of(window, metres * case["h"], 700.0)
    assert_allclose(ground.edge.at(*np.ascontiguousarray(at.T)), case["direct"]["edge"], atol=1e-4)
    masses = [ground.scale(sum_kernels(xy, ground))[1] for xy in (cases, controls)]
    assert_allclose(masses, [case["direct"]["integral_case"], case["direct"]["integral_control"]], rtol=2e-4)
    sums = [direct_density(at, xy, bandwidth=metres * case["h"], kernel="gaussian") for xy in (cases, controls)]
    log_risk = np.log(sums[0] / masses[0]) - np.log(sums[1] / masses[1])
    assert_allclose(log_risk, case["direct"]["log_risk"], atol=1e-3)
    # every pixel as a cell of a grid of its own: the p of our surface, pixel by pixel
    for row in range(0, 200, 20):
        here = grid_at(at[row], window)
        small = lay_risk_ground(window, here, here.locate(*at[[row]].T), metres * case["h"])
        found = surface_of(cases, controls, small)
        if sums[0][row] > 0.001 * max(sums[0]):
            assert_allclose(found.log_ratio[0], case["direct"]["log_risk"][row], atol=2e-3)
            assert_allclose(found.p_upper[0], case["direct"]["p_upper_ref_pooled"][row], atol=2e-3)
    x, y = np.vstack([cases, controls]).T
    assert_allclose(oversmooth(x, y), metres * case["OS_pooled"], rtol=1e-10)


def grid_at(centre: np.ndarray, window: shapely.Polygon):
    """Return a grid over the window that has this place at the centre of a cell."""
    left, bottom, right, top = window.bounds
    plain = grid_over((left, bottom, right, top), cell_size=700.0)
    shift = [(c - edge) % 700.0 - 350.0 for c, edge in zip(centre, (plain.left, plain.bottom), strict=True)]
    moved = {"left": plain.left + shift[0], "bottom": plain.bottom + shift[1]}
    return type(plain)(shape="square", cell_size=700.0, rows=plain.rows + 1, columns=plain.columns + 1, **moved)
