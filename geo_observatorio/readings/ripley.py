"""The reading of `ripley`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice, say_placed

CITY = (
    "Casi ninguna ciudad se parece a puntos al azar: la gente y los lugares ya están juntos. Que se aparte del azar no "
    "dice que un hecho llame a otro, ni que haya focos."
)
SMOOTH = (
    "El azar de esta prueba ya es más denso donde lo son los incidentes a esa escala: lo que queda por encima es de "
    "distancias menores. Como esa densidad sale de los mismos puntos, la prueba calla antes de tiempo."
)
MAP = "El mapa cuenta los puntos a {reach} m o menos de cada celda, frente a un reparto parejo: no es una prueba."
NOT_TO_CONCLUDE = (
    "De aquí no se concluye dónde están los focos ni por qué: la curva habla del área entera, y las distancias menores "
    "que el error de ubicación no dicen nada."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say at which distances the incidents are closer than chance, how sure that is, and what not to conclude."""
    facts = finding.result.reading
    return [
        *say_placed(finding, voice),
        *_say_used(facts, voice),
        _say_pairs(facts, voice),
        _say_nearest(facts, voice),
        voice.say(MAP, reach=voice.number(facts["reach"])),
        voice.word(SMOOTH if facts["chance"] == "smooth" else CITY),
        *say_gate(facts, voice),
        voice.word(NOT_TO_CONCLUDE),
    ]


def _say_used(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    told = ["Entran {n} puntos de {km2} km²; la mitad tiene un error de {radius} m o más."]
    if facts["radius"] is None:
        told = ["Entran {n} puntos de {km2} km²."]
    if facts["repeated"]:
        told.append("Otros {repeated} están en una coordenada que ya se contó: al cruce o lugar van muchos.")
    if facts["sampled_out"]:
        told.append("Son una muestra: quedan fuera {sampled_out}, lo que no cambia K ni L, solo su precisión.")
    numbers = {name: voice.number(facts[name]) for name in ("repeated", "sampled_out")}
    numbers |= {"n": voice.number(facts["points"]), "km2": voice.number(facts["km2"], 1)}
    return [voice.say(text, radius=voice.number(facts["radius"] or 0), **numbers) for text in told]


def _say_pairs(facts: Mapping[str, Any], voice: Voice) -> str:
    p = voice.number(facts["p_l"], 3)
    if not facts["closer"] and not facts["apart"]:
        told = "Hasta {farthest} m no se distinguen del azar (L, dos lados, p = {p} en {runs} simulaciones)."
        return voice.say(told, farthest=voice.number(facts["farthest"]), p=p, runs=voice.number(facts["runs"]))
    kinds = {
        "Están más juntos que al azar {closer} y más separados {apart}; lo que más se aparta, a {at} m "
        "(L, dos lados, p = {p} en {runs} simulaciones).": facts["closer"] and facts["apart"],
        "Están más juntos que al azar {closer}; lo que más se aparta, a {at} m (L, dos lados, p = {p} en {runs} "
        "simulaciones).": facts["closer"],
        "Están más separados que al azar {apart}; lo que más se aparta, a {at} m (L, dos lados, p = {p} en {runs} "
        "simulaciones).": True,
    }
    return voice.say(
        next(text for text, holds in kinds.items() if holds),
        closer=say_ranges(facts["closer"], voice),
        apart=say_ranges(facts["apart"], voice),
        at=voice.number(facts["at"]),
        p=p,
        runs=voice.number(facts["runs"]),
    )


def say_ranges(ranges: Sequence[Sequence[float]], voice: Voice) -> str:
    """Write runs of distances: de 20 a 480 m."""
    parts = [voice.say("de {low} a {high} m", low=voice.number(low), high=voice.number(high)) for low, high in ranges]
    return ", ".join(parts)


def _say_nearest(facts: Mapping[str, Any], voice: Voice) -> str:
    return voice.say(
        "La distancia al más cercano es {ratio} veces la de puntos sin borde (Clark-Evans); la del azar de aquí, "
        "{chance} (dos lados, p = {p}). Cada función por sí sola: G, p = {g}; F, p = {f}.",
        ratio=voice.number(facts["ratio"], 2),
        chance=voice.number(facts["ratio_chance"], 2),
        p=voice.number(facts["p_ratio"], 3),
        g=voice.number(facts["p_g"], 3),
        f=voice.number(facts["p_f"], 3),
    )
