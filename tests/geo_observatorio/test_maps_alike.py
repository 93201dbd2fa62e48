"""How tests of autocorrelation are drawn: four classes, and a legend that declares what was not corrected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from geo_observatorio.maps import draw
from geo_observatorio.maps.chart_plans import draw_chart
from geo_observatorio.maps.classes import say_unit
from geo_observatorio.provenance import Finding
from geo_observatorio.readings import read_aloud
from geo_observatorio.readings.join_counts import read as read_joins
from geo_observatorio.readings.voice import Voice

ByHand = Callable[..., Finding]


def legend_of(finding: Finding, language: str = "es") -> Any:
    layer = next(layer for layer in draw(finding.result, language).layers if layer.id in {"cells", "areas", "surface"})
    return layer.legend


@pytest.mark.parametrize("name", ["local_moran", "local_geary"])
def test_the_legend_declares_that_nothing_was_corrected(by_hand: ByHand, name: str) -> None:
    assert "sin corregir" not in legend_of(by_hand(name)).unit
    assert "sin corregir" in legend_of(by_hand(name, correction="none")).unit
    assert "not corrected" in legend_of(by_hand(name, correction="none"), "en").unit


def test_the_reading_declares_it_too_and_counts_what_chance_would_pass(by_hand: ByHand) -> None:
    told = " ".join(read_aloud(by_hand("local_moran", correction="none")))
    assert "Sin corrección por pruebas múltiples" in told
    assert "De ninguna por sí sola se dice que es significativa" in told


def test_a_clustered_city_is_read_as_high_among_high(by_hand: ByHand) -> None:
    finding = by_hand("local_moran")
    assert any(sentence.startswith("Alto rodeado de alto") for sentence in read_aloud(finding))
    colours = {entry.label: entry.colour for entry in legend_of(finding).entries}
    assert len(set(colours.values())) == 4


def test_units_are_words_in_a_legend_whatever_its_painter(by_hand: ByHand) -> None:
    for name in ("global_autocorrelation", "density", "area_hotspots"):
        words = say_unit(by_hand(name).result, "es")
        assert "_" not in words
    assert say_unit(by_hand("global_autocorrelation").result, "en").startswith("in standard deviations")


def test_the_chart_marks_the_map_among_dealt_ones(by_hand: ByHand) -> None:
    finding = by_hand("global_autocorrelation")
    chart = draw_chart("global_autocorrelation", finding.result, "es")
    assert chart is not None
    assert [mark.label for mark in chart.marks] == ["este mapa"]
    assert 0.0 <= chart.marks[0].at <= 100.0


def test_without_an_answer_there_is_no_chart_and_the_reason_is_said(by_hand: ByHand) -> None:
    finding = by_hand("global_autocorrelation", units="areas")  # two areas
    assert draw_chart("global_autocorrelation", finding.result, "es") is None
    assert any("muy pocas unidades" in sentence for sentence in read_aloud(finding))
    assert np.isnan(finding.result.tables["tests"]["value"]).all()


@pytest.mark.parametrize(
    ("moran", "told"), [("tends_alike", "lo que se junta es lo bajo"), ("tends_unlike", "lo alto está más apartado")]
)
def test_a_low_g_says_that_the_low_gathers_only_where_like_lies_beside_like(
    by_hand: ByHand, moran: str, told: str
) -> None:
    finding = by_hand("global_autocorrelation")
    tends = {"moran": moran, "geary": moran, "general_g": "tends_unlike"}
    tests = [{**test, "tells": tends[test["measure"]]} for test in finding.result.reading["tests"]]
    result = replace(finding.result, reading={**finding.result.reading, "tests": tests})
    assert any(told in sentence for sentence in read_aloud(replace(finding, result=result)))


def test_whole_pairs_are_written_whole(by_hand: ByHand) -> None:
    finding = by_hand("join_counts")
    bw = finding.result.tables["tests"].set_index("measure").loc["bw", "value"]
    told = " ".join(read_joins(finding, Voice(language="es")))
    assert f"{round(bw):,} pares de uno de cada uno" in told
