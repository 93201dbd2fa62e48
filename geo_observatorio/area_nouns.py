"""What a municipality calls its areas: texts are written for corregimientos, and its own noun takes their place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from geo_observatorio.resources import data_dir

WRITTEN: Final = "corregimiento"  # the level that texts speak of
FORMS: Final = re.compile(
    r"\b(?:(?P<before>un|el|del|al|los|todos los|ningún|ni el) )?corregimiento(?P<many>s?)"
    r"(?: (?P<after>conocidos?))?\b",
    re.IGNORECASE,
)
FEMININE: Final = {
    "un": "una",
    "el": "la",
    "del": "de la",
    "al": "a la",
    "los": "las",
    "todos los": "todas las",
    "ningún": "ninguna",
    "ni el": "ni la",
    "conocido": "conocida",
    "conocidos": "conocidas",
}
_level: ContextVar[str] = ContextVar("level", default=WRITTEN)


@dataclass(frozen=True, kw_only=True)
class Noun:
    """What areas of a level are called in a language."""

    one: str
    many: str
    feminine: bool


def name_areas_by(level: str) -> None:
    """Say `rename_areas` in the noun of a level from here on, in this context: a request, a command."""
    _level.set(level or WRITTEN)


@contextmanager
def naming_areas(level: str) -> Iterator[None]:
    """Say `rename_areas` in the noun of a level inside the block."""
    token = _level.set(level or WRITTEN)
    try:
        yield
    finally:
        _level.reset(token)


def rename_areas(text: str, language: str) -> str:
    """Return a text about corregimientos as one about the areas of this context; articles follow the noun."""
    level = _level.get()
    if level == WRITTEN or WRITTEN not in text.lower():
        return text
    noun = find_noun(level, language)
    return FORMS.sub(lambda found: _say(found, noun), text)


@cache
def find_noun(level: str, language: str) -> Noun:
    """Return what areas of a level are called; a level of no known name is its own noun."""
    known: dict[str, Any] = tomllib.loads((data_dir("layers") / "levels.toml").read_text(encoding="utf-8")).get(
        level, {}
    )
    one, many = known.get(language, (level, f"{level}s"))
    return Noun(one=one, many=many, feminine=language == "es" and known.get("feminine", False))


def _say(found: re.Match[str], noun: Noun) -> str:
    before, after = found["before"] or "", found["after"] or ""
    if noun.feminine:
        before, after = FEMININE.get(before.lower(), before), FEMININE.get(after.lower(), after)
    said = " ".join(filter(None, (before, noun.many if found["many"] else noun.one, after)))
    return said[0].upper() + said[1:] if found[0][0].isupper() else said
