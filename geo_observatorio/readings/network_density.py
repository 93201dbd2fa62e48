"""The reading of `network_density`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice, say_placed

LEAST_CUT = 0.01  # of the incidents: what was not followed is told from here on
SPLITS = {
    "discontinuous": "En cada cruce el núcleo se reparte a partes iguales entre las otras calles: hay un salto.",
    "continuous": "En cada cruce el núcleo se reparte a partes iguales y parte vuelve: no hay salto.",
}
NOT_TO_CONCLUDE = (
    "El color dice dónde hay más por kilómetro de calle, no si es más de lo que el azar explica ni cuánta gente pasa; "
    "y las calles que faltan en el nomenclátor no existen para este mapa."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say where most happens along the streets, how it was spread, and what not to conclude."""
    facts = finding.result.reading
    return [
        *say_placed(finding, voice),
        _say_network(facts, voice),
        _say_peak(facts, voice),
        *_say_spread(facts, voice),
        *say_gate(facts, voice),
        voice.word(NOT_TO_CONCLUDE),
    ]


def _say_network(facts: Mapping[str, Any], voice: Voice) -> str:
    told = "{n} están a {tolerance} m o menos de una calle; {far} quedan lejos de toda calle. Son {km} km de calles."
    if not facts["far"]:
        told = "Los {n} están a {tolerance} m o menos de una calle. Son {km} km de calles."
    numbers = {name: voice.number(facts[name]) for name in ("tolerance", "far", "km")}
    return voice.say(told, n=voice.number(facts["incidents"]), **numbers)


def _say_peak(facts: Mapping[str, Any], voice: Voice) -> str:
    return voice.say(
        "La más alta es de {peak} por km y mes, en {street}; la que más reúne es {busiest}, con {count} en {km} km.",
        peak=voice.number(facts["peak"], 1),
        street=facts["peak_street"],
        busiest=facts["busiest_street"],
        count=voice.number(facts["busiest_count"]),
        km=voice.number(facts["busiest_km"], 2),
    )


def _say_spread(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    sentences = [
        voice.say("El ancho de banda es de {width} m a lo largo de la calle.", width=voice.number(facts["bandwidth"])),
        voice.word(SPLITS[facts["split"]]),
    ]
    if facts["cut_share"] >= LEAST_CUT:
        told = "Hay tantos cruces que el {share} de lo repartido no se siguió hasta el final."
        sentences.append(voice.say(told, share=voice.share(facts["cut_share"])))
    return sentences
