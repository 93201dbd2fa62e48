"""The reading of `cross_ripley`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.relative_risk import say_sides
from geo_observatorio.readings.ripley import say_ranges
from geo_observatorio.readings.voice import Voice

CHANCE = (
    "El azar de esta prueba reparte las dos clases entre los mismos puntos: lo juntos que están por la ciudad no "
    "cuenta, solo si unos buscan o evitan a los otros."
)
MAP = (
    "El mapa dice qué parte son los segundos entre los puntos a {reach} m o menos de cada celda, frente a la de toda "
    "el área: no es una prueba."
)
NOT_TO_CONCLUDE = (
    "De aquí no se concluye que unos lleven a los otros: si las dos clases prefieren barrios distintos, o se registran "
    "de distinta manera, también se apartan."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say whether the two kinds seek or avoid each other, how sure that is, and what not to conclude."""
    facts = finding.result.reading
    sentences = [*say_sides(finding, voice), _say_curve(facts, voice), voice.word(CHANCE)]
    sentences.append(voice.say(MAP, reach=voice.number(facts["reach"])))
    if facts["sampled_out"]:
        told = "Son una muestra de ambos lados: quedan fuera {n}."
        sentences.append(voice.say(told, n=voice.number(facts["sampled_out"])))
    return [*sentences, *say_gate(facts, voice), voice.word(NOT_TO_CONCLUDE)]


def _say_curve(facts: Mapping[str, Any], voice: Voice) -> str:
    values = {
        "p": voice.number(facts["p"], 3),
        "runs": voice.number(facts["runs"]),
        "at": voice.number(facts["at"]),
        "farthest": voice.number(facts["farthest"]),
        "closer": say_ranges(facts["closer"], voice),
        "apart": say_ranges(facts["apart"], voice),
    }
    if facts["closer"] and facts["apart"]:
        told = (
            "Unos están más cerca de los otros que si las clases se repartieran al azar {closer}, y más lejos {apart} "
            "(L cruzada, dos lados, p = {p} en {runs} repartos)."
        )
    elif facts["closer"]:
        told = (
            "Unos están más cerca de los otros que si las clases se repartieran al azar {closer}; lo que más se "
            "aparta, a {at} m (L cruzada, dos lados, p = {p} en {runs} repartos)."
        )
    elif facts["apart"]:
        told = (
            "Unos están más lejos de los otros que si las clases se repartieran al azar {apart}; lo que más se "
            "aparta, a {at} m (L cruzada, dos lados, p = {p} en {runs} repartos)."
        )
    else:
        told = (
            "Hasta {farthest} m no se distingue que unos busquen o eviten a los otros (L cruzada, dos lados, p = {p} "
            "en {runs} repartos)."
        )
    return voice.say(told, **values)
