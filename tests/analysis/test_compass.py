"""In which part of an area something lies."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

from analysis.compass import find_directions

AREAS = gpd.GeoDataFrame(geometry=[box(0, 0, 2000, 2000), box(2000, 0, 4000, 2000)], crs=32617)


@pytest.mark.parametrize(
    ("x", "y", "where"),
    [
        (1900, 1000, "east"),
        (1900, 1900, "northeast"),
        (1000, 1900, "north"),
        (100, 1900, "northwest"),
        (100, 1000, "west"),
        (100, 100, "southwest"),
        (1000, 100, "south"),
        (1900, 100, "southeast"),
        (1100, 900, "centre"),
    ],
)
def test_a_position_is_told_by_the_compass(x: float, y: float, where: str):
    assert find_directions(np.array([[x, y]]), AREAS, np.array([0])).tolist() == [where]


def test_each_is_seen_from_its_own_area_and_without_one_there_is_no_direction():
    xy = np.array([[2100.0, 1000.0], [2100.0, 1000.0], [2100.0, 1000.0]])
    assert find_directions(xy, AREAS, np.array([1, 0, -1])).tolist() == ["west", "east", ""]


def test_nothing_has_no_direction():
    assert find_directions(np.empty((0, 2)), AREAS, np.empty(0, dtype=np.int64)).tolist() == []
