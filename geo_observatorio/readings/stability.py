"""The reading of `stability`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.directions import name_direction
from geo_observatorio.provenance import Finding
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice, say_placed

NOT_TO_CONCLUDE = (
    "De aquí no se concluye que lo estable vaya a durar: dice cuánto depende el mapa de la cuadrícula y de unos pocos "
    "incidentes, no qué ocurrirá; y lo que aparece en menos de la mitad de las muestras no es un lugar seguro."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say how much of what is hot stays so, how much the grid decides, and what not to conclude."""
    facts = finding.result.reading
    sentences = [*say_placed(finding, voice), _say_runs(facts, voice)]
    if facts["km2_50"] > 0:
        told = "En el 95 % de las muestras o más son calientes {strict} km²; en la mitad o más, {half} km² de {all}."
        strict, half, every = (voice.number(facts[name], 1) for name in ("km2_95", "km2_50", "study_km2"))
        sentences.append(voice.say(told, strict=strict, half=half, all=every))
    elif facts["km2_some_grid"] > 0:
        sentences.append(
            voice.word("Ningún lugar es caliente en la mitad de las muestras: nada de lo que sale es estable.")
        )
    else:
        sentences.append(
            voice.word("Ningún lugar es caliente en la mitad de las muestras: nada se distingue del azar.")
        )
    if facts["km2_some_grid"] > 0:
        told = "Con los datos tal cual, {every} km² son calientes en las 12 cuadrículas y {some} km² en alguna."
        every, some = (voice.number(facts[name], 1) for name in ("km2_every_grid", "km2_some_grid"))
        sentences.append(voice.say(told, every=every, some=some))
    return [*sentences, *_say_places(facts, voice), *say_gate(facts, voice), voice.word(NOT_TO_CONCLUDE)]


def _say_runs(facts: Mapping[str, Any], voice: Voice) -> str:
    small, usual, large = (voice.number(size) for size in facts["sizes"])
    told = (
        "Se probaron {n} muestras de los incidentes, sacadas de ellos mismos con reposición (semilla {seed}), en 12 "
        "cuadrículas: celdas de {small}, {usual} y {large} m en cuatro posiciones."
    )
    n = voice.number(facts["resamples"])
    return voice.say(told, n=n, seed=facts["seed"], small=small, usual=usual, large=large)


def _say_places(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    top = facts["top_place"]
    if not top:
        return []
    direction = "" if top["name"] else name_direction(top["where"], voice.language)
    where = ", ".join(part for part in (top["name"], top["area_name"], direction) if part)
    told = "Lugares que siguen: {n}; estables, calientes en el 80 % o más de las muestras: {stable}."
    sentences = [voice.say(told, n=voice.number(facts["places"]), stable=voice.number(facts["stable_places"]))]
    told = "El más intenso: {where}, caliente en el {share} de las muestras y en {grids} de 12 cuadrículas."
    share, grids = voice.share(top["stability"]), voice.number(top["grids"])
    return [*sentences, voice.say(told, where=where or voice.word("sin nombre"), share=share, grids=grids)]
