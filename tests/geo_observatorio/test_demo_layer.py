from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_observatorio.services.demo_layer import (
    clip_voronoi,
    make_schematic_layer,
    read_corregimientos,
    read_outline,
)


@pytest.fixture(scope="module")
def layer() -> gpd.GeoDataFrame:
    return make_schematic_layer()


def test_there_are_26_observed_corregimientos_and_the_nine_of_the_enclave(layer: gpd.GeoDataFrame) -> None:
    assert layer["observed"].sum() == 26
    assert (~layer["observed"]).sum() == 9
    assert layer.loc[~layer["observed"], "code"].str.startswith("0810").all()
    assert layer["code"].is_unique
    assert layer["code"].is_monotonic_increasing


def test_the_cells_are_valid_polygons_without_gap_or_overlap(layer: gpd.GeoDataFrame) -> None:
    cells = layer.geometry.to_numpy()
    assert layer.geometry.is_valid.all()
    assert set(layer.geom_type) == {"Polygon"}
    assert shapely.coverage_is_valid(cells)
    whole = shapely.union_all(cells)
    assert whole.area == pytest.approx(shapely.area(cells).sum(), abs=1)
    assert whole.symmetric_difference(read_outline()).area < 100  # square metres of 2,255 km²: snapping to a millimetre


def test_the_cells_share_their_edges_in_degrees_too(layer: gpd.GeoDataFrame) -> None:
    assert shapely.coverage_is_valid(layer.geometry.to_crs(4326).to_numpy())


def test_the_enclave_is_one_hole_in_the_window_of_observation(layer: gpd.GeoDataFrame) -> None:
    window = shapely.union_all(layer[layer["observed"]].geometry.to_numpy())
    enclave = shapely.union_all(layer[~layer["observed"]].geometry.to_numpy())
    assert window.geom_type == "Polygon"
    assert len(window.interiors) == 1
    assert shapely.Polygon(window.interiors[0]).symmetric_difference(enclave).area < 1


def test_every_label_point_lies_in_its_own_cell(layer: gpd.GeoDataFrame) -> None:
    assert shapely.contains(layer.geometry.to_numpy(), layer["label"].to_numpy()).all()


def test_the_population_is_that_of_the_census(layer: gpd.GeoDataFrame) -> None:
    assert layer.loc[layer["observed"], "persons"].sum() == 1_086_990
    assert layer["persons"].sum() == 1_367_767


def test_each_fact_names_its_source() -> None:
    table = read_corregimientos()
    assert (table["source"].str.len() > 0).all()
    assert table.loc[table["code"].str.startswith("0808"), "area_km2"].sum() == pytest.approx(2_049.5, abs=1)


def test_a_cell_holds_what_is_nearer_to_its_point_than_to_the_others() -> None:
    points = np.array([[10.0, 50.0], [90.0, 50.0], [50.0, 10.0]])
    cells = clip_voronoi(points, shapely.box(0, 0, 100, 100))
    at = np.random.default_rng(1).uniform(0, 100, (500, 2))
    nearest = np.hypot(*(at[:, None, :] - points).transpose(2, 0, 1)).argmin(axis=1)
    assert shapely.contains_xy(cells[nearest], at).all()
