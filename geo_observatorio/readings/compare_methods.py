"""The reading of `compare_methods`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.maps.words import WORDS
from geo_observatorio.provenance import Finding
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice, say_placed

NOT_TO_CONCLUDE = (
    "De aquí no se concluye que el ajuste con más área caliente sea el mejor: que varios coincidan dice que el lugar "
    "no depende de cómo se miró, no por qué ocurre. El estudio se elige antes de ver el mapa, no después."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say on how much ground the settings agree, which one differs most, and what not to conclude."""
    facts = finding.result.reading
    sentences = [*say_placed(finding, voice), *_say_agreement(facts, voice)]
    if facts["refused"]:
        sentences.append(voice.say("Sin respuesta: {n} ajustes; la tabla dice por qué.", n=facts["refused"]))
    return [*sentences, *say_gate(facts, voice), voice.word(NOT_TO_CONCLUDE)]


def _say_agreement(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    if facts["any_km2"] == 0:
        told = "Ninguno de {n} ajustes encuentra un lugar que se distinga del azar: en eso coinciden."
        return [voice.say(told, n=voice.number(facts["settings"]))]
    told = "{n} ajustes llaman caliente a entre {least} y {most} km²."
    span = {name: voice.number(facts[f"{name}_hot_km2"], 1) for name in ("least", "most")}
    sentences = [voice.say(told, n=voice.number(facts["settings"]), **span)]
    told = "Todos coinciden en {all} km², con {n} incidentes; la mayoría, en otros {most}; solo algunos, en {some}."
    parts = {part: voice.number(facts[f"agree_{part}_km2"], 1) for part in ("all", "most", "some")}
    sentences.append(voice.say(told, n=voice.number(facts["all_incidents"]), **parts))
    return [*sentences, *_say_least_alike(facts, voice), *_say_ranked(facts, voice)]


def _say_least_alike(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    least = facts["least_alike"]
    if least is None:
        return []
    told = "El que más se aparta del de costumbre: {setting}; de lo que uno u otro llama caliente, ambos el {share}."
    return [voice.say(told, setting=voice.word(WORDS[least["setting"]]), share=voice.share(least["share"]))]


def _say_ranked(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say how like the map of a test is to merely taking the fullest cells: the honest yardstick."""
    shares = [voice.share(share) for share in facts["ranked"].values() if share is not None]
    if len(shares) < 2:
        return []
    told = "Tomar sin prueba alguna la misma área coincide en el {fullest} (celdas llenas) y el {densest} (lo denso)."
    return [voice.say(told, fullest=shares[0], densest=shares[1])]
