"""The reading of `area_change`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.periods import say_periods, say_ratio
from geo_observatorio.readings.voice import Voice

MOST_NAMED = 6
NOT_TO_CONCLUDE = (
    "Aquí cada corregimiento se compara consigo mismo: si toda la ciudad baja, todos pueden bajar. "
    "Que uno no se distinga no quiere decir que no cambió, y de un cambio no se concluye su causa."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say how the whole changed, which areas did, how sure that is, and what not to conclude."""
    facts = finding.result.reading
    sentences = say_periods(finding, voice)
    sentences.append(voice.say("Razón después/antes del conjunto, por mes: {ratio}.", ratio=say_ratio(facts, voice)))
    sentences.append(_say_tested(facts, voice))
    if facts["nothing_distinguishable"]:
        sentences.append(voice.word("Ningún corregimiento cambió más de lo que el azar cambia solo."))
    else:
        sentences += _say_changed(facts, voice)
    if facts["dispersion"] > 1:
        told = "Los conteos varían {phi} veces lo que el puro azar: los intervalos y las pruebas lo tienen en cuenta."
        sentences.append(voice.say(told, phi=voice.number(facts["dispersion"], 1)))
    return [*sentences, voice.word(NOT_TO_CONCLUDE)]


def _say_tested(facts: Mapping[str, Any], voice: Voice) -> str:
    told = "De {areas} corregimientos, {tested} tienen incidentes bastantes para que un cambio pudiera notarse."
    return voice.say(told, areas=voice.number(facts["areas"]), tested=voice.number(facts["tested"]))


def _say_changed(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    sentences = []
    for names, told in (
        (facts["up"], "Subieron, con q hasta 0.05: {names}."),
        (facts["down"], "Bajaron, con q hasta 0.05: {names}."),
    ):
        if names:
            sentences.append(voice.say(told, names=name_some(names, voice)))
    strongest = facts["strongest"]
    told = "El cambio más claro: {name}, de {before} a {after}, razón {ratio}."
    counts = {name: voice.number(strongest[name]) for name in ("before", "after")}
    sentences.append(voice.say(told, name=strongest["name"], ratio=say_ratio(strongest, voice), **counts))
    return sentences


def name_some(names: list[str], voice: Voice) -> str:
    """Write the first names of a list, and how many more there are."""
    text = ", ".join(names[:MOST_NAMED])
    if len(names) <= MOST_NAMED:
        return text
    return voice.say("{names} y {n} más", names=text, n=voice.number(len(names) - MOST_NAMED))
