"""The reading of `location_quotient`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.voice import Voice, say_placed

MOST_NAMED = 4
NOT_TO_CONCLUDE = (
    "El cociente dice de qué se compone lo que ocurre en un lugar, no cuánto ocurre: puede ser alto donde pasa poco, "
    "y bajo donde pasa de todo. No es un riesgo para las personas."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say the part of the city, where it is larger or smaller beyond chance, and what not to conclude."""
    facts = finding.result.reading
    told = "Lo elegido son {chosen} de {all} incidentes con corregimiento del mismo período: el {share}."
    counts = {name: voice.number(facts[name]) for name in ("chosen", "all")}
    sentences = [*say_placed(finding, voice), voice.say(told, share=voice.share(facts["share"]), **counts)]
    if facts["nothing_distinguishable"]:
        sentences.append(voice.word("En ningún corregimiento esa parte se distingue de la de la ciudad."))
    for areas, told in (
        (facts["up"], "Es mayor, con q hasta 0.05, en {n}: {names}."),
        (facts["down"], "Es menor, con q hasta 0.05, en {n}: {names}."),
    ):
        if areas:
            names = ", ".join(_say_area(area, voice) for area in areas[:MOST_NAMED])
            sentences.append(voice.say(told, n=voice.number(len(areas)), names=names))
    if facts["few"]:
        told = "En gris, con menos de 5 casos hallados y esperados: {n}."
        sentences.append(voice.say(told, n=voice.number(facts["few"])))
    if facts["dispersion"] > 1:
        told = "Los conteos varían {phi} veces lo que el puro azar: los intervalos y las pruebas lo tienen en cuenta."
        sentences.append(voice.say(told, phi=voice.number(facts["dispersion"], 1)))
    return [*sentences, voice.word(NOT_TO_CONCLUDE)]


def _say_area(area: Mapping[str, Any], voice: Voice) -> str:
    return f"{area['name']} {voice.interval(area['lq'], area['lq_low'], area['lq_high'])}"
