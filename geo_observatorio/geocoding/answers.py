"""Answers: where an address is, how sure that is, what else it could have been, and how it was understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite, nan
from typing import Any, Final

from geo_observatorio.geocoding.evidence import Evidence


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A piece of an address: its role (street, landmark, barrio, house ...) and its words as a machine compares them.

    Attributes
    ----------
    role
        street, crossing, landmark, barrio, area, house, floor, kilometre, coordinate, plus_code or words.
    relation
        How the place of the incident lies to it: `frente`, `detras`, `lado`, `cerca`, `entrada`, `despues`, `antes`,
        `esquina`, `entre`; '' where nothing is said.
    metres
        How far from it the text says; NaN where it does not.
    """

    role: str
    words: str
    relation: str = ""
    metres: float = nan


@dataclass(frozen=True, kw_only=True, slots=True)
class Parse:
    """An address taken apart; `notes` tell what was understood otherwise than written (code and the words)."""

    text: str
    parts: tuple[Part, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles that occur."""
        return frozenset(part.role for part in self.parts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One thing that an address may mean; `place` is the id of a place of the gazetteer, None where it is none."""

    kind: str
    name: str
    area: str
    place: int | None = None
    longitude: float = nan
    latitude: float = nan
    radius: float = 0.0
    score: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """Where an address is.

    Attributes
    ----------
    kind
        A method of incidents: coordinate, crossing, landmark, street, barrio, corregimiento or none.
    place_ids
        The places of the gazetteer that it stands on.
    area
        Code of the area in which it lies, '' where that is not known.
    longitude, latitude
        The point in degrees; NaN where there is none.
    radius
        Metres around the point (or the size of the area) that hold the truth four times in five.
    score
        The probability that it happened in ``area``.
    candidates
        What else it may be, the likeliest first; where nothing was certain these are the choices.
    reason
        Code of why this answer (`REASONS`).
    flags
        Codes of what a person should know.
    evidence
        What the score was made of; None where it was not.
    """

    kind: str
    place_ids: tuple[int, ...] = ()
    area: str = ""
    longitude: float = nan
    latitude: float = nan
    radius: float = 0.0
    score: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    reason: str = ""
    flags: tuple[str, ...] = ()
    parse: Parse = field(default_factory=lambda: Parse(text=""))
    evidence: Evidence | None = None

    @property
    def is_point(self) -> bool:
        """Tell whether the answer is a point."""
        return isfinite(self.longitude)

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values; NaN becomes None."""
        point = {name: round(getattr(self, name), 6) if self.is_point else None for name in ("longitude", "latitude")}
        return {
            "kind": self.kind,
            "area": self.area,
            **point,
            "radius": round(self.radius),
            "score": round(self.score, 3),
            "reason": self.reason,
            "flags": list(self.flags),
            "candidates": [{"name": one.name, "kind": one.kind, "area": one.area} for one in self.candidates],
            "parts": [{"role": part.role, "words": part.words, "relation": part.relation} for part in self.parse.parts],
        }


REASONS: Final = {
    "coordinate_in_text": "El texto lleva una coordenada.",
    "plus_code_in_text": "El texto lleva un código plus.",
    "reviewed": "Una persona ya revisó este texto.",
    "crossing_of_lines": "Cruce de dos calles conocidas.",
    "crossing_of_points": "Dos calles de las que se conocen puntos: el par más cercano.",
    "landmark": "Lugar conocido por su nombre.",
    "landmark_fuzzy": "Lugar conocido por un nombre parecido.",
    "street": "Calle corta: su punto medio.",
    "barrio": "Solo el barrio es conocido.",
    "barrio_fuzzy": "Un barrio conocido por un nombre parecido.",
    "long_street": "Avenida larga sin cruce: solo se sabe por qué corregimientos pasa.",
    "area": "Solo el corregimiento es conocido.",
    "several": "Hay varios lugares con ese nombre.",
    "unsure": "Se conoce un lugar de ese nombre, pero es dudoso que sea este.",
    "unknown": "Nada de lo que dice el texto es conocido.",
    "empty": "El texto no dice ningún lugar.",
}
FLAGS: Final = {
    "outside_stated": "Lo nombrado no está en el corregimiento indicado.",
    "near_border": "Cerca de un límite entre corregimientos.",
    "ask_crossing": "Falta el cruce o un lugar cercano.",
    "several": "El mismo nombre está en varios lugares.",
    "spelling": "Se corrigió la escritura.",
    "coarse_place": "La posición del lugar en el nomenclátor es gruesa.",
    "area_by_name": "El corregimiento se tomó de las últimas palabras.",
}
