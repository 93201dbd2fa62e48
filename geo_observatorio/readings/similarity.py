"""The reading of `similarity`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.area_change import name_some
from geo_observatorio.readings.periods import say_periods
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice

DECIDED = 0.05
NOT_TO_CONCLUDE = (
    "Se comparan partes, no cantidades: si todo se duplica por igual, nada difiere. El índice S baja solo con pocos o "
    "con muchos incidentes y no se compara entre mapas: vale frente a lo que da un solo patrón."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say where the shares differ, how alike the patterns are beside chance, and what not to conclude."""
    facts = finding.result.reading
    sentences = [*say_periods(finding, voice), *_say_differences(facts, voice), *_say_index(facts, voice)]
    if facts["dispersion"] > 1:
        told = "Los conteos varían {phi} veces lo que el puro azar: la prueba lo tiene en cuenta."
        sentences.append(voice.say(told, phi=voice.number(facts["dispersion"], 1)))
    if "gate" in facts:
        sentences += say_gate(facts, voice)
    return [*sentences, voice.word(NOT_TO_CONCLUDE)]


def _say_differences(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    counts = {name: voice.number(facts[name]) for name in ("tested", "up", "down")}
    if facts["nothing_distinguishable"]:
        if facts["units"] == "areas":
            return [voice.word("En ningún corregimiento la parte de los incidentes cambió más que por azar.")]
        return [voice.word("En ninguna celda la parte de los incidentes cambió más que por azar.")]
    if facts["units"] == "cells":
        return [voice.say("De {tested} celdas, con q hasta 0.05: ganan parte {up}, pierden {down}.", **counts)]
    sentences = [voice.say("De {tested} corregimientos, con q hasta 0.05: ganan parte {up}, pierden {down}.", **counts)]
    for names, told in ((facts["up_names"], "Ganan: {names}."), (facts["down_names"], "Pierden: {names}.")):
        if names:
            sentences.append(voice.say(told, names=name_some(names, voice)))
    return sentences


def _say_index(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    s, chance = (voice.number(facts[name] or 0, 2) for name in ("robust_s", "chance_robust"))
    told = (
        "Índice S de Andresen (sin dobles ceros): {s}. Con los mismos incidentes repartidos al azar entre los dos "
        "lados sería {chance}."
    )
    sentences = [voice.say(told, s=s, chance=chance)]
    if facts["p"] <= DECIDED:
        told = "Los dos patrones se parecen menos que dos sorteos de uno solo (p = {p})."
    else:
        told = "Los dos patrones no se distinguen, en conjunto, de dos sorteos de uno solo (p = {p})."
    return [*sentences, voice.say(told, p=voice.number(facts["p"], 2))]
