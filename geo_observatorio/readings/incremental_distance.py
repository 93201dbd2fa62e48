"""The reading of `incremental_distance`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice, say_placed

LEVEL = 0.05
NAMES = {"moran": "la I de Moran", "general_g": "la G general"}
NOT_TO_CONCLUDE = (
    "El pico no es el tamaño de los puntos calientes ni la mejor distancia: la z crece con el número de parejas, y con "
    "otra celda u otro período el pico se mueve. Sirve para elegir qué distancias probar, no para elegir la que más "
    "resalta; probar varias y quedarse con una hace que su p ya no valga."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say whether like lies beside like, at which distance that first peaks, and what not to conclude."""
    facts = finding.result.reading
    told = "Se midió {measure} con vecinas a cada distancia, de {shortest} a {longest} m."
    measure = voice.word(NAMES[facts["measure"]])
    shortest, longest = (voice.number(facts[name]) for name in ("shortest", "longest"))
    sentences = [*say_placed(finding, voice), voice.say(told, measure=measure, shortest=shortest, longest=longest)]
    sentences += _say_curve(facts, voice)
    told = "El mapa muestra, sin prueba, los incidentes a {at} m o menos de cada celda, frente a un reparto parejo."
    sentences.append(voice.say(told, at=voice.number(facts["mapped"])))
    return [*sentences, *say_gate(facts, voice), voice.word(NOT_TO_CONCLUDE)]


def _say_curve(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    n = voice.number(facts["shuffles"])
    if facts["largest_z"] is None or facts["p_curve"] > LEVEL:
        told = "Ninguna distancia se distingue de {n} mapas repartidos al azar (semilla {seed})."
        return [voice.say(told, n=n, seed=facts["seed"])]
    told = (
        "La mayor z, {z} a {at} m, es mayor que la de toda distancia en {share} de los {n} mapas repartidos al azar "
        "(p de una cola de la curva entera, {p}; semilla {seed})."
    )
    share = voice.share(1 - (facts["p_curve"] * (facts["shuffles"] + 1) - 1) / facts["shuffles"])
    values = {"z": voice.number(facts["largest_z"], 1), "at": voice.number(facts["largest_at"]), "share": share}
    sentences = [voice.say(told, n=n, p=voice.number(facts["p_curve"], 3), seed=facts["seed"], **values)]
    if facts["first_peak"] is not None:
        told = "Primer pico a {at} m: hasta ahí cada anillo añade parejas parecidas, y en el siguiente no."
        return [*sentences, voice.say(told, at=voice.number(facts["first_peak"]))]
    if facts["still_rising"]:
        return [*sentences, voice.word("No hay pico: la z sigue subiendo en la mayor distancia probada.")]
    return [*sentences, voice.word("No hay pico: la z baja desde la menor distancia.")]
