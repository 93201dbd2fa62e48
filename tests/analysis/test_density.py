from __future__ import annotations

import dataclasses
import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from analysis.bandwidth_choice import SELECTORS
from analysis.density import DensityParams, bare_density, density
from analysis.edges import edge_field
from analysis.errors import NotEnoughDataError, ParameterError
from analysis.grids import grid_over
from analysis.kernels import KERNELS, Kernel, convert_bandwidth, direct_density
from analysis.scene import Region, Scene, points_at
from analysis.smoothing import density_field, smooth_within

# A city with a ragged coast in the south, an enclave cut out, and an island.
CITY: Region = shapely.union_all(
    [
        shapely.Polygon(
            [
                (0, 800),
                (900, 350),
                (1700, 720),
                (2600, 190),
                (3900, 610),
                (5000, 300),
                (5200, 4800),
                (2100, 5200),
                (-300, 4400),
            ]
        ).difference(shapely.Point(2700, 2900).buffer(700)),
        shapely.box(1500, -500, 2300, -100),
    ]
)
GRID = grid_over(CITY.bounds, cell_size=50.0)


def inside_city(n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = np.array([(900, 700), (2700, 2100), (4700, 600), (1800, -250), (3500, 3400)])
    xy = centres[rng.integers(0, 5, 20 * n + 400)] + rng.normal(0, 350, (20 * n + 400, 2))
    return xy[shapely.contains_xy(CITY, xy[:, 0], xy[:, 1])][:n]


def make_scene(xy: np.ndarray, *, radius: float = 20.0, months: float = 12.0, **others: object) -> Scene:
    points = points_at(xy[:, 0], xy[:, 1], radius=radius)
    return Scene(crs=32617, points=points, months=months, window=CITY, mask=CITY, **others)


@pytest.mark.parametrize(("kernel", "bandwidth"), [("gaussian", 300.0), ("quartic", 300.0), ("quartic", 848.5)])
def test_the_field_agrees_with_a_direct_sum_over_exact_edge_factors(kernel: Kernel, bandwidth: float) -> None:
    xy = inside_city(400, 1)
    field = density_field(xy, CITY, GRID, bandwidth, kernel)
    fine = grid_over(CITY.bounds, cell_size=8.0)
    factor = edge_field(CITY, fine, kernel=kernel, bandwidth=bandwidth).at(xy[:, 0], xy[:, 1])
    exact = direct_density(GRID.centres(), xy, bandwidth=bandwidth, kernel=kernel, weights=1 / factor)
    assert np.abs(field.values - exact).max() < 1e-4 * exact.max()


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("bandwidth", [250.0, 900.0, 30_000.0])
def test_the_mass_stays_in_a_window_with_coast_enclave_and_island(kernel: Kernel, bandwidth: float) -> None:
    field = density_field(inside_city(800, 2), CITY, GRID, bandwidth, kernel)
    assert field.used.all()
    assert_allclose(field.mass, 800, rtol=1e-3)
    assert_allclose(field.values @ field_share() * GRID.cell_area, field.mass, rtol=1e-3)


def field_share() -> np.ndarray:
    return shapely.area(shapely.intersection(GRID.polygons(np.arange(GRID.n)), CITY)) / GRID.cell_area


def test_uncorrected_half_of_the_mass_leaves_at_a_straight_coast() -> None:
    coast = shapely.box(-3000, 0, 3000, 6000)
    grid = grid_over(coast.bounds, cell_size=50.0)
    x = np.linspace(-1000, 1000, 41)
    xy = np.column_stack([x, np.full(41, 1e-6)])
    corrected = density_field(xy, coast, grid, 300.0, "gaussian").values
    plain = direct_density(grid.centres(), xy, bandwidth=300.0, kernel="gaussian")
    assert_allclose(plain[plain > 1e-6] / corrected[plain > 1e-6], 0.5, atol=1e-3)


@pytest.mark.parametrize("kernel", KERNELS)
def test_adding_an_incident_never_lowers_the_density(kernel: Kernel) -> None:
    xy = inside_city(200, 3)
    before = density_field(xy[:-1], CITY, GRID, 300.0, kernel).values
    after = density_field(xy, CITY, GRID, 300.0, kernel).values
    assert (after - before).min() > -1e-5 * after.max()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), steps=st.tuples(st.integers(-400, 400), st.integers(-400, 400)))
