"""Local Moran by areas: standardised rates, all deals or samples, refusals, islands, chance."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
import shapely.affinity
from numpy.testing import assert_allclose, assert_array_equal

from analysis.area_gi import border_neighbours
from analysis.area_local_moran import AreaLocalMoranParams, area_local_moran, find_alike_areas
from analysis.errors import NotEnoughDataError, NoVariationError, ParameterError
from analysis.rates import standardise_rates
from analysis.scene import Population, Scene, points_at
from analysis.weights import listed_weights

CASES = json.loads((Path(__file__).parent / "reference" / "autocorrelation.json").read_text())["cases"]
KM = 1000.0


def scene_of(counts, persons, *, columns=5, apart=()):
    """Return areas of a square kilometre, row by row from the south, with so many incidents and persons."""
    counts = np.asarray(counts)
    cells = [(k % columns, k // columns) for k in range(len(counts))]
    shapes = [shapely.box(KM * c, KM * r, KM * (c + 1), KM * (r + 1)) for c, r in cells]
    shapes = [shapely.affinity.translate(s, 50 * KM, 0) if k in apart else s for k, s in enumerate(shapes)]
    areas = gpd.GeoDataFrame(
        {"code": [f"{k:03d}" for k in range(len(counts))], "name": [f"Área {k}" for k in range(len(counts))]},
        geometry=shapes,
        crs=32617,
    )
    where = np.repeat(np.arange(len(counts)), counts)
    centres = np.array([shape.centroid.coords[0] for shape in shapes]).reshape(-1, 2)
    points = dataclasses.replace(points_at(*centres[where].T), area=where)
    land = shapely.union_all(shapes)
    people = None
    if persons is not None:
        people = Population(persons=np.asarray(persons, dtype=float), vintage="2023", kind="residential", source="")
    return Scene(crs=32617, points=points, months=12, window=land, mask=land, areas=areas, population=people)


def ask(counts, persons, *, columns=5, apart=(), **options):
    return area_local_moran(scene_of(counts, persons, columns=columns, apart=apart), AreaLocalMoranParams(**options))


def block():
    """Return 36 areas of equal size, a corner of which has three times the rate."""
    counts = np.full((6, 6), 20)
    counts[:3, :3] = 60
    return (counts + np.arange(36).reshape(6, 6) % 5).ravel()


def test_standardised_rates_and_the_sum_of_i_agree_with_spdep():
    case = CASES["EB_SIDS"]
    z = standardise_rates(np.array(case["counts"]), np.array(case["persons"], dtype=float))
    assert_allclose(z, case["z"], atol=1e-10)
    weights = listed_weights(case["neighbours"])
    for style in "BW":
        params = AreaLocalMoranParams(weights=style, divisor="n", permutations=9999)
        found = find_alike_areas(z, weights, params)
        total = weights.sum() if style == "B" else 98
        # spdep divides n by S0 in the global index, whose n counts the two islands too
        assert np.nansum(found.values["moran"]) / total == pytest.approx(case[style], abs=1e-9)


def test_a_block_of_high_rates_is_high_among_high():
    result = ask(block(), np.full(36, 10_000), columns=6)
    classes = result.table["class"].to_numpy().reshape(6, 6)
    assert (classes[[0, 1, 1], [1, 0, 1]] == "hh").all()  # the corner itself has three neighbours: too little
    assert result.reading["exact"]
    assert "Área 7" in result.reading["hh"]


def test_counts_that_follow_the_people_show_nothing():
    persons = np.random.default_rng(3).integers(2_000, 80_000, 36)
    counts = np.random.default_rng(4).poisson(persons * 0.002)
    assert ask(counts, persons, columns=6).reading["nothing_distinguishable"]


def test_samples_and_all_deals_agree():
    counts, persons = block()[:25], np.full(25, 10_000)
    exact, drawn = ask(counts, persons), ask(counts, persons, permutations=50_000)
    assert_allclose(drawn.table["p"], exact.table["p"], rtol=0.16, atol=0.001)  # a tail of 1,000 deals: 3 %
    assert not drawn.reading["exact"]


def test_rows_in_another_order_give_the_same_answer():
    scene = scene_of(block(), np.full(36, 10_000) + 100 * np.arange(36), columns=6)
    order = np.random.default_rng(0).permutation(36)
    place = np.argsort(order)
    other = dataclasses.replace(
        scene,
        areas=scene.areas.iloc[order].reset_index(drop=True),
        points=dataclasses.replace(scene.points, area=place[scene.points.area]),
        population=dataclasses.replace(scene.population, persons=scene.population.persons[order]),
    )
    one = area_local_moran(scene, AreaLocalMoranParams()).table.set_index("code")
    two = area_local_moran(other, AreaLocalMoranParams()).table.set_index("code").loc[one.index]
    assert_allclose(two["p"], one["p"])
    assert_array_equal(two["class"], one["class"])


def test_an_island_has_no_class_and_is_named_and_an_unknown_population_poisons_nobody():
    persons = np.full(30, 10_000.0)
    persons[4] = np.nan
    result = ask(block()[:30], persons, columns=6, apart=(29,))
    table = result.table.set_index("name")
    assert result.reading["islands"] == ["Área 29"]
    assert table.loc["Área 29", "class"] == table.loc["Área 4", "class"] == "not_calculable"
    assert np.isfinite(table.loc["Área 29", "standard_rate"])
    assert table["p"].notna().sum() == 28
    assert result.reading["areas_with_rate"] == 29


@pytest.mark.parametrize(
    ("counts", "persons", "reason"),
    [
        (block(), None, "no_population"),
        (block(), np.full(36, np.nan), "no_population"),
        ([5, 6, 7], [1000, 1000, 1000], "not_enough_data"),
        ([5, 5, 5, 5, 5, 5], [1000] * 6, "no_variation"),
        ([1, 5, 9, 12], [1000] * 4, "resolution"),
    ],
)
def test_what_cannot_be_told_is_a_result_with_its_reason(counts, persons, reason):
    result = ask(counts, persons, columns=2 if len(counts) == 4 else 6)
    assert result.reading["not_calculable_because"] == reason
    assert set(result.table["class"]) == {"not_calculable"}


def test_too_few_permutations_for_the_correction_are_refused():
    with pytest.raises(ParameterError, match="1439"):  # 36 tests, two sides, 5 %
        ask(block(), np.full(36, 10_000), columns=6, permutations=999)
    assert ask(block(), np.full(36, 10_000), columns=6, permutations=1439).reading["runs"] == 1439


def test_refusals_of_the_plain_function_and_of_a_scene_without_areas():
    with pytest.raises(NoVariationError):
        find_alike_areas(np.ones(5), listed_weights([[1], [0], [3], [2], []]), AreaLocalMoranParams())
    with pytest.raises(ParameterError, match="2 without"):
        find_alike_areas(
            np.array([1.0, np.nan, 3.0, np.inf]), listed_weights([[1], [0], [3], [2]]), AreaLocalMoranParams()
        )
    with pytest.raises(NotEnoughDataError):
        ask(np.zeros(0, dtype=int), [])


def test_chance_passes_five_percent_of_the_units_and_five_percent_of_the_maps():
    rng, maps = np.random.default_rng(9), 200
    scene = scene_of(np.ones(25, dtype=int), np.full(25, 1000))
    near = border_neighbours(scene.areas)
    below, shown = 0, 0
    for _ in range(maps):
        persons = rng.integers(1000, 50_000, 25)
        z = standardise_rates(rng.poisson(persons * 0.003), persons.astype(float))
        found = find_alike_areas(z, near, AreaLocalMoranParams(permutations=1999))
        below += int(np.sum(found.p <= 0.05))
        shown += bool(np.isin(found.classes, ["hh", "ll", "hl", "lh"]).any())
    assert 0.04 <= below / (maps * 25) <= 0.06
    assert shown / maps <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / maps)
