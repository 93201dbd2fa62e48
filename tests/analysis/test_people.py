from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.errors import NotEnoughDataError
from analysis.people import spread_people
from analysis.scene import Population, Scene, points_at

MASK = shapely.union_all([shapely.box(0, 0, 1000, 2000), shapely.box(3000, 0, 4000, 1000)])
SHAPES = [shapely.box(0, 0, 2000, 2000), shapely.box(2000, 0, 4000, 2000), shapely.box(5000, 0, 6000, 1000)]


def scene_of(persons: list[float] | None, shapes: list[shapely.Polygon] = SHAPES) -> Scene:
    areas = gpd.GeoDataFrame({"code": [str(k) for k in range(len(shapes))], "name": ""}, geometry=shapes, crs=32617)
    people = None
    if persons is not None:
        people = Population(persons=np.array(persons), vintage="2023", kind="residential", source="")
    empty = points_at(np.array([]), np.array([]))
    return Scene(crs=32617, points=empty, months=12.0, window=MASK, mask=MASK, areas=areas, population=people)


def test_people_live_on_the_inhabited_ground_of_their_area_and_none_is_lost() -> None:
    people = spread_people(scene_of([2000.0, 500.0, 70.0]), step=100.0)
    west = people.xy[:, 0] < 2000
    assert_allclose(people.persons[west].sum(), 2000.0)
    assert_allclose(people.persons[~west].sum(), 500.0)
    assert people.unspread == 70.0
    assert shapely.contains_xy(MASK, *people.xy.T).all()
    assert_allclose(people.persons[west], 2000 / 200)  # 2 km² of places of a hectare


def test_an_area_without_a_number_gets_nobody_and_is_not_known() -> None:
    people = spread_people(scene_of([np.nan, 500.0, 70.0]), step=100.0)
    assert_allclose(people.persons.sum(), 500.0)
    assert people.known.tolist() == [False, True, True]


def test_a_place_of_two_areas_belongs_to_the_smaller() -> None:
    shapes = [shapely.box(0, 0, 4000, 2000), shapely.box(0, 0, 500, 500)]
    people = spread_people(scene_of([1000.0, 900.0], shapes), step=100.0)
    inside = (people.xy < 500).all(axis=1)
    assert_allclose(people.persons[inside].sum(), 900.0)
    assert_allclose(people.persons.sum(), 1900.0)


def test_without_a_population_there_is_nobody_to_spread() -> None:
    with pytest.raises(NotEnoughDataError):
        spread_people(scene_of(None), step=100.0)
