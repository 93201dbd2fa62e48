"""Add municipalities: one TOML file each."""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pyproj import CRS
from pyproj.exceptions import CRSError
from sqlalchemy import Connection

from geo_observatorio.config import LANGUAGES
from geo_observatorio.db.municipalities import (
    Municipality,
    holds_synthetic,
    is_in_use,
    list_municipalities,
    save_municipality,
)
from geo_observatorio.errors import FileRefusedError, phrase

TYPES = {"str": str, "int": int, "bool": bool}


def add_municipality(conn: Connection, path: Path) -> Municipality:
    """Keep the municipality that a TOML file describes; while it holds synthetic incidents it says so.

    Raises
    ------
    FileRefusedError
        A value is missing, unknown or cannot be used; or the projection or clock of a municipality that already
        has areas or incidents would change.
    """
    municipality = read_municipality(path)
    known = {item.code: item for item in list_municipalities(conn)}
    before = known.get(municipality.code)
    if before and _measure(before) != _measure(municipality) and is_in_use(conn, municipality.code):
        needed = f"metric_srid, time_zone = {_measure(before)}"
        raise FileRefusedError(file=path.name, needed=needed, found=str(_measure(municipality)))
    if holds_synthetic(conn, municipality.code):
        municipality = replace(municipality, synthetic=True)
    save_municipality(conn, municipality)
    return municipality


def read_municipality(path: Path) -> Municipality:
    """Read and check a TOML file; raise FileRefusedError."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileRefusedError(file=path.name, needed="TOML", found=str(error)) from error
    _check_names(path, values)
    _check_values(path, values)
    return Municipality(**values)


def _measure(municipality: Municipality) -> tuple[int, str]:
    return municipality.metric_srid, municipality.time_zone


def _check_names(path: Path, values: dict[str, Any]) -> None:
    known = {item.name: TYPES[str(item.type)] for item in fields(Municipality)}
    for name in ("code", "name", "metric_srid", "time_zone"):
        if name not in values:
            raise FileRefusedError(file=path.name, needed=name, found=", ".join(values) or "-")
    for name, value in values.items():
        if name not in known:
            raise FileRefusedError(file=path.name, needed=", ".join(known), found=name)
        if type(value) is not known[name]:
            raise FileRefusedError(file=path.name, needed=f"{name}: {known[name].__name__}", found=repr(value))


def _check_values(path: Path, values: dict[str, Any]) -> None:
    try:
        crs = CRS.from_epsg(values["metric_srid"])
    except CRSError as error:
        raise FileRefusedError(file=path.name, needed=phrase("un código EPSG"), found=values["metric_srid"]) from error
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info):
        raise FileRefusedError(file=path.name, needed=phrase("una proyección en metros"), found=crs.name)
    try:
        ZoneInfo(values["time_zone"])
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise FileRefusedError(
            file=path.name, needed=phrase("un reloj de la base IANA"), found=values["time_zone"]
        ) from error
    if values.get("language", "es") not in LANGUAGES:
        raise FileRefusedError(file=path.name, needed=" | ".join(LANGUAGES), found=values["language"])
