"""The words of addresses, read from tables that a municipality edits: abbreviations, types, relations, empty texts."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from geo_observatorio.names import MONTHS, plain_text
from geo_observatorio.resources import data_dir

FOLDER: Final = "geocoding"
SMALL_WORDS: Final = frozenset(
    ("a", "al", "de", "del", "e", "el", "en", "la", "las", "los", "lo", "the", "of", "un", "una", "y")
)
DIRECTIONS: Final = frozenset(("norte", "sur", "este", "oeste", "oriente", "poniente"))
SHORT_MONTHS: Final = {month[:length]: month for month in MONTHS for length in (3, 4, len(month))}


@dataclass(frozen=True, slots=True)
class TypeWord:
    """A word that says what a name is: its class (two classes are never one thing) and its role in an address."""

    family: str
    role: str


class Phrases:
    """Sequences of words to what they stand for; the longest that begins at a word is found."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for written, meaning in pairs:
            words = tuple(plain_text(written).split())
            self._by_first[words[0]].append((words, meaning))
        for found in self._by_first.values():
            found.sort(key=lambda pair: -len(pair[0]))

    def match(self, words: Sequence[str], start: int) -> tuple[int, str]:
        """Return how many words from ``start`` on are a phrase, and what it stands for; (0, '') where none is."""
        for phrase, meaning in self._by_first.get(words[start], ()):
            if tuple(words[start : start + len(phrase)]) == phrase:
                return len(phrase), meaning
        return 0, ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Vocabulary:
    """All words that the grammar knows.

    Attributes
    ----------
    short
        Abbreviations that stand only in some position: word to (what it stands for, where).
    """

    phrases: Phrases
    short: Mapping[str, tuple[str, str]]
    types: Mapping[str, TypeWord]
    relations: Phrases
    empty: frozenset[str]
    ornaments: tuple[re.Pattern[str], ...]
    known: frozenset[str]

    def role_of(self, word: str) -> str:
        """Return the role of a type word, '' for any other."""
        found = self.types.get(word)
        return found.role if found else ""

    def family_of(self, word: str) -> str:
        """Return the class of a type word, '' for any other."""
        found = self.types.get(word)
        return found.family if found else ""


@cache
def read_vocabulary() -> Vocabulary:
    """Read the tables of `layers/geocoding`, once."""
    words = read_rows("palabras.csv")
    types = {row["palabra"]: TypeWord(row["clase"], row["papel"]) for row in read_rows("tipos.csv")}
    relations = read_rows("relaciones.csv")
    always = [(row["escrito"], row["palabra"]) for row in words if row["cuando"] == "siempre"]
    targets = {word for row in words for word in row["palabra"].split()}
    return Vocabulary(
        phrases=Phrases(always),
        short={row["escrito"]: (row["palabra"], row["cuando"]) for row in words if row["cuando"] != "siempre"},
        types=types,
        relations=Phrases((row["frase"], row["relacion"]) for row in relations),
        empty=frozenset(plain_text(row["texto"]) for row in read_rows("sin_contenido.csv")),
        ornaments=read_ornaments(),
        known=frozenset(types)
        | targets
        | SMALL_WORDS
        | DIRECTIONS
        | frozenset(SHORT_MONTHS)
        | {word for row in relations for word in plain_text(row["frase"]).split()},
    )


def read_rows(name: str) -> list[dict[str, str]]:
    """Read a table of `layers/geocoding`."""
    with (data_dir("layers") / FOLDER / name).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def read_table(name: str) -> dict[str, Any]:
    """Read a TOML file of `layers/geocoding`."""
    with (data_dir("layers") / FOLDER / name).open("rb") as file:
        return tomllib.load(file)


def read_ornaments() -> tuple[re.Pattern[str], ...]:
    """Read what sources add to names."""
    table = read_table("adornos.toml")
    return tuple(re.compile(text, re.IGNORECASE) for text in (*table["al_inicio"], *table["al_final"]))
