"""The reading of `join_counts`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.map_tests import find_test, say_deals, say_islands, say_nothing, say_p
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice, say_placed

NOT_TO_CONCLUDE = (
    "Contar pares dice si lo marcado está junto en el mapa entero; no dice dónde, ni por qué. La marca parte en dos lo "
    "que va por grados: con otra marca o con otra celda, la cuenta es otra."
)
ROUNDING = 1e-6
MARKS = {
    "any": "Tienen algún incidente {marked} de {n} unidades.",
    "above_median": "Pasan la mediana {marked} de {n} unidades.",
}
TOLD = {
    "tends_alike": "Lo marcado está más junto de lo que el azar lo pondría: {bw} pares de uno de cada uno; "
    "al azar, {usual} ({p}).",
    "tends_unlike": "Lo marcado está más repartido de lo que el azar lo pondría: {bw} pares de uno de cada uno; "
    "al azar, {usual} ({p}).",
    "tends_neither": "No se distingue del azar: {bw} pares de uno de cada uno; al azar, {usual} ({p}).",
}


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say whether the marked lie side by side, how sure that is, and what not to conclude."""
    facts = finding.result.reading
    sentences = say_placed(finding, voice)
    marked, n = voice.number(facts["marked"]), voice.number(facts["n"])
    if facts["not_calculable_because"]:
        sentences += say_nothing(facts, voice)
    else:
        sentences += [voice.say(MARKS[facts["mark"]], marked=marked, n=n), *_say_pairs(facts, voice)]
        sentences += say_deals(facts, voice)
    return [*sentences, *say_islands(facts, voice), *say_gate(facts, voice), voice.word(NOT_TO_CONCLUDE)]


def _say_pairs(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    bw, bb = find_test(facts, "bw"), find_test(facts, "bb")
    first = voice.say(
        TOLD[bw["tells"]],
        bw=_write(bw["value"], voice),
        usual=_write(bw["expected"], voice),
        p=say_p(bw["p"], facts, voice),
    )
    told = "Pares con los dos marcados: {bb}; al azar, {usual} ({p})."
    p = say_p(bb["p"], facts, voice)
    usual = _write(bb["expected"], voice)
    second = voice.say(told, bb=_write(bb["value"], voice), usual=usual, p=p)
    return [first, second]


def _write(pairs: float, voice: Voice) -> str:
    """Write a number of pairs: whole with binary weights, else with a decimal."""
    return voice.number(pairs, 0 if abs(pairs - round(pairs)) < ROUNDING else 1)
