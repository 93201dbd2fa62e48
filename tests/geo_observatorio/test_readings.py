import re
from dataclasses import replace

import pytest

from geo_observatorio.readings import read_aloud
from geo_observatorio.readings.quality import say_quality
from geo_observatorio.readings.voice import Voice

STATISTICS = (
    "density",
    "space_time_density",
    "weighted_density",
    "density_rate",
    "weighted_concentration",
    "hotspots",
    "concentration",
    "scan",
    "area_hotspots",
    "area_totals",
    "area_rates",
    "location_quotient",
)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("name", STATISTICS)
def test_a_reading_is_whole_sentences_without_holes(findings, name, language):
    for sentence in read_aloud(findings[name], language):
        assert re.search(r"[{}]|nan|None", sentence) is None, sentence
        assert sentence.endswith("."), sentence


@pytest.mark.parametrize("name", STATISTICS)
def test_every_sentence_of_a_reading_has_its_english(findings, name):
    spanish, english = (read_aloud(findings[name], language) for language in ("es", "en"))
    assert len(spanish) == len(english)
    assert not set(spanish) & set(english)


def test_hot_cells_are_told_beside_those_of_a_shuffled_map(findings):
    finding = findings["hotspots"]
    assert finding.result.reading["hot95"] > 0
    assert any("mapas barajados" in sentence for sentence in read_aloud(finding))


def test_a_base_under_twenty_is_told_as_a_count():
    voice = Voice(language="es")
    assert voice.share_of(3, 19) == "3 de 19"
    assert voice.share_of(5, 20) == "25 %"


def test_two_sides_placed_alike_warn_of_nothing_and_unlike_ones_do(by_hand, small_city):
    finding = by_hand("hotspots")
    side = replace(finding.context, quality={"level": "B", "faults": []})
    worse = replace(side, unplaced_by_method={"corregimiento": side.n_placed})
    alike, unlike = (replace(finding, sides=pair) for pair in ((side, side), (side, worse)))
    voice = Voice(language="es")
    assert [sentence[:5] for sentence in say_quality(alike, voice)] == ["Antes", "Despu"]
    assert "el 50 %" in say_quality(unlike, voice)[-1]
    assert say_quality(replace(finding, sides=(side, replace(side, quality={}))), voice) == []


def test_what_some_grid_shows_is_unstable_and_not_called_chance(by_hand):
    finding = by_hand("stability")
    for some, told in ((0.4, "nada de lo que sale es estable."), (0.0, "nada se distingue del azar.")):
        facts = finding.result.reading | {"km2_50": 0.0, "km2_some_grid": some}
        sentences = read_aloud(replace(finding, result=replace(finding.result, reading=facts)))
        assert [sentence.endswith(told) for sentence in sentences if sentence.startswith("Ningún lugar")] == [True]


def test_one_place_is_told_as_one(by_hand):
    finding = by_hand("hotspots")
    facts = finding.result.reading | {"places": 1}
    told = read_aloud(replace(finding, result=replace(finding.result, reading=facts, left_out={"outside_mask": 1})))
    assert any(sentence.startswith("El lugar que sigue ocupa") for sentence in told)
    assert "Un incidente cae fuera del área de estudio y no se usa." in told
    assert not any(re.search(r"\b1 [a-z]+s\b", sentence) for sentence in told)
