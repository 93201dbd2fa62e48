"""Coordinates and plus codes that stand inside the text of an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from openlocationcode import openlocationcode as olc

from geo_observatorio.geocoding.ground import Ground

DECIMAL: Final = re.compile(r"(-?\d{1,3}[.,]\d{3,})\s*°?\s*([NSEWO])?", re.IGNORECASE)
SEXAGESIMAL: Final = re.compile(
    r"""(\d{1,3})\s*[°º]\s*(\d{1,2}(?:[.,]\d+)?)\s*['’′]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:["”″]|''))?\s*([NSEWO])""",
    re.IGNORECASE,
)
PLUS_CODE: Final = re.compile(r"(?<![A-Z0-9])([23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3})(?![A-Z0-9])")
METRES_PER_DEGREE: Final = 111_000.0
LEAST_RADIUS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Fix:
    """A point that the text itself gives, in degrees, with how far it may be off (metres)."""

    longitude: float
    latitude: float
    radius: float
    written: str
    reason: str


def find_fix(text: str, ground: Ground, middle: tuple[float, float]) -> Fix | None:
    """Return the first point in a text that lies in an area; a short plus code is read near ``middle`` (degrees)."""
    for fix in (*_read_plus_codes(text, middle), *_read_coordinates(text)):
        if ground.area_at(fix.longitude, fix.latitude):
            return fix
    return None


def _read_plus_codes(text: str, middle: tuple[float, float]) -> list[Fix]:
    fixes = []
    for code in PLUS_CODE.findall(text.upper()):
        if olc.isShort(code):
            full = olc.recoverNearest(code, middle[1], middle[0])
        elif olc.isFull(code):
            full = code
        else:
            continue
        area = olc.decode(full)
        reach = (area.latitudeHi - area.latitudeLo) * METRES_PER_DEGREE / 2
        fixes.append(
            Fix(area.longitudeCenter, area.latitudeCenter, max(reach, LEAST_RADIUS), code, "plus_code_in_text")
        )
    return fixes


def _read_coordinates(text: str) -> list[Fix]:
    """Return pairs of numbers that can be degrees, in both orders; a lost minus of the west is put back."""
    numbers = [_from_sexagesimal(*found) for found in SEXAGESIMAL.findall(text)]
    if len(numbers) < 2:
        numbers = [_from_decimal(*found) for found in DECIMAL.findall(text)]
    fixes = []
    for (first, near), (second, also_near) in pairwise(numbers):
        radius = max(LEAST_RADIUS, near, also_near)
        for longitude, latitude in ((second, first), (first, second)):
            for east in (longitude, -abs(longitude)):
                if abs(latitude) <= 90 and abs(east) <= 180:
                    fixes.append(Fix(east, latitude, radius, f"{first} {second}", "coordinate_in_text"))
    return fixes


def _from_decimal(number: str, side: str) -> tuple[float, float]:
    plain = number.replace(",", ".")
    value = float(plain)
    if side.upper() in {"S", "W", "O"}:
        value = -abs(value)
    return value, METRES_PER_DEGREE * 10.0 ** -len(plain.split(".")[1])


def _from_sexagesimal(degrees: str, minutes: str, seconds: str, side: str) -> tuple[float, float]:
    value = float(degrees) + float(minutes.replace(",", ".")) / 60 + float((seconds or "0").replace(",", ".")) / 3600
    sign = -1 if side.upper() in {"S", "W", "O"} else 1
    return sign * value, 30.0 if seconds else 200.0