def test_moving_the_city_by_whole_cells_moves_the_density(seed: int, steps: tuple[int, int]) -> None:
    xy, move = inside_city(50, seed), 50.0 * np.array(steps)
    there = shapely.transform(CITY, lambda at: at + move)
    grid = grid_over(there.bounds, cell_size=50.0)
    here = density_field(xy, CITY, GRID, 300.0, "gaussian").values
    moved = density_field(xy + move, there, grid, 300.0, "gaussian").values
    assert_allclose(moved, here, atol=1e-9 * here.max())


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_order_of_rows_does_not_matter_and_duplicates_double(kernel: Kernel) -> None:
    xy = inside_city(300, 4)
    values = density_field(xy, CITY, GRID, 300.0, kernel).values
    assert_allclose(density_field(xy[::-1], CITY, GRID, 300.0, kernel).values, values, atol=1e-12 * values.max())
    twice = density_field(np.vstack([xy, xy]), CITY, GRID, 300.0, kernel).values
    assert_allclose(twice, 2 * values, atol=1e-12 * values.max())


def test_a_quartic_of_equal_variance_resembles_the_gaussian() -> None:
    xy = inside_city(5_000, 5)
    radius = convert_bandwidth(300.0, source="gaussian", target="quartic")
    gaussian, quartic = (
        density_field(xy, CITY, GRID, h, k).values for h, k in ((300.0, "gaussian"), (radius, "quartic"))
    )
    assert np.abs(gaussian - quartic).max() < 0.15 * gaussian.max()


def test_known_edge_factors_give_the_same_field() -> None:
    xy = inside_city(100, 6)
    edge = edge_field(CITY, GRID, kernel="gaussian", bandwidth=300.0)
    again = smooth_within(xy, edge)
    assert (again.values == density_field(xy, CITY, GRID, 300.0, "gaussian").values).all()


def test_density_is_in_incidents_per_square_kilometre_and_month() -> None:
    xy = np.tile([[4000.0, 2500.0]], (60, 1))
    result = bare_density(make_scene(xy, months=6.0), DensityParams(bandwidth=300.0))
    peak = 60 / (2 * np.pi * 0.3**2) / 6.0  # the height of a Gaussian of 300 m
    edge = edge_field(CITY, GRID, kernel="gaussian", bandwidth=300.0).at(xy[:1, 0], xy[:1, 1])[0]
    offset = np.exp(-(25.0**2 + 25.0**2) / (2 * 300.0**2))  # the point lies on the corner of four cells
    assert_allclose(result.table["density"].max(), peak / edge * offset, rtol=1e-3)
    assert result.view.unit == "incidents_km2_month"


def test_the_table_has_the_cells_whose_centre_lies_in_the_window() -> None:
    result = bare_density(make_scene(inside_city(500, 7)), DensityParams())
    assert result.grid is not None
    centres = result.grid.centres(result.table["cell"].to_numpy())
    assert shapely.intersects_xy(CITY, centres[:, 0], centres[:, 1]).all()
    assert list(result.table.columns) == ["cell", "density", "relative_error", "uncertain"]
    assert (result.table["density"].isna() == result.table["uncertain"]).all()
    json.dumps(dict(result.reading))


def test_cells_with_less_than_a_quarter_of_the_kernel_inside_are_greyed() -> None:
    result = bare_density(make_scene(inside_city(500, 8)), DensityParams(bandwidth=900.0))
    edge = edge_field(CITY, GRID, kernel="gaussian", bandwidth=900.0).cells[result.table["cell"]]
    assert (result.table["uncertain"] == (edge < 0.25)).all()
    assert 0 < result.reading["greyed_share"] < 0.2
    assert result.reading["mass_error"] < 1e-3


def test_incidents_outside_the_window_are_left_out_and_counted() -> None:
    xy = np.vstack([inside_city(50, 9), [(2700, 2900)], [(-5000, 0)], [(3000, -300)]])
    result = bare_density(make_scene(xy), DensityParams())
    assert result.n_observations == 50
    assert result.left_out == {"outside_window": 3}


