"""The readings of what weighs incidents: `weighted_density` and `weighted_concentration`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice, say_placed

LEVEL = 0.05
SAME_PLACE = 500.0  # metres: nearer peaks are the same place
HARM_CAUTION = (
    "El peso es la pena mínima de la ley, no lo que cada víctima sufrió. Unos pocos hechos graves pueden decidir el "
    "mapa: mire siempre el número de incidentes al lado. De aquí no se concluye dónde será el próximo."
)
SHARE_CAUTION = (
    "De un hecho de hora incierta se reparte su intervalo por igual entre sus horas: eso es un supuesto, no un dato. "
    "De aquí no se concluye si lo que se ve es más de lo que el azar explica."
)


def read_density(finding: Finding, voice: Voice) -> list[str]:
    """Say how much weight there is beside how many incidents, where each peaks, and what not to conclude."""
    facts = finding.result.reading
    sentences = [*say_weighed(finding, voice), *say_total(facts, voice), *_say_peaks(facts, voice)]
    sentences += [*say_left_out(finding, voice), _say_bandwidth(facts, voice), *say_gate(facts, voice)]
    return [*sentences, say_caution(facts, voice)]


def read_concentration(finding: Finding, voice: Voice) -> list[str]:
    """Say how little ground holds the harm and how little the incidents, and whether the kind of incident matters."""
    facts = finding.result.reading
    told = (
        "El {share} del peso cabe en {harm} celdas ({harm_area} del área habitada, {km2} km²); el {share} de los "
        "incidentes, en {count} ({count_area}). {both} celdas están en las dos listas."
    )
    shares = {name: voice.share(facts[f"{name}_share"]) for name in ("harm_area", "count_area")}
    numbers = {name: voice.number(facts[f"{name}_cells"]) for name in ("harm", "count", "both")}
    km2 = voice.number(facts["harm_km2"], 1)
    sentences = [*say_weighed(finding, voice), *say_total(facts, voice)]
    sentences.append(voice.say(told, share=voice.share(facts["share"]), km2=km2, **shares, **numbers))
    sentences += [_say_chance(facts, voice), *say_left_out(finding, voice), *say_gate(facts, voice)]
    return [*sentences, say_caution(facts, voice)]


def say_weighed(finding: Finding, voice: Voice) -> list[str]:
    """Say how many incidents take part; those of harm are not all that were registered."""
    if finding.result.reading["weights"]["kind"] == "aoristic":
        return say_placed(finding, voice)
    told = "Del {period}, {n} incidentes de categorías con un peso conocido; {placed} pudieron ubicarse en un punto."
    facts = finding.context
    counts = {"n": voice.number(facts.n_incidents), "placed": voice.number(facts.n_placed)}
    return [voice.say(told, period=voice.period(facts, finding), **counts), *say_placed(finding, voice)[1:]]


def say_total(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say the sum of the weights with its interval, and by how few incidents it is made."""
    weights = facts["weights"]
    values = {name: voice.number(weights[name]) for name in ("incidents", "total", "low", "high", "effective")}
    if weights["kind"] == "aoristic":
        told = "Entran {incidents} incidentes: por la parte de su intervalo en las horas y días elegidos suman {total}."
        return [voice.say(told, **values)]
    told = (
        "Los {incidents} incidentes con peso suman {total} días de pena mínima ({low} a {high}). Su suma varía como la "
        "de {effective} hechos de igual peso; el 1 % más grave aporta el {heaviest}."
    )
    return [voice.say(told, heaviest=voice.share(weights["heaviest_share"]), **values)]


def _say_peaks(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    peak, count_peak = facts["peak"], facts["count_peak"]
    if peak is None or count_peak is None:
        return []
    told = "Por km² y mes, lo más alto es {peak}{where} (error relativo {error}); de incidentes, {count}{count_where}."
    error = facts["peak_relative_error"]
    sentence = voice.say(
        told,
        peak=voice.number(peak["density"], 1),
        where=_say_where(peak, voice),
        error=voice.share(error) if error is not None else "–",
        count=voice.number(count_peak["count_density"], 1),
        count_where=_say_where(count_peak, voice),
    )
    if facts["peaks_apart"] > SAME_PLACE:
        return [sentence, voice.word("Donde más pesa no es donde más incidentes hay.")]
    return [sentence]


def _say_where(peak: Mapping[str, Any], voice: Voice) -> str:
    names = ", ".join(name for name in (peak["name"], peak["area_name"]) if name)
    return voice.say(", en {place}", place=names) if names else ""


def _say_chance(facts: Mapping[str, Any], voice: Voice) -> str:
    values = {
        "cells": voice.number(facts["chance_cells"], 1),
        "p": voice.number(facts["p"], 3),
        "deals": voice.number(facts["deals"]),
    }
    if facts["p"] > LEVEL:
        told = (
            "Repartidos los pesos al azar entre los mismos hechos bastarían {cells} celdas: la gravedad no está más "
            "junta ni más dispersa de lo que ya están los hechos (p = {p}, de dos lados, {deals} repartos)."
        )
        return voice.say(told, **values)
    told = "Con los pesos al azar harían falta {cells}: lo grave está más disperso que los hechos (p = {p}, {deals})."
    if facts["closer_than_chance"]:
        told = "Con los pesos al azar harían falta {cells}: lo grave está más junto que los hechos (p = {p}, {deals})."
    return voice.say(told, **values)


def say_left_out(finding: Finding, voice: Voice) -> list[str]:
    """Say what has no weight, so that nobody takes the map for all incidents."""
    left_out = finding.result.left_out
    texts = {
        "without_harm": "{n} incidentes no entran porque no se conoce el peso de su categoría.",
        "proactive": "{n} no entran porque la policía los encuentra al buscar: medirían la búsqueda.",
        "other_scale": "{n} no entran porque su peso es de otra escala (faltas), que no se suma con la de los delitos.",
    }
    return [voice.say(text, n=voice.number(left_out[reason])) for reason, text in texts.items() if left_out.get(reason)]


def _say_bandwidth(facts: Mapping[str, Any], voice: Voice) -> str:
    told = "El ancho de banda es de {bandwidth} m."
    if facts["raised"]:
        told = "El ancho de banda es de {bandwidth} m: menos sería más fino que la ubicación misma."
    return voice.say(told, bandwidth=voice.number(facts["bandwidth"]))


def say_caution(facts: Mapping[str, Any], voice: Voice) -> str:
    """Say what weights do not tell."""
    return voice.word(SHARE_CAUTION) if facts["weights"]["kind"] == "aoristic" else voice.word(HARM_CAUTION)
