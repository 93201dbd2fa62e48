import re

import pytest

from geo_observatorio.readings import read_aloud
from geo_observatorio.readings.voice import Voice

STATISTICS = ("density", "hotspots", "concentration", "area_hotspots", "area_totals")


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
