"""The reading of `hotspots`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.directions import name_direction
from geo_observatorio.provenance import Finding
from geo_observatorio.readings.placing import IMPUTED_CAUTION, say_gate, say_imputed
from geo_observatorio.readings.voice import NOT_TO_CONCLUDE, Voice, say_placed


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say what is hot, how sure that is, and what not to conclude."""
    facts = finding.result.reading
    sentences = say_placed(finding, voice)
    if "imputed" in facts:
        return [*sentences, *say_imputed(facts, voice), *_say_left_out(finding, voice), voice.word(IMPUTED_CAUTION)]
    sentences += _say_nothing(facts, voice) if not facts["hot95"] else _say_hot(facts, voice)
    sentences += say_options(facts, voice)
    sentences += _say_places(facts, voice) + _say_left_out(finding, voice) + say_gate(facts, voice)
    return [*sentences, voice.word(NOT_TO_CONCLUDE)]


def _say_nothing(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    sentences = [voice.word("No hay puntos calientes distinguibles del azar.")]
    if facts["hot_before_safeguard"] and not facts["safeguard_passed"]:
        sentences.append(
            voice.say_n(
                (
                    "Una celda pasaba la prueba, pero los mapas barajados muestran otra con frecuencia: no se afirma.",
                    "{n} celdas pasaban la prueba, pero los mapas barajados muestran otras tantas con frecuencia: "
                    "no se afirman.",
                ),
                facts["hot_before_safeguard"],
            )
        )
    if facts["focos"]:
        sentences.append(
            voice.say_n(
                (
                    "Sí hay un foco puntual: una celda aislada con muchos más incidentes que el resto.",
                    "Sí hay {n} focos puntuales: celdas aisladas con muchos más incidentes que el resto.",
                ),
                facts["focos"],
            )
        )
    return sentences


def _say_hot(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    told = "En el {area} del área habitada ({km2} km²) hay más de lo que el azar explica, y allí ocurrió el {share}."
    if facts["correction"] == "none":
        told = "En el {area} del área habitada ({km2} km²) la p es de 0.05 o menos, y allí ocurrió el {share}."
    return [
        voice.say(
            told,
            area=voice.share(facts["hot_area_share"]),
            km2=voice.number(facts["hot_km2"], 1),
            share=voice.share_of(facts["hot_incident_share"] * facts["incidents"], facts["incidents"]),
        ),
        voice.say(
            "En mapas barajados aparecen en promedio {shuffled} celdas calientes; en este, {hot}.",
            shuffled=voice.number(facts["shuffled_hot_cells"], 2),
            hot=voice.number(facts["hot95"]),
        ),
    ]


def say_options(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say what was asked for beyond the usual, and what it means for the classes."""
    sentences = []
    if facts["measure"] == "gi":
        sentences.append(voice.word("Cada celda se juzga por sus vecinas, sin contarla a ella (Gi)."))
    if facts["permutations"]:
        told = "Las p, de una cola, son de {n} permutaciones (semilla {seed}): la menor posible es 1 entre {all}."
        n, every = (voice.number(facts["permutations"] + extra) for extra in (0, 1))
        sentences.append(voice.say(told, n=n, seed=facts["seed"], all=every))
    if facts["correction"] == "max_statistic":
        told = "Corrección de todo el mapa: solo 1 de cada 20 mapas de azar mostraría alguna celda caliente."
        sentences.append(voice.word(told))
    if facts["correction"] == "none":
        told = (
            "Las clases no están corregidas por las {n} pruebas: muchas serán del azar, y ninguna es un hallazgo sola."
        )
        sentences.append(voice.say(told, n=voice.number(facts["cells"])))
    return sentences


def _say_places(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    top = facts["top_place"]
    if not top:
        return []
    direction = "" if top["name"] else name_direction(top["where"], voice.language)
    where = ", ".join(part for part in (top["name"], top["area_name"], direction) if part)
    return [
        voice.say_n(
            (
                "El lugar que sigue ocupa el {area} del área y reúne el {share}; "
                "las celdas más llenas de igual área reúnen el {fullest}.",
                "Los {n} lugares que siguen ocupan el {area} del área y reúnen el {share}; "
                "las celdas más llenas de igual área reúnen el {fullest}.",
            ),
            facts["places"],
            area=voice.share(facts["places_area_share"]),
            share=voice.share(facts["places_incident_share"]),
            fullest=voice.share(facts["fullest_share"]),
        ),
        voice.say(
            "El más intenso: {where}, con {rate} por km² y mes ({count} en {km2} km²).",
            where=where,
            rate=voice.number(top["rate"], 1),
            count=voice.number(top["count"]),
            km2=voice.number(top["area_km2"], 2),
        ),
        *_say_stability(facts, voice),
    ]


def _say_stability(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say of the first place in how many resampled maps it is hot."""
    stability = facts["top_place"]["stability"]
    if stability is None:
        return []
    told = "Ese lugar es caliente en el {share} de {n} muestras sacadas de estos mismos incidentes."
    return [voice.say(told, share=voice.share(stability), n=voice.number(facts["resamples"]))]


def _say_left_out(finding: Finding, voice: Voice) -> list[str]:
    outside, nowhere = (finding.result.left_out.get(reason, 0) for reason in ("outside_mask", "without_support"))
    sentences = []
    if outside:
        sentences.append(
            voice.say_n(
                (
                    "Un incidente cae fuera del área de estudio y no se usa.",
                    "{n} incidentes caen fuera del área de estudio y no se usan.",
                ),
                outside,
            )
        )
    if nowhere:
        sentences.append(
            voice.say_n(
                (
                    "De uno no se sabe ni el corregimiento: no está en ningún mapa.",
                    "De {n} no se sabe ni el corregimiento: no están en ningún mapa.",
                ),
                nowhere,
            )
        )
    return sentences