def test_the_bandwidth_that_was_picked_is_told() -> None:
    default, given_one, raised, raised_default = (
        density(make_scene(inside_city(50, 10), radius=radius), DensityParams(bandwidth=bandwidth))
        for radius, bandwidth in ((20.0, None), (20.0, 250.0), (400.0, 250.0), (400.0, None))
    )
    assert default.chosen == {"bandwidth": 300.0}
    assert given_one.chosen == {}
    assert raised.chosen == raised_default.chosen == {"bandwidth": 400.0}
    assert raised.reading["bandwidth_reason"] == "raised_to_uncertainty"
    assert [advice["method"] for advice in default.reading["advice"]] == list(SELECTORS)


def test_a_method_is_taken_where_it_is_asked_for_and_a_number_wins_over_it() -> None:
    scene = make_scene(inside_city(300, 16))
    scott, number = (
        density(scene, DensityParams(bandwidth_method="scott", bandwidth=bandwidth)) for bandwidth in (None, 240.0)
    )
    rows = scott.tables["bandwidths"].set_index("method")
    assert rows.loc["scott", "taken"]
    assert scott.chosen["bandwidth"] == scott.reading["bandwidth"] == rows.loc["scott", "bandwidth"]
    assert scott.reading["bandwidth_reason"] == "scott"
    assert number.reading["bandwidth"] == 240.0
    assert number.reading["bandwidth_reason"] == "given"


def test_all_selectors_stand_side_by_side_in_the_terms_of_the_kernel() -> None:
    scene = make_scene(inside_city(300, 17))
    gaussian, uniform = (density(scene, DensityParams(kernel=kernel)).tables["bandwidths"] for kernel in KERNELS[::4])
    assert set(gaussian["method"]) == {"default", *SELECTORS}
    assert gaussian["taken"].sum() == 1
    both = gaussian.merge(uniform, on="method")
    told = both[both["method"] != "default"]
    assert_allclose(told["bandwidth_y"], 2 * told["bandwidth_x"])


def test_the_map_alone_is_the_same_map() -> None:
    scene = make_scene(inside_city(200, 18))
    alone, whole = bare_density(scene, DensityParams()), density(scene, DensityParams())
    assert alone.table.equals(whole.table)
    assert set(whole.tables) - set(alone.tables) == {"bandwidths", "other_bandwidths", "strip"}


def test_an_adaptive_density_keeps_the_mass_and_is_sharper_where_much_happens() -> None:
    scene = make_scene(inside_city(2_000, 19))
    fixed, adaptive = (bare_density(scene, DensityParams(adaptive=adaptive)) for adaptive in (False, True))
    assert adaptive.reading["mass_error"] < 5e-3
    narrow, wide = adaptive.reading["widths"]
    assert narrow < 300 < wide <= 1500
    assert adaptive.reading["peak"]["density"] > fixed.reading["peak"]["density"]
    assert fixed.reading["widths"] is None


def test_an_adaptive_density_is_gaussian_and_of_fifty_incidents_at_least() -> None:
    with pytest.raises(ParameterError):
        DensityParams(adaptive=True, kernel="quartic")
    with pytest.raises(NotEnoughDataError):
        density(make_scene(inside_city(49, 20)), DensityParams(adaptive=True))


def test_the_error_of_the_peak_and_the_uncertain_part_are_told() -> None:
    few, many = (bare_density(make_scene(inside_city(n, 21)), DensityParams()).reading for n in (30, 3_000))
    assert few["peak"]["relative_error"] > many["peak"]["relative_error"] > 0
    assert few["noisy_share"] > many["noisy_share"] >= 0


def test_a_narrow_bandwidth_narrows_the_cells_and_says_so() -> None:
    result = bare_density(make_scene(inside_city(80, 11)), DensityParams(bandwidth=100.0, kernel="quartic"))
    assert result.chosen == {"cell_size": 20.0}
    assert result.reading["mass_error"] < 1e-3


