"""The reading of `local_geary`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.alike import say_correction
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice, say_placed

NOT_TO_CONCLUDE = (
    "De este mapa no se concluye por qué se parecen las celdas vecinas: donde casi todo está vacío, dos celdas vacías "
    "se parecen sin que eso diga nada; y una celda sin color no es una celda segura."
)
TOLD = {
    "geary_hh": ("Parecida y alta: una celda.", "Parecidas y altas: {n} celdas."),
    "geary_ll": ("Parecida y baja: una celda.", "Parecidas y bajas: {n} celdas."),
    "geary_alike": (
        "Parecida a sus vecinas, cerca de la media: una celda.",
        "Parecidas a sus vecinas, cerca de la media: {n} celdas.",
    ),
    "geary_unlike": (
        "Distinta de sus vecinas: una celda, borde o salto.",
        "Distintas de sus vecinas: {n} celdas, bordes o saltos.",
    ),
}


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say which cells are alike and which unlike, how sure that is, and what not to conclude."""
    facts = finding.result.reading
    sentences = [*say_placed(finding, voice), *_say_found(facts, voice), *say_correction(facts, voice)]
    return [*sentences, *say_gate(facts, voice), voice.word(NOT_TO_CONCLUDE)]


def _say_found(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    if facts["no_variation"]:
        return [voice.word("Todas las celdas valen lo mismo: no hay nada que comparar con sus vecinas.")]
    if facts["nothing_distinguishable"]:
        return [voice.word("Ninguna celda difiere de sus vecinas menos, ni más, de lo que el azar hace.")]
    return [voice.say_n(told, facts[name]) for name, told in TOLD.items() if facts[name]]
