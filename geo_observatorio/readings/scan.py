"""The readings of `scan` and of `scan_against`: which circles stand out, how surely, and what that does not say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.relative_risk import say_sides
from geo_observatorio.readings.voice import Voice, say_placed

LEVEL = 0.05
LEAST_GUMBEL = 1e-4
UNITS = {"cells": "celdas", "areas": "corregimientos"}
BASES = {
    "land": "el suelo habitado",
    "population": "los habitantes",
    "incidents": "los incidentes de los dos lados juntos",
}
LOOKED_FOR = {
    "high": "Se buscaron los círculos, de hasta el {share} de la base, que reúnen más incidentes de los que les tocan: "
    "{n} {units}; base: {base}.",
    "low": "Se buscaron los círculos, de hasta el {share} de la base, que reúnen menos incidentes de los que les "
    "tocan: {n} {units}; base: {base}.",
    "both": "Se buscaron los círculos, de hasta el {share} de la base, que reúnen más o menos incidentes de los que "
    "les tocan: {n} {units}; base: {base}.",
}
NOT_TO_CONCLUDE = (
    "De aquí no se concluye por qué ocurre, ni que el borde del círculo sea el del problema: "
    "lo alargado sale más ancho de lo que es, o como varios círculos."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say which circles stand out, how sure that is, what moves it, and what not to conclude."""
    facts = finding.result.reading
    sentences = say_sides(finding, voice) if "controls" in facts else say_placed(finding, voice)
    sentences.append(
        voice.say(
            LOOKED_FOR[facts["sides"]],
            share=voice.share(facts["max_share"]),
            n=voice.number(facts["units"]),
            units=voice.word(UNITS[facts["kind"]]),
            base=" ".join([voice.word(BASES[facts["base"]]), facts["vintage"]]).strip(),
        )
    )
    sentences += _say_clusters(facts, voice)
    sentences += _say_doubts(facts, voice)
    gate = say_gate(facts, voice) if "gate" in facts else []
    return [*sentences, *gate, voice.word(NOT_TO_CONCLUDE)]


def _say_clusters(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    if not facts["clusters"]:
        return [voice.word("Ningún círculo se aparta de lo que le toca.")]
    first = facts["clusters"][0]
    figures = {
        "observed": voice.number(first["observed"]),
        "expected": voice.number(first["expected"], 1),
        "ratio": voice.number(first["ratio"], 2),
        "p": voice.number(first["p"], 3),
        "maps": voice.number(facts["replications"]),
    }
    if facts["certain"] == 0:
        told = (
            "Ninguno se distingue del azar: el más llamativo reúne {observed} donde tocaban {expected}, y en {maps} "
            "mapas al azar alguno tan llamativo aparece con p = {p}."
        )
        return [voice.say(told, **figures)]
    told = (
        "Se distinguen del azar: {n}. El primero, {place}, reúne {observed} donde tocaban {expected} "
        "({ratio} veces), en {km2} km²; p = {p}, entre {maps} mapas al azar."
    )
    sentences = [
        voice.say(
            told,
            n=voice.number(facts["certain"]),
            place=first["name"] or first["area_name"] or voice.word("sin nombre"),
            km2=voice.number(first["land_km2"], 2),
            **figures,
        )
    ]
    if first["p"] * (facts["replications"] + 1) < 1.5:
        sentences.append(_say_gumbel(first["gumbel_p"], voice))
    return sentences


def _say_gumbel(p: float, voice: Voice) -> str:
    if p < LEAST_GUMBEL:
        return voice.word("Ninguno de ellos llegó a tanto; una curva de Gumbel estima p en menos de 0.0001.")
    told = "Ninguno de ellos llegó a tanto; una curva de Gumbel estima p en {p}."
    return voice.say(told, p=voice.number(p, 4))


def _say_doubts(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say what makes p too small, what one coordinate does, and what another width would have found."""
    sentences, clusters = [], facts["clusters"]
    if clusters and facts["dispersion_p"] is not None and facts["dispersion_p"] <= LEVEL:
        told = (
            "Fuera de ellos los conteos varían {times} veces lo que el azar daría. La prueba no lo sabe y exagera: "
            "con la razón dividida por esa cifra, p sería {p}."
        )
        p = voice.number(clusters[0]["dispersed_p"], 3)
        sentences.append(voice.say(told, times=voice.number(facts["dispersion"], 1), p=p))
    piled = [one for one in clusters if (one["pile"] or 0) > one["observed"] / 2]
    if piled:
        told = "En {n} más de la mitad de los incidentes está en una sola coordenada: es un montón, no una zona."
        sentences.append(voice.say(told, n=voice.number(len(piled))))
    if facts["too_large"]:
        told = "Con más de esa parte de la base por sí solos, no entran en ningún círculo: {n} {units}."
        units = voice.word(UNITS[facts["kind"]])
        sentences.append(voice.say(told, n=voice.number(facts["too_large"]), units=units))
    sentences += _say_widths(facts, voice)
    if facts["base"] == "land":
        sentences.append(voice.word("La base es el suelo, no la gente: puede que allí solo haya más gente."))
    return sentences


def _say_widths(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    told = voice.word("{share}: {units} ({ratio} veces)")
    widths = [
        told.format(
            share=voice.share(row["max_share"]), units=voice.number(row["units"]), ratio=voice.number(row["ratio"], 2)
        )
        for row in facts["sensitivity"]
    ]
    if len(widths) < 2:
        return []
    units = voice.word(UNITS[facts["kind"]])
    return [
        voice.say(
            "{units} del primero según el mayor círculo: {widths}.", units=units.capitalize(), widths="; ".join(widths)
        )
    ]
