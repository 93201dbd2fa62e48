"""The reading of `concentration`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice, say_placed

LEVEL = 0.05
NOT_TO_CONCLUDE = (
    "De aquí no se concluye que lo demás del área sea seguro, ni que los próximos hechos caigan en las mismas celdas; "
    "y la cifra depende del tamaño de la celda: solo se compara con otra del mismo tamaño."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say how little ground holds the incidents, how much of that is chance, and what not to conclude."""
    facts = finding.result.reading
    sentences = [*say_placed(finding, voice), _say_share(facts, voice), _say_chance(facts, voice)]
    told = "Gini generalizado: {gini}; el del azar, {chance}. Va de 0, tan parejo como cabe, a casi 1."
    gini = voice.interval(facts["generalised_gini"], facts["generalised_low"], facts["generalised_high"])
    sentences.append(voice.say(told, gini=gini, chance=voice.number(facts["generalised_chance"], 2)))
    return [*sentences, *say_gate(facts, voice), voice.word(NOT_TO_CONCLUDE)]


def _say_share(facts: Mapping[str, Any], voice: Voice) -> str:
    return voice.say(
        "El {share} de los incidentes cabe en {cells} celdas: el {area} del área habitada ({low} a {high}), {km2} km².",
        share=voice.share(facts["share"]),
        cells=voice.number(facts["core_cells"]),
        area=voice.share(facts["area_share"]),
        low=voice.share(facts["low"]),
        high=voice.share(facts["high"]),
        km2=voice.number(facts["km2"], 1),
    )


def _say_chance(facts: Mapping[str, Any], voice: Voice) -> str:
    chance = voice.share(facts["chance_area_share"])
    if facts["p"] > LEVEL:
        return voice.say("Repartidos al azar cabrían en el {chance}: no se distingue del azar.", chance=chance)
    told = "Repartidos al azar cabrían en el {chance}; tan juntos estuvieron en {n} de {deals} repartos."
    as_close = round(facts["p"] * (facts["deals"] + 1)) - 1
    if as_close == 0:
        told = "Repartidos al azar cabrían en el {chance}; tan juntos no estuvieron en ninguno de {deals} repartos."
    return voice.say(told, chance=chance, n=voice.number(as_close), deals=voice.number(facts["deals"]))
