"""Global autocorrelation of a scene, by cells and by areas."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.errors import NotEnoughDataError, ParameterError
from analysis.global_autocorrelation import GlobalAutocorrelationParams, global_autocorrelation, look_around
from analysis.scene import Population, Scene, points_at
from analysis.weights import listed_weights

SIZE = 250.0


def scene_of(counts, *, persons=None, mask=None):
    """Return a city of cells that are areas as well, with so many incidents, row by row from the south."""
    counts = np.asarray(counts)
    rows, columns = counts.shape
    ground = shapely.box(0, 0, columns * SIZE, rows * SIZE)
    where = np.repeat(np.arange(counts.size), counts.ravel())
    points = points_at((where % columns + 0.5) * SIZE, (where // columns + 0.5) * SIZE)
    boxes = [
        shapely.box(c * SIZE, r * SIZE, (c + 1) * SIZE, (r + 1) * SIZE) for r in range(rows) for c in range(columns)
    ]
    codes = [f"{k:03d}" for k in range(counts.size)]
    areas = gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=boxes, crs=32617)
    people = None
    if persons is not None:
        people = Population(persons=np.asarray(persons, dtype=float), vintage="2023", kind="residential", source="")
    return Scene(
        crs=32617,
        points=dataclasses.replace(points, area=where),
        months=12,
        window=ground,
        mask=ground if mask is None else mask,
        areas=areas,
        population=people,
    )


def ask(counts, *, persons=None, mask=None, **options):
    scene = scene_of(counts, persons=persons, mask=mask)
    return global_autocorrelation(scene, GlobalAutocorrelationParams(**{"permutations": 199, **options}))


def sloped(side=10):
    return np.add.outer(np.arange(side), np.arange(side)) // 3


def told(result):
    return result.tables["tests"].set_index("measure")["tells"].to_dict()


def test_a_slope_is_told_by_all_three_and_noise_by_none():
    assert told(ask(sloped())) == {"moran": "tends_alike", "geary": "tends_alike", "general_g": "tends_alike"}
    noise = ask(np.random.default_rng(5).poisson(2, (10, 10)))
    assert set(told(noise).values()) == {"tends_neither"}
    assert noise.view.kind == "cells"


def test_areas_are_compared_by_rates_and_not_by_how_many_live_there():
    persons = 1000 * (1 + sloped(6).ravel() ** 2)
    counts = np.random.default_rng(3).poisson(persons * 0.004).reshape(6, 6)
    result = ask(counts, persons=persons, units="areas")
    assert told(result)["eb_moran"] == "tends_neither"
    assert result.reading["lead"] == "eb_moran"
    assert told(ask(counts))["moran"] == "tends_alike"  # as counts they follow the people


def test_rates_that_slope_are_told():
    counts = 20 + 10 * sloped(6)
    result = ask(counts, persons=np.full(36, 5000), units="areas")
    assert set(told(result).values()) == {"tends_alike"}
    assert result.view.kind == "areas"


def test_cells_and_areas_of_the_same_shape_have_the_same_index():
    counts = np.random.default_rng(1).integers(10, 200, (6, 6))
    by_cells = ask(counts, values="counts").tables["tests"].set_index("measure")
    by_areas = ask(counts, persons=np.full(36, 5000), units="areas").tables["tests"].set_index("measure")
    assert by_areas.loc["eb_moran", "value"] == pytest.approx(by_cells.loc["moran", "value"])  # equal populations
    assert by_areas.loc["moran", "z"] == pytest.approx(by_cells.loc["moran", "z"])
    assert by_areas.loc["geary", "value"] == pytest.approx(by_cells.loc["geary", "value"])


def test_without_a_population_or_variation_or_neighbours_the_reason_is_told():
    assert ask(sloped(6), units="areas").reading["not_calculable_because"] == "no_population"
    result = ask(np.ones((5, 5), dtype=int))
    assert result.reading["not_calculable_because"] == "no_variation"
    assert set(told(result).values()) == {"tends_unknown"}
    parts = [shapely.box(2 * k * SIZE, 0, (2 * k + 1) * SIZE, SIZE) for k in range(10)]
    lonely = ask(np.arange(60).reshape(3, 20) % 4, mask=shapely.MultiPolygon(parts))
    assert lonely.reading["not_calculable_because"] == "not_enough_data"
    assert lonely.reading["islands"] == 10


def test_rates_that_chance_explains_keep_the_index_of_standardised_rates():
    result = ask(np.full((6, 6), 20), persons=np.linspace(4900, 5100, 36), units="areas")
    assert told(result)["moran"] == "tends_unknown"
    assert told(result)["eb_moran"] != "tends_unknown"


def test_refusals_by_name():
    with pytest.raises(NotEnoughDataError):
        ask(np.zeros((5, 5), dtype=int))
    with pytest.raises(ParameterError, match="119"):
        ask(sloped(), permutations=99)


def test_around_is_the_mean_of_the_neighbours_in_deviations():
    weights = listed_weights([[1], [0, 2], [1], []])
    around = look_around(np.array([1.0, 2.0, 6.0, 3.0]), weights)
    assert_allclose(around, np.array([-1, 0.5, -1, np.nan]) / np.sqrt(14 / 4))
    assert np.isnan(look_around(np.ones(4), weights)).all()


def test_a_turned_map_has_the_same_indices():
    counts = np.random.default_rng(2).poisson(1, (9, 9))
    one, other = (ask(each).tables["tests"] for each in (counts, np.rot90(counts)))
    columns = ["value", "expected", "variance", "z", "p_analytic"]
    pd.testing.assert_frame_equal(one[columns], other[columns])
