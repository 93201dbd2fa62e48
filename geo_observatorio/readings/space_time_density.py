"""The reading of `space_time_density`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from geo_observatorio.language import format_day
from geo_observatorio.provenance import Finding
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice, say_placed

NOT_TO_CONCLUDE = (
    "El mapa dice dónde había más ese día según lo que pasó alrededor de él; no si es más de lo que el azar explica, "
    "ni qué pasará mañana."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say what the day looked like, how it was smoothed, what weakens it, and what not to conclude."""
    facts = finding.result.reading
    day = _write_day(facts["day"], voice)
    sentences = [*say_placed(finding, voice), _say_level(facts, day, voice)]
    sentences += [*_say_peak(facts, voice), _say_widths(facts, voice), *_say_weakness(facts, voice)]
    return [*sentences, *say_gate(facts, voice), voice.word(NOT_TO_CONCLUDE)]


def _say_level(facts: Mapping[str, Any], day: str, voice: Voice) -> str:
    return voice.say(
        "Alrededor del {day}, {now} incidentes por mes en toda el área; en todo el período, {mean}. "
        "A menos de dos anchos de banda de ese día hubo {n}.",
        day=day,
        now=voice.number(facts["per_month"]),
        mean=voice.number(facts["mean_per_month"]),
        n=voice.number(facts["within_reach"]),
    )


def _say_peak(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    peak = facts["peak"]
    if peak is None:
        return []
    names = ", ".join(name for name in (peak["name"], peak["area_name"]) if name)
    where = voice.say(", en {place}", place=names) if names else ""
    told = "La densidad más alta de ese día es de {peak} por km² y mes{where}."
    return [voice.say(told, peak=voice.number(peak["density"], 1), where=where)]


def _say_widths(facts: Mapping[str, Any], voice: Voice) -> str:
    widths = {"metres": voice.number(facts["bandwidth"]), "days": voice.number(facts["bandwidth_days"])}
    if facts["raised"]:
        told = (
            "Anchos de banda: {days} días y {metres} m, que es la incertidumbre mediana de los lugares: menos sería "
            "más fino que la ubicación misma."
        )
        return voice.say(told, **widths)
    return voice.say("Anchos de banda: {metres} m y {days} días.", **widths)


def _say_weakness(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    sentences = []
    if facts["one_sided"]:
        told = "El día está junto a un extremo del período: solo cuenta lo de un lado, y lo que se ve es menos firme."
        sentences.append(voice.word(told))
    if facts["incomplete_from"]:
        told = "El mes que empieza el {day} no está completo: sus últimos incidentes pueden faltar todavía."
        sentences.append(voice.say(told, day=_write_day(facts["incomplete_from"], voice)))
    return sentences


def _write_day(text: str, voice: Voice) -> str:
    return format_day(date.fromisoformat(text), voice.language)
