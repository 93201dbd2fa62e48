"""Local Geary by areas: against spdep, by listing deals, refusals, chance."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from numpy.testing import assert_allclose

from analysis.area_gi import border_neighbours
from analysis.area_local_geary import AreaLocalGearyParams, area_local_geary, find_gap_areas
from analysis.errors import ParameterError
from analysis.rates import standardise_rates
from analysis.scene import Population, Scene, points_at
from analysis.weights import listed_weights

CASES = json.loads((Path(__file__).parent / "reference" / "autocorrelation.json").read_text())["cases"]
KM = 1000.0


def ask(rates, **options):
    """Ask of square kilometres with 10,000 persons each and so many incidents, row by row from the south."""
    rates = np.asarray(rates)
    rows, columns = rates.shape
    boxes = [shapely.box(KM * c, KM * r, KM * (c + 1), KM * (r + 1)) for r in range(rows) for c in range(columns)]
    codes = [f"{k:03d}" for k in range(rates.size)]
    areas = gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=boxes, crs=32617)
    where = np.repeat(np.arange(rates.size), rates.ravel())
    points = points_at(KM * (where % columns + 0.5), KM * (where // columns + 0.5))
    points.area[:] = where
    land = shapely.union_all(boxes)
    people = Population(persons=np.full(rates.size, 1e4), vintage="2023", kind="residential", source="")
    scene = Scene(crs=32617, points=points, months=12, window=land, mask=land, areas=areas, population=people)
    return area_local_geary(scene, AreaLocalGearyParams(**options))


def block():
    rates = np.random.default_rng(3).poisson(20, (6, 6))
    rates[:3, :3] = 90 + np.arange(9).reshape(3, 3)
    return rates


@pytest.mark.parametrize("style", ["W", "B"])
def test_c_agrees_with_spdep(style):
    case = CASES["COL.OLD_CRIME"]
    params = AreaLocalGearyParams(weights=style, permutations=9999)
    found = find_gap_areas(np.array(case["x"]), listed_weights(case["neighbours"]), params)
    assert_allclose(found.values["geary"], case[style]["local_c"], atol=1e-9)


def test_p_agrees_with_listing_all_deals():
    table = ask(np.random.default_rng(1).integers(1, 90, (3, 4)), correction="none").table
    values = table["standard_rate"].to_numpy()
    near = border_neighbours(table).toarray()
    for i in range(12):
        gaps = np.delete((values - values[i]) ** 2, i)
        dealt = np.array([sum(chosen) for chosen in combinations(gaps, int(near[i].sum()))])
        total = float(near[i] @ (values - values[i]) ** 2)
        tails = np.mean(dealt >= total - 1e-9), np.mean(dealt <= total + 1e-9)
        assert table["p"].iloc[i] == pytest.approx(min(1.0, 2 * min(tails)))


def test_the_middle_of_a_block_is_alike_and_high():
    result = ask(block())
    assert result.table["class"].iloc[7] == "geary_hh"
    assert "007" in result.reading["geary_hh"]
    assert result.table["geary"].iloc[7] < result.table["expected"].iloc[7]


def test_too_few_permutations_are_refused_and_equal_rates_told():
    with pytest.raises(ParameterError, match="1439"):
        ask(block(), permutations=999)
    assert ask(np.full((6, 6), 5)).reading["not_calculable_because"] == "no_variation"


def test_chance_passes_five_percent_of_the_units_and_five_percent_of_the_maps():
    rng, maps = np.random.default_rng(10), 200
    near = border_neighbours(ask(np.full((5, 5), 5)).table)
    below, shown = 0, 0
    for _ in range(maps):
        persons = rng.integers(1000, 50_000, 25).astype(float)
        z = standardise_rates(rng.poisson(persons * 0.003), persons)
        found = find_gap_areas(z, near, AreaLocalGearyParams(permutations=1999))
        below += int(np.sum(found.p <= 0.05))
        shown += bool(np.isin(found.classes, ["none", "not_calculable"], invert=True).any())
    assert 0.04 <= below / (maps * 25) <= 0.06
    assert shown / maps <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / maps)
