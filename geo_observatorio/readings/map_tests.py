"""What readings of whole-map tests say alike: units, p, deals, islands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.readings.voice import Voice

AREA_REFUSED = {
    "no_population": "Sin población cargada no hay tasas que comparar.",
    "not_enough_data": "No es calculable: hay muy pocas unidades, o ninguna tiene vecinas.",
    "no_variation": "Todas las unidades valen lo mismo: no hay nada que comparar.",
}
SIDES = {
    "two": "La prueba mira los dos lados: parecidos y distintos.",
    "positive": "La prueba mira un solo lado: los parecidos.",
    "negative": "La prueba mira un solo lado: los distintos.",
}
DEALS = "p sale de {n} mapas con los mismos valores repartidos al azar; la menor posible es 1 en {odds}."


def say_nothing(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say why there is no answer."""
    return [voice.word(AREA_REFUSED[facts["not_calculable_because"]])]


def say_p(p: float, facts: Mapping[str, Any], voice: Voice) -> str:
    """Write a permutation p; the smallest possible one is written as such."""
    return voice.say("p = {p}", p=voice.number(p, 3 if facts["permutations"] < 10_000 else 4))


def say_deals(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say how p was found and which side it looks at."""
    tails = 2 if facts["sides"] == "two" else 1
    odds = voice.number((facts["permutations"] + 1) / tails)
    n = voice.number(facts["permutations"])
    return [voice.say(DEALS, n=n, odds=odds), voice.word(SIDES[facts["sides"]])]


def say_islands(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say how many units have no neighbour."""
    if not facts["islands"]:
        return []
    told = "{n} unidades no tienen vecinas: cuentan en la media y en los repartos, no en los pares."
    return [voice.say(told, n=voice.number(facts["islands"]))]


def find_test(facts: Mapping[str, Any], measure: str) -> Mapping[str, Any]:
    """Return the facts of one test."""
    test: Mapping[str, Any] = next(row for row in facts["tests"] if row["measure"] == measure)
    return test
