"""The reading of `area_hotspots`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.voice import Voice, say_placed

NOT_TO_CONCLUDE = (
    "Con tan pocas unidades la prueba tiene poco poder: que ninguna destaque no quiere decir que todas sean iguales. "
    "La población residente no es la que pasa de día."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say which areas stand out for their people, on which population, and what not to conclude."""
    facts = finding.result.reading
    sentences = say_placed(finding, voice) + _say_most(facts, voice) + _say_rates(facts, voice)
    if facts["without_area"]:
        sentences.append(
            voice.say_n(
                (
                    "Un incidente no tiene corregimiento conocido.",
                    "{n} incidentes no tienen corregimiento conocido.",
                ),
                facts["without_area"],
            )
        )
    return [*sentences, voice.word(NOT_TO_CONCLUDE)]


def _say_most(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    most = facts["most"]
    if not most:
        return []
    told = "Más incidentes: {name}, con {value}. Un conteo no es un riesgo: donde hay más gente hay más casos."
    return [voice.say(told, name=most["name"], value=voice.number(most["value"]))]


def _say_rates(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    if facts["population"] is None:
        return [voice.word("Sin población cargada, la tasa no es calculable y ningún corregimiento se clasifica.")]
    sentences = [
        voice.say(
            "Tasa común: {rate} por 100,000 habitantes y año (población {vintage}).",
            rate=voice.number(facts["common_rate"] or 0, 1),
            vintage=facts["population"]["vintage"],
        )
    ]
    if facts["nothing_distinguishable"]:
        return [*sentences, voice.word("Ningún corregimiento se distingue del azar, ni por alto ni por bajo.")]
    for names, told in (
        (facts["hot"], "Con vecinos de tasa alta, más de lo que el azar explica: {names}."),
        (facts["cold"], "Con vecinos de tasa baja, menos de lo que el azar explica: {names}."),
    ):
        if names:
            sentences.append(voice.say(told, names=", ".join(names)))
    return sentences
