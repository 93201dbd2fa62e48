"""The reading of `area_rates`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.voice import Voice, say_placed

KINDS = {"residential": "residente", "ambient": "ambiental"}
NOT_TO_CONCLUDE = (
    "Un mapa de tasas suavizadas no es un mapa de significación: dice qué es alto, no qué es improbable. "
    "Y quien vive en un lugar no es quien pasa por él: un centro con pocos vecinos tiene tasas altas por fuerza."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say the common rate and of whom, the ends, how much smoothing changed, and what not to conclude."""
    facts = finding.result.reading
    sentences = say_placed(finding, voice)
    if facts["population"] is None or facts["with_rate"] == 0:
        told = "Sin población cargada la tasa no es calculable: los conteos están en la tabla."
        return [*sentences, voice.word(told), voice.word(NOT_TO_CONCLUDE)]
    sentences += [_say_people(facts, voice), *_say_ends(facts, voice), *_say_smoothing(facts, voice)]
    if facts["few"]:
        told = "En gris, con menos de 5 casos: {n}; sus intervalos están en la tabla."
        sentences.append(voice.say(told, n=voice.number(facts["few"])))
    if facts["nobody"]:
        told = "Sin tasa, porque su población no se conoce: {n}."
        sentences.append(voice.say(told, n=voice.number(facts["nobody"])))
    return [*sentences, voice.word(NOT_TO_CONCLUDE)]


def _say_people(facts: Mapping[str, Any], voice: Voice) -> str:
    people = facts["population"]
    told = "Por 100,000 personas de la población {kind} ({vintage}, {source}) y año. Tasa común: {rate}."
    kind = voice.word(KINDS.get(people["kind"], people["kind"]))
    source = people["source"] or voice.word("sin fuente")
    rate = voice.number(facts["common_rate"] or 0, 1)
    return voice.say(told, kind=kind, vintage=people["vintage"], source=source, rate=rate)


def _say_ends(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    sentences = []
    for end, told in (
        (facts["highest"], "La más alta de las dibujadas: {name}, {rate}; sin suavizar {crude}, con {n} incidentes."),
        (facts["lowest"], "La más baja: {name}, {rate}; sin suavizar {crude}, con {n} incidentes."),
    ):
        if end:
            crude = voice.interval(end["rate"], end["rate_low"], end["rate_high"], 1)
            values = {"rate": voice.number(end["rate_shown"], 1), "n": voice.number(end["count"])}
            sentences.append(voice.say(told, name=end["name"], crude=crude, **values))
    return sentences


def _say_smoothing(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    if facts["smoothing"] == "none" or facts["kept_median"] is None:
        return []
    if facts["kept_high"] == 0:
        return [voice.word("Las diferencias no pasan de las del azar: todas las tasas se llevan a la de referencia.")]
    told = "Al suavizar, cada uno conserva de su propia tasa entre el {low} y el {high}; la mitad, {median} o más."
    ends = {name: voice.share(facts[f"kept_{name}"]) for name in ("low", "high", "median")}
    sentences = [voice.say(told, **ends)]
    if facts["smoothing"] == "local" and facts["alone"]:
        told = "Sin vecinas con tasa, y suavizados hacia la común: {n}."
        sentences.append(voice.say(told, n=voice.number(facts["alone"])))
    return sentences
