"""The readings of `point_clusters` and `nearest_neighbour_clusters`: what is gathered, and that this is no test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice, say_placed

LEVEL = 0.05
NOT_TO_CONCLUDE = (
    "Agrupar no es probar: todo conjunto de puntos tiene agrupaciones, y donde hay más gente hay más. "
    "De aquí no se concluye que cada una sea una zona de problema, ni que su borde sea el del problema."
)


def read_point(finding: Finding, voice: Voice) -> list[str]:
    """Say what DBSCAN or HDBSCAN gathers, what chance would gather, and what not to conclude."""
    facts = finding.result.reading
    told = (
        "DBSCAN, con al menos {least} incidentes a {distance} m. Agrupaciones: {n}, con {grouped} incidentes; "
        "sueltos, {noise}."
    )
    if facts["method"] == "hdbscan":
        told = (
            "HDBSCAN, con al menos {least} incidentes. Agrupaciones: {n}, con {grouped} incidentes; sueltos, {noise}."
        )
    return _read(finding, voice, [_say_found(told, facts, voice)])


def read_nearest(finding: Finding, voice: Voice) -> list[str]:
    """Say what is nearer to each other than chance would put it, and what not to conclude."""
    facts = finding.result.reading
    told = (
        "Con al menos {least} incidentes a menos de {distance} m del que más vecinos tiene. Agrupaciones: {n}, con "
        "{grouped} incidentes; sueltos, {noise}."
    )
    sentences = [_say_found(told, facts, voice)]
    if facts["second_order"]:
        higher = "Sus centros forman a su vez agrupaciones de segundo orden: {n}."
        sentences.append(voice.say(higher, n=voice.number(facts["second_order"])))
    return _read(finding, voice, sentences)


def _read(finding: Finding, voice: Voice, found: list[str]) -> list[str]:
    facts = finding.result.reading
    sentences = [*say_placed(finding, voice), *found, *_say_chance(facts, voice), *_say_doubts(facts, voice)]
    return [*sentences, *say_gate(facts, voice), voice.word(NOT_TO_CONCLUDE)]


def _say_found(told: str, facts: Mapping[str, Any], voice: Voice) -> str:
    return voice.say(
        told,
        least=voice.number(facts["least_points"]),
        distance=voice.number(facts["distance"]),
        n=voice.number(facts["clusters"]),
        grouped=voice.number(facts["grouped"]),
        noise=voice.number(facts["noise"]),
    )


def _say_chance(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Compare with as many points at random: in number of clusters, and in incidents inside them."""
    told = (
        "Otros tantos puntos caídos al azar en el área de estudio forman {mean} ({low} a {high}), con {grouped} puntos "
        "dentro, en {runs} simulaciones."
    )
    sentences = [
        voice.say(
            told,
            mean=voice.number(facts["chance_clusters"], 1),
            low=voice.number(facts["chance_clusters_low"]),
            high=voice.number(facts["chance_clusters_high"]),
            grouped=voice.number(facts["chance_grouped"]),
            runs=voice.number(facts["simulations"]),
        )
    ]
    if facts["p_grouped"] is None:
        told = "Son muy pocas simulaciones para dar una p: con tantos incidentes tardarían demasiado."
        return [*sentences, voice.word(told)]
    p = voice.number(facts["p_grouped"], 3)
    if facts["p_grouped"] > LEVEL:
        return [*sentences, voice.say("Lo agrupado aquí no se distingue del azar (p = {p}).", p=p)]
    return [*sentences, voice.say("Aquí se agrupa más de lo que el azar agrupa (p = {p}).", p=p)]


def _say_doubts(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    sentences = []
    if facts["piles"]:
        told = (
            "Entre ellas hay montones: {n}. En un montón más de la mitad de los incidentes está en una sola "
            "coordenada (hasta {most}). El azar no hace montones: mire primero cómo se ubicaron."
        )
        n, most = voice.number(facts["piles"]), voice.number(facts["largest_pile"])
        sentences.append(voice.say(told, n=n, most=most))
    if facts["largest"] > facts["incidents"] / 2:
        told = "Una sola reúne {n}, más de la mitad: la ciudad se encadenó. Pruebe una distancia menor."
        sentences.append(voice.say(told, n=voice.number(facts["largest"])))
    return sentences