def test_a_narrow_kernel_in_a_wide_window_has_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("edges", "convolution"):
        monkeypatch.setattr(f"analysis.{module}.MOST_CELLS", 500_000)
    land = shapely.box(0, 0, 6_000, 5_000)
    xy = np.random.default_rng(15).uniform(100, 4_900, (2_000, 2))
    scene = dataclasses.replace(make_scene(xy), window=land, mask=land)
    result = bare_density(scene, DensityParams(bandwidth=50.0))
    assert result.reading["mass_error"] < 1e-3


def test_a_bandwidth_larger_than_the_city_greys_all_and_keeps_the_mass() -> None:
    result = bare_density(make_scene(inside_city(80, 12)), DensityParams(bandwidth=20_000.0))
    assert result.reading["greyed_share"] == 1.0
    assert result.reading["peak"] is None
    assert result.reading["mass_error"] < 1e-3


def test_the_peak_is_named_after_the_nearest_place_and_its_area() -> None:
    frame = {"code": ["1", "2"], "name": ["Grande", "Pequeña"]}
    areas = gpd.GeoDataFrame(frame, geometry=[CITY, shapely.box(3000, 2000, 5000, 3000)], crs=32617)
    places = gpd.GeoDataFrame(
        {"name": ["lejos", "cerca"], "kind": ["x", "x"]}, geometry=gpd.points_from_xy([0, 4100], [0, 2600])
    )
    scene = make_scene(np.array([(4000.0, 2500.0), (4010.0, 2500.0)]), areas=areas, places=places)
    peak = bare_density(scene, DensityParams()).reading["peak"]
    assert (peak["name"], peak["area_name"]) == ("cerca", "Pequeña")
    assert np.hypot(peak["x"] - 4000, peak["y"] - 2500) < 60


def test_one_incident_is_enough_and_none_is_refused() -> None:
    result = density(make_scene(np.array([(4000.0, 2500.0)])), DensityParams())
    assert result.n_observations == 1
    assert result.reading["advice"] == []
    for xy in (np.empty((0, 2)), np.array([(99_000.0, 0.0)])):
        with pytest.raises(NotEnoughDataError):
            density(make_scene(xy), DensityParams())


def test_coordinates_that_are_not_numbers_are_refused() -> None:
    xy = inside_city(5, 13)
    xy[2, 1] = np.nan
    with pytest.raises(ParameterError):
        density(make_scene(xy), DensityParams())


def test_a_grid_that_does_not_cover_the_window_is_refused() -> None:
    for grid in (
        grid_over((0, 0, 1000, 1000), cell_size=50.0),
        grid_over(CITY.bounds, cell_size=50.0, shape="hexagon"),
    ):
        with pytest.raises(ParameterError):
            density_field(inside_city(5, 14), CITY, grid, 300.0, "gaussian")


def test_an_unknown_kernel_is_refused() -> None:
    with pytest.raises(ParameterError):
        DensityParams(kernel="triangle")


def test_a_homogeneous_pattern_is_flat_inland() -> None:
    side = np.arange(-487.5, 6000, 25.0)
    x, y = (axis.ravel() for axis in np.meshgrid(side, side))
    keep = shapely.contains_xy(CITY, x, y)
    scene = make_scene(np.column_stack([x[keep], y[keep]]), months=1.0)
    result = bare_density(scene, DensityParams(bandwidth=100.0))
    assert result.grid is not None
    centres = result.grid.centres(result.table["cell"].to_numpy())
    inland = shapely.contains_xy(CITY.buffer(-900), centres[:, 0], centres[:, 1])
    assert inland.sum() > 300
    assert_allclose(result.table["density"][inland], 1600.0, rtol=1e-4)  # one point in 25 x 25 m


def test_the_densities_of_disjoint_periods_add_up() -> None:
    xy, params = inside_city(400, seed=31), DensityParams()
    parts = (xy[:150], 5.0), (xy[150:], 7.0), (xy, 12.0)
    first, second, both = (bare_density(make_scene(part[0], months=part[1]), params).table["density"] for part in parts)
    assert_allclose(5 * first + 7 * second, 12 * both, atol=2e-4 * 12 * both.max())
