"""The reading of `weighted_hotspots`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.directions import name_direction
from geo_observatorio.provenance import Finding
from geo_observatorio.readings.hotspots import say_options
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice
from geo_observatorio.readings.weights import say_caution, say_left_out, say_total, say_weighed

SHARE_CAUTION = (
    "De un hecho de hora incierta se reparte su intervalo por igual entre sus horas: eso es un supuesto, no un dato. "
    "De aquí no se concluye por qué ocurren, ni dónde será el próximo."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say where weight lies together, beside how many incidents make it, how sure that is, and what not to conclude."""
    facts = finding.result.reading
    sentences = [*say_weighed(finding, voice), *say_total(facts, voice)]
    sentences += _say_hot(facts, voice) if facts["hot95"] else _say_nothing(facts, voice)
    sentences += [*say_options(facts, voice), *say_left_out(finding, voice), *say_gate(facts, voice)]
    uncertain = facts["weights"]["kind"] == "aoristic"
    return [*sentences, voice.word(SHARE_CAUTION) if uncertain else say_caution(facts, voice)]


def _say_nothing(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    sentences = [voice.word("El peso no está más junto de lo que el azar explica en ninguna parte.")]
    if facts["hot_before_safeguard"] and not facts["safeguard_passed"]:
        told = (
            "{n} celdas pasaban la prueba, pero los mapas barajados muestran otras tantas con frecuencia: "
            "no se afirman."
        )
        sentences.append(voice.say(told, n=voice.number(facts["hot_before_safeguard"])))
    return sentences


def _say_hot(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    told = (
        "En {km2} km² ({area} del área habitada) el peso está más junto que al azar: el {weight} del peso, "
        "el {share} de los incidentes."
    )
    shares = {"area": "hot_area_share", "weight": "hot_weight_share", "share": "hot_incident_share"}
    values = {name: voice.share(facts[fact]) for name, fact in shares.items()}
    sentences = [voice.say(told, km2=voice.number(facts["hot_km2"], 1), **values)]
    told = "En mapas barajados aparecen en promedio {shuffled} celdas calientes; en este, {hot}."
    shuffled, hot = voice.number(facts["shuffled_hot_cells"], 2), voice.number(facts["hot95"])
    sentences.append(voice.say(told, shuffled=shuffled, hot=hot))
    top = facts["top_place"]
    if top:
        direction = "" if top["name"] else name_direction(top["where"], voice.language)
        where = ", ".join(part for part in (top["name"], top["area_name"], direction) if part)
        told = "El lugar que más pesa por km²: {where}, con el {share} del peso en {count} incidentes."
        count, share = voice.number(top["count"]), voice.share(top["share"])
        sentences.append(voice.say(told, where=where or voice.word("sin nombre"), share=share, count=count))
    return sentences
