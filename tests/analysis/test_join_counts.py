"""Join counts of a scene, by cells and by areas."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely
from numpy.testing import assert_array_equal

from analysis.errors import ParameterError
from analysis.join_counts import JoinCountsParams, join_counts
from analysis.scene import Population, Scene, points_at

SIZE = 250.0


def ask(counts, *, persons=None, **options):
    """Ask of a city of cells that are areas as well, with so many incidents, row by row from the south."""
    counts = np.asarray(counts)
    rows, columns = counts.shape
    ground = shapely.box(0, 0, columns * SIZE, rows * SIZE)
    where = np.repeat(np.arange(counts.size), counts.ravel())
    points = points_at((where % columns + 0.5) * SIZE, (where // columns + 0.5) * SIZE)
    boxes = [
        shapely.box(c * SIZE, r * SIZE, (c + 1) * SIZE, (r + 1) * SIZE) for r in range(rows) for c in range(columns)
    ]
    codes = [f"{k:03d}" for k in range(counts.size)]
    people = None
    if persons is not None:
        people = Population(persons=np.asarray(persons, dtype=float), vintage="2023", kind="residential", source="")
    scene = Scene(
        crs=32617,
        points=dataclasses.replace(points, area=where),
        months=12,
        window=ground,
        mask=ground,
        areas=gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=boxes, crs=32617),
        population=people,
    )
    return join_counts(scene, JoinCountsParams(**{"permutations": 199, **options}))


def halves(side=6):
    counts = np.zeros((side, side), dtype=int)
    counts[:, : side // 2] = 3
    return counts


def test_two_halves_on_paper():
    result = ask(halves(4), neighbourhood="distance", band=SIZE)  # sides alone: 24 pairs
    tests = result.tables["tests"].set_index("measure")
    assert tests["value"].to_dict() == {"bb": 10.0, "ww": 10.0, "bw": 4.0}
    assert result.table["class"].tolist() == ["marked", "marked", "none", "none"] * 4


def test_a_half_that_is_marked_lies_together_and_scattered_marks_do_not():
    assert set(ask(halves()).tables["tests"]["tells"]) == {"tends_alike"}
    scattered = np.random.default_rng(1).random((10, 10)) < 0.4
    assert set(ask(scattered.astype(int)).tables["tests"]["tells"]) == {"tends_neither"}


def test_the_median_marks_less_than_half_where_counts_tie():
    counts = np.array([[0, 0, 1, 1], [2, 2, 3, 5], [1, 1, 1, 9]])
    result = ask(counts, mark="above_median")
    assert_array_equal(result.table["class"] == "marked", (counts > 1).ravel())


def test_areas_are_marked_by_their_rate_and_one_without_people_is_not_marked_at_all():
    persons = np.full(36, 5000.0)
    persons[7] = np.nan
    counts = 10 + halves()
    result = ask(counts, persons=persons, units="areas", mark="above_median")
    assert result.table["class"].iloc[7] == "not_calculable"
    assert result.reading["n"] == 35
    assert result.view.kind == "areas"
    assert result.reading["marked"] in (17, 18)
    bw = result.tables["tests"].set_index("measure").loc["bw"]
    assert bw["tells"] == "tends_alike"


def test_where_there_is_nothing_to_compare_the_reason_is_told():
    everyone = ask(np.ones((5, 5), dtype=int))
    assert everyone.reading["not_calculable_because"] == "no_variation"
    assert everyone.reading["marked"] == 25
    assert ask(halves(), units="areas").reading["not_calculable_because"] == "no_population"


def test_too_few_permutations_for_three_tests_are_refused():
    with pytest.raises(ParameterError, match="119"):
        ask(halves(), permutations=99)
    ask(halves(), permutations=119)
    ask(halves(), permutations=99, correction="none")


def test_an_incident_more_in_a_marked_cell_changes_nothing():
    more = halves()
    more[0, 0] += 50
    one, other = ask(halves()).tables["tests"], ask(more).tables["tests"]
    assert one.equals(other)
