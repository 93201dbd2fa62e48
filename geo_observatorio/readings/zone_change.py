"""The reading of `zone_change`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.gate import LEAST_PLACED
from geo_observatorio.provenance import Finding
from geo_observatorio.readings.periods import say_periods, say_ratio
from geo_observatorio.readings.voice import Voice

NOT_TO_CONCLUDE = (
    "Comparar con el resto quita lo que cambió en toda la ciudad, no lo que cambió solo allí por otra causa. "
    "Un efecto se afirma con un diseño fijado antes de mirar."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say how the zone changed beside the rest, how sure that is, and whether it was bound to fall."""
    facts = finding.result.reading
    sentences = say_periods(finding, voice)
    sentences.append(
        voice.say(
            "La zona ({km2} km²) pasó de {zone_before} a {zone_after}; el resto, de {rest_before} a {rest_after}.",
            km2=voice.number(facts["zone_km2"], 2),
            **{name: voice.number(facts[name]) for name in ("zone_before", "zone_after", "rest_before", "rest_after")},
        )
    )
    sentences += _say_placed(facts, voice)
    sentences.append(_say_answer(facts, voice))
    if facts["peak"] and facts["peak"]["peaked"]:
        sentences += _warn_of_peak(facts["peak"], voice)
    return [*sentences, voice.word(NOT_TO_CONCLUDE)]


def _say_placed(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say which share of each period has a point: what has none is in no outline that was drawn."""
    if not facts["needs_points"]:
        return []
    shares = {side: facts[f"{side}_placed"] / facts[f"{side}_incidents"] for side in ("before", "after")}
    told = {side: voice.share_of(facts[f"{side}_placed"], facts[f"{side}_incidents"]) for side in shares}
    sentences = [voice.say("Tienen un punto, y solo esos se cuentan: antes el {before}, después el {after}.", **told)]
    if min(shares.values()) < LEAST_PLACED:
        least = voice.share(LEAST_PLACED)
        sentences.append(
            voice.say("Es menos del {least}: compare corregimientos enteros antes de creerlo.", least=least)
        )
    return sentences


def _say_answer(facts: Mapping[str, Any], voice: Voice) -> str:
    ratio = say_ratio(facts, voice)
    if not facts["distinguishable"]:
        return voice.say("Razón frente al resto: {ratio}: sin cambio distinguible.", ratio=ratio)
    if facts["ratio"] is not None and facts["ratio"] < 1:
        return voice.say("Razón frente al resto: {ratio}: la zona bajó más que el resto.", ratio=ratio)
    return voice.say("Razón frente al resto: {ratio}: la zona subió más que el resto.", ratio=ratio)


def _warn_of_peak(peak: Mapping[str, Any], voice: Voice) -> list[str]:
    sentences = [
        voice.say(
            "Cuidado: antes, la zona estaba entre las más altas: solo el {share} de {tiles} zonas de igual tamaño "
            "tenía tantos incidentes. "
            "Lo que se elige por alto suele bajar solo: se esperaba una razón de {expected} sin hacer nada.",
            share=voice.share(peak["rank"]),
            tiles=voice.number(peak["tiles"]),
            expected=voice.number(peak["expected_ratio"], 2),
        )
    ]
    if not peak["distinguishable_beyond"]:
        sentences.append(voice.word("Lo observado no se distingue de esa bajada esperada."))
    return sentences
