"""How a ratio of densities is drawn and read."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from analysis import find_statistic
from analysis.grids import grid_over
from geo_observatorio.maps import draw
from geo_observatorio.maps.chart_plans import draw_chart
from geo_observatorio.maps.contours import outline_below
from geo_observatorio.readings import read_aloud
from geo_observatorio.reports.picture import to_png


@pytest.fixture(scope="module")
def moved(by_hand, small_city):
    """Return a finding of two periods whose cluster grew."""
    finding = by_hand("hotspots")
    sides = small_city(cluster=40), small_city(cluster=260, seed=2)
    entry = find_statistic("relative_risk")
    result = entry.run(*sides, entry.params(relabellings=99, bandwidth=400.0))
    question = replace(
        finding.provenance.question, statistic="relative_risk", selections=2 * finding.provenance.question.selections
    )
    provenance = replace(finding.provenance, question=question)
    return replace(finding, result=result, provenance=provenance, sides=2 * finding.sides)


def test_a_contour_runs_between_the_centres_and_keeps_its_hole():
    grid = grid_over((0.0, 0.0, 2000.0, 2000.0), cell_size=100.0)
    at = grid.centres() - 1000.0
    away = np.hypot(*at.T)
    values = np.abs(away - 500.0) / 1000.0
    (ring,) = outline_below(grid, np.arange(grid.n), values, 0.2)
    assert len(ring.interiors) == 1
    assert ring.area == pytest.approx(np.pi * (700.0**2 - 300.0**2), rel=0.02)
    assert outline_below(grid, np.arange(grid.n), np.full(grid.n, np.nan), 0.2) == []


def test_the_ratio_is_a_picture_and_its_contours_are_shapes_with_a_legend(moved):
    drawing = draw(moved.result, "es").as_dict()
    surface, contours = drawing["layers"][-2:]
    json.dumps(drawing, allow_nan=False)
    assert surface["kind"] == "picture"
    assert surface["legend"]["title"] == "Razón de densidades"
    assert len(contours["legend"]["entries"]) == 4
    classes = {feature["properties"]["class"] for feature in contours["features"]["features"]}
    assert {"more95", "more99"} <= classes


@pytest.mark.parametrize("language", ["es", "en"])
def test_its_reading_is_whole_sentences(moved, language):
    for sentence in read_aloud(moved, language):
        assert re.search(r"[{}]|nan|None", sentence) is None, sentence
        assert sentence.endswith("."), sentence


def test_its_reading_says_the_whole_first_and_that_contours_are_pointwise(moved):
    told = " ".join(read_aloud(moved))
    assert "p = 0.010 para la mayor diferencia del mapa" in told
    assert "Los contornos valen punto por punto" in told
    assert "Plaza <b>Uno</b>, Poniente" in told


def test_nothing_distinguishable_is_told_with_the_same_care(moved, small_city):
    entry = find_statistic("relative_risk")
    result = entry.run(small_city(), small_city(seed=3), entry.params(relabellings=99))
    told = read_aloud(replace(moved, result=result))
    assert any("no se distinguen" in sentence for sentence in told)
    assert not any("Hay más de lo esperado" in sentence for sentence in told)


def test_other_categories_are_told_as_controls(moved):
    before, after = moved.provenance.question.selections
    question = replace(moved.provenance.question, selections=(replace(before, categories=("DAI-20",)), after))
    other = replace(moved, provenance=replace(moved.provenance, question=question))
    assert read_aloud(other)[0].startswith("Casos: 660 incidentes")


def test_it_leaves_as_a_file(moved):
    assert to_png(moved, "es")[:4] == b"\x89PNG"


def test_the_chart_of_days_marks_the_day_of_the_map_and_shades_a_month_that_is_not_over(by_hand, small_city):
    scene = replace(small_city(), since=np.datetime64("2024-01-01"), until=np.datetime64("2024-12-15"))
    finding = by_hand("space_time_density", scene, day="2024-03-01", cell_size=200.0)
    chart = draw_chart("space_time_density", finding.result, "es")
    assert [mark.label for mark in chart.marks] == ["el día del mapa"]
    assert chart.band
    assert chart.band_label == "último mes, incompleto"
    whole = by_hand("space_time_density", replace(scene, until=np.datetime64("2024-12-31")), cell_size=200.0)
    assert draw_chart("space_time_density", whole.result, "es").band == ""
    assert any("01/12/2024 no está completo" in told for told in read_aloud(by_hand("space_time_density", scene)))
