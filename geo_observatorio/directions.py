"""Directions in words: where in its area a place lies."""

from __future__ import annotations

from geo_observatorio.language import translate

WORDS = {
    "north": "norte",
    "northeast": "noreste",
    "east": "este",
    "southeast": "sureste",
    "south": "sur",
    "southwest": "suroeste",
    "west": "oeste",
    "northwest": "noroeste",
    "centre": "centro",
}


def name_direction(code: str, language: str) -> str:
    """Return the word for a direction, empty for none."""
    return translate(WORDS[code], language) if code in WORDS else ""
