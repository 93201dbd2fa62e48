"""What readings say of the quality of the data behind a finding: its grade, and why it is not better."""

from __future__ import annotations

from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.voice import Voice

WORDS = {
    "A": "Calidad de los datos: A, sin reparos.",
    "B": "Calidad de los datos: B, con algún reparo: {faults}.",
    "C": "Calidad de los datos: C, con reparos serios: {faults}.",
    "D": "Calidad de los datos: D, insuficiente para decidir con ella: {faults}.",
}
FAULTS = {
    "unplaced": "el {value} no tiene un punto (límite {limit})",
    "radius": "la mitad de los puntos puede estar a más de {value} de donde se dibuja (límite {limit})",
    "unknown_hour": "del {value} no se sabe la hora (límite {limit})",
    "midnight": "el {value} está amontonado en las 00:00 (límite {limit})",
    "first_of_month": "el {value} está amontonado en el día 1 del mes (límite {limit})",
    "undelivered": "en el {value} de los meses del período falta alguna fuente",
    "declared_break": "la serie cambia de definición dentro del período",
    "undeclared_break": "el nivel de la serie cambia de golpe dentro del período sin causa declarada",
}
OTHER_PLACING = 0.05  # difference of the shares with a point
PLACING_CHANGED = "Cuidado: antes tenía un punto el {before} y después el {after}; parte del cambio puede ser eso."
SIDES = ("Antes", "Después")


def say_quality(finding: Finding, voice: Voice) -> list[str]:
    """Say the grade of each side; nothing where there is none."""
    grades = [side.quality for side in finding.sides]
    if not all(grades):
        return []
    if len(grades) == 1:
        return [say_grade(grades[0], voice)]
    told = [
        voice.say("{side}. {grade}", side=voice.word(SIDES[number]), grade=say_grade(grades[number], voice))
        for number in range(2)
    ]
    return [*told, *_warn_of_placing(finding, voice)]


def _warn_of_placing(finding: Finding, voice: Voice) -> list[str]:
    """Warn where so many more or fewer could be placed that a map of points would change by that alone."""
    before, after = (side.n_placed / side.n_incidents if side.n_incidents else 1.0 for side in finding.sides)
    if abs(after - before) < OTHER_PLACING:
        return []
    return [voice.say(PLACING_CHANGED, before=voice.share(before), after=voice.share(after))]


def say_grade(quality: dict[str, Any], voice: Voice) -> str:
    """Say a grade in one sentence, the gravest fault first."""
    faults = "; ".join(say_fault(fault, voice) for fault in quality["faults"])
    return voice.say(WORDS[quality["level"]], faults=faults)


def say_fault(fault: dict[str, Any], voice: Voice) -> str:
    """Say one fault with its value and its limit."""
    if fault["code"] == "radius":
        value, limit = (f"{voice.number(fault[name])} m" for name in ("value", "limit"))
    else:
        value, limit = (voice.share(fault[name]) for name in ("value", "limit"))
    return voice.say(FAULTS[fault["code"]], value=value, limit=limit)
