"""The reading of `change`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.periods import say_periods, say_ratio
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice

CELLS = "De {tested} celdas con datos suficientes, con q hasta 0.05: subieron {up}, bajaron {down}."
AREAS = "De {tested} corregimientos, con q hasta 0.05: subieron {up}, bajaron {down}."
NOT_TO_CONCLUDE = (
    "El cambio de cada lugar se compara con el de toda la ciudad: un lugar que baja igual que el resto no se marca. "
    "De aquí no se concluye a qué se debe el cambio."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say how the city changed, where that can be told from chance, and what not to conclude."""
    facts = finding.result.reading
    sentences = say_periods(finding, voice)
    sentences.append(
        voice.say("Razón después/antes en toda la ciudad, por mes: {ratio}.", ratio=say_ratio(facts, voice))
    )
    if facts["nothing_distinguishable"]:
        nothing = "Sin cambio distinguible en ninguna celda ni corregimiento, más allá del de la ciudad."
        sentences.append(voice.word(nothing))
    else:
        sentences += _say_units(facts["cells"], voice, CELLS) + _say_units(facts["areas"], voice, AREAS)
    if facts["dispersion"] > 1:
        told = "Los conteos varían {phi} veces lo que el puro azar: los intervalos y las pruebas lo tienen en cuenta."
        sentences.append(voice.say(told, phi=voice.number(facts["dispersion"], 1)))
    return [*sentences, *say_gate(facts, voice), voice.word(NOT_TO_CONCLUDE)]


def _say_units(units: Mapping[str, Any] | None, voice: Voice, told: str) -> list[str]:
    if units is None:
        return []
    return [voice.say(told, **{name: voice.number(units[name]) for name in ("tested", "up", "down")})]
