"""Names of areas as rows state them: exact in plain spelling, or nothing."""

from __future__ import annotations

import csv
import re
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


def read_aliases(name: str) -> dict[str, str]:
    """Read other spellings of areas from a file of layers: alias to code; '' names no file."""
    if not name:
        return {}
    with (data_dir("layers") / name).open(encoding="utf-8", newline="") as text:
        return {row["alias"]: row["code"] for row in csv.DictReader(text)}
