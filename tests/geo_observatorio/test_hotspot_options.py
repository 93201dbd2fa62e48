"""What the options of `hotspots` change in words and legends."""

from __future__ import annotations

import re

import pytest

from geo_observatorio.maps import draw
from geo_observatorio.readings import read_aloud

OPTIONS = {
    "gi": {"measure": "gi"},
    "max": {"correction": "max_statistic"},
    "none": {"correction": "none"},
    "drawn": {"inference": "monte_carlo", "weights": "decay", "shuffles": 19},
}


@pytest.fixture
def asked(by_hand):
    """Return what makes the finding of `hotspots` with options."""
    return lambda options: by_hand("hotspots", **options)


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_is_told_in_both_languages(asked, name):
    finding = asked(OPTIONS[name])
    spanish, english = (read_aloud(finding, language) for language in ("es", "en"))
    assert len(spanish) == len(english)
    assert not set(spanish) & set(english)
    for sentence in spanish + english:
        assert re.search(r"[{}]|nan|None", sentence) is None, sentence


def test_classes_without_false_discovery_rate_speak_of_p(asked):
    for options, word in (({}, "q ≤ 0.05"), (OPTIONS["none"], "p ≤ 0.05"), (OPTIONS["max"], "p ≤ 0.05")):
        legend = draw(asked(options).result, "es").layers[0].legend
        assert word in legend.entries[1].label
    assert "sin corregir" in draw(asked(OPTIONS["none"]).result, "es").layers[0].legend.unit
    assert "no están corregidas" in " ".join(read_aloud(asked(OPTIONS["none"])))


def test_gi_tells_what_lies_around_and_permutations_their_smallest_p(asked):
    drawing = draw(asked(OPTIONS["gi"]).result, "es")
    assert "(Gi)" in drawing.layers[0].legend.title
    assert "en sus vecinas" in drawing.layers[0].data["tip"][1]
    told = " ".join(read_aloud(asked(OPTIONS["drawn"])))
    assert "permutaciones (semilla 20240601): la menor posible es 1 entre 16,000" in told
