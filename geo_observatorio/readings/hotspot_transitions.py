"""The reading of `hotspot_transitions`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.periods import say_periods
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice

NOT_TO_CONCLUDE = (
    "Una celda que deja de ser caliente no ha cambiado por eso: puede haber quedado a un lado u otro del umbral. "
    "Que algo cambió lo dice «Cambio entre dos períodos», que lo prueba celda por celda."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say what stays hot, how much would by itself, how alike the maps are, and what not to conclude."""
    facts = finding.result.reading
    sentences = say_periods(finding, voice)
    if facts["nothing_hot"]:
        sentences.append(voice.word("En ninguno de los dos lados hay celdas calientes distinguibles del azar."))
    else:
        sentences += [_say_cells(facts, voice), *_say_usual(facts, voice), *_say_kappa(facts, voice)]
    if facts["unlike_numbers"] or facts["unequal_lengths"]:
        told = (
            "Cuidado: los dos lados no tienen parecido número de incidentes o duración. Con más incidentes se "
            "distinguen más celdas calientes: su número no se compara, y parte de lo nuevo o perdido es solo eso."
        )
        sentences.append(voice.word(told))
    return [*sentences, *say_gate(facts, voice), voice.word(NOT_TO_CONCLUDE)]


def _say_cells(facts: Mapping[str, Any], voice: Voice) -> str:
    told = (
        "Celdas calientes: {hot_before} antes y {hot_after} después, de {cells}. Siguen {stays}, llegan {new} y "
        "se van {gone}; por azar coincidirían {chance}."
    )
    counts = {name: voice.number(facts[name]) for name in ("hot_before", "hot_after", "cells", "stays", "new", "gone")}
    return voice.say(told, chance=voice.number(facts["stays_by_chance"], 1), **counts)


def _say_usual(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    if facts["stays_share"] is None or facts["stays_usual"] is None:
        return []
    share = voice.share_of(facts["stays"], facts["hot_before"])
    values = {"share": share, "usual": voice.share(facts["stays_usual"]), "n": voice.number(facts["deals"])}
    told = (
        "De las calientes de antes, {share} lo siguen siendo; si los dos lados fueran un mismo patrón (los "
        "incidentes repartidos al azar entre ellos, {n} veces) seguiría el {usual}."
    )
    return [voice.say(told, **values)]


def _say_kappa(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    if facts["kappa"] is None or facts["plain_kappa"] is None:
        return []
    told = (
        "Kappa difusa: {kappa} (1 es igual, 0 lo de celdas echadas a suerte; manchas sin relación dan menos de 0); un "
        "casi acierto a {halving} m cuenta la mitad. Sin contar los casi aciertos, {plain}."
    )
    values = {"kappa": voice.number(facts["kappa"], 2), "plain": voice.number(facts["plain_kappa"], 2)}
    return [voice.say(told, halving=voice.number(facts["halving"]), **values)]
