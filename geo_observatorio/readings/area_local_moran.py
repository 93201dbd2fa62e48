"""The reading of `area_local_moran`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.alike import say_correction
from geo_observatorio.readings.voice import Voice, say_placed

NOT_TO_CONCLUDE = (
    "Con tan pocas unidades la prueba tiene poco poder: que ninguna destaque no quiere decir que todas sean iguales. "
    "La población residente no es la que pasa de día."
)
TOLD = {
    "hh": "Tasa alta rodeada de altas: {names}.",
    "ll": "Tasa baja rodeada de bajas: {names}.",
    "hl": "Tasa alta rodeada de bajas: {names}.",
    "lh": "Tasa baja rodeada de altas: {names}.",
}
REFUSED = {
    "no_population": "Sin población cargada no hay tasas que comparar: ningún corregimiento se clasifica.",
    "not_enough_data": "Muy pocos corregimientos tienen población e incidentes entregados: no es calculable.",
    "no_variation": "Todas las tasas son iguales: no hay nada que comparar con los vecinos.",
    "no_neighbours": "Ningún corregimiento linda con otro: no hay vecinos con que compararlo.",
    "resolution": "Son tan pocos que ninguno podría pasar la corrección, fuera cual fuera su tasa: no se afirma nada.",
}


NOTHING = "Ninguna tasa se parece a las de alrededor, ni se aparta de ellas, más de lo que el azar hace."


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say which areas are like those around them and which are not, how sure that is, and what not to conclude."""
    told = {name: voice.word(text) for name, text in TOLD.items()}
    return [*say_areas(finding, voice, told, voice.word(NOTHING)), voice.word(NOT_TO_CONCLUDE)]


def say_areas(finding: Finding, voice: Voice, told: Mapping[str, str], nothing: str) -> list[str]:
    """Say what a local test of areas found, in sentences by class (with ``names`` to fill), and how sure that is."""
    facts = finding.result.reading
    sentences = [*say_placed(finding, voice), *say_refused(facts, voice)]
    if not facts["not_calculable_because"]:
        classes = [text.format(names=", ".join(facts[name])) for name, text in told.items() if facts[name]]
        sentences += [*(classes or [nothing]), *say_correction(facts, voice), say_deals(facts, voice)]
    sentences += say_islands(facts, voice)
    if facts["without_area"]:
        sentences.append(
            voice.say("{n} incidentes no tienen corregimiento conocido.", n=voice.number(facts["without_area"]))
        )
    return sentences


def say_refused(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say why nothing can be told of the rates."""
    reason = facts["not_calculable_because"]
    return [voice.word(REFUSED[reason])] if reason else []


def say_islands(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Name the areas that border on none."""
    if not facts["islands"]:
        return []
    told = "Sin vecinos, y por eso sin clase: {names}. Sus tasas sí cuentan en la media."
    return [voice.say(told, names=", ".join(facts["islands"]))]


def say_deals(facts: Mapping[str, Any], voice: Voice) -> str:
    """Say how p was found, and how small it can be."""
    odds = voice.number(1 / facts["smallest_possible_p"])
    if facts["exact"]:
        return voice.say("Se contaron todos los repartos posibles; la menor p posible es 1 en {odds}.", odds=odds)
    told = "Se sortearon hasta {runs} repartos por corregimiento; la menor p posible es 1 en {odds}."
    return voice.say(told, runs=voice.number(facts["runs"]), odds=odds)
