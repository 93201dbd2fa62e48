"""The reading of `density`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import NOT_TO_CONCLUDE, Voice, say_placed

REASONS = {
    "given": "El ancho de banda es de {bandwidth} m, el que usted pidió.",
    "default": "El ancho de banda es de {bandwidth} m, el valor por defecto.",
    "raised_to_uncertainty": "El ancho de banda es de {bandwidth} m: menos sería más fino que la ubicación misma.",
}
SELECTORS = {"scott": "la regla de Scott", "cronie_van_lieshout": "el criterio de Cronie y van Lieshout"}


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say where the density peaks, how it was smoothed, and what not to conclude."""
    facts = finding.result.reading
    sentences = say_placed(finding, voice) + _say_peak(facts, voice)
    sentences.append(voice.say(REASONS[facts["bandwidth_reason"]], bandwidth=voice.number(facts["bandwidth"])))
    sentences += _say_advice(facts, voice) + _say_greyed(facts, voice) + say_gate(facts, voice)
    return [
        *sentences,
        voice.word(
            "El color dice dónde hay más, no si es más de lo que el azar explica: para eso, los puntos calientes."
        ),
        voice.word(NOT_TO_CONCLUDE),
    ]


def _say_peak(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    peak = facts["peak"]
    if peak is None:
        return []
    return [
        voice.say(
            "La densidad más alta es de {peak} por km² y mes{where}; el promedio del área, {mean}.",
            peak=voice.number(peak["density"], 1),
            where=_write_place(peak, voice),
            mean=voice.number(facts["mean"], 2),
        )
    ]


def _write_place(peak: Mapping[str, Any], voice: Voice) -> str:
    names = [name for name in (peak["name"], peak["area_name"]) if name]
    return voice.say(", en {place}", place=", ".join(names)) if names else ""


def _say_advice(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    advice = [
        voice.say(
            "{method}, {value} m", method=voice.word(SELECTORS[one["method"]]), value=voice.number(one["bandwidth"])
        )
        for one in facts["advice"]
        if one["method"] in SELECTORS
    ]
    return [voice.say("Otros tomarían: {advice}.", advice="; ".join(advice))] if advice else []


def _say_greyed(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    if not facts["greyed_share"]:
        return []
    return [
        voice.say(
            "El {share} del área queda en gris: está demasiado cerca del borde de lo que se observa.",
            share=voice.share(facts["greyed_share"]),
        )
    ]
