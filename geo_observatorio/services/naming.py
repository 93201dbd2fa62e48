"""Names in texts: the area that a row states, the place that an address names; exact in plain spelling, or nothing."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import geopandas as gpd

from geo_observatorio.names import build_code, plain_text
from geo_observatorio.resources import data_dir

LONGEST_NAME: Final = 8  # words
STATED_IN_ADDRESS: Final = re.compile(r"\bcorregimiento (?:de )?(.+)")


class AreaNames:
    """Codes of areas by what rows call them: code, name, name within a wider unit, other spellings."""

    def __init__(self, areas: gpd.GeoDataFrame, aliases: dict[str, str]) -> None:
        self._codes = set(areas["code"])
        self._names: dict[str, str] = dict(zip(areas["code"], areas["name"], strict=True))
        self._by_text: dict[str, str] = dict(zip(areas["name"], areas["code"], strict=True))
        self._by_name: dict[str, str] = {}
        repeated: set[str] = set()
        for name, code in zip(areas["name"].map(plain_text), areas["code"], strict=True):
            if self._by_name.setdefault(name, code) != code:
                repeated.add(name)
        self._by_name |= {plain_text(alias): code for alias, code in aliases.items() if code in self._codes}
        for name in repeated:
            del self._by_name[name]
        self._found: dict[tuple[str, str], str] = {}

    def find(self, area: str, district: str = "") -> str:
        """Return the code of the area that a row names, '' where that is not certain."""
        key = (area, district)
        if key not in self._found:
            self._found[key] = self._look_up(area, district) if area else ""
        return self._found[key]

    def name_of(self, code: str) -> str:
        """Return the name of an area, '' where there is none of that code."""
        return self._names.get(code, "")

    def find_in_address(self, address: str) -> str:
        """Return the code of the area that an address names after the word corregimiento, '' where none."""
        stated = STATED_IN_ADDRESS.search(plain_text(address)) if "orregimiento" in address.lower() else None
        if stated is None:
            return ""
        words = stated.group(1).split()
        names = (" ".join(words[:n]) for n in range(min(len(words), LONGEST_NAME), 0, -1))
        return next((self._by_name[name] for name in names if name in self._by_name), "")

    def _look_up(self, area: str, district: str) -> str:
        if district and f"{area}, {district}" in self._by_text:
            return self._by_text[f"{area}, {district}"]
        if area in self._codes:
            return area
        if area.isdecimal() and area.zfill(6) in self._codes:  # a spreadsheet took the zero
            return area.zfill(6)
        built = build_code([district, area]) if district else ""
        if built in self._codes and f"{built}.2" not in self._codes:
            return built
        return "" if district else self._by_name.get(plain_text(area), "")


class NamedPlaces:
    """Places by the names that stand in addresses.

    Parameters
    ----------
    names
        Name of a place and its position, one for each spelling.
    areas
        Code of the area in which each place lies, '' for none.
    reserved
        Plain names of areas: they place nothing.
    """

    def __init__(self, names: Sequence[tuple[str, int]], areas: Sequence[str], reserved: set[str]) -> None:
        self._areas = areas
        self._places: dict[str, list[int]] = defaultdict(list)
        for name, position in names:
            plain = plain_text(name)
            if is_telling(plain) and plain not in reserved and position not in self._places[plain]:
                self._places[plain].append(position)

    def find(self, address: str, area: str) -> int | None:
        """Return the place that an address names, of the longest name that is certain; None where there is none.

        A name is certain where one place has it; of several, where one lies in the area that the row states. A place in
        another area than the stated one is not meant.
        """
        words = plain_text(address).split()
        for length in range(min(len(words), LONGEST_NAME), 0, -1):
            for start in range(len(words) - length + 1):
                places = self._places.get(" ".join(words[start : start + length]))
                chosen = self._choose(places, area) if places else None
                if chosen is not None:
                    return chosen
        return None

    def find_exact(self, name: str, area: str) -> int | None:
        """Return the place of exactly that name, None where there is none or it is not certain."""
        places = self._places.get(plain_text(name))
        return self._choose(places, area) if places else None

    def area_of(self, place: int) -> str:
        """Return the code of the area in which a place lies, '' for none."""
        return self._areas[place]

    def _choose(self, places: list[int], area: str) -> int | None:
        fitting = [place for place in places if not area or self._areas[place] == area]
        return fitting[0] if len(fitting) == 1 else None


def is_telling(plain: str) -> bool:
    """Return whether a name says more than a common word: two words with one of four letters, or seven letters."""
    words = plain.split()
    if len(words) == 1:
        return len(plain) >= 7
    return any(len(word) >= 4 and word.isalpha() for word in words)


def read_aliases(name: str) -> dict[str, str]:
    """Read other spellings of areas from a file of layers: alias to code; '' names no file."""
    if not name:
        return {}
    with (data_dir("layers") / name).open(encoding="utf-8", newline="") as text:
        return {row["alias"]: row["code"] for row in csv.DictReader(text)}
