"""The reading of `relative_risk`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.periods import say_periods
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice

REASONS = {
    "given": "El ancho de banda, uno para ambos lados, es de {bandwidth} m, el que usted pidió.",
    "oversmoothing": "El ancho de banda, uno para ambos lados, es de {bandwidth} m: el más ancho que los puntos piden.",
    "hazelton": "El ancho de banda, uno para ambos lados, es de {bandwidth} m, por validación cruzada de la razón.",
    "raised_to_uncertainty": "El ancho de banda es de {bandwidth} m: menos sería más fino que la ubicación misma.",
}
NOT_TO_CONCLUDE = (
    "La razón compara cómo se reparten los incidentes, no cuántos hay: un lugar puede tener menos que antes y una "
    "razón mayor que uno. De aquí no se concluye a qué se debe la diferencia."
)


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say whether the patterns differ, where, how the contours are meant, and what not to conclude."""
    facts = finding.result.reading
    sentences = [*say_sides(finding, voice), _say_whole(facts, voice)]
    sentences += [*_say_spots(facts, voice), _say_contours(facts, voice), *_say_masked(facts, voice)]
    sentences.append(voice.say(REASONS[facts["bandwidth_reason"]], bandwidth=voice.number(facts["bandwidth"])))
    if facts["bandwidth_at_boundary"]:
        sentences.append(voice.word("La búsqueda del ancho terminó en su límite: no hay un óptimo dentro de él."))
    return [*sentences, *say_gate(facts, voice), voice.word(NOT_TO_CONCLUDE)]


def say_sides(finding: Finding, voice: Voice) -> list[str]:
    """Name the sides: two periods of the same, or what is compared with other incidents."""
    before, after = finding.provenance.question.selections
    alike = (before.categories, before.line, before.sources) == (after.categories, after.line, after.sources)
    facts = finding.result.reading
    if alike:
        sentences = say_periods(finding, voice)
        if facts["overlap"]:
            sentences.append(voice.word("Con hechos en ambos lados, las p no valen."))
        return sentences
    told = "Casos: {n} incidentes ({after}). Controles: {m} de otras categorías o fuentes ({before})."
    sides = {"after": voice.period(finding.sides[1], finding, 1), "before": voice.period(finding.sides[0], finding, 0)}
    return [voice.say(told, n=voice.number(facts["cases"]), m=voice.number(facts["controls"]), **sides)]


def _say_whole(facts: Mapping[str, Any], voice: Voice) -> str:
    values = {
        "p": voice.number(facts["p_global"], 3),
        "runs": voice.number(facts["relabellings"]),
        "least": voice.number(1 / (facts["relabellings"] + 1), 3),
    }
    if facts["nothing_distinguishable"]:
        told = (
            "En conjunto, los dos repartos no se distinguen: la mayor diferencia del mapa es de las que da el azar "
            "(p = {p} en {runs} reetiquetados; la menor posible, {least})."
        )
        return voice.say(told, **values)
    told = (
        "En conjunto, los dos repartos difieren más de lo que da el azar: p = {p} para la mayor diferencia del mapa, "
        "de dos lados, en {runs} reetiquetados (la menor posible, {least})."
    )
    return voice.say(told, **values)


def _say_spots(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say where the whole-map test finds more and less; nothing where it finds nothing."""
    texts = {
        "up": "Hay más de lo esperado en {km2} km² aun contando que se miró todo el mapa; sobre todo{where}: {ratio}.",
        "down": "Hay menos de lo esperado en {km2} km² aun así; sobre todo{where}: {ratio}.",
    }
    return [
        voice.say(
            text,
            km2=voice.number(facts[f"map_{side}_km2"], 1),
            where=_say_where(facts[side], voice),
            ratio=_say_ratio(facts[side]["ratio"], voice),
        )
        for side, text in texts.items()
        if facts[side] is not None
    ]


def _say_where(spot: Mapping[str, Any], voice: Voice) -> str:
    names = ", ".join(name for name in (spot["name"], spot["area_name"]) if name)
    return voice.say(" en {place}", place=names) if names else voice.word(" en un punto sin nombre")


def _say_ratio(ratio: float | None, voice: Voice) -> str:
    if ratio is None:
        return voice.word("del otro lado, ninguno")
    return voice.say("razón {ratio}", ratio=voice.number(ratio, 2))


def _say_contours(facts: Mapping[str, Any], voice: Voice) -> str:
    return voice.say(
        "Los contornos valen punto por punto: por puro azar el de 0.05 abarcaría cerca del 5 % del área por cada lado; "
        "aquí abarca el {up} (más) y el {down} (menos).",
        up=voice.share(facts["up_share"]),
        down=voice.share(facts["down_share"]),
    )


def _say_masked(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    sentences = []
    if facts["too_few_km2"]:
        told = "En {km2} km² no hay razón que mostrar: caen menos de diez incidentes en el alcance del núcleo."
        sentences.append(voice.say(told, km2=voice.number(facts["too_few_km2"], 1)))
    if facts["no_controls_km2"]:
        told = "En {km2} km² no se divide: de un lado hay incidentes y del otro ninguno; su p sí vale."
        sentences.append(voice.say(told, km2=voice.number(facts["no_controls_km2"], 1)))
    return sentences
