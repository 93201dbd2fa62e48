"""The reading of `local_moran`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.alike import say_correction
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice, say_placed

NOT_TO_CONCLUDE = (
    "De este mapa no se concluye por qué se parecen las celdas vecinas, ni que una celda sin color sea segura; "
    "y una celda muy llena sin vecinas que la acompañen no forma una agrupación: mírela en los puntos calientes."
)
TOLD = {
    "hh": ("Alto rodeado de alto: una celda.", "Alto rodeado de alto: {n} celdas. Forman agrupaciones."),
    "ll": ("Bajo rodeado de bajo: una celda.", "Bajo rodeado de bajo: {n} celdas."),
    "hl": (
        "Alto rodeado de bajo: una celda que se aparta de su entorno.",
        "Alto rodeado de bajo: {n} celdas que se apartan de su entorno.",
    ),
    "lh": (
        "Bajo rodeado de alto: una celda, hueco dentro de una zona alta.",
        "Bajo rodeado de alto: {n} celdas, huecos dentro de una zona alta.",
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
        return [voice.word("Ninguna celda se parece a sus vecinas, ni se aparta de ellas, más de lo que el azar hace.")]
    sentences = []
    for name, told in TOLD.items():
        if facts[name]:
            sentences.append(voice.say_n(told, facts[name]))
    if facts["hh"]:
        sentences.append(
            voice.say(
                "En las altas rodeadas de altas ({km2} km²) ocurrió el {share}.",
                km2=voice.number(facts["hh_km2"], 1),
                share=voice.share_of(facts["hh_incident_share"] * facts["incidents"], facts["incidents"]),
            )
        )
    return sentences
