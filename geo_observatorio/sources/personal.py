"""Columns that hold persons: told by the words of their header, and by what their cells look like; never taken."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from typing import Final

from geo_observatorio.names import plain_text
from geo_observatorio.resources import data_dir
from geo_observatorio.sources.values import DATE_LIKE

CEDULA: Final = re.compile(
    r"(?:\d{1,2}|(?:\d{1,2}\s?-?\s?)?(?:PE|E|N|PI|AV|NT))\s?[-–]\s?\d{1,4}\s?[-–]\s?\d{1,6}", re.IGNORECASE
)
TELEPHONE: Final = re.compile(r"(?:\+?507[\s-]?)?(?:6\d{3}[\s-]?\d{4}|(?!19|20)[2-9]\d{2,3}[\s-]\d{4})")
ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
SHARE: Final = 0.3  # of the cells that look like a person's number
SHARE_OF_NAMES: Final = 0.5
LEAST: Final = 2  # such cells
LONG_TEXT: Final = 120  # letters on average: a narrative


def refuse_header(header: str) -> str:
    """Name why a column of that header is never taken: `person`, `number`, `narrative`; '' where it may be."""
    words, known = set(plain_text(header).split()), read_words()
    if words & known["numbers"]:
        return "number"
    if words & known["narrative"] and not words & known["where_and_when"]:
        return "narrative"
    return "person" if words & known["persons"] and not words & (known["coded"] | known["things"]) else ""


def refuse_cells(cells: Sequence[str]) -> str:
    """Name why a column with such cells is never taken; '' where it may be."""
    filled = [cell for cell in cells if cell]
    if len(filled) < LEAST:
        return ""
    numbers = sum(looks_like_number(cell) for cell in filled)
    if numbers >= max(LEAST, SHARE * len(filled)):
        return "number"
    names = {plain_text(cell) for cell in filled if looks_like_name(cell)}
    if len(names) >= max(LEAST, SHARE_OF_NAMES * len(filled)):  # names of places come again and again
        return "person"
    return "narrative" if sum(map(len, filled)) > LONG_TEXT * len(filled) else ""


def looks_like_number(cell: str) -> bool:
    """Tell whether a cell is a cédula, a telephone number or an electronic address, and nothing else."""
    if DATE_LIKE.fullmatch(cell):
        return False
    return bool(CEDULA.fullmatch(cell) or TELEPHONE.fullmatch(cell) or ADDRESS.fullmatch(cell))


def looks_like_name(cell: str) -> bool:
    """Tell whether a cell is the name of a person: two to five words, a given name among the first two."""
    words = plain_text(cell).split()
    return (
        2 <= len(words) <= 5
        and all(word.isalpha() for word in words)
        and bool(read_words()["given_names"] & set(words[:2]))
    )


@cache
def read_words() -> dict[str, frozenset[str]]:
    """Read layers/personal_words.toml: kind of word to the words."""
    text = (data_dir("layers") / "personal_words.toml").read_text(encoding="utf-8")
    return {name: frozenset(words) for name, words in tomllib.loads(text).items()}
