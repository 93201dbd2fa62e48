"""Add populations: persons per area, from a table or a layer that carries them."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from geo_observatorio.db.areas import BoundarySet, find_boundaries, load_codes
from geo_observatorio.db.municipalities import find_municipality, lock_municipality
from geo_observatorio.db.populations import list_persons, save_population
from geo_observatorio.errors import phrase, refuse_layer
from geo_observatorio.services.table_files import TableFile, read_field, read_table

PERSONS = re.compile(r"\d+(\.0+)?|\d{1,3}(,\d{3})+")
MOST_PERSONS = 2_000_000_000  # what the column holds; more is not a population


@dataclass(frozen=True, kw_only=True)
class PopulationRequest:
    """Where a population belongs, and in which fields of the file its codes and persons stand."""

    municipality: str
    level: str
    vintage: str
    code: str
    persons: str
    edition: str | None = None
    kind: str = "residential"
    source: str = ""
    layer: str | None = None


@dataclass(frozen=True, kw_only=True)
class PopulationReport:
    """What became of a population.

    Attributes
    ----------
    added, changed, unchanged
        Areas whose figure is new, another than before, the same.
    without_area
        Codes of the file that the edition does not have.
    without_population
        Codes of the edition that the file does not have.
    """

    edition: str
    vintage: str
    kind: str
    persons: int
    added: int
    changed: int
    unchanged: int
    without_area: list[str]
    without_population: list[str]

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def add_population(conn: Connection, path: Path, request: PopulationRequest) -> PopulationReport:
    """Read persons by code of area and keep them for one edition; the same file again changes nothing.

    Raises
    ------
    LayerRefusedError
        A code or figure is empty, repeated, negative or no number, or no code belongs to the edition.
    NotFoundError
        There is no such municipality, level or edition.
    """
    municipality = find_municipality(conn, request.municipality)
    boundaries = find_boundaries(conn, municipality.code, request.level, request.edition)
    codes = load_codes(conn, boundaries)
    persons = read_persons(read_table(path, layer=request.layer), request, codes)
    matched = {code: number for code, number in persons.items() if code in set(codes)}
    if not matched:
        needed = phrase("códigos de la capa, como {code}", code=codes[0])
        raise refuse_layer(path.name, needed, ", ".join(list(persons)[:5]))
    lock_municipality(conn, municipality.code)
    before = list_persons(conn, boundaries, vintage=request.vintage, kind=request.kind)
    source = request.source or path.name
    save_population(conn, boundaries, matched, vintage=request.vintage, kind=request.kind, source=source)
    return _report(boundaries, request, before, persons, codes)


def read_persons(file: TableFile, request: PopulationRequest, codes: list[str]) -> dict[str, int]:
    """Return persons by code of area, the codes padded with zeros to the width of the edition's."""
    found = pad_to(read_field(file, request.code), codes)
    repeated = sorted({code for code in found if found.count(code) > 1})
    if repeated:
        told = phrase("{n} repetidos: {codes}", n=len(repeated), codes=", ".join(repeated[:20]))
        raise refuse_layer(file.name, phrase("cada código una sola vez"), told)
    texts = read_field(file, request.persons)
    return {code: _whole(text, file.name, row) for row, (code, text) in enumerate(zip(found, texts, strict=True), 1)}


def pad_to(found: list[str], codes: list[str]) -> list[str]:
    """Pad numeric codes with zeros to the one width of the edition's codes, where those are numeric (80801: 080801)."""
    widths = {len(code) for code in codes}
    if len(widths) > 1 or not all(code.isdecimal() for code in codes):
        return found
    width = widths.pop()
    return [code.zfill(width) if code.isdecimal() else code for code in found]


def _whole(text: str, file: str, row: int) -> int:
    number = int(float(text.replace(",", ""))) if PERSONS.fullmatch(text) else -1
    if not 0 <= number <= MOST_PERSONS:
        found = phrase("«{text}» en la fila {row}", text=text[:40], row=row)
        raise refuse_layer(file, phrase("un número entero de personas, cero o más, en cada fila"), found)
    return number


def _report(
    boundaries: BoundarySet,
    request: PopulationRequest,
    before: dict[str, int],
    persons: dict[str, int],
    codes: list[str],
) -> PopulationReport:
    known = set(codes)
    matched = {code: number for code, number in persons.items() if code in known}
    return PopulationReport(
        edition=boundaries.edition,
        vintage=request.vintage,
        kind=request.kind,
        persons=sum(matched.values()),
        added=len(matched.keys() - before.keys()),
        changed=sum(before.get(code, number) != number for code, number in matched.items()),
        unchanged=sum(before.get(code) == number for code, number in matched.items()),
        without_area=sorted(persons.keys() - known),
        without_population=[code for code in codes if code not in persons],
    )
