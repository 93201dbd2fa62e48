"""What readings say of incidents without a point: areas below the gate, and locations that were drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.readings.voice import Voice

MOST_NAMES = 4
NEVER_OFTEN = "Ninguna celda es caliente en la mitad de los mapas; la que más, en {highest} de {maps}."
CLOSED = (
    "En {names}, menos del {least} de los incidentes tiene un punto: "
    "allí no se dibujan celdas, solo el corregimiento con su total."
)
CLOSED_MORE = (
    "En {names} y {more} corregimientos más, menos del {least} de los incidentes tiene un punto: "
    "allí no se dibujan celdas, solo el corregimiento con su total."
)


def say_gate(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say which areas show no cells, and why."""
    gate = facts.get("gate")
    if not gate or not gate["closed"]:
        return []
    closed = sorted(gate["closed"], key=lambda area: -area["n"])
    shown = closed if len(closed) <= MOST_NAMES + 1 else closed[:MOST_NAMES]  # never "and 1 more"
    names = ", ".join(area["name"] for area in shown)
    least = voice.share(gate["least_placed"])
    if len(closed) > len(shown):
        return [voice.say(CLOSED_MORE, names=names, more=voice.number(len(closed) - len(shown)), least=least)]
    return [voice.say(CLOSED, names=names, least=least)]


def say_imputed(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say how many maps were drawn, what they show together, and what that is worth."""
    imputed = facts["imputed"]
    maps = voice.number(imputed["maps"])
    sentences = [
        voice.say(
            "Cada incidente se sorteó {maps} veces dentro de lo que se sabe de su lugar: su círculo de incertidumbre, "
            "su barrio o su corregimiento; entran {n}.",
            maps=maps,
            n=voice.number(imputed["incidents"]),
        )
    ]
    if not imputed["often50"]:
        return [*sentences, voice.say(NEVER_OFTEN, highest=voice.number(imputed["highest"]), maps=maps)]
    return [
        *sentences,
        voice.say(
            "{n50} celdas ({km2} km²) son calientes en la mitad de los mapas o más, y {n95} en casi todos "
            "(95 % o más).",
            n50=voice.number(imputed["often50"]),
            km2=voice.number(imputed["hot_km2"], 1),
            n95=voice.number(imputed["often95"]),
        ),
        voice.say(
            "De las {points} que son calientes con solo los puntos, {kept} se mantienen.",
            points=voice.number(imputed["points_hot"]),
            kept=voice.number(imputed["points_hot_kept"]),
        ),
    ]


IMPUTED_CAUTION = (
    "El sorteo supone que dentro de su barrio o corregimiento lo no ubicado cae en cualquier celda por igual: "
    "lo difumina, nunca lo concentra."
)
