"""The reading of `area_local_geary`."""

from __future__ import annotations

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.area_local_moran import NOT_TO_CONCLUDE, say_areas
from geo_observatorio.readings.voice import Voice

TOLD = {
    "geary_hh": "Tasas altas y parecidas a las de alrededor: {names}.",
    "geary_ll": "Tasas bajas y parecidas a las de alrededor: {names}.",
    "geary_alike": "Tasas parecidas a las de alrededor, cerca de la media: {names}.",
    "geary_unlike": "Tasas distintas de las de alrededor: {names}.",
}
NOTHING = "Ninguna tasa difiere de las de alrededor menos, ni más, de lo que el azar hace."


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say which areas differ little or much from those around them, how sure that is, and what not to conclude."""
    told = {name: voice.word(text) for name, text in TOLD.items()}
    return [*say_areas(finding, voice, told, voice.word(NOTHING)), voice.word(NOT_TO_CONCLUDE)]
