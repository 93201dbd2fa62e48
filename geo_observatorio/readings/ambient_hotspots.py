"""The reading of `ambient_hotspots`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.directions import name_direction
from geo_observatorio.provenance import Finding
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice, say_placed

KINDS = {"residential": "residente", "ambient": "ambiental"}
FORMS = {
    "poisson": "Fuera de eso los conteos no varían más de lo que da el azar.",
    "constant_ratio": "Los conteos varían más que el azar, y eso se descuenta: la varianza es {ratio} veces la media.",
    "varying_rates": "Cada celda tiene su propia tasa, y eso se descuenta: su desviación es {spread} veces su media.",
}
NOT_TO_CONCLUDE = (
    "La población son los que viven allí, no los que pasan: un centro comercial o una parada salen calientes porque "
    "hay gente que no se cuenta. De este mapa no se concluye el riesgo de una persona."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say what is hot for its people, against which people and which variation, and what not to conclude."""
    facts = finding.result.reading
    told = "Base: población {kind} ({vintage}), repartida por igual entre las celdas habitadas de cada área."
    kind = voice.word(KINDS.get(facts["population_kind"], facts["population_kind"]))
    base = voice.say(told, kind=kind, vintage=facts["population_vintage"])
    sentences = [*say_placed(finding, voice), base, _say_form(facts, voice)]
    sentences += _say_hot(facts, voice) if facts["hot95"] else _say_nothing(facts, voice)
    without = finding.result.left_out.get("without_base", 0)
    if without:
        told = "{n} incidentes están donde no se conoce la población y no se usan."
        sentences.append(voice.say(told, n=voice.number(without)))
    return [*sentences, *say_gate(facts, voice), voice.word(NOT_TO_CONCLUDE)]


def _say_form(facts: Mapping[str, Any], voice: Voice) -> str:
    ratio, spread = voice.number(1 + facts["excess"], 1), voice.number(float(facts["excess"]) ** 0.5, 1)
    return voice.say(FORMS[facts["form"]], ratio=ratio, spread=spread)


def _say_nothing(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    sentences = [voice.word("Ninguna celda tiene más incidentes de los que su población explica.")]
    if facts["hot_before_safeguard"]:
        told = "{n} celdas pasaban la prueba, pero los mapas simulados muestran otras tantas: no se afirman."
        sentences.append(voice.say(told, n=voice.number(facts["hot_before_safeguard"])))
    return sentences


def _say_hot(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    told = "En {km2} km² hay más de lo que su población explica, y allí ocurrió el {share}."
    share = voice.share_of(facts["hot_incident_share"] * facts["incidents"], facts["incidents"])
    sentences = [voice.say(told, km2=voice.number(facts["hot_km2"], 1), share=share)]
    told = (
        "En mapas simulados con esta población y esta variación aparecen {simulated} celdas calientes; en este, {hot}."
    )
    simulated, hot = voice.number(facts["simulated_hot_cells"], 2), voice.number(facts["hot95"])
    sentences.append(voice.say(told, simulated=simulated, hot=hot))
    top = facts["top_place"]
    if top:
        direction = "" if top["name"] else name_direction(top["where"], voice.language)
        where = ", ".join(part for part in (top["name"], top["area_name"], direction) if part)
        told = "El lugar más intenso: {where}, con {count}; por su población se esperaban {expected} ({ratio} veces)."
        count, expected = voice.number(top["count"]), voice.number(top["expected"], 1)
        where, ratio = where or voice.word("sin nombre"), voice.number(top["ratio"], 1)
        sentences.append(voice.say(told, where=where, count=count, expected=expected, ratio=ratio))
    return sentences
