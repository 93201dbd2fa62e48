"""What readings of autocorrelation say alike: which side was tested, and what the correction took away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.readings.voice import Voice

SIDES = {
    "two": "La prueba mira los dos lados: parecidos y distintos.",
    "positive": "La prueba mira un solo lado: los parecidos.",
    "negative": "La prueba mira un solo lado: los distintos.",
}
SMALL = 10  # an expected number below it is told with a decimal
CORRECTED = (
    "Sin corregir, pasarían el nivel de {level} {below} de {n}; por puro azar se esperan {chance}. "
    "Lo que se dibuja ya está corregido."
)
UNCORRECTED = (
    "Sin corrección por pruebas múltiples: pasan el nivel de {level} {below} de {n}, y por puro azar se esperan "
    "{chance}. De ninguna por sí sola se dice que es significativa."
)


def say_correction(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say which side was tested, how many tests passed before the correction, and how many chance would pass."""
    if facts["no_variation"]:
        return []
    told = UNCORRECTED if facts["correction"] == "none" else CORRECTED
    return [
        voice.word(SIDES[facts["sides"]]),
        voice.say(
            told,
            below=voice.number(facts["below_level_before_correction"]),
            n=voice.number(facts["cells"]),
            level=voice.number(facts["level"], 2),
            chance=voice.number(facts["by_chance"], 0 if facts["by_chance"] >= SMALL else 1),
        ),
    ]
