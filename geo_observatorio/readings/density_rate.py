"""The reading of `density_rate`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice, say_placed

KINDS = {"residential": "residente", "ambient": "ambiental"}
NOT_TO_CONCLUDE = (
    "Quien vive en un lugar no es quien pasa por él: no mezcle residentes con robos en la calle, ni con nada que "
    "sufren sobre todo los que pasan. De aquí no se concluye el riesgo de una persona."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say the rate and its denominator first, where it peaks, what is not shown, and what not to conclude."""
    facts = finding.result.reading
    sentences = [*say_placed(finding, voice), _say_denominator(facts, voice), *_say_rate(facts, voice)]
    sentences += [*_say_hidden(finding, voice), _say_bandwidth(facts, voice), *say_gate(facts, voice)]
    return [*sentences, voice.word(NOT_TO_CONCLUDE)]


def _say_denominator(facts: Mapping[str, Any], voice: Voice) -> str:
    return voice.say(
        "El denominador es la población {kind} de {vintage}: {persons} personas, repartidas por igual en el suelo "
        "habitado de cada corregimiento, así que el mapa no sabe más que los corregimientos.",
        kind=voice.word(KINDS[facts["kind"]]) if facts["kind"] in KINDS else facts["kind"],
        vintage=facts["vintage"],
        persons=voice.number(facts["persons"]),
    )


def _say_rate(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    if facts["mean"] is None or facts["peak"] is None:
        return []
    peak = facts["peak"]
    names = ", ".join(name for name in (peak["name"], peak["area_name"]) if name)
    return [
        voice.say(
            "Son {mean} incidentes por 1,000 habitantes y año en el conjunto; lo más alto, {peak}{where}.",
            mean=voice.number(facts["mean"], 1),
            peak=voice.number(peak["rate_per_1000"], 1),
            where=voice.say(", en {place}", place=names) if names else "",
        )
    ]


def _say_hidden(finding: Finding, voice: Voice) -> list[str]:
    """Say where there is no rate to show, and how much happens there."""
    facts = finding.result.reading
    sentences = []
    if facts["few_people_km2"]:
        told = (
            "En {km2} km² no se da una tasa: viven menos de 500 personas en el alcance del núcleo (puerto, aeropuerto, "
            "parque). Allí está el {share} de los incidentes."
        )
        share = voice.share(facts["few_people_incidents_share"])
        sentences.append(voice.say(told, km2=voice.number(facts["few_people_km2"], 1), share=share))
    if finding.result.left_out.get("no_population"):
        told = "{n} incidentes están en corregimientos sin población conocida y no entran."
        sentences.append(voice.say(told, n=voice.number(finding.result.left_out["no_population"])))
    if facts["unspread"]:
        told = "{n} personas viven en corregimientos sin suelo habitado en la máscara y no entran."
        sentences.append(voice.say(told, n=voice.number(facts["unspread"])))
    return sentences


def _say_bandwidth(facts: Mapping[str, Any], voice: Voice) -> str:
    told = "El ancho de banda, uno para incidentes y personas, es de {bandwidth} m."
    if facts["raised"]:
        told = "El ancho de banda es de {bandwidth} m: menos sería más fino que la ubicación misma."
    return voice.say(told, bandwidth=voice.number(facts["bandwidth"]))
